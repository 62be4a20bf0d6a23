"""The tables: one for each kind of record, one with the ledger's own name and serial.

A change here needs a new file in ``migrations/versions`` named in :data:`VERSIONS`.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem

from followthrough.ledger.rows import SHAPES, Shape

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""Every version there has been, oldest first; numbers of four digits, so that text sorts them."""
HEAD = VERSIONS[-1]
"""The version this program reads and writes."""

metadata = MetaData()

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


def _table(shape: Shape[object]) -> Table:
    parts: list[SchemaItem] = [] if shape.key else [Column("seq", Integer, primary_key=True)]
    parts += (
        Column(
            column.name,
            Integer() if column.number else Text(),
            nullable=column.optional,
            server_default=_DEFAULTS.get((shape.table, column.name)),
        )
        for column in shape.columns
    )
    if shape.key:
        parts.append(PrimaryKeyConstraint(*shape.key))
    return Table(shape.table, metadata, *parts)


TABLES = {shape.table: _table(shape) for shape in SHAPES.values()}

LEDGER = Table(
    "ledger",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("lineage", Text, nullable=False),
    Column("serial", Integer, nullable=False),
)
"""One row."""

VERSION = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Exactly what Alembic would make, so that a new ledger can be made without loading it."""
