"""The figures of one report, as frozen values. What each means stands in :mod:`.definitions`.

They are computed by :func:`followthrough.reporting.computing.report`; whatever shows or sends a report
takes them as they are and counts nothing anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from followthrough.model import State
from followthrough.reporting.matters import Ask, Recurrence, Unprevented
from followthrough.reporting.rows import Row

LEAST = 5
"""Fewer points make no trend, and fewer closed measures tell no usual time."""


class By(StrEnum):
    """What measures are put together by."""

    PERSON = "person"
    """In the terminal only: a page for management holds no table of persons."""
    TEAM = "team"
    SERVICE = "service"
    SEVERITY = "severity"
    TRACKER = "tracker"
    INCIDENT = "incident"
    KIND = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The measures of one team, service, …; ``name`` is ``None`` where nobody says which.

    For incidents the name is the document's path and ``title`` the postmortem's. A measure of two
    services counts for both.
    """

    name: str | None
    title: str | None = None
    tracked: int = 0
    outstanding: int = 0
    late: int = 0
    done: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KindShare:
    """The outstanding measures of one kind; ``kind`` is ``None`` where nothing tells it."""

    kind: str | None
    outstanding: int
    late: int
    stated: int
    """Of the outstanding ones: document or tracker name the kind."""
    inferred: int
    """Of the outstanding ones: their words suggest it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Outstanding measures that are ``least`` to ``most`` days old; ``None``: or older."""

    least: int
    most: int | None
    outstanding: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week: ``outstanding`` at its end = at the end of the one before + created + reopened - closed.

    ``closed`` are those that were not closed at its start and are at its end.
    """

    first: date
    last: date
    """Its Sunday, or the report's day."""
    created: int
    closed: int
    reopened: int
    outstanding: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Outstanding, created and closed, week by week, oldest first."""

    weeks: tuple[Week, ...] = ()
    """The latest twelve; none before the first known event."""
    history_start: date | None = None
    """The day of the first known event; ``None`` without any."""

    @property
    def enough(self) -> bool:
        """Whether the weeks make a trend that may be drawn or spoken of."""
        return len(self.weeks) >= LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened since an earlier moment.

    ``outstanding_before + new + reopened - closed`` is what is outstanding now.
    """

    since: datetime
    sent: bool
    """A report was sent then; else it is the same weekday of the week before."""
    outstanding_before: int
    late_before: int
    new: int
    closed: int
    reopened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How much is finished, how much of it in time, and how long that takes."""

    done: int = 0
    dropped: int = 0
    tracked: int = 0
    on_time: int = 0
    """Done on their date or before."""
    on_time_of: int = 0
    """Done with a date, or late."""
    median_days: float | None = None
    """Days from created to done; ``None`` where nothing is done."""
    p90_days: int | None = None
    """Nine of ten were done within so many days (nearest rank)."""

    @property
    def completion(self) -> float | None:
        """Share of all tracked measures that is done, 0 to 1."""
        return self.done / self.tracked if self.tracked else None

    @property
    def on_time_rate(self) -> float | None:
        """Share of those whose date has come that were done by it, 0 to 1."""
        return self.on_time / self.on_time_of if self.on_time_of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What the figures cannot know; of outstanding measures."""

    unowned: int = 0
    undated: int = 0
    kind_inferred: int = 0
    kind_unknown: int = 0
    late_promised: int = 0
    """Of the late ones: a promised date was missed."""
    late_target: int = 0
    """Of the late ones: only a policy's target was."""
    missing: int = 0
    """Their tickets are no longer found; they stand as they were last seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is in no other figure, and how much of it there is."""

    history_incidents: int = 0
    """Before the settings' ``since``: known, and nothing of them is filed."""
    history_measures: int = 0
    before_since: int = 0
    """Tracked, of incidents before the report's own ``--since``."""
    other_kinds: int = 0
    """Tracked, of another kind than ``--only``."""
    indeterminate: int = 0
    """Creates without answer: there may be an issue or not."""
    untracked: int = 0
    """No ticket yet: drafts, questions, and what waits to be filed."""
    elsewhere: int = 0
    """No ticket that can be read: their text names one in no configured tracker."""
    finished: int = 0
    """No ticket, and done or dropped in the document."""
    ignored: int = 0
    """Somebody said that they are no measures, or a run that filed them was undone."""
    confidential: int = 0
    """Tracked, in confidential postmortems."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of one day. ``rows`` stand late first, then by date."""

    as_of: date
    since: date | None = None
    """``--since``: only incidents from that day on."""
    history_before: date | None = None
    """The settings' ``since``: older incidents are history."""
    only: str | None = None
    """``--only``: one kind."""
    data_of: datetime | None = None
    """When the trackers were last read; ``None`` where no run is known. In the team's zone."""
    rows: tuple[Row, ...] = ()
    """Late ones first, then other outstanding ones, then closed ones: each a slice of them."""
    due_soon: tuple[Row, ...] = ()
    """Outstanding, not late, due within :attr:`soon_days` days."""
    soon_days: int = 14
    ask: tuple[Ask, ...] = ()
    """At most five, the most pressing first."""
    by: Mapping[By, tuple[Group, ...]] = field(default_factory=dict)
    """Most outstanding first; all but persons, who are there only when asked for."""
    kinds: tuple[KindShare, ...] = ()
    """Of the outstanding ones, most first."""
    ageing: tuple[Bucket, ...] = ()
    trend: Trend = Trend()
    change: Change | None = None
    """``None`` where nothing was known at the earlier moment."""
    rates: Rates = Rates()
    incidents: int = 0
    """How many postmortems the tracked measures come from."""
    unprevented: tuple[Unprevented, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    unknown: Unknown = Unknown()
    left_out: LeftOut = LeftOut()
    definitions: Mapping[str, str] = field(default_factory=dict)
    """What each figure means, a sentence each."""

    @property
    def outstanding(self) -> tuple[Row, ...]:
        """Neither done nor dropped."""
        return self.rows[: bisect_left(self.rows, True, key=lambda row: not row.outstanding)]

    @property
    def late(self) -> tuple[Row, ...]:
        """Outstanding, past their date, and no accepted risk."""
        return self.rows[: bisect_left(self.rows, True, key=lambda row: not row.days_late)]

    @property
    def accepted(self) -> tuple[Row, ...]:
        """Outstanding, and somebody has taken the risk for a while; the first that is back first."""
        found = [(row.accepted.until, row) for row in self.rows if row.accepted and row.outstanding]
        return tuple(row for _, row in sorted(found, key=lambda pair: (pair[0], pair[1].id)))

    @property
    def moved(self) -> tuple[Row, ...]:
        """Outstanding ones whose date was moved to a later day, the most often moved first."""
        return tuple(sorted((row for row in self.outstanding if row.moved), key=lambda row: -row.moved))

    def by_state(self) -> Mapping[State, int]:
        """How many are in each state, every state named."""
        counted = dict.fromkeys(State, 0)
        for row in self.rows:
            counted[row.state] += 1
        return counted
