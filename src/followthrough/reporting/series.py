"""Counting over time: created, closed, reopened, outstanding and late at chosen moments. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

Accepting = Callable[[datetime, date], bool]
"""Whether a measure is an accepted risk at a moment, which falls on that day."""


class Stage(NamedTuple):
    """How a measure stood from ``start`` until the next stage."""

    start: datetime
    outstanding: bool
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What was counted at one moment, and since the moment before it."""

    day: date
    created: int
    closed: int
    reopened: int
    outstanding: int
    late: int


class Series:
    """Counts measures at some moments; ``days`` are the days on which they fall, both ascending.

    A measure costs the number of its stages, not of the moments: ranges are kept as differences.
    """

    def __init__(self, moments: Sequence[datetime], days: Sequence[date]) -> None:
        self._moments = moments
        self._days = days
        size = len(moments) + 1
        self._created, self._closed, self._reopened = [0] * size, [0] * size, [0] * size
        self._outstanding, self._late = [0] * size, [0] * size

    def add(self, stages: Sequence[Stage], accepted: Accepting | None = None) -> None:
        """Count one measure; while it is ``accepted`` it is not late."""
        end = len(self._moments)
        starts = [bisect_right(self._moments, stage.start) for stage in stages]
        was_open: bool | None = None
        for number, stage in enumerate(stages):
            first = starts[number]
            after = starts[number + 1] if number + 1 < len(stages) else end
            if first >= after:
                continue
            is_open = stage.outstanding
            if was_open is None:
                self._created[first] += 1
            if is_open:
                self._reopened[first] += was_open is False
                self._outstanding[first] += 1
                self._outstanding[after] -= 1
                self._add_late(stage, first, after, accepted)
            elif was_open is not False:
                self._closed[first] += 1
            was_open = is_open

    def _add_late(self, stage: Stage, first: int, after: int, accepted: Accepting | None) -> None:
        if stage.due is None:
            return
        first = max(first, bisect_right(self._days, stage.due))
        if accepted is None:
            if first < after:
                self._late[first] += 1
                self._late[after] -= 1
            return
        for number in range(first, after):
            if not accepted(self._moments[number], self._days[number]):
                self._late[number] += 1
                self._late[number + 1] -= 1

    def points(self) -> list[Point]:
        """The counts, one for each moment."""
        found, outstanding, late = [], 0, 0
        for number, day in enumerate(self._days):
            outstanding += self._outstanding[number]
            late += self._late[number]
            found.append(
                Point(
                    day=day,
                    created=self._created[number],
                    closed=self._closed[number],
                    reopened=self._reopened[number],
                    outstanding=outstanding,
                    late=late,
                )
            )
        return found
