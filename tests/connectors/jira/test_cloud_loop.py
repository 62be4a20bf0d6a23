"""The whole loop, from the first command to taking it back, on postmortems as people write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desk import Desk
from jira_cloud import RealClock, Server
from jira_cloud.rich_text import plain
from jira_cloud.standard import CLASSIC, SAM

CHECKOUT = "postmortems/2026-11-12-checkout.md"
POSTMORTEM = """\
# Checkout down

- Date: 12 November 2026
- Severity: sev1
- Duration: 2 h 10 min
- Status: final

## Impact

Nobody could pay; 1,204 orders were lost and four customers were charged twice.

## Action items

- Alert when the connection pool is over 90 % for five minutes. (owner: Sam)
- Review pool settings before each deploy (OPS-1)
- Raise the pool limit to 400 (done)
- [ ] Try a restore from backup every quarter
"""
KEYS = f"""\
deployment = "cloud"
[policy.due]
sev1 = "15d"
[people.sam]
names = ["Sam"]
ops = "{SAM.id}"
"""
BODY = """\
Promised in the postmortem "Checkout down, 12 November 2026" (sev1, 2 h 10 min). Open the postmortem, "Action items"

Alert when the connection pool is over 90 % for five minutes. (owner: Sam)

Kind: detective (inferred)   Date: target for sev1, 15 days; move it here if it is wrong.

When you are done, close this issue: the postmortem is updated overnight. Not going to happen? Resolve as Won't Do \
and say why in a comment. Already tracked elsewhere? Resolve as Duplicate and link it: the postmortem follows the \
other issue.

Filed by followthrough, {id}. What is this?"""


@pytest.fixture
def filed(cloud: Callable[..., Server], desk: Callable[..., Desk]) -> tuple[Server, Desk, str]:
    """A site with one issue of somebody's, and the example filed beside it; with what was said then."""
    server = cloud(lag=5)
    followed = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Review pool settings"}
    server.site.create(SAM, {"fields": followed})
    here = desk(server.url, server.site.clock, keys=KEYS)
    settings = here.read("followthrough.toml")
    here.write("followthrough.toml", 'document_url = "https://git.acme.example/{path}"\n' + settings)
    here.write(CHECKOUT, POSTMORTEM)
    planned = here.ok("plan").out
    assert "To do: file 2, follow 1." in planned, planned
    assert "Jira will mail: Sam." in planned
    return server, here, here.ok("file", "--yes").out


def test_what_is_said_while_filing(filed: tuple[Server, Desk, str]) -> None:
    server, _, said = filed
    assert said == (
        "OPS-2  Alert when the connection pool is over 90 % for five minutes\n"
        "       First issue here: waiting until Jira's search shows it (once per project) ... yes, 6 s\n"
        "OPS-3  Try a restore from backup every quarter\n"
        f"2 links, 1 status written to {CHECKOUT} (3 lines)\n"
        "Filed 2, failed 0, unknown 0.   Run 20261123-1\n"
        f"These issues in Jira: {server.url}/issues/?jql=key%20in%20(OPS-2,OPS-3)\n"
        "Not what you wanted? `followthrough undo 20261123-1` closes them as won't do and takes the links out.\n"
    )


def test_the_ticket_as_it_stands_in_jira(filed: tuple[Server, Desk, str]) -> None:
    server, _, _ = filed
    issue = server.site["OPS-2"]
    marker = issue.properties["followthrough"]
    assert marker == {"v": 1, "id": marker["id"], "doc": CHECKOUT}
    assert issue.fields["summary"] == "Alert when the connection pool is over 90 % for five minutes"
    assert issue.type.name == "Task"
    assert issue.fields["labels"] == ["followthrough", "postmortem"]
    assert (issue.fields["assignee"], issue.fields["duedate"]) == (SAM.id, "2026-11-27")
    assert plain(issue.fields["description"]).strip() == BODY.format(id=marker["id"])
    links = [mark["attrs"]["href"] for mark in marks(issue.fields["description"]) if mark["type"] == "link"]
    assert links[0] == f"https://git.acme.example/{CHECKOUT}#action-items"
    assert "1,204 orders" not in str(issue.fields), "impact stays in the postmortem"


