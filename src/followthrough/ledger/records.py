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
MISSING_AFTER = 2
"""A ticket that so many runs in a row have not found is missing; one alone may be a hiccup."""


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
    gone: bool = False
    """It is no longer there, which was told once; its tickets are read all the same."""
    cause: tuple[str, ...] = ()
    """Words of its title and root cause, to notice when it happens again."""


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
    merged_into: str | None = None
    """The item whose line carries its link, too, since somebody made one line of both."""
    state: State = State.OPEN
    """As its document said while it had no ticket; from then on that is the ticket's."""
    elsewhere: bool = False
    """While it had no ticket of ours, its text named one."""


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
    """Complete listings after the waiting time since ``at`` that showed no such marker."""


class Relation(StrEnum):
    """How an item came to its ticket."""

    FILED = "filed"
    FOLLOWED = "followed"
    """Its text names it: read, never changed."""
    ADOPTED = "adopted"
    DUPLICATE = "duplicate"
    """Its own ticket was closed as a duplicate of this one: read, never changed."""
    MERGED = "merged"
    """It is the ticket of an item whose line was merged into its own."""

    @property
    def ours(self) -> bool:
        """We may change this ticket; what a text or a closed ticket points to is only read."""
        return self not in (Relation.FOLLOWED, Relation.DUPLICATE)


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
    former_keys: tuple[str, ...] = ()
    """What it was called before it was moved or transferred, oldest first."""
    absences: int = 0
    """Runs in a row that did not find it, although its scope could be read."""
    duplicate_of: str | None = None
    """See :attr:`followthrough.connector.Ticket.duplicate_of`."""
    twin_of: str | None = None
    """The item whose marker it carries beside that item's own ticket; nothing is done with it."""

    @property
    def missing(self) -> bool:
        """Two runs have not found it: deleted, hidden from us, or moved where we cannot look."""
        return self.absences >= MISSING_AFTER


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
    history: tuple[str, ...] = ()
    """What was lately written of it, as ``RUN FIELD VALUE``, oldest first; see :mod:`.planning.freezing`."""


class HoldReason(StrEnum):
    """Why the ledger may not know every issue of ours in a scope."""

    BEHIND = "behind"
    """It went backwards: the journal tells of commits that it has forgotten."""
    REBUILT = "rebuilt"
    """It was made anew, beside documents or issues that knew one before."""
    STRANGE = "strange"
    """An issue of ours was found that it had no intent for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is known of one tracker scope. Key: ``name``."""

    name: str
    proven_at: datetime | None = None
    """When the first item filed there was found again by its marker."""
    cursor: str | None = None
    """Where the next delta begins."""
    held_since: datetime | None = None
    """From then on nothing is created there for its waiting time: the ledger may not know all issues."""
    held_why: HoldReason | None = None
    refreshed_at: datetime | None = None
    """When all its tickets were last read by their ids."""
    identity: str | None = None
    """What its connector knows it by, whatever it is called; see
    :class:`followthrough.connector.Recognises`."""


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
    """To another tracker, by ``move``."""
    REKEYED = "rekeyed"
    """Its ticket was moved or transferred by people, and is called otherwise now."""
    FOUND = "found"
    """A ticket that was missing is there again."""
    DUPLICATE = "duplicate"
    """Its ticket was closed as a duplicate; the other one is followed."""
    MERGED = "merged"
    """Its line was made one with another's."""
    TAKEN_BACK = "taken_back"
    ACCEPTED = "accepted"
    """Somebody took the risk until a day."""
    REVOKED = "revoked"
    """An accepted risk counts again before its day."""


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
    stops: tuple[str, ...] = ()
    """What it did not do before somebody decides, and how to go on: sentences."""


class Audience(StrEnum):
    """Who is written to."""

    CHANNEL = "channel"
    """Everybody who reads a channel of the settings: a report."""
    OWNER = "owner"
    """One person: a reminder."""


class DeliveryStatus(StrEnum):
    """What is known of a message. Only one that was ``REFUSED`` may be sent again."""

    SENDING = "sending"
    """Written before it leaves; found so after a crash, nobody knows whether it did."""
    DELIVERED = "delivered"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to somebody on one day, remembered before it is sent. Key: ``audience``, ``to``, ``day``."""

    audience: Audience
    to: str
    """The name of the channel or the person in the settings; never an address."""
    day: date
    """The day it was where the team is."""
    at: datetime
    status: DeliveryStatus
    run: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A risk that somebody took for a while: the item is not late meanwhile. Key: ``item``, ``since``."""

    item: str
    since: datetime
    until: date
    """The day on which it counts again."""
    reason: str
    by: str
    """Who took it, as they call themselves."""
    ended: datetime | None = None
    """When it was taken back, or another took its place; ``None`` while it runs or has run out."""


Record = (
    DocumentRecord
    | ItemRecord
    | Intent
    | Link
    | TicketRecord
    | Base
    | Scope
    | Event
    | Run
    | Delivery
    | Acceptance
)
