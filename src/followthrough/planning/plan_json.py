"""The plan for another program."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from followthrough.planning.plan import Note, Plan, Step, TrackerFacts
from followthrough.planning.readings import Reading

SCHEMA = "followthrough.plan/1"


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
