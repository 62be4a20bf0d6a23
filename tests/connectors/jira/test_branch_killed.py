"""``kill -9`` of the real process at a command of git, while the ledger lies on a branch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cloning import WHENS, Hosts, deadly_git
from desk import Desk
from followthrough.ledger.git import open_git
from jira_cloud import Clock, Server
from sweeping import DOCUMENT, assert_once

BRANCH = "followthrough/ledger"
NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
LAST = 60
"""Of the commands of git that filing six measures takes; a later one is never reached."""


def moments() -> Iterator[tuple[int, str]]:
    """Each command with each kind of death, or every seventh of all of them."""
    every = [(at, when) for at in range(1, LAST) for when in WHENS]
    yield from every if NIGHTLY else every[20::19]


@pytest.fixture
def here(hosts: Hosts, cloud: Callable[..., Server], desk: Callable[..., Desk], postmortem: str) -> Any:
    clock = Clock(datetime.now(UTC))  # the process that dies has the machine's
    server = cloud(clock=clock)
    keys = f'deployment = "cloud"\n[ledger]\nurl = "git:{BRANCH}"'
    one = desk(server.url, clock, keys=keys)
    one.write(DOCUMENT, postmortem)
    hosts.clone()
    hosts.git(one.folder, "init", "--quiet")
    hosts.git(one.folder, "remote", "add", "origin", str(hosts.remote))
    return server, clock, one


@pytest.mark.parametrize(("at", "when"), list(moments()))
def test_what_was_sent_had_been_pushed_before(at: int, when: str, here: Any) -> None:
    server, clock, one = here
    done = subprocess.run(
        [sys.executable, "-m", "followthrough", "file", "--yes"],
        cwd=one.folder,
        env={**os.environ, **one.environ, "PATH": deadly_git(one.folder.parent / "bin", at, when)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stdout + done.stderr

    def markers() -> Counter[str]:
        return Counter(issue.properties["followthrough"]["id"] for issue in server.site.issues.values())

    with open_git(BRANCH, one.folder, create=False, random_name=str) as ledger:
        assert markers().keys() <= ledger.snapshot().intents.keys()
    clock.advance(minutes=1)
    one.run("run")
    assert {*markers().values()} <= {1}
    for _ in range(2):
        clock.advance(hours=13)
        one.run("run")
    assert_once(markers())
    assert one.read(DOCUMENT).count("#ft-") == 6
    one.ok("sync")
