"""What a scope is known by, so that one which took its name is noticed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.types import TEXT

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    """Add the column; the next run that asks the tracker learns what stands in it."""
    op.add_column("scopes", sa.Column("identity", TEXT, nullable=True))
