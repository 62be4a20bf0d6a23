"""`kill -9` of the real process while it files in GitHub: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desk import Desk
from followthrough_github.marker import marker_in
from github_site import Clock, Server, Site
from killing import STEPS, killed_and_run_again
from sweeping import DOCUMENT


@pytest.mark.parametrize(("step", "number"), STEPS, ids=[f"{step} {number}" for step, number in STEPS])
def test_filing_killed_at_a_step_and_run_again(
    step: str, number: int, github: Callable[..., Server], desk: Callable[..., Desk], postmortem: str
) -> None:
    clock = Clock(datetime.now(UTC))  # the process that dies has the machine's
    server = github(Site(clock))
    here = desk(server.url, clock)
    here.write(DOCUMENT, postmortem)

    def markers() -> Counter[str]:
        return Counter(str(marker_in(issue.body)) for issue in server.site.all_issues())

    killed_and_run_again(here, clock, step, number, markers)
