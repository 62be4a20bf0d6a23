"""An archive through ``extract --summary`` as a whole process: its time, and that nothing is kept."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.generate import Generator
from benchmarks.measure import Took, in_turn, process, program
from benchmarks.results import Row, milliseconds, size

MOST = 300 * 2**20  # bytes of memory, however large the archive
READ = "import pathlib\nfor path in sorted(pathlib.Path('.').glob('*.md')): path.read_bytes()"


def summarising(*, few: int, many: int, rounds: int) -> list[Row]:
    """A summary of ``many`` documents; against merely reading them, and its memory against one of ``few``."""
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as name:
        folders = {count: archive(Path(name) / str(count), count) for count in (few, many)}
        candidates: dict[str, Callable[[int], Took]] = {"read": partial(read, folders[many])}
        candidates |= {str(count): partial(run, folder) for count, folder in folders.items()}
        series = in_turn(candidates, rounds)
    reading, small, large = series["read"], series[str(few)], series[str(many)]
    assert large.peak < MOST, f"{size(large.peak)} of memory for {many} documents"
    return [
        Row(
            what=f"extract --summary, {many:,} documents; against reading the files",
            ours=milliseconds(large.cpu),
            other=milliseconds(reading.cpu),
            ratio=large.times_faster_than(reading),
            runs=[large, reading],
        ),
        Row(
            what=f"  peak memory; against {few:,} documents",
            ours=size(large.peak),
            other=size(small.peak),
            ratio=small.peak / large.peak,
            runs=[large, small],
        ),
    ]


def archive(folder: Path, count: int) -> Path:
    folder.mkdir()
    generator = Generator(count)
    for number in range(count):
        document = generator.document()
        (folder / f"{number:05}-{document.name}").write_bytes(document.data)
    return folder


def run(folder: Path, _: int = 0) -> Took:
    return process([program(), "extract", ".", "--summary"], folder)


def read(folder: Path, _: int = 0) -> Took:
    return process([sys.executable, "-c", READ], folder)
