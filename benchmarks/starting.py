"""Start-up: whole processes, against an interpreter that only imports the library of the command line."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.generate import Generator
from benchmarks.measure import Took, in_turn, process, program
from benchmarks.results import Row, milliseconds

BASE = "import typer"
BARE = "bare interpreter"


def starting(*, rounds: int) -> list[Row]:
    followthrough = program()
    with tempfile.TemporaryDirectory(prefix="followthrough-bench-") as name:
        folder = Path(name)
        (folder / "small.md").write_bytes(Generator(1).document(3_000).data)
        commands = {
            BASE: [sys.executable, "-c", "import typer"],
            BARE: [sys.executable, "-c", "pass"],
            "--version": [followthrough, "--version"],
            "--help": [followthrough, "--help"],
            "extract small.md": [followthrough, "extract", "small.md"],
        }
        for command in commands.values():
            process(command, folder)
        series = in_turn({name: partial(run, command, folder) for name, command in commands.items()}, rounds)
    base = series.pop(BASE)
    return [
        Row(
            what=f"{name}; against python -c 'import typer'"
            if name == BARE
            else f"followthrough {name}; against the same",
            ours=milliseconds(each.cpu),
            other=milliseconds(base.cpu),
            ratio=each.times_faster_than(base),
            runs=[each, base],
        )
        for name, each in series.items()
    ]


def run(command: list[str], folder: Path, _: int) -> Took:
    return process(command, folder)
