"""Target dates: by when a measure should be done where nobody promised a date.

A target is never mixed with a promise, and it is never in the past when it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from followthrough.model import ActionItem, Incident


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


def due_of(item: ActionItem, incident: Incident, targets: Mapping[str, timedelta], today: date) -> Due | None:
    """The item's own date, else its target, else ``None``."""
    if item.due is not None:
        return Due(item.due, DueOrigin.PROMISED)
    return target_day(targets, item.priority, incident.severity, incident.date, today)


def target_day(
    targets: Mapping[str, timedelta],
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
    begins = begun or today
    day = begins + allowed if begins + allowed > today else today + allowed
    return Due(day, DueOrigin.TARGET, f"{name}, {allowed.days} d")


def target_of(
    targets: Mapping[str, timedelta], priority: str | None, severity: str | None
) -> tuple[str, timedelta] | None:
    """Which of the two decides how long a measure may take, and how long: its priority, else the severity.

    ``targets`` are by folded name.
    """
    for name in (priority, severity):
        allowed = targets.get(" ".join(name.split()).casefold()) if name else None
        if allowed is not None and name is not None:
            return name, allowed
    return None
