from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from followthrough.ledger.interface import Snapshot
from followthrough.model import State
from followthrough.reporting.figures import Report

Ledger = Callable[..., Snapshot]
Figures = Callable[..., Report]


def keys(found: Report) -> list[str]:
    return [row.key for row in found.rows]


@pytest.mark.parametrize(
    ("due", "item_due", "state", "late"),
    [
        (date(2026, 11, 22), None, State.OPEN, 1),
        (date(2026, 11, 23), None, State.OPEN, 0),
        (date(2026, 11, 24), None, State.OPEN, 0),
        (date(2025, 11, 23), None, State.BLOCKED, 365),
        (date(2026, 11, 1), None, State.DONE, 0),
        (date(2026, 11, 1), None, State.DROPPED, 0),
        (None, date(2026, 11, 20), State.IN_PROGRESS, 3),
        (date(2026, 12, 24), date(2026, 11, 20), State.OPEN, 0),
        (None, None, State.OPEN, 0),
    ],
    ids=[
        "yesterday",
        "today",
        "tomorrow",
        "a year ago",
        "done",
        "dropped",
        "the document's date",
        "the tracker's date comes first",
        "no date",
    ],
)
def test_late_is_outstanding_and_past_its_date(
    due: date | None, item_due: date | None, state: State, late: int, ledger: Ledger, figures: Figures
) -> None:
    found = figures(ledger({"due": due, "item_due": item_due, "state": state}))
    assert [row.days_late for row in found.rows] == [late]
    assert len(found.late) == (1 if late else 0)


@pytest.mark.parametrize(
    ("as_of", "late"), [(date(2026, 11, 19), 0), (date(2026, 11, 20), 0), (date(2026, 11, 21), 1)]
)
def test_figures_are_as_of_a_day(as_of: date, late: int, ledger: Ledger, figures: Figures) -> None:
    assert len(figures(ledger({"due": date(2026, 11, 20)}), as_of).late) == late


@pytest.mark.parametrize(
    ("assignee", "owner", "shown", "unowned"),
    [("kim", "Sam", "kim", 0), (None, "Sam", "Sam", 0), (None, None, None, 1), ("", None, None, 1)],
    ids=["the tracker's", "the document's", "nobody", "an empty name"],
)
def test_owner_is_the_trackers_else_the_documents(
    assignee: str | None, owner: str | None, shown: str | None, unowned: int, ledger: Ledger, figures: Figures
) -> None:
    found = figures(ledger({"assignee": assignee, "item_owner": owner}))
    assert ([row.owner for row in found.rows], found.unknown.unowned) == ([shown], unowned)


def test_closed_work_is_neither_unowned_nor_undated(ledger: Ledger, figures: Figures) -> None:
    found = figures(ledger({"state": State.DONE}, {"state": State.DROPPED}, {}))
    assert (found.unknown.unowned, found.unknown.undated, len(found.outstanding)) == (1, 1, 1)


def test_order_is_outstanding_then_latest_then_by_date_then_by_place(
    ledger: Ledger, figures: Figures
) -> None:
    found = figures(
        ledger(
            {"state": State.DONE, "due": date(2026, 1, 1)},
            {},
            {"due": date(2026, 12, 2)},
            {"due": date(2026, 11, 20)},
            {"due": date(2026, 10, 1)},
            {"due": date(2026, 12, 1)},
            {"item_document": "0.md"},
        ),
    )
    assert keys(found) == ["OPS-5", "OPS-4", "OPS-6", "OPS-3", "OPS-7", "OPS-2", "OPS-1"]


def test_measures_without_a_ticket_are_counted_apart_unless_their_line_is_gone(
    ledger: Ledger, figures: Figures
) -> None:
    found = figures(ledger({}, {"ticket": False}, {"ticket": False, "item_gone": True}))
    assert (len(found.rows), found.left_out.untracked) == (1, 1)


def test_a_ticket_whose_line_is_gone_still_counts(ledger: Ledger, figures: Figures) -> None:
    assert keys(figures(ledger({"item_gone": True}))) == ["OPS-1"]


def test_counts_by_state_and_kind(ledger: Ledger, figures: Figures) -> None:
    found = figures(
        ledger(
            {"item_kind": "preventive"},
            {"item_kind": "preventive", "state": State.BLOCKED},
            {"item_kind": "process", "state": State.DONE},
            {},
        ),
    )
    assert dict(found.by_state()) == {
        State.OPEN: 2,
        State.IN_PROGRESS: 0,
        State.BLOCKED: 1,
        State.DONE: 1,
        State.DROPPED: 0,
    }
    assert {one.kind: one.outstanding for one in found.kinds} == {"preventive": 2, None: 1}


def test_one_kind_only(ledger: Ledger, figures: Figures) -> None:
    snapshot = ledger(
        {"item_kind": "preventive"}, {}, {"ticket": False}, {"item_kind": "process", "ticket": False}
    )
    found = figures(snapshot, only="preventive")
    assert (keys(found), found.left_out.untracked) == (["OPS-1"], 0)


def test_incidents_are_the_documents_that_measures_come_from(ledger: Ledger, figures: Figures) -> None:
    assert figures(ledger({}, {}, {"item_document": "b.md"})).incidents == 2


def test_a_measure_of_an_unknown_document_is_shown_with_what_is_known(
    ledger: Ledger, figures: Figures
) -> None:
    (row,) = figures(ledger({"item_document": "b.md"})).rows
    assert (row.incident, row.incident_date, row.severity) == (None, None, None)
