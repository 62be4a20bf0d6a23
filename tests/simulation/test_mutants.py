"""The simulator finds planted bugs: a simulator that finds none proves nothing."""

from __future__ import annotations

import pytest
from tests.simulation.mutants import MUTANTS
from tests.simulation.nights import PROFILES
from tests.simulation.verdict import simulate

SEEDS = 500


def test_there_are_twelve() -> None:
    assert len(MUTANTS) == 12


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_found(name: str) -> None:
    for seed in range(SEEDS):
        profile = PROFILES[list(PROFILES)[seed % 2]]
        if simulate(str(seed), profile, MUTANTS[name]).wrong:
            assert simulate(str(seed), profile).wrong == []
            return
    pytest.fail(f"{name}: {SEEDS} seeds do not show it")
