"""What holds of every report, on generated histories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from benchmarks.histories import END, Histories
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.ledger.memory import MemoryLedger
from followthrough.model import State
from followthrough.reporting.asked import Asked
from followthrough.reporting.computing import report
from followthrough.reporting.figures import By, Report
from followthrough.reporting.reading import pages, report_of, told

TODAY = END.date()
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata")


@pytest.fixture(scope="module")
def ledgers() -> dict[int, MemoryLedger]:
    """Made once for each seed."""
    return {}


def ledger_of(ledgers: dict[int, MemoryLedger], seed: int) -> MemoryLedger:
    if seed not in ledgers:
        ledgers[seed] = MemoryLedger()
        for records in Histories(seed).records(8):
            ledgers[seed].commit(records)
    return ledgers[seed]


def asked(as_of: date, **more: Any) -> Asked:
    return Asked(as_of=as_of, now=END, **more)


seeds = st.integers(0, 15)
days = st.integers(0, 800).map(lambda back: TODAY - timedelta(days=back))
zones = st.sampled_from(ZONES).map(ZoneInfo)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, day=days, zone=zones)
def test_buckets_add_up(ledgers: dict[int, MemoryLedger], seed: int, day: date, zone: ZoneInfo) -> None:
    found = report_of(ledger_of(ledgers, seed), asked(day, zone=zone, by=list(By)))
    outstanding, late = len(found.outstanding), len(found.late)
    assert sum(found.by_state().values()) == len(found.rows)
    assert sum(one.outstanding for one in found.ageing) == outstanding
    assert sum(one.late for one in found.ageing) == late
    assert sum(one.outstanding for one in found.kinds) == outstanding
    for share in found.kinds:
        assert share.stated + share.inferred == (share.outstanding if share.kind else 0)
    for by, groups in found.by.items():
        sums = [sum(getattr(one, name) for one in groups) for name in ("tracked", "outstanding", "late")]
        whole = [len(found.rows), outstanding, late]
        assert sums == whole or (by is By.SERVICE and all(a >= b for a, b in zip(sums, whole, strict=True)))
        assert all(one.tracked == one.outstanding + one.done + one.dropped for one in groups)
    assert found.unknown.late_promised + found.unknown.late_target == late
    assert all(row.outstanding for row in found.late + found.due_soon)
    assert not set(found.late) & set(found.due_soon)
    assert len(found.ask) <= 5
    assert all(one.reasons and one.row.outstanding for one in found.ask)


@settings(max_examples=60, deadline=None)
@given(seed=seeds, day=days, zone=zones)
def test_weeks_follow_from_one_another_and_closed_never_exceeds_created(
    ledgers: dict[int, MemoryLedger], seed: int, day: date, zone: ZoneInfo
) -> None:
    found = report_of(ledger_of(ledgers, seed), asked(day, zone=zone))
    weeks = found.trend.weeks
    for before, after in pairwise(weeks):
        assert after.outstanding == before.outstanding + after.created + after.reopened - after.closed
        assert after.first == before.last + timedelta(days=1)
    if weeks:
        assert (weeks[-1].outstanding, weeks[-1].late) == (len(found.outstanding), len(found.late))
        assert found.trend.history_start is not None
        assert weeks[0].last >= found.trend.history_start
    assert all(row.closed is None or row.closed >= row.created for row in found.rows)
    closed = found.rates.done + found.rates.dropped
    assert closed <= found.rates.tracked == len(found.rows)
    if len(weeks) < 12:
        # The whole history is in the weeks: from nothing on, no more was closed than was created.
        created = sum(week.created + week.reopened for week in weeks)
        assert sum(week.closed for week in weeks) <= created


@settings(max_examples=60, deadline=None)
@given(seed=seeds, day=days, zone=zones, sent=st.booleans())
def test_the_change_is_the_difference_of_two_reports(
    ledgers: dict[int, MemoryLedger], seed: int, day: date, zone: ZoneInfo, sent: bool
) -> None:
    ledger = ledger_of(ledgers, seed)
    then = day - timedelta(days=20 if sent else 7)
    at = asked(then, zone=zone).end_of(then) if sent else None
    # One microsecond before midnight, so that it is the same day there.
    at = at - timedelta(microseconds=1) if at else None
    now, before = (
        report_of(ledger, asked(day, zone=zone, sent_at=at)),
        report_of(ledger, asked(then, zone=zone)),
    )
    change = now.change
    if change is None:
        assert not before.rows
        return
    assert change.sent == sent
    assert change.outstanding_before == len(before.outstanding)
    assert change.late_before == len(before.late)
    assert change.new == len(now.rows) - len(before.rows)
    assert len(now.outstanding) == (change.outstanding_before + change.new + change.reopened - change.closed)


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_as_of_today_is_what_the_trackers_say_now(ledgers: dict[int, MemoryLedger], seed: int) -> None:
    ledger = ledger_of(ledgers, seed)
    snapshot = ledger.snapshot()
    found = report_of(ledger, asked(TODAY))
    with_ticket = {
        id: ticket
        for id, item in snapshot.items.items()
        if item.merged_into is None
        and (ticket := snapshot.ticket_of(id)) is not None
        and not snapshot.documents[item.document].confidential
    }
    assert {row.id for row in found.rows} == with_ticket.keys()
    for row in found.rows:
        ticket = with_ticket[row.id]
        item = snapshot.items[row.id]
        assert (row.state, row.key, row.due) == (ticket.state, ticket.key, ticket.due or item.due)
        assert row.owner == (ticket.assignee or item.owner)
    # Tomorrow nothing has happened yet: only dates have come.
    tomorrow = report_of(ledger, asked(TODAY + timedelta(days=1)))
    assert {row.id: row.state for row in tomorrow.rows} == {row.id: row.state for row in found.rows}


@settings(max_examples=30, deadline=None)
@given(seed=seeds, day=days, size=st.integers(1, 50))
def test_pages_and_fewer_events_make_the_same_report(
    ledgers: dict[int, MemoryLedger], seed: int, day: date, size: int
) -> None:
    ledger, question = ledger_of(ledgers, seed), asked(day)
    whole = report(ledger.snapshot(), ledger.events(), question)
    assert report(pages(ledger, size), told(ledger, question), question) == whole


@settings(max_examples=30, deadline=None)
@given(seed=seeds, day=days, kind=st.sampled_from(["preventive", "process"]), since=days)
def test_what_is_narrowed_is_a_part(
    ledgers: dict[int, MemoryLedger], seed: int, day: date, kind: str, since: date
) -> None:
    ledger = ledger_of(ledgers, seed)
    whole = report_of(ledger, asked(day))
    only = report_of(ledger, asked(day, only=kind))
    assert {row.id for row in only.rows} == {row.id for row in whole.rows if row.kind == kind}
    late = report_of(ledger, asked(day, since=since))
    kept = {row.id for row in whole.rows if (row.incident_date or row.created) >= since}
    assert {row.id for row in late.rows} == kept
    assert len(whole.rows) == len(late.rows) + late.left_out.before_since - _confidential(whole, late)


def _confidential(whole: Report, part: Report) -> int:
    """Confidential ones before ``--since`` are counted as what is before it."""
    return whole.left_out.confidential - part.left_out.confidential


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_a_rebuilt_ledger_loses_nothing_that_the_tracker_knows(
    ledgers: dict[int, MemoryLedger], seed: int
) -> None:
    """Of tickets that were open and then closed, once, creation and closing tell all there is."""
    ledger = ledger_of(ledgers, seed)
    snapshot = ledger.snapshot()
    events = [one for one in ledger.events() if one.kind.value == "state"]
    once = {
        one.item for one in events if one.data["from"] == "open" and one.data["to"] in ("done", "dropped")
    }
    once -= {one.item for one in events if sum(other.item == one.item for other in events) > 1}
    part = replace(snapshot, items={id: item for id, item in snapshot.items.items() if id in once})
    for back in range(0, 700, 35):
        question = asked(TODAY - timedelta(days=back))
        with_events = report(part, events, question)
        rebuilt = report(part, [], question)
        assert [(row.id, row.state, row.created, row.closed) for row in _sorted(rebuilt)] == [
            (row.id, row.state, row.created, row.closed) for row in _sorted(with_events)
        ]
        assert rebuilt.trend.weeks == with_events.trend.weeks


def _sorted(found: Report) -> Iterator[Any]:
    return iter(sorted(found.rows, key=lambda row: row.id))


def test_generated_histories_have_what_makes_figures_wrong() -> None:
    ledger = MemoryLedger()
    for records in Histories(1).records(60):
        ledger.commit(records)
    snapshot, found = ledger.snapshot(), report_of(ledger, asked(TODAY))
    assert any(len(links) > 1 for links in snapshot.links.values())
    assert any(row.reopened for row in found.rows)
    assert any(row.moved for row in found.rows)
    assert any(row.missing for row in found.rows)
    assert all(
        getattr(found.left_out, name) for name in ("indeterminate", "elsewhere", "finished", "ignored")
    )
    assert {state for state, number in found.by_state().items() if number} == set(State)
    assert min(row.created for row in found.rows) < datetime(2025, 3, 1, tzinfo=UTC).date()
