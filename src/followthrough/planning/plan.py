"""The plan: what would be done, as data. Whoever carries it out decides nothing any more."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from followthrough.connector import ASSIGNEE, Draft
from followthrough.model import State
from followthrough.planning.identity import Known
from followthrough.planning.readings import Reading
from followthrough.policy.due import Due
from followthrough.policy.effective import Effective
from followthrough.tickets import Assignee

SCHEMA = "followthrough.plan/1"


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
    values: Effective = field(default_factory=Effective)
    """What holds of it by now, and who says so."""
    retry_at: datetime | None = None
    """When an indeterminate create is looked at again."""
    like: int | None = None
    """Line of an earlier measure of its document that may be the same work."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """A limit that stops one scope's plan before any write."""

    scope: str
    message: str


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
    reach: str = ""
    """A sentence where not everybody can open its tickets."""

    @property
    def short(self) -> str:
        """The shortest name: ``OPS``."""
        return self.place.partition(" ")[0] or self.scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything one run would do."""

    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    matters: tuple[Matter, ...] = ()
    brakes: tuple[Brake, ...] = ()
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
    def changes_anything(self) -> bool:
        """Whether carrying it out would write to a tracker or a document."""
        return bool(self.creates or self.notes)

    def counts(self) -> Mapping[str, int]:
        """How many items each action has; notes are counted as ``write``."""
        counted = Counter(step.action.value for step in self.steps)
        counted |= Counter(write=len(self.notes), move=len(self.moves))
        return {action: counted.get(action, 0) for action in (*(a.value for a in Action), "write", "move")}

    def history(self) -> tuple[Counter[str], Counter[str]]:
        """What ``since`` shuts out, as measures by document: those before it, and those of unknown date."""
        undated = {reading.path for reading in self.readings if reading.incident.date is None}
        left = [step.path for step in self.steps if step.action is Action.HISTORY]
        older = Counter(path for path in left if path not in undated)
        return older, Counter(path for path in left if path in undated)

    @property
    def hash(self) -> str:
        """Names exactly these creates and writes, and the documents they are written into."""
        touched = {step.path for step in self.creates} | {note.path for note in self.notes}
        content = {
            "creates": [
                [step.item, step.scope, asdict(step.draft) if step.draft else None] for step in self.creates
            ],
            "notes": [[note.item, note.path, note.words, note.target, note.ticked] for note in self.notes],
            "documents": sorted(
                [reading.path, reading.version] for reading in self.readings if reading.path in touched
            ),
        }
        return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()[:16]


def to_json(plan: Plan, paths: tuple[str, ...] = (), **options: Any) -> dict[str, Any]:
    """The plan for ``--format json`` and ``-o``; ``paths`` and ``options`` are what it was made for."""
    return {
        "schema": SCHEMA,
        "hash": plan.hash,
        "paths": list(paths),
        "options": options,
        "counts": dict(plan.counts()),
        "since": plan.since.isoformat() if plan.since else None,
        "remarks": list(plan.remarks),
        "brakes": [{"scope": brake.scope, "message": brake.message} for brake in plan.brakes],
        "documents": [_document(reading) for reading in plan.readings],
        "history": {
            name: {"documents": len(found), "measures": found.total()}
            for name, found in zip(("older", "undated"), plan.history(), strict=True)
        },
        "trackers": [_tracker(facts, plan) for facts in plan.trackers.values()],
        "steps": [_step(step) for step in plan.steps],
        "moves": [{**asdict(move), "command": move.command} for move in plan.moves],
        "writes": [_note(note) for note in plan.notes],
        "matters": [asdict(matter) for matter in plan.matters],
    }


def _tracker(facts: TrackerFacts, plan: Plan) -> dict[str, Any]:
    return {
        "scope": facts.scope,
        "place": facts.place,
        "account": facts.account or None,
        "public": facts.public,
        "reach": facts.reach,
        "issues": sum(step.scope == facts.scope for step in plan.creates),
        "first_run": plan.first_runs.get(facts.scope),
        "mailed": list(plan.mailed(facts.scope)),
    }


def _document(reading: Reading) -> dict[str, Any]:
    return {
        "path": reading.path,
        "version": reading.version,
        "title": reading.incident.title,
        "date": reading.incident.date.isoformat() if reading.incident.date else None,
        "severity": reading.incident.severity,
        "status": reading.status,
        "items": len(reading.items),
        "read_only": reading.read_only,
        "error": reading.error,
    }


def _step(step: Step) -> dict[str, Any]:
    draft = step.draft
    return {
        "action": step.action.value,
        "item": step.item,
        "path": step.path,
        "line": step.line,
        "text": step.text,
        "reason": step.reason,
        "tracker": step.scope,
        "title": draft.title if draft else None,
        "assignee": draft.assignee if draft else None,
        "owner": step.owner,
        "assignee_origin": step.assignee.note if step.assignee else None,
        "due": step.due.day.isoformat() if step.due else None,
        "due_origin": step.due.origin.value if step.due else None,
        "labels": list(draft.labels) if draft else [],
        "effective": step.values.to_json(),
        "retry_at": step.retry_at.isoformat() if step.retry_at else None,
        "like": step.like,
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "item": note.item,
        "path": note.path,
        "line": note.line,
        "words": note.words,
        "ticked": note.ticked,
        "key": note.key,
        "from": note.before.value if note.before else None,
        "to": note.after.value if note.after else None,
        "closed": note.closed.isoformat() if note.closed else None,
        "why": note.why,
    }
