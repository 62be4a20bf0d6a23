"""Figures that hold on a busy machine: runs in turn (A B A B …), medians, and ratios pair by pair.

Processor time is what comparisons are made of: unlike the time on the clock it hardly grows when other work
takes its share of the processors.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from statistics import median

# Starts a command and reports what it took, as the operating system counted it. A process of its own, because
# the peak memory of a child is at least what its parent had when it started it: this one has next to nothing.
_LAUNCHER = """
import json, os, sys, time
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - start
print(json.dumps([wall, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status)]))
"""
_MAXRSS_UNIT = 1 if platform.system() == "Darwin" else 1024


@dataclass(frozen=True, slots=True)
class Took:
    """What one run took: seconds on the clock, seconds of processor, bytes at the peak (0: not measured)."""

    wall: float
    cpu: float
    peak: int = 0


@dataclass(slots=True)
class Series:
    """The runs of one candidate."""

    name: str
    runs: list[Took] = field(default_factory=list)

    @property
    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> float:
        return median(run.peak for run in self.runs)

    def times_faster_than(self, other: Series) -> float:
        """The median of the ratios of processor time, each of two runs that followed one another."""
        return median(theirs.cpu / ours.cpu for ours, theirs in zip(self.runs, other.runs, strict=True))

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "wall_seconds": [round(run.wall, 6) for run in self.runs],
            "cpu_seconds": [round(run.cpu, 6) for run in self.runs],
            "peak_bytes": [run.peak for run in self.runs if run.peak],
        }


def in_turn(candidates: dict[str, Callable[[int], Took]], rounds: int) -> dict[str, Series]:
    """``rounds`` runs of each candidate, in turn; each is told the round, from 0."""
    series = {name: Series(name) for name in candidates}
    for number in range(rounds):
        for name, run in candidates.items():
            series[name].runs.append(run(number))
    return series


def timed(work: Callable[[], object]) -> Took:
    """What ``work`` takes in this process."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def process(command: Sequence[str], folder: Path) -> Took:
    """What ``command`` takes as a whole process. It must succeed."""
    launcher = [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command]
    # A group of its own, so that nothing of it works on in a folder that is about to go.
    with subprocess.Popen(
        launcher,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as started:
        try:
            told, trouble = started.communicate()
        except BaseException:
            os.killpg(started.pid, signal.SIGKILL)
            raise
    if started.returncode != 0:
        raise SystemExit(f"{' '.join(command)} could not be started in {folder}:\n{trouble}")
    wall, cpu, peak, status = json.loads(told)
    if status != 0:
        again = "; run it there by hand to see why" if not trouble else f":\n{trouble}"
        raise SystemExit(f"{' '.join(command)} ended with {status} in {folder}{again}")
    return Took(wall, cpu, peak * _MAXRSS_UNIT)


def program() -> str:
    """The installed command, beside the interpreter that runs this.

    It must be byte-compiled: otherwise every start compiles it anew.
    """
    command = Path(sys.executable).with_name("followthrough")
    module = find_spec("followthrough.model")
    if not command.is_file() or module is None or module.origin is None:
        raise SystemExit(
            f"{command} is not installed: run `make setup`, then .venv/bin/python benchmarks/run.py."
        )
    if not Path(cache_from_source(module.origin)).is_file():
        package = Path(module.origin).parent
        raise SystemExit(f"{package} is not byte-compiled: run {sys.executable} -m compileall -q {package}.")
    return str(command)
