"""A real, messy project in Jira Cloud: screens, fields, people, workflows, moves; as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from desk import Desk
from jira_cloud import Problem, Server
from jira_cloud.model import Field
from jira_cloud.rich_text import plain
from jira_cloud.standard import BOT, KIM, OUTSIDER, SAM

DOCUMENT = "postmortems/2026-11-20-queue.md"
Cloud = Callable[..., Server]
Desks = Callable[..., Desk]


def take_off_screen(site: Server, *fields: str) -> None:
    for kind in site.site.projects["OPS"].types:
        for field in fields:
            kind.create.pop(field, None)
            kind.edit.discard(field)


def test_labels_that_are_not_on_the_screen(site: Server, here: Callable[..., Desk]) -> None:
    take_off_screen(site, "labels")
    message = (
        "Labels is not on OPS's create screen for Task: ask a project admin to add it, or set marker = "
        '"description".'
    )
    desk = here()
    doctor = desk.run("doctor", "--format", "json")
    (wrong,) = [one for one in doctor.json["findings"] if one["ok"] is False]
    assert (wrong["subject"], wrong["message"]) == ("labels", message)
    assert f"\n!  ops: {message}\n" in desk.ok("plan").out, "told before anything is tried"
    filed = desk.run("file", "--yes")
    assert filed.code == 3
    assert f"ops: {message}\n" in filed.err
    assert site.site.issues == {}
    by_description = here('marker = "description"', name="description")
    assert "Filed 6, failed 0, unknown 0." in by_description.ok("file", "--yes").out
    assert not [one for one in site.site.issues.values() if one.fields.get("labels")]
    assert "0 lines in 0 files, 6 measures unchanged, 1 request." in by_description.ok("sync").out


HIDDEN = (
    "There is no project OPS at 127.0.0.1, or bot@acme.example may not see it. Check `project`, and the "
    "permission to browse it."
)


@pytest.mark.parametrize("command", ["doctor", "plan", "file --yes", "sync", "run"])
def test_a_project_that_is_hidden_now(command: str, site: Server, here: Callable[..., Desk]) -> None:
    desk = here()
    desk.ok("file", "--yes", "--limit", "3")
    before = desk.read(DOCUMENT)
    site.site.forbid("OPS", BOT.id)
    hidden = desk.run(*command.split())
    assert hidden.code == 3
    assert HIDDEN in " ".join(hidden.said.split()), hidden.said
    assert "not to be found" not in hidden.said
    assert desk.read(DOCUMENT) == before


def test_a_field_that_is_demanded(site: Server, here: Callable[..., Desk]) -> None:
    for kind in site.site.projects["OPS"].types:
        kind.create["customfield_10040"] = True
    demanded = here().run("file", "--yes")
    assert demanded.code == 3
    assert 'OPS demands "Team" for Task. Give a value under fields in the tracker\'s section' in demanded.said
    wrong = here('fields = { Team = "Nonsense" }', name="wrong").run("file", "--yes")
    assert 'Team of OPS has no value "Nonsense". It takes: Payments, Search.' in wrong.said
    assert site.count("POST", "/issue/bulk") == 0, "what cannot be filed is not tried"
    given = 'fields = { Team = "Search", Customer = "{title}", Effort = 3, Areas = ["Web", "API"] }'
    here(given, name="given").ok("file", "--yes")
    fields = site.site["OPS-1"].fields
    assert fields["customfield_10040"] == "10101"
    assert fields["customfield_10041"] == fields["summary"]
    assert (fields["customfield_10043"], fields["customfield_10045"]) == (3, ["10110", "10111"])


def test_parent_components_and_security(site: Server, here: Callable[..., Desk]) -> None:
    epic = {"project": {"key": "OPS"}, "issuetype": {"name": "Epic"}, "summary": "Postmortems"}
    site.site.create(BOT, {"fields": epic})
    for kind in site.site.projects["OPS"].types:
        kind.create["security"] = False
    here('parent = "OPS-1"\ncomponents = ["Database"]\nsecurity_level = "Staff"').ok("file", "--yes")
    fields = site.site["OPS-2"].fields
    assert (fields["parent"], fields["components"], fields["security"]) == ("10001", ["10200"], "10300")


def test_some_of_a_batch_are_refused_and_told_with_their_lines(
    site: Server, here: Callable[..., Desk], postmortem: str
) -> None:
    """What Jira refuses for reasons of its own: an automation, a validator, a field nobody told of."""
    create = site.site.create

    def picky(user: object, body: dict[str, dict[str, str]], **more: object) -> object:
        if "runbook" in body["fields"]["summary"]:
            site.site.projects["OPS"].last_number += 1
            raise Problem(400, "A validator of this project refuses runbooks.")
        return create(user, body, **more)  # type: ignore[arg-type]  # as it was called

    site.site.create = picky  # type: ignore[method-assign,assignment]
    desk = here()
    filed = desk.run("file", "--yes")
    assert filed.code == 3
    assert f"{DOCUMENT}:24 was not filed: A validator of this project refuses runbooks." in filed.out
    assert "Filed 5, failed 1, unknown 0." in filed.out
    links = dict(re.findall(r"(Move|Alert|Rehearse|Limit|Show|page).*?\[(OPS-\d)", desk.read(DOCUMENT)))
    held = {issue.fields["summary"].split()[0]: issue.key for issue in site.site.issues.values()}
    assert {word: links[word] for word in ("Move", "Rehearse", "Limit", "Show")} == {
        word: held[word] for word in ("Move", "Rehearse", "Limit", "Show")
    }


def test_a_project_that_is_called_otherwise_now(site: Server, here: Callable[..., Desk]) -> None:
    desk = here()
    desk.ok("file", "--yes", "--limit", "3")
    site.site.rename_project("OPS", "OPX")
    message = (
        'Project OPS is called OPX now. Set project = "OPX" in the tracker\'s section; nothing was changed.'
    )
    for command in ("doctor", "file --yes"):
        told = desk.run(*command.split())
        assert told.code == 3
        assert message in " ".join(told.said.split()), told.said
    assert len(site.site.issues) == 3
    desk.write("followthrough.toml", desk.read("followthrough.toml").replace('"OPS"', '"OPX"'))
    assert "Filed 3" in desk.ok("file", "--yes").out
    assert sorted(re.findall(r"\[(OP.-\d),", desk.read(DOCUMENT))) == [f"OPX-{n}" for n in range(1, 7)]


def test_a_screen_with_hundreds_of_fields_is_read_whole(site: Server, here: Callable[..., Desk]) -> None:
    kind = site.site.projects["OPS"].types[0]
    many = [
        Field(f"customfield_{n}", f"Extra {n}", "string", custom="x:textfield") for n in range(20_000, 20_450)
    ]
    site.site.fields |= {field.id: field for field in many}
    kind.create = {**{field.id: False for field in many}, **kind.create, "customfield_10040": True}
    assert 'OPS demands "Team"' in here(name="one").run("file", "--yes").said
    assert "Filed 6" in here('fields = { Team = "Search" }').ok("file", "--yes").out
    assert site.site["OPS-1"].fields["labels"] == ["followthrough", "postmortem"]


def test_what_this_account_may_not_set_stands_in_the_text(site: Server, here: Callable[..., Desk]) -> None:
    site.site.forbid("OPS", BOT.id, "ASSIGN_ISSUES", "SCHEDULE_ISSUES")
    here(f'[people.lin]\nnames = ["Lin"]\nops = "{SAM.id}"').ok("file", "--yes")
    issue = site.site["OPS-5"]
    assert (issue.fields.get("assignee"), issue.fields.get("duedate")) == (None, None)
    text = plain(issue.fields["description"])
    assert "2027-01-15" in text
    assert "Lin" in text or SAM.id in text


def test_owners_become_assignees_or_words(site: Server, here: Callable[..., Desk]) -> None:
    people = f"""
