"""What was when: figures of past days, from events by the tracker's own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Event, EventKind, Intent, IntentStatus, Link, Relation
from followthrough.model import State
from followthrough.policy.effective import Fallbacks
from followthrough.reporting.figures import Report
from followthrough.reporting.matters import Why
from followthrough.reporting.rows import Accepted

Ledger = Callable[..., Snapshot]
Figures = Callable[..., Report]
Turned = Callable[..., Event]


def at(day: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


def test_a_past_day_has_the_states_of_that_day(ledger: Ledger, figures: Figures, turned: Turned) -> None:
    snapshot = ledger({"created": at(2), "state": State.OPEN, "updated": at(20)})
    events = [
        turned("state", 1, at(5), "open", "in_progress"),
        turned("state", 1, at(10), "in_progress", "done"),
        turned("state", 1, at(20), "done", "open"),
    ]
    states = {}
    for number in (1, 2, 4, 5, 9, 10, 19, 20, 23):
        rows = figures(snapshot, day(number), events).rows
        states[number] = [(row.state.value, row.closed, row.reopened) for row in rows]
    assert states == {
        1: [],
        2: [("open", None, 0)],
        4: [("open", None, 0)],
        5: [("in_progress", None, 0)],
        9: [("in_progress", None, 0)],
        10: [("done", day(10), 0)],
        19: [("done", day(10), 0)],
        20: [("open", None, 1)],
        23: [("open", None, 1)],
    }


def test_a_closed_ticket_without_any_event_was_open_until_it_was_closed(
    ledger: Ledger, figures: Figures
) -> None:
    snapshot = ledger({"created": at(2), "state": State.DONE, "closed": at(10), "updated": at(18)})
    assert [row.state for row in figures(snapshot, day(9)).rows] == [State.OPEN]
    (row,) = figures(snapshot, day(10)).rows
    assert (row.state, row.closed) == (State.DONE, day(10))


def test_a_day_ends_where_the_team_is(ledger: Ledger, figures: Figures) -> None:
    snapshot = ledger({"created": at(2), "state": State.DONE, "closed": at(10, 23)})
    for zone, closed in (("UTC", 10), ("Europe/Berlin", 11), ("America/Los_Angeles", 10)):
        (row,) = figures(snapshot, zone=ZoneInfo(zone)).rows
        assert row.closed == day(closed)
        (before,) = figures(snapshot, day(closed - 1), zone=ZoneInfo(zone)).rows
        assert before.state is State.OPEN


def test_date_and_owner_are_those_of_the_day(ledger: Ledger, figures: Figures, turned: Turned) -> None:
    snapshot = ledger({"created": at(2), "due": day(30), "assignee": "Kim", "item_owner": "Ada"})
    events = [
        turned("due", 1, at(6), "2026-11-04", "2026-11-12"),
        turned("assignee", 1, at(7), "Sam", None),
        turned("assignee", 1, at(8), None, "Kim"),
        turned("due", 1, at(15), "2026-11-12", "2026-11-30"),
    ]
    told = {}
    for number in (3, 5, 6, 7, 8, 14, 15):
        (row,) = figures(snapshot, day(number), events).rows
        told[number] = (row.due and row.due.day, row.days_late, row.owner, row.moved)
    assert told == {
        3: (4, 0, "Sam", 0),
        5: (4, 1, "Sam", 0),
        6: (12, 0, "Sam", 1),
        7: (12, 0, "Ada", 1),
        8: (12, 0, "Kim", 1),
        14: (12, 2, "Kim", 1),
        15: (30, 0, "Kim", 2),
    }


def test_a_date_moved_forward_or_set_at_last_was_not_moved_to_a_later_day(
    ledger: Ledger, figures: Figures, turned: Turned
) -> None:
    events = [
        turned("due", 1, at(6), None, "2026-11-12"),
        turned("due", 1, at(7), "2026-11-12", "2026-11-10"),
        turned("due", 1, at(8), "2026-11-10", None),
    ]
    (row,) = figures(ledger({"created": at(2)}), events=events).rows
    assert (row.moved, row.due) == (0, None)


def test_a_change_comes_no_later_than_what_was_seen_after_it(
    ledger: Ledger, figures: Figures, turned: Turned
) -> None:
    """A ticket that is begun and commented on later tells the comment's time for the beginning."""
    snapshot = ledger({"created": at(2), "state": State.DONE, "closed": at(8), "updated": at(15)})
    events = [
        turned("state", 1, at(15), "open", "in_progress"),
        turned("state", 1, at(8), "in_progress", "done"),
    ]
    for number, state in ((7, State.OPEN), (8, State.DONE), (16, State.DONE), (23, State.DONE)):
        (row,) = figures(snapshot, day(number), events).rows
        assert row.state is state


