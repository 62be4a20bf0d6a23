"""``report --evidence``: the ledger's history for somebody who has to prove it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from followthrough.ledger import Ledger


def export(ctx: typer.Context, since: str | None, path: Path | None, others: Sequence[object]) -> int:
    """Print the events, or write them into a file, and say what proves that they are all there."""
    from followthrough.cli import output
    from followthrough.cli.errors import UsageError
    from followthrough.cli.opening import open_job
    from followthrough.cli.report import written
    from followthrough.cli.requests import day_of
    from followthrough.cli.workspace import workspaces
    from followthrough.reporting.evidence import hash_of, lines

    if any(others):
        raise UsageError(
            "--evidence goes with --since and --output alone: it is the whole history, as it is."
        )
    workspace = workspaces(ctx, None)[0]
    count, last = 0, ""

    def counted(found: Iterator[str]) -> Iterator[str]:
        nonlocal count, last
        for line in found:
            count, last = count + 1, line
            yield f"{line}\n"

    with open_job(workspace, "report", writing=False) as job:
        day = day_of(since, "--since")
        found = lines(
            job.ledger.events(),
            since=day,
            zone=job.settings.zone,
            hidden=_confidential(job.ledger).__contains__,
        )
        code = written(counted(found), path)
    events = "1 event" if count == 1 else f"{count} events"
    proof = (
        f" The last line's SHA-256 is {hash_of(last)}: kept elsewhere, it proves this file." if last else ""
    )
    output.talk(f"{events}.{proof}")
    return code


def _confidential(ledger: Ledger) -> frozenset[str]:
    """Items of postmortems that are confidential today."""
    from followthrough.ledger import Part

    held = ledger.contents()
    documents = ledger.snapshot(Part(documents=tuple(held))).documents
    return frozenset(id for path, one in documents.items() if one.confidential for id in held.get(path, ()))
