"""The plan: what would be done, as data. Whoever carries it out decides nothing any more."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from followthrough.connector import ASSIGNEE, Draft
from followthrough.ledger.records import Acceptance, HoldReason
from followthrough.model import State
from followthrough.planning.identity import Known
from followthrough.planning.protocol import Hold
from followthrough.planning.readings import Reading
from followthrough.planning.recurrence import Again
from followthrough.policy.due import Due
from followthrough.policy.effective import Effective
from followthrough.tickets import Assignee


class Action(StrEnum):
    """What happens to an item."""

    FILE = "file"
    """A ticket is created."""
    LATER = "later"
    """A ticket would be created, but for the limit of this run."""
    FOLLOW = "follow"
    """A ticket that its text names is read from now on."""
    KEEP = "keep"
    """It has a ticket and nothing is to be done."""
    SKIP = "skip"
    """It is not filed, and that is settled."""
    WAIT = "wait"
    """It is not filed yet; it resolves itself, or its document is still being written."""
    ASK = "ask"
    """Somebody has to decide first."""
    HISTORY = "history"
    """Its incident lies before ``since``: counted, never filed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One item and what happens to it; ``reason`` says why, in words for its reader."""

    action: Action
    item: str
    path: str
    line: int
    text: str
    reason: str = ""
    scope: str | None = None
    draft: Draft | None = None
    owner: str | None = None
    """As the document has it."""
    assignee: Assignee | None = None
    due: Due | None = None
    due_note: str = ""
    """What is odd about the date that the document gives: it is past, or names no day."""
    values: Effective = field(default_factory=Effective)
    """What holds of it by now, and who says so."""
    retry_at: datetime | None = None
    """When an indeterminate create is looked at again."""
    like: int | None = None
    """Line of an earlier measure of its document that may be the same work."""
    confirm_at: datetime | None = None
    """Its create had no answer: it is sent once one more complete listing, not before then, shows nothing."""
    held: HoldReason | None = None
    """Nothing is created in its tracker for this reason, before ``retry_at``, or before all were listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is to stand in a document beside an item. ``words`` of ``None`` takes the mark out."""

    item: str
    path: str
    line: int
    words: str | None
    target: str = ""
    ticked: bool | None = None
    """The box, ``None`` to leave it alone."""
    key: str = ""
    before: State | None = None
    """State of the ticket when the document was last written."""
    after: State | None = None
    closed: datetime | None = None
    """When the ticket was closed."""
    why: str = ""
    """What happens to the box, and why, where that is not plain."""
    scope: str = ""
    """Where the ticket lives."""


Value = State | str | date | None
"""What a field of a ticket may hold; ``None`` is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """An edit made in a document that is carried into its ticket."""

    item: str
    path: str
    line: int
    scope: str
    ticket: str
    """The ticket's immutable id."""
    key: str
    field: str
    """``state``, ``title``, ``due`` or ``assignee``."""
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something for a human. It stands until they act, and never makes a night fail by itself."""

    code: str
    """``ticked-by-hand``, ``link-edited``, ``link-copied``, ``same-work``, ``retitled``, …"""
    path: str
    line: int
    item: str
    key: str = ""
    message: str
    choices: str = ""


NEEDS_HUMAN = frozenset({"two-issues"})
"""Codes of matters that do not merely stand: exit code 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """A limit that stops one scope's plan before any write."""

    scope: str
    message: str
    code: str = "creates"
    """``creates``, ``public``, ``changes``, ``tracker-empty``, ``tracker-lost`` or ``documents-empty``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A ticket whose measure would be filed in another tracker now; offered, never done by itself."""

    item: str
    key: str
    path: str
    line: int
    source: str
    """Scope it lives in."""
    scope: str
    """Scope that its route names now."""

    @property
    def command(self) -> str:
        """What a person types to move it."""
        return f"followthrough move {self.key} {self.scope}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerFacts:
    """A tracker as a plan speaks of it."""

    scope: str
    place: str = ""
    """As people know it, its shortest name first: ``OPS at acme.example``."""
    account: str = ""
    """Who we are there."""
    public: bool | None = None
    called: str = "tracker"
    """What kind of tracker it is: ``Jira``."""
    mails: str | None = None
    """Whom it mails on a create."""
    limits: tuple[tuple[int, float], ...] = ()
    """So many creates in so many seconds at most."""
    reach: str = ""
    """A sentence where not everybody can open its tickets."""
    wrong: tuple[str, ...] = ()
    """What its diagnosis found wrong: filing there will fail, or miss something."""
    news: tuple[str, ...] = ()
    """What people should know of it, such as that it was renamed: among the plan's remarks, too."""
    settle: timedelta = timedelta()
    """How long a create without an answer is waited for."""

    def time_for(self, number: int) -> timedelta:
        """How long so many creates take at least, which is when the last of them may be sent."""
        waits = (max(number - 1, 0) // most * seconds for most, seconds in self.limits)
        return timedelta(seconds=max(waits, default=0))

    @property
    def short(self) -> str:
        """The shortest name: ``OPS``."""
        return self.place.partition(" ")[0] or self.scope


@dataclass(frozen=True, slots=True)
class Quiet:
    """What a document of which nothing else is to be said adds to the counts of a run."""

    kept: int = 0
    """Measures whose ticket stands as it is."""
    asked: int = 0
    """Measures that may be work listed twice, and wait for somebody's word."""
    waiting: int = 0
    """Measures that wait until their document is said to be finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything one run would do."""

    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    pushes: tuple[Push, ...] = ()
    matters: tuple[Matter, ...] = ()
    brakes: tuple[Brake, ...] = ()
    holds: tuple[Hold, ...] = ()
    """Scopes in which nothing is created for now, as the ledger may not know every issue there."""
    behind: int = 0
    """The serial that the journal tells of, where the ledger went backwards."""
    frozen: frozenset[str] = frozenset()
    """Items that nothing is written for, because they flip to and fro."""
    doubts: tuple[str, ...] = ()
    """What is hard to believe, confirmed or not: part of what a hash names."""
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    known: tuple[Known, ...] = field(default=(), repr=False)
    detached: frozenset[str] = frozenset()
    """Documents that our links were taken out of; nothing is written there."""
    since: date | None = None
    first_runs: Mapping[str, int] = field(default_factory=dict)
    """Scopes that nothing was filed in yet, with the limit there."""
    trackers: Mapping[str, TrackerFacts] = field(default_factory=dict)
    """Every scope by name."""
    moves: tuple[Move, ...] = ()
    """What could be moved to another tracker, by hand."""
    remarks: tuple[str, ...] = ()
    """Said once before the plan, such as that ids depend on this machine."""
    excluded: tuple[str, ...] = ()
    """Files that a folder or glob found and `exclude` leaves out by name."""
    quiet: Mapping[str, Quiet] = field(default_factory=dict, repr=False)
    """Documents that nothing is to be done with, and that are in no other field; see :mod:`.quiet`."""

    accepted: Mapping[str, Acceptance] = field(default_factory=dict)
    """By item, the risks that somebody has taken until a day."""
    again: tuple[Again, ...] = ()
    """Earlier incidents that those of new documents resemble, with what was promised then and is not done."""

    @property
    def paths(self) -> Iterator[str]:
        """The path of every document that was looked at."""
        yield from (reading.path for reading in self.readings)
        yield from self.quiet

    @property
    def kept(self) -> int:
        """How many measures keep their ticket."""
        kept = sum(step.action is Action.KEEP for step in self.steps)
        return kept + sum(one.kept for one in self.quiet.values())

    @property
    def asks(self) -> bool:
        """Whether any measure waits for somebody's word."""
        return any(step.action is Action.ASK for step in self.steps) or any(
            one.asked for one in self.quiet.values()
        )

    @property
    def creates(self) -> tuple[Step, ...]:
        """The steps that file a ticket, in order."""
        return tuple(step for step in self.steps if step.action is Action.FILE)

    def mailed(self, scope: str) -> tuple[str, ...]:
        """Whom the tracker will mail about the new issues: owners as the documents name them, or a phrase."""
        facts = self.trackers.get(scope)
        mine = [step for step in self.creates if step.scope == scope]
        if facts is None or facts.mails is None or not mine:
            return ()
        if facts.mails != ASSIGNEE:
            return (facts.mails,)
        people = [step.owner or step.draft.assignee for step in mine if step.draft and step.draft.assignee]
        return tuple(dict.fromkeys(name for name in people if name))

    @property
    def went_backwards(self) -> bool:
        """Whether the ledger has forgotten commits, and what that may lead to is not over yet."""
        return bool(self.behind) or any(hold.reason is HoldReason.BEHIND for hold in self.holds)

    @property
    def changes_anything(self) -> bool:
        """Whether carrying it out would write to a tracker or a document."""
        return bool(self.creates or self.notes or self.pushes)

    def counts(self) -> Mapping[str, int]:
        """How many items each action has; notes are counted as ``write``, pushes as ``push``."""
        counted = Counter(step.action.value for step in self.steps)
        counted |= Counter(write=len(self.notes), push=len(self.pushes), move=len(self.moves))
        names = (*(action.value for action in Action), "write", "push", "move")
        return {action: counted.get(action, 0) for action in names}

    @property
    def braked(self) -> Plan:
        """Without what would be created, written or pushed in the scopes that a brake stops."""
        stopped = {brake.scope for brake in self.brakes}
        if not stopped:
            return self
        return replace(
            self,
            steps=tuple(step for step in self.steps if step.scope not in stopped),
            notes=tuple(note for note in self.notes if note.scope not in stopped),
            pushes=tuple(push for push in self.pushes if push.scope not in stopped),
        )

    def history(self) -> tuple[Counter[str], Counter[str]]:
        """What ``since`` shuts out, as measures by document: those before it, and those of unknown date."""
        undated = {reading.path for reading in self.readings if reading.incident.date is None}
        left = [step.path for step in self.steps if step.action is Action.HISTORY]
        older = Counter(path for path in left if path not in undated)
        return older, Counter(path for path in left if path in undated)

    @property
    def hash(self) -> str:
        """Names exactly these creates, writes and pushes, and the documents they have to do with."""
        touched = {step.path for step in self.creates} | {note.path for note in self.notes}
        touched |= {push.path for push in self.pushes}
        content = {
            "creates": [[step.item, step.scope, step.draft] for step in self.creates],
            "notes": [[note.item, note.path, note.words, note.target, note.ticked] for note in self.notes],
            "pushes": [[push.item, push.scope, push.ticket, push.field, push.after] for push in self.pushes],
            "doubts": self.doubts,
            "documents": sorted(
                [reading.path, reading.version] for reading in self.readings if reading.path in touched
            ),
        }
        return hashlib.sha256(json.dumps(content, default=_plain, sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    """A draft and its parts by their fields; anything else as it is spoken."""
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    return str(value)
