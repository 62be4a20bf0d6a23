"""Risks that somebody took for a while, and the words in which postmortems tell their cause."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.migrations import counted
from followthrough.ledger.types import TEXT

revision = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    """Add both; nobody took a risk before, and a document's words come when it is read again."""
    op.create_table(
        "acceptances",
        sa.Column("item", TEXT, nullable=False),
        sa.Column("since", TEXT, nullable=False),
        sa.Column("until", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("ended", TEXT, nullable=True),
        *counted(),
        sa.PrimaryKeyConstraint("item", "since"),
    )
    op.add_column("documents", sa.Column("cause", TEXT, nullable=False, server_default="[]"))
