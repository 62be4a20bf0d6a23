"""Own issues that a complete listing shows by their marker, and two issues with one marker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import (
    Event,
    EventKind,
    Intent,
    IntentStatus,
    Link,
    Record,
    Relation,
    TicketRecord,
)
from followthrough.model import State
from followthrough.planning.adopting import adopt, take_over, twins, two_issues
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

CLOSED = datetime(2026, 11, 19, 16, 58, tzinfo=UTC)


def events(records: Sequence[Record]) -> list[Event]:
    return [record for record in records if isinstance(record, Event)]


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
    records = adopt(known, [owned(view, ticket("2"), ticket("3"), item=item)], [], occasion)
    assert not [record for record in records if not isinstance(record, TicketRecord)]
    assert applied(known, records).tickets_of(item) == known.tickets_of(item)


def test_a_taken_back_issue_is_not_adopted_again(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    (item,) = known.items
    (link,) = known.links[item]
    ignored = replace(known.items[item], ignored="taken back with run 1")
    back = applied(known, [replace(link, retired=True), ignored])
    assert adopt(back, [owned(view, ticket("1"), item=item)], [], occasion) == []
    closed = ticket("1", state=DROPPED)
    records = adopt(back, [owned(view, closed, ticket("2"), item=item)], [], occasion)
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


@pytest.mark.parametrize("turned", [False, True], ids=["as listed", "the other way round"])
@pytest.mark.parametrize("scopes", [("ops", "ops"), ("ops", "web")], ids=["one scope", "two scopes"])
def test_of_several_open_issues_with_one_marker_the_lowest_number_is_kept(
    scopes: tuple[str, str], turned: bool, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    issues = [
        ticket("70", key="FT-9", created=OLDER),
        ticket("30", key="FT-10", created=OLDER),
        ticket("11", created=OLDER, state=DROPPED),
    ]
    if scopes[0] == scopes[1]:
        views = [owned(view, *(reversed(issues) if turned else issues), scope="ops")]
    else:
        views = [owned(view, issues[0], scope="ops"), owned(view, *issues[1:], scope="web")]
        views = views[::-1] if turned else views
    records = adopt(Snapshot(), views, ["item"], occasion)
    assert [record.ticket for record in records if isinstance(record, Link)] == ["70"]
    after = applied(Snapshot(), records)
    assert {item: [one.key for one in others] for item, others in twins(after).items()} == {"item": ["FT-10"]}
    assert adopt(after, views, ["item"], occasion) == [], "learnt once"
    assert after.tickets_of("item") == (record_of("ops", issues[0]),), "the other one counts for nothing"


def test_a_twin_that_is_closed_is_none_any_more(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    (item,) = known.items
    both = [owned(view, ticket("1"), ticket("2"), item=item)]
    doubled = applied(known, adopt(known, both, [], occasion))
    assert list(twins(doubled)) == [item]
    closed = view(asked=frozenset({"2"}), refreshed={"2": ticket("2", state=DROPPED)})
    after = applied(doubled, learn_tickets(doubled, [closed], occasion))
    assert (twins(after), take_over(after)) == ({}, [])
    assert after.links == known.links


def test_where_the_kept_one_was_closed_as_wont_do_its_twin_is_the_ticket(
    known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    (item,) = known.items
    both = [owned(view, ticket("1"), ticket("2"), item=item)]
    doubled = applied(known, adopt(known, both, [], occasion))
    dropped = view(asked=frozenset({"1"}), refreshed={"1": ticket("1", state=DROPPED)})
    after = applied(doubled, learn_tickets(doubled, [dropped], occasion))
    after = applied(after, take_over(after))
    assert [link.ticket for link in after.links[item]] == ["2"]
    assert twins(after) == {}
    assert adopt(after, [owned(view, ticket("1", state=DROPPED), ticket("2"), item=item)], [], occasion) == []


def test_two_issues_are_told_with_both_keys_and_what_to_do(
    page: Page, who: Who, known: Snapshot, ticket: MakeTicket, view: View, occasion: Occasion
) -> None:
    (item,) = known.items
    both = [owned(view, ticket("1"), ticket("2"), item=item)]
    snapshot = applied(known, adopt(known, both, [], occasion))
    (matter,) = two_issues(who([page("a.md", "Add an alert")], snapshot).known, snapshot)
    assert (matter.code, matter.item, matter.key) == ("two-issues", item, "FT-1")
    assert matter.message == (
        "has 2 issues that carry its marker: FT-1 is kept, FT-2 left alone. Nothing is closed by itself."
    )
    assert matter.choices == "close FT-2 as a duplicate of FT-1"