[people.ada]
names = ["Ada"]
ops = "{SAM.id}"
[people.lin]
names = ["Lin", "{KIM.email}"]
"""
    here(people).ok("file", "--yes")
    assignees = {key: site.site[key].fields.get("assignee") for key in ("OPS-1", "OPS-2", "OPS-5")}
    assert assignees == {"OPS-1": SAM.id, "OPS-2": None, "OPS-5": KIM.id}, (
        "by account, by hidden e-mail address"
    )


def test_somebody_who_cannot_be_assigned_stands_in_the_text(site: Server, here: Callable[..., Desk]) -> None:
    desk = here(f'[people.ada]\nnames = ["Ada"]\nops = "{OUTSIDER.id}"')
    assert "Filed 6, failed 0" in desk.ok("file", "--yes").out
    assert site.site["OPS-1"].fields.get("assignee") is None
    assert "Ada" in str(site.site["OPS-1"].fields["description"])


def test_moved_deleted_hidden_duplicate_and_dropped_are_told_apart(
    site: Server, here: Callable[..., Desk]
) -> None:
    desk = here()
    desk.ok("file", "--yes")
    jira = site.site
    jira.clock.advance(days=1)
    jira.relocate("OPS-1", "PAY")
    jira.delete("OPS-2")
    jira.go("OPS-3", "Done", resolution="Duplicate")
    jira.link("OPS-3", "OPS-4")
    jira.go("OPS-4", "In Progress")
    jira.go("OPS-5", "Done", resolution="Won't Do")
    jira.set(jira["OPS-6"], security="10300")
    jira.forbid("OPS", BOT.id, "SET_ISSUE_SECURITY")
    synced = desk.ok("sync").out
    assert "PAY-1  open" in synced
    assert "link brought up to date" in synced
    assert "OPS-4  open → in progress" in synced
    assert "OPS-5  open → won't do" in synced
    document = desk.read(DOCUMENT)
    assert f"[PAY-1, open]({site.url}/browse/PAY-1#ft-" in document
    assert "[OPS-2, open" in document, "what is missing changes nothing"
    assert "[x]" not in document
    jira.clock.advance(days=1)
    again = desk.ok("sync").out
    assert "OPS-2 is not to be found since 24 Nov: deleted, moved or hidden from us." in again
    assert "OPS-6 is not to be found since 24 Nov: deleted, moved or hidden from us." in again
    assert desk.read(DOCUMENT) == document
    desk.ok("run")
    assert len(jira.issues) == 5, "and nothing is filed again"


def test_a_workflow_that_demands_fields_and_one_that_has_no_way(
    site: Server, desk: Desks, postmortem: str
) -> None:
    pay = desk(site.url, site.site.clock, keys='deployment = "cloud"')
    pay.write("followthrough.toml", pay.read("followthrough.toml").replace('"OPS"', '"PAY"'))
    pay.write(DOCUMENT, postmortem)
    pay.ok("file", "--yes")
    pay.write(DOCUMENT, pay.read(DOCUMENT).replace("1. [ ] Rehearse", "1. [x] Rehearse"))
    assert "was ticked by hand, PAY-3 is open. Your tick stays." in pay.ok("sync").out
    demanded = pay.run("sync", "--push", "PAY-3")
    assert demanded.code == 3
    assert (
        'PAY-3 was not set to done: its transition "Resolve Issue" demands "Customer". Do it in Jira, or give '
        "a value under transition_fields in the tracker's section." in demanded.err
    )
    pay.write(
        "followthrough.toml", pay.read("followthrough.toml") + '\ntransition_fields = { Customer = "us" }'
    )
    assert "PAY-3  open → done" in pay.ok("sync", "--push", "PAY-3").out
    assert site.site["PAY-3"].status.name == "Resolved"
    site.site.forbid("PAY", BOT.id, "TRANSITION_ISSUES")
    pay.write(DOCUMENT, pay.read(DOCUMENT).replace("2. [ ] Write", "2. [x] Write"))
    barred = pay.run("sync", "--push", "PAY-4")
    assert barred.code == 3
    assert "Ask for the permission to transition issues." in barred.err
