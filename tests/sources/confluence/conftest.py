"""A Confluence of our own for each test, in both kinds; see ``tests/servers/confluence_site``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from confluence_site import BOT, TOKEN, Server, Site
from desk import Desk
from followthrough.http import Secret, Transport
from followthrough.settings.confluence import ConfluenceSettings
from followthrough.sources.confluence import ConfluenceSource
from followthrough.sources.confluence.client import Client


@pytest.fixture(params=["cloud", "datacenter"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def confluence(kind: str) -> Iterator[Callable[..., Server]]:
    """Starts sites of that kind."""
    with ExitStack() as stack:

        def start(*, normalising: bool = False, **options: Any) -> Server:
            site = Site(normalising=normalising)
            return stack.enter_context(Server(site, cloud=kind == "cloud", **options))

        yield start


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ConfluenceSource]]:
    """The pages labelled ``postmortem`` of a site, or with other keys of its section; on one clock."""
    stack = ExitStack()

    def opened(server: Server, *, url: str = "", **keys: Any) -> ConfluenceSource:
        monkeypatch.setenv("CONFLUENCE_TEST_TOKEN", TOKEN)
        section = {
            "kind": "confluence",
            "url": url or server.address,
            "labels": ["postmortem"],
            "email": BOT if server.cloud else None,
            "token": "env:CONFLUENCE_TEST_TOKEN",
            **keys,
        }
        settings = ConfluenceSettings.model_validate(
            {name: value for name, value in section.items() if value is not None}
        )
        clock = server.site.clock
        outside = Transport(clock=clock.now, sleep=clock.sleep)
        client = Client(settings, Secret(settings.token), outside)
        stack.callback(client.close)
        return ConfluenceSource(settings, client)

    with stack:
        yield opened


SETTINGS = """\
namespace = "k3v9q0z7"
since = "2026-08-24"
[[sources]]
kind = "confluence"
url = "{url}"
deployment = "{kind}"
{login}token = "env:CONFLUENCE_TOKEN"
labels = ["postmortem"]
{keys}
{trackers}
"""


@pytest.fixture
def desk(tmp_path: Path, kind: str) -> Callable[..., Desk]:
    """A folder whose settings name the pages of a site, and the program in it, on the site's clock."""

    def opened(
        server: Server,
        *,
        url: str = "",
        keys: str = "",
        trackers: str = "",
        name: str = "desk",
        **secrets: str,
    ) -> Desk:
        login = f'email = "{BOT}"\n' if kind == "cloud" else ""
        address = url or server.url + ("" if server.cloud else server.context)
        text = SETTINGS.format(url=address, kind=kind, login=login, keys=keys, trackers=trackers)
        return Desk.at(tmp_path / name, server.site.clock, text, CONFLUENCE_TOKEN=TOKEN, **secrets)

    return opened
