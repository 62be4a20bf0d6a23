"""``sync``: brings the status of the tickets back into the documents."""

from __future__ import annotations

from typing import Any

import typer

from followthrough.cli.options import AsFormat, Format, Paths, Strict


def sync_command(
    ctx: typer.Context, paths: Paths = None, format: AsFormat = Format.TEXT, strict: Strict = False
) -> int:
    """Bring the tickets' status into the documents: those named, or all that are known.

    followthrough sync
    """
    from followthrough.cli import output
    from followthrough.cli.jobs import finish, screen_of
    from followthrough.cli.requests import request_for, something_known
    from followthrough.cli.screens.sync import synced_lines
    from followthrough.cli.workspace import known_documents, open_job, workspaces
    from followthrough.engine.running import carry_out

    results = []
    for workspace in something_known(workspaces(ctx, paths)):
        with open_job(workspace, "sync", writing=True) as job:
            extra = () if workspace.explicit else known_documents(job)
            done = carry_out(job, request_for(workspace, filing=False, extra=extra))
        results.append(done)
        if format is Format.TEXT:
            for line in (*done.plan.remarks, *synced_lines(done, screen_of(workspace))):
                output.data(line)
    if format is not Format.TEXT:
        output.as_jsonl(to_json(done) for done in results)
    return finish(results, strict=strict)


def to_json(done: Any) -> dict[str, Any]:
    """What a sync did, for another program."""
    from followthrough.cli.screens.sync import unchanged

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
