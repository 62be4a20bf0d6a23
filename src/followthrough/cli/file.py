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
    from followthrough.cli.screens.words import Screen
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
    from followthrough.cli.jobs import finish, screen_of
    from followthrough.cli.opening import open_job
    from followthrough.cli.requests import confirmation, paths_and_items, request_for, some_documents
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.running import carry_out

    paths, items = paths_and_items(paths, item)
    record = saved.read(plan_file) if plan_file else None
    if record:
        paths = paths or record["paths"] or None
        limit, since = record["options"]["limit"], record["options"]["since"]
    asking = not yes and record is None
    agreed = confirmation(confirm, saved=record is not None, yes=yes, asked=asking and at_a_terminal())
    results = []
    for workspace in some_documents(workspaces(ctx, paths, asking=True), asking=True):
        with open_job(workspace, "file", writing=True, confirmation=agreed) as job:
            request = request_for(
                workspace,
                limit=limit,
                since=since,
                items=items,
                kinds=kind or (),
                confirmed=confirm is not None,
            )
            done = carry_out(job, request, _approval(asking=asking), stale=saved.judge(confirm, record))
            results.append(done)
            if format is Format.TEXT:
                _print(done, screen_of(workspace), job.settings.brakes.creates)
    if format is not Format.TEXT:
        output.as_jsonl(_to_json(done) for done in results)
    return finish(results, strict=strict)


def at_a_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _approval(*, asking: bool) -> Callable[[Plan], bool]:
    """Say who will be able to open the tickets; on a terminal, ask."""
    from followthrough.cli import output
    from followthrough.cli.screens.file import question
    from followthrough.cli.screens.plan import mails

    def approve(plan: Plan) -> bool:
        plan = plan.braked
        scopes = {step.scope for step in plan.creates if step.scope}
        for scope in sorted(scopes):
            if plan.trackers[scope].reach:
                output.talk(plan.trackers[scope].reach)
        if not (plan.creates and asking and at_a_terminal()):
            return True
        for sentence in mails(plan):
            output.talk(sentence)
        return typer.confirm(question(plan))

    return approve


def _print(done: Done, screen: Screen, brake: int) -> None:
    from followthrough.cli import output
    from followthrough.cli.screens.file import filed_lines
    from followthrough.cli.screens.words import matter_line, nothing_in
    from followthrough.planning.plan import Action
    from followthrough.tickets import title_of

    if done.declined:
        output.data("Nothing filed, nothing written.")
        return
    for reading in done.plan.readings:
        if reading.named and not reading.items and not reading.error:
            output.data(nothing_in(reading))
    for line in filed_lines(done, screen):
        output.data(line)
    for facts in done.plan.trackers.values():
        for said in facts.news:
            output.talk(said)
    asked = {(step.path, step.line) for step in done.plan.steps if step.action is Action.ASK}
    for matter in done.plan.matters:
        if (matter.path, matter.line) not in asked:
            _show(matter_line(matter), screen)
    later = Counter(step.scope for step in done.plan.steps if step.action is Action.LATER)
    asks = [step for step in done.plan.steps if step.action is Action.ASK]
    if later:
        _show(_what_waits(later, brake), screen)
    for step in asks:
        _show(f"?        {step.path}:{step.line} {title_of(step.text)}: {step.reason}", screen)


def _show(text: str, screen: Screen) -> None:
    from followthrough.cli import output
    from followthrough.cli.screens.words import MARGIN

    for line in screen.flow(text, MARGIN):
        output.data(line)


def _what_waits(later: Counter[str | None], brake: int) -> str:
    """How many wait behind the limit, and what files them; the brake would stop too many at once."""
    waiting = f"{later.total()} more wait behind this run's limit"
    if max(later.values()) > brake:
        return (
            f"{waiting}. More than {brake} at once trip the brake: `followthrough file --limit N` files them."
        )
    return f"{waiting}: run `followthrough file` again, or give --limit."


def _to_json(done: Done) -> dict[str, Any]:
    from followthrough.cli.screens.file import links_and_statuses
    from followthrough.planning.plan_json import brakes_json, pushes_json

    return {
        "schema": "followthrough.filed/1",
        "run": done.run,
        "exit": int(done.exit),
        **filed_json(done),
        "written": [path for path, _ in done.written.documents],
        "links": links_and_statuses(done)[0],
        "statuses": links_and_statuses(done)[1],
        "pushed": pushes_json(done.pushed),
        "hash": done.plan.hash,
        "brakes": brakes_json(done.plan),
        "failures": done.failures,
    }


def filed_json(done: Done) -> dict[str, Any]:
    """What became of the creates, for another program."""
    return {
        "created": [
            {
                "item": step.item,
                "path": step.path,
                "line": step.line,
                "title": step.draft.title if step.draft else step.text,
                "tracker": step.scope,
                "key": ticket.key,
                "url": ticket.url,
            }
            for step, ticket in done.filed.created
        ],
        "refused": [{"item": step.item, "reason": reason} for step, reason in done.filed.refused],
        "unknown": [
            {
                "item": step.item,
                "reason": reason,
                "retry_at": step.retry_at.isoformat() if step.retry_at else None,
            }
            for step, reason in done.filed.unknown
        ],
        "proofs": [
            {"tracker": scope, "key": proof.key, "seconds": proof.seconds, "found": proof.found}
            for scope, proof in done.filed.proofs.items()
        ],
        "where": [{"tracker": scope, "shown": where} for scope, where in done.where.items()],
    }
