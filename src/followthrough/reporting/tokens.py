"""Which measures a figure of the page counts, as short tokens that its rows carry and its links ask for.

A row carries one token for each thing that is true of it, and a link asks for some of them. So a figure
leads to exactly its measures, and the page's script knows nothing of what the tokens mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from followthrough.model import State
from followthrough.reporting import summing
from followthrough.reporting.figures import By, Report
from followthrough.reporting.rows import Row


class Is(StrEnum):
    """What is true of a measure. The values stand in every row, so they are short."""

    OUTSTANDING = "o"
    LATE = "l"
    PROMISED = "p"
    """Late, and a promised date was missed."""
    TARGET = "t"
    """Late, and only a policy's target was missed."""
    SOON = "s"
    UNOWNED = "u"
    UNDATED = "d"
    TARGETED = "h"
    """Outstanding, and nobody but a policy named its date."""
    INFERRED = "i"
    STATED = "k"
    MOVED = "m"
    ACCEPTED = "a"
    MISSING = "g"
    DONE = "y"
    DROPPED = "x"
    ON_TIME = "q"
    DATED = "z"
    """Done with a date, or late: those of whose date it can be said whether it was kept."""
    NEW = "n"
    CLOSED_SINCE = "c"
    REOPENED_SINCE = "r"


FACETS = {
    By.KIND: "K",
    By.TEAM: "T",
    By.SEVERITY: "S",
    By.SERVICE: "V",
    By.TRACKER: "R",
    By.INCIDENT: "D",
}
"""Letters of what measures are put together by; the number of the group follows."""
AGE, CREATED, CLOSED = "A", "W", "X"
PAIRED = {Is.OUTSTANDING, Is.LATE, Is.STATED, Is.INFERRED}
"""What is counted of single groups, of which there may be thousands."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One group that the list can be narrowed to; ``name`` is ``None`` for those without."""

    token: str
    name: str | None


class Tokens:
    """The tokens of a report's rows, and how many rows carry which."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.choices = {by: _choices(report, by, letter) for by, letter in FACETS.items()}
        self._group = {by: {one.name: one.token for one in found} for by, found in self.choices.items()}
        alone = [by for by in FACETS if by not in (By.INCIDENT, By.SERVICE)]
        self._single = [(summing.NAMES[by], self._group[by]) for by in alone]
        self._soon = {row.id for row in report.due_soon}
        self.of = {row.id: tuple(self._tokens(row)) for row in report.rows}
        self._counts = Counter(chain.from_iterable(self.of.values()))
        self._pairs = {
            true: Counter(chain.from_iterable(tokens for tokens in self.of.values() if true in tokens))
            for true in PAIRED
        }

    def count(self, *wanted: str) -> int:
        """How many rows carry all of ``wanted``."""
        if not wanted:
            return len(self.of)
        first, *others = wanted
        if not others:
            return self._counts[first]
        if len(others) == 1 and first in self._pairs:
            return self._pairs[Is(first)][others[0]]
        return sum(set(wanted) <= set(tokens) for tokens in self.of.values())

    def group(self, by: By, name: str | None) -> str:
        """The token of one group; empty where no row is in it."""
        return self._group[by].get(name, "")

    def _tokens(self, row: Row) -> Iterator[str]:
        yield self._group[By.INCIDENT][row.document]
        if row.outstanding:
            yield from _outstanding(row)
            if row.id in self._soon:
                yield Is.SOON
            yield f"{AGE}{self._age(row)}"
        else:
            yield Is.DONE if row.state is State.DONE else Is.DROPPED
        yield from _punctual(row)
        yield from _changed(row)
        for name_of, found in self._single:
            yield found[name_of(row)]
        services = self._group[By.SERVICE]
        for name in row.services or (None,):
            yield services[name]
        yield from self._weeks(row)

    def _age(self, row: Row) -> int:
        days = (self._report.as_of - row.created).days
        buckets = enumerate(self._report.ageing)
        return next((number for number, one in buckets if one.most is None or days <= one.most), 0)

    def _weeks(self, row: Row) -> Iterator[str]:
        weeks = self._report.trend.weeks
        if not weeks or max(row.created, row.closed or row.created) < weeks[0].first:
            return
        for number, week in enumerate(weeks):
            if week.first <= row.created <= week.last:
                yield f"{CREATED}{number}"
            if row.closed and week.first <= row.closed <= week.last:
                yield f"{CLOSED}{number}"


def _outstanding(row: Row) -> Iterator[str]:
    yield Is.OUTSTANDING
    if row.days_late:
        yield Is.LATE
        yield Is.PROMISED if row.promised else Is.TARGET
    if row.owner is None:
        yield Is.UNOWNED
    if row.due is None:
        yield Is.UNDATED
    elif not row.promised:
        yield Is.TARGETED
    if row.kind is not None:
        yield Is.STATED if row.kind_stated else Is.INFERRED
    if row.moved:
        yield Is.MOVED
    if row.accepted:
        yield Is.ACCEPTED
    if row.missing:
        yield Is.MISSING


def _punctual(row: Row) -> Iterator[str]:
    if row.days_late or (row.state is State.DONE and row.due):
        yield Is.DATED
    if row.state is State.DONE and row.due and row.closed and row.closed <= row.due:
        yield Is.ON_TIME


def _changed(row: Row) -> Iterator[str]:
    """As :class:`followthrough.reporting.figures.Change` counts."""
    if row.was is None:
        yield Is.NEW
    if not row.outstanding and (row.was is None or not row.was.closed):
        yield Is.CLOSED_SINCE
    if row.outstanding and row.was is not None and row.was.closed:
        yield Is.REOPENED_SINCE


def _choices(report: Report, by: By, letter: str) -> tuple[Choice, ...]:
    names = [one.name for one in report.by[by]]
    ordered: list[str | None] = [*sorted(name for name in names if name is not None)]
    if None in names:
        ordered.append(None)
    return tuple(Choice(f"{letter}{number}", name) for number, name in enumerate(ordered))
