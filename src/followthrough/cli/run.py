"""``run``: the nightly job: refresh, file, write back. Never asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from followthrough.cli.options import AsFormat, Confirm, Format, Paths, Strict

if TYPE_CHECKING:
    from followthrough.cli.screens.words import Screen
    from followthrough.cli.workspace import Workspace
    from followthrough.engine.budget import Budget
    from followthrough.engine.running import Done


def run_command(
    ctx: typer.Context,
    paths: Paths = None,
    format: AsFormat = Format.TEXT,
    limit: Annotated[
        str | None,
        typer.Option("--for", metavar="TIME", help="Begin nothing after so long, such as 30m or 2h."),
    ] = None,
    confirm: Confirm = None,
    strict: Strict = False,
) -> int:
    """The nightly job: refresh, file what is new, write back. Never asks.

    followthrough run
    """
    from followthrough.cli.jobs import finish, screen_of
    from followthrough.cli.messages import after_run
    from followthrough.cli.requests import something_known, span_of
    from followthrough.cli.watchdog import watched
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.budget import Budget

    given = span_of(limit, "--for")
    found = something_known(workspaces(ctx, paths, asking=True))
    results: list[Done] = []
    with watched(found[0], results) as ended:
        budget = Budget(given, found[0].world.monotonic)
        for workspace in found:
            results.append(_carried_out(workspace, budget, confirm))
            if format is Format.TEXT:
                _print(results[-1], screen_of(workspace))
        if format is not Format.TEXT:
            _print_json(results)
        ended.code = after_run(found[0], finish(results, strict=strict))
    return ended.code


def _carried_out(workspace: Workspace, budget: Budget, confirm: str | None) -> Done:
    from followthrough.cli import saved
    from followthrough.cli.opening import known_documents, open_job
    from followthrough.cli.requests import confirmation, request_for
    from followthrough.engine.running import carry_out

    agreed = confirmation(confirm)
    with open_job(workspace, "run", writing=True, budget=budget, confirmation=agreed) as job:
        extra = () if workspace.explicit else known_documents(job)
        request = request_for(
            workspace,
            extra=extra,
            by_hand=False,
            confirmed=confirm is not None,
            whole=not workspace.explicit,
            sparing=True,
        )
        return carry_out(job, request, stale=saved.judge(confirm))


def _print(done: Done, screen: Screen) -> None:
    from followthrough.cli import output
    from followthrough.cli.screens.sync import run_lines

    for remark in done.plan.remarks:
        output.talk(remark)
    for line in run_lines(done, screen):
        output.data(line)


def _print_json(results: Sequence[Done]) -> None:
    from followthrough.cli import output
    from followthrough.cli.file import filed_json
    from followthrough.cli.sync import to_json

    output.as_jsonl(
        {**to_json(done), "schema": "followthrough.run/1", **filed_json(done), "waits": done.waits}
        for done in results
    )
