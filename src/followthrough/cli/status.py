"""``status``: the last run, what waits for a human, and what waits by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from followthrough.cli.options import AsFormat, Format

MANY = 100
"""Runs that are looked through for the nightly ones."""


def status_command(
    ctx: typer.Context,
    format: AsFormat = Format.TEXT,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age", metavar="TIME", help="Exit code 6 unless a `run` ended within it, such as 26h."
        ),
    ] = None,
) -> int:
    """Tell how the last run ended, what waits for you, and what resolves itself.

    followthrough status
    """
    from followthrough.cli import output
    from followthrough.cli.jobs import screen_of
    from followthrough.cli.opening import known_documents, open_job
    from followthrough.cli.requests import request_for, span_of
    from followthrough.cli.screens.status import Standing, status_lines, to_json
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.exits import Exit
    from followthrough.engine.survey import survey
    from followthrough.policy.rhythm import expected_before, too_old

    oldest = span_of(max_age, "--max-age")
    workspace = workspaces(ctx, None)[0]
    with open_job(workspace, "status", writing=False) as job:
        runs = job.ledger.runs(MANY)
        standing = Standing(
            last=runs[0] if runs else None,
            expected=expected_before([run.started for run in runs if run.command == "run"]),
            snapshot=job.ledger.snapshot(),
            plan=survey(job, request_for(workspace, offline=True, extra=known_documents(job))).plan,
        )
    if format is Format.TEXT:
        for line in status_lines(standing, screen_of(workspace)):
            output.data(line)
    else:
        record = to_json(standing)
        output.as_json(record) if format is Format.JSON else output.as_jsonl([record])
    ends = [run.finished for run in runs if run.command == "run" and run.finished is not None]
    why = too_old(ends, oldest, workspace.world.now()) if oldest else ""
    if why:
        output.talk(why, level="error", event="too-old")
    return int(Exit.YES if why else Exit.OK)
