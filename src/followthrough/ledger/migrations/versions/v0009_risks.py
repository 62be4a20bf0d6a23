"""Risks that somebody took for a while, and the words in which postmortems tell their cause."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    """Add both; nobody took a risk before, and a document's words come when it is read again."""
    op.create_table(
        "acceptances",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("item", "since"),
    )
    op.add_column("documents", sa.Column("cause", sa.Text(), nullable=False, server_default="[]"))
