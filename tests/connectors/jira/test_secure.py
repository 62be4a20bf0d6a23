"""Jira behind a private authority, behind a demand for our certificate, and behind a proxy."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from desk import Desk, Outcome
from jira_cloud import Server
from tunnel import Tunnel

DOCUMENT = "postmortems/2026-11-20-queue.md"


Secure = Callable[..., Server]


@pytest.fixture
def secure(cloud: Callable[..., Server], encrypted: Callable[..., ssl.SSLContext]) -> Secure:
    """A site over TLS; one that ``asks`` wants to see a certificate of ours."""
    return lambda **how: cloud(tls=encrypted(**how), host="localhost")


Desks = Callable[..., Desk]


def told(desk: Desk) -> tuple[int, str]:
    """What `doctor` says of the tracker, on one line."""
    done: Outcome = desk.run("doctor", "--format", "json")
    wrong = [one for one in done.json["findings"] if one["area"] == "ops" and one["ok"] is False]
    return done.code, " ".join(f"{one['message']} {one['cure']}".strip() for one in wrong)


def file_and_push(desk: Desk, postmortem: str, server: Server) -> None:
    """Both ways out at work: creates and reads on httpx, transitions with the SDK."""
    desk.write(DOCUMENT, postmortem)
    assert told(desk)[0] == 0, told(desk)
    desk.ok("file", "--yes")
    text = desk.read(DOCUMENT)
    desk.write(DOCUMENT, text.replace("1. [ ] Rehearse", "1. [x] Rehearse"))
    desk.ok("sync", "--push", "OPS-3")
    assert server.site["OPS-3"].status.name == "Done"
    assert server.count("POST", "/transitions") == server.count("GET", "/transitions") == 1


def test_a_private_authority(secure: Secure, desk: Desks, papers: Path, postmortem: str) -> None:
    server = secure()
    unknown = (
        "The certificate of localhost is signed by an authority this machine does not know: set ca_file. "
        "It is a PEM file with that authority's certificate, named in the tracker's section."
    )
    for keys in ("", f'ca_file = "{papers / "other-ca.pem"}"'):
        assert told(desk(server.url, server.site.clock, name=f"without{len(keys)}", keys=keys)) == (
            3,
            unknown,
        )
    assert server.journal == []
    known = desk(server.url, server.site.clock, keys=f'ca_file = "{papers / "ca.pem"}"')
    file_and_push(known, postmortem, server)


def test_an_authority_of_the_usual_environment(
    secure: Secure, desk: Desks, papers: Path, postmortem: str
) -> None:
    server = secure()
    known = desk(server.url, server.site.clock)
    known.environ["SSL_CERT_FILE"] = str(papers / "ca.pem")
    file_and_push(known, postmortem, server)


def test_a_certificate_for_another_name(secure: Secure, desk: Desks, papers: Path) -> None:
    server = secure(shown="elsewhere.pem")
    known = desk(server.url, server.site.clock, keys=f'ca_file = "{papers / "ca.pem"}"')
    message = "The certificate of localhost is made out to another name. Check `url` and `proxy`."
    assert told(known) == (3, message)


def test_a_demand_for_our_certificate(secure: Secure, desk: Desks, papers: Path, postmortem: str) -> None:
    server = secure(asks=True)
    authority = f'ca_file = "{papers / "ca.pem"}"\n'
    asked = "localhost asks for a certificate of ours: set client_cert. It is a PEM file with its key."
    assert told(desk(server.url, server.site.clock, name="none", keys=authority)) == (3, asked)
    strange = authority + f'client_cert = "{papers / "strange.pem"}"'
    code, message = told(desk(server.url, server.site.clock, name="strange", keys=strange))
    assert code == 3
    assert message.startswith("localhost"), message
    no_key = authority + f'client_cert = "{papers / "ca.pem"}"'
    code, message = told(desk(server.url, server.site.clock, name="no-key", keys=no_key))
    assert code == 3
    assert f"client_cert {papers / 'ca.pem'} cannot be used" in message
    assert server.journal == []
    shown = authority + f'client_cert = "{papers / "bot.pem"}"'
    file_and_push(desk(server.url, server.site.clock, keys=shown), postmortem, server)


def test_everything_goes_through_the_proxy(
    secure: Secure, desk: Desks, papers: Path, postmortem: str, tunnel: Tunnel
) -> None:
    server = secure()
    keys = f'ca_file = "{papers / "ca.pem"}"\nproxy = "http://{tunnel.address}"'
    file_and_push(desk(server.url, server.site.clock, keys=keys), postmortem, server)
    assert {*tunnel.tunnels} == {server.url.removeprefix("https://")}
    assert not [head for head in tunnel.heard if b"authorization" in head.lower()], (
        "the token is not the proxy's"
    )


@pytest.mark.parametrize("tunnel", ["user:s3cret"], indirect=True)
def test_the_proxy_of_the_environment_with_its_password(
    secure: Secure, desk: Desks, papers: Path, postmortem: str, tunnel: Tunnel
) -> None:
    server = secure()
    keys = f'ca_file = "{papers / "ca.pem"}"'
    known = desk(server.url, server.site.clock, keys=keys)
    known.environ |= {"HTTPS_PROXY": f"http://user:s3cret@{tunnel.address}", "NO_PROXY": "", "no_proxy": ""}
    file_and_push(known, postmortem, server)
    assert tunnel.tunnels
    assert tunnel.refused == 0


@pytest.mark.parametrize("tunnel", ["user:s3cret"], indirect=True)
def test_a_proxy_that_does_not_let_us_through(
    secure: Secure, desk: Desks, papers: Path, tunnel: Tunnel
) -> None:
    server = secure()
    refused = "The proxy does not let us through to localhost. Check `proxy`."
    keys = f'ca_file = "{papers / "ca.pem"}"\nproxy = "http://{tunnel.address}"'
    assert told(desk(server.url, server.site.clock, name="refused", keys=keys)) == (3, refused)
    assert tunnel.refused >= 1
    gone = f'ca_file = "{papers / "ca.pem"}"\nproxy = "http://127.0.0.1:1"'
    message = "localhost refuses the connection. Check `url` and `proxy`, or try again later."
    assert told(desk(server.url, server.site.clock, name="gone", keys=gone)) == (3, message)
    assert server.journal == []
