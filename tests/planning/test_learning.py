from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.memory import MemoryLedger
from followthrough.ledger.records import (
    DocumentRecord,
    Event,
    EventKind,
    Intent,
    IntentStatus,
    ItemRecord,
    Link,
    Record,
    Relation,
    TicketRecord,
)
from followthrough.model import Incident, Kind, State
from followthrough.planning.identity import Identified
from followthrough.planning.learning import (
    Occasion,
    adopt,
    applied,
    doubled,
    learn_documents,
    learn_tickets,
    linked,
    record_of,
)
from followthrough.planning.readings import Reading, ScopeView, Seen

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


@pytest.fixture
def known(page: Page, learnt: Learnt, filed: Filed, ticket: MakeTicket) -> Snapshot:
    """One item with ticket 1."""
    snapshot = learnt([page("a.md", "Add an alert")])
    return filed(snapshot, next(iter(snapshot.items)), ticket("1"))


def asked(view: View, ticket: Ticket | None) -> ScopeView:
    return view(asked=frozenset({"1"}), refreshed={"1": ticket} if ticket else {})


# --- tickets --------------------------------------------------------------------------------------


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
    assert (event.kind, event.item, dict(event.data)) == (kind, item, data)
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
    [{"title": "Other words"}, {"labels": ("x",)}, {"key": "OPS-9"}, {"url": "https://x.example"}],
    ids=["title", "labels", "moved", "address"],
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


def test_a_ticket_that_is_not_found_is_missing_once_and_keeps_its_state(
    known: Snapshot, view: View, occasion: Occasion
) -> None:
    records = learn_tickets(known, [asked(view, None)], occasion)
    (event,) = events(records)
    assert (event.kind, dict(event.data)) == (EventKind.MISSING, {"key": "FT-1"})
    after = applied(known, records)
    (missing,) = after.tickets.values()
    assert (missing.state, missing.missing_since) == (State.OPEN, occasion.now)
    tomorrow = replace(occasion, now=occasion.now + timedelta(days=1))
    assert learn_tickets(after, [asked(view, None)], tomorrow) == []


