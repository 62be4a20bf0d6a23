"""`kill -9` of the real process over a real socket, at every named step and at any time: never twice, never lost."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unattended.conftest import Answer

from followthrough.engine.world import STEPS

DISK_STEPS = ("temporary written", "replaced")
ELSEWHERE = frozenset({"opened again", "pushed", "push recorded", "published"})
"""Steps of `file --item` after `undo`, and of `sync --push`, which have tests of their own below; and of
documents on a branch."""


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


@pytest.mark.parametrize("step", ["pushed", "push recorded"])
def test_killed_at_a_step_of_a_push(step: str, new_place: Callable[[str], Any], nightly: bool) -> None:
    place = new_place("pushed")
    for turn in range(50 if nightly else 2):
        path = place.postmortem(1)
        assert place.run() == 0
        path.write_bytes(path.read_bytes().replace(b"- [ ]", b"- [x]"))
        key = f"SOC-{turn + 1}"
        push = place.folder, "sync", "--push", key
        assert place.mortal.run(*push, hours=place.hours, step=step) == -signal.SIGKILL
        assert place.mortal.run(*push, hours=place.hours) == 0
        states = {record["key"]: record["state"] for record in place.tracker.issues.values()}
        assert states == {f"SOC-{number + 1}": "done" for number in range(turn + 1)}
        written = path.read_bytes()
        assert f"[x] Alert on service{turn}x0 of region{turn} [{key}, done]".encode() in written
        assert place.mortal.run(*push, hours=place.hours) == 0
        assert path.read_bytes() == written
    place.whole()


def test_killed_where_a_ticket_that_was_taken_back_is_opened_again(
    tmp_path: Path, mortal: Any, nightly: bool
) -> None:
    """The embedded tracker, which takes our ids."""
    (tmp_path / "followthrough.toml").write_text('namespace = "n"\ndocuments = ["*.md"]\n')
    path = tmp_path / "pm.md"
    path.write_text("# Outage\n\n- Date: 2026-11-03\n\n## Action items\n\n- [ ] Alert on the pool\n")
    assert mortal.run(tmp_path, "run") == 0
    filed = path.read_bytes()
    assert b"[FT-1, open]" in filed
    for _turn in range(50 if nightly else 2):
        lines = (tmp_path / ".followthrough" / "runs.jsonl").read_text().splitlines()
        told = [json.loads(line) for line in lines]
        done = [line["run"] for line in told if line.get("event") == "create" and line["outcome"] == "done"]
        assert mortal.run(tmp_path, "undo", done[-1], "--yes") == 0, mortal.log.read_text()
        again = tmp_path, "file", "--item", "pm.md:7"
        assert mortal.run(*again, step="opened again") == -signal.SIGKILL
        assert mortal.run(*again) == 0, mortal.log.read_text()
        assert path.read_bytes() == filed
    with sqlite3.connect(tmp_path / ".followthrough" / "tracker.db") as tracker:
        assert tracker.execute("SELECT count(*) FROM tickets").fetchall() == [(1,)]


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
