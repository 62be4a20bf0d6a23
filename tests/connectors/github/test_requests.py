"""The least requests: what each job costs, counted on the stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from followthrough.connector import Connector, Created, Draft, Refused, Unreachable
from followthrough.http import Transport
from followthrough.limiting import Halted
from github_site import Server

Open = Callable[[], Connector]


@pytest.fixture
def host(github: Callable[..., Server]) -> Server:
    return github()


@pytest.fixture
def connector(host: Server, connect: Callable[..., Connector]) -> Iterator[Connector]:
    clock = host.site.clock
    with connect(host.api, Transport(clock=clock.now, sleep=clock.sleep)) as opened:
        yield opened


def draft(number: int, **fields: Any) -> Draft:
    return Draft(id=f"{number:0>12}", document="pm.md", title=f"Measure {number}", body=(), **fields)


def file(connector: Connector, number: int) -> list[str]:
    outcomes = connector.create([draft(n) for n in range(1, number + 1)])
    return [outcome.ticket.id for outcome in outcomes if isinstance(outcome, Created)]


def test_each_create_is_one_request(host: Server, connector: Connector) -> None:
    assert len(file(connector, 30)) == 30
    assert len(host.journal) == 30


def test_an_assignee_is_looked_up_once(host: Server, connector: Connector) -> None:
    connector.create([draft(n, assignee="sam") for n in range(1, 6)])
    assert host.count("GET", "/assignees/{assignee}") == 1
    assert host.count("POST") == 5


@pytest.mark.parametrize(("issues", "requests"), [(1, 1), (100, 1), (101, 2), (250, 3)])
def test_a_hundred_issues_are_refreshed_by_one_request(
    issues: int, requests: int, host: Server, connector: Connector
) -> None:
    ids = file(connector, issues)
    host.journal.clear()
    assert len(connector.fetch(ids)) == issues
    assert [one.template for one in host.journal] == ["/graphql"] * requests


def test_keys_are_confirmed_by_one_request(host: Server, connector: Connector) -> None:
    file(connector, 20)
    host.journal.clear()
    assert len(connector.fetch([f"#{number}" for number in range(1, 21)])) == 20
    assert len(host.journal) == 1


def test_an_idle_poll_is_one_request_and_free(host: Server, connector: Connector) -> None:
    file(connector, 3)
    cursor = connector.changed(None).cursor
    cursor = connector.changed(cursor).cursor
    host.journal.clear()
    for _ in range(3):
        changes = connector.changed(cursor)
        assert (changes.tickets, changes.cursor) == ((), cursor)
    assert [one.status for one in host.journal] == [304, 304, 304]


def test_a_complete_listing_is_one_request_a_hundred(host: Server, connector: Connector) -> None:
    file(connector, 130)
    host.journal.clear()
    assert len(connector.owned()) == 130
    assert len(host.journal) == 2


def test_writes_keep_a_second_apart_and_under_eighty_a_minute(host: Server, connector: Connector) -> None:
    host.limits.counting = True
    start = host.site.clock.now()
    assert len(file(connector, 170)) == 170
    assert host.limits.refused == 0
    assert (host.site.clock.now() - start).total_seconds() >= 120


def test_a_run_that_is_stopped_while_it_waits_for_its_turn_has_sent_nothing(
    host: Server, connect: Callable[..., Connector]
) -> None:
    """A second lies between two creates, so that Ctrl-C mostly comes there: nothing is left in doubt."""
    clock, halted = host.site.clock, [False]

    def sleep(seconds: float) -> None:
        halted[0] = True
        raise Halted

    outside = Transport(clock=clock.now, sleep=sleep, halted=lambda: halted[0])
    with connect(host.api, outside) as stopped:
        outcomes = stopped.create([draft(1), draft(2), draft(3)])
        assert [type(one) for one in outcomes] == [Created, Refused, Refused]
        with pytest.raises(Unreachable, match="because this run is being stopped"):
            stopped.create([draft(4)])
    assert len(host.site.all_issues()) == 1


def test_a_renamed_repository_is_followed_once_a_run(host: Server, connector: Connector) -> None:
    host.site.rename(host.site.web, "acme/www")
    assert len(file(connector, 3)) == 3
    assert [one.status for one in host.journal] == [307, 200, 201, 201, 201]
