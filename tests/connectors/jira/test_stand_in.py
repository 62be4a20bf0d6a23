"""The stand-in for Jira Cloud itself: what others are proven on must first be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from jira import JIRA, JIRAError

from jira_cloud import BURST, PER_ISSUE, QUOTA, Server, refusal
from jira_cloud.rich_text import from_plain, plain
from jira_cloud.standard import BOT, CLASSIC, GONE, KIM, OUTSIDER, SAM, SCOPED, SERVICE

Cloud = Callable[..., Server]
FIELDS = {"project": {"key": "OPS"}, "issuetype": {"id": "10001"}, "summary": "Alert on the pool"}


class Client(httpx.Client):
    """Asks as the bot, unless told otherwise."""

    def __init__(self, server: Server, **options: Any) -> None:
        options = {"auth": (BOT.email, CLASSIC), "base_url": f"{server.url}/rest/api/3", **options}
        super().__init__(trust_env=False, **options)

    def make(self, **fields: Any) -> dict[str, Any]:
        answer = self.post("/issue", json={"fields": {**FIELDS, **fields}})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def refused(self, **fields: Any) -> dict[str, str]:
        answer = self.post("/issue", json={"fields": {**FIELDS, **fields}})
        assert answer.status_code == 400, answer.text
        errors: dict[str, str] = answer.json()["errors"]
        return errors

    def search(self, jql: str, **more: Any) -> list[str]:
        """All keys that a query finds, page after page."""
        keys: list[str] = []
        token: dict[str, str] = {}
        while True:
            body = {"jql": jql, "fields": ["summary"], **more, **token}
            answer = self.post("/search/jql", json=body)
            assert answer.status_code == 200, answer.text
            keys += [issue["key"] for issue in answer.json()["issues"]]
            if answer.json()["isLast"]:
                return keys
            token = {"nextPageToken": answer.json()["nextPageToken"]}


@pytest.fixture
def server(cloud: Cloud) -> Server:
    return cloud()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server) as client:
        yield client


def test_a_bulk_create_makes_what_it_can_and_names_the_rest_by_number(client: Client) -> None:
    bad = {"fields": {**FIELDS, "labels": ["two words"]}}
    good = {"fields": FIELDS, "properties": [{"key": "followthrough", "value": {"v": 1}}]}
    answer = client.post("/issue/bulk", json={"issueUpdates": [good, bad, good]})
    assert answer.status_code == 201
    assert [issue["key"] for issue in answer.json()["issues"]] == ["OPS-1", "OPS-3"]
    (error,) = answer.json()["errors"]
    assert error["failedElementNumber"] == 1
    assert "contains spaces" in error["elementErrors"]["errors"]["labels"]
    assert client.post("/issue/bulk", json={"issueUpdates": [bad]}).status_code == 400
    assert client.post("/issue/bulk", json={"issueUpdates": [good] * 51}).status_code == 400


def test_each_wrong_value_is_refused_with_its_field(client: Client, server: Server) -> None:
    assert "exceed 255" in client.refused(summary="x" * 256)["summary"]
    assert "newline" in client.refused(summary="a\nb")["summary"]
    assert "Atlassian Document" in client.refused(description="plain")["description"]
    bad = {"type": "doc", "version": 1, "content": [{"type": "text", "text": ""}]}
    assert "Atlassian Document" in client.refused(description=bad)["description"]
    assert "cannot be assigned" in client.refused(assignee={"accountId": OUTSIDER.id})["assignee"]
    assert "cannot be assigned" in client.refused(assignee={"accountId": GONE.id})["assignee"]
    assert "duedate" in client.refused(duedate="tomorrow")
    assert "priority" in client.refused(priority={"name": "P0"})
    assert "not on the appropriate screen" in client.refused(customfield_1="x")["customfield_1"]
    server.site.projects["OPS"].types[0].create["customfield_10040"] = True
    assert client.refused() == {"customfield_10040": "Team is required."}
    assert client.make(customfield_10040={"value": "Search"})["key"] == "OPS-11"


def test_bulkfetch_finds_who_moved_and_leaves_out_who_is_gone_or_hidden(
    client: Client, server: Server
) -> None:
    for _ in range(4):
        client.make()
    site = server.site
    site.relocate("OPS-1", "WEB")
    site.delete("OPS-2")
    site.set(site["OPS-3"], security="10300")
    site.forbid("OPS", BOT.id, "SET_ISSUE_SECURITY")
    asked = {"issueIdsOrKeys": ["OPS-4", "OPS-1", "10002", "OPS-3", "ZZZ-1"], "fields": ["summary"]}
    found = client.post("/issue/bulkfetch", json=asked).json()["issues"]
    assert [issue["key"] for issue in found] == ["WEB-1", "OPS-4"]
    too_many = {"issueIdsOrKeys": [str(number) for number in range(101)]}
    assert client.post("/issue/bulkfetch", json=too_many).status_code == 400
    assert client.get("/issue/OPS-1").json()["key"] == "WEB-1"
    assert client.get("/issue/OPS-2").status_code == client.get("/issue/OPS-3").status_code == 404


def test_search_is_behind_and_what_it_is_told_to_reconcile_is_not(cloud: Cloud) -> None:
    server = cloud(lag=30)
    with Client(server) as client:
        made = client.make(labels=["followthrough"])
        jql = "project = OPS AND labels = followthrough"
        assert client.search(jql) == []
        assert client.search(jql, reconcileIssues=[int(made["id"])]) == ["OPS-1"]
        server.site.clock.advance(seconds=30)
        assert client.search(jql) == ["OPS-1"]
        server.site.set(server.site["OPS-1"], labels=[])
        assert client.search(jql) == ["OPS-1"]
        server.site.clock.advance(seconds=30)
        assert client.search(jql) == []


def test_search_goes_page_by_page_and_its_tokens_outlive_changes(client: Client, server: Server) -> None:
    for _ in range(5):
        bulk = [{"fields": {**FIELDS, "labels": ["x"]}}] * 50
        client.post("/issue/bulk", json={"issueUpdates": bulk})
    assert len(client.search("labels = x ORDER BY created ASC", maxResults=500)) == 250
    page = {"jql": "labels = x ORDER BY id", "fields": ["summary"], "maxResults": 100}
    first = client.post("/search/jql", json=page).json()
    assert len(first["issues"]) == 100
    server.site.delete(first["issues"][0]["id"])
    second = client.post("/search/jql", json={**page, "nextPageToken": first["nextPageToken"]}).json()
    assert second["issues"][0]["id"] == str(int(first["issues"][-1]["id"]) + 1)
    ids = client.post("/search/jql", json={"jql": "labels = x", "maxResults": 5000}).json()
    assert (len(ids["issues"]), ids["isLast"]) == (249, True)
    assert {*ids["issues"][0]} == {"id"}


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ('project = OPS AND labels = "followthrough"', "1 2"),
        ("project in (OPS, WEB) AND labels in (followthrough, other) ORDER BY key DESC", "2 1"),
        ("project = 10010 AND labels = followthrough AND status = Done", "2"),
        ("labels = followthrough AND statusCategory != Done", "1"),
        ("key in (OPS-1, 10002) ORDER BY id", "1 2"),
        ("labels is EMPTY AND project = OPS", "3"),
        ("NOT labels is EMPTY AND project = OPS", "1 2"),
        ("creator = currentUser() AND updated >= 1763949600000 ORDER BY updated", "1 3 2"),
        ('project = OPS AND updated >= "2026-11-23 02:05"', "2"),
        ('project = OPS AND updated < "2026-11-23 02:05" ORDER BY id', "1 3"),
        ('(summary ~ "pool" OR key = OPS-3) AND project = OPS AND updated >= -1h ORDER BY id', "1 2 3"),
    ],
)
def test_queries_mean_what_they_say(jql: str, found: str, client: Client, server: Server) -> None:
    client.make(labels=["followthrough"])
    client.make(labels=["followthrough"])
    client.make()
    server.site.clock.advance(minutes=10)
    server.site.go("OPS-2", "Done")
    keys = client.search(jql)
    assert (sorted(keys) if "ORDER" not in jql else keys) == [f"OPS-{number}" for number in found.split()]


@pytest.mark.parametrize(
    "jql",
    [
        "",
        "ORDER BY created",
        "project = NOPE",
        "key = OPS-99",
        "project = OPS AND issue.property[x].y = 1",
        "project = OPS AND nonsense = 1",
        'project = OPS AND updated >= "yesterday"',
        'labels = "a',
        r'labels = "a\q"',
        "labels = x AND",
        "labels = x y",
        "labels = x ORDER BY nonsense",
        "creator = membersOf(x)",
        "labels ~ x",
    ],
)
def test_a_query_that_is_not_known_is_refused(jql: str, client: Client) -> None:
    answer = client.post("/search/jql", json={"jql": jql})
    assert answer.status_code == 400
    assert answer.json()["errorMessages"]


def test_dates_in_a_query_are_of_the_accounts_zone(client: Client, server: Server) -> None:
    client.make()
    old = server.site.users[BOT.id]
    server.site.users[BOT.id] = type(old)(old.id, old.name, old.email, zone="America/New_York")
    assert client.search('project = OPS AND created >= "2026-11-22 21:00"') == ["OPS-1"]
    assert client.search('project = OPS AND created >= "2026-11-22 21:01"') == []


def test_transitions_have_screens_and_what_they_demand(client: Client, server: Server) -> None:
    client.make(project={"key": "PAY"}, issuetype={"name": "Task"})
    shown = client.get("/issue/PAY-1/transitions", params={"expand": "transitions.fields"}).json()
    resolve = next(one for one in shown["transitions"] if one["name"] == "Resolve Issue")
    assert {name: one["required"] for name, one in resolve["fields"].items()} == {
        "resolution": True,
        "customfield_10041": True,
    }
    go = {"transition": {"id": resolve["id"]}, "fields": {"resolution": {"name": "Won't Do"}}}
    refused = client.post("/issue/PAY-1/transitions", json=go)
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        {"customfield_10041": "Customer is required."},
    )
    go["fields"]["customfield_10041"] = "us"
    assert client.post("/issue/PAY-1/transitions", json=go).status_code == 204
    issue = client.get("/issue/PAY-1").json()["fields"]
    assert (issue["status"]["statusCategory"]["key"], issue["resolution"]["name"]) == ("done", "Won't Do")
    assert issue["resolutiondate"]
    assert client.post("/issue/PAY-1/transitions", json={"transition": {"id": "4"}}).status_code == 400
    server.site.forbid("PAY", BOT.id, "TRANSITION_ISSUES")
    assert client.get("/issue/PAY-1/transitions").json()["transitions"] == []


def test_a_remote_link_is_an_upsert_by_its_global_id(client: Client) -> None:
    client.make()
    link = {"globalId": "followthrough:x", "object": {"url": "https://acme.example/pm", "title": "PM"}}
    first = client.post("/issue/OPS-1/remotelink", json=link)
    again = client.post("/issue/OPS-1/remotelink", json={**link, "relationship": "promised in"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert len(client.get("/issue/OPS-1/remotelink").json()) == 1
    assert client.post("/issue/OPS-1/remotelink", json={"object": {"url": "x"}}).status_code == 400


def test_who_is_not_known_is_nobody_and_learns_it_from_a_header_only(server: Server) -> None:
    with Client(server, auth=(BOT.email, "expired")) as client:
        for answer in (
            client.post("/search/jql", json={"jql": "labels = followthrough"}),
            client.post("/issue/bulkfetch", json={"issueIdsOrKeys": ["OPS-1"]}),
        ):
            assert (answer.status_code, answer.json()["issues"]) == (200, [])
            assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
        assert client.get("/myself").status_code == 401
        assert client.post("/issue", json={"fields": FIELDS}).status_code == 401
    with Client(server) as client:
        assert "X-Seraph-LoginReason" not in client.get("/myself").headers
        server.site.tokens[CLASSIC] = type(server.site.tokens[CLASSIC])(
            BOT.id, expires=server.site.clock.now() + timedelta(days=1)
        )
        assert client.get("/myself").status_code == 200
        server.site.clock.advance(days=1)
        assert client.get("/myself").status_code == 401


def test_scoped_tokens_and_service_accounts_come_through_the_gateway_alone(server: Server) -> None:
    gateway = f"{server.gateway}/rest/api/3"
    bearer = {"headers": {"Authorization": f"Bearer {SERVICE}"}, "auth": None}
    with Client(server, auth=(BOT.email, SCOPED)) as client:
        assert client.get("/myself").status_code == 401
    with Client(server, auth=(BOT.email, SCOPED), base_url=gateway) as client:
        assert client.get("/myself").json()["accountId"] == BOT.id
        assert client.make()["self"].startswith("https://api.atlassian.com/ex/jira/")
    with Client(server, base_url=gateway, **bearer) as client:
        assert client.get("/myself").status_code == 200
    with Client(server, base_url=gateway, auth=(BOT.email, "no")) as client:
        assert client.get("/serverInfo").status_code == 401
    told = httpx.get(f"{server.url}/_edge/tenant_info", trust_env=False).json()
    assert server.gateway.endswith(told["cloudId"])


def test_permissions_are_looked_up_and_bind(client: Client, server: Server) -> None:
    client.make()
    server.site.forbid("OPS", BOT.id, "CREATE_ISSUES", "EDIT_ISSUES")
    asked = {"projectKey": "OPS", "permissions": "CREATE_ISSUES,BROWSE_PROJECTS"}
    shown = client.get("/mypermissions", params=asked).json()["permissions"]
    assert {name: one["havePermission"] for name, one in shown.items()} == {
        "CREATE_ISSUES": False,
        "BROWSE_PROJECTS": True,
    }
    assert client.post("/issue", json={"fields": FIELDS}).status_code == 400
    assert client.put("/issue/OPS-1", json={"fields": {"summary": "x"}}).status_code == 403
    server.site.forbid("OPS", BOT.id)
    assert client.get("/project/OPS").status_code == 404
    assert client.get("/issue/OPS-1").status_code == 404


def test_people_are_found_by_what_may_be_known_of_them(client: Client) -> None:
    def found(query: str) -> list[str]:
        asked = {"project": "OPS", "query": query}
        return [user["accountId"] for user in client.get("/user/assignable/search", params=asked).json()]

    assert found("sam") == [SAM.id]
    assert found("sam@acme.example") == [SAM.id]
    assert found("kim@") == []
    assert found("kim@acme.example") == [KIM.id]
    assert found("robin") == found("ola") == []
    shown = {one["accountId"]: one for one in client.get("/user/search", params={"query": "k"}).json()}
    assert "emailAddress" not in shown[KIM.id]


def test_edits_set_clear_and_add(client: Client, server: Server) -> None:
    client.make(labels=["a"], duedate="2027-01-15", assignee={"accountId": SAM.id})
    change = {
        "fields": {"duedate": None, "assignee": None, "priority": {"name": "Low"}},
        "update": {"labels": [{"add": "b"}, {"remove": "a"}]},
    }
    server.site.clock.advance(minutes=1)
    assert client.put("/issue/OPS-1", json=change).status_code == 204
    fields = client.get("/issue/OPS-1").json()["fields"]
    assert (fields["duedate"], fields["assignee"], fields["labels"]) == (None, None, ["b"])
    assert fields["priority"]["name"] == "Low"
    assert fields["updated"] == "2026-11-23T02:01:00.000+0000"


def test_limits_count_requests_and_writes_by_the_virtual_clock(client: Client, server: Server) -> None:
    client.make()
    server.limits.counting = True
    burst = [client.get("/issue/OPS-1").status_code for _ in range(101)]
    assert burst == [200] * 100 + [429]
    server.site.clock.advance(seconds=1)
    assert client.get("/issue/OPS-1").status_code == 200
    writes = [client.put("/issue/OPS-1", json={"fields": {"summary": "x"}}) for _ in range(21)]
    assert [one.status_code for one in writes] == [204] * 20 + [429]
    assert writes[-1].headers["RateLimit-Reason"] == PER_ISSUE


@pytest.mark.parametrize("after", ["30", "0.5", "Mon, 23 Nov 2026 02:00:30 GMT"])
@pytest.mark.parametrize("reason", [BURST, QUOTA, None])
def test_an_ordered_refusal_is_met_as_often_as_ordered(
    after: str, reason: str | None, client: Client, server: Server
) -> None:
    server.limits.order(refusal(reason, after), 2, lambda request: request.method == "POST")
    assert client.get("/myself").status_code == 200
    answers = [client.post("/issue", json={"fields": FIELDS}) for _ in range(3)]
    assert [one.status_code for one in answers] == [429, 429, 201]
    assert answers[0].headers["Retry-After"] == after
    assert answers[0].headers.get("RateLimit-Reason") == reason
    assert len(server.site.issues) == 1


def test_a_request_and_an_answer_that_are_not_described_are_noticed(described: None, cloud: Cloud) -> None:
    with Server() as server, Client(server) as client:
        client.get("/myself", params={"nonsense": "1"})
        client.post("/issue", json={"fields": FIELDS, "property": []})
        client.get("/project/OPS", headers={"X": "1"})
        assert len(server.violations) == 2
        server.broken = lambda _request: refusal(status=418)
        client.get("/myself")
        assert len(server.violations) == 3


def test_the_sdk_is_content_with_it(cloud: Cloud) -> None:
    """An independent reader and writer of the API, in its older version and its newer one.

    Not held against the description: the SDK sends transitions as numbers, and null for what is not asked.
    """
    server = cloud(described=False)
    for version in ("2", "3"):
        options: Any = {"rest_api_version": version}
        sdk = JIRA(server.url, options=options, basic_auth=(BOT.email, CLASSIC), max_retries=0, timeout=10)
        text = "One\n*two*"
        description = text if version == "2" else from_plain(text)
        issue = sdk.create_issue(fields={**FIELDS, "description": description, "labels": ["x"]})
        assert issue.fields.summary == FIELDS["summary"]
        raw = issue.raw["fields"]["description"]
        assert (raw if version == "2" else plain(raw)) == text
        issue.update(fields={"summary": "New"})
        sdk.transition_issue(issue, "41", fields={"resolution": {"name": "Won't Do"}})
        assert str(sdk.issue(issue.key).fields.resolution) == "Won't Do"
        found = sdk.enhanced_search_issues("labels = x", use_post=True)
        assert issue.key in [one.key for one in found]
        with pytest.raises(JIRAError):
            sdk.issue("ZZZ-1")
