"""What planning is told: the documents as read, and the trackers as seen. Plain values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from followthrough.connector import Features, Ticket
from followthrough.model import ActionItem, Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMark:
    """Our link as it stands in a document."""

    id: str
    words: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An action item as it stands in a document now."""

    item: ActionItem
    identity_text: str
    occurrence: int
    """Which of the equal texts of its document it is, from 0."""
    words: str = ""
    """The item as a reader of the document sees it, on one line."""
    marks: tuple[SeenMark, ...] = ()
    ticked: bool | None = None
    """Its checkbox, ``None`` where it has none."""
    unlinkable: str | None = None
    """Why no link can be written at it, where none can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document as read in this run."""

    path: str
    """Relative to the root, with ``/``."""
    version: str = ""
    """SHA-256 of the bytes that were read."""
    fingerprint: str = ""
    """SHA-256 without our marks and with every box unticked."""
    incident: Incident = field(default_factory=Incident)
    status: str | None = None
    items: tuple[Seen, ...] = ()
    named: bool = False
    """Named on the command line, not found by a folder or glob."""
    looks_like_postmortem: bool = True
    confidential: bool = False
    """Title and text go only where a route says that it takes confidential documents."""
    read_only: str | None = None
    """Why nothing can be written into it."""
    error: str | None = None
    """Why it could not be read; then it says nothing of its items."""
    warnings: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeView:
    """One tracker scope as planning sees it."""

    name: str
    features: Features
    place: str = ""
    """As people know it, such as ``OPS at acme.example``."""
    error: str | None = None
    """Why it could not be asked; then nothing may be concluded from silence."""
    come_back: bool = False
    """The error is a request to come back later."""
    refreshed: Mapping[str, Ticket] = field(default_factory=dict)
    """Tickets asked for and found, by immutable id."""
    asked: frozenset[str] = frozenset()
    """Ids that were asked for; one not in ``refreshed`` was not found."""
    by_key: Mapping[str, Ticket] = field(default_factory=dict)
    """Tickets that documents refer to, by the key they were asked for; one not in it was not found."""
    account: str = ""
    """Who we are there."""
    wrong: tuple[str, ...] = ()
    """What its diagnosis found wrong, a sentence each."""
    news: tuple[str, ...] = ()
    """What people should know of it, such as that it was renamed: sentences."""
    public: bool | None = None
    """Whether anybody on the internet reads issues there; ``None`` where that was not asked."""
    assigns: bool = True
    """The settings want new issues to be assigned."""
    may_publish: bool = False
    """The settings say that what is filed there may be read by anybody."""
    strangers: Mapping[str, tuple[Ticket, ...]] = field(default_factory=dict)
    """Issues with a marker of ours that none of our accounts created, by that marker: they never count."""
    owned: Mapping[str, tuple[Ticket, ...]] | None = None
    """Tickets by our marker from one complete listing; ``None`` where there was none."""
    listed_at: datetime | None = None
    """When that listing was begun."""
