"""Accepted risks: measures that somebody says need not be done before a day. Pure.

Until that day a measure is not late; on it, it counts again by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

from followthrough.ledger.records import Acceptance

DayOf = Callable[[datetime], date]
"""The day that a moment falls on, where the team is."""


def back_on(one: Acceptance, day_of: DayOf) -> date:
    """The day on which a measure counts again: the one that was agreed, or that of its end before it."""
    return one.until if one.ended is None else min(one.until, day_of(one.ended))


def in_force(acceptances: Iterable[Acceptance], today: date, day_of: DayOf) -> dict[str, Acceptance]:
    """By item, the acceptance that holds on a day; of several, the latest."""
    held = [one for one in acceptances if day_of(one.since) <= today < back_on(one, day_of)]
    return {one.item: one for one in sorted(held, key=lambda one: one.since)}


def ended(acceptances: Iterable[Acceptance], item: str, now: datetime) -> list[Acceptance]:
    """The acceptances of an item that had no end yet, ended now."""
    return [replace(one, ended=now) for one in acceptances if one.item == item and one.ended is None]
