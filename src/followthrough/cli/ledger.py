"""``ledger``: moves the memory from one place to another."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from followthrough.cli.workspace import Workspace
    from followthrough.ledger import Ledger

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="Move the ledger from one place to another."
)


@app.callback()
def _ledger() -> None:
    """Move the ledger from one place to another."""


@app.command("copy")
def copy_command(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FROM", help="Where it lies: as `url` under [ledger].")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where it is to lie; nothing may be there.")],
) -> int:
    """Copy a whole ledger to a place where there is none, and compare the two. FROM stays as it is.

    followthrough ledger copy sqlite postgresql://bot@db.acme.example/followthrough
    """
    from followthrough.cli import output
    from followthrough.cli.workspace import workspace_here
    from followthrough.ledger.copying import copied
    from followthrough.ledger.files import refuse_network, run_lock, state_folder

    workspace = workspace_here(ctx.obj)
    _check(source, target)
    _require(workspace, source)
    refuse_network(workspace.root)
    state_folder(workspace.root)
    with ExitStack() as stack:
        stack.enter_context(run_lock(workspace.state, run="ledger copy", at=workspace.world.now()))
        old = stack.enter_context(_opened(workspace, source, create=True))
        new = stack.enter_context(_opened(workspace, target, create=True))
        done = copied(old, new)
    output.data(
        f"Copied {done.records} records at serial {done.serial} and compared them: the same in both, "
        f"SHA-256 {done.digest[:16]}…"
    )
    if workspace.settings.ledger.url != target:
        output.data(
            f'Next: [ledger] url = "{target}". {source} stays as it is; let nothing write there any more.'
        )
    return 0


def _check(source: str, target: str) -> None:
    """Raise :class:`UsageError` for what is no ledger, without a word of a password."""
    from followthrough.cli.errors import UsageError
    from followthrough.settings.contradictions import ledger_problem

    for url in (source, target):
        if problem := ledger_problem(url):
            raise UsageError(problem)
    if source == target:
        raise UsageError("FROM and TO are the same ledger. Name another one.")


def _require(workspace: Workspace, source: str) -> None:
    """Raise :class:`UsageError` where there is nothing to copy, before anything is made there."""
    from followthrough.cli.errors import UsageError

    with _opened(workspace, source, create=False) as ledger:
        if not ledger.position()[1]:
            raise UsageError(f"There is no ledger at {source}, so there is nothing to copy. Check FROM.")


def _opened(workspace: Workspace, url: str, *, create: bool) -> Ledger:
    from followthrough.engine.ledgers import ledger_of

    return ledger_of(
        workspace.settings,
        workspace.root,
        workspace.guard,
        create=create,
        random_name=workspace.world.random_name,
        url=url,
    )
