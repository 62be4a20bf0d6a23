"""A real, messy Jira Cloud, and what a person reads of it: every message as it stands on the screen."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest

from desk import Desk
from followthrough.connector import Connector, Created, Unreachable
from followthrough.testing import ConnectorContract
from jira_cloud import Answer, Problem, Request, Server, Token, refusal
from jira_cloud.issues_api import bean
from jira_cloud.limits import BURST, PER_ISSUE, QUOTA, TENANT
from jira_cloud.model import Field
from jira_cloud.rich_text import plain
from jira_cloud.standard import BOT, CLASSIC, KIM, OUTSIDER, SAM, STRANGER

DOCUMENT = "postmortems/2026-11-20-queue.md"
Cloud = Callable[..., Server]
Desks = Callable[..., Desk]


@pytest.fixture
def site(cloud: Cloud) -> Server:
    return cloud()


@pytest.fixture
def here(site: Server, desk: Desks, postmortem: str) -> Callable[..., Desk]:
    """A desk with the postmortem on it, its settings with these keys besides."""

    def opened(keys: str = "", **more: str) -> Desk:
        opened = desk(site.url, site.site.clock, keys=f'deployment = "cloud"\n{keys}', **more)
        opened.write(DOCUMENT, postmortem)
        return opened

    return opened


def take_off_screen(site: Server, *fields: str) -> None:
    for kind in site.site.projects["OPS"].types:
        for field in fields:
            kind.create.pop(field, None)
            kind.edit.discard(field)


# --- login ----------------------------------------------------------------------------------------

REFUSED = "Token of bot@acme.example refused (401). Tokens expire: make a new one; nothing was changed."


@pytest.mark.parametrize("command", ["doctor", "plan", "file --yes", "sync", "run"])
def test_an_expired_token_says_so_and_nothing_is_missed(
    command: str, site: Server, here: Callable[..., Desk]
) -> None:
    """Search and bulkfetch answer 200 and nothing to a token that is no more: nothing is taken for deleted."""
    desk = here()
    desk.ok("file", "--yes", "--limit", "3")
    before = desk.read(DOCUMENT)
    site.site.tokens[CLASSIC] = Token(BOT.id, expires=site.site.clock.now())
    refused = desk.run(*command.split())
    assert refused.code == 5
    assert REFUSED in " ".join(refused.said.split())
    assert "not to be found" not in refused.said
    assert desk.read(DOCUMENT) == before
    assert len(site.site.issues) == 3


def test_a_token_that_expires_between_two_creates(site: Server, here: Callable[..., Desk]) -> None:
    desk = here()

    def expire(request: object) -> Answer | None:
        if len(site.site.issues) == 1:
            site.site.tokens.pop(CLASSIC, None)
        return None

    site.broken = expire
    ended = desk.run("file", "--yes")
    assert ended.code == 5
    assert REFUSED in " ".join(ended.said.split())
    site.broken = lambda _request: None
    site.site.tokens[CLASSIC] = Token(BOT.id)
    site.site.clock.advance(hours=13)
    desk.ok("run")
    assert sorted(issue.key for issue in site.site.issues.values()) == [f"OPS-{n}" for n in range(1, 7)]
    assert desk.read(DOCUMENT).count("#ft-") == 6


# --- the project ----------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            Answer(302, raw=b"", headers={"Location": "https://id.atlassian.com/login"}),
            "127.0.0.1 sends us elsewhere (302), which is not followed. Check `url`: it is the address at which "
            "people open Jira, with its path.",
        ),
        (
            Answer(200, raw=b"<html>Log in</html>"),
            "127.0.0.1 gave an answer that is not Jira's (200, no JSON). Check `url`: is there a login page or a "
            "proxy in between?",
        ),
        (
            Answer(403, raw=b"<html>IP address not allowed</html>"),
            "127.0.0.1 or something in front of it forbids this (403). Check `proxy`, and which addresses may "
            "reach Jira.",
        ),
        (Answer(503, raw=b""), "127.0.0.1 has trouble of its own (503). Try again later."),
    ],
    ids=["redirect", "login page", "allow list", "maintenance"],
)
@pytest.mark.parametrize("command", ["file --yes", "sync"])
def test_what_stands_in_front_of_jira(
    answer: Answer, message: str, command: str, site: Server, here: Callable[..., Desk]
) -> None:
    desk = here()
    desk.ok("file", "--yes", "--limit", "2")
    before = desk.read(DOCUMENT)
    site.broken = lambda _request: answer
    told = desk.run(*command.split())
    assert told.code == (5 if answer.status == 403 else 3)
    assert message in told.err
    assert desk.read(DOCUMENT) == before


# --- people ---------------------------------------------------------------------------------------


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


# --- limits ---------------------------------------------------------------------------------------


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


# --- issues that go their own way -----------------------------------------------------------------


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


# --- searches that cannot be believed -------------------------------------------------------------


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


# --- what is public, forged or lost ---------------------------------------------------------------


def test_a_public_project_gets_nothing_unless_the_settings_say_so(
    site: Server, here: Callable[..., Desk]
) -> None:
    site.site.projects["OPS"].public = True
    stopped = here().run("file", "--yes")
    assert stopped.code == 4
    assert (
        "OPS at 127.0.0.1 is public, these postmortems are not known to be. Nothing filed. Allow: public = true under "
        "[trackers.ops]." in stopped.said
    )
    assert site.site.issues == {}
    assert "Filed 6" in here("public = true", name="allowed").ok("file", "--yes").out


def test_a_copied_marker_of_a_stranger_is_not_adopted(site: Server, here: Callable[..., Desk]) -> None:
    known = here(name="known")
    known.ok("file", "--yes")
    (first,) = [one for one in site.site.issues.values() if one.key == "OPS-1"]
    marker = first.properties["followthrough"]
    site.site.issues.clear()
    fields = {
        "project": {"key": "OPS"},
        "issuetype": {"name": "Task"},
        "summary": "Mine",
        "labels": ["followthrough"],
    }
    forged = {"fields": fields, "properties": [{"key": "followthrough", "value": marker}]}
    site.site.create(STRANGER, forged)
    desk = here()
    filed = desk.ok("file", "--yes").out
    assert "Filed 5, failed 0, unknown 0." in filed
    assert "is it ours? Then add the account to `authors` under [trackers.ops]" in filed
    carrying = [one for one in site.site.issues.values() if one.properties["followthrough"] == marker]
    assert [one.creator for one in carrying] == [STRANGER.id]
    assert f"[{carrying[0].key}," not in desk.read(DOCUMENT)
    again = desk.ok("file", "--item", f"{DOCUMENT}:19", "--yes").out
    assert "Filed 1" in again, again


def test_a_lost_ledger_and_lost_links_are_found_again_by_marker(
    site: Server, here: Callable[..., Desk], postmortem: str
) -> None:
    desk = here()
    desk.ok("file", "--yes")
    filed = desk.read(DOCUMENT)
    shutil.rmtree(desk.folder / ".followthrough")
    desk.ok("sync")
    assert desk.read(DOCUMENT) == filed, "the links tell it"
    shutil.rmtree(desk.folder / ".followthrough")
    desk.write(DOCUMENT, postmortem)
    site.site.clock.advance(days=1)
    desk.run("file", "--yes")
    site.site.clock.advance(days=1)
    desk.ok("run")
    assert len(site.site.issues) == 6
    assert desk.read(DOCUMENT) == filed
