"""Seeds of the simulator: nothing twice, nothing lost, nothing torn; at night, a million measures."""

from __future__ import annotations

import os

import pytest
from tests.simulation.nights import LARGE, PROFILES, Size
from tests.simulation.verdict import simulate

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
SEEDS = 520
CHUNK = 26
MANY = 1_000_000
"""Measures that the nightly seeds play with."""
CHUNKS = 200


def played(seeds: range, prefix: str = "", size: Size | None = None) -> int:
    """Play these seeds under both profiles in turn; how many measures there were."""
    measures = 0
    for seed in seeds:
        profile = list(PROFILES)[seed % 2]
        done = simulate(f"{prefix}{seed}", PROFILES[profile], size=size)
        assert not done.wrong, replay(profile, f"{prefix}{seed}", size, done.wrong)
        measures += done.truth.names
    return measures


def replay(profile: str, seed: str, size: Size | None, wrong: list[str]) -> str:
    """What is wrong, and how to see it again."""
    how = f"{profile} {seed}{' --large' if size else ''}"
    return "\n".join([f"seed {how}: replay by `.venv/bin/python -m tests.simulation {how}`", *wrong])


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_filed_twice_lost_or_torn_whatever_goes_wrong(first: int) -> None:
    assert played(range(first, first + CHUNK)) > CHUNK


@pytest.mark.parametrize("chunk", range(CHUNKS if NIGHTLY else 1))
def test_a_million_measures_at_night(chunk: int) -> None:
    share = MANY // CHUNKS if NIGHTLY else 200
    first, measures = 0, 0
    while measures < share:
        measures += played(range(first, first + 2), f"night-{chunk}-", LARGE)
        first += 2
    assert measures >= share
