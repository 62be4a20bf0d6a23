"""Ways to log in: a token, an App whose tokens are renewed, what a command prints; and nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from followthrough.connector import Connector, Unauthorized
from followthrough.http import Transport
from github_site import Server

APP: dict[str, int | None] = {"app_id": 123, "installation_id": 456, "token": None}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def pem(key: rsa.RSAPrivateKey, tmp_path: Path) -> str:
    """A reference to the App's key in a file that only we can read."""
    file = tmp_path / "app.pem"
    file.touch(mode=0o600)
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return f"file:{file}"


@pytest.fixture
def host(github: Callable[..., Server], key: rsa.RSAPrivateKey) -> Server:
    server = github()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    server.site.apps[123] = key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    server.site.web.rights["followthrough[bot]"] = "push"
    return server


def outside(host: Server) -> Transport:
    return Transport(clock=host.site.clock.now, sleep=host.site.clock.sleep)


def tokens(host: Server) -> list[str]:
    """The credentials of each request after the first, which asks for a token."""
    return [
        one.headers["Authorization"] for one in host.journal if one.template == "/repos/{owner}/{repo}/issues"
    ]


def test_an_app_files_as_itself_and_renews_its_token(
    host: Server, pem: str, connect: Callable[..., Connector]
) -> None:
    with connect(host.api, outside(host), private_key=pem, **APP) as connector:
        connector.owned()
        check = connector.check()
        assert check.account == check.author == "followthrough"
        host.site.clock.advance(minutes=49)
        connector.owned()
        host.site.clock.advance(minutes=2)
        connector.owned()
    asked = host.count("POST", "/access_tokens")
    assert asked == 2
    assert len(set(tokens(host))) == 2


@pytest.mark.parametrize(
    ("permissions", "told"),
    [
        ({"issues": "write", "metadata": "read"}, None),
        ({"issues": "read", "metadata": "read"}, 'its permission for issues is "read"'),
        ({"metadata": "read"}, "its permission for issues is missing"),
    ],
)
def test_what_an_app_may_do_is_known_before_anything_is_filed(
    permissions: dict[str, str],
    told: str | None,
    host: Server,
    pem: str,
    connect: Callable[..., Connector],
) -> None:
    host.site.app_permissions = permissions
    with connect(host.api, outside(host), private_key=pem, **APP) as connector:
        found = next(one for one in connector.check().findings if one.subject == "permission")
    assert found.ok is (told is None)
    assert told is None or found.message == f"This App may file nothing in acme/web: {told}."


def test_an_app_that_may_write_issues_makes_labels_whatever_role_the_repository_shows(
    host: Server, pem: str, connect: Callable[..., Connector]
) -> None:
    host.site.web.rights["followthrough[bot]"] = "read"
    with connect(host.api, outside(host), private_key=pem, labels=["not-there-yet"], **APP) as connector:
        found = next(one for one in connector.check().findings if one.subject == "labels")
    assert found.ok
    assert found.message.startswith("Not there yet, made with their first issue: not-there-yet")


def test_a_key_of_another_app_is_refused(host: Server, pem: str, connect: Callable[..., Connector]) -> None:
    host.site.apps.clear()
    with (
        connect(host.api, outside(host), private_key=pem, **APP) as connector,
        pytest.raises(Unauthorized) as told,
    ):
        connector.owned()
    assert str(told.value) == (
        f"{host.url.removeprefix('http://')} gives App 123 no token (401). "
        "Check app_id, installation_id and private_key."
    )


def test_what_is_no_key_is_refused_without_being_shown(
    host: Server, tmp_path: Path, connect: Callable[..., Connector]
) -> None:
    file = tmp_path / "app.pem"
    file.touch(mode=0o600)
    file.write_text("-----BEGIN HUMBUG-----\nsecret\n-----END HUMBUG-----\n")
    with (
        connect(host.api, outside(host), private_key=f"file:{file}", **APP) as connector,
        pytest.raises(Unauthorized) as told,
    ):
        connector.owned()
    assert "secret" not in str(told.value)
    assert host.journal == []


def test_a_command_gives_the_token(host: Server, connect: Callable[..., Connector]) -> None:
    with connect(host.api, outside(host), token="command:echo token-of-sam") as connector:
        assert connector.check().author == "sam"


def test_without_a_token_nothing_is_sent(host: Server, connect: Callable[..., Connector]) -> None:
    with connect(host.api, outside(host), token=None) as connector, pytest.raises(Unauthorized) as told:
        connector.owned()
    assert 'Add token = "env:GITHUB_TOKEN"' in str(told.value)
    assert host.journal == []


@pytest.mark.parametrize(
    ("scopes", "public", "ok"),
    [
        ("repo, read:org", False, True),
        ("repo", True, True),
        ("gist, public_repo", True, True),
        ("public_repo", False, False),
        ("", True, False),
        ("repo:status", False, False),
    ],
)
def test_the_scopes_of_a_classic_token_are_looked_at(
    scopes: str, public: bool, ok: bool, host: Server, connect: Callable[..., Connector]
) -> None:
    host.site.web.private = not public
    host.site.scopes["token-of-bot"] = scopes
    with connect(host.api, outside(host)) as connector:
        found = next(one for one in connector.check().findings if one.subject == "permission")
    assert found.ok is ok
    assert ok or found.message == "This classic token may file nothing in acme/web: it has no scope `repo`."


@pytest.mark.parametrize(
    ("scopes", "public", "told"),
    [
        ("public_repo", True, None),
        ("repo", False, "The scope `repo` is for all private repositories of the account."),
        ("repo", True, "This token may do more than it needs: repo."),
        (
            "admin:org, delete_repo, repo",
            False,
            "This token may do more than it needs: admin:org, delete_repo.",
        ),
    ],
)
def test_scopes_that_are_too_wide_are_named(
    scopes: str, public: bool, told: str | None, host: Server, connect: Callable[..., Connector]
) -> None:
    host.site.web.private = not public
    host.site.scopes["token-of-bot"] = scopes
    with connect(host.api, outside(host)) as connector:
        found = [(one.ok, one.message) for one in connector.check().findings if one.subject == "reach"]
    assert found == ([] if told is None else [(None, told)])


@pytest.mark.parametrize(
    ("permissions", "told"),
    [
        ({"issues": "write", "metadata": "read", "contents": "read"}, []),
        (
            {"issues": "write", "contents": "write", "administration": "write"},
            ["This App may do more than it needs: administration: write, contents: write."],
        ),
    ],
)
def test_permissions_that_are_too_wide_are_named(
    permissions: dict[str, str],
    told: list[str],
    host: Server,
    pem: str,
    connect: Callable[..., Connector],
) -> None:
    host.site.app_permissions = permissions
    with connect(host.api, outside(host), private_key=pem, **APP) as connector:
        assert [one.message for one in connector.check().findings if one.subject == "reach"] == told


def test_a_token_of_actions_is_known_by_graphql_alone(
    host: Server, connect: Callable[..., Connector]
) -> None:
    host.site.tokens["token-of-actions"] = "github-actions[bot]"
    host.site.web.rights["github-actions[bot]"] = "push"
    with connect(host.api, outside(host), token="command:echo token-of-actions") as connector:
        assert connector.check().author == "github-actions"
    assert host.count("GET", "/user") == 0
