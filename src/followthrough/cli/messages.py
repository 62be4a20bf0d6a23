"""What the options of ``report`` that send mean together, and what ``run`` sends at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from followthrough.cli import output
from followthrough.cli.errors import UsageError, code_of
from followthrough.cli.options import Readers, ReportFormat
from followthrough.cli.workspace import Workspace, workspace_here
from followthrough.engine.exits import Exit

if TYPE_CHECKING:
    from followthrough.cli.sending import Sending


def send_messages(
    ctx: typer.Context,
    format: ReportFormat,
    send: bool,
    to: Readers | None,
    *,
    dry_run: bool,
    again: Sequence[str] | None,
    others: Sequence[object],
) -> int:
    """Send the report or the reminders, or show them; ``others`` are options that would change a report."""
    if not send and to is None:
        raise UsageError("--dry-run and --again go with --send or --to owners.")
    if to is not None and again:
        raise UsageError("--again is for channels: nobody is reminded twice in a week.")
    if any(other is not None for other in others) or format not in (ReportFormat.TEXT, ReportFormat.JSON):
        raise UsageError(
            "What is sent is today's report as the settings say: leave --only, --by, --as-of, --since, "
            "--output and other formats than text and json away."
        )
    from followthrough.cli import sending

    workspace = workspace_here(ctx.obj)
    if to is None:
        found = sending.send_report(workspace, again=again or (), dry=dry_run)
    else:
        found = sending.send_reminders(workspace, dry=dry_run)
    return sending.say_json(found) if format is ReportFormat.JSON else sending.say(found)


def after_run(workspace: Workspace, code: int) -> int:
    """Send what is due, where the settings say so; ``code`` is how the run ended so far.

    A run that stopped for a person sends nothing: what it knows is not what is.
    """
    given = workspace.settings.notify
    if not given.after_run or workspace.explicit or code not in (Exit.OK, Exit.PARTIAL, Exit.LATER):
        return code
    from followthrough.cli import sending

    codes = [Exit(code)]
    try:
        if given.channels:
            codes.append(_told(sending.send_report(workspace)))
        if given.owners:
            codes.append(_told(sending.send_reminders(workspace)))
    except Exception as error:
        known = code_of(error)
        if known is None:
            raise
        output.talk(str(error), level="error", event="failed")
        codes.append(known)
    return int(Exit.worst(codes))


def _told(found: Sending) -> Exit:
    """Say what was sent; of whom nothing was due to there is nothing to say each night."""
    from followthrough.cli import sending

    for sent in found.sent:
        sending.tell(sent)
    sending.tell_unread(found)
    return found.code
