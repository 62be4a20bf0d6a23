"""``report``: what is outstanding, for people who decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followthrough.cli.options import Again, DryRun, Evidence, Grouping, Output, ReportFormat, Send, To

if TYPE_CHECKING:
    from followthrough.reporting.figures import By, Report


def report_command(
    ctx: typer.Context,
    format: Annotated[ReportFormat, typer.Option("--format", help="How to print.")] = ReportFormat.TEXT,
    only: Annotated[
        str | None, typer.Option("--only", metavar="KIND", help="Only measures of this kind.")
    ] = None,
    by: Annotated[
        Grouping | None, typer.Option("--by", help="Put together; persons on the terminal only.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The state at the end of that day.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only incidents from that day on.")
    ] = None,
    output_file: Output = None,
    send: Send = False,
    to: To = None,
    dry_run: DryRun = False,
    again: Again = None,
    evidence: Evidence = False,
) -> int:
    """Tell what preventive work is outstanding, and what of it is late.

    followthrough report --format html -o report.html
    """
    if evidence:
        from followthrough.cli.evidence import export

        others = [only, by, as_of, send, to, dry_run, again, format is not ReportFormat.TEXT]
        return export(ctx, since, output_file, others)
    if send or to or dry_run or again:
        from followthrough.cli.messages import send_messages

        unfit = [only, by, as_of, since, output_file]
        return send_messages(ctx, format, send, to, dry_run=dry_run, again=again, others=unfit)
    from followthrough.cli.opening import open_job
    from followthrough.cli.reporting import Wanted, make_report
    from followthrough.cli.requests import day_of, kind_of
    from followthrough.cli.workspace import workspaces
    from followthrough.notify.deciding import last_sent
    from followthrough.reporting.figures import By

    _terminal_only(by, format, output_file)
    workspace = workspaces(ctx, None)[0]
    with open_job(workspace, "report", writing=False) as job:
        day = day_of(as_of, "--as-of") or job.today
        wanted = Wanted(
            as_of=day,
            since=day_of(since, "--since"),
            only=kind_of(only, "--only"),
            by=By(by) if by else None,
            sent_at=last_sent(job.ledger.deliveries(), None, day),
        )
        found = make_report(job, wanted)
    return written(_shown(found, format, wanted.by), output_file)


def _terminal_only(by: Grouping | None, format: ReportFormat, output_file: Path | None) -> None:
    """Raises :class:`UsageError` where a page for others would hold a table of persons."""
    from followthrough.cli.errors import UsageError

    if by is Grouping.PERSON and (format is not ReportFormat.TEXT or output_file is not None):
        raise UsageError(
            "--by person is for the terminal only: a page that is passed on holds no table of persons. "
            "Leave --format and --output away, or use --by team."
        )


def _shown(found: Report, format: ReportFormat, by: By | None) -> Iterator[str]:
    """The report in pieces."""
    from followthrough.cli import output

    match format:
        case ReportFormat.HTML:
            from followthrough.reporting.page import page

            return iter([page(found)])
        case ReportFormat.JSON:
            from followthrough.reporting.jsonable import json_text

            return json_text(found)
        case ReportFormat.CSV:
            from followthrough.reporting.spreadsheet import spreadsheet

            return spreadsheet(found, by)
        case ReportFormat.MARKDOWN:
            from followthrough.reporting.markdown import markdown

            return (f"{line}\n" for line in markdown(found, by))
        case ReportFormat.TEXT:
            from followthrough.cli.screens.report import report_lines

            return (output.clean(f"{line}\n") for line in report_lines(found, output.columns(), by))


def written(pieces: Iterable[str], path: Path | None) -> int:
    """Print the pieces, or write them into a file."""
    from followthrough.cli import output
    from followthrough.cli.errors import UsageError

    if path is None:
        for piece in pieces:
            output.write(piece)
        return 0
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}). Name another file.") from error
    output.talk(f"Report written to {path}.")
    return 0
