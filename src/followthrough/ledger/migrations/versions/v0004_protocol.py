"""Moved, missing, doubled and duplicate tickets, merged items, held scopes, and what stopped a run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.types import NUMBER, TEXT

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Add the columns, with what holds where nothing of the kind was known."""
    op.add_column("documents", _number("gone"))
    op.add_column("items", sa.Column("merged_into", TEXT, nullable=True))
    op.add_column("tickets", _texts("former_keys"))
    op.add_column("tickets", _number("absences"))
    op.add_column("tickets", sa.Column("duplicate_of", TEXT, nullable=True))
    op.add_column("tickets", sa.Column("twin_of", TEXT, nullable=True))
    # Until now one look was enough; what was missing then stays so.
    op.execute("UPDATE tickets SET absences = 2 WHERE missing_since IS NOT NULL")
    op.add_column("bases", _texts("history"))
    op.add_column("scopes", sa.Column("held_since", TEXT, nullable=True))
    op.add_column("scopes", sa.Column("held_why", TEXT, nullable=True))
    op.add_column("runs", _texts("stops"))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, NUMBER, nullable=False, server_default="0")


def _texts(name: str) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=False, server_default="[]")
