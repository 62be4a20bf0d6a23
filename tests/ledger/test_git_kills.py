"""``kill -9`` at each command of git: what was acknowledged is on the branch, and the branch can be read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cloning import WHENS, deadly_git
from followthrough.ledger.git import open_git

BRANCH = "followthrough/ledger"
FIRST, LAST = 1, 26
"""Of the commands that opening and two commits take; a later one is never reached, which is seen too."""


def killed(root: Path, tmp_path: Path, at: int, when: str) -> tuple[int, list[str]]:
    """What a writer had told of its commits when it was killed beside that command of git."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("processes.py")), "on-a-branch", root, f"{at}-", "2"],
        env={**os.environ, "PATH": deadly_git(tmp_path / "bin", at, when)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("kind", ["remote", "alone"])
def test_killed_at_each_command_of_git(kind: str, when: str, hosts: Any, tmp_path: Path, size: int) -> None:
    root = hosts.clone() if kind == "remote" else hosts.alone()
    told, reached, begun = set[str](), 0, set[str]()
    first, step = (FIRST, 1) if size > 10 else (FIRST + WHENS.index(when), len(WHENS))
    for at in range(first, LAST + 1, step):
        code, lines = killed(root, tmp_path, at, when)
        assert code in (0, -signal.SIGKILL), lines
        reached += code == -signal.SIGKILL
        told |= {line.split()[0] for line in lines}
        begun |= {f"{at}-0", f"{at}-1"}
        with open_git(BRANCH, root, create=False, random_name=str) as ledger:
            found = set(ledger.snapshot().bases)
            assert told <= found <= begun
    assert reached >= 4
    hosts.git(root, "fsck", "--strict")
    assert hosts.git(root, "status", "--porcelain") == ""
