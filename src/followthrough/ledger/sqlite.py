"""The default ledger: one SQLite file with a write-ahead log."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    Select,
    func,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import Insert, insert

from followthrough.collector import no_collection
from followthrough.ledger import rows
from followthrough.ledger.access import Access, Reading, Writing
from followthrough.ledger.interface import Part, Snapshot
from followthrough.ledger.records import (
    Acceptance,
    Delivery,
    Event,
    EventKind,
    IntentStatus,
    Link,
    Record,
    Run,
)
from followthrough.ledger.rows import Known, Row, Shape, rows_of
from followthrough.ledger.schema import LEDGER, TABLES

R = TypeVar("R")

_BATCH = 1000
_ROWID: ColumnElement[int] = literal_column("rowid", Integer)
"""Grows with the first commit of a key, and stays when the record is replaced."""
_EVENTS = TABLES[rows.EVENTS.table]
_DOCUMENTS = TABLES[rows.DOCUMENTS.table]
_ITEMS = TABLES[rows.ITEMS.table]
_INTENTS = TABLES[rows.INTENTS.table]
_LINKS = TABLES[rows.LINKS.table]
_TICKETS = TABLES[rows.TICKETS.table]
_RUNS = TABLES[rows.RUNS.table]


def open_sqlite(
    path: Path, *, create: bool, random_name: Callable[[], str], patience: float = 5.0
) -> SqliteLedger:
    """Open the ledger at ``path``, whose folder must exist where ``create`` is true.

    With ``create=False`` it is for reading: nothing is created or changed, whatever stands there, a
    missing file is an empty ledger, and ``commit`` is refused. ``random_name`` names a new ledger.
    ``patience`` is how many seconds to wait for another process before :class:`LedgerBusy`.
    """
    if create:
        return SqliteLedger(Writing(path, random_name, patience))
    return SqliteLedger(Reading(path, patience))


class SqliteLedger:
    """See :class:`followthrough.ledger.interface.Ledger`; made by :func:`open_sqlite`."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def snapshot(self, part: Part | None = None, /) -> Snapshot:
        with no_collection():  # walking the records, which hold no cycle, takes a quarter of the time
            return self._access.read(partial(_snapshot, part)) or Snapshot()

    def contents(self) -> Mapping[str, Sequence[str]]:
        return self._access.read(_contents) or {}

    def position(self) -> tuple[str, int]:
        return self._access.read(_position) or ("", 0)

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        # Turned into rows before the transaction: a bad record costs nothing and locks nobody out.
        return self._access.write(partial(_commit, rows_of(records), past))

    def events(self, kinds: Collection[EventKind] | None = None, /) -> Iterator[Event]:
        last = self._access.read(_last_event) or 0
        seq = 0
        while seq < last:
            # Batch by batch, so that no transaction stays open while the caller thinks. Events are
            # only ever added, so the batches belong together.
            batch = self._access.read(partial(_events_after, seq, last, kinds))
            if not batch:
                return
            seq, events = batch
            yield from events

    def runs(self, limit: int = 20) -> Sequence[Run]:
        return self._access.read(partial(_latest_runs, max(limit, 0))) or ()

    def deliveries(self) -> Sequence[Delivery]:
        return self._access.read(_deliveries) or ()

    def acceptances(self) -> Sequence[Acceptance]:
        return self._access.read(_acceptances) or ()

    def close(self) -> None:
        self._access.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.close()


def _columns(shape: Shape[Any]) -> Select[Any]:
    table = TABLES[shape.table]
    return select(*(table.c[column.name] for column in shape.columns))


def _records(connection: Connection, shape: Shape[R], query: Select[Any], known: Known) -> Iterator[R]:
    read = shape.reader(known)
    result = connection.execute(query, execution_options={"yield_per": _BATCH})
    for batch in result.partitions():
        yield from map(read, batch)


def _position(connection: Connection) -> tuple[str, int]:
    lineage, serial = connection.execute(select(LEDGER.c.lineage, LEDGER.c.serial)).one()
    return lineage, serial


