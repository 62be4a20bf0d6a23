"""GitHub behind a private authority, behind a demand for our certificate, and behind a proxy.

Both ways out are at work: creates and reads on httpx, the milestone by PyGithub.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from desk import Desk
from github_site import Server, Site
from tunnel import Tunnel

DOCUMENT = "postmortems/2026-11-20-queue.md"
Secure = Callable[..., Server]
Desks = Callable[..., Desk]


@pytest.fixture
def secure(github: Callable[..., Server], encrypted: Callable[..., ssl.SSLContext]) -> Secure:
    """A host over TLS; one that ``asks`` wants to see a certificate of ours."""

    def start(**how: object) -> Server:
        site = Site()
        site.web.milestones[3] = "Follow-ups"
        return github(site, tls=encrypted(**how), host="localhost")

    return start


def told(desk: Desk) -> tuple[int, str]:
    """What `doctor` says of the tracker, on one line."""
    done = desk.run("doctor", "--format", "json")
    wrong = [one for one in done.json["findings"] if one["area"] == "web" and one["ok"] is False]
    return done.code, " ".join(f"{one['message']} {one['cure']}".strip() for one in wrong)


def keys(papers: Path, *more: str) -> str:
    return "\n".join((f'ca_file = "{papers / "ca.pem"}"', 'milestone = "Follow-ups"', *more))


def file(desk: Desk, postmortem: str, server: Server) -> None:
    desk.write(DOCUMENT, postmortem)
    assert told(desk)[0] == 0, told(desk)
    desk.ok("file", "--yes")
    assert [issue.milestone for issue in server.site.all_issues()] == [3] * 6
    desk.ok("sync")
    assert server.count("GET", "/milestones") == 2, "once for each command that needs it"


def test_a_private_authority(secure: Secure, desk: Desks, papers: Path, postmortem: str) -> None:
    server = secure()
    unknown = (
        "The certificate of localhost is signed by an authority this machine does not know: set ca_file. "
        "It is a PEM file with that authority's certificate, named in the tracker's section."
    )
    assert told(desk(server.url, server.site.clock, name="without")) == (3, unknown)
    assert server.journal == []
    file(desk(server.url, server.site.clock, keys=keys(papers)), postmortem, server)


def test_an_authority_of_the_usual_environment(
    secure: Secure, desk: Desks, papers: Path, postmortem: str
) -> None:
    server = secure()
    here = desk(server.url, server.site.clock, keys='milestone = "Follow-ups"')
    here.environ["SSL_CERT_FILE"] = str(papers / "ca.pem")
    file(here, postmortem, server)


def test_a_demand_for_our_certificate(secure: Secure, desk: Desks, papers: Path, postmortem: str) -> None:
    server = secure(asks=True)
    asked = "localhost asks for a certificate of ours: set client_cert. It is a PEM file with its key."
    assert told(desk(server.url, server.site.clock, name="none", keys=keys(papers))) == (3, asked)
    assert server.journal == []
    shown = keys(papers, f'client_cert = "{papers / "bot.pem"}"')
    file(desk(server.url, server.site.clock, keys=shown), postmortem, server)


@pytest.mark.parametrize("tunnel", ["user:s3cret"], indirect=True)
def test_everything_goes_through_the_proxy(
    secure: Secure, desk: Desks, papers: Path, postmortem: str, tunnel: Tunnel
) -> None:
    server = secure()
    refused = "The proxy does not let us through to localhost. Check `proxy`."
    stranger = keys(papers, f'proxy = "http://{tunnel.address}"')
    assert told(desk(server.url, server.site.clock, name="stranger", keys=stranger)) == (3, refused)
    assert server.journal == []
    here = desk(server.url, server.site.clock, keys=keys(papers))
    here.environ |= {"HTTPS_PROXY": f"http://user:s3cret@{tunnel.address}", "NO_PROXY": "", "no_proxy": ""}
    file(here, postmortem, server)
    assert {*tunnel.tunnels} == {server.url.removeprefix("https://")}
    assert not [head for head in tunnel.heard if b"token-of-bot" in head], "the token is not the proxy's"
