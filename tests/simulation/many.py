"""Play many seeds in parts, with progress: `.venv/bin/python -m tests.simulation.many FIRST LAST [--measures N]`.

A chunk is a row of large seeds with so many measures in all; `tests/simulation/test_seeds.py` plays the
same chunks at night. Chunks are independent, so that parts may be played anywhere, in any order.
"""

from __future__ import annotations

import argparse
import gc
import time

from tests.simulation.nights import LARGE, PROFILES, Simulation, Size
from tests.simulation.verdict import simulate

CHUNKS = 200
MANY = 1_000_000
"""Measures of all chunks together."""


def played(seeds: range, prefix: str = "", size: Size | None = None) -> int:
    """Play these seeds under both profiles in turn; how many measures there were."""
    measures = 0
    for seed in seeds:
        profile, done = one(f"{prefix}{seed}", seed, size)
        assert not done.wrong, replay(profile, f"{prefix}{seed}", size, done.wrong)
        measures += done.truth.names
    return measures


def one(name: str, number: int, size: Size | None) -> tuple[str, Simulation]:
    """Play one seed of a row, and under which profile."""
    profile = list(PROFILES)[number % 2]
    return profile, simulate(name, PROFILES[profile], size=size)


def replay(profile: str, seed: str, size: Size | None, wrong: list[str]) -> str:
    """What is wrong, and how to see it again."""
    how = f"{profile} {seed}{' --large' if size else ''}"
    return "\n".join([f"seed {how}: replay by `.venv/bin/python -m tests.simulation {how}`", *wrong])


def chunk(number: int, share: int) -> int:
    """Play one chunk of at least ``share`` measures."""
    first, measures = 0, 0
    while measures < share:
        measures += played(range(first, first + 2), f"night-{number}-", LARGE)
        first += 2
    return measures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.many", description=__doc__)
    parser.add_argument("first", type=int, help="the first chunk, from 0")
    parser.add_argument("last", type=int, help=f"the chunk behind the last; there are {CHUNKS}")
    parser.add_argument("--measures", type=int, default=MANY // CHUNKS, help="so many in each chunk")
    options = parser.parse_args()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # as the program itself does it
    failed, seeds, measures, runs, deaths, begun = 0, 0, 0, 0, 0, time.process_time()
    for number in range(options.first, options.last):
        seed, part = 0, 0
        while part < options.measures:
            name = f"night-{number}-{seed}"
            profile, done = one(name, seed, LARGE)
            if done.wrong:
                failed += 1
                print(replay(profile, name, LARGE, done.wrong), flush=True)
            seed, part = seed + 1, part + done.truth.names
            runs, deaths = runs + done.runs, deaths + done.deaths
        seeds, measures = seeds + seed, measures + part
        took = time.process_time() - begun
        print(
            f"{time.strftime('%H:%M:%S')} chunk {number}: {measures:,} measures, {seeds:,} seeds, {runs:,} runs, "
            f"{deaths:,} died, {failed} seeds wrong; {1000 * took / measures:.2f} ms a measure",
            flush=True,
        )
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main())