def test_what_no_event_tells_ends_as_the_tracker_says(
    ledger: Ledger, figures: Figures, turned: Turned
) -> None:
    snapshot = ledger({"created": at(2), "state": State.BLOCKED, "updated": at(18)})
    events = [turned("state", 1, at(5), "open", "in_progress")]
    for number, state in ((17, State.IN_PROGRESS), (18, State.BLOCKED), (23, State.BLOCKED)):
        (row,) = figures(snapshot, day(number), events).rows
        assert row.state is state


def test_a_moved_measure_is_as_old_as_its_first_ticket(ledger: Ledger, figures: Figures) -> None:
    snapshot = ledger({"created": at(15)})
    events = [
        Event(
            kind=kind, item="item00000001", occurred_at=when, seen_at=when, run="r", command="run", data=data
        )
        for kind, when, data in (
            (EventKind.FILED, at(3), {"key": "FT-1"}),
            (EventKind.FILED, at(15), {"key": "OPS-1"}),
            (EventKind.MOVED, at(15), {"from": "FT-1", "to": "OPS-1"}),
        )
    ]
    (row,) = figures(snapshot, events=events).rows
    assert row.created == day(3)
    assert figures(snapshot, day(4), events).rows


@pytest.mark.parametrize(
    ("number", "state"), [(2, State.OPEN), (6, State.OPEN), (9, State.OPEN), (12, State.DONE)]
)
def test_of_several_tickets_the_least_advanced_decides_on_every_day(
    number: int, state: State, ledger: Ledger, figures: Figures, turned: Turned
) -> None:
    snapshot = ledger(
        {"created": at(2), "state": State.DONE, "closed": at(5)},
        {"created": at(3), "state": State.DROPPED, "closed": at(11), "ticket": True},
    )
    one, two = snapshot.items
    links = (*snapshot.links[one], Link(item=one, scope="ops", ticket="2", relation=Relation.FOLLOWED))
    both = replace(snapshot, links={one: links}, items={one: snapshot.items[one]})
    del two
    events = [
        turned("state", 1, at(5), "open", "done"),
        replace(turned("state", 2, at(11), "open", "dropped"), item=one),
    ]
    (row,) = figures(both, day(number), events).rows
    assert row.state is state
    assert row.closed == (day(11) if state.closed else None), "done once the last one is closed"


def test_an_accepted_risk_is_not_late_until_its_day(ledger: Ledger, figures: Figures) -> None:
    snapshot = ledger({"created": at(1, month=10), "due": day(1)})
    taken = Accepted(item="item00000001", since=at(10), until=day(20), reason="Replaced soon", by="Kim")
    told = {}
    for number in (9, 10, 19, 20):
        found = figures(snapshot, day(number), accepted={taken.item: [taken]})
        told[number] = (len(found.outstanding), len(found.late), len(found.accepted), len(found.ask))
    assert told == {9: (1, 1, 0, 1), 10: (1, 0, 1, 0), 19: (1, 0, 1, 0), 20: (1, 1, 0, 1)}
    weeks = {week.last: week.late for week in figures(snapshot, accepted={taken.item: [taken]}).trend.weeks}
    assert (weeks[day(8)], weeks[day(15)], weeks[day(22)]) == (1, 0, 1)


def test_the_change_is_counted_from_the_last_report_that_was_sent(ledger: Ledger, figures: Figures) -> None:
    snapshot = ledger(
        {"created": at(2), "state": State.DONE, "closed": at(11)}, {"created": at(2)}, {"created": at(12)}
    )
    week = figures(snapshot).change
    assert week is not None
    assert (week.sent, week.closed, week.new, week.outstanding_before) == (False, 0, 0, 2)
    sent = figures(snapshot, sent_at=at(9, 7)).change
    assert sent is not None
    assert (sent.sent, sent.closed, sent.new, sent.outstanding_before) == (True, 1, 1, 2)
    assert figures(snapshot, day(3)).change is None, "nothing is known of the week before"


def test_fewer_than_five_weeks_make_no_trend(ledger: Ledger, figures: Figures) -> None:
    assert not figures(ledger({"created": at(5)})).trend.enough
    trend = figures(ledger({"created": at(25, month=10)})).trend
    assert (trend.enough, len(trend.weeks), trend.history_start) == (True, 6, day(25, 10))
    assert figures(Snapshot()).trend.weeks == ()


def test_history_is_what_has_no_ticket_and_is_older_than_the_settings_since(
    ledger: Ledger, figures: Figures
) -> None:
    snapshot = ledger({}, {"ticket": False}, {"ticket": False, "item_document": "b.md"})
    found = figures(snapshot, history_before=day(6, 10))
    assert (len(found.rows), found.left_out.history_measures, found.left_out.history_incidents) == (1, 1, 1)
    assert found.left_out.untracked == 1, "of an incident without date nobody knows whether it is older"


