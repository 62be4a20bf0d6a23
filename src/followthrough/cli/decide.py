"""``adopt``, ``ignore``, ``move`` and ``undo``: what people decide by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from followthrough.cli.options import Yes

if TYPE_CHECKING:
    from followthrough.engine.job import Job
    from followthrough.engine.running import Done
    from followthrough.engine.survey import Request
    from followthrough.engine.undoing import Undoing

Item = Annotated[str, typer.Argument(metavar="ITEM", help="An id, a ticket's key, or PATH:LINE.")]


def adopt_command(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="A URL, TRACKER:KEY, or a key.")],
    item: Item,
) -> int:
    """Link a measure to an issue that exists already. The issue is not changed.

    followthrough adopt OPS-388 postmortem.md:43
    """
    from followthrough.engine.decisions import adopt

    return decided(ctx, item, "adopt", lambda job, request, name: adopt(job, request, key, name))


def ignore_command(
    ctx: typer.Context,
    item: Item,
    reason: Annotated[str, typer.Option("--reason", help="Why it is not to be filed.")],
) -> int:
    """Do not file this measure. Naming it in `file --item` files it all the same.

    followthrough ignore postmortem.md:43 --reason "advice to readers"
    """
    from followthrough.engine.decisions import ignore

    return decided(ctx, item, "ignore", lambda job, request, name: ignore(job, request, name, reason))


def move_command(
    ctx: typer.Context,
    item: Item,
    tracker: Annotated[str, typer.Argument(metavar="TRACKER", help="The name of a [trackers.X].")],
) -> int:
    """File a measure in another tracker, replace our link, close the old ticket with a pointer.

    followthrough move FT-12 ops
    """
    from followthrough.cli.errors import UsageError
    from followthrough.cli.workspace import workspace_here
    from followthrough.engine.decisions import move

    known = workspace_here(ctx.obj).settings.scopes()
    if tracker not in known:
        raise UsageError(f"There is no tracker {tracker!r}. Configured: {', '.join(known)}.")
    return decided(ctx, item, "move", lambda job, request, name: move(job, request, name, tracker))


def undo_command(
    ctx: typer.Context,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, such as 20261120-1.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done and stop.")] = False,
    yes: Yes = False,
) -> int:
    """Take a run back: close its untouched issues as won't do and take their links out.

    followthrough undo 20261120-1
    """
    from followthrough.cli import output
    from followthrough.cli.jobs import finish
    from followthrough.cli.opening import documents_nearby, open_job
    from followthrough.cli.requests import request_for
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.undoing import plan_undo, undo

    workspace = workspaces(ctx, None)[0]
    with open_job(workspace, "undo", writing=not dry_run) as job:
        undoing = plan_undo(job, request_for(workspace, extra=documents_nearby(job)), run)
        _show(undoing)
        if dry_run or not undoing.close:
            return 0
        if not yes and sys.stdin.isatty() and sys.stdout.isatty() and not typer.confirm("Do it?"):
            output.data("Nothing closed, nothing written.")
            return 0
        done = undo(job, undoing)
    for sentence in done.said:
        output.data(sentence)
    for path in done.taken_out:
        output.data(f"Links taken out of {path}.")
    return finish([done], strict=False)


def _show(undoing: Undoing) -> None:
    from followthrough.cli import output

    for item, _, ticket in undoing.close:
        output.data(f"- close   {ticket.key:<8} {item.text}")
    for item, key, why in undoing.keep:
        output.data(f"= keep    {key:<8} {item.text}   ({why})")
    output.data(f"Run {undoing.run}: closes {len(undoing.close)} as won't do, keeps {len(undoing.keep)}.")


def decided(
    ctx: typer.Context,
    item: str,
    command: str,
    do: Callable[[Job, Request, str], Done],
    *,
    offline: bool = False,
) -> int:
    """Find the item's root and documents, decide, and say what was done; ``offline`` asks no tracker."""
    from followthrough.cli import output
    from followthrough.cli.jobs import finish, screen_of
    from followthrough.cli.opening import known_documents, open_job
    from followthrough.cli.requests import paths_and_items, request_for, rooted
    from followthrough.cli.screens.file import filed_lines, written_lines
    from followthrough.cli.workspace import workspaces

    paths, _ = paths_and_items(None, [item])
    workspace = workspaces(ctx, paths, asking=True)[0]
    with open_job(workspace, command, writing=True) as job:
        extra = () if workspace.explicit else known_documents(job)
        request = request_for(workspace, extra=extra, filing=command == "move", offline=offline)
        done = do(job, request, rooted(item, workspace))
    unfiled = done.filed.refused or done.filed.unknown
    screen = screen_of(workspace)
    told = filed_lines(done, screen) if unfiled else written_lines(done, screen)
    for line in (*done.said, *told):
        output.data(line)
    return finish([done], strict=False)
