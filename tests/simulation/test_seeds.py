"""Seeds of the simulator: nothing twice, nothing lost, nothing torn; at night, a million measures."""

from __future__ import annotations

import os

import pytest
from tests.simulation.many import CHUNKS, MANY, chunk, played

NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
SEEDS = 520
CHUNK = 26


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_filed_twice_lost_or_torn_whatever_goes_wrong(first: int) -> None:
    assert played(range(first, first + CHUNK)) > CHUNK


@pytest.mark.parametrize("number", range(CHUNKS if NIGHTLY else 1))
def test_a_million_measures_at_night(number: int) -> None:
    share = MANY // CHUNKS if NIGHTLY else 200
    assert chunk(number, share) >= share
