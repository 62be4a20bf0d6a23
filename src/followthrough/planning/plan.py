"""The plan: what would be done, as data. Whoever carries it out decides nothing any more."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from followthrough.connector import Draft
from followthrough.model import State
from followthrough.planning.identity import Known
from followthrough.planning.readings import Reading
from followthrough.policy.due import Due
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
    due_note: str = ""
    """What is odd about the date that the document gives: it is past, or names no day."""
    retry_at: datetime | None = None
    """When an indeterminate create is looked at again."""


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
    why: str = ""
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
    """``creates``, ``public``, ``changes``, ``tracker-empty`` or ``documents-empty``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything one run would do."""

    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    pushes: tuple[Push, ...] = ()
    matters: tuple[Matter, ...] = ()
    brakes: tuple[Brake, ...] = ()
    doubts: tuple[str, ...] = ()
    """What is hard to believe, confirmed or not: part of what a hash names."""
    readings: tuple[Reading, ...] = field(default=(), repr=False)
    known: tuple[Known, ...] = field(default=(), repr=False)
    detached: frozenset[str] = frozenset()
    """Documents that our links were taken out of; nothing is written there."""
    since: date | None = None
    first_runs: Mapping[str, str] = field(default_factory=dict)
    """Scopes that nothing was filed in yet, with the words for the limit there."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Scopes by name, as people know them."""
    remarks: tuple[str, ...] = ()
    """Said once before the plan, such as that ids depend on this machine."""
    excluded: tuple[str, ...] = ()
    """Files that a folder or glob found and `exclude` leaves out by name."""

    @property
    def creates(self) -> tuple[Step, ...]:
        """The steps that file a ticket, in order."""
        return tuple(step for step in self.steps if step.action is Action.FILE)

    @property
    def changes_anything(self) -> bool:
        """Whether carrying it out would write to a tracker or a document."""
        return bool(self.creates or self.notes or self.pushes)

    def counts(self) -> Mapping[str, int]:
        """How many items each action has; notes are counted as ``write``, pushes as ``push``."""
        counted = Counter(step.action.value for step in self.steps)
        counted.update({"write": len(self.notes), "push": len(self.pushes)})
        return {action: counted.get(action, 0) for action in (*(a.value for a in Action), "write", "push")}

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

    @property
    def hash(self) -> str:
        """Names exactly these creates, writes and pushes, and the documents they have to do with."""
        touched = {step.path for step in self.creates} | {note.path for note in self.notes}
        touched |= {push.path for push in self.pushes}
        content = {
            "creates": [
                [step.item, step.scope, asdict(step.draft) if step.draft else None] for step in self.creates
            ],
            "notes": [[note.item, note.path, note.words, note.target, note.ticked] for note in self.notes],
            "pushes": [[push.item, push.scope, push.ticket, push.field, push.after] for push in self.pushes],
            "doubts": self.doubts,
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
        "brakes": brakes_json(plan),
        "excluded": list(plan.excluded),
        "documents": [_document(reading) for reading in plan.readings],
        "steps": [_step(step) for step in plan.steps],
        "writes": [_note(note) for note in plan.notes],
        "pushes": pushes_json(plan.pushes),
        "matters": [asdict(matter) for matter in plan.matters],
    }


def brakes_json(plan: Plan) -> list[dict[str, str]]:
    """What stops which scope."""
    return [{"scope": brake.scope, "code": brake.code, "message": brake.message} for brake in plan.brakes]


def pushes_json(pushes: Iterable[Push]) -> list[dict[str, Any]]:
    """The pushes, with every value as text."""
    return [
        {
            "item": push.item,
            "path": push.path,
            "line": push.line,
            "tracker": push.scope,
            "key": push.key,
            "field": push.field,
            "from": None if push.before is None else str(push.before),
            "to": None if push.after is None else str(push.after),
        }
        for push in pushes
    ]


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
        "due_note": step.due_note or None,
        "labels": list(draft.labels) if draft else [],
        "retry_at": step.retry_at.isoformat() if step.retry_at else None,
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
        "why": note.why,
    }
