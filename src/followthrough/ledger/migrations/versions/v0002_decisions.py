"""What people decide and policy computes: confidential documents, ignored items, target dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.types import NUMBER, TEXT

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Add a column each; what was there before decided nothing of the kind."""
    op.add_column("documents", sa.Column("confidential", NUMBER, nullable=False, server_default="0"))
    op.add_column("items", sa.Column("ignored", TEXT, nullable=True))
    op.add_column("links", sa.Column("target", TEXT, nullable=True))
