"""Ledgers with a few measures in them, and the figures of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import DocumentRecord, Event, EventKind, ItemRecord, Link, TicketRecord
from followthrough.model import State
from followthrough.reporting.asked import Asked
from followthrough.reporting.computing import report
from followthrough.reporting.figures import Report

CREATED = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOW.date()
Row = dict[str, Any]


def _ledger(*rows: Row) -> Snapshot:
    documents, items, links, tickets = {}, {}, {}, {}
    for number, row in enumerate(rows, start=1):
        id = f"item{number:08}"
        mine = {name[5:]: value for name, value in row.items() if name.startswith("item_")}
        of_ticket = {
            name: value for name, value in row.items() if not name.startswith("item_") and name != "ticket"
        }
        given: Row = {
            "id": id,
            "document": "a.md",
            "identity_text": "",
            "line": 10 + number,
            "text": f"Measure {number}",
            "first_seen": CREATED,
            **mine,
        }
        item = items[id] = ItemRecord(**given)
        if item.document == "a.md":
            documents["a.md"] = DocumentRecord(
                path="a.md",
                fingerprint="",
                title="Checkout down",
                incident_date=date(2026, 10, 5),
                severity="sev1",
            )
        if row.get("ticket", True):
            ticket: Row = {
                "scope": "ops",
                "id": str(number),
                "key": f"OPS-{number}",
                "url": f"https://x.example/OPS-{number}",
                "title": "",
                "state": State.OPEN,
                "native_status": "To Do",
                "created": CREATED,
                "updated": CREATED,
                **of_ticket,
            }
            links[id] = (Link(item=id, scope="ops", ticket=str(number)),)
            tickets["ops", str(number)] = TicketRecord(**ticket)
    return Snapshot(documents=documents, items=items, links=links, tickets=tickets)


def _figures(snapshot: Snapshot, as_of: date = TODAY, events: Iterable[Event] = (), **asked: Any) -> Report:
    return report(snapshot, events, Asked(**{"as_of": as_of, "now": NOW, **asked}))


def _turned(kind: str, number: int, at: datetime, before: str | None, after: str | None) -> Event:
    return Event(
        kind=EventKind(kind),
        item=f"item{number:08}",
        occurred_at=at,
        seen_at=NOW,
        run="r",
        command="run",
        data={"from": before, "to": after, "scope": "ops", "ticket": str(number)},
    )


@pytest.fixture(scope="session")
def ledger() -> Callable[..., Snapshot]:
    """A ledger with these measures; keys of a row go to the item (``item_…``) or its ticket."""
    return _ledger


@pytest.fixture(scope="session")
def figures() -> Callable[..., Report]:
    """The figures of a snapshot: on 23 November 2026, without events, unless something else is asked."""
    return _figures


@pytest.fixture(scope="session")
def turned() -> Callable[..., Event]:
    """An event of the ledger's n-th measure: its kind, number and time, before and after."""
    return _turned


@pytest.fixture(scope="session")
def shown() -> Report:
    """A report with something late, something open, something closed last week, and something unfiled."""
    snapshot = _ledger(
        {
            "due": date(2026, 10, 20),
            "assignee": "Sam",
            "state": State.IN_PROGRESS,
            "item_text": "Fail over the payment queue.",
            "item_kind": "preventive",
            "item_kind_stated": True,
        },
        {"item_text": "Rehearse the region switch", "item_kind": "process", "key": "#231"},
        {
            "item_text": "Alert on the pool",
            "state": State.DONE,
            "closed": datetime(2026, 11, 20, 9, tzinfo=UTC),
            "url": "",
            "key": "FT-3",
        },
        {"item_text": "Never filed", "ticket": False},
    )
    return _figures(snapshot)
