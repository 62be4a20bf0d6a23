"""``sync``: brings the status of the tickets back into the documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followthrough.cli.options import AsFormat, Confirm, Format, Paths, Strict

if TYPE_CHECKING:
    from followthrough.cli.workspace import Workspace


def sync_command(
    ctx: typer.Context,
    paths: Paths = None,
    format: AsFormat = Format.TEXT,
    push: Annotated[
        list[str] | None,
        typer.Option(
            "--push",
            metavar="ITEM",
            help="Carry what was edited here into the ticket: id, key or PATH:LINE. May be repeated.",
        ),
    ] = None,
    confirm: Confirm = None,
    strict: Strict = False,
) -> int:
    """Bring the tickets' status into the documents: those named, or all that are known.

    followthrough sync
    """
    from followthrough.cli import output, saved
    from followthrough.cli.jobs import finish, screen_of
    from followthrough.cli.opening import known_documents, open_job
    from followthrough.cli.requests import confirmation, request_for
    from followthrough.cli.screens.sync import synced_lines
    from followthrough.engine.running import carry_out

    items = list(push or ())
    results = []
    for workspace in _found(ctx, paths, items):
        with open_job(workspace, "sync", writing=True, confirmation=confirmation(confirm)) as job:
            extra = () if workspace.explicit else known_documents(job)
            request = request_for(
                workspace,
                filing=False,
                extra=extra,
                push=items,
                confirmed=confirm is not None,
                sparing=True,
                whole=not workspace.explicit,
            )
            done = carry_out(job, request, stale=saved.judge(confirm))
        results.append(done)
        if format is Format.TEXT:
            for line in (*done.plan.remarks, *synced_lines(done, screen_of(workspace))):
                output.data(line)
            if items and not done.plan.pushes:
                output.data(
                    f"Nothing to push: {', '.join(items)} as in the tracker, or not to be changed there."
                )
    if format is not Format.TEXT:
        output.as_jsonl(to_json(done) for done in results)
    return finish(results, strict=strict)


def _found(ctx: typer.Context, paths: Sequence[str] | None, items: Sequence[str]) -> Sequence[Workspace]:
    """The roots to sync. ``PATH:LINE`` names its document, unless another item may stand elsewhere."""
    from followthrough.cli.errors import UsageError
    from followthrough.cli.requests import paths_and_items, something_known
    from followthrough.cli.workspace import workspaces

    if items and all(item.rpartition(":")[2].isdigit() for item in items):
        paths, _ = paths_and_items(paths, items)
    found = something_known(workspaces(ctx, paths, asking=True))
    if items and len(found) > 1:
        raise UsageError("--push works in one root at a time. Name documents of one root.")
    return found


def to_json(done: Any) -> dict[str, Any]:
    """What a sync did, for another program."""
    from followthrough.cli.screens.sync import unchanged
    from followthrough.planning.plan_json import brakes_json, pushes_json

    return {
        "schema": "followthrough.synced/1",
        "run": done.run,
        "exit": int(done.exit),
        "written": [
            {
                "path": path,
                "line": note.line,
                "item": note.item,
                "key": note.key,
                "from": note.before.value if note.before else None,
                "to": note.after.value if note.after else None,
                "ticked": note.ticked,
                "closed": note.closed.isoformat() if note.closed else None,
                "why": note.why,
            }
            for path, notes in done.written.documents
            for note in notes
        ],
        "pushed": pushes_json(done.pushed),
        "hash": done.plan.hash,
        "brakes": brakes_json(done.plan),
        "matters": [
            {
                "code": m.code,
                "path": m.path,
                "line": m.line,
                "item": m.item,
                "key": m.key,
                "message": m.message,
                "choices": m.choices,
            }
            for m in done.plan.matters
        ],
        "unchanged": unchanged(done),
        "requests": done.requests,
        "failures": done.failures,
    }
