"""``unlink``: takes our links out of documents again."""

from __future__ import annotations

import typer

from followthrough.cli.options import Paths


def unlink_command(ctx: typer.Context, paths: Paths = None) -> int:
    """Take our links out of documents; the tickets stay. The documents are left alone until filed by name.

    followthrough unlink postmortem.md
    """
    from followthrough.cli import output
    from followthrough.cli.jobs import finish
    from followthrough.cli.opening import open_job
    from followthrough.cli.requests import some_documents
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.running import unlink

    results = []
    for workspace in some_documents(workspaces(ctx, paths, asking=True), asking=True):
        with open_job(workspace, "unlink", writing=True) as job:
            found = () if workspace.explicit else job.remotes.find()
            done = unlink(job, list({**dict.fromkeys(found, False), **dict(workspace.paths)}.items()))
        results.append(done)
        for path in done.taken_out:
            output.data(f"{path}: links taken out. `followthrough file {path}` would write them again.")
        if not done.taken_out and not done.failures:
            output.data("No links of ours there, nothing written.")
    return finish(results, strict=False)
