"""The nightly job when nothing has changed: every document read, every ticket looked at, nothing written."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from benchmarks.generate import Generator
from benchmarks.measure import Series, Took, in_turn, process, program
from benchmarks.results import Row, milliseconds, size

SETTINGS = """documents = ["postmortems/*.md"]
namespace = "benchmark"

[brakes]
creates = 1_000_000
first_run = 1_000_000
"""
# The same interpreter, the same files, nothing but their bytes.
READ = "import pathlib\nfor path in sorted(pathlib.Path('postmortems').glob('*.md')): path.read_bytes()"


def rerunning(*, counts: Sequence[int], main: int, rounds: int) -> list[Row]:
    """Runs over ``counts`` documents in turn; the one over ``main`` also against merely reading the files."""
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as name:
        folders = {count: Path(name) / str(count) for count in counts}
        tickets = {count: filed(folder, count) for count, folder in folders.items()}
        candidates: dict[str, Callable[[int], Took]] = {"read": partial(read, folders[main])}
        candidates |= {str(count): partial(run, folder) for count, folder in folders.items()}
        before = {count: contents(folder) for count, folder in folders.items()}
        series = in_turn(candidates, rounds)
        assert before == {count: contents(folder) for count, folder in folders.items()}, (
            "a run wrote into a document"
        )
    runs = {count: series[str(count)] for count in counts}
    return _against_reading(main, tickets[main], runs[main], series["read"]) + _growth(tickets, runs)


def filed(folder: Path, count: int) -> int:
    """A folder of ``count`` documents whose measures are all filed and linked; the number of tickets."""
    # Filing waits for the disk at each ticket; in memory it takes a fraction of the time, to the same result.
    memory = Path("/dev/shm")  # noqa: S108  (a folder of its own is made in it)
    with tempfile.TemporaryDirectory(
        prefix="followthrough-bench-", dir=memory if memory.is_dir() else None
    ) as name:
        root = Path(name) / "root"
        (root / "postmortems").mkdir(parents=True)
        (root / "followthrough.toml").write_text(SETTINGS)
        generator = Generator(count)
        for _ in range(count):
            document = generator.document()
            (root / "postmortems" / document.name).write_bytes(document.data)
        process([program(), "run"], root)
        shutil.copytree(root, folder)
    run(folder)
    listed = subprocess.run(
        [program(), "local", "list", "--format", "json"], cwd=folder, capture_output=True, check=True
    )
    tickets = len(json.loads(listed.stdout)["tickets"])
    assert tickets > count, f"{tickets} tickets from {count} documents"
    return tickets


def run(folder: Path, _: int = 0) -> Took:
    return process([program(), "run"], folder)


def read(folder: Path, _: int = 0) -> Took:
    return process([sys.executable, "-c", READ], folder)


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Of every document the time it was last written, and its hash."""
    return {
        path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in (folder / "postmortems").iterdir()
    }


def _against_reading(count: int, tickets: int, ours: Series, reading: Series) -> list[Row]:
    """Time, time of one document and peak memory of the run that is the benchmark's main one."""
    return [
        Row(
            what=f"no-change run, {count:,} documents, {tickets:,} tickets; against reading the files",
            ours=milliseconds(ours.cpu),
            other=milliseconds(reading.cpu),
            ratio=ours.times_faster_than(reading),
            runs=[ours, reading],
        ),
        Row(
            what="  on the clock",
            ours=milliseconds(ours.wall),
            other=milliseconds(reading.wall),
            ratio=reading.wall / ours.wall,
        ),
        Row(
            what="  for each document",
            ours=milliseconds(ours.cpu / count),
            other=milliseconds(reading.cpu / count),
            ratio=reading.cpu / ours.cpu,
        ),
        Row(
            what="  peak memory",
            ours=size(ours.peak),
            other=size(reading.peak),
            ratio=reading.peak / ours.peak,
        ),
    ]


def _growth(tickets: dict[int, int], runs: dict[int, Series]) -> list[Row]:
    """What one more ticket costs between each two counts; the start-up falls out of it."""
    counts = sorted(runs)
    steps = list(pairwise(counts))
    costs = [(runs[b].cpu - runs[a].cpu) / (tickets[b] - tickets[a]) for a, b in steps]
    memory = [(runs[b].peak - runs[a].peak) / (tickets[b] - tickets[a]) for a, b in steps]
    low, high = steps[-1]
    rows = [
        Row(
            what=f"one more ticket, documents {low:,} to {high:,}; against {counts[0]:,} to {counts[1]:,}",
            ours=milliseconds(costs[-1]),
            other=milliseconds(costs[0]),
            ratio=costs[0] / costs[-1],
            runs=list(runs.values()),
        ),
        Row(what="  its memory", ours=size(memory[-1]), other=size(memory[0]), ratio=memory[0] / memory[-1]),
    ]
    return rows if len(steps) > 1 else []
