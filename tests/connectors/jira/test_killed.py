"""`kill -9` of the real process while it files in Jira Cloud: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desk import Desk
from jira_cloud import Clock, Server
from killing import STEPS, killed

DOCUMENT = "postmortems/2026-11-20-queue.md"


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