def _snapshot(part: Part | None, connection: Connection) -> Snapshot:
    lineage, serial = _position(connection)
    known = Known()

    def every(shape: Shape[R], where: ColumnElement[bool] | None) -> Iterator[R]:
        query = _columns(shape).order_by(_ROWID)
        return _records(connection, shape, query if where is None else query.where(where), known)

    def of_items(shape: Shape[R], name: str = "item") -> Iterator[R]:
        return every(shape, None if part is None else TABLES[shape.table].c[name].in_(_texts(part.items)))

    light = part is not None and part.light
    items = {one.id: one for one in of_items(rows.ITEMS, "id")}
    links: dict[str, tuple[Link, ...]] = {}
    for link in of_items(rows.LINKS):
        if not link.retired:
            links[link.item] = (*links.get(link.item, ()), link)
    paths = None if part is None else _DOCUMENTS.c.path.in_(_texts(part.documents))
    return Snapshot(
        lineage=lineage,
        serial=serial,
        documents=MappingProxyType({one.path: one for one in every(rows.DOCUMENTS, paths)}),
        items=MappingProxyType(items),
        intents=MappingProxyType({one.item: one for one in every(rows.INTENTS, _intents(part))}),
        links=MappingProxyType(links),
        tickets=MappingProxyType({(one.scope, one.id): one for one in every(rows.TICKETS, _linked(part))}),
        bases=MappingProxyType({} if light else {one.item: one for one in of_items(rows.BASES)}),
        scopes=MappingProxyType({one.name: one for one in every(rows.SCOPES, None)}),
    )


def _texts(values: Collection[str]) -> ScalarSelect[str]:
    """Texts to be looked for, in one parameter: SQLite takes no more than some thousands of them."""
    return select(func.json_each(json.dumps(list(values))).table_valued("value").c.value).scalar_subquery()


def _intents(part: Part | None) -> ColumnElement[bool] | None:
    """Which intents belong to a part."""
    if part is None:
        return None
    mine = _INTENTS.c.item.in_(_texts(part.items))
    return mine & (_INTENTS.c.status != IntentStatus.CREATED.value) if part.light else mine


def _linked(part: Part | None) -> ColumnElement[bool] | None:
    """Which tickets belong to a part: those of its items, followed by now or once, and their twins."""
    if part is None:
        return None
    linked = select(_LINKS.c.scope, _LINKS.c.ticket).where(_LINKS.c.item.in_(_texts(part.items)))
    twins = select(_TICKETS.c.scope, _TICKETS.c.id).where(_TICKETS.c.twin_of.in_(_texts(part.items)))
    return tuple_(_TICKETS.c.scope, _TICKETS.c.id).in_(linked.union_all(twins))


def _contents(connection: Connection) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {path: [] for (path,) in connection.execute(select(_DOCUMENTS.c.path))}
    query = select(_ITEMS.c.document, _ITEMS.c.id).order_by(_ROWID)
    for path, id in connection.execute(query, execution_options={"yield_per": _BATCH}):
        found.setdefault(path, []).append(id)
    return found


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


def _commit(found: dict[Shape[Any], list[Row]], past: int, connection: Connection) -> int:
    for shape, values in found.items():
        connection.execute(_UPSERTS[shape.kind], values)
    connection.execute(update(LEDGER).values(serial=func.max(LEDGER.c.serial, past) + 1))
    serial: int = connection.execute(_SERIAL).scalar_one()
    return serial


def _last_event(connection: Connection) -> int:
    return connection.execute(select(func.max(_EVENTS.c.seq))).scalar_one() or 0


def _events_after(
    seq: int, last: int, kinds: Collection[EventKind] | None, connection: Connection
) -> tuple[int, list[Event]] | None:
    query = _columns(rows.EVENTS).add_columns(_EVENTS.c.seq).order_by(_EVENTS.c.seq).limit(_BATCH)
    if kinds is not None:
        query = query.where(_EVENTS.c.kind.in_([kind.value for kind in kinds]))
    found = connection.execute(query.where(_EVENTS.c.seq > seq, _EVENTS.c.seq <= last)).all()
    if not found:
        return None
    read = rows.EVENTS.reader()
    return found[-1][-1], [read(row[:-1]) for row in found]


def _latest_runs(limit: int, connection: Connection) -> Sequence[Run]:
    query = _columns(rows.RUNS).order_by(_RUNS.c.started.desc(), _ROWID.desc()).limit(limit)
    return tuple(_records(connection, rows.RUNS, query, Known()))


def _deliveries(connection: Connection) -> Sequence[Delivery]:
    query = _columns(rows.DELIVERIES).order_by(TABLES[rows.DELIVERIES.table].c.at, _ROWID)
    return tuple(_records(connection, rows.DELIVERIES, query, Known()))


def _acceptances(connection: Connection) -> Sequence[Acceptance]:
    query = _columns(rows.ACCEPTANCES).order_by(TABLES[rows.ACCEPTANCES.table].c.since, _ROWID)
    return tuple(_records(connection, rows.ACCEPTANCES, query, Known()))
