"""``run``: the nightly job: refresh, file, write back. Never asks."""

from __future__ import annotations

import typer

from followthrough.cli.options import AsFormat, Confirm, Format, Paths, Strict


def run_command(
    ctx: typer.Context,
    paths: Paths = None,
    format: AsFormat = Format.TEXT,
    confirm: Confirm = None,
    strict: Strict = False,
) -> int:
    """The nightly job: refresh, file what is new, write back. Never asks.

    followthrough run
    """
    from followthrough.cli import output, saved
    from followthrough.cli.file import filed_json
    from followthrough.cli.jobs import finish, screen_of
    from followthrough.cli.opening import known_documents, open_job
    from followthrough.cli.requests import request_for, something_known
    from followthrough.cli.screens.sync import run_lines
    from followthrough.cli.sync import to_json
    from followthrough.cli.workspace import workspaces
    from followthrough.engine.running import carry_out

    results = []
    for workspace in something_known(workspaces(ctx, paths)):
        with open_job(workspace, "run", writing=True) as job:
            extra = () if workspace.explicit else known_documents(job)
            request = request_for(
                workspace, extra=extra, by_hand=False, confirmed=confirm is not None, sparing=True
            )
            done = carry_out(job, request, stale=saved.judge(confirm))
        results.append(done)
        if format is Format.TEXT:
            for remark in done.plan.remarks:
                output.talk(remark)
            for line in run_lines(done, screen_of(workspace)):
                output.data(line)
    if format is not Format.TEXT:
        output.as_jsonl(
            {**to_json(done), "schema": "followthrough.run/1", **filed_json(done)} for done in results
        )
    return finish(results, strict=strict)
