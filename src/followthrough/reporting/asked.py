"""What a report is asked for, beside what the ledger knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from followthrough.policy.effective import Fallbacks
from followthrough.reporting.figures import By
from followthrough.reporting.matters import Recurrence
from followthrough.reporting.rows import Accepted

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The day, and what settings and options say. ``now`` is when the ledger was read."""

    as_of: date
    now: datetime
    zone: tzinfo = UTC
    """Where the day begins and ends."""
    since: date | None = None
    history_before: date | None = None
    only: str | None = None
    sent_at: datetime | None = None
    """When the last report before ``as_of`` was sent; without it the change is that of seven days."""
    data_of: datetime | None = None
    soon_days: int = 14
    fallbacks: Fallbacks = field(default_factory=Fallbacks)
    address: Callable[[str, str | None], str | None] = lambda _path, _heading: None
    """Where a person opens a document, at one of its headings."""
    accepted: Mapping[str, Sequence[Accepted]] = field(default_factory=dict)
    """By item, all there ever were."""
    recurrences: Sequence[Recurrence] = ()
    by: Collection[By] = tuple(one for one in By if one is not By.PERSON)

    def end_of(self, day: date) -> datetime:
        """The first moment after a day, in UTC."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def day_of(self, moment: datetime) -> date:
        """The day it was where the team is."""
        return moment.date() if moment.tzinfo is self.zone else moment.astimezone(self.zone).date()

    @property
    def before(self) -> datetime:
        """The moment that the change is counted from."""
        return self.sent_at or self.end_of(self.as_of - WEEK)