@pytest.mark.parametrize(
    ("fields", "status", "name"),
    [
        ({}, None, "untracked"),
        ({}, IntentStatus.UNKNOWN, "indeterminate"),
        ({}, IntentStatus.PENDING, "indeterminate"),
        ({}, IntentStatus.REFUSED, "untracked"),
        ({"item_ignored": "no measure"}, None, "ignored"),
        ({"item_state": State.DONE}, None, "finished"),
        ({"item_state": State.DROPPED}, None, "finished"),
        ({"item_elsewhere": True}, None, "elsewhere"),
        ({"item_elsewhere": True, "item_state": State.DONE}, None, "finished"),
    ],
)
def test_what_has_no_ticket_is_counted_apart(
    fields: dict[str, Any], status: IntentStatus | None, name: str, ledger: Ledger, figures: Figures
) -> None:
    snapshot = ledger({"ticket": False, **fields})
    if status is not None:
        intent = Intent(item="item00000001", scope="ops", status=status, at=at(1), run="r")
        snapshot = replace(snapshot, intents={intent.item: intent})
    left_out = figures(snapshot).left_out
    assert getattr(left_out, name) == 1
    everything = ("untracked", "indeterminate", "ignored", "finished", "elsewhere", "history_measures")
    assert sum(getattr(left_out, one) for one in everything) == 1


def test_incidents_without_a_preventive_measure(ledger: Ledger, figures: Figures) -> None:
    def lacking(*rows: dict[str, Any], **more: Any) -> list[tuple[int, int]]:
        found = figures(ledger(*rows), **more).unprevented
        return [(one.measures, one.inferred) for one in found]

    process = {"item_kind": "process", "item_kind_stated": True}
    preventive = {"item_kind": "preventive"}
    assert lacking(process, {}) == [(2, 1)]
    assert lacking(process, preventive) == []
    assert lacking(process, {**preventive, "ticket": False}) == []
    assert lacking(process, {**preventive, "state": State.DROPPED}) == [(1, 0)]
    assert lacking(process, {**preventive, "ticket": False, "item_ignored": "no"}) == [(1, 0)]
    assert lacking(process, history_before=day(6, 10)) == []
    assert lacking(process, as_of=day(4, 10)) == []
    assert lacking({"state": State.DROPPED}) == []


def test_whom_to_ask_about_and_why(ledger: Ledger, figures: Figures, turned: Turned) -> None:
    fresh = {"updated": at(22), "assignee": "Sam"}
    snapshot = ledger(
        {**fresh, "due": day(1)},
        {**fresh, "due": day(10, 10), "created": at(1, month=10)},
        {**fresh, "state": State.BLOCKED},
        {**fresh},
        {"updated": at(1, month=10), "created": at(1, month=10), "assignee": "Sam"},
        {"updated": at(22)},
        {**fresh, "due": day(30), "absences": 2},
        {**fresh, "due": day(20), "state": State.DONE},
    )
    events = [
        turned("due", 1, at(2), "2026-10-01", "2026-10-15"),
        turned("due", 1, at(3), "2026-10-15", "2026-11-01"),
    ]
    found = figures(snapshot, events=events).ask
    assert [(one.row.key, [reason.words for reason in one.reasons]) for one in found] == [
        ("OPS-2", ["44 days late"]),
        ("OPS-1", ["22 days late", "date moved twice"]),
        ("OPS-7", ["ticket not found"]),
        ("OPS-5", ["untouched for 53 days"]),
        ("OPS-3", ["blocked"]),
    ]
    assert found[0].reasons[0].why is Why.LATE


def test_titles_lose_their_full_stop_and_keep_an_ellipsis(ledger: Ledger, figures: Figures) -> None:
    texts = ["Add an alert.", "Add an alert。", "Look at e.g. disks..", "And so on...", "And so on…", "."]
    found = figures(ledger(*({"item_text": text} for text in texts)))
    assert [row.text for row in found.rows] == [
        "Add an alert",
        "Add an alert",
        "Look at e.g. disks",
        "And so on...",
        "And so on…",
        ".",
    ]


def test_a_target_is_no_promise(ledger: Ledger, figures: Figures) -> None:
    fallbacks = Fallbacks(targets={"sev1": timedelta(days=15)})
    found = figures(ledger({}, {"due": day(20)}), fallbacks=fallbacks)
    assert (found.unknown.late_promised, found.unknown.late_target) == (1, 1)
    assert [(row.promised, row.due) for row in found.rows] == [(False, day(16)), (True, day(20))]
