"""What the tests of sending share: services on loopback behind a private authority, and secrets to look for."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

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
