"""Which transition leads to a state, and what is said where none does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from followthrough.connector import Rejected, State, Ticket
from followthrough_jira.mapping import Reader
from followthrough_jira.settings import JiraSettings
from followthrough_jira.workflow import Step, step_to

NOW = datetime(2026, 11, 27, tzinfo=UTC)
RESOLUTIONS = ("Duplicate", "Cannot Reproduce", "Won't Do", "Fixed")


def move(name: str, to: str, category: str = "indeterminate", **more: Any) -> dict[str, Any]:
    status = {"name": to, "statusCategory": {"key": category}}
    return {"id": str(len(name)), "name": name, "to": status, "fields": {}, **more}


def resolution(*names: str, required: bool = True) -> dict[str, Any]:
    allowed = [{"id": str(number), "name": name} for number, name in enumerate(names)]
    schema = {"type": "resolution"}
    return {
        "resolution": {"name": "Resolution", "required": required, "schema": schema, "allowedValues": allowed}
    }


def field(id: str, name: str, *, required: bool = True, **more: Any) -> dict[str, Any]:
    return {id: {"name": name, "required": required, "schema": {"type": "string"}, **more}}


def found(
    state: State, *moves: dict[str, Any], cloud: bool = True, assignee: str | None = None, **keys: Any
) -> Step:
    section = {
        "url": "https://acme.atlassian.net",
        "project": "OPS",
        "email": "b@x",
        "token": "env:T",
        **keys,
    }
    ticket = Ticket(
        id="1",
        key="OPS-12",
        url="",
        title="Alert",
        state=State.OPEN,
        native_status="To Do",
        assignee=assignee,
        created=NOW,
        updated=NOW,
    )
    return step_to(state, moves, Reader(JiraSettings(**section), cloud), ticket)


def sentence(state: State, *moves: dict[str, Any], **keys: Any) -> str:
    with pytest.raises(Rejected) as error:
        found(state, *moves, **keys)
    return str(error.value)


TO_DO, START, BLOCK = move("Stop", "To Do", "new"), move("Start", "In Progress"), move("Block it", "Blocked")
DONE, WONT = move("Finish", "Done", "done"), move("Give up", "Won't do", "done")


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (State.OPEN, "Stop"),
        (State.IN_PROGRESS, "Start"),
        (State.BLOCKED, "Block it"),
        (State.DONE, "Finish"),
        (State.DROPPED, "Give up"),
    ],
)
def test_the_status_it_leads_to_decides(state: State, name: str) -> None:
    assert found(state, TO_DO, START, BLOCK, DONE, WONT).name == name


def test_a_status_named_like_the_state_comes_first() -> None:
    review = move("Review", "In Review")
    assert found(State.IN_PROGRESS, review, START).name == "Start"
    assert found(State.IN_PROGRESS, review).name == "Review"


def test_a_screen_that_asks_for_a_resolution_is_given_a_fitting_one() -> None:
    close = move("Close", "Closed", "done", fields=resolution(*RESOLUTIONS))
    assert found(State.DONE, close).body == {
        "transition": {"id": "5"},
        "fields": {"resolution": {"name": "Fixed"}},
    }
    assert found(State.DROPPED, close).fields == {"resolution": {"name": "Won't Do"}}
    odd = move("Close", "Closed", "done", fields=resolution("Duplicate", "Erledigt"))
    assert found(State.DONE, odd).fields == {"resolution": {"name": "Erledigt"}}


def test_a_duplicate_is_not_ours_to_declare() -> None:
    close = move("Close", "Closed", "done", fields=resolution("Duplicate", "Cannot Reproduce", "Done"))
    assert 'offers only "Close"' in sentence(State.DROPPED, close)


def test_the_way_without_a_form_is_taken_before_the_one_with() -> None:
    form = move("Finish with form", "Done", "done", fields=field("customfield_1", "Root cause"))
    assert found(State.DONE, form, DONE).name == "Finish"


def test_a_demand_that_only_a_person_can_meet_is_told() -> None:
    form = move("Finish", "Done", "done", fields=field("customfield_1", "Root cause"))
    assert sentence(State.DONE, form) == (
        'OPS-12 was not set to done: its transition "Finish" demands "Root cause". Do it in Jira, or give a '
        "value under transition_fields in the tracker's section."
    )
    assert found(State.DONE, form, transition_fields={"root cause": "see there"}).fields == {
        "customfield_1": "see there"
    }


def test_what_the_issue_has_already_is_given_again() -> None:
    form = move("Finish", "Done", "done", fields=field("assignee", "Assignee"))
    assert found(State.DONE, form, assignee="5b1").fields == {"assignee": {"accountId": "5b1"}}
    assert found(State.DONE, form, assignee="sam", cloud=False).fields == {"assignee": {"name": "sam"}}
    assert 'demands "Assignee"' in sentence(State.DONE, form)


def test_comments_and_hours_are_added_not_set() -> None:
    fields = {
        **field("comment", "Comment", operations=["add"]),
        **field("worklog", "Log Work", operations=["add"]),
    }
    form = move("Finish", "Done", "done", fields=fields)
    given = {"Comment": "Closed with the postmortem.", "Log Work": {"timeSpent": "1m"}}
    body = found(State.DONE, form, cloud=False, transition_fields=given).body
    assert body["update"] == {
        "comment": [{"add": {"body": "Closed with the postmortem."}}],
        "worklog": [{"add": {"timeSpent": "1m"}}],
    }


def test_no_way_and_no_permission_are_different_sentences() -> None:
    assert sentence(State.OPEN, DONE, START).startswith(
        'OPS-12 was not set to open: from here its workflow offers only "Finish", "Start".'
    )
    assert "lets this account do nothing from here" in sentence(State.DONE)


def test_a_transition_that_is_shown_but_not_to_be_had_is_none() -> None:
    assert "offers only" in sentence(State.DONE, {**DONE, "isAvailable": False})
