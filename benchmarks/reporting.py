<<<<<<< HEAD
"""``report`` as a whole process over generated histories: what a thousand measures cost, in every format."""
=======
"""The report over ledgers of two years: what a thousand measures cost, at two sizes, in every format."""
>>>>>>> w8

from __future__ import annotations

import tempfile
<<<<<<< HEAD
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
=======
from pathlib import Path

from benchmarks.histories import END, Histories
from benchmarks.measure import Series, in_turn, process, program
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
                {
                    str(count): lambda _, folder=folder, command=command: process(command, folder)  # type: ignore[misc]
                    for count, folder in folders.items()
                },
                rounds,
            )
            rows += _rows(format, few, many, series)
    return rows


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
>>>>>>> w8
