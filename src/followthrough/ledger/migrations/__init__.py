"""Bringing a ledger of an older version up to this program's; the only place that loads Alembic."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Column, Connection

from followthrough.ledger.types import place


def upgrade(connection: Connection) -> None:
    """Apply what is missing inside the transaction that ``connection`` is in."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "followthrough.ledger:migrations")
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")


def counted() -> tuple[Column[int], ...]:
    """For the migration that makes a table with a key: what only PostgreSQL needs of it."""
    from alembic import op

    return (place(),) if op.get_context().dialect.name == "postgresql" else ()
