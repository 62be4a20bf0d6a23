"""The report over ledgers of two years: what a thousand measures cost, at two sizes, in every format."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from benchmarks.histories import END, Histories
from benchmarks.measure import Series, Took, in_turn, process, program
from benchmarks.results import Row, milliseconds, size

from followthrough.ledger import Record, open_ledger

FORMATS = ("text", "json", "csv", "markdown", "html")
MOST = (10.0, 500 * 2**20)
"""Seconds of processor and bytes that a report of 100,000 measures may take."""
BATCH = 20_000


def reporting(*, few: int, many: int, rounds: int) -> list[Row]:
    """``few`` and ``many`` documents of ten measures each; both sizes in turn, so that ratios hold."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as name:
        folders = {count: Path(name, str(count)) for count in (few, many)}
        for count, folder in folders.items():
            _fill(folder, count)
        for format in FORMATS:
            command = [program(), "report", "--format", format, "--as-of", f"{END:%Y-%m-%d}"]
            series = in_turn(
                {str(count): partial(_run, command, folder) for count, folder in folders.items()},
                rounds,
            )
            rows += _rows(format, few, many, series)
    return rows


def _run(command: list[str], folder: Path, _: int) -> Took:
    return process(command, folder)


def _fill(folder: Path, documents: int) -> None:
    state = folder / ".followthrough"
    state.mkdir(parents=True)
    settings = 'documents = ["postmortems/**/*.md"]\n[policy.due]\nsev1 = "15d"\n'
    (folder / "followthrough.toml").write_text(settings)
    with open_ledger("sqlite", state, create=True, random_name=lambda: "bench") as ledger:
        batch: list[Record] = []
        for records in Histories(7).records(documents):
            batch += records
            if len(batch) > BATCH:
                ledger.commit(batch)
                batch = []
        ledger.commit(batch)


def _rows(format: str, few: int, many: int, series: dict[str, Series]) -> list[Row]:
    small, large = series[str(few)], series[str(many)]
    mine, theirs = large.cpu / (many / 100), small.cpu / (few / 100)
    seconds, room = MOST
    return [
        Row(
            what=f"report as {format}: 1,000 measures of {many * 10:,}; of {few * 10:,}",
            ours=milliseconds(mine),
            other=milliseconds(theirs),
            ratio=theirs / mine,
            runs=[large, small],
        ),
        Row(
            what=f"  all of {many * 10:,}; against the goal for 100,000",
            ours=f"{large.cpu:.1f} s, {size(large.peak)}",
            other=f"{seconds:.0f} s, {size(room)}",
            ratio=min(seconds / large.cpu, room / large.peak),
            goal=1.0 if many >= 10_000 else None,
        ),
    ]
