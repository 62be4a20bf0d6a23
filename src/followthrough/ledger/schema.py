"""The tables: one for each kind of record, one with the ledger's own name and serial.

A change here needs a new file in ``migrations/versions`` named in :data:`VERSIONS`.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.schema import SchemaItem

from followthrough.ledger.rows import SHAPES, Shape
from followthrough.ledger.types import NUMBER, TEXT, place

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""Every version there has been, oldest first; numbers of four digits, so that text sorts them."""
HEAD = VERSIONS[-1]
"""The version this program reads and writes."""

metadata: Final = MetaData()
"""As SQLite holds it."""
served: Final = MetaData()
"""As PostgreSQL holds it: with a place in the order of first commits, which SQLite counts by itself."""

_DEFAULTS = {
    ("documents", "confidential"): "0",
    ("documents", "gone"): "0",
    ("documents", "cause"): "[]",
    ("items", "state"): "open",
    ("items", "elsewhere"): "0",
    ("tickets", "former_keys"): "[]",
    ("tickets", "absences"): "0",
    ("bases", "history"): "[]",
    ("runs", "stops"): "[]",
}
"""Of columns that a migration added and that hold a value in every row: what the rows before it got."""


def _table(shape: Shape[object], metadata: MetaData) -> Table:
    parts: list[SchemaItem] = [] if shape.key else [Column("seq", NUMBER, primary_key=True)]
    parts += (
        Column(
            column.name,
            NUMBER if column.number else TEXT,
            nullable=column.optional,
            server_default=_DEFAULTS.get((shape.table, column.name)),
        )
        for column in shape.columns
    )
    if shape.key:
        parts += [place()] if metadata is served else []
        parts.append(PrimaryKeyConstraint(*shape.key))
    return Table(shape.table, metadata, *parts)


def _ledger(metadata: MetaData) -> Table:
    return Table(
        "ledger",
        metadata,
        Column("id", NUMBER, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        Column("lineage", TEXT, nullable=False),
        Column("serial", NUMBER, nullable=False),
    )


def _version(metadata: MetaData) -> Table:
    return Table(
        "alembic_version",
        metadata,
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    )


TABLES = {shape.table: _table(shape, metadata) for shape in SHAPES.values()}
LEDGER = _ledger(metadata)
"""One row."""
VERSION = _version(metadata)
"""Exactly what Alembic would make, so that a new ledger can be made without loading it."""

for _shape in SHAPES.values():
    _table(_shape, served)
_ledger(served)
_version(served)
LEADER = Table(
    "leader",
    served,
    Column("id", NUMBER, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("epoch", NUMBER, nullable=False),
    Column("holder", TEXT, nullable=False),
)
"""Who may write, in one row: each that comes to lead counts the epoch up."""
