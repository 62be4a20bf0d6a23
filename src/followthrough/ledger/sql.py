"""A ledger in SQL: what is asked of SQLite and PostgreSQL alike, and where their speech differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from types import MappingProxyType, TracebackType
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, func, select, tuple_, update

from followthrough.collector import no_collection
from followthrough.ledger import faults, rows
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
T = TypeVar("T")
Work = Callable[[Connection], T]

BATCH = 1000
"""Rows that are fetched at a time."""
_EVENTS = TABLES[rows.EVENTS.table]
_DOCUMENTS = TABLES[rows.DOCUMENTS.table]
_ITEMS = TABLES[rows.ITEMS.table]
_INTENTS = TABLES[rows.INTENTS.table]
_LINKS = TABLES[rows.LINKS.table]
_TICKETS = TABLES[rows.TICKETS.table]
_RUNS = TABLES[rows.RUNS.table]


class Access(Protocol):
    """How a ledger reaches its store."""

    @property
    def called(self) -> str:
        """What its errors call it."""
        ...

    def read(self, work: Work[T], /) -> T | None:
        """Do ``work`` in one transaction; ``None`` where there is no ledger."""
        ...

    def write(self, work: Work[T], /) -> T:
        """Do ``work`` in one transaction that is durable when this returns."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What SQLite and PostgreSQL say differently."""

    place: ColumnElement[int]
    """Grows with the first commit of a key, and stays when the record is replaced."""
    texts: Callable[[Collection[str]], ScalarSelect[str]]
    """Texts to be looked for, in one parameter: neither takes more than some thousands of them."""
    store: Callable[[Connection, Shape[Any], list[Row]], None]
    """Write rows of one kind, in their order; one whose key is there takes the place of it."""
    count_up: Callable[[Connection, int], int]
    """Move the serial on, past the number; returns it."""


class SqlLedger:
    """See :class:`followthrough.ledger.interface.Ledger`."""

    def __init__(self, access: Access, speech: Speech) -> None:
        self._access = access
        self._speech = speech

    def snapshot(self, part: Part | None = None, /) -> Snapshot:
        with no_collection():  # walking the records, which hold no cycle, takes a quarter of the time
            return self._access.read(partial(_snapshot, self._speech, part)) or Snapshot()

    def contents(self) -> Mapping[str, Sequence[str]]:
        return self._access.read(partial(_contents, self._speech)) or {}

    def position(self) -> tuple[str, int]:
        return self._access.read(_position) or ("", 0)

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        # Turned into rows before the transaction: a bad record costs nothing and locks nobody out.
        return self._access.write(partial(_commit, self._speech, rows_of(records), past))

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
        return self._access.read(partial(_latest_runs, self._speech, max(limit, 0))) or ()

    def deliveries(self) -> Sequence[Delivery]:
        return self._access.read(partial(_deliveries, self._speech)) or ()

    def acceptances(self) -> Sequence[Acceptance]:
        return self._access.read(partial(_acceptances, self._speech)) or ()

    def records(self) -> Iterator[Record]:
        for shape in rows.SHAPES.values():
            place = 0
            while batch := self._access.read(partial(_records_after, self._speech, shape, place)):
                place, found = batch
                yield from found

    def fill(self, lineage: str, serial: int, source: Callable[[], Iterator[Record]], /) -> None:
        self._access.write(partial(_fill, self._speech, self._access.called, lineage, serial, source))

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
    result = connection.execute(query, execution_options={"yield_per": BATCH})
    for batch in result.partitions():
        yield from map(read, batch)


def _position(connection: Connection) -> tuple[str, int]:
    lineage, serial = connection.execute(select(LEDGER.c.lineage, LEDGER.c.serial)).one()
    return lineage, serial


def _snapshot(speech: Speech, part: Part | None, connection: Connection) -> Snapshot:
    lineage, serial = _position(connection)
    known = Known()

    def every(shape: Shape[R], where: ColumnElement[bool] | None) -> Iterator[R]:
        query = _columns(shape).order_by(speech.place)
        return _records(connection, shape, query if where is None else query.where(where), known)

    def of_items(shape: Shape[R], name: str = "item") -> Iterator[R]:
        return every(
            shape, None if part is None else TABLES[shape.table].c[name].in_(speech.texts(part.items))
        )

    light = part is not None and part.light
    items = {one.id: one for one in of_items(rows.ITEMS, "id")}
    links: dict[str, tuple[Link, ...]] = {}
    for link in of_items(rows.LINKS):
        if not link.retired:
            links[link.item] = (*links.get(link.item, ()), link)
    paths = None if part is None else _DOCUMENTS.c.path.in_(speech.texts(part.documents))
    return Snapshot(
        lineage=lineage,
        serial=serial,
        documents=MappingProxyType({one.path: one for one in every(rows.DOCUMENTS, paths)}),
        items=MappingProxyType(items),
        intents=MappingProxyType({one.item: one for one in every(rows.INTENTS, _intents(speech, part))}),
        links=MappingProxyType(links),
        tickets=MappingProxyType(
            {(one.scope, one.id): one for one in every(rows.TICKETS, _linked(speech, part))}
        ),
        bases=MappingProxyType({} if light else {one.item: one for one in of_items(rows.BASES)}),
        scopes=MappingProxyType({one.name: one for one in every(rows.SCOPES, None)}),
    )


