"""Effective values: what holds of a measure, and who says so.

Owner, due date, priority, kind and team are the tracker's where it has the measure and says anything,
else the document's, else what policy and settings say. Plan, ticket and report all ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar

from followthrough.ledger.records import DocumentRecord, ItemRecord, Link, Relation, TicketRecord
from followthrough.model import ActionItem, Incident, Kind
from followthrough.policy.due import Due, DueOrigin, Targets, target_day

T = TypeVar("T")


class Origin(StrEnum):
    """Who says it."""

    TRACKER = "tracker"
    DOCUMENT = "document"
    POLICY = "policy"
    """Computed from a target; nobody promised it."""
    MAPPING = "mapping"
    """From what the settings say of people and services."""
    INFERRED = "inferred"
    """Guessed from the words of the measure."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value and who says so; ``rule`` is the line of the policy that made it."""

    value: T
    origin: Origin
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """What holds of one measure; ``None`` where nobody says anything."""

    owner: Fact[str] | None = None
    due: Fact[date] | None = None
    priority: Fact[str] | None = None
    kind: Fact[str] | None = None
    team: Fact[str] | None = None

    @property
    def deadline(self) -> Due | None:
        """The date as a promise or a target."""
        if self.due is None:
            return None
        origin = DueOrigin.TARGET if self.due.origin is Origin.POLICY else DueOrigin.PROMISED
        return Due(self.due.value, origin, self.due.rule)

    def to_json(self) -> dict[str, Any]:
        """For another program: ``{"owner": {"value": "Sam", "origin": "document"}, …}``."""
        facts = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: {
                "value": (fact.value.isoformat() if isinstance(fact.value, date) else fact.value)
                if fact
                else None,
                "origin": fact.origin.value if fact else None,
            }
            for name, fact in facts.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the document says of a measure and its incident."""

    owner: str | None = None
    due: date | None = None
    priority: str | None = None
    kind: str | None = None
    kind_stated: bool = False
    team: str | None = None
    services: tuple[str, ...] = ()
    severity: str | None = None
    begun: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a measure's ticket says of it."""

    ticket: TicketRecord
    link: Link | None = None


_KINDS = frozenset(kind.value for kind in Kind)

Teams = Callable[[str | None, str | None, Sequence[str]], Fact[str] | None]
"""The team that an owner belongs to (or names), in a scope, else that of the incident's services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallbacks:
    """What the settings say where document and tracker are silent."""

    targets: Targets = field(default_factory=dict)
    """How long measures may take."""
    team: Teams = lambda _owner, _scope, _services: None


def stated(item: ActionItem, incident: Incident) -> Stated:
    """What a document says, as it was read just now."""
    return Stated(
        owner=item.owner,
        due=item.due,
        priority=item.priority,
        kind=item.kind.value if item.kind else None,
        kind_stated=item.kind_stated,
        team=incident.team,
        services=incident.services,
        severity=incident.severity,
        begun=incident.date,
    )


def remembered(item: ItemRecord, document: DocumentRecord | None) -> Stated:
    """What a document said when the ledger last saw it."""
    return Stated(
        owner=item.owner,
        due=item.due,
        priority=item.priority,
        kind=item.kind,
        kind_stated=item.kind_stated,
        team=document.team if document else None,
        services=document.services if document else (),
        severity=document.severity if document else None,
        begun=document.incident_date if document else None,
    )


def effective(said: Stated, held: Held | None, fallbacks: Fallbacks, today: date) -> Effective:
    """What holds of a measure; ``held`` is its ticket, ``None`` before it has one."""
    ticket = held.ticket if held else None
    owner = _told(ticket.assignee if ticket else None, said.owner)
    return Effective(
        owner=owner,
        due=_due(said, held, fallbacks, today),
        priority=_told(ticket.priority if ticket else None, said.priority),
        kind=_kind(said, held),
        team=_team(said, owner, ticket.scope if ticket else None, fallbacks),
    )


def _told(tracker: str | None, document: str | None) -> Fact[str] | None:
    if tracker:
        return _fact(tracker, Origin.TRACKER)
    return _fact(document, Origin.DOCUMENT) if document else None


@lru_cache(maxsize=8192)
def _fact(value: str, origin: Origin) -> Fact[str]:
    """Once for the many measures of which the same is said."""
    return Fact(value, origin)


def _due(said: Stated, held: Held | None, fallbacks: Fallbacks, today: date) -> Fact[date] | None:
    if held is None:
        return date_of(said, None, None, fallbacks, today)
    return date_of(said, held.ticket.due, held.link, fallbacks, held.ticket.created.date())


def date_of(
    said: Stated, due: date | None, link: Link | None, fallbacks: Fallbacks, begun: date
) -> Fact[date] | None:
    """The date of a measure whose ticket says ``due``: a promise, else a target counted from ``begun``."""
    if due and (link is None or link.target != due):
        return Fact(due, Origin.TRACKER)
    if said.due and not due:
        return Fact(said.due, Origin.DOCUMENT)
    target = target_day(fallbacks.targets, said.priority, said.severity, said.begun, begun)
    if due:
        return Fact(due, Origin.POLICY, target.rule if target and target.day == due else "")
    return Fact(target.day, Origin.POLICY, target.rule) if target else None


def _kind(said: Stated, held: Held | None) -> Fact[str] | None:
    """A label that names a kind is the tracker's word, unless we wrote it there ourselves."""
    origin = Origin.DOCUMENT if said.kind_stated else Origin.INFERRED
    own = _fact(said.kind, origin) if said.kind else None
    if held is None:
        return own
    told = [kind for label in held.ticket.labels if (kind := label.casefold()) in _KINDS]
    if held.link is not None and held.link.relation is Relation.FILED:
        told = [kind for kind in told if kind != said.kind]
    return _fact(told[0], Origin.TRACKER) if told else own


def _team(said: Stated, owner: Fact[str] | None, scope: str | None, fallbacks: Fallbacks) -> Fact[str] | None:
    """The owner may name a team; else the document's own; else the team of the owner, or of the service."""
    mapped = fallbacks.team(owner.value if owner else None, scope, said.services)
    if mapped and owner and mapped.origin is not Origin.MAPPING:
        return Fact(mapped.value, owner.origin)
    return _fact(said.team, Origin.DOCUMENT) if said.team else mapped
