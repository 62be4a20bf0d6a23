"""Limits of Jira Cloud, and searches that cannot be believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from desk import Desk
from followthrough.connector import Connector, Created, Unreachable
from followthrough.testing import ConnectorContract
from jira_cloud import Answer, Request, Server, refusal
from jira_cloud.issues_api import bean
from jira_cloud.limits import BURST, PER_ISSUE, QUOTA, TENANT
from jira_cloud.standard import BOT, SAM

Cloud = Callable[..., Server]


@pytest.mark.parametrize("after", ["7", "0.5", "Mon, 23 Nov 2026 02:00:09 GMT"])
@pytest.mark.parametrize("reason", [BURST, PER_ISSUE, None])
def test_a_short_limit_is_waited_for_and_the_create_is_sent_again(
    after: str, reason: str | None, site: Server, here: Callable[..., Desk]
) -> None:
    site.limits.order(refusal(reason, after), 1, lambda request: request.path.endswith("/issue/bulk"))
    begun = site.site.clock.now()
    assert "Filed 6, failed 0, unknown 0." in here().ok("file", "--yes").out
    assert len(site.site.issues) == 6
    wait = {"7": 7.0, "0.5": 0.5}.get(after, 9.0)
    assert (site.site.clock.now() - begun).total_seconds() >= wait


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (QUOTA, "its hourly quota for all sites is used up"),
        (TENANT, "its hourly quota for this site is used up"),
    ],
)
def test_a_long_limit_ends_the_run_and_the_next_goes_on(
    reason: str, why: str, site: Server, here: Callable[..., Desk]
) -> None:
    desk = here()
    site.limits.order(refusal(reason, "1847"), 99)
    begun = site.site.clock.now()
    ended = desk.run("file", "--yes")
    assert ended.code == 75
    assert f"127.0.0.1 wants to be asked later: {why} (429). The next run goes on." in ended.err
    assert site.site.clock.now() == begun, "nobody waits half an hour"
    assert len(site.journal) == 1, "nor asks again before"
    site.limits.ordered.clear()
    assert "Filed 6" in desk.ok("file", "--yes").out


def test_a_ledger_is_rebuilt_later(site: Server, here: Callable[..., Desk]) -> None:
    """What a limit keeps from being read is no failure, there as anywhere."""
    desk = here()
    desk.ok("file", "--yes")
    site.limits.order(refusal(TENANT, "1847"), 99)
    ended = desk.run("rebuild")
    assert ended.code == 75
    assert "wants to be asked later" in ended.err


def test_a_limit_between_creates_files_nothing_twice(site: Server, here: Callable[..., Desk]) -> None:
    desk = here()
    fits = site.site.issues.__len__
    site.limits.order(
        refusal(TENANT, "1847"), 1, lambda one: one.path.endswith("/issue/bulk") and fits() == 1
    )
    ended = desk.run("file", "--yes")
    assert ended.code == 75
    assert len(site.site.issues) == 1
    assert "Filed 5, failed 0, unknown 0." in desk.ok("file", "--yes").out
    assert len(site.site.issues) == 6


def test_an_index_that_never_shows_the_first_issue_stops_the_rest(
    site: Server, here: Callable[..., Desk]
) -> None:
    site.site.lag = timedelta(days=400)
    desk = here()
    ended = desk.run("file", "--yes")
    assert ended.code == 75
    assert (
        "OPS-1 is not found by its marker yet, so nothing more is filed in ops; the next run goes on."
        in ended.err
    )
    assert len(site.site.issues) == 1
    site.site.lag = timedelta(0)
    desk.ok("run")
    assert len(site.site.issues) == 6


def test_a_page_that_comes_again_is_no_listing(
    site: Server, here: Callable[..., Desk], connect: Callable[..., Connector]
) -> None:
    case = ConnectorContract()
    with connect(site, deployment="cloud") as connector:
        connector.create([case.draft(n) for n in range(1, 121)])
        honest = site.site.issues
        page = {"issues": [], "isLast": False, "nextPageToken": "again"}
        site.broken = lambda request: Answer(200, page) if request.path.endswith("/search/jql") else None
        with pytest.raises(Unreachable, match="the same page came twice"):
            connector.owned()
        site.broken = lambda request: (
            Answer(200, {"issues": [], "isLast": False}) if request.path.endswith("/search/jql") else None
        )
        with pytest.raises(Unreachable, match="is not whole"):
            connector.owned()
        site.broken = lambda _request: None
        assert len(connector.owned()) == len(honest) == 120


def test_issues_that_were_not_asked_for_are_not_ours(site: Server, connect: Callable[..., Connector]) -> None:
    case = ConnectorContract()
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Somebody else's"}
    site.site.create(SAM, {"fields": fields})
    marker = {"key": "followthrough", "value": {"v": 1, "id": "7f3k9q2m8dxa", "doc": "x.md"}}
    web = {**fields, "project": {"key": "WEB"}, "issuetype": {"id": "10201"}, "labels": ["followthrough"]}
    site.site.create(BOT, {"fields": web, "properties": [marker]})
    with connect(site, deployment="cloud") as connector:
        (made,) = connector.create([case.draft()])
        assert isinstance(made, Created)
        whole = {"issues": [], "isLast": True}

        def everything(request: Request) -> Answer | None:
            """A proxy that lost the query: every issue of the site, whatever was asked."""
            if not request.path.endswith("/search/jql"):
                return None
            properties, wanted = request.body["properties"], request.body["fields"]
            issues = [bean(site.site, request, one, wanted, properties) for one in site.site.issues.values()]
            return Answer(200, {**whole, "issues": issues})

        site.broken = everything
        assert [one.marker for one in connector.owned()] == [case.draft().id]
