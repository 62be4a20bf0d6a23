"""The whole loop on GitHub, from the first command to taking it back."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desk import Desk
from github_site import Server, Site, secondary
from serving.clock import RealClock

CHECKOUT = "postmortems/2026-11-12-checkout.md"
POSTMORTEM = """\
# Checkout down

- Date: 12 November 2026
- Severity: sev1
- Status: final

## Impact

Nobody could pay; 1,204 orders were lost and four customers were charged twice.

## Action items

- Alert @acme/sre when the pool is over 90 % for five minutes. (owner: Sam)
- Review pool settings before each deploy (acme/web#1)
- Try a restore from backup every quarter (owner: Platform)
- Raise the pool limit to 400 (done)
"""
LETTERS = str.maketrans("0123456789", "ghijklmnop")
KEYS = """\
[policy.due]
sev1 = "15d"
[people.sam]
names = ["Sam"]
github = "sam"
"""


@pytest.fixture
def filed(github: Callable[..., Server], desk: Callable[..., Desk]) -> tuple[Server, Desk, str]:
    """A host with one issue of somebody's, and the example filed beside it; with what was said then."""
    server = github()
    server.site.add(server.site.web, "kim", "Review pool settings")
    here = desk(server.url, server.site.clock, keys=KEYS)
    here.write(CHECKOUT, POSTMORTEM)
    planned = here.ok("plan").out
    assert "To do: file 2, follow 1." in planned, planned
    assert "everybody who watches acme/web" in planned
    return server, here, here.ok("file", "--yes").out


def test_what_is_said_while_filing(filed: tuple[Server, Desk, str]) -> None:
    _, _, said = filed
    assert "First issue here: waiting until GitHub's search shows it (once per project) ... yes" in said
    assert f"2 links, 1 status written to {CHECKOUT} (3 lines)" in said
    assert "Filed 2, failed 0, unknown 0." in said
    assert "These issues in" not in said, "no page of GitHub shows exactly these"
    assert "followthrough undo" in said


def test_the_ticket_as_it_stands_in_github(filed: tuple[Server, Desk, str]) -> None:
    server, _, _ = filed
    issue = server.site.web.issues[2]
    gap = "\u200b"
    assert issue.title == f"Alert @{gap}acme/sre when the pool is over 90 % for five minutes"
    assert (issue.labels, issue.assignees) == (["postmortem"], ["sam"])
    lines = (issue.body or "").split("\n")
    assert lines[0].startswith(f"> Alert @{gap}acme/sre when")
    assert lines[2].startswith(
        "From the postmortem [Checkout down, 12 November 2026](https://github.com/acme/pm/blob/"
    )
    assert lines[-2].startswith("<sub>Filed by followthrough · ")
    assert lines[-1].startswith("<!-- followthrough:1 ")
    assert lines[-1].endswith(f" {CHECKOUT} -->")
    assert "1,204 orders" not in str(issue.body), "impact stays in the postmortem"
    other = server.site.web.issues[3]
    assert 'Owner in the document: "Platform"' in str(other.body)
    assert "27 November 2026 (sev1, 15 days)" in str(other.body)


def test_status_comes_back_night_after_night(filed: tuple[Server, Desk, str]) -> None:
    server, here, _ = filed
    site, issues = server.site, server.site.web.issues
    site.clock.advance(days=1)
    site.close(issues[2])
    site.close(issues[1], "not_planned")
    said = here.ok("sync").out
    assert "#2  open → done" in said
    assert "#1  open → won't do" in said
    assert "1 request." in said
    site.clock.advance(days=1)
    site.edit(issues[2], state="open", reason="reopened", closed=None)
    assert "#2  done → open (reopened)" in here.ok("sync").out
    before = here.read(CHECKOUT)
    assert here.ok("sync").out == "0 lines in 0 files, 3 measures unchanged, 1 request.\n"
    assert here.read(CHECKOUT) == before


def test_a_transferred_issue_is_followed(filed: tuple[Server, Desk, str]) -> None:
    server, here, _ = filed
    other = server.site.add_repository("acme/other")
    server.site.transfer(server.site.web.issues[3], other)
    server.site.clock.advance(days=1)
    here.ok("sync")
    assert "[acme/other#1, open" in here.read(CHECKOUT)
    here.ok("file", "--yes")
    assert len(server.site.all_issues()) == 3


def test_a_renamed_repository_is_followed(filed: tuple[Server, Desk, str]) -> None:
    """GitHub sends requests to the old name on, until somebody takes that name."""
    server, here, _ = filed
    site = server.site
    site.rename(site.web, "acme/www")
    site.close(site.web.issues[2])
    before = len(site.all_issues())
    said = here.ok("sync").out
    assert "open → done" in said, said
    again = POSTMORTEM.replace("# Checkout down", "# Checkout slow").replace("12 November", "19 November")
    here.write("postmortems/2026-11-19-checkout.md", again.replace("when the pool", "when the queue"))
    site.clock.advance(hours=13)
    here.ok("file", "--yes")
    assert len(site.all_issues()) > before
    for _ in range(2):
        site.clock.advance(hours=13)
        count = len(site.all_issues())
        assert here.run("run").code == 0
        assert len(site.all_issues()) == count
    told = here.ok("doctor").out
    assert "acme/web is called acme/www now" in told


def test_a_run_is_taken_back(filed: tuple[Server, Desk, str]) -> None:
    server, here, _ = filed
    server.site.clock.advance(hours=1)
    here.ok("undo", "20261123-1", "--yes")
    closed = [server.site.web.issues[number] for number in (2, 3)]
    assert [(one.state, one.reason) for one in closed] == [("closed", "not_planned")] * 2
    assert "#ft-" not in here.read(CHECKOUT).replace("[#1,", "") or "#2" not in here.read(CHECKOUT)


def test_a_public_repository_asks_first(github: Callable[..., Server], desk: Callable[..., Desk]) -> None:
    site = Site()
    site.web.private = False
    server = github(site)
    here = desk(server.url, site.clock)
    here.write(CHECKOUT, POSTMORTEM)
    done = here.run("file", "--yes")
    assert done.code == 4
    told = "is public, these postmortems are not known to be. Nothing filed. Allow: public = true under [trackers.web]."
    assert told in done.said, done.said
    assert site.all_issues() == []
    allowed = desk(server.url, site.clock, name="allowed", keys="public = true")
    allowed.write(CHECKOUT, POSTMORTEM)
    allowed.ok("file", "--yes")
    assert site.all_issues() != []


def test_the_public_home_of_the_documents_needs_no_permission(
    github: Callable[..., Server], desk: Callable[..., Desk]
) -> None:
    """They can be read there already; and a bare number in them is an issue there."""
    site = Site()
    site.web.private = False
    site.add(site.web, "kim", "Review pool settings")
    server = github(site)
    here = desk(server.url, site.clock)
    for command in (["init", "-q"], ["remote", "add", "origin", "https://github.com/acme/web.git"]):
        subprocess.run(["git", *command], cwd=here.folder, check=True)
    section = here.read("followthrough.toml").replace('"acme/web"', '"auto"')
    here.write("followthrough.toml", section)
    here.write(CHECKOUT, POSTMORTEM.replace("(acme/web#1)", "(#1)"))
    assert "To do: file 2, follow 1." in here.ok("plan").out
    assert "not filed there" not in here.ok("doctor").said
    here.ok("file", "--yes")
    assert len(site.all_issues()) == 3


def test_doctor_says_what_is_missing(github: Callable[..., Server], desk: Callable[..., Desk]) -> None:
    site = Site()
    site.web.rights = {"bot": "pull", "sam": "push"}
    server = github(site)
    keys = 'milestone = "Follow-ups"\n[people.kim]\ngithub = "kim"\n[people.sam]\ngithub = "sam"\n'
    here = desk(server.url, site.clock, keys=keys)
    here.write(CHECKOUT, POSTMORTEM)
    found = here.run("doctor", "--format", "json").json["findings"]
    wrong = {one["subject"]: one["message"] for one in found if one["area"] == "web" and one["ok"] is False}
    assert wrong == {
        "permission": "It may read acme/web; labels, assignees and milestones would be dropped without a word.",
        "milestone": "acme/web has no open milestone 'Follow-ups'.",
        "assignees": "Issues cannot be assigned to kim (kim): they are filed without assignee.",
    }
    site.web.milestones[3] = "follow-ups"
    site.web.rights = {"bot": "push", "sam": "push", "kim": "push"}
    assert "All is well." in here.ok("doctor").out


def test_the_plan_says_how_long_the_limits_make_it_take(
    github: Callable[..., Server], desk: Callable[..., Desk]
) -> None:
    server = github()
    server.limits.counting = True
    here = desk(server.url, server.site.clock)
    words = [hashlib.sha256(str(number).encode()).hexdigest().translate(LETTERS) for number in range(130)]
    measures = "".join(f"- Replace {word[:7]} by {word[8:16]} in {word[17:25]}\n" for word in words)
    here.write(CHECKOUT, POSTMORTEM.partition("- Alert")[0] + measures)
    planned = here.ok("plan", "--limit", "130").out
    assert "GitHub takes 130 issues in about 3 minutes." in planned, planned[-400:]
    begun = server.site.clock.now()
    filed = here.ok("file", "--yes", "--limit", "130")
    assert "Filed 130, failed 0, unknown 0." in filed.out
    assert 129 <= (server.site.clock.now() - begun).total_seconds() < 180
    assert server.limits.refused == 0


def test_doctor_looks_for_the_labels(github: Callable[..., Server], desk: Callable[..., Desk]) -> None:
    site = Site()
    server = github(site)
    here = desk(server.url, site.clock, keys='labels = ["Bug", "{severity}"]\nblocked = ["stuck"]')
    here.write(CHECKOUT, POSTMORTEM)

    def told() -> tuple[bool, str]:
        found = here.run("doctor", "--format", "json").json["findings"]
        return next((one["ok"], one["message"]) for one in found if one["subject"] == "labels")

    assert told() == (True, "Not there yet, made with their first issue: stuck.")
    site.web.rights["bot"] = "triage"
    assert told() == (False, "Labels that are not there, and that this token may not make: stuck.")
    site.web.labels.add("stuck")
    assert told() == (True, "Labels: Bug, stuck.")


def test_a_test_issue_is_closed_again(github: Callable[..., Server], desk: Callable[..., Desk]) -> None:
    server = github()
    here = desk(server.url, server.site.clock)
    here.write(CHECKOUT, POSTMORTEM)
    tried = here.ok("doctor", "--with-test-issue").out
    assert "#1 is found by its marker" in tried
    (issue,) = server.site.all_issues()
    assert (issue.state, issue.reason) == ("closed", "not_planned")


@pytest.mark.parametrize("command", ["file", "sync", "plan"])
def test_a_refused_token_is_code_5(command: str, filed: tuple[Server, Desk, str]) -> None:
    server, here, _ = filed
    server.site.expired.add("token-of-bot")
    done = here.run(command, *(["--yes"] if command == "file" else []))
    assert done.code == 5, done.said
    assert "The token for 127.0.0.1" in done.said
    assert "Tokens expire: make a new one; nothing was changed." in done.said
    assert "token-of-bot" not in done.said


def test_what_github_drops_is_told(github: Callable[..., Server], desk: Callable[..., Desk]) -> None:
    site = Site()
    site.web.rights["bot"] = "pull"
    site.web.labels.add("postmortem")
    server = github(site)
    here = desk(server.url, site.clock, keys=KEYS)
    here.write(CHECKOUT, POSTMORTEM)
    said = here.ok("file", "--yes").out
    assert "#1 has no label postmortem: this token may not set labels." in said
    assert "#1 is unassigned: GitHub does not take sam there." in said


def test_the_seed_with_the_installed_program(
    github: Callable[..., Server], shop: Any, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """From nothing but the document and a token in the environment, each command a process."""
    server = github(Site(RealClock()))
    home = str(tmp_path_factory.mktemp("home"))
    shop.environ = {
        **shop.environ,
        "GH_TOKEN": "token-of-bot",
        "HOME": home,
        "XDG_CONFIG_HOME": f"{home}/.config",
    }
    seed = (shared / "seed/postmortem.md").read_bytes()
    document = shop.write("seed.md", seed)
    shop.write(
        "followthrough.toml",
        f'namespace = "k3v9q0z7"\n[trackers.web]\nkind = "github"\nurl = "{server.url}"\n'
        'repository = "acme/web"\ntoken = "env:GH_TOKEN"\n',
    )
    shop.ok("trust")
    assert "All is well." in shop.ok("doctor").out
    filed = shop.ok("file", "seed.md").out
    assert "Filed 4, failed 0, unknown 0." in filed
    server.site.close(server.site.web.issues[2])
    assert "#2  open → done" in shop.ok("sync").out
    assert document.read_bytes() != seed
    shop.ok("unlink", "seed.md")
    assert document.read_bytes() == seed


@pytest.mark.parametrize(
    "command", [["sync"], ["run"], ["file", "--yes"], ["plan"], ["doctor"]], ids=" ".join
)
def test_a_secondary_limit_that_lasts_is_left_to_the_next_run(
    command: list[str], filed: tuple[Server, Desk, str]
) -> None:
    """A 403 that no header explains: waited for, then left alone, and nothing is lost."""
    server, here, _ = filed
    server.site.close(server.site.web.issues[2])
    server.site.clock.advance(days=1)
    server.limits.order(secondary(None), times=99)
    before, begun = here.read(CHECKOUT), server.site.clock.now()
    done = here.run(*command)
    assert done.code == 75, done.said
    assert "lets this token ask again at" in done.said or "wants to be asked more slowly" in done.said
    assert server.limits.refused <= 3
    assert (server.site.clock.now() - begun).total_seconds() >= 60
    assert here.read(CHECKOUT) == before
    server.limits.ordered.clear()
    server.site.clock.advance(minutes=5)
    assert "#2  open → done" in here.ok("sync").out
