"""What the tests of sending share: services on loopback behind a private authority, and secrets to look for."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from desk import Desk, Outcome
from followthrough.notify.letters import Letter
from sinks import Hook, MailServer


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def context(authority: trustme.CA) -> ssl.SSLContext:
    """The certificate of every service: for loopback, and in the name of services that are elsewhere."""
    names = ("localhost", "127.0.0.1", "hooks.slack.com", "prod-1.logic.azure.com")
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(made)
    return made


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as running:
        yield running


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def letter() -> Letter:
    return Letter(
        title="Two of three are late",
        text="Two of three are late.\n  OPS-1  Alert on the pool",
        markdown="Two of three are **late**.\n\n- [OPS-1](https://ops.example/OPS-1) Alert on the pool",
        page="<!doctype html><title>Report</title>",
    )


@dataclass
class Clock:
    """Time that passes only when a test says so."""

    time: datetime

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def to(self, day: str, hour: int = 9) -> None:
        self.time = datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")


POSTMORTEM = """\
# Queue stuck, 5 Oct

- Date: 2026-10-05
- Severity: SEV1
- Impact: nobody could pay.

## Action items

- Fail over the payment queue without hands (owner: Sam, due 2026-10-20)
- Alert when the pool is over 90 % (owner: @sam, due 2026-12-01)
- Rehearse draining the queue (owner: Ada, due 2026-11-01)
- Write a runbook (owner: Lee, due 2026-11-01)
- Look at the retries
"""

SETTINGS = """\
documents = ["postmortems/*.md"]
since = "2026-01-01"
namespace = "k3v9q0z7"
[people.sam]
names = ["Sam", "@sam"]
email = "sam@acme.example"
team = "Payments"
[people.ada]
names = ["Ada", "ada@acme.example"]
team = "Platform"
[notify]
"""


@dataclass
class Team:
    """A desk on a Monday, with a postmortem whose measures are filed and the trackers read."""

    desk: Desk
    clock: Clock

    def settings(self, text: str) -> None:
        """The settings file, trusted."""
        self.desk.write("followthrough.toml", SETTINGS + text)
        self.desk.ok("trust")

    def today(self) -> None:
        """As late as it is for other processes."""
        self.clock.time = datetime.now(UTC)

    def run(self, *arguments: str) -> Outcome:
        return self.desk.run("report", *arguments)

    def send(self, *arguments: str) -> Outcome:
        return self.run("--send", *arguments)

    def remind(self, *arguments: str) -> Outcome:
        return self.run("--to", "owners", *arguments)

    def key(self, words: str) -> str:
        """The key of the ticket with these words in its title."""
        tickets = self.desk.ok("local", "list", "--format", "json").json["tickets"]
        return next(str(one["key"]) for one in tickets if words in one["title"])


@pytest.fixture(scope="session")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose measures are filed and whose tracker was read in the night, made once."""
    folder = tmp_path_factory.mktemp("filed")
    clock = Clock(datetime(2026, 11, 20, 2, tzinfo=UTC))
    desk = Desk(folder, clock)
    desk.write("postmortems/2026-10-05-queue.md", POSTMORTEM)
    desk.write("followthrough.toml", SETTINGS)
    desk.ok("file", "--yes")
    clock.to("2026-11-23", 2)
    desk.ok("run")
    return folder


@pytest.fixture
def team(filed: Path, tmp_path: Path) -> Team:
    folder = tmp_path / "team"
    shutil.copytree(filed, folder)
    clock = Clock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    return Team(Desk(folder, clock, {"XDG_CONFIG_HOME": str(tmp_path / "config")}), clock)
