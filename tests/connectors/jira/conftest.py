"""A Jira Cloud site of our own for each test; see ``tests/servers/jira_cloud``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from jira_cloud import Clock, Server, Site

NO_DESCRIPTION = "Atlassian's description of the API is not beside this checkout: nothing is held against it"


@pytest.fixture
def cloud() -> Iterator[Callable[..., Server]]:
    """Starts sites; at the end all that they were asked and answered must be as Atlassian describes it."""
    with ExitStack() as stack:
        started: list[Server] = []

        def start(*, lag: float = 0.0, clock: Clock | None = None, **options: Any) -> Server:
            server = Server(Site(clock, lag=timedelta(seconds=lag)), **options)
            started.append(stack.enter_context(server))
            return server

        yield start
        assert [fault for server in started for fault in server.violations] == []


@pytest.fixture
def described() -> None:
    """For tests that are nothing without Atlassian's description."""
    from jira_cloud.description import Description

    if Description.load() is None:
        pytest.skip(NO_DESCRIPTION)
