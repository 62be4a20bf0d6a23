"""`kill -9` of the real process over a real socket, at every named step and at any time: never twice, never lost."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.unattended.conftest import Answer

from followthrough.engine.world import STEPS

DISK_STEPS = ("temporary written", "replaced")
ELSEWHERE = frozenset({"opened again", "pushed", "push recorded"})
"""Steps of `undo`, `move` and `sync --push`, in which test_killed.py ends."""


def after_death(place: Any) -> None:
    """A run at once, to which the tracker does not show its newest issues; then two nights, and a quiet one."""
    place.tracker.behave = lambda _asked: Answer()
    place.run(0.05)
    place.tracker.late = False
    place.run()
    place.run()
    place.settled()


def loses_answers(which: list[bool]) -> Callable[[Any], Answer]:
    """The answers of these creates are lost after their effect."""
    left = iter(which)
    return lambda asked: Answer(reset=asked.writes and next(left, False))


@pytest.mark.parametrize("step", [step for step in (*STEPS, *DISK_STEPS) if step not in ELSEWHERE])
def test_killed_at_a_step(step: str, new_place: Callable[[str], Any], nightly: bool) -> None:
    place = new_place("killed")
    place.postmortem(2)
    assert place.run() == 0
    for turn in range(50 if nightly else 2):
        if turn and turn % 10 == 0:  # a new root, so that there is little to read
            place = new_place(f"killed{turn}")
            place.tracker.issues.clear()
        place.postmortem(3)
        if step == "looked again":  # a create without effect and without an answer, a day ago
            place.tracker.behave = lambda asked: Answer(
                502 if asked.path == "/issues" and asked.writes else 0
            )
            place.run()
            place.tracker.behave = lambda _asked: Answer()
        place.tracker.late = True
        assert (
            place.run(step=step, number=1 + turn % 2 if step in ("created", "recorded") else 1)
            == -signal.SIGKILL
        )
        after_death(place)
    before = {path: path.stat().st_mtime_ns for path in place.written}
    assert place.run() == 0
    assert {path: path.stat().st_mtime_ns for path in place.written} == before


@pytest.mark.parametrize("part", range(10))
def test_killed_at_any_time(part: int, new_place: Callable[[str], Any], nightly: bool) -> None:
    chance = random.Random(part)
    place = new_place("killed")
    place.postmortem(3)
    began = time.monotonic()
    assert place.run() == 0
    usual, killed = time.monotonic() - began, 0
    for turn in range(100 if nightly else 5):
        if turn and turn % 10 == 0:
            place = new_place(f"killed{turn}")
            place.tracker.issues.clear()
        place.postmortem(3)
        place.tracker.late = True
        place.tracker.behave = loses_answers([chance.random() < 0.15 for _ in range(40)])
        killed += place.run(after=chance.uniform(0, 1.1 * usual)) == -signal.SIGKILL
        after_death(place)
    assert killed
