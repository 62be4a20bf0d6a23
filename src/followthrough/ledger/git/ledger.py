"""The ledger on a branch: read whole when it is opened, moved on by one push for each commit."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final, Self

from followthrough.collector import no_collection
from followthrough.ledger import faults as common
from followthrough.ledger import rows
from followthrough.ledger.git import faults, lines
from followthrough.ledger.git.branch import Entry, MovedError, Place, Tree
from followthrough.ledger.git.settling import announced, settles, still_open
from followthrough.ledger.interface import LedgerError, Part, Snapshot
from followthrough.ledger.memory import MemoryLedger
from followthrough.ledger.records import Acceptance, Delivery, Event, EventKind, Record, Run
from followthrough.ledger.rows import Row, Shape, rows_of

FILES: Final = 200
SIZE: Final = 1_000_000
"""So many files, or so many bytes but no fewer than the base has, are written into a new base."""
REBASES: Final = 5

README: Final = """# The ledger of followthrough

These files are written by `followthrough` alone: what it has filed, what it last saw, and what happened.
`ledger.jsonl` holds everything up to a point, `log/` what came after it.
Nothing in them is secret.
Do not edit, merge or delete this branch: without it a measure may be looked for again for hours.
"""


@dataclass(slots=True)
class Loaded:
    """The branch as it was read, and as this process has moved it on."""

    memory: MemoryLedger
    head: lines.Head
    tip: str | None = None
    """The commit that holds all this."""
    at: str | None = None
    """Where the branch was then: the same, or nowhere yet."""
    entries: Sequence[Entry] = ()
    base_size: int = 0
    log_size: int = 0


def load(tree: Tree, tip: str | None, fresh: Callable[[], lines.Head]) -> Loaded:
    """What the branch holds at ``tip``; a new ledger where there is none."""
    if tip is None:
        head = fresh()
        return Loaded(MemoryLedger(head.lineage), head)
    entries = tree.entries(tip)
    mine = [one for one in entries if one.path == lines.BASE or one.path.startswith(f"{lines.LOG}/")]
    if not any(one.path == lines.BASE for one in mine):
        raise faults.foreign(tree.called)
    mine.sort(key=lambda one: (one.path != lines.BASE, one.path))
    # Records hold no cycle: walking them, again and again while they come, takes most of the time.
    with no_collection():
        return _read(tree, tip, entries, mine)


def _read(tree: Tree, tip: str, entries: Sequence[Entry], mine: Sequence[Entry]) -> Loaded:
    memory, sizes = MemoryLedger(""), []

    def files() -> Iterator[tuple[str, Iterator[bytes]]]:
        for path, size, content in tree.contents(mine):
            sizes.append(size)
            yield path, content

    try:
        heads = list(lines.joined(files(), memory.take))
    except lines.NewerError as error:
        raise faults.newer(tree.called) from error
    except lines.DamagedError as error:
        raise faults.damaged(tree.called, tip, str(error)) from error
    head = replace(heads[0], serial=heads[-1].serial)
    memory.recall(head.lineage, head.serial)
    return Loaded(memory, head, tip, tip, entries, sizes[0], sum(sizes[1:]))


def first_files(tree: Tree, base: bytes) -> list[Entry]:
    """The files of a branch with no log yet."""
    return [tree.keep("README.md", README.encode()), tree.keep(lines.BASE, base)]


class GitLedger:
    """See :class:`followthrough.ledger.interface.Ledger`; made by :func:`.open_git`."""

    def __init__(self, tree: Tree, place: Place | None, loaded: Loaded, again: Callable[[], Loaded]) -> None:
        self._tree = tree
        self._place = place
        """``None`` for reading only."""
        self._loaded = loaded
        self._again = again
        """Reads the branch as it is now."""
        self._session = secrets.token_hex(8)
        """Stands in each commit: two hosts that write the same words in the same second make two commits,
        or the second one's push would seem to have arrived."""
        self._mutex = threading.RLock()
        self._waiting: list[tuple[int, dict[Shape[Any], list[Row]]]] = []
        """Commits that may go with the next push."""
        self._announced: set[tuple[str, ...]] = set()
        """What this process has said it would send, and not yet how that ended."""
        self._overtaken = self._closed = False

    def snapshot(self, part: Part | None = None, /) -> Snapshot:
        return self._loaded.memory.snapshot(part)

    def contents(self) -> Mapping[str, Sequence[str]]:
        return self._loaded.memory.contents()

    def position(self) -> tuple[str, int]:
        # What is still waiting is not told to any journal: it is lost if this process is killed.
        return self._loaded.head.lineage, self._loaded.head.serial

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        found = rows_of(records)
        with self._mutex:
            if self._place is None:
                raise faults.for_reading(self._tree.called)
            if self._closed:
                raise faults.closed(self._tree.called)
            if self._overtaken and not settles(records, self._announced):
                raise faults.overtaken(self._tree.called)
            serial = max(self._loaded.memory.position()[1], past) + 1
            if not waits:
                serial = self._push(records, found, serial)
            else:
                self._waiting.append((serial, found))
                self._loaded.memory.keep(serial, found)
            return serial

    def _push(self, records: Sequence[Record], found: dict[Shape[Any], list[Row]], serial: int) -> int:
        try:
            self._advance(found, serial)
        except MovedError:
            # Another host has written. Nothing that was planned here may begin any more; but what this
            # process has already sent is told all the same, on top of what the other one knows.
            self._waiting.clear()
            self._overtaken = True
            if not settles(records, self._announced):
                raise faults.overtaken(self._tree.called) from None
            serial = self._settle(records)
        self._announced = announced(records, self._announced)
        return serial

    def _settle(self, records: Sequence[Record]) -> int:
        for _ in range(REBASES):
            self._loaded = self._again()
            memory = self._loaded.memory
            left = still_open(records, self._announced, memory.snapshot(), memory.deliveries())
            serial = memory.position()[1]
            if not left:
                return serial
            try:
                self._advance(rows_of(left), serial + 1)
            except MovedError:
                continue
            return serial + 1
        raise faults.overtaken(self._tree.called)

    def _advance(self, found: dict[Shape[Any], list[Row]], serial: int) -> None:
        """Push what waits and ``found``; then, and only then, it is in the memory as well."""
        loaded, place = self._loaded, self._place
        assert place is not None  # noqa: S101  commit has looked
        new = [
            (shape, row)
            for _, some in (*self._waiting, (serial, found))
            for shape in some
            for row in some[shape]
        ]
        head = replace(loaded.head, after=loaded.head.serial, serial=serial, root="")
        data = lines.written(head, new)
        files = sum(one.path.startswith(f"{lines.LOG}/") for one in loaded.entries)
        entries, base_size, log_size = list(loaded.entries), loaded.base_size, loaded.log_size + len(data)
        if loaded.tip is None or files >= FILES or log_size > max(SIZE, base_size):
            base = self._whole(serial, found)
            entries = first_files(self._tree, base)
            base_size, log_size = len(base), 0
        else:
            entries.append(self._tree.keep(lines.segment(serial), data))
        message = f"Ledger at {serial} [skip ci]\n\nSession: {self._session}\n"
        commit = self._tree.commit(entries, loaded.tip, message)
        place.advance(loaded.at, commit)
        self._loaded = Loaded(
            loaded.memory, replace(loaded.head, serial=serial), commit, commit, entries, base_size, log_size
        )
        self._waiting.clear()
        loaded.memory.keep(serial, found)

    def _whole(self, serial: int, found: dict[Shape[Any], list[Row]]) -> bytes:
        """Everything in one file: keyed records as they are now, others in their order."""
        every: dict[Shape[Any], dict[tuple[Any, ...], Row]] = {shape: {} for shape in rows.SHAPES.values()}

        def put(shape: Shape[Any], row: Row) -> None:
            some = every[shape]
            some[tuple(row[name] for name in shape.key) or (len(some),)] = row

        for record in self._loaded.memory.records():
            shape = rows.SHAPES[type(record)]
            put(shape, shape.row(record))
        for shape, some in found.items():
            for row in some:
                put(shape, row)
        head = replace(self._loaded.head, after=0, serial=serial)
        return lines.written(head, ((shape, row) for shape in every for row in every[shape].values()))

    def records(self) -> Iterator[Record]:
        return self._loaded.memory.records()

    def fill(self, lineage: str, serial: int, source: Callable[[], Iterator[Record]], /) -> None:
        with self._mutex:
            if self._place is None:
                raise faults.for_reading(self._tree.called)
            if self._loaded.tip is not None or self._loaded.memory.position()[1]:
                raise common.not_empty(self._tree.called)
            head = replace(self._loaded.head, lineage=lineage, serial=serial, after=0)
            found = ((rows.SHAPES[type(record)], record) for record in source())
            data = lines.written(head, ((shape, shape.row(record)) for shape, record in found))
            commit = self._tree.commit(first_files(self._tree, data), None, f"Ledger at {serial} [skip ci]\n")
            try:
                self._place.advance(self._loaded.at, commit)
            except MovedError:
                raise faults.overtaken(self._tree.called) from None
            self._loaded = self._again()

    def events(self, kinds: Collection[EventKind] | None = None, /) -> Iterator[Event]:
        return self._loaded.memory.events(kinds)

    def runs(self, limit: int = 20) -> Sequence[Run]:
        return self._loaded.memory.runs(limit)

    def deliveries(self) -> Sequence[Delivery]:
        return self._loaded.memory.deliveries()

    def acceptances(self) -> Sequence[Acceptance]:
        return self._loaded.memory.acceptances()

    def close(self) -> None:
        with self._mutex:
            if not self._closed and self._waiting:
                self.commit([])
            self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        try:
            self.close()
        except LedgerError:
            # What only waited is seen again by the next run; what ended this one is what to tell.
            if error is None:
                raise
