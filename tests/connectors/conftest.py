"""What the tests of every tracker that is reached over HTTPS share: certificates, and a proxy."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tunnel import Tunnel


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private authority, its certificate for localhost, one for us, and one of another authority."""
    folder = tmp_path_factory.mktemp("papers")
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    theirs.cert_pem.write_to_path(folder / "other-ca.pem")
    ours.issue_cert("localhost", "127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
        folder / "server.pem"
    )
    ours.issue_cert("bot@acme.example").private_key_and_cert_chain_pem.write_to_path(folder / "bot.pem")
    theirs.issue_cert("bot@acme.example").private_key_and_cert_chain_pem.write_to_path(folder / "strange.pem")
    ours.issue_cert("elsewhere.example").private_key_and_cert_chain_pem.write_to_path(
        folder / "elsewhere.pem"
    )
    return folder


@pytest.fixture
def encrypted(papers: Path) -> Callable[..., ssl.SSLContext]:
    """What a server shows; one that ``asks`` wants to see a certificate of ours."""

    def made(*, asks: bool = False, shown: str = "server.pem") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(papers / shown)
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(papers / "ca.pem")
        return context

    return made


@pytest.fixture
def tunnel(request: pytest.FixtureRequest) -> Iterator[Tunnel]:
    with Tunnel(getattr(request, "param", "")) as tunnel:
        yield tunnel
