"""Messages that were sent, so that none is sent twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.migrations import counted
from followthrough.ledger.types import TEXT

revision = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    """Add the table; nothing was sent before there was one."""
    op.create_table(
        "deliveries",
        sa.Column("audience", TEXT, nullable=False),
        sa.Column("to", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        *counted(),
        sa.PrimaryKeyConstraint("audience", "to", "day"),
    )
