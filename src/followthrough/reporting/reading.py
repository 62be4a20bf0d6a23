"""What a report reads of the ledger: page by page, and only the events that change a figure."""

from __future__ import annotations

from collections.abc import Iterator

from followthrough.ledger.interface import Ledger, Part, Snapshot
from followthrough.ledger.records import Event, EventKind
from followthrough.reporting.asked import Asked
from followthrough.reporting.computing import report
from followthrough.reporting.figures import Report
from followthrough.reporting.history import BEGINNINGS

PAGE = 20_000
"""Items that are held at once, with their tickets: about 30 MB."""
TRIES = 3
"""A ledger that is written meanwhile is read again so often."""


def report_of(ledger: Ledger, asked: Asked) -> Report:
    """The figures of a day. Raises :class:`followthrough.ledger.LedgerError` where nothing can be read."""
    for _ in range(TRIES):
        before = ledger.position()
        found = report(pages(ledger), told(ledger, asked), asked)
        if ledger.position() == before:
            return found
    return report(ledger.snapshot(), told(ledger, asked), asked)


def pages(ledger: Ledger, size: int = PAGE) -> Iterator[Snapshot]:
    """All documents with their items, about ``size`` items at a time."""
    documents: list[str] = []
    items: list[str] = []
    for path, ids in ledger.contents().items():
        documents.append(path)
        items += ids
        if len(items) >= size:
            yield ledger.snapshot(Part(documents=documents, items=items, light=True))
            documents, items = [], []
    if documents:
        yield ledger.snapshot(Part(documents=documents, items=items, light=True))


def told(ledger: Ledger, asked: Asked) -> Iterator[Event]:
    """The events that change a figure of that day, in the order in which they were committed.

    Who had a measure matters only for a day that is past. When a measure got its first ticket is the
    tickets' own word, unless it was moved to another tracker.
    """
    kinds = {EventKind.STATE, EventKind.DUE, EventKind.MOVED}
    if asked.end_of(asked.as_of) <= asked.now:
        kinds.add(EventKind.ASSIGNEE)
    moved: set[str] = set()
    for event in ledger.events(kinds):
        if event.kind is EventKind.MOVED:
            moved.add(event.item)
        yield event
    if moved:
        yield from (event for event in ledger.events(BEGINNINGS) if event.item in moved)
