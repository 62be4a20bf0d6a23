"""``kill -9`` of the real process while it files a page's measures: nothing twice, nothing lost."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from confluence_site import Answer, Page, Server
from desk import Desk
from killing import killed

Start = Callable[..., Server]
AtDesk = Callable[..., Desk]
BODY = """\
<p>Date: 12 November 2026</p><p>Severity: sev1</p><h2>Action items</h2>\
<ul><li>Alert when the pool is over 90 %.</li><li>Try a restore every quarter.</li></ul>"""
LINK = re.compile(r' <a href="#ft-[0-9a-z]{12}">[^<]*</a>')


def _assert_whole(here: Desk, page: Page) -> None:
    assert LINK.sub("", page.body) == BODY
    assert len(LINK.findall(page.body)) == 2
    assert len(here.ok("local", "list", "--format", "json").json["tickets"]) == 2
    number = page.number
    here.ok("run", "--strict")
    assert page.number == number


@pytest.mark.parametrize(
    "step", ["surveyed", "intents written", "created", "recorded", "document written", "base recorded"]
)
def test_filing_killed_at_a_step_and_run_again(confluence: Start, desk: AtDesk, step: str) -> None:
    server = confluence()
    server.site.clock.time = datetime.now(UTC)  # the process that dies has the machine's
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    killed(here, step, 1)
    assert LINK.sub("", page.body) == BODY
    server.site.clock.advance(minutes=1)
    here.run("run")
    server.site.clock.advance(hours=13)
    here.run("run")
    _assert_whole(here, page)
    assert page.number == 2, "one version in all"


@pytest.mark.parametrize("done", [True, False], ids=["after it was stored", "before"])
def test_killed_while_confluence_answers(confluence: Start, desk: AtDesk, done: bool) -> None:
    server = confluence()
    server.site.clock.time = datetime.now(UTC)
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server)
    program = Path(sys.executable).parent / "followthrough"
    running: list[subprocess.Popen[bytes]] = []

    def dies(request: Any) -> Answer | None:
        if request.method != "PUT":
            return None
        server.broken = lambda _request: None
        if done:
            assert server.answered(request).status == 200
        running[0].send_signal(signal.SIGKILL)
        running[0].wait()
        return Answer(500, {"message": "nobody hears this"})

    server.broken = dies
    with subprocess.Popen(
        [str(program), "file", "--yes"],
        cwd=here.folder,
        env={**os.environ, **here.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        running.append(process)
        assert process.wait(timeout=120) == -signal.SIGKILL
    assert page.number == (2 if done else 1)
    server.site.clock.advance(minutes=1)
    here.run("run")
    _assert_whole(here, page)
    assert page.number == 2, "one version in all"
