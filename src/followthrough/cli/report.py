"""``report``: what is outstanding, for people who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from followthrough.cli.options import Again, DryRun, Output, ReportFormat, Send, To

if TYPE_CHECKING:
    from followthrough.reporting.figures import Report


def report_command(
    ctx: typer.Context,
    format: Annotated[ReportFormat, typer.Option("--format", help="How to print.")] = ReportFormat.TEXT,
    only: Annotated[
        str | None, typer.Option("--only", metavar="KIND", help="Only measures of this kind.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Which day counts as today.")
    ] = None,
    output_file: Output = None,
    send: Send = False,
    to: To = None,
    dry_run: DryRun = False,
    again: Again = None,
) -> int:
    """Tell what preventive work is outstanding, and what of it is late.

    followthrough report --format html -o report.html
    """
    if send or to or dry_run or again:
        from followthrough.cli.messages import send_messages

        others = [only, as_of, output_file]
        return send_messages(ctx, format, send, to, dry_run=dry_run, again=again, others=others)
    from followthrough.cli import output
    from followthrough.cli.errors import UsageError
    from followthrough.cli.opening import open_job
    from followthrough.cli.requests import day_of, kind_of
    from followthrough.cli.workspace import workspaces
    from followthrough.reporting.asked import Asked
    from followthrough.reporting.beside import beside
    from followthrough.reporting.computing import report

    workspace = workspaces(ctx, None)[0]
    with open_job(workspace, "report", writing=False) as job:
        asked = Asked(
            as_of=day_of(as_of, "--as-of") or job.today,
            now=job.world.now(),
            zone=workspace.settings.zone,
            history_before=workspace.settings.since,
            only=kind_of(only, "--only"),
            fallbacks=job.office.fallbacks,
            address=job.document_url,
            data_of=next((run.finished for run in job.ledger.runs(5) if run.finished), None),
        )
        found = report(job.ledger.snapshot(), job.ledger.events(), beside(job.ledger, asked))
    content = _shown(found, format)
    if output_file is None:
        output.write(output.clean(content))
        return 0
    try:
        output_file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{output_file}: cannot be written ({error.strerror}). Name another file."
        ) from error
    output.talk(f"Report written to {output_file}.")
    return 0


def _shown(found: Report, format: ReportFormat) -> str:
    import json

    from followthrough.reporting import show

    if format is ReportFormat.HTML:
        from followthrough.reporting.page import page

        return page(found)
    if format is ReportFormat.JSON:
        return json.dumps(show.to_json(found), ensure_ascii=False, indent=2) + "\n"
    lines = show.markdown(found) if format is ReportFormat.MARKDOWN else show.text(found)
    return "".join(f"{line}\n" for line in lines)
