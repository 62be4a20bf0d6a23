"""A Jira Cloud site of our own for each test; see ``tests/servers/jira_cloud``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jira import JIRA

from cloning import Hosts
from desk import Desk
from fault_proxy import FaultProxy
from followthrough.connector import Connector
from followthrough.http import Transport
from followthrough_jira import plugin
from jira_cloud import Clock, Server, Site
from jira_cloud.standard import BOT, CLASSIC
from sweeping import DOCUMENT, Case

NO_DESCRIPTION = "Atlassian's description of the API is not beside this checkout: nothing is held against it"


@pytest.fixture
def hosts(tmp_path: Path) -> Hosts:
    return Hosts(tmp_path)


@pytest.fixture
def cloud() -> Iterator[Callable[..., Server]]:
    """Starts sites; at the end all that they were asked and answered must be as Atlassian describes it."""
    with ExitStack() as stack:
        started: list[Server] = []

        def start(*, lag: float = 0.0, clock: Clock | None = None, **options: Any) -> Server:
            server = Server(Site(clock, lag=timedelta(seconds=lag)), **options)
            started.append(stack.enter_context(server))
            return server

        yield start
        assert [fault for server in started for fault in server.violations] == []


@pytest.fixture
def described() -> None:
    """For tests that are nothing without Atlassian's description."""
    from jira_cloud.server import description

    if description() is None:
        pytest.skip(NO_DESCRIPTION)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Connector]:
    """Opens project OPS of a site, or with other keys of its section; both share one clock."""

    def opened(
        server: Server, *, token: str = CLASSIC, outside: Transport | None = None, **keys: Any
    ) -> Connector:
        monkeypatch.setenv("JIRA_TEST_TOKEN", token)
        section = {
            "url": server.url,
            "project": "OPS",
            "email": BOT.email,
            "token": "env:JIRA_TEST_TOKEN",
            **keys,
        }
        settings = plugin.settings_model().model_validate(
            {name: value for name, value in section.items() if value is not None},
            context={"root": tmp_path, "scope": "ops"},
        )
        clock = server.site.clock
        return plugin.connect(settings, outside or Transport(clock=clock.now, sleep=clock.sleep))

    return opened


SETTINGS = """\
documents = ["postmortems/*.md"]
namespace = "k3v9q0z7"
since = "2026-08-24"
[trackers.ops]
kind = "jira"
url = "{url}"
project = "OPS"
email = "bot@acme.example"
token = "env:JIRA_TOKEN"
{keys}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    """A folder whose settings name project OPS at an address, and the program in it, on the site's clock."""

    def opened(url: str, clock: Clock, *, name: str = "desk", keys: str = "", token: str = CLASSIC) -> Desk:
        return Desk.at(tmp_path / name, clock, SETTINGS.format(url=url, keys=keys), JIRA_TOKEN=token)

    return opened


WORLD = """\
statuses: [[Open, todo, "1"], [In Progress, inprogress, "3"], [Blocked, inprogress, "10001"],
           [Done, done, "10002"]]
transition_screens: {Done: [resolution]}
epics_per_module: 0
standalone_per_module: 0
history_per_module: 0
"""


@pytest.fixture(scope="session")
def jira820(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The peer in a process of its own, on a free port."""
    world = tmp_path_factory.mktemp("jira820") / "world.yaml"
    world.write_text(WORLD, encoding="utf-8")
    starter = (
        "import socket, uvicorn\n"
        "from jira820.config import load_config\n"
        "from jira820.server import make_app\n"
        "listener = socket.create_server(('127.0.0.1', 0))\n"
        "print(listener.getsockname()[1], flush=True)\n"
        "uvicorn.Server(uvicorn.Config(make_app(config=load_config()), log_level='error')).run([listener])\n"
    )
    environ = {**os.environ, "JIRA820_CONFIG": str(world), "JIRA820_PROJECT_KEY": "OPS"}
    process = subprocess.Popen(
        [sys.executable, "-c", starter], env=environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    assert port, "jira820 did not start"
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)
    process.stdout.close()


@pytest.fixture(scope="session")
def witness(jira820: str) -> Any:
    return JIRA(jira820, max_retries=0, timeout=10)


@pytest.fixture
def site(cloud: Callable[..., Server]) -> Server:
    return cloud()


@pytest.fixture
def here(site: Server, desk: Callable[..., Desk], postmortem: str) -> Callable[..., Desk]:
    """A desk with the postmortem on it, its settings with these keys besides."""

    def opened(keys: str = "", **more: str) -> Desk:
        opened = desk(site.url, site.site.clock, keys=f'deployment = "cloud"\n{keys}', **more)
        opened.write("postmortems/2026-11-20-queue.md", postmortem)
        return opened

    return opened


def _held(site: Site) -> list[tuple[str, str]]:
    return [(issue.properties["followthrough"]["id"], issue.key) for issue in site.issues.values()]


@pytest.fixture
def cases(
    cloud: Callable[..., Server], desk: Callable[..., Desk], postmortem: str
) -> Iterator[Callable[[str], Case]]:
    """New cases by name; the folder of one is gone when the next comes."""
    running: list[FaultProxy] = []

    def new(name: str) -> Case:
        clock = Clock()
        # Search shows the first issue soon, as the proof needs it, and the others after an hour.
        server = cloud(lag=3600, clock=clock)
        server.site.lag_of["10001"] = timedelta(seconds=5)
        proxy = FaultProxy(server.url, now=clock.now)
        running.append(proxy.__enter__())
        opened = desk(proxy.url, clock, name=name, keys='deployment = "cloud"\nremote_link = true')
        opened.write(DOCUMENT, postmortem)
        return Case(server, proxy, opened, clock, _held)

    yield new
    for proxy in running:
        proxy.__exit__()
