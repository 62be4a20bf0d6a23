"""What document and ticket said of title, owner and date when both sides agreed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.types import TEXT

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Add the columns, empty: the next look at an item takes both sides as agreed."""
    for name in ("owner", "due", "ticket_title", "ticket_assignee", "ticket_due", "fingerprint"):
        op.add_column("bases", sa.Column(name, TEXT, nullable=True))
