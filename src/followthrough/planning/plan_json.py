"""The plan for another program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from followthrough.planning.plan import Note, Plan, Push, Step, TrackerFacts
from followthrough.planning.readings import Reading
from followthrough.planning.recurrence import Again

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
        "brakes": brakes_json(plan),
        "excluded": list(plan.excluded),
        "documents": [_document(reading) for reading in plan.readings],
        "history": {
            name: {"documents": len(found), "measures": found.total()}
            for name, found in zip(("older", "undated"), plan.history(), strict=True)
        },
        "trackers": [_tracker(facts, plan) for facts in plan.trackers.values()],
        "steps": [_step(step, plan) for step in plan.steps],
        "recurrences": [_again(one) for one in plan.again],
        "moves": [{**asdict(move), "command": move.command} for move in plan.moves],
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


def _again(one: Again) -> dict[str, Any]:
    return {
        "path": one.path,
        "earlier": {"path": one.earlier, "title": one.title, "date": one.date.isoformat()},
        "services": list(one.services),
        "words": list(one.words),
        "measures": [
            {
                "item": item.item,
                "path": item.path,
                "line": item.line,
                "text": item.text,
                "key": item.key,
                "state": item.state.value,
                "days_late": item.days_late,
                "accepted_until": item.accepted_until.isoformat() if item.accepted_until else None,
            }
            for item in one.items
        ],
    }


def _step(step: Step, plan: Plan) -> dict[str, Any]:
    draft, accepted = step.draft, plan.accepted.get(step.item)
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
        "effective": step.values.to_json(),
        "retry_at": step.retry_at.isoformat() if step.retry_at else None,
        "like": step.like,
        "accepted_until": accepted.until.isoformat() if accepted else None,
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
