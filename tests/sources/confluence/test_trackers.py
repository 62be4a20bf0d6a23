"""Pages beside trackers elsewhere: the Jira macro once, a link with its status every night."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

import github_site
import jira_cloud
from confluence_site import BOT, READER, Server
from desk import Desk
from followthrough.settings import Settings
from followthrough.sources.confluence.opening import shown_by
from jira_cloud.standard import CLASSIC

Start = Callable[..., Server]
AtDesk = Callable[..., Desk]
BODY = """\
<p>Date: 12 November 2026</p><p>Severity: sev1</p><h2>Action items</h2>\
<ul><li>Alert when the pool is over 90 %.</li><li>Try a restore every quarter.</li></ul>"""
JIRA = """
[trackers.ops]
kind = "jira"
url = "{url}"
project = "OPS"
email = "bot@acme.example"
token = "env:JIRA_TOKEN"
"""
GITHUB_BOT = "token-of-bot"
SERVERS = 'jira_servers = { ops = "0a1b-22" }'
MACRO = re.compile(r' <ac:structured-macro ac:name="jira".*?</ac:structured-macro>')


@pytest.fixture
def jira() -> Iterator[Callable[..., jira_cloud.Server]]:
    with ExitStack() as stack:

        def start(clock: jira_cloud.Clock) -> jira_cloud.Server:
            return stack.enter_context(jira_cloud.Server(jira_cloud.Site(clock)))

        yield start


@pytest.mark.parametrize("normalising", [False, True])
def test_a_ticket_in_jira_is_shown_by_the_macro_once_and_no_night_writes_again(
    confluence: Start, desk: AtDesk, jira: Callable[..., jira_cloud.Server], normalising: bool
) -> None:
    server = confluence(normalising=normalising)
    tracker = jira(server.site.clock)
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    before = page.body
    here = desk(server, keys=SERVERS, trackers=JIRA.format(url=tracker.url), JIRA_TOKEN=CLASSIC)
    here.ok("file", "--yes")
    assert page.number == 2
    assert page.body.count('<ac:parameter ac:name="key">OPS-') == 2
    assert page.body.count('<ac:parameter ac:name="serverId">0a1b-22</ac:parameter>') == 2
    assert "<a " not in page.body
    if not normalising:
        assert MACRO.sub("", page.body) == before
    here.ok("run", "--strict")
    for key, status in (("OPS-1", "In Progress"), ("OPS-2", "Done")):
        server.site.clock.advance(hours=24)
        tracker.site.go(key, status)
        here.ok("run", "--strict")
    assert page.number == 2, "the macro shows the status itself"
    here.ok("unlink", f"confluence:{page.id}")
    assert page.body == before


def test_an_issue_that_moved_to_another_project_is_shown_by_its_new_key(
    confluence: Start, desk: AtDesk, jira: Callable[..., jira_cloud.Server]
) -> None:
    server = confluence()
    tracker = jira(server.site.clock)
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server, keys=SERVERS, trackers=JIRA.format(url=tracker.url), JIRA_TOKEN=CLASSIC)
    here.ok("file", "--yes")
    server.site.clock.advance(hours=24)
    moved = tracker.site.relocate("OPS-1", "PAY")
    here.ok("run")
    assert page.number == 3
    assert f'<ac:parameter ac:name="key">{moved.key}</ac:parameter>' in page.body
    here.ok("run", "--strict")
    assert page.number == 3


def test_a_macro_that_somebody_filled_in_anew_files_nothing_twice(
    confluence: Start, desk: AtDesk, jira: Callable[..., jira_cloud.Server]
) -> None:
    server = confluence()
    tracker = jira(server.site.clock)
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server, keys=SERVERS, trackers=JIRA.format(url=tracker.url), JIRA_TOKEN=CLASSIC)
    here.ok("file", "--yes")
    anew = re.compile(r'<ac:parameter ac:name="followthrough">[^<]*</ac:parameter>')
    server.site.edit(page, lambda body: anew.sub("", body))
    before = page.body
    for _ in range(3):
        server.site.clock.advance(hours=24)
        here.run("run")
    assert len(tracker.site.issues) == 2
    assert page.body.count("</ac:structured-macro>") == before.count("</ac:structured-macro>") == 2, page.body


def test_without_a_known_application_link_a_link_with_its_status_is_written(
    confluence: Start, desk: AtDesk, jira: Callable[..., jira_cloud.Server]
) -> None:
    server = confluence()
    tracker = jira(server.site.clock)
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server, trackers=JIRA.format(url=tracker.url), JIRA_TOKEN=CLASSIC)
    here.ok("file", "--yes")
    assert page.body.count(", open</a>") == 2
    settings = here.read("followthrough.toml")
    here.write("followthrough.toml", settings.replace("labels =", f"{SERVERS}\nlabels ="))
    here.ok("run")
    assert page.number == 3
    assert page.body.count("<a ") == 0
    assert page.body.count('ac:name="jira"') == 2
    here.ok("run", "--strict")
    assert page.number == 3
    here.write("followthrough.toml", settings)
    here.ok("run")
    assert page.body.count(", open</a>") == 2
    assert 'ac:name="jira"' not in page.body


def test_which_jira_the_pages_show_by_themselves() -> None:
    def shown(url: str, jira: str, **keys: object) -> dict[str, str]:
        settings = Settings.model_validate(
            {
                "sources": [
                    {
                        "kind": "confluence",
                        "url": url,
                        "email": BOT,
                        "token": "env:X",
                        "labels": ["pm"],
                        **keys,
                    }
                ],
                "trackers": {"ops": {"kind": "jira", "url": jira}, "web": {"kind": "github"}},
            }
        )
        return shown_by(settings.confluences[0], settings)

    cloud, dc = "https://acme.atlassian.net", "https://wiki.acme.example"
    assert shown(f"{cloud}/wiki", cloud) == {"ops": ""}
    assert shown(f"{cloud}/wiki", cloud, jira_macro=False) == {}
    assert shown(f"{cloud}/wiki", "https://other.atlassian.net") == {}
    assert shown(dc, "https://jira.acme.example") == {}
    assert shown(dc, "https://jira.acme.example", jira_servers={"ops": "0a1b"}) == {"ops": "0a1b"}
    assert shown(dc, "https://jira.acme.example", jira_servers={"web": "0a1b"}) == {}


GITHUB = """
[trackers.web]
kind = "github"
repository = "acme/web"
url = "{url}"
token = "env:GITHUB_TOKEN"
"""


@pytest.fixture
def github() -> Iterator[Callable[..., github_site.Server]]:
    with ExitStack() as stack:

        def start(clock: jira_cloud.Clock) -> github_site.Server:
            return stack.enter_context(github_site.Server(github_site.Site(clock)))

        yield start


def test_a_ticket_on_github_is_a_link_whose_status_follows_every_night(
    confluence: Start, desk: AtDesk, github: Callable[..., github_site.Server]
) -> None:
    server = confluence()
    tracker = github(server.site.clock)
    page = server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(
        server,
        keys=SERVERS.replace("ops", "web"),
        trackers=GITHUB.format(url=tracker.url),
        GITHUB_TOKEN=GITHUB_BOT,
    )
    here.ok("file", "--yes")
    assert page.number == 2
    assert page.body.count(", open</a>") == 2
    assert f"{server.address}/pages/viewpage.action?pageId={page.id}" in str(tracker.site.web.issues[1].body)
    here.ok("run")
    assert page.number == 2
    server.site.clock.advance(days=1)
    tracker.site.close(tracker.site.web.issues[2])
    here.ok("run")
    assert page.number == 3
    assert page.body.count(", done</a>") == 1
    here.ok("run")
    assert page.number == 3
    assert server.site.told == []


def test_no_word_of_a_restricted_page_reaches_a_tracker_or_a_report(
    confluence: Start, desk: AtDesk, github: Callable[..., github_site.Server]
) -> None:
    server = confluence()
    tracker = github(server.site.clock)
    leak = server.site.page("Passwords leaked, 12 November 2026", BODY.replace("pool", "honeypot"))
    leak.readers = {BOT, READER}
    server.site.page("Checkout down, 12 November 2026", BODY)
    here = desk(server, trackers=GITHUB.format(url=tracker.url), GITHUB_TOKEN=GITHUB_BOT)
    here.ok("file", "--yes")
    sent = str([exchange.body for exchange in tracker.journal])
    assert "restore every quarter" in sent
    assert "honeypot" not in sent
    assert "leaked" not in sent
    assert leak.number == 1
    report = here.ok("report").said
    assert "honeypot" not in report
    assert "leaked" not in report


def test_a_page_that_becomes_restricted_later_is_kept_out_of_reports(
    confluence: Start, desk: AtDesk, github: Callable[..., github_site.Server]
) -> None:
    server = confluence()
    tracker = github(server.site.clock)
    page = server.site.page("Passwords leaked, 12 November 2026", BODY)
    here = desk(server, trackers=GITHUB.format(url=tracker.url), GITHUB_TOKEN=GITHUB_BOT)
    here.ok("file", "--yes")
    assert "restore every quarter" in here.ok("report", "--format", "json").said
    page.readers = {BOT}
    here.ok("run")
    told = here.ok("report", "--format", "json").said
    assert "restore every quarter" not in told
    assert "leaked" not in told
