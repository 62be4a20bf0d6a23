"""``extract``: the measures found, and why each was taken. No ledger, no network, no settings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followthrough.cli.options import AsFormat, Format

if TYPE_CHECKING:
    from followthrough.engine.reading import Opened
    from followthrough.model import ActionItem, Incident
    from followthrough.planning.readings import Seen

SCHEMA = "followthrough.extract/1"
STDIN = "standard-input.md"
"""What standard input is read as: Markdown, which plain text mostly is too."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """One document's result: what was understood, or why it could not be read."""

    name: str
    opened: Opened | None = None
    namespace: str = ""
    error: str | None = None


def extract_command(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Documents, folders or globs; `-` is standard input."),
    ],
    format: AsFormat = Format.TEXT,
    explain: Annotated[bool, typer.Option("--explain", help="Say of each measure why it was taken.")] = False,
) -> int:
    """Show the measures in documents, without ledger, network or settings.

    followthrough extract postmortem.md --explain
    """
    from followthrough.cli import output

    results = _extract(ctx, paths)
    failed = False
    if format is Format.TEXT:
        for result in results:
            failed |= result.error is not None
            _print(result, explain)
    else:
        records = []
        for result in results:
            failed |= result.error is not None
            if format is Format.JSONL:
                output.as_jsonl([to_json(result)])
            else:
                records.append(to_json(result))
        if format is Format.JSON:
            output.as_json({"schema": "followthrough.extractions/1", "documents": records})
    return 3 if failed else 0


def _extract(ctx: typer.Context, arguments: list[str]) -> Iterator[Extracted]:
    from followthrough.cli.workspace import Workspace, workspaces
    from followthrough.engine.reading import open_document, understand
    from followthrough.sources.disk import version_of
    from followthrough.sources.folder import FolderSource
    from followthrough.sources.interface import Content

    def one(workspace: Workspace, name: str, path: str, data: bytes | None) -> Extracted:
        limits, today = workspace.settings.limits, workspace.today
        try:
            if data is not None:
                opened = understand(
                    Content(data, version_of(data)), path, named=True, limits=limits, today=today
                )
            else:
                source = FolderSource(root=workspace.root, disk=workspace.world.disk)
                opened = open_document(source, path, named=True, limits=limits, today=today)
        except (SourceError, Unreadable) as error:
            return Extracted(name, error=str(error))
        return Extracted(name, opened, namespace=workspace.namespace)

    from followthrough.documents import Unreadable
    from followthrough.sources import SourceError

    named = [argument for argument in arguments if argument != "-"]
    for workspace in workspaces(ctx, named, tolerant=True) if named else ():
        for path, _ in workspace.paths:
            yield one(workspace, workspace.shown(path), path, None)
    if "-" in arguments:
        here = workspaces(ctx, None, tolerant=True)[0]
        yield one(here, "-", STDIN, sys.stdin.buffer.read())


def _print(result: Extracted, explain: bool) -> None:
    from followthrough.cli import output

    if result.opened is None:
        output.talk(result.error or "")
        return
    items = result.opened.postmortem.items
    output.data(_heading(result.name, result.opened.postmortem.incident, len(items)))
    for item in items:
        output.data(_line(item))
        if explain:
            output.data(f"          {item.reason}")
    if not items:
        output.data("  No measures found.")
    for line, message in result.opened.reading.warnings:
        output.talk(f"{result.name}:{line}: {message}" if line else f"{result.name}: {message}")


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
    ]
    known = ", ".join(fact for fact in facts if fact)
    return f"  L{item.line:<5} {item.text}{f'   [{known}]' if known else ''}"


def to_json(result: Extracted) -> dict[str, Any]:
    """The contract's object of one document."""
    record: dict[str, Any] = {"schema": SCHEMA, "document": result.name}
    if result.opened is None:
        nothing: dict[str, Any] = {
            "format": None,
            "title": None,
            "incident": None,
            "items": [],
            "warnings": [],
        }
        return record | nothing | {"error": result.error}
    incident = result.opened.postmortem.incident
    return record | {
        "format": result.opened.document.format,
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
    }
