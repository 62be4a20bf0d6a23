"""``rebuild``: makes the ledger anew from documents and trackers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from followthrough.cli.options import Paths

if TYPE_CHECKING:
    from followthrough.cli.workspace import Workspace


def rebuild_command(ctx: typer.Context, paths: Paths = None) -> int:
    """Rebuild the ledger from documents and trackers. What it still holds is kept, nothing is filed.

    A ledger that cannot be read is put aside, never deleted.

    followthrough rebuild
    """
    from followthrough.cli import output
    from followthrough.cli.jobs import finish
    from followthrough.cli.opening import known_documents, open_job
    from followthrough.cli.requests import request_for, some_documents, something_known
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.rebuilding import rebuild

    results = []
    for workspace in something_known(workspaces(ctx, paths, asking=True)):
        _put_aside_if_damaged(workspace)
        with open_job(workspace, "rebuild", writing=True) as job:
            extra = known_documents(job)
            if not extra:
                some_documents([workspace], asking=True)
            results.append(rebuild(job, request_for(workspace, extra=extra)))
        for sentence in results[-1].said:
            output.data(sentence)
    return finish(results, strict=False)


def _put_aside_if_damaged(workspace: Workspace) -> None:
    from followthrough.cli.output import talk
    from followthrough.engine.ledgers import ledger_of
    from followthrough.ledger import (
        LedgerBusy,
        LedgerError,
        LedgerUnauthorized,
        LedgerUnreachable,
        put_aside,
    )
    from followthrough.ledger.files import run_lock, state_folder

    world, folder, random_name = workspace.world, workspace.state, workspace.world.random_name
    url, remote = workspace.settings.ledger.url, workspace.settings.ledger.remote
    if url == "sqlite" and not folder.is_dir():
        return
    state_folder(workspace.root)
    with run_lock(folder, run="rebuild", at=world.now()):
        try:
            with ledger_of(
                workspace.settings, workspace.root, workspace.guard, create=False, random_name=random_name
            ) as ledger:
                ledger.snapshot()
                list(ledger.events())
        except (LedgerBusy, LedgerUnauthorized, LedgerUnreachable):
            raise
        except LedgerError as error:
            aside = put_aside(url, folder, at=world.now(), random_name=random_name, remote=remote)
            if aside is None:
                raise
            talk(f"{error} It is kept as {aside}.")
