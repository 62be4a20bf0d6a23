"""Creates over a wire that breaks: each draft is sent once, and what became of it is never guessed."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from followthrough.connector import (
    Change,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Inline,
    Outcome,
    Paragraph,
    RateLimited,
    Refused,
    State,
    Unauthorized,
    Unknown,
    Unreachable,
)
from followthrough.http import Transport
from followthrough_jira import plugin
from followthrough_jira.settings import JiraSettings
from jira_cloud import Clock

Answer = httpx.Response | Exception
API = "/rest/api/3"
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


class Wire:
    """A Cloud that files all it gets; ``answers`` come before it, for the creates, one each."""

    def __init__(self) -> None:
        self.answers: list[Answer | None] = []
        self.reading: Answer | None = None
        self.linking: Answer | None = None
        self.moving: list[Answer | None] = []
        self.sent: list[list[str]] = []
        """The ids of each create."""
        self.paths: Counter[str] = Counter()
        self.issues: dict[str, dict[str, Any]] = {}
        self.authorization: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(API)
        self.paths[f"{request.method} {path}"] += 1
        self.authorization.add(request.headers["authorization"])
        body: Any = json.loads(request.content or b"{}")
        if path == "/issue/bulk":
            return self._create(body["issueUpdates"])
        if path == "/issue/bulkfetch":
            return _or(
                self.reading,
                {"issues": [self.issues[id] for id in body["issueIdsOrKeys"] if id in self.issues]},
            )
        if path.endswith("/remotelink"):
            return _or(self.linking, {"id": 1, "self": ""})
        if path.endswith("/transitions"):
            status = {"name": "Done", "statusCategory": {"key": "done"}}
            if request.method == "POST":
                answer = self.moving.pop(0) if self.moving else None
                if answer is None:
                    self.issues["10001"]["fields"]["status"] = status
                return _or(answer, None, 204)
            move = {"id": "41", "name": "Finish", "to": status, "fields": {}}
            return _or(self.linking, {"transitions": [move]})
        if path == "/project/OPS":
            return httpx.Response(
                200, json={"id": "10010", "key": "OPS", "issueTypes": [{"id": "1", "name": "Task"}]}
            )
        return httpx.Response(404, json={"errorMessages": ["Not there."], "errors": {}})

    def _create(self, updates: list[dict[str, Any]]) -> httpx.Response:
        self.sent.append([one["properties"][0]["value"]["id"] for one in updates])
        answer = self.answers.pop(0) if self.answers else None
        made = []
        for one in updates if answer is None else ():
            id = str(10_001 + len(self.issues))
            told = {
                "status": {"name": "To Do", "statusCategory": {"key": "new"}},
                "created": "2026-11-27T03:00:00.000+0000",
                "updated": "2026-11-27T03:00:00.000+0000",
                **one["fields"],
            }
            properties = {entry["key"]: entry["value"] for entry in one["properties"]}
            self.issues[id] = {"id": id, "key": f"OPS-{id}", "fields": told, "properties": properties}
            made.append({"id": id, "key": f"OPS-{id}", "self": ""})
        return _or(answer, {"issues": made, "errors": []}, 201)


def _or(answer: Answer | None, body: Any, status: int = 200) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    return answer or httpx.Response(status, json=body)


def limit(wait: str, reason: str = "jira-burst-based") -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": wait, "RateLimit-Reason": reason})


Open = Callable[..., Connector]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def connect(wire: Wire, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("JIRA_TEST_TOKEN", "t0ken")

    def opened(**keys: Any) -> Connector:
        section = {
            "url": "https://acme.atlassian.net",
            "project": "OPS",
            "email": "bot@acme.example",
            "token": "env:JIRA_TEST_TOKEN",
            **keys,
        }
        transport = Transport(
            clock=clock.now, sleep=clock.sleep, random=lambda: 0.5, wire=httpx.MockTransport(wire)
        )
        return plugin.connect(JiraSettings.model_validate(section), transport)

    return opened


def drafts(number: int) -> list[Draft]:
    body = (Paragraph((Inline("a postmortem", href="https://acme.example/pm"),)),)
    return [Draft(id=f"{n:0>12}", document="a.md", title=f"Measure {n}", body=body) for n in range(number)]


def kinds(outcomes: Any) -> list[tuple[str, int]]:
    """What became of the drafts, neighbours alike counted."""
    found: list[tuple[str, int]] = []
    for one in outcomes:
        name = type(one).__name__
        found[-1:] = (
            [(name, found[-1][1] + 1)] if found and found[-1][0] == name else [*found[-1:], (name, 1)]
        )
    return found


def test_a_batch_without_answer_is_unknown_and_nothing_is_sent_after_it(wire: Wire, connect: Open) -> None:
    wire.answers = [None, httpx.ReadTimeout("slow")]
    with connect() as connector:
        outcomes = connector.create(drafts(120))
    assert kinds(outcomes) == [("Created", 50), ("Unknown", 50), ("Refused", 20)]
    assert [len(ids) for ids in wire.sent] == [50, 50]
    assert max(Counter(id for ids in wire.sent for id in ids).values()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="Oops"),
        httpx.Response(503, headers={"Retry-After": "1"}),
        httpx.Response(201, text="<html>"),
        httpx.Response(201, json={"issues": [], "errors": []}),
        httpx.Response(302, headers={"Location": "https://id.atlassian.com/login"}),
        httpx.Response(403, text="<html>Forbidden by the firewall</html>"),
        httpx.RemoteProtocolError("cut off"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.ReadTimeout("slow"),
    ],
    ids=["500", "503", "no json", "no issue", "302", "firewall", "cut off", "reset", "unsent", "slow"],
)
def test_what_may_have_had_an_effect_is_unknown_and_never_repeated(
    wire: Wire, connect: Open, answer: Answer
) -> None:
    wire.answers = [answer]
    with connect() as connector:
        outcomes = connector.create(drafts(3))
    assert kinds(outcomes) == [("Unknown", 3)]
    assert all(
        isinstance(one, Unknown) and one.reason.endswith("the issue may or may not exist.")
        for one in outcomes
    )
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.ConnectTimeout("slow"), Unreachable),
        (httpx.ProxyError("no"), Unreachable),
        (httpx.Response(401, json={"message": "No."}), Unauthorized),
        (httpx.Response(403, json={"errorMessages": ["You may not create issues."]}), Unauthorized),
    ],
    ids=["refused", "connect timeout", "proxy", "401", "403"],
)
def test_where_provably_nothing_was_created_it_raises(
    wire: Wire, connect: Open, answer: Answer, kind: type[ConnectorError]
) -> None:
    wire.answers = [answer]
    with connect() as connector, pytest.raises(kind):
        connector.create(drafts(3))
    assert len(wire.sent) == 1


def test_what_was_created_before_stays_created_whatever_stops_the_rest(wire: Wire, connect: Open) -> None:
    wire.answers = [None, httpx.ConnectError("refused")]
    with connect() as connector:
        assert kinds(connector.create(drafts(60))) == [("Created", 50), ("Refused", 10)]


@pytest.mark.parametrize(
    "wait", ["3", "2.5", "Fri, 27 Nov 2026 03:00:03 GMT"], ids=["seconds", "decimals", "date"]
)
def test_too_many_requests_is_waited_out_and_the_create_repeated(
    wire: Wire, connect: Open, clock: Clock, wait: str
) -> None:
    wire.answers = [limit(wait)]
    with connect() as connector:
        outcomes = connector.create(drafts(3))
    assert kinds(outcomes) == [("Created", 3)]
    assert wire.sent[0] == wire.sent[1]
    assert timedelta(seconds=2) <= clock.now() - NOW <= timedelta(seconds=10)


def test_a_wait_that_is_too_long_is_left_to_the_next_run(wire: Wire, connect: Open) -> None:
    wire.answers = [limit("1847", "jira-quota-tenant-based")]
    with connect() as connector, pytest.raises(RateLimited) as error:
        connector.create(drafts(3))
    assert error.value.retry_after >= timedelta(seconds=1800)
    assert len(wire.sent) == 1


def test_a_limit_in_the_middle_says_when_to_come_back(wire: Wire, connect: Open) -> None:
    wire.answers = [None, limit("1847", "jira-quota-tenant-based")]
    with connect() as connector:
        outcomes = connector.create(drafts(60))
    assert kinds(outcomes) == [("Created", 50), ("Refused", 10)]
    last: Outcome = outcomes[-1]
    assert isinstance(last, Refused)
    assert last.retry_after is not None


@pytest.mark.parametrize(
    "reading",
    [
        httpx.Response(500),
        httpx.Response(200, json={"issues": []}),
        httpx.ReadTimeout("slow"),
        httpx.Response(200),
    ],
    ids=["500", "empty", "timeout", "no json"],
)
def test_what_was_created_stays_so_whatever_reading_it_back_says(
    wire: Wire, connect: Open, reading: Answer
) -> None:
    wire.reading = reading
    with connect() as connector:
        (outcome,) = connector.create(drafts(1))
    assert isinstance(outcome, Created)
    assert (outcome.ticket.id, outcome.ticket.key) == ("10001", "OPS-10001")
    assert (outcome.ticket.marker, outcome.ticket.state) == (drafts(1)[0].id, State.OPEN)


def test_a_web_link_that_fails_loses_no_issue(wire: Wire, connect: Open) -> None:
    wire.linking = httpx.Response(403, json={"errorMessages": ["Linking is disabled."]})
    with connect(remote_link=True) as connector:
        (outcome,) = connector.create(drafts(1))
    assert isinstance(outcome, Created)
    assert outcome.notes == (
        "It has no web link to the postmortem beside the one in its text: Linking is disabled.",
    )


def test_the_sdk_goes_the_same_way_with_the_same_login_and_leaves_nothing_behind(
    wire: Wire, connect: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Were the SDK's requests its own, these would lead them astray.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    with connect() as connector, caplog.at_level(logging.DEBUG, "jira"):
        connector.create(drafts(1))
        wire.linking = httpx.Response(503)
        with pytest.raises(Unreachable, match="trouble of its own"):
            connector.update("10001", Change(state=State.DONE))
    assert wire.paths["GET /project/OPS"] == 1
    assert wire.authorization == {"Basic Ym90QGFjbWUuZXhhbXBsZTp0MGtlbg=="}
    assert "t0ken" not in caplog.text


def test_a_transition_is_posted_once_even_without_an_answer(wire: Wire, connect: Open) -> None:
    with connect() as connector:
        connector.create(drafts(1))
        posted = "POST /issue/OPS-10001/transitions"
        original = wire.__call__

        def lost(request: httpx.Request) -> httpx.Response:
            answer = original(request)
            if request.method == "POST" and request.url.path.endswith("/transitions"):
                raise httpx.ReadTimeout("slow")
            return answer

        transport = Transport(wire=httpx.MockTransport(lost), sleep=lambda _: None)
        section = {
            "url": "https://acme.atlassian.net",
            "project": "OPS",
            "email": "b",
            "token": "env:JIRA_TEST_TOKEN",
        }
        with (
            plugin.connect(JiraSettings.model_validate(section), transport) as other,
            pytest.raises(Unreachable),
        ):
            other.update("10001", Change(state=State.DONE))
    assert wire.paths[posted] == 1


def test_a_limit_on_one_issue_keeps_nobody_else_waiting(wire: Wire, connect: Open, clock: Clock) -> None:
    with connect() as connector:
        connector.create(drafts(2))
        wire.moving = [limit("1800", "jira-per-issue-on-write")]
        with pytest.raises(RateLimited, match="this issue was changed too often"):
            connector.update("10001", Change(state=State.DONE))
        before = clock.now()
        assert connector.fetch(["10002"])["10002"].title == "Measure 1"
        assert clock.now() - before < timedelta(seconds=1)
        wire.reading = limit("1800", "jira-quota-global-based")
        with pytest.raises(RateLimited):
            connector.fetch(["10002"])
        with pytest.raises(RateLimited):  # that one is for all
            connector.create(drafts(1))
    assert wire.paths["POST /issue/bulk"] == 1


def test_a_change_is_repeated_too_after_a_limit_and_after_nothing_else(wire: Wire, connect: Open) -> None:
    posted = "POST /issue/OPS-10001/transitions"
    with connect() as connector:
        connector.create(drafts(1))
        wire.moving = [limit("2", "jira-per-issue-on-write"), limit("1", "jira-per-issue-on-write")]
        assert connector.update("10001", Change(state=State.DONE)).state is State.DONE
        assert wire.paths[posted] == 3
        wire.issues["10001"]["fields"]["status"] = {"name": "To Do", "statusCategory": {"key": "new"}}
        wire.moving = [httpx.Response(503, headers={"Retry-After": "1"})]
        with pytest.raises(Unreachable):
            connector.update("10001", Change(state=State.DONE))
    assert wire.paths[posted] == 4
