"""The ledger as the rest of the house sees it: read one snapshot, commit records.

Every store (SQLite today; PostgreSQL and a git branch can follow) implements :class:`Ledger`,
and one test suite runs against each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from followthrough.ledger.records import (
    Acceptance,
    Base,
    Delivery,
    DocumentRecord,
    Event,
    EventKind,
    Intent,
    ItemRecord,
    Link,
    Record,
    Run,
    Scope,
    TicketRecord,
)
from followthrough.model import State

_DECIDES = (State.OPEN, State.BLOCKED, State.IN_PROGRESS, State.DONE, State.DROPPED)
"""Of the states of several tickets, the one that stands first here is the item's."""


class LedgerError(Exception):
    """The ledger cannot be opened, read or written: a sentence with the next step."""


class LedgerBusy(LedgerError):
    """Another process holds the ledger; a later run finishes the work."""


class LedgerUnreachable(LedgerError):
    """The place that keeps the ledger does not answer; a later run finishes the work."""


class LedgerUnauthorized(LedgerError):
    """The place that keeps the ledger does not let us in, or not write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that planning needs of the ledger, read in one transaction. Never changes."""

    lineage: str = ""
    """Random name given to a ledger when it is made."""
    serial: int = 0
    """Grows by one with every commit."""
    documents: Mapping[str, DocumentRecord] = field(default_factory=dict)
    items: Mapping[str, ItemRecord] = field(default_factory=dict)
    intents: Mapping[str, Intent] = field(default_factory=dict)
    links: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)
    """By item, without retired ones."""
    tickets: Mapping[tuple[str, str], TicketRecord] = field(default_factory=dict)
    """By scope and ticket id."""
    bases: Mapping[str, Base] = field(default_factory=dict)
    scopes: Mapping[str, Scope] = field(default_factory=dict)

    def ticket_of(self, item: str) -> TicketRecord | None:
        """The ticket that decides where an item stands, ``None`` without any.

        Of several, that is the least advanced open one; once all are closed, one that is done, so
        that the item is done when any is, and dropped when all are.
        """
        links = self.links.get(item, ())
        if len(links) == 1:  # nearly always
            return self.tickets.get((links[0].scope, links[0].ticket))
        return self.deciding(self.tickets_of(item)) if links else None

    @staticmethod
    def deciding(tickets: Iterable[TicketRecord]) -> TicketRecord | None:
        """Of these tickets, the one that decides; ``None`` without any."""
        return min(tickets, key=lambda ticket: _DECIDES.index(ticket.state), default=None)

    def link_of(self, item: str) -> Link | None:
        """The link to the ticket that decides where an item stands."""
        ticket = self.ticket_of(item)
        links = self.links.get(item, ())
        where = (ticket.scope, ticket.id) if ticket else None
        return next((link for link in links if (link.scope, link.ticket) == where), None)

    def tickets_of(self, item: str) -> tuple[TicketRecord, ...]:
        """The last seen tickets of an item."""
        found = (self.tickets.get((link.scope, link.ticket)) for link in self.links.get(item, ()))
        return tuple(ticket for ticket in found if ticket is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some documents and items, to be read alone: a ledger of 100,000 items takes 200 MB as a whole."""

    documents: Collection[str] = ()
    items: Collection[str] = ()
    light: bool = False
    """Without bases, and of intents only those without an issue: a report asks for no more."""


class Ledger(Protocol):
    """A durable memory. One writer at a time; readers never wait for it."""

    def snapshot(self, part: Part | None = None, /) -> Snapshot:
        """The state after the last commit; of ``part`` only, with the tickets of its items."""
        ...

    def contents(self) -> Mapping[str, Sequence[str]]:
        """The ids of the items that each document holds, gone ones too; of every known document."""
        ...

    def position(self) -> tuple[str, int]:
        """Lineage and serial of that state, without reading it."""
        ...

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        """Write all records or none; when this returns, they survive a loss of power.

        With ``waits`` a store that pays for each commit may keep them until the next without it, or
        until it is closed: for what documents and trackers tell again.

        The new serial is one more than the last and greater than ``past``, which a ledger that went
        backwards is given once that has been dealt with. Returns the new serial. Raises
        :class:`LedgerBusy`, or :class:`LedgerError` where nothing was written.
        """
        ...

    def events(self, kinds: Collection[EventKind] | None = None, /) -> Iterator[Event]:
        """Every event, or those of some kinds, in the order in which they were committed."""
        ...

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """The latest runs, newest first."""
        ...

    def deliveries(self) -> Sequence[Delivery]:
        """Every message that was ever sent or tried, the oldest first."""
        ...

    def acceptances(self) -> Sequence[Acceptance]:
        """Every risk that was ever taken, the oldest first."""
        ...

    def records(self) -> Iterator[Record]:
        """Everything it holds, a kind after the other, each in the order of its keys' first commits."""
        ...

    def fill(self, lineage: str, serial: int, source: Callable[[], Iterator[Record]], /) -> None:
        """Make an empty ledger one of that name and serial that holds all records of ``source``, or none.

        ``source`` may be asked again from the start. Raises :class:`LedgerError` where the ledger holds
        anything.
        """
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...
