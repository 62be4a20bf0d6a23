"""``report`` as a whole process over generated histories: what a thousand measures cost, in every format."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from benchmarks.histories import Histories
from benchmarks.measure import Series, Took, in_turn, process, program
from benchmarks.results import Row, milliseconds, size

from followthrough.ledger import open_ledger

FORMATS = ("html", "json", "csv", "markdown", "text")
PER_DOCUMENT = 10
MOST_MEMORY = 500 * 2**20
"""Bytes that a report may take, however large the ledger; more is an error."""
MOST_TIME = 10.0
"""Seconds of processor that the page of the largest ledger should take."""
BATCH = 20_000
SETTINGS = """\
documents = ["postmortems/**/*.md"]
namespace = "k3v9q0z7"
document_url = "https://git.example/pm/{path}"
"""


def reporting(*, few: int, many: int, rounds: int) -> list[Row]:
    """Reports of ``few`` and ``many`` documents of ten measures; and what a measure costs in each."""
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as name:
        folders = {count: ledger(Path(name) / str(count), count) for count in (few, many)}
        series = in_turn(
            {
                f"{format} {count}": partial(run, folder, format)
                for count, folder in folders.items()
                for format in FORMATS
            },
            rounds,
        )
    rows = []
    for format in FORMATS:
        small, large = series[f"{format} {few}"], series[f"{format} {many}"]
        assert large.peak < MOST_MEMORY, f"{size(large.peak)} of memory for {many} documents as {format}"
        rows.append(_row(format, small, large, few, many))
    page = series[f"html {many}"]
    rows.append(
        Row(
            what=f"  the page of {many * PER_DOCUMENT:,} measures, {size(page.peak)}; against the goal",
            ours=milliseconds(page.cpu),
            other=milliseconds(MOST_TIME),
            ratio=MOST_TIME / page.cpu,
            goal=1,
            runs=[page],
        )
    )
    return rows


def _row(format: str, small: Series, large: Series, few: int, many: int) -> Row:
    each = {few: small.cpu / (few * PER_DOCUMENT), many: large.cpu / (many * PER_DOCUMENT)}
    return Row(
        what=f"report --format {format}, 1,000 of {many * PER_DOCUMENT:,} measures; against 1,000 of "
        f"{few * PER_DOCUMENT:,}",
        ours=milliseconds(1000 * each[many]),
        other=milliseconds(1000 * each[few]),
        ratio=each[few] / each[many],
        runs=[large, small],
    )


def ledger(folder: Path, documents: int) -> Path:
    """A folder with settings and the ledger of some documents, whose files are not needed."""
    state = folder / ".followthrough"
    state.mkdir(parents=True, mode=0o700)
    (folder / "followthrough.toml").write_text(SETTINGS, encoding="utf-8")
    with open_ledger("sqlite", state, create=True, random_name=lambda: "benchmark") as opened:
        batch = []
        for records in Histories(5).records(documents):
            batch += records
            if len(batch) >= BATCH:
                opened.commit(batch)
                batch = []
        opened.commit(batch)
    return folder


def run(folder: Path, format: str, _: int = 0) -> Took:
    return process([program(), "report", "--format", format, "-o", f"report.{format}"], folder)