def marks(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = list(node.get("marks", ()))
    return found + [mark for child in node.get("content", ()) for mark in marks(child)]


def test_what_is_written_into_the_document_and_what_is_left_alone(filed: tuple[Server, Desk, str]) -> None:
    server, here, _ = filed
    marker = {
        issue.key: issue.properties.get("followthrough", {}).get("id")
        for issue in server.site.issues.values()
    }
    site = f"{server.url}/browse"
    expected = POSTMORTEM.replace(
        "(owner: Sam)\n",
        f"(owner: Sam) [OPS-2, open, due 2026-11-27]({site}/OPS-2#ft-{marker['OPS-2']})\n",
    ).replace(
        "every quarter\n", f"every quarter [OPS-3, open, due 2026-11-27]({site}/OPS-3#ft-{marker['OPS-3']})\n"
    )
    followed = here.read(CHECKOUT).split("(OPS-1)")[1].split("\n")[0]
    assert here.read(CHECKOUT).replace(followed, "") == expected
    assert followed.startswith(f" [OPS-1, open]({site}/OPS-1#ft-")


def test_status_comes_back_night_after_night(filed: tuple[Server, Desk, str]) -> None:
    server, here, _ = filed
    site = server.site
    site.clock.advance(days=1)
    site.go("OPS-2", "In Progress")
    site.set(site["OPS-2"], duedate="2026-12-01")
    assert here.ok("sync").out == (
        "OPS-2  open → in progress   2026-11-12-checkout.md:14\n"
        "1 line in 1 file, 2 measures unchanged, 1 request.\n"
    )
    assert "[OPS-2, in progress, due 2026-12-01]" in here.read(CHECKOUT)
    site.clock.advance(days=1)
    site.go("OPS-1", "Done")
    site.go("OPS-3", "Done", resolution="Won't Do")
    assert here.ok("sync").out == (
        "OPS-1  open → done       2026-11-12-checkout.md:15   resolved 25 Nov\n"
        "OPS-3  open → won't do   2026-11-12-checkout.md:17   box left open; counted as dropped, not done\n"
        "2 lines in 1 file, 1 measure unchanged, 1 request.\n"
    )
    site.clock.advance(days=1)
    site.go("OPS-3", "To Do")
    site.go("OPS-2", "Done")
    here.ok("sync")
    site.clock.advance(days=1)
    site.go("OPS-2", "To Do")
    assert "OPS-2  done → open (reopened)" in here.ok("sync").out
    assert "- [ ] Try a restore from backup every quarter [OPS-3, open" in here.read(CHECKOUT)
    before = here.read(CHECKOUT)
    assert here.ok("sync").out == "0 lines in 0 files, 3 measures unchanged, 1 request.\n"
    assert here.read(CHECKOUT) == before


def test_a_run_is_taken_back_but_for_what_somebody_has_changed(filed: tuple[Server, Desk, str]) -> None:
    server, here, _ = filed
    server.site.clock.advance(hours=1)
    server.site.set(server.site["OPS-2"], summary="In my own words")
    taken_back = here.ok("undo", "20261123-1", "--yes").out
    assert "OPS-2" in taken_back
    assert "somebody has changed it" in taken_back
    assert server.site["OPS-2"].status.name == "To Do"
    closed = server.site["OPS-3"]
    assert (closed.status.name, closed.fields["resolution"]) == ("Done", "10001")
    text = here.read(CHECKOUT)
    assert "- [ ] Try a restore from backup every quarter\n" in text
    assert "[OPS-2, open, due 2026-11-27]" in text
    assert len(server.site.issues) == 3


def test_a_test_issue_is_closed_again(cloud: Callable[..., Server], desk: Callable[..., Desk]) -> None:
    server = cloud(lag=9)
    here = desk(server.url, server.site.clock, keys='deployment = "cloud"')
    here.write(CHECKOUT, POSTMORTEM)
    tried = here.ok("doctor", "--with-test-issue").out
    assert "OPS-1 is found by its marker after 10 s." in tried
    assert "OPS-1 is closed: Done." in tried
    (issue,) = server.site.issues.values()
    assert (issue.status.name, issue.fields["resolution"]) == ("Done", "10001")


def test_the_seed_with_the_installed_program(
    cloud: Callable[..., Server], shop: Any, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """From nothing but the document and a token in the environment, each command a process."""
    server = cloud(clock=RealClock())
    home = str(tmp_path_factory.mktemp("home"))
    shop.environ = {**shop.environ, "JIRA_TOKEN": CLASSIC, "HOME": home, "XDG_CONFIG_HOME": f"{home}/.config"}
    seed = (shared / "seed/postmortem.md").read_bytes()
    document = shop.write("postmortems/seed.md", seed)
    assert "Variables that may hold a token: JIRA_TOKEN" in shop.ok("init").out
    settings = shop.folder / "followthrough.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    start = lines.index("# [trackers.jira]")
    lines[start : start + 6] = [line.removeprefix("# ") for line in lines[start : start + 6]]
    text = "\n".join(lines).replace("https://acme.atlassian.net", server.url)
    settings.write_text(text, encoding="utf-8")
    untrusted = shop.run("plan", "postmortems/seed.md")
    assert untrusted.code != 0
    assert "followthrough trust" in untrusted.err
    assert server.journal == [], "a token is sent only where that was allowed"
    shop.ok("trust")
    assert "All is well." in shop.ok("doctor").out
    filed = shop.ok("file", "postmortems/seed.md").out
    assert "Filed 4, failed 0, unknown 0." in filed
    titles = [issue.fields["summary"] for issue in server.site.issues.values()]
    assert titles == [
        "Implement better monitoring to detect database connectivity issues specifically",
        "Develop runbooks for proper procedures during outages to minimize their length and impact",
        "Review database configuration changes with the team before performing any update going forward",
        "Develop better communication channels between engineering and management to improve incident "
        "management and notification",
    ]
    server.site.go("OPS-2", "Done")
    assert "OPS-2  open → done" in shop.ok("sync").out
    run = filed.rpartition("Run ")[2].split()[0]
    server.site.go("OPS-2", "To Do")
    shop.ok("sync")
    shop.ok("undo", run, "--yes")
    assert document.read_bytes() == seed or b"OPS-2" in document.read_bytes()
    assert [issue.status.name for issue in server.site.issues.values()].count("Done") == 3
