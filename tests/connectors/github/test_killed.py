"""`kill -9` of the real process while it files in GitHub: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desk import Desk
from followthrough_github.marker import marker_in
from github_site import Clock, Server, Site
from killing import STEPS, killed

DOCUMENT = "postmortems/2026-11-20-queue.md"


def held(server: Server) -> Counter[str | None]:
    return Counter(marker_in(issue.body) for issue in server.site.all_issues())


@pytest.mark.parametrize(("step", "number"), STEPS, ids=[f"{step} {number}" for step, number in STEPS])
def test_filing_killed_at_a_step_and_run_again(
    step: str, number: int, github: Callable[..., Server], desk: Callable[..., Desk], postmortem: str
) -> None:
    clock = Clock(datetime.now(UTC))  # the process that dies has the machine's
    server = github(Site(clock))
    here = desk(server.url, clock)
    here.write(DOCUMENT, postmortem)
    killed(here, step, number)
    assert here.read(DOCUMENT).count("#ft-") in (0, 6), "its old bytes or its new bytes"
    clock.advance(minutes=1)
    here.run("run")
    assert {*held(server).values()} <= {1}, "whose answer is out is not sent again before its time"
    for _ in range(2):
        clock.advance(hours=13)
        here.run("run")
    assert len(held(server)) == 6
    assert {*held(server).values()} == {1}
    text = here.read(DOCUMENT)
    assert text.count("#ft-") == 6
    here.ok("sync")
    assert here.read(DOCUMENT) == text
