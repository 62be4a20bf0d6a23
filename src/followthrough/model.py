"""The vocabulary: what a postmortem, its incident and its action items are.

Every other room speaks in these frozen values; this file imports nothing of ours.
Byte offsets count from the first byte of the file, a byte order mark included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where the work on an action item stands. ``DROPPED`` is a decision not to do it."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def words(self) -> str:
        """The state as people read it, in a document or on a terminal."""
        return {State.IN_PROGRESS: "in progress", State.DROPPED: "won't do"}.get(self, self.value)

    def __init__(self, value: str) -> None:
        self.closed: bool = value in ("done", "dropped")
        """Whether nobody is expected to work on it any more."""


class Kind(StrEnum):
    """What a measure does about an incident of its class."""

    CORRECTIVE = "corrective"
    """Removes this cause or this damage."""
    PREVENTIVE = "preventive"
    """Keeps the class of incident from coming back."""
    DETECTIVE = "detective"
    """Notices it earlier."""
    MITIGATIVE = "mitigative"
    """Makes the impact smaller or the recovery faster."""
    PROCESS = "process"
    """Changes how people work: documentation, rules, training."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes ``start`` up to, not including, ``end`` of a document."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A ticket named in the text of an item: its words, and its address where it is a link."""

    text: str
    url: str | None = None

    def __str__(self) -> str:
        return self.url or self.text


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item's mark lives: a block of its document, and the cell of it for a table row.

    ``block`` indexes ``Document.blocks``; ``cell`` indexes that block's cells.
    """

    block: int
    cell: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """One measure a postmortem promises, as its document states it."""

    text: str
    """The item's own words as a ticket title: one line, no markup, no annotation."""
    span: Span
    """The item's own source: its first paragraph, cell or sentence, without list marker and checkbox."""
    line: int
    """Where it starts, counted from 1."""
    end_line: int
    section: tuple[str, ...]
    """Headings it stands under, outermost first."""
    place: Place
    """Where its mark is looked for and written."""
    reason: str
    """Why it was taken for an action item, in one sentence."""
    description: str = ""
    """What follows the title inside the item, as plain text."""
    kind: Kind | None = None
    kind_stated: bool = False
    """Whether the document says the kind; otherwise it is inferred from the words."""
    owner: str | None = None
    """The owner as written."""
    owners: tuple[str, ...] = ()
    due: date | None = None
    due_text: str | None = None
    """The due date as written."""
    priority: str | None = None
    state: State = State.OPEN
    done: bool | None = None
    """``True`` or ``False`` where the document says so, ``None`` where it does not."""
    references: tuple[Reference, ...] = ()
    certain: bool = True
    """``False`` where the evidence is weak: a sentence outside any list of measures, or a lesson."""
    declined: bool = False
    """A reader's comment says that this is no measure, or that it was declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What the postmortem says of its incident. Unknown facts are ``None``, never guessed."""

    id: str | None = None
    title: str | None = None
    date: date | None = None
    """The day it began."""
    start: datetime | None = None
    end: datetime | None = None
    """Aware where the document names a zone this program knows, else naive."""
    duration: timedelta | None = None
    severity: str | None = None
    """``sev1`` (worst) to ``sev5``."""
    services: tuple[str, ...] = ()
    team: str | None = None
    authors: tuple[str, ...] = ()
    impact: str | None = None
    root_cause: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a reader of the document should know; ``line`` is 0 where no line is meant."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """One document as the extraction understood it."""

    incident: Incident
    items: tuple[ActionItem, ...]
    warnings: tuple[Remark, ...] = ()
    status: str | None = None
    """The report's own status (``draft``, ``final``, …), lower case, where it states one."""
    looks_like_postmortem: bool = True
    """A section of measures, or an incident date with impact, cause, severity or timeline."""
