"""What an issue is given, and what GitHub drops, refuses or holds beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from followthrough.connector import Change, Connector, Created, Draft, Rejected, State
from github_site import Answer, Server

Open = Callable[..., Connector]


@pytest.fixture
def host(github: Callable[..., Server]) -> Server:
    server = github()
    server.site.web.milestones |= {3: "Follow-ups", 4: "Later"}
    return server


def draft(number: int = 1, **fields: Any) -> Draft:
    return Draft(id=f"{number:0>12}", document="pm.md", title=f"Measure {number}", body=(), **fields)


def created(connector: Connector, one: Draft) -> Created:
    (outcome,) = connector.create([one])
    assert isinstance(outcome, Created), outcome
    return outcome


def test_milestone_and_type_are_set(host: Server, opened: Open) -> None:
    connector = opened(milestone="follow-UPS", issue_type="Task")
    for number in (1, 2):
        assert created(connector, draft(number)).notes == ()
    assert [(one.milestone, one.type) for one in host.site.all_issues()] == [(3, "Task")] * 2
    assert host.count("GET", "/milestones") == 1


def test_a_milestone_that_is_not_there_files_nothing(host: Server, opened: Open) -> None:
    with pytest.raises(Rejected, match="acme/web has no open milestone 'Never'"):
        opened(milestone="Never").create([draft()])
    assert host.site.all_issues() == []


def test_what_is_dropped_without_a_word_is_told(host: Server, opened: Open) -> None:
    host.site.web.rights["bot"] = "pull"
    host.site.web.labels.add("postmortem")
    connector = opened(milestone="Follow-ups", issue_type="Task")
    notes = created(connector, draft(labels=("postmortem",), assignee="sam")).notes
    assert notes == (
        "#1 has no label postmortem: this token may not set labels.",
        "#1 is unassigned: GitHub does not take sam there.",
        "#1 has no milestone: this token may not set one.",
        "#1 has no type Task.",
    )


def test_labels_that_may_not_be_made_lose_no_issue(host: Server, opened: Open) -> None:
    """Such a create is refused as a whole: it is sent without them, and those after it are at once."""
    host.site.web.rights["bot"] = "triage"
    connector = opened()
    notes = created(connector, draft(1, labels=("bug", "new"))).notes
    assert notes == ("#1 has no label new: this token may not set labels.",)
    assert created(connector, draft(2, labels=("Bug", "new"))).notes == (
        "#2 has no label new: this token may not set labels.",
    )
    assert [[label.lower() for label in one.labels] for one in host.site.all_issues()] == [["bug"]] * 2
    assert (host.count("POST"), host.count("GET", "/labels")) == (3, 1)


def test_labels_beyond_the_first_page_are_known(host: Server, opened: Open) -> None:
    host.site.web.rights["bot"] = "triage"
    host.site.web.labels |= {f"label-{number:0>3}" for number in range(250)}
    notes = created(opened(), draft(labels=("label-249", "new"))).notes
    assert notes == ("#1 has no label new: this token may not set labels.",)
    assert host.site.all_issues()[0].labels == ["label-249"]


def test_an_account_is_a_name_and_nothing_else_of_an_address(host: Server, opened: Open) -> None:
    assert created(opened(), draft(assignee="sam?per_page=1#")).ticket.assignee is None
    assert host.journal[0].path == "/repos/acme/web/assignees/sam?per_page=1#"


def test_a_refused_assignee_never_loses_the_issue(host: Server, opened: Open) -> None:
    connector = opened()
    notes = created(connector, draft(assignee="nobody")).notes
    assert notes == ("#1 is unassigned: GitHub does not take nobody there.",)
    assert host.count("POST") == 1, "it was asked before"


def test_where_the_list_of_people_is_hidden_the_answer_decides(host: Server, opened: Open) -> None:
    """Asking is not possible there: sent, refused (422, nothing was created), and sent without."""
    hidden = Answer(404, {"message": "Not Found"})
    host.limits.order(hidden, times=99, fits=lambda request: "/assignees" in request.path)
    connector = opened()
    assert created(connector, draft(1, assignee="sam")).ticket.assignee == "sam"
    notes = created(connector, draft(2, assignee="nobody")).notes
    assert notes == ("#2 is unassigned: GitHub does not take nobody there.",)
    assert [issue.title for issue in host.site.all_issues()] == ["Measure 1", "Measure 2"]
    assert created(connector, draft(3, assignee="nobody")).notes
    assert host.count("POST") == 4, "a refused account is not sent again"


def test_labels_and_people_beyond_what_is_shown_stay(host: Server, opened: Open) -> None:
    """An issue with 45 labels and 12 assignees keeps them all when something else of it is changed."""
    labels = [f"label-{number}" for number in range(45)]
    people = [f"dev-{number}" for number in range(12)]
    issue = host.site.add(host.site.web, "sam", "Wide", labels=list(labels), assignees=list(people))
    connector = opened()
    ticket = connector.fetch(["#1"])["#1"]
    assert set(ticket.labels) == set(labels)
    connector.update("#1", Change(title="Wider", state=State.BLOCKED))
    assert issue.title == "Wider"
    assert set(issue.labels) == {*labels, "blocked"}
    assert issue.assignees == people
    connector.update("#1", Change(state=State.DONE))
    assert (issue.reason, issue.assignees) == ("completed", people)
    connector.update("#1", Change(state=State.OPEN))
    assert (issue.reason, issue.state) == ("reopened", "open")


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        (["sam"], "kim", ["kim"]),
        ([], "kim", ["kim"]),
        (["sam", "lea", "max"], "kim", ["kim", "lea", "max"]),
        (["sam", "kim", "lea"], "Kim", ["kim", "lea"]),
        (["sam", "lea"], None, ["lea"]),
        (["sam"], None, []),
        (["sam", "lea"], "SAM", ["sam", "lea"]),
    ],
    ids=str,
)
def test_another_assignee_takes_the_place_of_the_first_and_the_others_stay(
    before: list[str], wanted: str | None, after: list[str], host: Server, opened: Open
) -> None:
    """The first is the owner that the document tells of; people added the others."""
    host.site.web.rights |= {"lea": "push", "max": "push"}
    issue = host.site.add(host.site.web, "sam", "Shared", assignees=list(before))
    ticket = opened().update("#1", Change(assignee=wanted))
    assert issue.assignees == after
    assert ticket.assignee == (after[0] if after else None)
    assert host.count("PATCH") == (before != after)


def test_an_assignee_that_github_lists_later_is_taken_all_the_same(host: Server, opened: Open) -> None:
    """GitHub promises no order."""
    host.site.sorts_people = True
    issue = host.site.add(host.site.web, "kim", "Shared", assignees=["bot", "kim"])
    assert opened().update("#1", Change(assignee="sam")).assignee == "kim"
    assert issue.assignees == ["kim", "sam"]


def test_what_is_already_so_is_not_sent(host: Server, opened: Open) -> None:
    host.site.add(host.site.web, "sam", "One", labels=["bug"], assignees=["kim"])
    opened().update("#1", Change(title="One", labels=("bug",), assignee="kim", state=State.OPEN))
    assert host.count("PATCH") == 0


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        ({"has_issues": False}, "Issues are turned off in acme/web."),
        ({"archived": True}, "acme/web is archived and takes no issues."),
    ],
)
def test_a_repository_that_takes_no_issues(
    arrange: dict[str, Any], words: str, host: Server, opened: Open
) -> None:
    for name, value in arrange.items():
        setattr(host.site.web, name, value)
    with pytest.raises(Rejected) as error:
        opened().create([draft(1), draft(2)])
    assert words in str(error.value)
    assert host.count("POST") == 1, "it concerns all of them"
    assert host.site.all_issues() == []
