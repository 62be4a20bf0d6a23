"""The five measures to ask about, and why. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from heapq import nsmallest

from followthrough.model import State
from followthrough.reporting.asked import Asked
from followthrough.reporting.matters import Ask, Reason, Why
from followthrough.reporting.rows import Row

MOST = 5
QUIET = 30
"""Days without anything happening to it that make an open measure worth a question."""
OFTEN = 2
"""Moves of a date, or reopenings, that do."""
SEVERE = ("sev1", "sev2")


def five(rows: Sequence[Row], asked: Asked, missing: Collection[str]) -> tuple[Ask, ...]:
    """The most pressing of these outstanding ones, at most five.

    Late ones come first, the more severe incident before the less severe, a promise before a target,
    then the later one; measures without any reason to ask do not fill the list up.
    """
    recurred = {id for one in asked.recurrences for id in one.items}
    asked_about = (
        row for row in rows if row.accepted is None and _reason(row, asked.as_of, recurred, missing)
    )
    found = nsmallest(MOST, asked_about, key=_order)
    return tuple(Ask(row=row, reasons=tuple(_reasons(row, asked.as_of, recurred, missing))) for row in found)


def _reason(row: Row, as_of: date, recurred: Collection[str], missing: Collection[str]) -> bool:
    """Whether there is any; most rows are late, and say so at once."""
    return row.days_late > 0 or next(_reasons(row, as_of, recurred, missing), None) is not None


def _reasons(row: Row, as_of: date, recurred: Collection[str], missing: Collection[str]) -> Iterator[Reason]:
    quiet = (as_of - row.touched).days
    if row.days_late:
        yield Reason(why=Why.LATE, number=row.days_late)
    if row.id in recurred:
        yield Reason(why=Why.RECURRED)
    if row.id in missing:
        yield Reason(why=Why.MISSING)
    if row.moved >= OFTEN:
        yield Reason(why=Why.MOVED, number=row.moved)
    if row.reopened >= OFTEN:
        yield Reason(why=Why.REOPENED, number=row.reopened)
    if row.state is State.BLOCKED:
        yield Reason(why=Why.BLOCKED)
    if quiet >= QUIET:
        yield Reason(why=Why.UNTOUCHED, number=quiet)
    if row.owner is None and row.severity in SEVERE:
        yield Reason(why=Why.UNOWNED)


def _order(row: Row) -> tuple[object, ...]:
    return (
        not row.days_late,
        row.severity or "sev9",
        not row.promised,
        -row.days_late,
        -row.moved,
        row.created,
        row.document,
        row.line,
    )
