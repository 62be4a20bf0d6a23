"""How often Jira is asked, and for how much: the least that its API allows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from desk import Desk
from followthrough.connector import Change, Connector, Created, Draft, Inline, Paragraph, State
from jira_cloud import Exchange, Server

Cloud = Callable[..., Server]
Connect = Callable[..., Connector]


def drafts(number: int) -> list[Draft]:
    body = (Paragraph((Inline("Promised in "), Inline("the postmortem", href="https://acme.example/pm"))),)
    return [Draft(id=f"{n:0>12}", document="a.md", title=f"Measure {n}", body=body) for n in range(number)]


def calls(asked: list[Exchange]) -> dict[str, int]:
    """How often each call was made, by method and the end of its path."""
    counts: dict[str, int] = {}
    for one in asked:
        name = f"{one.method} {one.template.removeprefix('/rest/api/3')}"
        counts[name] = counts.get(name, 0) + 1
    return counts


@pytest.mark.parametrize("number", [1, 50, 51, 220])
def test_n_issues_are_created_with_n_through_50_requests(number: int, cloud: Cloud, connect: Connect) -> None:
    server = cloud()
    with connect(server, deployment="cloud") as connector:
        made = connector.create(drafts(number))
        assert all(isinstance(one, Created) for one in made)
        asked = calls(server.journal)
        about_the_project = {
            "GET /project/{projectIdOrKey}": 1,
            "GET /issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}": 1,
        }
        read_back = {"POST /issue/bulkfetch": -(-number // 100)}
        assert asked == {"POST /issue/bulk": -(-number // 50), **about_the_project, **read_back}
        before = len(server.journal)
        connector.create(drafts(number))
        assert len(server.journal) - before == -(-number // 50) + -(-number // 100), (
            "the project is asked once"
        )


def test_a_remote_link_is_one_request_each(cloud: Cloud, connect: Connect) -> None:
    server = cloud()
    with connect(server, deployment="cloud", remote_link=True) as connector:
        connector.create(drafts(60))
    assert server.count("POST", "/issue/bulk") == 2
    assert server.count("POST", "/remotelink") == 60
    assert all(len(issue.remote_links) == 1 for issue in server.site.issues.values())


@pytest.mark.parametrize("number", [1, 100, 101, 250])
def test_n_issues_are_read_with_n_through_100_requests(number: int, cloud: Cloud, connect: Connect) -> None:
    server = cloud()
    with connect(server, deployment="cloud") as connector:
        made = [one.ticket for one in connector.create(drafts(number)) if isinstance(one, Created)]
        before = len(server.journal)
        assert len(connector.fetch([ticket.id for ticket in made])) == number
        assert calls(server.journal[before:]) == {"POST /issue/bulkfetch": -(-number // 100)}


def test_an_issue_that_is_read_costs_few_bytes(cloud: Cloud, connect: Connect) -> None:
    server = cloud()
    with connect(server, deployment="cloud") as connector:
        made = [one.ticket for one in connector.create(drafts(100)) if isinstance(one, Created)]
        for issue in server.site.issues.values():
            issue.fields["customfield_10042"] = issue.fields["description"]
        before = len(server.journal)
        connector.fetch([ticket.id for ticket in made])
        (one,) = server.journal[before:]
        assert set(one.body["fields"]) & {"description", "comment", "*all", "*navigable"} == set()
        assert one.received < 100 * 100, "packed, a hundred bytes an issue"


def test_what_changed_since_is_one_request(cloud: Cloud, connect: Connect) -> None:
    server = cloud()
    with connect(server, deployment="cloud") as connector:
        connector.create(drafts(60))
        server.site.clock.advance(hours=1)
        server.site.go("OPS-6", "Done")
        cursor = connector.changed(None).cursor
        server.site.clock.advance(hours=1)
        server.site.go("OPS-7", "Done")
        before = len(server.journal)
        # A little of the past is asked for again: an index shows changes in any order.
        assert {one.key for one in connector.changed(cursor).tickets} == {"OPS-6", "OPS-7"}
        assert calls(server.journal[before:]) == {"POST /search/jql": 1}


def test_a_change_is_a_look_a_write_and_a_look(cloud: Cloud, connect: Connect) -> None:
    server = cloud()
    with connect(server, deployment="cloud") as connector:
        connector.create(drafts(1))
        for change, number in (
            (Change(), 1),
            (Change(title="Measure 0"), 1),
            (Change(title="Another", labels=("a",), priority="High"), 3),
            (Change(state=State.DONE), 4),
        ):
            before = len(server.journal)
            connector.update("OPS-1", change)
            # The first change asks about the project, too.
            about = ("GET /project/{projectIdOrKey}", "GET /issue/createmeta")
            asked = [name for name in calls(server.journal[before:]) if not name.startswith(about)]
            total = sum(calls(server.journal[before:])[name] for name in asked)
            assert total == number, (change, calls(server.journal[before:]))


def test_a_sync_that_finds_nothing_changed_is_one_request(
    cloud: Cloud, desk: Callable[..., Desk], postmortem: str
) -> None:
    server = cloud()
    here = desk(server.url, server.site.clock, keys='deployment = "cloud"')
    here.write("postmortems/2026-11-20-queue.md", postmortem)
    here.ok("file", "--yes")
    before = len(server.journal)
    assert here.ok("sync").out == "0 lines in 0 files, 6 measures unchanged, 1 request.\n"
    assert calls(server.journal[before:]) == {"POST /issue/bulkfetch": 1}
    before = len(server.journal)
    here.ok("run")
    assert len(server.journal) - before == 1, calls(server.journal[before:])


def test_which_kind_of_jira_it_is_is_asked_once(cloud: Cloud, connect: Connect) -> None:
    server = cloud()
    with connect(server) as connector:
        connector.fetch(["OPS-1"])
        connector.owned()
        connector.fetch(["OPS-1"])
    assert server.count("GET", "/serverInfo") == 1


def test_the_limits_of_a_site_are_never_met(cloud: Cloud, connect: Connect) -> None:
    """At most 100 requests of a kind in a second, 20 writes to one issue in two: kept, not tried out."""
    server = cloud()
    server.limits.counting = True
    with connect(server, deployment="cloud", remote_link=True) as connector:
        made = [one.ticket for one in connector.create(drafts(220)) if isinstance(one, Created)]
        for number in range(30):
            connector.update(made[0].id, Change(title=f"Title {number}"))
        for ticket in made[:120]:
            connector.update(ticket.id, Change(due=date(2027, 1, 15)))
    assert server.limits.refused == 0
    assert all(len(issue.remote_links) == 1 for issue in server.site.issues.values())


MANY = "# Outage\n\nDate: 2026-11-20\n\n## Action items\n\n{items}\n"


def test_the_whole_loop_asks_no_more_than_it_must(cloud: Cloud, desk: Callable[..., Desk]) -> None:
    server = cloud()
    here = desk(server.url, server.site.clock, keys='deployment = "cloud"')
    words = [f"Alert when replica {number} of the queue is late" for number in range(100, 220)]
    here.write("postmortems/pm.md", MANY.format(items="\n".join(f"- [ ] {one}" for one in words)))
    here.ok("file", "--yes", "--limit", "1000")
    asked = calls(server.journal)
    # The first one alone, then 119 in three batches; each is read once after its create.
    assert (asked["POST /issue/bulk"], asked["POST /issue/bulkfetch"]) == (4, 4)
    server.site.clock.advance(hours=20)
    server.site.go("OPS-5", "In Progress")  # the newest change, alone in its minutes
    here.ok("sync")
    server.site.clock.advance(hours=20)
    for hours, costs in ((0, {"POST /issue/bulkfetch": 2}), (6, {"POST /search/jql": 1}), (20, None)):
        server.site.clock.advance(hours=hours)
        server.journal.clear()
        assert "0 lines in 0 files" in here.ok("sync").out
        assert costs is None or calls(server.journal) == costs, hours
    assert calls(server.journal) == {"POST /issue/bulkfetch": 2}, "once in twenty hours all are read"
    server.site.clock.advance(hours=1)
    server.site.go("OPS-77", "Done")
    server.journal.clear()
    assert "OPS-77  open → done" in here.ok("sync").out
    assert calls(server.journal) == {"POST /search/jql": 1}
