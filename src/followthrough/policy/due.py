"""Target dates: by when a measure should be done where nobody promised a date.

A target is never mixed with a promise, and it is never in the past when it is written.
Everybody who needs one asks here: plan, ticket, check and report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from followthrough.model import ActionItem, Incident
from followthrough.policy.business import BusinessDays

Allowed = timedelta | BusinessDays
"""How long a measure may take: days of the calendar, or days on which people work."""
Targets = Mapping[str, Allowed]
"""By priority or severity, folded: lower case, single spaces."""


class DueOrigin(StrEnum):
    """Where a date comes from."""

    PROMISED = "promised"
    """From the document, or set by somebody in the tracker."""
    TARGET = "target"
    """Computed from the policy."""


@dataclass(frozen=True, slots=True)
class Due:
    """A date and where it comes from; ``rule`` says which line of the policy, with its days."""

    day: date
    origin: DueOrigin
    rule: str = ""


def due_of(item: ActionItem, incident: Incident, targets: Targets, today: date) -> Due | None:
    """The item's own date, else its target, else ``None``."""
    if item.due is not None:
        return Due(item.due, DueOrigin.PROMISED)
    return target_day(targets, item.priority, incident.severity, incident.date, today)


def target_day(
    targets: Targets,
    priority: str | None,
    severity: str | None,
    begun: date | None,
    today: date,
) -> Due | None:
    """The target of a measure that is filed today.

    It counts from the incident while that leaves it in the future, else from today.
    """
    found = target_of(targets, priority, severity)
    if found is None:
        return None
    name, allowed = found
    day = _after(begun or today, allowed)
    if day <= today:
        day = _after(today, allowed)
    return Due(day, DueOrigin.TARGET, f"{name}, {_words(allowed)}")


def _after(day: date, allowed: Allowed) -> date:
    """The day at the end of a time; the last day there is where it reaches beyond."""
    try:
        return allowed.after(day) if isinstance(allowed, BusinessDays) else day + allowed
    except OverflowError:
        return date.max


def _words(allowed: Allowed) -> str:
    return str(allowed) if isinstance(allowed, BusinessDays) else f"{allowed.days} d"


def target_of(targets: Targets, priority: str | None, severity: str | None) -> tuple[str, Allowed] | None:
    """Which of the two decides how long a measure may take, and how long: its priority, else the severity."""
    for name in (priority, severity):
        allowed = targets.get(" ".join(name.split()).casefold()) if name else None
        if allowed is not None and name is not None:
            return name, allowed
    return None


def due_note(item: ActionItem, today: date) -> str:
    """What is odd about the date a measure gives itself; empty where nothing is."""
    if item.due is not None:
        return "past" if item.due < today else ""
    return f'"{item.due_text}" names no day' if item.due_text else ""
