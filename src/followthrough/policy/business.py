"""Business days: those that are neither a weekend nor a holiday."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
"""As ``date.weekday`` counts."""

WorksOn = Callable[[date], bool]
"""Whether people work on a day."""


def monday_to_friday(day: date) -> bool:
    """Whether it is no weekend, where nothing else is known of a country."""
    return day.weekday() < SATURDAY


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A number of business days. Equal numbers are equal, whoever works on them."""

    days: int
    works_on: WorksOn = field(default=monday_to_friday, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.days} business day{'' if self.days == 1 else 's'}"

    def after(self, begin: date) -> date:
        """The last of so many business days behind ``begin``, which itself does not count.

        Raises ``OverflowError`` beyond the last day that a ``date`` can hold.
        """
        day, left = begin, self.days
        while left:
            day += timedelta(days=1)
            left -= self.works_on(day)
        return day


def works_in(country: str | None, closed: frozenset[date]) -> WorksOn:
    """Who works when, by the public holidays of ``DE`` or ``DE-BE`` (ISO 3166) and further ``closed`` days.

    Weekends are the country's. Raises ``ValueError`` for a place whose holidays nobody knows.
    """
    if country is None:
        return lambda day: monday_to_friday(day) and day not in closed
    import holidays  # no run without business days loads it

    name, _, subdivision = country.upper().partition("-")
    try:
        known = holidays.country_holidays(name, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise ValueError(
            f"no public holidays are known for {country!r}; write DE, or DE-BE for a part"
        ) from error
    return lambda day: day not in closed and known.is_working_day(day)
