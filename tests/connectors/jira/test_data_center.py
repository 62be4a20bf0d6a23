"""Data Center as the connector meets it: paths and logins, searches that lie, addresses that are missing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import httpx
import pytest

from followthrough.connector import (
    Change,
    Connector,
    Created,
    Draft,
    Footer,
    Inline,
    NotFound,
    Refused,
    State,
    Unreachable,
)
from followthrough.http import Transport
from followthrough_jira import plugin
from followthrough_jira.searching import since_clause
from followthrough_jira.settings import JiraSettings
from jira_cloud import Clock

BASE = "/jira/rest/api/2"
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


class Wire:
    """A little Data Center behind a wire. ``missing`` are paths that it does not have."""

    def __init__(self) -> None:
        self.issues: dict[str, dict[str, Any]] = {}
        self.missing: set[tuple[str, str]] = set()
        self.ignores = False
        """Its search answers everything, whatever it is asked."""
        self.knows_ids = True
        self.hidden = False
        """Its project is not for us."""
        self.metadata: dict[str, Any] | None = None
        """What its old address for metadata tells of the fields."""
        self.zone = "Europe/Berlin"
        self.seen: list[httpx.Request] = []
        self.page = 1000
        self.shrinks = 0
        """After so many pages an issue disappears."""

    def paths(self) -> list[str]:
        return [f"{one.method} {one.url.path.removeprefix(BASE)}" for one in self.seen]

    def jql(self) -> list[str]:
        return [_query(one)["jql"] for one in self.seen if one.url.path.endswith("/search")]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        path = request.url.path.removeprefix(BASE)
        if (request.method, path) in self.missing:
            return httpx.Response(405, json={"detail": "Method Not Allowed"})
        if path == "/search":
            return self._search(_query(request))
        if path != "/issue/bulk" and (found := re.fullmatch(r"/issue/(\w+-\d+|\d+)", path)):
            issue = self._find(str(found[1]))
            return httpx.Response(200, json=issue) if issue else _gone()
        if path == "/issue/bulk":
            made = [self.create(one["fields"]) for one in json.loads(request.content)["issueUpdates"]]
            return httpx.Response(201, json={"issues": made, "errors": []})
        if path == "/issue":
            return httpx.Response(201, json=self.create(json.loads(request.content)["fields"]))
        if path == "/project/OPS" and not self.hidden:
            types = [{"id": "3", "name": "Task", "subtask": False}]
            return httpx.Response(200, json={"id": "10000", "key": "OPS", "name": "Ops", "issueTypes": types})
        if path == "/issue/createmeta" and self.metadata:
            kind = {"id": "3", "name": "Task", "fields": self.metadata}
            return httpx.Response(200, json={"projects": [{"key": "OPS", "issuetypes": [kind]}]})
        if path == "/myself":
            return httpx.Response(200, json={"name": "bot", "key": "JIRAUSER1", "timeZone": self.zone})
        if path == "/serverInfo":
            return httpx.Response(200, json={"deploymentType": "Server", "versionNumbers": [9, 12, 0]})
        return _gone()

    def create(self, fields: dict[str, Any]) -> dict[str, Any]:
        number = len(self.issues) + 1
        told = {
            "status": {"name": "Open", "statusCategory": {"key": "new"}},
            "created": "2026-11-27T03:00:00.000+0000",
            "updated": f"2026-11-27T03:{number % 60:02}:00.000+0000",
            "creator": {"name": "bot", "key": "JIRAUSER1"},
            **fields,
        }
        issue: dict[str, Any] = {"id": str(10_000 + number), "key": f"OPS-{number}", "fields": told}
        self.issues[issue["id"]] = issue
        return {"id": issue["id"], "key": issue["key"]}

    def _find(self, ref: str) -> dict[str, Any] | None:
        by_id = self.issues.get(ref or "") if self.knows_ids else None
        return by_id or next((one for one in self.issues.values() if one["key"] == ref), None)

    def _search(self, query: dict[str, Any]) -> httpx.Response:
        asked = re.match(r"(id|key) in \(([\w,-]+)\)", query["jql"])
        found = list(self.issues.values())
        if asked and not (self.ignores and asked[1] == "id"):
            refs = str(asked[2]).split(",")
            found = [one for one in found if one["id"] in refs or one["key"] in refs]
        start, size = int(query["startAt"]), min(int(query["maxResults"]), self.page)
        if self.shrinks and start >= self.page * self.shrinks:
            del self.issues[next(iter(self.issues))]
            found, self.shrinks = found[1:], 0
        page = {"startAt": start, "maxResults": size, "total": len(found)}
        return httpx.Response(200, json={**page, "issues": found[start : start + size]})


def _query(request: httpx.Request) -> dict[str, Any]:
    if request.method == "POST":
        return dict(json.loads(request.content))
    return {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}


def _gone() -> httpx.Response:
    return httpx.Response(404, json={"errorMessages": ["Issue Does Not Exist"], "errors": {}})


Open = Callable[..., Connector]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def connect(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("JIRA_TEST_PAT", "pat-1")

    clock = Clock(NOW)

    def opened(**keys: Any) -> Connector:
        section = {
            "url": "https://jira.acme.example/jira",
            "project": "OPS",
            "token": "env:JIRA_TEST_PAT",
            **keys,
        }
        transport = Transport(clock=clock.now, sleep=clock.sleep, wire=httpx.MockTransport(wire))
        return plugin.connect(JiraSettings.model_validate(section), transport)

    return opened


def draft(number: int = 1) -> Draft:
    body = (Footer((Inline(f"Filed by followthrough, {number:0>12}. What is this?"),)),)
    return Draft(id=f"{number:0>12}", document="a.md", title=f"Measure {number}", body=body)


def test_a_personal_access_token_goes_to_version_2_below_the_context_path(wire: Wire, connect: Open) -> None:
    with connect() as connector:
        (outcome,) = connector.create([draft()])
    assert isinstance(outcome, Created)
    assert outcome.ticket.url == "https://jira.acme.example/jira/browse/OPS-1"
    assert (outcome.ticket.marker, outcome.ticket.author) == (draft().id, "JIRAUSER1")
    assert {one.headers["authorization"] for one in wire.seen} == {"Bearer pat-1"}
    assert all(one.url.path.startswith(BASE) for one in wire.seen)
    assert wire.paths().count("GET /serverInfo") == 1


def test_which_kind_it_is_is_not_asked_where_the_settings_say_it(wire: Wire, connect: Open) -> None:
    with connect(deployment="datacenter") as connector:
        assert connector.features.settle == timedelta(hours=1)
        connector.owned()
    assert wire.paths() == ["POST /search"]
    with connect() as connector:
        assert connector.features.settle == timedelta(hours=12), "the longer wait while it is not known"
        connector.owned()
        assert connector.features.settle == timedelta(hours=1)


def test_without_bulk_create_the_same_issues_are_created_one_by_one(wire: Wire, connect: Open) -> None:
    wire.missing = {("POST", "/issue/bulk")}
    with connect(deployment="datacenter") as connector:
        outcomes = connector.create([draft(1), draft(2), draft(3)])
    assert [type(one) for one in outcomes] == [Created] * 3
    assert [one["fields"]["summary"] for one in wire.issues.values()] == [
        "Measure 1",
        "Measure 2",
        "Measure 3",
    ]
    assert wire.paths().count("POST /issue/bulk") == 1
    assert wire.paths().count("POST /issue") == 3


def test_without_search_by_post_it_is_asked_by_get_and_remembered(wire: Wire, connect: Open) -> None:
    wire.missing = {("POST", "/search")}
    with connect(deployment="datacenter") as connector:
        connector.create([draft(1)])
        assert len(connector.owned()) == 1
        assert len(connector.changed(None).tickets) == 1
    assert wire.paths().count("POST /search") == 1
    assert {one["validateQuery"] for one in map(_query, wire.seen) if "validateQuery" in one} <= {
        "false",
        False,
    }


def test_all_pages_are_read_whatever_size_the_server_makes_them(wire: Wire, connect: Open) -> None:
    wire.page = 7
    with connect(deployment="datacenter") as connector:
        connector.create([draft(number) for number in range(1, 51)])
        assert sorted(one.marker or "" for one in connector.owned()) == [f"{n:0>12}" for n in range(1, 51)]


def test_a_list_that_changes_while_it_is_read_is_read_again(wire: Wire, connect: Open) -> None:
    wire.page = 10
    with connect(deployment="datacenter") as connector:
        connector.create([draft(number) for number in range(1, 26)])
        wire.shrinks = 1
        assert sorted(one.marker or "" for one in connector.owned()) == [f"{n:0>12}" for n in range(2, 26)]


def test_a_search_without_a_total_is_no_list(connect: Open, wire: Wire) -> None:
    def lying(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"issues": []})

    section = {"url": "https://jira.acme.example/jira", "project": "OPS", "token": "env:JIRA_TEST_PAT"}
    settings = JiraSettings.model_validate({**section, "deployment": "datacenter"})
    with (
        plugin.connect(settings, Transport(wire=httpx.MockTransport(lying))) as connector,
        pytest.raises(Unreachable, match="is not whole"),
    ):
        connector.owned()


@pytest.mark.parametrize("knows_ids", [True, False], ids=["knows ids", "knows keys only"])
def test_an_answer_that_ignored_the_question_is_recognised(
    wire: Wire, connect: Open, knows_ids: bool
) -> None:
    with connect(deployment="datacenter") as connector:
        connector.create([draft(number) for number in range(1, 9)])
    wire.ignores, wire.knows_ids = True, knows_ids
    with connect(deployment="datacenter") as connector:
        found = connector.fetch(["10008", "OPS-7", "10099", "ZZZ-1"])
    assert {ref: ticket.key for ref, ticket in found.items()} == {"10008": "OPS-8", "OPS-7": "OPS-7"}


def test_others_issues_in_the_list_of_ours_are_left_out(wire: Wire, connect: Open) -> None:
    with connect(deployment="datacenter") as connector:
        connector.create([draft(1)])
        wire.create({"summary": "Somebody's", "labels": ["followthrough"]})
        wire.create({"summary": "Unlabelled, ours", "description": f"Filed by followthrough, {draft(3).id}."})
        wire.issues["10002"]["key"] = "WEB-2"
        assert [one.marker for one in connector.owned()] == [draft(1).id, draft(3).id]


def test_what_search_does_not_show_is_looked_for_before_it_counts_as_gone(wire: Wire, connect: Open) -> None:
    with connect(deployment="datacenter") as connector:
        connector.create([draft(1)])
        wire.issues["10001"]["key"] = "WEB-4"
        assert connector.fetch(["10001", "OPS-1"])["10001"].key == "WEB-4"
        del wire.issues["10001"]
        assert connector.fetch(["10001"]) == {}


def test_where_the_project_is_hidden_nothing_counts_as_gone(wire: Wire, connect: Open) -> None:
    wire.hidden = True
    with connect(deployment="datacenter") as connector, pytest.raises(NotFound, match="no project OPS"):
        connector.fetch(["10001"])


def test_a_project_whose_address_is_missing_is_filed_in_all_the_same(wire: Wire, connect: Open) -> None:
    wire.missing = {("GET", "/project/OPS"), ("GET", "/myself")}
    with connect(deployment="datacenter") as connector:
        assert [type(one) for one in connector.create([draft(1)])] == [Created]
        check = connector.check()
    assert (check.account, check.author) == ("", ""), "then the marker alone counts"
    assert not [one for one in check.findings if one.ok is False]


def test_changes_are_asked_for_in_the_accounts_zone_from_the_newest_that_was_seen(
    wire: Wire, connect: Open
) -> None:
    with connect(deployment="datacenter") as connector:
        connector.create([draft(1), draft(2)])
        cursor = connector.changed(None).cursor
        assert cursor == "2026-11-27T03:02:00+00:00"
        assert connector.changed(cursor).cursor == cursor
        assert connector.changed(cursor).cursor == cursor
    assert 'updated >= "2026/11/27 03:52"' in wire.jql()[-1], "ten minutes earlier, an hour east"
    assert wire.paths().count("GET /myself") == 1


def test_a_cursor_never_goes_back(wire: Wire, connect: Open) -> None:
    with connect(deployment="datacenter") as connector:
        assert connector.changed(None).cursor == ""
        late = "2026-11-27T09:00:00+00:00"
        assert connector.changed(late).cursor == late


@pytest.mark.parametrize(
    ("cloud", "zone", "expected"),
    [
        (True, None, "updated >= 1792889400000"),
        (False, ZoneInfo("UTC"), 'updated >= "2026/10/25 00:50"'),
        (False, ZoneInfo("Europe/Berlin"), 'updated >= "2026/10/24 23:50"'),
        (False, None, 'updated >= "2026/10/23 22:50"'),
    ],
    ids=["cloud", "utc", "the hour that comes twice", "unknown zone"],
)
def test_the_question_begins_early_enough(cloud: bool, zone: ZoneInfo | None, expected: str) -> None:
    since = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    assert since_clause(since, cloud=cloud, zone=zone) == expected


def test_a_refused_single_create_leaves_the_others_alone(wire: Wire, connect: Open) -> None:
    wire.missing = {("POST", "/issue/bulk")}
    with connect(deployment="datacenter") as connector:
        outcomes = connector.create([draft(1), Draft(id="0" * 12, document="a", title="", body=()), draft(3)])
    assert [type(one) for one in outcomes] == [Created, Refused, Created]


def test_what_is_so_already_is_not_sent(wire: Wire, connect: Open) -> None:
    with connect(deployment="datacenter") as connector:
        connector.create([draft(1)])
        before = len(wire.seen)
        ticket = connector.update("OPS-1", Change(title="Measure 1", state=State.OPEN, assignee=None))
        assert ticket.key == "OPS-1"
    assert [one.method for one in wire.seen[before:]] == ["POST"], "one search"


def test_where_the_new_metadata_are_missing_the_old_ones_say_what_is_demanded(
    wire: Wire, connect: Open
) -> None:
    team = {"required": True, "name": "Team", "schema": {"type": "string"}, "operations": ["set"]}
    plain = {"required": False, "schema": {"type": "string"}, "operations": ["set"]}
    names = ("project", "issuetype", "summary", "description", "labels")
    wire.metadata = {"customfield_1": team, **{name: {**plain, "name": name} for name in names}}
    with connect(deployment="datacenter") as connector:
        (refused,) = connector.create([draft(1)])
    assert refused == Refused(
        'OPS demands "Team" for Task. Give a value under fields in the tracker\'s section; nothing was filed.'
    )
    with connect(deployment="datacenter", fields={"Team": "{title}"}) as connector:
        connector.create([draft(1)])
    assert [one["fields"]["customfield_1"] for one in wire.issues.values()] == ["Measure 1"]
    assert "GET /issue/createmeta/OPS/issuetypes/3" in wire.paths()
