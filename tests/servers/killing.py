"""``kill -9`` of the real process while it files, at each step that has a name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from desk import Desk

__all__ = ["STEPS", "killed"]

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
