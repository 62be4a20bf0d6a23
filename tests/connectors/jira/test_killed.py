"""`kill -9` of the real process while it files in Jira Cloud: nothing twice, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk import Desk
from jira_cloud import Clock, Server

DYING = Path(__file__).parents[2] / "faults" / "dying.py"
DOCUMENT = "postmortems/2026-11-20-queue.md"
STEPS = [
    ("intents written", 1),
    ("created", 1),
    ("recorded", 1),
    ("intents written", 2),
    ("created", 2),
    ("recorded", 2),
    ("read back", 1),
    ("replaced", 1),
]


def killed(desk: Desk, step: str, number: int) -> None:
    done = subprocess.run(
        [sys.executable, str(DYING), step, str(number), "file", "--yes"],
        cwd=desk.folder,
        env={**os.environ, **desk.environ},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


@pytest.mark.parametrize(("step", "number"), STEPS, ids=[f"{step} {number}" for step, number in STEPS])
def test_filing_killed_at_a_step_and_run_again(
    step: str, number: int, cloud: Callable[..., Server], desk: Callable[..., Desk], postmortem: str
) -> None:
    clock = Clock(datetime.now(UTC))  # the process that dies has the machine's
    server = cloud(clock=clock)
    here = desk(server.url, clock, keys='deployment = "cloud"')
    here.write(DOCUMENT, postmortem)
    killed(here, step, number)
    assert here.read(DOCUMENT).count("#ft-") in (0, 6), "its old bytes or its new bytes"
    clock.advance(minutes=1)
    here.run("run")
    held = Counter(issue.properties["followthrough"]["id"] for issue in server.site.issues.values())
    assert {*held.values()} <= {1}, "whose answer is out is not sent again before its time"
    for _ in range(2):
        clock.advance(hours=13)
        here.run("run")
    held = Counter(issue.properties["followthrough"]["id"] for issue in server.site.issues.values())
    assert len(held) == 6
    assert {*held.values()} == {1}
    text = here.read(DOCUMENT)
    assert text.count("#ft-") == 6
    here.ok("sync")
    assert here.read(DOCUMENT) == text
