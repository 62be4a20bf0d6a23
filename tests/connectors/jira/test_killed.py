"""`kill -9` of the real process while it files in Jira Cloud: nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from desk import Desk
from jira_cloud import Clock, Server
from killing import STEPS, killed_and_run_again
from sweeping import DOCUMENT


@pytest.mark.parametrize(("step", "number"), STEPS, ids=[f"{step} {number}" for step, number in STEPS])
def test_filing_killed_at_a_step_and_run_again(
    step: str, number: int, cloud: Callable[..., Server], desk: Callable[..., Desk], postmortem: str
) -> None:
    clock = Clock(datetime.now(UTC))  # the process that dies has the machine's
    server = cloud(clock=clock)
    here = desk(server.url, clock, keys='deployment = "cloud"')
    here.write(DOCUMENT, postmortem)

    def markers() -> Counter[str]:
        return Counter(issue.properties["followthrough"]["id"] for issue in server.site.issues.values())

    killed_and_run_again(here, clock, step, number, markers)
