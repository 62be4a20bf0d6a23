"""The settings of one repository, where it is found from git, and that what is wrong is a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.git import parsed
from followthrough_github import plugin
from followthrough_github.settings import GitHubSettings

APP: dict[str, Any] = {"app_id": 7, "installation_id": 8, "private_key": "file:/keys/app.pem"}


def opened(remote: str | None = None, **keys: Any) -> GitHubSettings:
    """The section as it is read in a clone of that remote."""
    context = {"root": Path("/"), "scope": "web", "remote": lambda: parsed(remote) if remote else None}
    return plugin.settings_model().model_validate(keys, context=context)


@pytest.mark.parametrize(
    ("remote", "api", "graphql", "web"),
    [
        (
            "https://github.com/acme/web.git",
            "https://api.github.com",
            "https://api.github.com/graphql",
            "https://github.com",
        ),
        (
            "git@github.com:acme/web.git",
            "https://api.github.com",
            "https://api.github.com/graphql",
            "https://github.com",
        ),
        (
            "ssh://git@ssh.github.com:443/acme/web.git",
            "https://api.github.com",
            "https://api.github.com/graphql",
            "https://github.com",
        ),
        (
            "https://octo.ghe.com/acme/web",
            "https://api.octo.ghe.com",
            "https://api.octo.ghe.com/graphql",
            "https://octo.ghe.com",
        ),
        (
            "git@ghe.acme.example:acme/web.git",
            "https://ghe.acme.example/api/v3",
            "https://ghe.acme.example/api/graphql",
            "https://ghe.acme.example",
        ),
        (
            "https://ghe.acme.example:8443/acme/web.git",
            "https://ghe.acme.example:8443/api/v3",
            "https://ghe.acme.example:8443/api/graphql",
            "https://ghe.acme.example:8443",
        ),
        (
            "ssh://git@ghe.acme.example:122/acme/web.git",
            "https://ghe.acme.example/api/v3",
            "https://ghe.acme.example/api/graphql",
            "https://ghe.acme.example",
        ),
    ],
)
def test_the_remote_says_which_repository_on_which_host(
    remote: str, api: str, graphql: str, web: str
) -> None:
    place = opened(remote).place
    assert (place.repository, place.api, place.graphql, place.web) == ("acme/web", api, graphql, web)
    assert place.own


def test_a_url_outweighs_the_host_of_the_remote() -> None:
    place = opened("git@mirror.example:acme/web.git", url="https://ghe.acme.example/api/v3/").place
    assert (place.repository, place.api) == ("acme/web", "https://ghe.acme.example/api/v3")


def test_any_other_address_is_taken_as_it_is() -> None:
    place = opened(url="http://127.0.0.1:3000", repository="acme/web").place
    assert (place.graphql, place.web) == ("http://127.0.0.1:3000/graphql", "http://127.0.0.1:3000")


@pytest.mark.parametrize(
    ("remote", "keys", "own"),
    [
        ("git@github.com:acme/web.git", {"repository": "acme/web"}, True),
        ("git@github.com:Acme/Web.git", {"repository": "acme/web"}, True),
        ("ssh://git@ssh.github.com:443/acme/web.git", {"repository": "acme/web"}, True),
        ("git@github.com:acme/pm.git", {"repository": "acme/web"}, False),
        ("git@gitlab.example:acme/web.git", {"repository": "acme/web"}, False),
        (None, {"repository": "acme/web"}, False),
    ],
)
def test_only_the_repository_of_the_documents_is_their_own(
    remote: str | None, keys: dict[str, Any], own: bool
) -> None:
    assert opened(remote, **keys).place.own is own


PORT = "https://ghe.acme.example:8443/api/v3"
NO_PORT = "https://ghe.acme.example/api/v3"


@pytest.mark.parametrize(
    ("remote", "url", "own"),
    [
        ("https://ghe.acme.example:8443/acme/web.git", PORT, True),
        ("https://ghe.acme.example/acme/web.git", PORT, True),
        ("git@ghe.acme.example:acme/web.git", PORT, True),
        ("ssh://git@ghe.acme.example:122/acme/web.git", PORT, True),
        ("ssh://git@ssh.ghe.acme.example/acme/web.git", PORT, True),
        ("ssh://git@ghe.acme.example:122/acme/web.git", NO_PORT, True),
        ("https://GHE.acme.example:443/acme/web.git", "https://GHE.acme.example/api/v3", True),
        # another server on the same machine, another repository, another machine
        ("https://ghe.acme.example:3000/acme/web.git", PORT, False),
        ("https://ghe.acme.example:443/acme/web.git", PORT, False),
        ("https://ghe.acme.example:8443/acme/web.git", NO_PORT, False),
        ("https://ghe.acme.example:8443/acme/pm.git", PORT, False),
        ("ssh://git@other.example:122/acme/web.git", PORT, False),
    ],
)
def test_a_port_of_the_host_does_not_hide_that_it_is_the_documents_own(
    remote: str, url: str, own: bool
) -> None:
    """Git over ssh has a port of its own, and an address without a port may be behind a redirect."""
    place = opened(remote, repository="acme/web", url=url).place
    assert place.own is own
    assert (place.key_of("#12") == "#12") is own


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, 'repository = "auto" is git\'s remote `origin`, and there is none'),
        ({"repository": "web"}, "'web' is no repository; write it as \"acme/web\""),
        ({"repository": "https://github.com/acme/web"}, "is no repository"),
        ({"repository": "acme/.."}, "is no repository"),
        ({"repository": "acme/web/pulls"}, "is no repository"),
        ({"url": "http://ghe.acme.example/api/v3"}, "use https"),
        ({"token": "ghp_s3cret"}, "a secret must not stand in the settings"),
        ({"app_id": 7}, "an app needs all three of app_id, installation_id and private_key"),
        ({**APP, "private_key": None}, "an app needs all three"),
        ({**APP, "token": "env:T"}, "there is a token and an app; keep one of them"),
        ({**APP, "app_id": 0}, "greater than 0"),
        ({"blocked": "blocked"}, 'it is a list: write ["blocked"]'),
        ({"in_progress": [""]}, "at least 1 character"),
        ({"milestone": ""}, "at least 1 character"),
        ({"projct": "x"}, "Extra inputs"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(keys: dict[str, Any], sentence: str) -> None:
    section = keys if not keys or "repository" in keys else {"repository": "acme/web", **keys}
    with pytest.raises(ValidationError) as error:
        opened(None, **{name: value for name, value in section.items() if value is not None})
    assert sentence in str(error.value)
    assert "ghp_s3cret" not in "".join(str(one["msg"]) for one in error.value.errors())


def test_a_remote_that_is_no_repository_is_said() -> None:
    with pytest.raises(ValidationError, match="'group/sub/web' is no repository"):
        opened("git@git.example:group/sub/web.git")


def test_an_app_is_told_by_its_three_keys() -> None:
    app_id, installation, key = opened(repository="acme/web", **APP).app
    assert (app_id, installation) == (7, 8)
    assert "file:/keys/app.pem" in str(key)
    with pytest.raises(ValueError, match="there is no App"):
        opened(repository="acme/web", token="env:T").app  # noqa: B018


def test_naming_the_kind_imports_nothing_heavy() -> None:
    code = "import followthrough_github, sys; print(*{'httpx', 'pydantic', 'github'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
