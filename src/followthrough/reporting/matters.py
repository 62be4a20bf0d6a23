"""What a report points at: measures to ask about, incidents without prevention, incidents that recurred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from followthrough.reporting.rows import Row


class Why(StrEnum):
    """Why a measure is worth a question."""

    LATE = "late"
    """``number`` days."""
    UNTOUCHED = "untouched"
    """For ``number`` days."""
    MOVED = "moved"
    """Its date, ``number`` times."""
    REOPENED = "reopened"
    """``number`` times."""
    BLOCKED = "blocked"
    RECURRED = "recurred"
    """An incident like its own happened again."""
    UNOWNED = "unowned"
    MISSING = "missing"
    """Its ticket is no longer found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, most telling first."""

    why: Why
    number: int = 0

    @property
    def words(self) -> str:
        """As people read it."""
        times = "once" if self.number == 1 else "twice" if self.number == 2 else f"{self.number} times"
        days = f"{self.number} day{'' if self.number == 1 else 's'}"
        return {
            Why.LATE: f"{days} late",
            Why.UNTOUCHED: f"untouched for {days}",
            Why.MOVED: f"date moved {times}",
            Why.REOPENED: f"reopened {times}",
            Why.BLOCKED: "blocked",
            Why.RECURRED: "it happened again",
            Why.UNOWNED: "no owner",
            Why.MISSING: "ticket not found",
        }[self.why]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A measure to ask about."""

    row: Row
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprevented:
    """An incident none of whose measures is preventive."""

    document: str
    title: str | None
    incident_date: date | None
    severity: str | None
    measures: int
    """How many it has, with and without a ticket, dropped ones left out."""
    inferred: int
    """Of how many of these the kind is only inferred, or not known."""
    postmortem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A postmortem that resembles earlier ones whose measures are still open, late or dropped."""

    document: str
    incident: str | None
    incident_date: date | None
    items: tuple[str, ...]
    """The earlier measures, by id."""
    evidence: tuple[str, ...]
    """What the two have in common, and what became of those measures: one sentence each."""
