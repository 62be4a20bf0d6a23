"""What was extracted from one document, as text and as the contract's object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from followthrough.engine.reading import Opened
    from followthrough.extraction.explaining import Passed
    from followthrough.model import ActionItem, Incident
    from followthrough.planning.readings import Seen

SCHEMA = "followthrough.extract/1"
_PASSED_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Extracted:
    """One document's result: what was understood, or why it could not be read."""

    name: str
    opened: Opened | None = None
    namespace: str = ""
    error: str | None = None
    passed: Sequence[Passed] | None = None
    """What was read and not taken, where that was asked for."""


def lines(result: Extracted) -> Iterator[str]:
    """A document that was read, for a person; with reasons where they were asked for."""
    if result.opened is None:
        return
    items = result.opened.postmortem.items
    yield _heading(result.name, result.opened.postmortem.incident, len(items))
    for item in items:
        yield _line(item)
        if result.passed is not None:
            yield f"          {item.reason}"
    if not items:
        yield "  No measures found."
    elif result.opened.reading.read_only:
        yield f"  It {result.opened.reading.read_only}"
    if result.passed:
        yield "  Passed over:"
        for one in result.passed:
            yield f"  - L{one.line:<5} {_cut(one.text)}   ({one.reason})"


def _cut(text: str) -> str:
    return text if len(text) <= _PASSED_WIDTH else f"{text[: _PASSED_WIDTH - 1].rstrip()}…"


def _heading(name: str, incident: Incident, count: int) -> str:
    facts = [
        incident.title,
        incident.date.isoformat() if incident.date else None,
        incident.severity,
        f"lasted {incident.duration}" if incident.duration else None,
    ]
    known = ", ".join(fact for fact in facts if fact)
    return f"{name}: {count} measure{'' if count == 1 else 's'}{f' ({known})' if known else ''}"


def _line(item: ActionItem) -> str:
    facts = [
        item.owner,
        f"due {item.due.isoformat()}" if item.due else None,
        item.priority,
        *(str(reference) for reference in item.references),
        item.state.words if item.done or item.state.closed else None,
        None if item.certain else "uncertain",
    ]
    known = ", ".join(fact for fact in facts if fact)
    return f"  L{item.line:<5} {item.text}{f'   [{known}]' if known else ''}"


def to_json(result: Extracted) -> dict[str, Any]:
    """The contract's object of one document."""
    record: dict[str, Any] = {"schema": SCHEMA, "document": result.name}
    if result.opened is None:
        nothing: dict[str, Any] = {
            "format": None,
            "read_only": None,
            "title": None,
            "incident": None,
            "items": [],
            "warnings": [],
        }
        return record | nothing | {"error": result.error}
    incident = result.opened.postmortem.incident
    record |= {
        "format": result.opened.document.format,
        "read_only": result.opened.reading.read_only,
        "title": incident.title,
        "status": result.opened.postmortem.status,
        "incident": {
            "id": incident.id,
            "title": incident.title,
            "date": _iso(incident.date),
            "start": _iso(incident.start),
            "end": _iso(incident.end),
            "duration": int(incident.duration.total_seconds()) if incident.duration is not None else None,
            "severity": incident.severity,
            "services": list(incident.services),
            "team": incident.team,
            "authors": list(incident.authors),
            "impact": incident.impact,
            "root_cause": incident.root_cause,
        },
        "items": [_item(result, seen) for seen in result.opened.reading.items],
        "warnings": [{"line": line, "message": message} for line, message in result.opened.reading.warnings],
    }
    if result.passed is not None:
        record["passed"] = [
            {"line": one.line, "text": one.text, "section": list(one.section), "reason": one.reason}
            for one in result.passed
        ]
    return record


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None


def _item(result: Extracted, seen: Seen) -> dict[str, Any]:
    from followthrough.planning.identity import mint

    item = seen.item
    path = result.opened.reading.path if result.opened else result.name
    return {
        "id": seen.marks[0].id
        if seen.marks
        else mint(result.namespace, path, seen.identity_text, seen.occurrence),
        "text": item.text,
        "description": item.description,
        "line": item.line,
        "end_line": item.end_line,
        "span": [item.span.start, item.span.end],
        "section": list(item.section),
        "kind": item.kind.value if item.kind else None,
        "kind_stated": item.kind_stated,
        "owner": item.owner,
        "owners": list(item.owners),
        "due": _iso(item.due),
        "due_text": item.due_text,
        "priority": item.priority,
        "state": item.state.value,
        "done": item.done,
        "tickets": [str(reference) for reference in item.references],
        "reason": item.reason,
        "certain": item.certain,
    }
