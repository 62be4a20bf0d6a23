"""An issue as Jira tells it, to a ticket."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from followthrough.connector import State, Unreachable
from followthrough_jira.mapping import PROPERTY, Reader, marker_in
from followthrough_jira.settings import JiraSettings

ID = "7f3k9q2m8dxa"


def reader(*, cloud: bool = True, **keys: Any) -> Reader:
    section = {
        "url": "https://acme.atlassian.net",
        "project": "OPS",
        "email": "b@x",
        "token": "env:T",
        **keys,
    }
    return Reader(JiraSettings(**section), cloud)


def issue(**fields: Any) -> dict[str, Any]:
    return {
        "id": "10001",
        "key": "OPS-12",
        "fields": {
            "summary": "Alert on the pool",
            "status": {"name": "To Do", "statusCategory": {"key": "new"}},
            "created": "2026-11-20T10:00:00.123+0100",
            "updated": "2026-11-21T10:00:00.000+0000",
            "labels": ["followthrough", "postmortem"],
            **fields,
        },
    }


def closed(status: str = "Done", resolution: str | None = None, **fields: Any) -> dict[str, Any]:
    return issue(
        status={"name": status, "statusCategory": {"key": "done"}},
        resolution={"name": resolution} if resolution else None,
        **fields,
    )


def test_all_that_is_told_is_read() -> None:
    told = issue(
        assignee={"accountId": "5b1", "displayName": "Sam"},
        creator={"accountId": "712020:bot"},
        duedate="2026-12-01",
        priority={"name": "High"},
    )
    told["properties"] = {PROPERTY: {"v": 1, "id": ID, "doc": "a.md"}}
    ticket = reader().ticket(told)
    assert (ticket.id, ticket.key, ticket.url) == (
        "10001",
        "OPS-12",
        "https://acme.atlassian.net/browse/OPS-12",
    )
    assert (ticket.title, ticket.state, ticket.native_status) == ("Alert on the pool", State.OPEN, "To Do")
    assert (ticket.assignee, ticket.author) == ("5b1", "712020:bot")
    assert (ticket.due, ticket.priority) == (date(2026, 12, 1), "High")
    assert ticket.labels == ("postmortem",), "the label that lists our issues is ours"
    assert ticket.created == datetime(2026, 11, 20, 9, 0, 0, 123000, tzinfo=UTC)
    assert (ticket.closed, ticket.marker) == (None, ID)


@pytest.mark.parametrize(
    ("status", "category", "resolution", "state"),
    [
        ("To Do", "new", None, State.OPEN),
        ("Backlog", "undefined", None, State.OPEN),
        ("Reopened", "new", None, State.OPEN),
        ("In Review", "indeterminate", None, State.IN_PROGRESS),
        ("On Hold", "indeterminate", None, State.BLOCKED),
        ("blocked", "new", None, State.BLOCKED),
        ("Done", "done", None, State.DONE),
        ("Closed", "done", "Fixed", State.DONE),
        ("Closed", "done", "Won't Do", State.DROPPED),
        ("Closed", "done", "Won’t Fix", State.DROPPED),
        ("Closed", "done", "Duplicate", State.DROPPED),
        ("Won't do", "done", None, State.DROPPED),
        ("Cancelled", "done", None, State.DROPPED),
        ("Blocked", "done", None, State.DONE),
        ("In Progress", "indeterminate", "Won't Do", State.IN_PROGRESS),
    ],
)
def test_the_state_comes_from_category_resolution_and_names(
    status: str, category: str, resolution: str | None, state: State
) -> None:
    told = issue(
        status={"name": status, "statusCategory": {"key": category}},
        resolution={"name": resolution} if resolution else None,
    )
    assert reader().ticket(told).state is state


def test_a_project_says_which_of_its_words_mean_blocked_and_wont_do() -> None:
    ours = reader(blocked=["Parkplatz"], wont_do=["Verworfen"])
    parked = issue(status={"name": "parkplatz", "statusCategory": {"key": "indeterminate"}})
    assert ours.ticket(parked).state is State.BLOCKED
    assert ours.ticket(closed(resolution="verworfen")).state is State.DROPPED
    assert ours.ticket(closed(resolution="Won't Do")).state is State.DONE


def test_the_closing_time_is_the_best_that_is_told() -> None:
    resolved, moved = "2026-11-21T08:00:00.000+0000", "2026-11-21T07:00:00.000+0000"
    read = reader().ticket
    both = closed(resolutiondate=resolved, statuscategorychangedate=moved)
    assert read(both).closed == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert read(closed(statuscategorychangedate=moved)).closed == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert read(closed()).closed == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert read(issue(statuscategorychangedate=moved, resolutiondate=resolved)).closed is None


def link(key: str, kind: str = "Duplicate", side: str = "outwardIssue") -> dict[str, Any]:
    return {
        "type": {"name": kind, "inward": "is duplicated by", "outward": "duplicates"},
        side: {"id": "10007", "key": key},
    }


def test_a_duplicate_names_the_other_issue() -> None:
    def other(*links: dict[str, Any], resolution: str = "Duplicate") -> str | None:
        return reader().ticket(closed(resolution=resolution, issuelinks=[*links])).duplicate_of

    assert other(link("OPS-7")) == "10007"
    assert other(link("WEB-7")) == "https://acme.atlassian.net/browse/WEB-7", "not of this scope"
    assert other(link("OPS-7", side="inwardIssue")) is None, "the other one duplicates this one"
    blocks = {"type": {"name": "Blocks", "outward": "blocks"}, "outwardIssue": {"id": "1", "key": "OPS-1"}}
    assert other(blocks) is None
    assert other(link("OPS-7"), resolution="Done") is None
    assert reader().ticket(issue(issuelinks=[link("OPS-7")])).duplicate_of is None, "it is open"


@pytest.mark.parametrize(
    "properties",
    [None, {}, {PROPERTY: None}, {PROPERTY: "text"}, {PROPERTY: {"id": 7}}, {PROPERTY: {"id": ""}}],
)
def test_a_label_alone_is_no_marker(properties: Any) -> None:
    told = issue(description=f"Filed by followthrough, {ID}.")
    told["properties"] = properties
    assert reader().ticket(told).marker is None


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        (f"Words\n\n{{color:#6B778C}}Filed by followthrough, {ID}. [What is this?|https://x]{{color}}", ID),
        (f"Filed by followthrough, {ID}.", ID),
        (f"Filed by followthrough, 000000000001.\nFiled by followthrough, {ID}.\nthanks!", ID),
        (f"{{color:#6b778c}}_Filed by followthrough, {ID}._{{color}}", ID),
        (f"h6. {{color:#6b778c}}Filed by followthrough, {ID}.", None),
        (f"{{quote}}\nFiled by followthrough, {ID}.\n{{quote}}", None),
        (f"Filed by followthrough, {ID}.\n{{quote}}\nFiled by followthrough, 000000000001.\n{{quote}}", ID),
        (f"He said: Filed by followthrough, {ID}.", None),
        ("Filed by followthrough, 7f3k9q2m8dx.", None),
        ("Filed by followthrough, 7f3k9q2m8dxu.", None),
        ("", None),
        (None, None),
        ({"type": "doc"}, None),
    ],
)
def test_on_data_center_the_last_footer_on_a_line_of_its_own_is_the_marker(
    text: Any, marker: str | None
) -> None:
    assert marker_in(text) == marker
    told = issue(description=text, creator={"name": "bot", "key": "JIRAUSER1"}, assignee={"name": "sam"})
    ticket = reader(cloud=False).ticket(told)
    assert (ticket.marker, ticket.author, ticket.assignee) == (marker, "JIRAUSER1", "sam")


@pytest.mark.parametrize(
    "spoilt",
    [
        {"summary": None, "status": None},
        {"created": "yesterday"},
        {"updated": "2026-11-21T10:00:00.000"},
        {"status": {"statusCategory": {"key": "new"}}},
        {"duedate": "soon"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_an_error_and_no_ticket(spoilt: dict[str, Any]) -> None:
    with pytest.raises(Unreachable, match="OPS-12 was told in a form"):
        reader().ticket(issue(**spoilt))
    with pytest.raises(Unreachable):
        reader().ticket("no issue")
