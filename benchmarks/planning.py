"""The first plan over an archive of three years: how long somebody waits on the first day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks.archive import Archive
from benchmarks.measure import Took, in_turn, process, program
from benchmarks.results import Row, milliseconds

UNTIL = date(2026, 11, 20)
SETTINGS = f"""documents = ["postmortems/**/*.md"]
namespace = "benchmark"
since = "{UNTIL - timedelta(days=90)}"
"""


def planning(*, count: int, rounds: int) -> list[Row]:
    """``plan`` over ``count`` postmortems, nearly all of them history, against merely extracting them."""
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as name:
        folder = Path(name)
        pages = Archive(count, UNTIL, count).write(folder)
        (folder / "followthrough.toml").write_text(SETTINGS)
        commands = {
            "plan": [program(), "plan"],
            "extract": [program(), "extract", "postmortems", "--format", "jsonl"],
        }
        runs: dict[str, Callable[[int], Took]] = {
            name: partial(_run, command, folder) for name, command in commands.items()
        }
        series = in_turn(runs, rounds)
        assert not (folder / ".followthrough").exists(), "plan wrote something"
    ours, other = series["plan"], series["extract"]
    measures = sum(len(page.measures) for page in pages)
    return [
        Row(
            what=f"first plan, {count:,} postmortems, {measures:,} measures; against extracting them",
            ours=milliseconds(ours.cpu),
            other=milliseconds(other.cpu),
            ratio=ours.times_faster_than(other),
            runs=[ours, other],
        ),
        Row(
            what="  on the clock",
            ours=milliseconds(ours.wall),
            other=milliseconds(other.wall),
            ratio=other.wall / ours.wall,
        ),
    ]


def _run(command: list[str], folder: Path, _: int) -> Took:
    return process(command, folder)
