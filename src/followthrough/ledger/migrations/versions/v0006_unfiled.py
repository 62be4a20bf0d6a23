"""How measures without a ticket stand in their documents, so that a report can count them apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.types import NUMBER, TEXT

revision = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    """Add the columns; until a document is read again, its measures count as open."""
    op.add_column("items", sa.Column("state", TEXT, nullable=False, server_default="open"))
    op.add_column("items", sa.Column("elsewhere", NUMBER, nullable=False, server_default="0"))
