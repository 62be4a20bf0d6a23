"""``extract``: the measures found, and why each was taken. No ledger, no network, no settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from followthrough.cli.errors import UsageError
from followthrough.cli.options import AsFormat, Format

if TYPE_CHECKING:
    from followthrough.cli.extracted import Extracted
    from followthrough.cli.workspace import Workspace


def extract_command(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Documents, folders or globs; `-` is standard input."),
    ],
    format: AsFormat = Format.TEXT,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Say why each measure was taken, and the rest was not."),
    ] = False,
    summary: Annotated[bool, typer.Option("--summary", help="Count instead of listing: an archive.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With --summary: nothing is cut.")] = False,
) -> int:
    """Show the measures in documents, without ledger, network or settings.

    followthrough extract postmortem.md --explain
    """
    if everything and not summary:
        raise UsageError("--all belongs to --summary. Add it, or leave --all out.")
    if explain and summary:
        raise UsageError("--explain and --summary exclude each other. Explain a few documents at a time.")
    if summary:
        return _summarise(ctx, paths, format, everything=everything)
    return _show(ctx, paths, format, explain=explain)


def _show(ctx: typer.Context, paths: list[str], format: Format, *, explain: bool) -> int:
    from followthrough.cli import output
    from followthrough.cli.documents import each_document
    from followthrough.cli.extracted import lines, to_json

    failed = False
    records = []
    for workspace, read in each_document(ctx, paths, tolerant=True):
        result = _explained(workspace, read) if explain else read
        failed |= result.error is not None
        if format is Format.JSON:
            records.append(to_json(result))
        elif format is Format.JSONL:
            output.as_jsonl([to_json(result)])
        else:
            for line in lines(result):
                output.data(line)
            _talk(result)
    if format is Format.JSON:
        output.as_json({"schema": "followthrough.extractions/1", "documents": records})
    return 3 if failed else 0


def _talk(result: Extracted) -> None:
    from followthrough.cli.output import talk

    if result.opened is None:
        talk(result.error or "")
        return
    for line, message in result.opened.reading.warnings:
        talk(f"{result.name}:{line}: {message}" if line else f"{result.name}: {message}")


def _explained(workspace: Workspace, result: Extracted) -> Extracted:
    """The result together with what was passed over."""
    from followthrough.engine.reading import vocabulary_of
    from followthrough.extraction.explaining import passed_over

    if result.opened is None:
        return result
    vocabulary = vocabulary_of(workspace.settings)
    document = result.opened.document
    return replace(result, passed=passed_over(document, today=workspace.today, vocabulary=vocabulary))


def _summarise(ctx: typer.Context, paths: list[str], format: Format, *, everything: bool) -> int:
    """Count documents one by one; none of them is kept."""
    from followthrough.cli import output
    from followthrough.cli.documents import each_document
    from followthrough.cli.screens.summary import lines, to_json
    from followthrough.engine.reading import vocabulary_of
    from followthrough.extraction.summing import Summary

    summary = Summary()
    with output.progress() as show:
        for workspace, result in each_document(ctx, paths, show, tolerant=True):
            if result.opened is None:
                summary.fail(result.name, result.error or "")
            else:
                vocabulary = vocabulary_of(workspace.settings)
                summary.add(result.name, result.opened.document, result.opened.postmortem, vocabulary)
    if format is Format.JSON:
        output.as_json(to_json(summary))
    elif format is Format.JSONL:
        output.as_jsonl([to_json(summary)])
    else:
        for line in lines(summary, everything=everything):
            output.data(line)
    return 3 if any(one.error is not None for one in summary.documents) else 0
