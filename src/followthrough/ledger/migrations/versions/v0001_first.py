"""The first schema. Frozen: it says what 0001 was, whatever the records become."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from followthrough.ledger.migrations import counted
from followthrough.ledger.types import NUMBER, TEXT

revision = "0001"
down_revision: str | None = None


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, TEXT, nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, NUMBER, nullable=null)


def _table(name: str, *parts: sa.Column[str] | sa.Column[int], key: tuple[str, ...] = ()) -> None:
    keys = (*counted(), sa.PrimaryKeyConstraint(*key)) if key else ()
    op.create_table(name, *parts, *keys)


def upgrade() -> None:
    """Make every table."""
    _documents_and_items()
    _filing()
    _tickets()
    _history()
    op.create_table(
        "ledger",
        sa.Column("id", NUMBER, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        _text("lineage"),
        _number("serial"),
    )
    if op.get_context().dialect.name == "postgresql":
        _leader()


def _leader() -> None:
    op.create_table(
        "leader",
        sa.Column("id", NUMBER, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        _number("epoch"),
        _text("holder"),
    )


def _documents_and_items() -> None:
    _table(
        "documents",
        _text("path"),
        _text("fingerprint"),
        _text("title", null=True),
        _text("incident_date", null=True),
        _text("severity", null=True),
        _text("services"),
        _text("team", null=True),
        _number("detached"),
        key=("path",),
    )
    _table(
        "items",
        _text("id"),
        _text("document"),
        _text("identity_text"),
        _number("occurrence"),
        _text("section"),
        _number("line"),
        _text("text"),
        _text("kind", null=True),
        _number("kind_stated"),
        _text("owner", null=True),
        _text("due", null=True),
        _text("priority", null=True),
        _text("first_seen"),
        _number("gone"),
        key=("id",),
    )


def _filing() -> None:
    _table(
        "intents",
        _text("item"),
        _text("scope"),
        _text("status"),
        _number("attempt"),
        _text("at"),
        _text("run"),
        _text("reason"),
        _text("clean_listings"),
        key=("item",),
    )
    _table(
        "links",
        _text("item"),
        _text("scope"),
        _text("ticket"),
        _text("relation"),
        _number("retired"),
        key=("item", "scope", "ticket"),
    )


def _tickets() -> None:
    _table(
        "tickets",
        _text("scope"),
        _text("id"),
        _text("key"),
        _text("url"),
        _text("title"),
        _text("state"),
        _text("native_status"),
        _text("assignee", null=True),
        _text("due", null=True),
        _text("priority", null=True),
        _text("labels"),
        _text("created"),
        _text("closed", null=True),
        _text("updated"),
        _text("missing_since", null=True),
        key=("scope", "id"),
    )
    _table(
        "bases",
        _text("item"),
        _number("ticked", null=True),
        _text("words", null=True),
        _text("target", null=True),
        _text("text"),
        key=("item",),
    )
    _table("scopes", _text("name"), _text("proven_at", null=True), _text("cursor", null=True), key=("name",))


def _history() -> None:
    _table(
        "events",
        sa.Column("seq", NUMBER, primary_key=True),
        _text("kind"),
        _text("item"),
        _text("occurred_at"),
        _text("seen_at"),
        _text("run"),
        _text("command"),
        _text("account"),
        _text("plan_hash"),
        _text("data"),
    )
    _table(
        "runs",
        _text("id"),
        _text("command"),
        _text("started"),
        _text("finished", null=True),
        _number("exit_code", null=True),
        _text("counts"),
        key=("id",),
    )
