"""What is asked of PostgreSQL in its own words."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ScalarSelect,
    Text,
    TextClause,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from followthrough.ledger.rows import SHAPES, Row, Shape
from followthrough.ledger.sql import Speech
from followthrough.ledger.types import escaped

BYTES = 8_000_000
"""Of rows sent at a time, about: what they need of memory on both sides stays small."""


def _texts(values: Collection[str]) -> ScalarSelect[str]:
    # As JSONB, because comparing takes a hash then. What a text cannot hold was escaped in the table, too.
    given = json.dumps([escaped(value) for value in values])
    return select(func.jsonb_array_elements_text(cast(literal(given, Text()), JSONB))).scalar_subquery()


def _statement(shape: Shape[Any]) -> TextClause:
    """All rows of one kind in one statement: one answer to wait for, however far the server is.

    They come as one JSON text, which PostgreSQL takes apart itself, and keep their order.
    """
    names = ", ".join(f'"{column.name}"' for column in shape.columns)
    types = ", ".join(f'"{column.name}" {"bigint" if column.number else "text"}' for column in shape.columns)
    keys = ", ".join(f'"{name}"' for name in shape.key)
    rest = ", ".join(
        f'"{column.name}" = excluded."{column.name}"'
        for column in shape.columns
        if column.name not in shape.key
    )
    conflict = f" ON CONFLICT ({keys}) DO UPDATE SET {rest}" if shape.key else ""
    return text(
        f'INSERT INTO "{shape.table}" ({names}) '  # noqa: S608  names of our own
        f"SELECT {names} FROM ROWS FROM (json_to_recordset(CAST(:given AS json)) AS ({types})) "
        f"WITH ORDINALITY AS given({names}, nr) ORDER BY nr{conflict}"
    )


_STATEMENTS = {shape.kind: _statement(shape) for shape in SHAPES.values()}


def _store(connection: Connection, shape: Shape[Any], values: list[Row]) -> None:
    statement = _STATEMENTS[shape.kind]
    if shape.key:
        # One statement may not touch a row twice. The last of equal keys counts, at the place of the first.
        values = list({tuple(row[name] for name in shape.key): row for row in values}.values())
    part: list[str] = []
    size = 0
    for row in values:
        plain = {name: escaped(value) if isinstance(value, str) else value for name, value in row.items()}
        part.append(json.dumps(plain, ensure_ascii=False))
        size += len(part[-1])
        if size > BYTES:
            connection.execute(statement, {"given": f"[{','.join(part)}]"})
            part, size = [], 0
    if part:
        connection.execute(statement, {"given": f"[{','.join(part)}]"})


_COUNT_UP = text("UPDATE ledger SET serial = greatest(serial, CAST(:past AS bigint)) + 1 RETURNING serial")


def _count_up(connection: Connection, past: int) -> int:
    serial: int = connection.execute(_COUNT_UP, {"past": past}).scalar_one()
    return serial


SPEECH = Speech(place=literal_column("place", BigInteger), texts=_texts, store=_store, count_up=_count_up)
