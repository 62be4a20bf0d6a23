"""The default ledger: one SQLite file with a write-ahead log."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Integer, ScalarSelect, func, literal_column, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from followthrough.ledger import rows
from followthrough.ledger.access import Reading, Writing
from followthrough.ledger.rows import Row, Shape
from followthrough.ledger.schema import LEDGER, TABLES
from followthrough.ledger.sql import Speech, SqlLedger


def open_sqlite(
    path: Path, *, create: bool, random_name: Callable[[], str], patience: float = 5.0
) -> SqlLedger:
    """Open the ledger at ``path``, whose folder must exist where ``create`` is true.

    With ``create=False`` it is for reading: nothing is created or changed, whatever stands there, a
    missing file is an empty ledger, and ``commit`` is refused. ``random_name`` names a new ledger.
    ``patience`` is how many seconds to wait for another process before :class:`LedgerBusy`.
    """
    if create:
        return SqlLedger(Writing(path, random_name, patience), SPEECH)
    return SqlLedger(Reading(path, patience), SPEECH)


def _texts(values: Collection[str]) -> ScalarSelect[str]:
    return select(func.json_each(json.dumps(list(values))).table_valued("value").c.value).scalar_subquery()


def _upsert(shape: Shape[Any]) -> Insert:
    statement = insert(TABLES[shape.table])
    if not shape.key:
        return statement
    rest = [column.name for column in shape.columns if column.name not in shape.key]
    return statement.on_conflict_do_update(
        index_elements=shape.key, set_={name: statement.excluded[name] for name in rest}
    )


_UPSERTS = {shape.kind: _upsert(shape) for shape in rows.SHAPES.values()}
_SERIAL = select(LEDGER.c.serial)


def _store(connection: Connection, shape: Shape[Any], values: list[Row]) -> None:
    connection.execute(_UPSERTS[shape.kind], values)


def _count_up(connection: Connection, past: int) -> int:
    connection.execute(update(LEDGER).values(serial=func.max(LEDGER.c.serial, past) + 1))
    serial: int = connection.execute(_SERIAL).scalar_one()
    return serial


SPEECH = Speech(place=literal_column("rowid", Integer), texts=_texts, store=_store, count_up=_count_up)
