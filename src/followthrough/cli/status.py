"""``status``: the last run, what waits for a human, and what waits by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from followthrough.cli.options import AsFormat, Format

if TYPE_CHECKING:
    from followthrough.engine.job import Job
    from followthrough.ledger import Run, Snapshot

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
    from followthrough.planning.freezing import COMMANDS
    from followthrough.policy.acceptance import in_force
    from followthrough.policy.rhythm import expected_before, too_old

    oldest = span_of(max_age, "--max-age")
    workspace = workspaces(ctx, None)[0]
    with open_job(workspace, "status", writing=False) as job:
        runs, snapshot = job.ledger.runs(MANY), job.ledger.snapshot()
        held = in_force(job.ledger.acceptances(), job.today, job.day_of)
        standing = Standing(
            last=runs[0] if runs else None,
            expected=expected_before([run.started for run in runs if run.command == "run"]),
            failed=_told(job, runs[0], "failed") if runs else (),
            goes_on=_told(job, runs[0], "waits") if runs else (),
            snapshot=snapshot,
            stops=next((run.stops for run in runs if run.command in COMMANDS), ()),
            accepted=sorted(
                (one for id, one in held.items() if not _over(snapshot, id)), key=lambda one: one.until
            ),
            plan=survey(job, request_for(workspace, offline=True, extra=known_documents(job)), snapshot).plan,
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


def _over(snapshot: Snapshot, item: str) -> bool:
    """Whether a measure is done or dropped, so that no risk is left."""
    ticket = snapshot.ticket_of(item)
    return ticket is not None and ticket.state.closed


def _told(job: Job, run: Run, name: str) -> tuple[str, ...]:
    """The sentences that a run left in the journal under that name."""
    found: tuple[str, ...] = ()
    for line in job.journal.lines():
        if line.run == run.id and isinstance(line.more.get(name), list):
            found = tuple(str(sentence) for sentence in line.more[name])
    return found
