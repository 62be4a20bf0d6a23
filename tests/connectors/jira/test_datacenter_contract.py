"""The contract of every connector, on jira820: a Data Center that is not ours.

The ``jira`` SDK looks at the same server as an independent witness. What this peer cannot show, with the
reason, is in ``cannot_show``; the stand-in for Cloud shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fault_proxy import Fault, FaultProxy
from followthrough.connector import (
    Change,
    Connector,
    ConnectorError,
    Created,
    Draft,
    NotFound,
    RateLimited,
    State,
    Ticket,
    Unauthorized,
    Unknown,
    Unreachable,
)
from followthrough.http import Transport
from followthrough.testing import HOSTILE, ConnectorContract
from followthrough_jira import plugin

PROJECT = "OPS"
BROKEN: dict[type[ConnectorError], tuple[int, dict[str, str], bytes]] = {
    Unauthorized: (401, {}, b"<html>Unauthorized (401)</html>"),
    NotFound: (404, {"Content-Type": "application/json"}, b'{"errorMessages": ["No project."]}'),
    Unreachable: (503, {}, b"<html>Jira is starting up</html>"),
    RateLimited: (429, {"Retry-After": "1847"}, b"<html>Too many requests</html>"),
}


class TestDataCenter(ConnectorContract):
    people: ClassVar[tuple[str, str]] = ("sam", "kim")
    bulk: ClassVar[int] = 60  # jira820 makes one at a time; a page of a Data Center holds a thousand
    cannot_show: ClassVar[dict[str, str]] = {
        "move": "jira820 cannot move an issue to another project",
        "priority": "jira820 keeps the old priority where none is set",
    }

    @pytest.fixture(autouse=True)
    def _empty(
        self, jira820: str, witness: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> Iterator[None]:
        for issue in witness.search_issues("", maxResults=False, fields="summary"):
            issue.delete()
        self.witness: Any = witness
        monkeypatch.setenv("JIRA_TEST_TOKEN", "personal-access-token")
        self.folder = tmp_path
        with FaultProxy(jira820) as self.proxy:
            # Its create metadata knows no priority, which it stores: without them, all is tried.
            self.proxy.always = lambda _method, path: (404, {}, b"") if "/createmeta" in path else None
            yield

    def connector(self, **keys: Any) -> Connector:
        section = {"url": self.proxy.url, "project": PROJECT, "token": "env:JIRA_TEST_TOKEN", **keys}
        context = {"root": self.folder, "scope": "ops"}
        settings = plugin.settings_model().model_validate(section, context=context)
        return plugin.connect(settings, Transport(sleep=lambda _seconds: None))

    def broken(self, kind: type[ConnectorError]) -> Connector:
        self.proxy.always = lambda _method, _path: BROKEN[kind]
        return self.connector()

    def traffic(self) -> object:
        return len(self.proxy.calls)

    def by_stranger(self, draft: Draft) -> str:
        description = f"Filed by followthrough, {draft.id}."
        fields = {"project": {"key": PROJECT}, "issuetype": {"name": "Task"}, "summary": draft.title}
        more = {"labels": ["followthrough"], "description": description, "reporter": {"name": "mallory"}}
        self.witness.create_issue(fields={**fields, **more})
        return "mallory"

    def delete(self, ticket: Ticket) -> None:
        self.witness.issue(ticket.key).delete()

    def duplicate(self, ticket: Ticket, of: Ticket) -> None:
        self.witness.transition_issue(ticket.key, "To Done", fields={"resolution": {"name": "Duplicate"}})
        self.witness.create_issue_link("Duplicate", ticket.key, of.key)

    # What the SDK, which is not ours, finds there.

    def test_the_witness_sees_what_was_created(self) -> None:
        with self.connector() as connector:
            draft = self.draft(assignee="sam", due=date(2027, 2, 28), labels=("postmortem",), priority="High")
            ticket = self.created(connector, draft)
        issue = self.witness.issue(ticket.key)
        assert issue.fields.summary == draft.title
        assert (issue.fields.issuetype.name, issue.fields.project.key) == ("Task", PROJECT)
        assert (issue.fields.assignee.name, issue.fields.duedate) == ("sam", "2027-02-28")
        assert {*issue.fields.labels} == {"followthrough", "postmortem"}
        assert issue.fields.priority.name == "High"
        assert f"Filed by followthrough, {draft.id}." in issue.fields.description
        assert issue.permalink() == ticket.url.replace(self.proxy.url, self.witness.server_url)

    def test_the_witness_sees_what_was_changed(self) -> None:
        with self.connector() as connector:
            ticket = self.created(connector, self.draft())
            connector.update(ticket.id, Change(state=State.DROPPED, backlink="https://acme.example/pm"))
            connector.update(ticket.id, Change(backlink="https://acme.example/pm#2"))
        issue = self.witness.issue(ticket.key)
        assert (issue.fields.status.name, issue.fields.resolution.name) == ("Done", "Won't Do")
        (link,) = self.witness.remote_links(issue)
        assert link.object.url == "https://acme.example/pm#2"

    def test_each_draft_is_one_issue_to_the_witness(self) -> None:
        with self.connector() as connector:
            outcomes = connector.create([self.draft(number) for number in range(1, 8)])
        keys = sorted(one.ticket.key for one in outcomes if isinstance(one, Created))
        held = self.witness.search_issues(f"project = {PROJECT}", maxResults=False, fields="summary")
        assert keys == sorted(issue.key for issue in held)
        assert len(keys) == 7

    def test_hostile_words_are_to_the_witness_what_they_were(self) -> None:
        with self.connector() as connector:
            for name, text in HOSTILE.items():
                (outcome,) = connector.create([self.draft(title=text)])
                if isinstance(outcome, Created):
                    seen = self.witness.issue(outcome.ticket.key).fields.summary
                    assert seen.split() == text.split(), name

    def test_its_own_create_metadata_is_enough_to_file(self) -> None:
        self.proxy.always = lambda _method, _path: None
        with self.connector() as connector:
            assert not [finding for finding in connector.check().findings if finding.ok is False]
            ticket = self.created(connector, self.draft(priority="High"))
        # What the screen does not offer stands in the text.
        issue = self.witness.issue(ticket.key)
        assert issue.fields.priority.name == "Medium"
        assert "High" in issue.fields.description

    def test_reads_that_are_spoiled_are_repeated_and_creates_are_not(self) -> None:
        for fault in (Fault.RESET_AFTER, Fault.UNAVAILABLE_AFTER, Fault.TRUNCATED, Fault.NO_JSON):
            with self.connector() as connector:
                self.proxy.spoil("/rest/api/2/issue", fault)
                (outcome,) = connector.create([self.draft(title=f"Once, {fault}")])
                assert isinstance(outcome, Unknown), fault
                found = [one for one in connector.owned() if one.title == f"Once, {fault}"]
                assert len(found) == 1, fault
