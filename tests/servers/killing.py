"""``kill -9`` of the real process while it files, at each step that has a name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from desk import Desk
from serving import Clock
from sweeping import DOCUMENT, assert_once

__all__ = ["STEPS", "killed", "killed_and_run_again"]

DYING = Path(__file__).parents[1] / "faults" / "dying.py"
STEPS = [
    ("intents written", 1),
    ("created", 1),
    ("recorded", 1),
    ("intents written", 2),
    ("created", 2),
    ("recorded", 2),
    ("replaced", 1),
]
"""Those of filing, but "read back": these connectors have done that when a create ends."""


def killed(desk: Desk, step: str, number: int) -> None:
    """File, and die the ``number``-th time that the step is reached."""
    done = subprocess.run(
        [sys.executable, str(DYING), step, str(number), "file", "--yes"],
        cwd=desk.folder,
        env={**os.environ, **desk.environ},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def killed_and_run_again(
    desk: Desk, clock: Clock, step: str, number: int, markers: Callable[[], Counter[str]]
) -> None:
    """Of six measures each has one issue and one link in the end, whatever the kill left."""
    killed(desk, step, number)
    assert desk.read(DOCUMENT).count("#ft-") in (0, 6), "its old bytes or its new bytes"
    clock.advance(minutes=1)
    desk.run("run")
    assert {*markers().values()} <= {1}, "whose answer is out is not sent again before its time"
    for _ in range(2):
        clock.advance(hours=13)
        desk.run("run")
    assert_once(markers())
    text = desk.read(DOCUMENT)
    assert text.count("#ft-") == 6, text
    desk.ok("sync")
    assert desk.read(DOCUMENT) == text, "a quiet sync changed the document"
