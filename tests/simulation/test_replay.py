"""A seed is the whole story: played again, anywhere, it logs the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.simulation.nights import PROFILES, Simulation
from tests.simulation.verdict import judge, simulate

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("profile", PROFILES)
def test_a_seed_logs_the_same_bytes_every_time(profile: str, nightly: bool) -> None:
    for seed in range(100 if nightly else 6):
        digests = {simulate(str(seed), PROFILES[profile]).stage.digest for _ in range(2)}
        assert len(digests) == 1, f"seed {profile} {seed}"


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_logs_the_same_bytes(hash_seed: str) -> None:
    seed = "5"
    command = [sys.executable, "-m", "tests.simulation", "jira", seed, "--quiet"]
    environ = {**os.environ, "PYTHONHASHSEED": hash_seed}
    out = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True, text=True).stdout
    assert out.split()[0] == simulate(seed, PROFILES["jira"]).stage.digest
    assert out.endswith("nothing wrong\n")


def test_what_is_remembered_of_bytes_is_what_reading_them_again_gives(nightly: bool) -> None:
    for seed in range(100 if nightly else 6):
        told = []
        for remembering in (False, True):
            simulation = Simulation(str(seed), PROFILES["github"], remembering=remembering)
            simulation.chaos()
            judge(simulation, simulation.quiet())
            told.append((simulation.stage.digest, simulation.wrong, simulation.files.seen))
        assert told[0] == told[1], f"seed {seed}"


def test_different_seeds_are_different_stories() -> None:
    digests = {simulate(str(seed), PROFILES["github"]).stage.digest for seed in range(4)}
    assert len(digests) == 4
