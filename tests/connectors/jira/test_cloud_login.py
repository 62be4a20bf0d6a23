"""Who may: tokens that end, what stands in front of Jira, what is public, forged or lost; as a person reads it."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from desk import Desk
from jira_cloud import Answer, Server, Token
from jira_cloud.standard import BOT, CLASSIC, STRANGER

DOCUMENT = "postmortems/2026-11-20-queue.md"


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
