"""When a tracker was last read whole, so that in between only changes are asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.types import TEXT

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Add the column; nothing was read whole as far as anybody knows."""
    op.add_column("scopes", sa.Column("refreshed_at", TEXT, nullable=True))
