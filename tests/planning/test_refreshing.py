"""What a look at known tickets teaches: changed, moved, not found, found again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import (
    Event,
    EventKind,
    Record,
)
from followthrough.model import State
from followthrough.planning.identity import Identified
from followthrough.planning.learning import (
    Occasion,
    applied,
    record_of,
)
from followthrough.planning.readings import Reading, ScopeView, Seen
from followthrough.planning.refreshing import learn_tickets

Line = Callable[..., Seen]
Page = Callable[..., Reading]
Who = Callable[..., Identified]
View = Callable[..., ScopeView]
Learnt = Callable[..., Snapshot]
Filed = Callable[..., Snapshot]
MakeTicket = Callable[..., Ticket]

UPDATED = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
CLOSED = datetime(2026, 11, 19, 16, 58, tzinfo=UTC)


def events(records: Sequence[Record]) -> list[Event]:
    return [record for record in records if isinstance(record, Event)]


def asked(view: View, ticket: Ticket | None) -> ScopeView:
    return view(asked=frozenset({"1"}), refreshed={"1": ticket} if ticket else {})


@pytest.mark.parametrize(
    ("before", "after", "kind", "data", "at"),
    [
        (
            {},
            {"state": State.IN_PROGRESS, "native_status": "Doing"},
            EventKind.STATE,
            {"from": "open", "to": "in_progress", "native": "Doing"},
            UPDATED,
        ),
        (
            {},
            {"state": State.DONE, "native_status": "Closed", "closed": CLOSED},
            EventKind.STATE,
            {"from": "open", "to": "done", "native": "Closed"},
            CLOSED,
        ),
        (
            {},
            {"state": State.DROPPED, "native_status": "Rejected"},
            EventKind.STATE,
            {"from": "open", "to": "dropped", "native": "Rejected"},
            UPDATED,
        ),
        (
            {"state": State.DONE, "closed": CLOSED},
            {"state": State.OPEN, "native_status": "Reopened"},
            EventKind.STATE,
            {"from": "done", "to": "open", "native": "Reopened"},
            UPDATED,
        ),
        ({}, {"due": date(2026, 12, 1)}, EventKind.DUE, {"from": None, "to": "2026-12-01"}, UPDATED),
        ({"due": date(2026, 12, 1)}, {}, EventKind.DUE, {"from": "2026-12-01", "to": None}, UPDATED),
        ({}, {"assignee": "sam"}, EventKind.ASSIGNEE, {"from": None, "to": "sam"}, UPDATED),
        ({"assignee": "sam"}, {"assignee": "kim"}, EventKind.ASSIGNEE, {"from": "sam", "to": "kim"}, UPDATED),
    ],
    ids=[
        "started",
        "done, with its time",
        "dropped, without its time",
        "reopened",
        "date set",
        "date cleared",
        "assigned",
        "assigned to another",
    ],
)
def test_a_change_is_an_event_at_the_trackers_own_time(
    before: dict[str, Any],
    after: dict[str, Any],
    kind: EventKind,
    data: dict[str, Any],
    at: datetime,
    known: Snapshot,
    filed: Filed,
    ticket: MakeTicket,
    view: View,
    occasion: Occasion,
) -> None:
    (item,) = known.items
    snapshot = filed(known, item, ticket("1", **before))
    seen = asked(view, ticket("1", **after, updated=UPDATED))
    records = learn_tickets(snapshot, [seen], occasion)
    (event,) = events(records)
    which = {"scope": "local", "ticket": "1"}
    assert (event.kind, event.item, dict(event.data)) == (kind, item, data | which)
    assert (event.occurred_at, event.seen_at) == (at, occasion.now)
    assert (event.run, event.command, event.account) == ("20261120-1", "run", "bot")
    assert learn_tickets(applied(snapshot, records), [seen], occasion) == []


def test_several_changes_at_once_are_several_events(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    changed = ticket("1", state=State.BLOCKED, due=date(2026, 12, 1), assignee="sam", updated=UPDATED)
    kinds = [event.kind for event in events(learn_tickets(known, [asked(view, changed)], occasion))]
    assert kinds == [EventKind.STATE, EventKind.DUE, EventKind.ASSIGNEE]


@pytest.mark.parametrize(
    "change",
    [{"title": "Other words"}, {"labels": ("x",)}, {"url": "https://x.example"}],
    ids=["title", "labels", "address"],
)
def test_other_changes_are_remembered_without_an_event(
    change: dict[str, Any], known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    records = learn_tickets(known, [asked(view, ticket("1", **change))], occasion)
    assert records == [record_of("local", ticket("1", **change))]


def test_an_unchanged_ticket_teaches_nothing(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    assert learn_tickets(known, [asked(view, ticket("1"))], occasion) == []


def night(occasion: Occasion, number: int) -> Occasion:
    return replace(occasion, run=f"run-{number}", now=occasion.now + timedelta(days=number))


def test_a_ticket_is_missing_once_two_runs_have_not_found_it(
    known: Snapshot, view: View, occasion: Occasion
) -> None:
    first = learn_tickets(known, [asked(view, None)], occasion)
    once = applied(known, first)
    (unseen,) = once.tickets.values()
    assert events(first) == []
    assert (unseen.missing, unseen.absences, unseen.missing_since) == (False, 1, occasion.now)
    second = learn_tickets(once, [asked(view, None)], night(occasion, 1))
    (event,) = events(second)
    assert (event.kind, dict(event.data)) == (EventKind.MISSING, {"key": "FT-1"})
    assert event.occurred_at == occasion.now
    twice = applied(once, second)
    (missing,) = twice.tickets.values()
    assert (missing.missing, missing.state, missing.missing_since) == (True, State.OPEN, occasion.now)
    assert learn_tickets(twice, [asked(view, None)], night(occasion, 2)) == [], "told once, written once"


@pytest.mark.parametrize("nights", [1, 2, 3])
def test_a_ticket_that_is_back_was_never_gone(
    nights: int, known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    after = known
    for number in range(nights):
        after = applied(after, learn_tickets(after, [asked(view, None)], night(occasion, number)))
    records = learn_tickets(after, [asked(view, ticket("1"))], occasion)
    assert [event.kind for event in events(records)] == ([EventKind.FOUND] if nights > 1 else [])
    assert applied(after, records) == known


def test_a_moved_ticket_keeps_its_links_and_remembers_its_former_keys(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    snapshot = known
    for key in ("NEW-7", "ELSE-2"):
        records = learn_tickets(snapshot, [asked(view, ticket("1", key=key, updated=UPDATED))], occasion)
        (event,) = events(records)
        assert (event.kind, event.data["to"], event.occurred_at) == (EventKind.REKEYED, key, UPDATED)
        snapshot = applied(snapshot, records)
    (moved,) = snapshot.tickets.values()
    assert (moved.key, moved.former_keys) == ("ELSE-2", ("FT-1", "NEW-7"))
    assert snapshot.links == known.links


def test_a_transferred_ticket_is_followed_to_its_new_id(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    (item,) = known.items
    (link,) = known.links[item]
    records = learn_tickets(known, [asked(view, ticket("77", key="WEB-3"))], occasion)
    after = applied(known, records)
    assert after.links[item] == (replace(link, ticket="77"),)
    assert after.ticket_of(item) == after.tickets["local", "77"]
    assert after.tickets["local", "77"].former_keys == ("FT-1",)
    assert [event.kind for event in events(records)] == [EventKind.REKEYED]
    seen = view(asked=frozenset({"77"}), refreshed={"77": ticket("77", key="WEB-3")})
    assert learn_tickets(after, [seen], occasion) == []


@pytest.mark.parametrize(
    "seen", [{"error": "no answer", "asked": frozenset({"1"})}, {}], ids=["failed", "not asked"]
)
def test_silence_teaches_nothing(
    seen: dict[str, Any], known: Snapshot, view: View, occasion: Occasion
) -> None:
    assert learn_tickets(known, [view(**seen)], occasion) == []
