"""What the ledger remembers, as frozen records. Each has a key; writing one again replaces it.

A record is plain data (text, numbers, dates, booleans), so that SQLite, PostgreSQL and JSON Lines
can all hold it. Nothing in a record is secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from followthrough.model import State

EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """A document the ledger knows. Key: ``path``, relative to the root, with ``/``."""

    path: str
    fingerprint: str
    """SHA-256 of its bytes without our marks and with every box unticked."""
    title: str | None = None
    incident_date: date | None = None
    severity: str | None = None
    services: tuple[str, ...] = ()
    team: str | None = None
    detached: bool = False
    """``unlink`` took our links out; nothing is written there until ``file`` names it again."""
    confidential: bool = False
    """Its measures show in reports as a count only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """An action item that has an identity. Key: ``id``."""

    id: str
    document: str
    identity_text: str
    """As last seen; see :func:`followthrough.planning.identity.identity_text`."""
    occurrence: int = 0
    """Which of equal texts of one document it was at first sight, from 0."""
    section: tuple[str, ...] = ()
    line: int = 0
    text: str = ""
    kind: str | None = None
    kind_stated: bool = False
    owner: str | None = None
    due: date | None = None
    priority: str | None = None
    first_seen: datetime
    gone: bool = False
    """Its line is no longer in its document. That closes nothing."""
    ignored: str | None = None
    """Why it is not filed though it could be: somebody said so."""


class IntentStatus(StrEnum):
    """How far a create has come. Only ``REFUSED`` may be sent again at once."""

    PENDING = "pending"
    """Written before the request; found so after a crash, it counts as unknown."""
    CREATED = "created"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """The decision to create one issue for an item, written before the request. Key: ``item``.

    The key is the item alone: a change of route, kind or settings never files a second ticket.
    """

    item: str
    scope: str
    status: IntentStatus
    attempt: int = 1
    at: datetime
    """When the last request was about to be sent."""
    run: str
    reason: str = ""
    clean_listings: tuple[datetime, ...] = ()
    """Complete listings since ``at`` that showed no such marker."""


class Relation(StrEnum):
    """How an item came to its ticket."""

    FILED = "filed"
    FOLLOWED = "followed"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An item and one of its tickets. Key: ``item``, ``scope``, ``ticket``."""

    item: str
    scope: str
    ticket: str
    """The ticket's immutable id."""
    relation: Relation = Relation.FILED
    retired: bool = False
    """No longer followed (moved to another tracker, or taken back)."""
    target: date | None = None
    """The date that policy computed and filing wrote; while the ticket has it, nobody promised one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """A ticket as last seen. Key: ``scope``, ``id``."""

    scope: str
    id: str
    key: str
    url: str
    title: str
    state: State
    native_status: str
    assignee: str | None = None
    due: date | None = None
    priority: str | None = None
    labels: tuple[str, ...] = ()
    created: datetime
    closed: datetime | None = None
    updated: datetime
    missing_since: datetime | None = None
    """First time it was not found; ``None`` while it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What both sides agreed on when we last wrote or read them. Key: ``item``."""

    item: str
    ticked: bool | None = None
    """The checkbox, ``None`` where the item has none."""
    words: str | None = None
    """The mark's words; ``None`` while the document carries no mark."""
    target: str | None = None
    text: str = ""
    """The title in the document."""
    owner: str | None = None
    """The owner in the document, as written."""
    due: date | None = None
    """The date in the document."""
    ticket_title: str | None = None
    """The ticket's title at that moment; ``None`` where nobody has looked at these fields yet."""
    ticket_assignee: str | None = None
    ticket_due: date | None = None
    fingerprint: str | None = None
    """Of the document then: while it stands, what reads differently was not edited by anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is known of one tracker scope. Key: ``name``."""

    name: str
    proven_at: datetime | None = None
    """When the first item filed there was found again by its marker."""
    cursor: str | None = None
    """Where the next delta begins."""


class EventKind(StrEnum):
    """What happened to an item; reports count these."""

    FILED = "filed"
    ADOPTED = "adopted"
    FOLLOWED = "followed"
    STATE = "state"
    DUE = "due"
    ASSIGNEE = "assignee"
    RETITLED = "retitled"
    PUSHED = "pushed"
    MISSING = "missing"
    GONE = "gone"
    BACK = "back"
    DETACHED = "detached"
    IGNORED = "ignored"
    MOVED = "moved"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact in the append-only history. No key: events are only ever added."""

    kind: EventKind
    item: str
    occurred_at: datetime
    """The tracker's time where it tells one; figures use this."""
    seen_at: datetime
    """When we learnt of it."""
    run: str
    command: str
    account: str = ""
    plan_hash: str = ""
    data: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    """Before and after, such as ``{"from": "open", "to": "done"}``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command that may write. Key: ``id``, such as ``20261120-1``."""

    id: str
    command: str
    started: datetime
    finished: datetime | None = None
    exit_code: int | None = None
    counts: Mapping[str, int] = field(default_factory=lambda: EMPTY)


Record = DocumentRecord | ItemRecord | Intent | Link | TicketRecord | Base | Scope | Event | Run
