"""Accepted risks as a report asks for them."""

from __future__ import annotations

from collections.abc import Iterable

from followthrough.ledger.records import Acceptance
from followthrough.policy.acceptance import DayOf, back_on
from followthrough.reporting.rows import Accepted


def accepted_by_item(acceptances: Iterable[Acceptance], day_of: DayOf) -> dict[str, list[Accepted]]:
    """By item, every acceptance there ever was, with the day on which the measure counted again."""
    found: dict[str, list[Accepted]] = {}
    for one in acceptances:
        until = back_on(one, day_of)
        told = Accepted(item=one.item, since=one.since, until=until, reason=one.reason, by=one.by)
        found.setdefault(one.item, []).append(told)
    return found
