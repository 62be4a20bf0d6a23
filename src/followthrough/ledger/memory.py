"""A ledger that forgets everything with its process: for tests, simulations, and ledgers kept elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Self

from followthrough.ledger import faults, rows
from followthrough.ledger.interface import Part, Snapshot
from followthrough.ledger.packing import Packed
from followthrough.ledger.records import (
    Acceptance,
    Delivery,
    Event,
    EventKind,
    Intent,
    IntentStatus,
    Link,
    Record,
    Run,
    TicketRecord,
)
from followthrough.ledger.rows import R, Row, Shape, rows_of


class MemoryLedger:
    """See :class:`followthrough.ledger.interface.Ledger`. ``close`` keeps what it holds.

    What it keeps went through the same rows as in the other stores, so that it refuses what they
    refuse, and gives back what they give back.
    """

    def __init__(self, lineage: str = "memory") -> None:
        self._lineage = lineage
        self._serial = 0
        self._mutex = threading.Lock()
        self._kept: dict[Shape[Any], dict[tuple[Any, ...], Any]] = {
            shape: {} for shape in rows.SHAPES.values() if shape is not rows.EVENTS
        }
        self._events = Packed(rows.EVENTS)

    def snapshot(self, part: Part | None = None, /) -> Snapshot:
        with self._mutex:
            items, paths = (None, None) if part is None else (set(part.items), set(part.documents))
            light = part is not None and part.light
            links: dict[str, tuple[Link, ...]] = {}
            for link in self._kept[rows.LINKS].values():
                if not link.retired and (items is None or link.item in items):
                    links[link.item] = (*links.get(link.item, ()), link)
            return Snapshot(
                lineage=self._lineage,
                serial=self._serial,
                documents=self._by_name(rows.DOCUMENTS, paths),
                items=self._by_name(rows.ITEMS, items),
                intents=self._intents(items, light),
                links=MappingProxyType(links),
                tickets=MappingProxyType(self._tickets(items)),
                bases=self._by_name(rows.BASES, () if light else items),
                scopes=self._by_name(rows.SCOPES),
            )

    def _intents(self, items: Collection[str] | None, light: bool) -> Mapping[str, Intent]:
        found = self._by_name(rows.INTENTS, items)
        out = (IntentStatus.PENDING, IntentStatus.UNKNOWN, IntentStatus.REFUSED)
        return {name: one for name, one in found.items() if one.status in out} if light else found

    def _tickets(self, items: Collection[str] | None) -> dict[Any, TicketRecord]:
        kept = self._kept[rows.TICKETS]
        if items is None:
            return dict(kept)
        linked = {(link.scope, link.ticket) for link in self._kept[rows.LINKS].values() if link.item in items}
        return {key: record for key, record in kept.items() if key in linked or record.twin_of in items}

    def contents(self) -> Mapping[str, Sequence[str]]:
        with self._mutex:
            found: dict[str, list[str]] = {path: [] for (path,) in self._kept[rows.DOCUMENTS]}
            for item in self._kept[rows.ITEMS].values():
                found.setdefault(item.document, []).append(item.id)
            return found

    def position(self) -> tuple[str, int]:
        with self._mutex:
            return self._lineage, self._serial

    def _by_name(self, shape: Shape[R], names: Collection[str] | None = None) -> Mapping[str, R]:
        kept = self._kept[shape].items()
        return MappingProxyType({key[0]: record for key, record in kept if names is None or key[0] in names})

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        found = rows_of(records)
        with self._mutex:
            return self._keep_all(max(self._serial, past) + 1, found)

    def keep(self, serial: int, found: Mapping[Shape[Any], list[Row]]) -> None:
        """Add rows that a store has kept; the ledger is at ``serial`` then."""
        with self._mutex:
            self._keep_all(serial, found)

    def _keep_all(self, serial: int, found: Mapping[Shape[Any], list[Row]]) -> int:
        for shape, values in found.items():
            self._keep(shape, values)
        self._serial = serial
        return serial

    def _keep(self, shape: Shape[Any], values: list[Row]) -> None:
        read = shape.reader()
        for row in values:
            stored = tuple(row.values())
            self.take(shape, tuple(row[name] for name in shape.key), stored, read(stored))

    def take(self, shape: Shape[Any], key: tuple[Any, ...], values: tuple[Any, ...], record: Any) -> None:
        """Add a record as some store kept it, with its key and values; :meth:`recall` comes afterwards."""
        if shape is rows.EVENTS:
            self._events.append(values)
        else:
            kept = self._kept[shape]
            kept[key or (len(kept),)] = record

    def recall(self, lineage: str, serial: int) -> None:
        """Be the ledger of that name, at that serial."""
        with self._mutex:
            self._lineage, self._serial = lineage, serial

    def records(self) -> Iterator[Any]:
        for shape in rows.SHAPES.values():
            yield from self._events if shape is rows.EVENTS else self._kept[shape].values()

    def fill(self, lineage: str, serial: int, source: Callable[[], Iterator[Record]], /) -> None:
        if any(self._kept.values()) or self._events or self._serial:
            raise faults.not_empty("in memory")
        found = rows_of(list(source()))
        with self._mutex:
            self._lineage = lineage
            self._keep_all(serial, found)

    def events(self, kinds: Collection[EventKind] | None = None, /) -> Iterator[Event]:
        with self._mutex:
            kept: Iterator[Event] = iter(self._events)
        return (event for event in kept if kinds is None or event.kind in kinds)

    def runs(self, limit: int = 20) -> Sequence[Run]:
        with self._mutex:
            # Reversed before the stable sort: of runs that started together, the last comes first.
            latest = reversed(self._kept[rows.RUNS].values())
            return tuple(sorted(latest, key=lambda run: run.started, reverse=True)[: max(limit, 0)])

    def deliveries(self) -> Sequence[Delivery]:
        with self._mutex:
            return tuple(sorted(self._kept[rows.DELIVERIES].values(), key=lambda one: one.at))

    def acceptances(self) -> Sequence[Acceptance]:
        with self._mutex:
            return tuple(sorted(self._kept[rows.ACCEPTANCES].values(), key=lambda one: one.since))

    def close(self) -> None:
        pass

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
