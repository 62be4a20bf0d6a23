"""A clock that is set between two runs, or during one: no issue twice, and no nonsense told."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followthrough.policy.rhythm import expected_before, too_old

SHIFTED = str(Path(__file__).with_name("shifted.py"))
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def shifted(night: Any, hours: float, *arguments: str) -> Any:
    return night.start([sys.executable, SHIFTED, str(hours), *arguments])


@pytest.mark.parametrize(("first", "second"), [(0, 25), (-25, 0), (25, 0), (0, -25), (-25, 25)])
def test_a_clock_that_is_set_while_an_answer_is_out_makes_no_issue_twice(
    first: float,
    second: float,
    night: Any,
    tracker: Any,
    answer: Any,
    document: Callable[..., str],
    settings: Callable[..., str],
) -> None:
    night.write("followthrough.toml", settings(tracker))
    night.write("first.md", document(1))
    assert shifted(night, first, "run").code == 0
    night.write("more.md", document(1, first=3))
    # The create takes effect, its answer is lost, and listings do not show the issue yet.
    tracker.behave = lambda asked: answer(reset=asked.writes)
    shifted(night, first, "run")
    assert len(tracker.issues) == 2
    hidden = tracker.hide("1002")
    tracker.behave = lambda _asked: answer()
    for _run in range(2):
        result = shifted(night, second, "run")
        assert len(tracker.issues) == 1, result
        assert "indeterminate" in shifted(night, second, "plan").out
    tracker.issues.update(hidden)
    result = shifted(night, second, "run")
    assert len(tracker.issues) == len(set(tracker.markers)) == 2, result


@pytest.mark.parametrize("hours", [25, -25, 1, -1])
def test_status_after_the_clock_was_set(
    hours: float, night: Any, tracker: Any, document: Callable[..., str], settings: Callable[..., str]
) -> None:
    night.write("followthrough.toml", settings(tracker))
    night.write("first.md", document(2))
    night.ok("run")
    for shift in (hours, 0):
        told = shifted(night, shift, "status")
        assert told.code == 0
        assert "-" not in told.out.split(",")[2], told.out  # so many seconds, not fewer than none
        assert " s, ok." in told.out.splitlines()[0]
        age = shifted(night, shift, "status", "--max-age", "26h")
        assert age.code == (6 if shift < 0 else 0), age
        assert "the clock of this machine was set back" in age.err or age.code == 0
    # A run with the other clock has an id of its own, and both are found.
    first = night.ok("status", "--format", "json").json["last_run"]["id"]
    shifted(night, hours, "run")
    shifted(night, 0, "run")
    last = night.ok("status", "--format", "json").json["last_run"]["id"]
    assert last != first
    assert len(tracker.issues) == 2


@pytest.mark.parametrize(
    ("ended", "oldest", "told"),
    [
        ([], 26, "No `run` has come to its end yet."),
        ([timedelta(hours=-25)], 26, ""),
        (
            [timedelta(hours=-27)],
            26,
            "The last `run` ended 27 h 0 min ago, more than 26 h 0 min: see your scheduler.",
        ),
        ([timedelta(minutes=3)], 26, ""),  # what a time server corrects
        (
            [timedelta(hours=25)],
            26,
            "The last `run` ended in the future (2026-11-21 05:00 UTC): the clock of this machine was set back.",
        ),
    ],
)
def test_too_old(ended: list[timedelta], oldest: int, told: str) -> None:
    assert too_old([NOW + age for age in ended], timedelta(hours=oldest), NOW) == told


def test_summer_time_does_not_make_a_run_late() -> None:
    """A schedule that follows the wall clock: 02:30 in Berlin, over the night of 25 October 2026."""
    starts = [datetime(2026, 10, day, 0, 30, tzinfo=UTC) for day in range(20, 26)]
    after = expected_before([*starts, datetime(2026, 10, 26, 1, 30, tzinfo=UTC)])
    assert after is not None
    assert after >= datetime(2026, 10, 27, 1, 30, tzinfo=UTC)
