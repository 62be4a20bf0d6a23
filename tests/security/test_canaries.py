"""Secrets that would be recognised anywhere, through every command, in calm and in trouble, with every library's log
at its most talkative: no output, no file and no log holds one.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk import Desk
from evil import echo, forms, kept, refusing
from fault_proxy import FaultProxy
from followthrough.__main__ import main
from followthrough.engine.world import World
from github_site import Server as GitHub
from github_site import Site as GitHubSite
from jira_cloud import Clock
from jira_cloud import Server as Jira
from jira_cloud import Site as JiraSite
from jira_cloud.standard import BOT, CLASSIC
from sinks import Hook

GITHUB_TOKEN = "token-of-bot"
CHAT = "c4n4ry-chat-secret"
SECRETS = [*forms(GITHUB_TOKEN), *forms(CLASSIC, BOT.email), *forms(CHAT)]

SETTINGS = """\
documents = ["postmortems/*.md"]
namespace = "k3v9q0z7"
since = "2026-08-24"
default_tracker = "ops"
[trackers.ops]
kind = "jira"
deployment = "cloud"
url = "{jira}"
project = "OPS"
email = "bot@acme.example"
token = "file:jira-token"
[trackers.web]
kind = "github"
url = "{github}"
repository = "acme/web"
token = "command:printenv CANARY_GITHUB"
[[routes]]
when = {{ kind = ["detective", "process"] }}
tracker = "web"
[[notify.channels]]
name = "managers"
url = "env:CANARY_CHAT"
"""

COMMANDS = [
    "doctor",
    "plan",
    "plan -o plan.json",
    "file --yes",
    "file --plan plan.json",
    "sync",
    "run",
    "status",
    "report",
    "report --format json",
    "report --format html -o page.html",
    "report --evidence -o evidence.jsonl",
    "report --send",
    "extract postmortems --format jsonl",
    "check postmortems",
    "rebuild",
    "unlink postmortems",
]


class Place:
    """Two trackers behind proxies, a chat, and a desk whose settings name all their secrets."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack, postmortem: str) -> None:
        self.clock = Clock()
        self.jira = stack.enter_context(Jira(JiraSite(self.clock), described=False))
        self.github = stack.enter_context(GitHub(GitHubSite(self.clock), described=False))
        self.proxies = [
            stack.enter_context(FaultProxy(server.url, now=self.clock.now))
            for server in (self.jira, self.github)
        ]
        self.chat = stack.enter_context(Hook())
        settings = SETTINGS.format(jira=self.proxies[0].url, github=self.proxies[1].url)
        self.desk = Desk.at(
            folder,
            self.clock,
            settings,
            CANARY_GITHUB=GITHUB_TOKEN,
            CANARY_CHAT=f"json://user:{CHAT}@{self.chat.address}/{CHAT}",
        )
        secret = folder / "jira-token"
        secret.touch(mode=0o600)
        secret.write_text(CLASSIC)
        self.desk.write("postmortems/2026-11-20-queue.md", postmortem)

    def leftovers(self) -> bytes:
        """Every file but the one that holds a secret by intention."""
        (self.desk.folder / "jira-token").rename(self.desk.folder.parent / "jira-token")
        try:
            return kept(self.desk.folder)
        finally:
            (self.desk.folder.parent / "jira-token").rename(self.desk.folder / "jira-token")


@pytest.fixture
def place(tmp_path: Path, postmortem: str) -> Iterator[Place]:
    with contextlib.ExitStack() as stack:
        yield Place(tmp_path / "desk", stack, postmortem)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that libraries would log for somebody who asks for everything."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def assert_kept_secret(place: Place, log: io.StringIO, said: str) -> None:
    left = place.leftovers()
    for secret in SECRETS:
        assert secret not in said
        assert secret not in log.getvalue()
        assert secret.encode() not in left


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_in_calm(place: Place, log: io.StringIO, log_format: str) -> None:
    said = ""
    for command in COMMANDS:
        done = place.desk.run("--log-format", log_format, *command.split())
        assert done.code in (0, 4, 6), f"{command}: {done.said}"
        said += done.said
    assert place.chat.posts, "the chat got its message"
    assert len(log.getvalue()) > 1000, "libraries did log"
    assert_kept_secret(place, log, said)


TROUBLES: dict[str, Callable[[Place], None]] = {}


def trouble(named: Callable[[Place], None]) -> Callable[[Place], None]:
    TROUBLES[named.__name__] = named
    return named


@trouble
def a_server_that_repeats_what_it_is_sent(place: Place) -> None:
    for proxy in place.proxies:
        proxy.rewrite = echo


@trouble
def a_refusal_that_repeats_what_it_was_sent(place: Place) -> None:
    for proxy in place.proxies:
        proxy.rewrite = refusing(400)


@trouble
def a_login_that_is_refused(place: Place) -> None:
    for proxy in place.proxies:
        proxy.rewrite = refusing(401)


@trouble
def no_network(place: Place) -> None:
    for proxy in place.proxies:
        proxy.upstream = ("127.0.0.1", 1)


@trouble
def a_chat_that_refuses(place: Place) -> None:
    place.chat.answers = (403,)


@pytest.mark.parametrize("name", TROUBLES)
def test_in_trouble(place: Place, log: io.StringIO, name: str) -> None:
    place.desk.ok("file", "--yes", "--limit", "2")
    place.clock.advance(hours=20)
    TROUBLES[name](place)
    said = "".join(
        place.desk.run("--log-format", log_format, *command.split()).said
        for log_format in ("text", "json")
        for command in ("doctor", "file --yes", "sync", "run", "report --send", "status", "rebuild")
    )
    assert_kept_secret(place, log, said)


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("step", ["surveyed", "created", "document written"])
def test_a_bug_whose_words_hold_a_secret(
    place: Place, log: io.StringIO, capfd: pytest.CaptureFixture[str], step: str, log_format: str
) -> None:
    """Whatever raises it, a traceback ends on the same standard error as everything else."""

    def fail(reached: str) -> None:
        if reached == step:
            raise RuntimeError(
                f"tried {GITHUB_TOKEN}, {forms(CLASSIC, BOT.email)[2]} and {CHAT}"
            ) from ValueError(f"{CLASSIC}")

    world = World(
        now=place.clock.now,
        monotonic=lambda: place.clock.now().timestamp(),
        sleep=place.clock.sleep,
        step=fail,
    )
    with place.desk._here():
        assert main(["--log-format", log_format, "doctor"]) == 0
        code = main(["--log-format", log_format, "file", "--yes"], world=world)
    out, err = capfd.readouterr()
    assert code == 1
    assert "Traceback" in err
    assert "RuntimeError: tried ***, Ym90QGFjbWUuZXhhbXBsZTp*** and" in err
    # The chat's address was not read by this command, so nothing knows it: it is no secret of this process.
    assert_kept_secret(place, log, (out + err).replace(CHAT, ""))
