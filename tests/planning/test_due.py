from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.model import ActionItem, Incident, Place, Span
from followthrough.planning.readings import Seen
from followthrough.policy.due import Due, DueOrigin, due_note, due_of

Line = Callable[..., Seen]
TODAY = date(2026, 11, 20)
TARGETS = {"p1": timedelta(days=7), "sev1": timedelta(days=30), "sev 2": timedelta(days=60)}


def test_a_promised_date_is_never_touched(line: Line) -> None:
    item = line("Add an alert", due=date(2026, 1, 2), priority="P1").item
    assert due_of(item, Incident(severity="sev1"), TARGETS, TODAY) == Due(
        date(2026, 1, 2), DueOrigin.PROMISED
    )


@pytest.mark.parametrize(
    ("priority", "severity", "expected"),
    [
        ("P1", "sev1", (date(2026, 11, 27), "P1, 7 d")),
        ("P1", None, (date(2026, 11, 27), "P1, 7 d")),
        ("p9", "SEV1", (date(2026, 12, 20), "SEV1, 30 d")),
        (None, "sev1", (date(2026, 12, 20), "sev1, 30 d")),
        (None, "Sev  2", (date(2027, 1, 19), "Sev  2, 60 d")),
        (None, "sev3", None),
        (None, None, None),
    ],
    ids=["priority first", "priority", "unknown priority", "severity", "spaces", "no target", "nothing"],
)
def test_the_priority_decides_before_the_severity(
    priority: str | None, severity: str | None, expected: tuple[date, str] | None, line: Line
) -> None:
    item = line("Add an alert", priority=priority).item
    due = due_of(item, Incident(severity=severity), TARGETS, TODAY)
    assert due == (Due(expected[0], DueOrigin.TARGET, expected[1]) if expected else None)


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (date(2026, 11, 18), date(2026, 11, 25)),
        (date(2026, 11, 14), date(2026, 11, 21)),
        (date(2026, 11, 13), date(2026, 11, 27)),
        (date(2020, 1, 1), date(2026, 11, 27)),
        (None, date(2026, 11, 27)),
    ],
    ids=["fresh", "tomorrow", "today", "long past", "no date"],
)
def test_a_target_counts_from_the_incident_while_that_is_in_the_future(
    incident: date | None, expected: date, line: Line
) -> None:
    due = due_of(line("Add an alert", priority="P1").item, Incident(date=incident), TARGETS, TODAY)
    assert due is not None
    assert due.day == expected


def test_without_targets_there_is_no_date(line: Line) -> None:
    assert due_of(line("Add", priority="P1").item, Incident(severity="sev1"), {}, TODAY) is None


@given(
    incident=st.none() | st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    today=st.dates(date(1970, 1, 1), date(2100, 1, 1)),
    days=st.integers(1, 4000),
)
def test_a_target_is_never_in_the_past(incident: date | None, today: date, days: int) -> None:
    item = ActionItem(
        text="Add", span=Span(0, 0), line=1, end_line=1, section=(), reason="", place=Place(0), priority="P1"
    )
    due = due_of(item, Incident(date=incident), {"p1": timedelta(days=days)}, today)
    assert due is not None
    assert due.day > today


@pytest.mark.parametrize(
    ("due", "text", "note"),
    [
        (date(2026, 11, 19), "yesterday", "past"),
        (date(2026, 11, 20), "today", ""),
        (date(2027, 1, 31), "2027-01-31", ""),
        (None, "31.02.2027", '"31.02.2027" names no day'),
        (None, None, ""),
    ],
    ids=["past", "today", "later", "impossible", "none"],
)
def test_what_is_odd_about_a_date_is_told(due: date | None, text: str | None, note: str, line: Line) -> None:
    assert due_note(line("Add an alert", due=due, due_text=text).item, TODAY) == note
