from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.policy.rhythm import expected_before

START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def runs(*hours: float) -> list[datetime]:
    return [START + timedelta(hours=hour) for hour in hours]


def test_a_nightly_run_is_expected_before_half_an_hour_later_the_next_night() -> None:
    assert expected_before(runs(0, 24, 48, 72)) == START + timedelta(hours=96, minutes=30)


@pytest.mark.parametrize(
    "hours",
    [(), (0,), (0, 24), (0, 24, 96), (0, 1, 24, 48), (0, 0.1, 0.2)],
    ids=["none", "one", "two", "a long gap", "one by hand", "all by hand"],
)
def test_without_a_rhythm_nothing_is_expected(hours: tuple[float, ...]) -> None:
    assert expected_before(runs(*hours)) is None


@given(st.integers(3, 30), st.integers(1, 200))
def test_a_steady_rhythm_is_known_whatever_its_length(number: int, gap: int) -> None:
    expected = expected_before(runs(*(n * gap for n in range(number))))
    assert expected is not None
    assert expected > START + timedelta(hours=number * gap)
