"""One measure as it stood on the day of a report, and what was decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from followthrough.model import State
from followthrough.policy.effective import Effective, Origin

_TOLD = (Origin.TRACKER, Origin.DOCUMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A risk that somebody took for a while: the measure is not late until then, and back on its day."""

    item: str
    since: datetime
    """When it was accepted; before that it counts as it stood."""
    until: date
    """The first day on which it counts again."""
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure that has a ticket, with its effective values: the tracker's, else the document's.

    State, owner and date are those of the report's day; kind, priority, team and words are today's.
    """

    id: str
    text: str
    """Its words on one line, without a full stop at the end."""
    key: str
    url: str
    """The ticket's address; as the tracker gave it, so to be checked before it becomes a link."""
    tracker: str
    """The scope's name in the settings."""
    state: State
    native_status: str
    """The tracker's own name of the state; of today."""
    values: Effective
    """Owner, date, priority, kind and team, each with who says so."""
    days_late: int = 0
    """Days past its date; 0 while it is not late, not outstanding, or an accepted risk."""
    document: str
    postmortem: str | None = None
    """The address of the postmortem, ``None`` where the settings name none."""
    line: int
    incident: str | None
    """The postmortem's title."""
    incident_date: date | None
    severity: str | None
    services: tuple[str, ...] = ()
    created: date
    closed: date | None
    """The day on which it came to the state that it has; ``None`` while it is outstanding."""
    touched: date
    """When something last happened to it, as far as is known."""
    moved: int = 0
    """How often its date was moved to a later day."""
    reopened: int = 0
    accepted: Accepted | None = None
    """The acceptance in force that day."""
    was: State | None = None
    """Its state at the moment that the report's change is counted from; ``None``: it had no ticket yet."""
    missing: bool = False
    """Its ticket is no longer found; it stands as it was last seen."""

    @property
    def outstanding(self) -> bool:
        """Somebody still has to finish or refuse it."""
        return not self.state.closed

    @property
    def owner(self) -> str | None:
        """Whoever has to do it."""
        return self.values.owner.value if self.values.owner else None

    @property
    def due(self) -> date | None:
        """The date it was promised for, else its target."""
        return self.values.due.value if self.values.due else None

    @property
    def promised(self) -> bool:
        """Somebody named its date; else policy computed it, or there is none."""
        return self.values.due is not None and self.values.due.origin is not Origin.POLICY

    @property
    def priority(self) -> str | None:
        """As the tracker, else the document, calls it."""
        return self.values.priority.value if self.values.priority else None

    @property
    def kind(self) -> str | None:
        """What it does about incidents of its class."""
        return self.values.kind.value if self.values.kind else None

    @property
    def kind_stated(self) -> bool:
        """Document or tracker name its kind; else its words suggest it."""
        return self.values.kind is not None and self.values.kind.origin in _TOLD

    @property
    def team(self) -> str | None:
        """The team of its owner, its document or its service."""
        return self.values.team.value if self.values.team else None
