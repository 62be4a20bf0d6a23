"""Others at work at the same moment: an editor that saves, and several runs at once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unattended.conftest import Answer

BUSY = "a later run finishes the work"
RACING = Path(__file__).with_name("racing.py")


@pytest.mark.parametrize("part", range(4))
def test_nothing_that_an_editor_saves_while_we_write_is_lost(
    part: int, tmp_path: Path, nightly: bool
) -> None:
    rounds = 2500 if nightly else 50
    command = [sys.executable, str(RACING), str(tmp_path), str(rounds), str(part)]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [json.loads(line) for line in out.splitlines()] == [{"rounds": rounds}]


def until_told(place: Any, number: int) -> Callable[[Any], Answer]:
    """The run that works gets its answers only once so many others have said that it is at work."""
    before = place.told().count(BUSY)

    def behave(_asked: Any) -> Answer:
        deadline = time.monotonic() + 60
        while place.told().count(BUSY) < before + number and time.monotonic() < deadline:
            time.sleep(0.01)
        return Answer()

    return behave


@pytest.mark.parametrize("number", [2, 8])
def test_of_several_runs_at_once_one_works(
    number: int, new_place: Callable[[str], Any], nightly: bool
) -> None:
    place = new_place("busy")
    place.postmortem(1)
    assert place.run() == 0
    for turn in range(100 if nightly else 10):
        if turn and turn % 10 == 0:
            place = new_place(f"busy{turn}")
            place.tracker.issues.clear()
        place.postmortem(3)
        filed = len(place.tracker.issues)
        place.tracker.behave = until_told(place, number - 1)
        codes = place.together(number)
        assert sorted(codes) == [0] + [75] * (number - 1), place.told()
        assert len(place.tracker.issues) == filed + 3
        place.settled()
