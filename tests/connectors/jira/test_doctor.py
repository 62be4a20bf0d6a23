"""What ``doctor`` says of a Jira project, before anything is filed there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desk import Desk
from jira_cloud import Answer, Server
from jira_cloud.standard import BOT, OUTSIDER, SAM

Here = Callable[..., Desk]

PEOPLE = f"""
[people.sam]
names = ["Sam", "sam@acme.example"]
[people.kim]
names = ["Kim", "kim@acme.example"]
[people.bot]
ops = "{BOT.id}"
"""


@pytest.fixture
def site(cloud: Callable[..., Server]) -> Server:
    return cloud()


@pytest.fixture
def here(site: Server, desk: Callable[..., Desk]) -> Here:
    def opened(**keys: Any) -> Desk:
        at = desk(site.url, site.site.clock, **keys)
        at.write(
            "postmortems/2026-11-20.md", "# Outage\n\n## Action items\n\n- Alert on the pool (owner: Sam)\n"
        )
        return at

    return opened


def findings(desk: Desk, *options: str, code: int = 0) -> dict[str, list[tuple[Any, str, str]]]:
    """What is said of the tracker, by its subject."""
    done = desk.run("doctor", "--format", "json", *options)
    assert done.code == code, [one for one in done.json["findings"] if not one["ok"]]
    found: dict[str, list[tuple[Any, str, str]]] = {}
    for one in done.json["findings"]:
        if one["area"] == "ops":
            found.setdefault(one["subject"], []).append((one["ok"], one["message"], one["cure"]))
    return found


def test_a_project_in_order(here: Here, site: Server) -> None:
    told = findings(here(keys=PEOPLE))
    assert told["place"] == [(True, "OPS at 127.0.0.1 as followthrough bot.", "")]
    assert {subject for subject in told if any(ok is not True for ok, _, _ in told[subject])} == set()
    assert {"login", "project", "permissions", "issue type", "labels", "required fields"} <= set(told)
    assert told["assignees"][0][1] == "Issues can be assigned to sam, kim, bot."
    assert site.site.issues == {}, "it only looks"


def test_what_the_project_demands_is_named_with_its_cure(here: Here, site: Server) -> None:
    site.site.projects["OPS"].types[0].create["customfield_10040"] = True
    told = findings(here(), code=3)
    assert told["required fields"] == [
        (
            False,
            'OPS demands "Team" for Task.',
            "Give a value under fields in the tracker's section; nothing was filed.",
        )
    ]
    desk = here(name="cured", keys='[trackers.ops.fields]\nTeam = "Payments"')
    assert findings(desk)["required fields"][0][0] is True


def test_labels_that_are_not_on_the_screen(here: Here, site: Server) -> None:
    site.site.projects["OPS"].types[0].create.pop("labels")
    told = findings(here(), code=3)
    assert told["labels"] == [
        (
            False,
            "Labels is not on OPS's create screen for Task: ask a project admin to add it, or set "
            'marker = "description".',
            "",
        )
    ]
    assert "labels" not in findings(here(name="cured", keys='marker = "description"'))


def test_a_permission_that_is_missing(here: Here, site: Server) -> None:
    site.site.forbid("OPS", BOT.id, "CREATE_ISSUES", "LINK_ISSUES")
    told = findings(here(), code=3)["permissions"]
    assert [(ok, message) for ok, message, _ in told] == [
        (False, "bot@acme.example may not create issues in OPS."),
        (None, "bot@acme.example may not link issues in OPS."),
    ]


def test_permissions_that_are_too_wide(here: Here, site: Server) -> None:
    assert "reach" not in findings(here())
    site.site.permit("OPS", BOT.id, "ADMINISTER", "DELETE_ISSUES")
    assert findings(here(name="wide"))["reach"] == [
        (
            None,
            "This account may do more than it needs: administer all of Jira, delete issues.",
            "Give the program an account of its own, with the permissions above and no more.",
        )
    ]


def test_an_issue_type_that_is_not_there(here: Here) -> None:
    told = findings(here(keys='issue_type = "Action"'), code=3)
    assert told["issue type"] == [
        (
            False,
            'OPS has no issue type "Action".',
            "Set issue_type to one of: Task, Bug, Epic, Sub-task.",
        )
    ]


def test_a_project_that_is_not_there(here: Here, site: Server) -> None:
    site.site.forbid("OPS", BOT.id)
    told = findings(here(), code=3)["check"]
    assert told[0][1] == "There is no project OPS at 127.0.0.1, or bot@acme.example may not see it."


def test_an_expired_token(here: Here) -> None:
    told = findings(here(token="old"), code=5)["check"]
    assert told == [
        (
            False,
            "Token of bot@acme.example refused (401).",
            "Tokens expire: make a new one; nothing was changed.",
        )
    ]


def test_people_whom_nothing_can_be_assigned_to(here: Here) -> None:
    people = f'[people.ola]\nops = "{OUTSIDER.id}"\n[people.robin]\nnames = ["robin@acme.example"]'
    told = findings(here(keys=people), code=3)["assignees"]
    assert told[0][1] == (
        f"Issues cannot be assigned to ola ({OUTSIDER.id}), robin (robin@acme.example): they are filed "
        "without assignee."
    )


DIAGNOSES = ("/myself", "/mypermissions", "/issuetypes/10001", "/user/assignable/search", "/transitions")


@pytest.mark.parametrize("status", [404, 405, 403, 500])
def test_what_jira_will_not_tell_is_unknown_and_stops_no_filing(
    here: Here, site: Server, status: int
) -> None:
    refusal = Answer(status, {"errorMessages": ["No."], "errors": {}})
    site.broken = lambda request: refusal if request.path.endswith(DIAGNOSES) else None
    desk = here(keys=PEOPLE)
    told = desk.run("doctor", "--format", "json")
    assert told.code in (0, 3)
    desk.ok("file", "--yes")
    assert [issue.fields["summary"] for issue in site.site.issues.values()] == ["Alert on the pool"]


def test_a_test_issue_measures_the_search_and_is_closed_again(here: Here, site: Server) -> None:
    site.site.lag = timedelta(seconds=9)
    told = findings(here(), "--with-test-issue")
    assert [message for _, message, _ in told["test issue"]] == ["OPS-1 was created at once."]
    assert [message for _, message, _ in told["test listing"]] == ["OPS-1 is found by its marker after 10 s."]
    assert [message for _, message, _ in told["test closing"]] == ["OPS-1 is closed: Done."]
    (issue,) = site.site.issues.values()
    assert issue.status.category == "done"
    assert issue.updated - issue.created < timedelta(minutes=1)


def test_an_owner_is_assigned_by_address_or_named_in_the_text(here: Here, site: Server) -> None:
    desk = here(keys=PEOPLE.replace("kim@acme.example", "kim@elsewhere.example"))
    lines = "- Alert on the pool (owner: Sam)\n- Restore a backup every month (owner: Kim)\n"
    desk.write("postmortems/2026-11-20.md", f"# Outage\n\n## Action items\n\n{lines}")
    filed = desk.ok("file", "--yes", "--limit", "5")
    issues = {issue.fields["summary"]: issue for issue in site.site.issues.values()}
    assert issues["Alert on the pool"].fields["assignee"] == SAM.id
    assert not issues["Restore a backup every month"].fields.get("assignee")
    assert "kim@elsewhere.example" in str(issues["Restore a backup every month"].fields["description"])
    assert "no account that can be assigned in OPS" in filed.said
