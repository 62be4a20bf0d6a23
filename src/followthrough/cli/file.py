"""``file``: creates the tickets and writes their links."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followthrough.cli.options import AsFormat, Confirm, Format, Paths, Strict, Yes

if TYPE_CHECKING:
    from followthrough.engine.job import Job
    from followthrough.engine.running import Done
    from followthrough.planning.plan import Plan


def file_command(
    ctx: typer.Context,
    paths: Paths = None,
    plan_file: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Carry out this saved plan, if it still holds."),
    ] = None,
    format: AsFormat = Format.TEXT,
    item: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ITEM", help="Only this one: its id or PATH:LINE. May be repeated."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only measures of this kind. May be repeated."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="File at most so many.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Older incidents are history.")
    ] = None,
    confirm: Confirm = None,
    yes: Yes = False,
    strict: Strict = False,
) -> int:
    """File each open measure once, and write its link into the document.

    followthrough file postmortem.md
    """
    from followthrough.cli import output, saved
    from followthrough.cli.jobs import finish
    from followthrough.cli.requests import paths_and_items, request_for, some_documents
    from followthrough.cli.workspace import open_job, workspaces
    from followthrough.engine.running import carry_out

    paths, items = paths_and_items(paths, item)
    record = saved.read(plan_file) if plan_file else None
    if record:
        paths = paths or record["paths"] or None
        limit, since = record["options"]["limit"], record["options"]["since"]
    results = []
    for workspace in some_documents(workspaces(ctx, paths)):
        with open_job(workspace, "file", writing=True) as job:
            request = request_for(
                workspace,
                limit=limit,
                since=since,
                items=items,
                kinds=kind or (),
                confirmed=confirm is not None,
            )
            asking = not yes and record is None
            done = carry_out(job, request, _approval(job, asking=asking), stale=saved.judge(confirm, record))
            results.append(done)
            if format is Format.TEXT:
                _print(done, job)
    if format is not Format.TEXT:
        output.as_jsonl(_to_json(done) for done in results)
    return finish(results, strict=strict)


def _approval(job: Job, *, asking: bool) -> Callable[[Plan], bool]:
    """Say who will be able to open the tickets; on a terminal, ask."""
    from followthrough.cli import output
    from followthrough.cli.render import count

    def approve(plan: Plan) -> bool:
        scopes = {step.scope for step in plan.creates if step.scope}
        for scope in sorted(scopes):
            reach = job.trackers.features(scope).reach
            if reach:
                output.talk(reach)
        if not asking or not (sys.stdin.isatty() and sys.stdout.isatty()):
            return True
        places = ", ".join(plan.places.get(scope, scope) for scope in sorted(scopes))
        return typer.confirm(f"File {count(len(plan.creates), 'issue')} in {places}?")

    return approve


def _print(done: Done, job: Job) -> None:
    from followthrough.cli import output
    from followthrough.cli.render import filed_lines, matter_line, nothing_in
    from followthrough.planning.plan import Action

    if done.declined:
        output.data("Nothing filed, nothing written.")
        return
    for reading in done.plan.readings:
        if reading.named and not reading.items and not reading.error:
            output.data(nothing_in(reading))
    for line in filed_lines(done, job.settings.zone):
        output.data(line)
    asked = {(step.path, step.line) for step in done.plan.steps if step.action is Action.ASK}
    for matter in done.plan.matters:
        if (matter.path, matter.line) not in asked:
            output.data(matter_line(matter))
    later = Counter(step.scope for step in done.plan.steps if step.action is Action.LATER)
    asks = [step for step in done.plan.steps if step.action is Action.ASK]
    if later:
        output.data(_what_waits(later, job.settings.brakes.creates))
    for step in asks:
        output.data(f"?        {step.path}:{step.line} {step.text}: {step.reason}")


def _what_waits(later: Counter[str | None], brake: int) -> str:
    """How many wait behind the limit, and what files them; the brake would stop too many at once."""
    waiting = f"{later.total()} more wait behind this run's limit"
    if max(later.values()) > brake:
        return (
            f"{waiting}. More than {brake} at once trip the brake: `followthrough file --limit N` files them."
        )
    return f"{waiting}: run `followthrough file` again, or give --limit."


def _to_json(done: Done) -> dict[str, Any]:
    from followthrough.planning.plan import brakes_json, pushes_json

    return {
        "schema": "followthrough.filed/1",
        "run": done.run,
        "exit": int(done.exit),
        **filed_json(done),
        "written": [path for path, _ in done.written.documents],
        "pushed": pushes_json(done.pushed),
        "hash": done.plan.hash,
        "brakes": brakes_json(done.plan),
        "failures": done.failures,
    }


def filed_json(done: Done) -> dict[str, Any]:
    """What became of the creates, for another program."""
    return {
        "created": [
            {"item": step.item, "path": step.path, "line": step.line, "key": ticket.key, "url": ticket.url}
            for step, ticket in done.filed.created
        ],
        "refused": [{"item": step.item, "reason": reason} for step, reason in done.filed.refused],
        "unknown": [{"item": step.item, "reason": reason} for step, reason in done.filed.unknown],
    }