def _intents(speech: Speech, part: Part | None) -> ColumnElement[bool] | None:
    """Which intents belong to a part."""
    if part is None:
        return None
    mine = _INTENTS.c.item.in_(speech.texts(part.items))
    return mine & (_INTENTS.c.status != IntentStatus.CREATED.value) if part.light else mine


def _linked(speech: Speech, part: Part | None) -> ColumnElement[bool] | None:
    """Which tickets belong to a part: those of its items, followed by now or once, and their twins."""
    if part is None:
        return None
    linked = select(_LINKS.c.scope, _LINKS.c.ticket).where(_LINKS.c.item.in_(speech.texts(part.items)))
    twins = select(_TICKETS.c.scope, _TICKETS.c.id).where(_TICKETS.c.twin_of.in_(speech.texts(part.items)))
    return tuple_(_TICKETS.c.scope, _TICKETS.c.id).in_(linked.union_all(twins))


def _contents(speech: Speech, connection: Connection) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {path: [] for (path,) in connection.execute(select(_DOCUMENTS.c.path))}
    query = select(_ITEMS.c.document, _ITEMS.c.id).order_by(speech.place)
    for path, id in connection.execute(query, execution_options={"yield_per": BATCH}):
        found.setdefault(path, []).append(id)
    return found


def _commit(speech: Speech, found: dict[Shape[Any], list[Row]], past: int, connection: Connection) -> int:
    for shape, values in found.items():
        speech.store(connection, shape, values)
    return speech.count_up(connection, past)


def _records_after(
    speech: Speech, shape: Shape[R], place: int, connection: Connection
) -> tuple[int, list[R]] | None:
    """The next records of a kind in the order of first commits, and the place of the last of them."""
    nr = speech.place if shape.key else TABLES[shape.table].c.seq
    query = _columns(shape).add_columns(nr).where(nr > place).order_by(nr).limit(BATCH)
    found = connection.execute(query).all()
    read = shape.reader()
    return (found[-1][-1], [read(row[:-1]) for row in found]) if found else None


def _fill(
    speech: Speech,
    called: str,
    lineage: str,
    serial: int,
    source: Callable[[], Iterator[Record]],
    connection: Connection,
) -> None:
    held = (select(func.count()).select_from(table) for table in TABLES.values())
    if _position(connection)[1] or any(connection.execute(query).scalar_one() for query in held):
        raise faults.not_empty(called)
    records = source()
    while some := list(islice(records, BATCH)):
        for shape, values in rows_of(some).items():
            speech.store(connection, shape, values)
    connection.execute(update(LEDGER).values(lineage=lineage, serial=serial))


def _last_event(connection: Connection) -> int:
    return connection.execute(select(func.max(_EVENTS.c.seq))).scalar_one() or 0


def _events_after(
    seq: int, last: int, kinds: Collection[EventKind] | None, connection: Connection
) -> tuple[int, list[Event]] | None:
    query = _columns(rows.EVENTS).add_columns(_EVENTS.c.seq).order_by(_EVENTS.c.seq).limit(BATCH)
    if kinds is not None:
        query = query.where(_EVENTS.c.kind.in_([kind.value for kind in kinds]))
    found = connection.execute(query.where(_EVENTS.c.seq > seq, _EVENTS.c.seq <= last)).all()
    if not found:
        return None
    read = rows.EVENTS.reader()
    return found[-1][-1], [read(row[:-1]) for row in found]


def _latest_runs(speech: Speech, limit: int, connection: Connection) -> Sequence[Run]:
    query = _columns(rows.RUNS).order_by(_RUNS.c.started.desc(), speech.place.desc()).limit(limit)
    return tuple(_records(connection, rows.RUNS, query, Known()))


def _deliveries(speech: Speech, connection: Connection) -> Sequence[Delivery]:
    query = _columns(rows.DELIVERIES).order_by(TABLES[rows.DELIVERIES.table].c.at, speech.place)
    return tuple(_records(connection, rows.DELIVERIES, query, Known()))


def _acceptances(speech: Speech, connection: Connection) -> Sequence[Acceptance]:
    query = _columns(rows.ACCEPTANCES).order_by(TABLES[rows.ACCEPTANCES.table].c.since, speech.place)
    return tuple(_records(connection, rows.ACCEPTANCES, query, Known()))
