from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

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
from followthrough.model import Incident, Kind, Reference, State
from followthrough.planning.adopting import adopt
from followthrough.planning.identity import Identified
from followthrough.planning.learning import (
    Occasion,
    applied,
    learn_documents,
    linked,
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
        cause=("checkout",),
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


def test_how_a_measure_stands_in_its_document_is_kept_until_it_has_a_ticket(
    line: Line, page: Page, who: Who, learnt: Learnt, filed: Filed, ticket: MakeTicket, occasion: Occasion
) -> None:
    snapshot = learnt([page("a.md", line("Raise the limit"), line("Add an alert"))])
    raised, alert = snapshot.items
    ticked = page(
        "a.md",
        line("Raise the limit", state=State.DONE),
        line("Add an alert", state=State.DONE, references=(Reference("INFRA-9"),)),
    )
    snapshot = filed(snapshot, raised, ticket("1"))
    records = learn_documents([ticked], who([ticked], snapshot), snapshot, occasion)
    found = applied(snapshot, records).items
    assert (found[raised].state, found[raised].elsewhere) == (State.OPEN, False)
    assert (found[alert].state, found[alert].elsewhere) == (State.DONE, True)


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
    closed = ticket("1", state=State.DONE)
    done = view(asked=frozenset({"1"}), refreshed={"1": closed})
    steps: list[Callable[[Snapshot], Sequence[Record]]] = [
        lambda now: learn_documents([first], who([first], now), now, occasion),
        lambda now: [intent],
        lambda now: adopt(now, [view(owned={items[0]: (ticket("1"),)})], [], occasion),
        lambda now: learn_tickets(now, [done], occasion),
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
