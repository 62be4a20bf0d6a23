"""``plan``: what file and sync would do, with reasons; reads, writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followthrough.cli.options import AsFormat, Format, Output, Paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from followthrough.cli.workspace import Workspace
    from followthrough.engine.job import Job
    from followthrough.ledger import Snapshot
    from followthrough.planning.plan import Plan

SEVERAL = 4
"""From so many paths on, the next command does not repeat them."""


def plan_command(
    ctx: typer.Context,
    paths: Paths = None,
    output_file: Output = None,
    format: AsFormat = Format.TEXT,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="File at most so many.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Older incidents are history.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no tracker.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit code 6 when there is something to do.")
    ] = False,
) -> int:
    """Show what `file` and `sync` would do, with reasons. Writes nothing.

    followthrough plan postmortem.md
    """
    from followthrough.cli import output, saved
    from followthrough.cli.opening import open_job
    from followthrough.cli.requests import request_for, some_documents
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.exits import Exit
    from followthrough.engine.survey import survey
    from followthrough.planning.plan_json import to_json

    codes, results, anything = [], [], False
    for workspace in some_documents(workspaces(ctx, paths, asking=not offline), asking=not offline):
        with open_job(workspace, "plan", writing=False, offline=offline) as job:
            if offline and workspace.pages_left_out:
                output.talk(workspace.pages_left_out)
            planned = survey(job, request_for(workspace, offline=offline, limit=limit, since=since))
            plan = _beside(planned.plan, planned.snapshot, job)
            anything = anything or plan.changes_anything
            for scope, error in planned.unreachable.items():
                output.talk(f"{scope}: {error}")
                codes.append(Exit.LATER if scope in planned.come_back else Exit.PARTIAL)
            if job.trackers.refused:
                codes.append(Exit.CREDENTIALS)
            if job.unread(plan.readings):
                codes.append(Exit.PARTIAL)
        # Made only where it is wanted: of a large archive it takes more room than the plan.
        if output_file is not None or format is not Format.TEXT:
            results.append(to_json(plan, tuple(paths or ()), limit=limit, since=since))
        if output_file is not None:
            saved.write(output_file, results[-1])
        if format is Format.TEXT:
            _print(plan, workspace, paths, output_file)
    if format is Format.JSON:
        output.as_json(
            results[0] if len(results) == 1 else {"schema": "followthrough.plans/1", "plans": results}
        )
    elif format is Format.JSONL:
        output.as_jsonl(results)
    worst = Exit.worst(codes)
    return int(worst or (Exit.YES if detailed_exitcode and anything else Exit.OK))


def _beside(plan: Plan, snapshot: Snapshot, job: Job) -> Plan:
    """With what a reader should know beside it: risks that were taken, and incidents that happened before."""
    from dataclasses import replace

    from followthrough.planning.plan import Action
    from followthrough.planning.recurrence import recurrences
    from followthrough.policy.acceptance import in_force

    new = {Action.FILE, Action.LATER, Action.ASK, Action.WAIT}
    paths = dict.fromkeys(step.path for step in plan.steps if step.action in new)
    accepted = in_force(job.ledger.acceptances(), job.today, job.day_of)
    documents, targets = snapshot.documents, job.office.fallbacks
    again = recurrences(documents, paths, lambda _: snapshot, targets, job.today, accepted=accepted)
    return replace(plan, accepted=accepted, again=again)


def _print(plan: Plan, workspace: Workspace, paths: Sequence[str] | None, output_file: Path | None) -> None:
    from itertools import chain

    from followthrough.cli import output
    from followthrough.cli.jobs import screen_of
    from followthrough.cli.screens.plan import plan_lines

    screen = screen_of(workspace)
    # One at a time: of a large archive there are millions.
    for line in chain(plan_lines(plan, screen), screen.flow(_next(plan, paths or (), output_file))):
        output.data(line)


def _next(plan: Plan, paths: Sequence[str], output_file: Path | None) -> str:
    """The command that carries the plan out, on the same paths."""
    import shlex

    same = " ".join(["", *map(shlex.quote, paths)]) if len(paths) < SEVERAL else " …"
    if output_file is not None:
        return f"Nothing written but the plan. Next: `followthrough file --plan {output_file}`."
    if plan.creates:
        first = f"`file{same} --limit 1` to see one first"
        return f"Nothing written. Next: `followthrough file{same}`, or {first}."
    if plan.notes or plan.pushes:
        return f"Nothing written. Next: `followthrough sync{same}`."
    return "Nothing written, nothing to do."