def test_a_missing_ticket_that_is_back_is_no_longer_missing(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    after = applied(known, learn_tickets(known, [asked(view, None)], occasion))
    records = learn_tickets(after, [asked(view, ticket("1"))], occasion)
    assert records == [record_of("local", ticket("1"))]
    assert applied(after, records) == known


@pytest.mark.parametrize(
    "seen", [{"error": "no answer", "asked": frozenset({"1"})}, {}], ids=["failed", "not asked"]
)
def test_silence_teaches_nothing(
    seen: dict[str, Any], known: Snapshot, view: View, occasion: Occasion
) -> None:
    assert learn_tickets(known, [view(**seen)], occasion) == []


# --- own issues that the ledger does not know -----------------------------------------------------


def owned(view: View, *tickets: Ticket, item: str = "item", scope: str = "local") -> ScopeView:
    return view(scope, owned={item: tickets})


@pytest.mark.parametrize("place", ["ledger", "document"])
def test_an_own_issue_is_adopted(
    place: str, page: Page, learnt: Learnt, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    before = learnt([page("a.md", "Add an alert")])
    (item,) = before.items
    snapshot, present = (before, []) if place == "ledger" else (Snapshot(), [item])
    found = ticket("1", marker=item, created=CLOSED)
    records = adopt(snapshot, [owned(view, found, item=item)], present, occasion)
    assert records[:2] == [
        record_of("local", found),
        Link(item=item, scope="local", ticket="1", relation=Relation.ADOPTED),
    ]
    (event,) = events(records)
    assert (event.kind, event.occurred_at) == (EventKind.ADOPTED, CLOSED)
    assert adopt(applied(snapshot, records), [owned(view, found, item=item)], present, occasion) == []


def test_an_own_issue_of_no_item_here_is_left_alone(
    ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    assert adopt(Snapshot(), [owned(view, ticket("1"))], ["another"], occasion) == []


def test_a_create_without_an_answer_that_is_found_counts_as_created(
    ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    intent = Intent(
        item="item",
        scope="local",
        status=IntentStatus.UNKNOWN,
        at=CLOSED,
        run="1",
        attempt=2,
        reason="timeout",
    )
    snapshot = applied(Snapshot(), [intent])
    records = adopt(snapshot, [owned(view, ticket("1"))], ["item"], occasion)
    assert records[-1] == replace(intent, status=IntentStatus.CREATED, reason="")


def test_an_item_with_a_ticket_adopts_no_second_one(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    (item,) = known.items
    assert adopt(known, [owned(view, ticket("2"), ticket("3"), item=item)], [], occasion) == []


def test_a_taken_back_issue_is_not_adopted_again(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    (item,) = known.items
    (link,) = known.links[item]
    ignored = replace(known.items[item], ignored="taken back with run 1")
    back = applied(known, [replace(link, retired=True), ignored])
    assert adopt(back, [owned(view, ticket("1"), item=item)], [], occasion) == []
    records = adopt(back, [owned(view, ticket("1"), ticket("2"), item=item)], [], occasion)
    assert [record.ticket for record in records if isinstance(record, Link)] == ["2"]


@pytest.mark.parametrize(
    ("status", "scope", "adopted"),
    [
        (IntentStatus.UNKNOWN, "web", True),
        (IntentStatus.PENDING, "web", True),
        (IntentStatus.CREATED, "web", False),
        (IntentStatus.REFUSED, "web", False),
        (IntentStatus.UNKNOWN, "local", False),
    ],
)
def test_a_move_without_an_answer_is_found_by_its_marker(
    status: IntentStatus,
    scope: str,
    adopted: bool,
    known: Snapshot,
    ticket: MakeTicket,
    view: View,
    occasion: Occasion,
) -> None:
    (item,) = known.items
    snapshot = applied(known, [Intent(item=item, scope=scope, status=status, at=CLOSED, run="1")])
    views = [owned(view, ticket("7"), item=item, scope="web")]
    links = [one for one in adopt(snapshot, views, [], occasion) if isinstance(one, Link)]
    assert [(link.scope, link.ticket) for link in links] == ([("web", "7")] if adopted else [])


OLDER, NEWER = CLOSED - timedelta(days=1), CLOSED


OPEN, DROPPED = State.OPEN, State.DROPPED


@pytest.mark.parametrize("turned", [False, True], ids=["as listed", "the other way round"])
@pytest.mark.parametrize(
    ("tickets", "kept"),
    [
        ([("7", OLDER, OPEN), ("3", NEWER, DROPPED)], "7"),
        ([("7", OLDER, DROPPED), ("3", NEWER, OPEN)], "3"),
        ([("7", OLDER, DROPPED), ("3", NEWER, DROPPED)], "3"),
        ([("7", OLDER, State.DONE), ("3", OLDER, DROPPED)], "7"),
    ],
    ids=["open and older", "open and newer", "both closed: the newer", "as old: the higher"],
)
def test_of_issues_with_one_marker_the_open_one_is_adopted_else_the_newest(
    tickets: list[tuple[str, datetime, State]],
    kept: str,
    turned: bool,
    ticket: MakeTicket,
    view: View,
    occasion: Occasion,
) -> None:
    made = [ticket(id, created=created, state=state) for id, created, state in tickets]
    found = owned(view, *(reversed(made) if turned else made))
    records = adopt(Snapshot(), [found], ["item"], occasion)
    assert [record.ticket for record in records if isinstance(record, Link)] == [kept]
    assert doubled(Snapshot(), [found], ["item"]) == {}


@pytest.mark.parametrize("scopes", [("ops", "ops"), ("ops", "web")], ids=["one scope", "two scopes"])
def test_of_several_open_issues_with_one_marker_none_is_adopted(
    scopes: tuple[str, str], ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    issues = [ticket("7", created=OLDER), ticket("3", created=NEWER), ticket("1", state=DROPPED)]
    if scopes[0] == scopes[1]:
        views = [owned(view, *issues, scope="ops")]
    else:
        views = [owned(view, issues[0], scope="ops"), owned(view, *issues[1:], scope="web")]
    assert adopt(Snapshot(), views, ["item"], occasion) == []
    assert {id: {one.id for one in found} for id, found in doubled(Snapshot(), views, ["item"]).items()} == {
        "item": {"7", "3"}
    }


def test_what_filing_an_item_leaves_in_the_ledger(ticket: MakeTicket, occasion: Occasion) -> None:
    intent = Intent(item="item", scope="local", status=IntentStatus.PENDING, at=CLOSED, run="1")
    found = ticket("1", created=CLOSED)
    records = linked("item", "local", found, intent, Relation.FILED, occasion)
    assert [type(record) for record in records] == [TicketRecord, Link, Event, Intent]
    assert [event.kind for event in events(records)] == [EventKind.FILED]
    assert records[-1] == replace(intent, status=IntentStatus.CREATED)


# --- documents ------------------------------------------------------------------------------------


def test_a_document_at_first_sight(page: Page, line: Line, who: Who, occasion: Occasion) -> None:
    seen = line(
        "Add an alert",
        kind=Kind.DETECTIVE,
        kind_stated=True,
        owner="Sam",
        due=date(2026, 12, 1),
        priority="P1",
        section=("Actions",),
    )
    incident = Incident(
        title="Checkout down", date=date(2026, 11, 12), severity="sev1", services=("pay",), team="Core"
    )
    reading = page("a.md", seen, incident=incident, fingerprint="f")
    found = who([reading])
    document, item = learn_documents([reading], found, Snapshot(), occasion)
    assert document == DocumentRecord(
        path="a.md",
        fingerprint="f",
        title="Checkout down",
        incident_date=date(2026, 11, 12),
        severity="sev1",
        services=("pay",),
        team="Core",
    )
    assert item == ItemRecord(
        id=found.known[0].id,
        document="a.md",
        identity_text="Add an alert",
        section=("Actions",),
        line=10,
        text="Add an alert",
        kind="detective",
        kind_stated=True,
        owner="Sam",
        due=date(2026, 12, 1),
        priority="P1",
        first_seen=occasion.now,
    )


def test_a_document_without_measures_is_remembered_only_if_it_is_known(
    page: Page, who: Who, learnt: Learnt, occasion: Occasion
) -> None:
    empty = page("a.md", fingerprint="other")
    assert learn_documents([empty], who([empty]), Snapshot(), occasion) == []
    before = learnt([page("a.md", "Add an alert")])
    after = applied(before, learn_documents([empty], who([empty], before), before, occasion))
    assert after.documents["a.md"].fingerprint == "other"


def test_a_document_that_cannot_be_read_teaches_nothing(
    page: Page, who: Who, learnt: Learnt, occasion: Occasion
) -> None:
    before = learnt([page("a.md", "Add an alert")])
    broken = Reading(path="a.md", error="cannot be read")
    assert learn_documents([broken], who([broken], before, there=["a.md"]), before, occasion) == []


def test_gone_back_and_retitled_are_told_once_each(
    line: Line, page: Page, who: Who, learnt: Learnt, occasion: Occasion
) -> None:
    snapshot = learnt([page("a.md", "Add an alert", "Rehearse")])
    alert, _ = snapshot.items
    told = []
    for lines in (
        ["Rehearse"],
        ["Rehearse"],
        ["Add an alert", "Rehearse"],
        [line("Page somebody", alert), "Rehearse"],
    ):
        reading = page("a.md", *lines)
        for _look in range(2):
            records = learn_documents([reading], who([reading], snapshot), snapshot, occasion)
            told += [(event.kind, event.item, dict(event.data)) for event in events(records)]
            snapshot = applied(snapshot, records)
    assert told == [
        (EventKind.GONE, alert, {"text": "Add an alert"}),
        (EventKind.BACK, alert, {"text": "Add an alert"}),
        (EventKind.RETITLED, alert, {"from": "Add an alert", "to": "Page somebody"}),
    ]


def test_first_sight_and_occurrence_outlive_every_later_look(
    page: Page, who: Who, learnt: Learnt, occasion: Occasion
) -> None:
    before = learnt([page("a.md", "Add an alert", "Add an alert")])
    later = replace(occasion, now=occasion.now + timedelta(days=9))
    moved = page("b.md", "Rehearse", "Add an alert", "Add an alert")
    after = applied(before, learn_documents([moved], who([moved], before), before, later))
    kept = [after.items[id] for id in before.items]
    assert [(record.document, record.occurrence, record.first_seen) for record in kept] == [
        ("b.md", 0, occasion.now),
        ("b.md", 1, occasion.now),
    ]


def test_a_detached_document_stays_detached(page: Page, who: Who, learnt: Learnt, occasion: Occasion) -> None:
    before = learnt([page("a.md", "Add an alert")])
    detached = replace(before, documents={"a.md": replace(before.documents["a.md"], detached=True)})
    reading = page("a.md", "Add an alert", "Rehearse")
    after = applied(detached, learn_documents([reading], who([reading], detached), detached, occasion))
    assert after.documents["a.md"].detached


def test_a_frozen_line_teaches_nothing(
    line: Line, page: Page, who: Who, learnt: Learnt, occasion: Occasion
) -> None:
    before = learnt([page("a.md", "Add an alert")])
    (alert,) = before.items
    reading = page(
        "a.md", line("This", alert), line("That", alert), fingerprint=before.documents["a.md"].fingerprint
    )
    assert learn_documents([reading], who([reading], before), before, occasion) == []


def test_a_ledger_gives_back_what_applying_the_records_promised(
    page: Page, who: Who, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    """The plan is made on ``applied``; the next run reads the ledger."""
    ledger, snapshot = MemoryLedger(), Snapshot()
    first, second = page("a.md", "Add an alert", "Rehearse"), page("a.md", "Rehearse")
    items = [one.id for one in who([first]).known]
    intent = Intent(item=items[0], scope="local", status=IntentStatus.PENDING, at=CLOSED, run="1")
    steps: list[Callable[[Snapshot], Sequence[Record]]] = [
        lambda now: learn_documents([first], who([first], now), now, occasion),
        lambda now: [intent],
        lambda now: adopt(now, [owned(view, ticket("1"), item=items[0])], [], occasion),
        lambda now: learn_tickets(now, [asked(view, ticket("1", state=State.DONE))], occasion),
        lambda now: learn_documents([second], who([second], now), now, occasion),
        lambda now: [replace(link, retired=True) for link in now.links[items[0]]],
    ]
    for step in steps:
        records = step(snapshot)
        assert records
        snapshot = applied(snapshot, records)
        ledger.commit(records)
        stored = ledger.snapshot()
        assert {id: links for id, links in snapshot.links.items() if links} == dict(stored.links)
        for name in ("documents", "items", "intents", "tickets"):
            assert dict(getattr(snapshot, name)) == dict(getattr(stored, name)), name
