"""SIGTERM and Ctrl-C at seeded moments, while a tracker takes its time: what was asked is waited for and recorded."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(sys.executable).parent / "followthrough"


def begin(night: Any, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(PROGRAM), *arguments],
        cwd=night.folder,
        env=dict(night.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def waiting(night: Any) -> list[Any]:
    """Measures whose answer is out."""
    found = night.ok("status", "--format", "json").json["waiting"]
    return [step for step in found if step["retry_at"]]


@pytest.fixture
def proven(night: Any, tracker: Any, document: Callable[..., str], settings: Callable[..., str]) -> Any:
    night.write("followthrough.toml", settings(tracker))
    night.write("first.md", document(1))
    night.ok("run")
    return night


def test_a_signal_at_any_moment_leaves_no_answer_out(
    proven: Any, tracker: Any, answer: Any, document: Callable[..., str], nightly: bool
) -> None:
    chance = random.Random("signals")
    tracker.behave = lambda asked: answer(seconds=0.15 if asked.writes else 0)
    filed = 1
    stopped = 0
    for turn in range(200 if nightly else 8):
        proven.write(f"{turn}.md", document(5).replace("slow", f"slow, {turn}"))
        number = chance.choice([signal.SIGTERM, signal.SIGINT])
        # Either a moment after the n-th create arrives, or anywhere from the start.
        at = chance.randrange(5)
        wait = chance.uniform(0.0, 0.2)
        reached = threading.Event()
        before = len(tracker.issues)

        def behave(asked: Any, goal: int = before + at, reached: threading.Event = reached) -> Any:
            if asked.writes and len(tracker.issues) >= goal:
                reached.set()
            return answer(seconds=0.15 if asked.writes else 0)

        tracker.behave = behave
        process = begin(proven, "run")
        assert reached.wait(60), "no create arrived"
        threading.Event().wait(wait)
        process.send_signal(number)
        _out, err = process.communicate(timeout=60)
        where = f"turn {turn}, {number.name} at create {at} + {wait:.3f} s: {err.decode()}"
        assert process.returncode in (0, 128 + number), where
        assert "Traceback" not in err.decode(), where
        stopped += process.returncode != 0
        assert waiting(proven) == [], where
        result = proven.run("run")
        filed += 5
        assert result.code == 0, (where, result)
        assert len(tracker.issues) == filed, where
        assert len(set(tracker.markers)) == filed, where
        assert (proven.folder / f"{turn}.md").read_text().count("#ft-") == 5, where
    assert stopped > 3, "the signals came too late to stop anything"


def test_a_wait_for_the_tracker_ends_at_once(
    proven: Any, tracker: Any, answer: Any, document: Callable[..., str]
) -> None:
    proven.write("more.md", document(3, first=3))
    refused = threading.Event()

    def behave(asked: Any) -> Any:
        if not asked.writes:
            return answer()
        refused.set()
        return answer(status=429, headers={"Retry-After": "100"})

    tracker.behave = behave
    process = begin(proven, "run")
    assert refused.wait(60)
    process.send_signal(signal.SIGTERM)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 143, err.decode()
    assert "Nothing is lost" in err.decode()
    tracker.behave = lambda _asked: answer()
    proven.ok("run")
    assert len(tracker.issues) == 4


def test_a_second_signal_ends_the_wait_and_the_measure_is_told_as_undecided(
    proven: Any, tracker: Any, answer: Any, document: Callable[..., str]
) -> None:
    proven.write("more.md", document(2, first=3))
    under_way = threading.Event()

    def behave(asked: Any) -> Any:
        if not asked.writes:
            return answer()
        under_way.set()
        return answer(seconds=5)

    tracker.behave = behave
    process = begin(proven, "run")
    assert under_way.wait(60)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=1)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=4)
    assert process.returncode == 130, err.decode()
    tracker.behave = lambda _asked: answer()
    assert len(waiting(proven)) == 1
    proven.ok("run")
    assert sorted(tracker.markers) == sorted(set(tracker.markers))
    assert len(tracker.issues) == 3


@pytest.mark.nightly
def test_an_answer_that_never_comes_is_waited_for_thirty_seconds(
    proven: Any, tracker: Any, answer: Any, document: Callable[..., str], settings: Callable[..., str]
) -> None:
    proven.write(
        "followthrough.toml", settings(tracker).replace("[[", "timeout = 300\n[[") + "timeout = 300\n"
    )
    proven.write("more.md", document(1, first=3))
    under_way = threading.Event()

    def behave(asked: Any) -> Any:
        if asked.writes:
            under_way.set()
        return answer(seconds=90 if asked.writes else 0)

    tracker.behave = behave
    process = begin(proven, "run")
    assert under_way.wait(60)
    process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=25)
    _out, err = process.communicate(timeout=15)
    assert process.returncode == 143, err.decode()
    tracker.behave = lambda _asked: answer()
    assert len(waiting(proven)) == 1
