"""Where a document is opened: what each host's web pages look like, and never a secret in an address."""

from __future__ import annotations

import pytest

from followthrough.tickets.addresses import anchor, from_pattern, from_remote

PATH = "pm/queue stuck.md"


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        (
            "https://github.com/acme/web.git",
            "https://github.com/acme/web/blob/main/pm/queue%20stuck.md#to-do",
        ),
        ("https://github.com/acme/web/", "https://github.com/acme/web/blob/main/pm/queue%20stuck.md#to-do"),
        ("git@github.com:acme/web.git", "https://github.com/acme/web/blob/main/pm/queue%20stuck.md#to-do"),
        ("ssh://git@github.com/acme/web", "https://github.com/acme/web/blob/main/pm/queue%20stuck.md#to-do"),
        (
            "git@github.acme.example:acme/web.git",
            "https://github.acme.example/acme/web/blob/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "https://acme.ghe.com/acme/web",
            "https://acme.ghe.com/acme/web/blob/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "https://gitlab.com/acme/ops/web.git",
            "https://gitlab.com/acme/ops/web/-/blob/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "ssh://git@gitlab.acme.example:2222/acme/web.git",
            "https://gitlab.acme.example/acme/web/-/blob/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "https://gitlab.acme.example:8443/acme/web.git",
            "https://gitlab.acme.example:8443/acme/web/-/blob/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "git@bitbucket.org:acme/web.git",
            "https://bitbucket.org/acme/web/src/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "https://gitea.acme.example/acme/web.git",
            "https://gitea.acme.example/acme/web/src/branch/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "git@codeberg.org:acme/web.git",
            "https://codeberg.org/acme/web/src/branch/main/pm/queue%20stuck.md#to-do",
        ),
        (
            "https://dev.azure.com/acme/Shop/_git/web",
            "https://dev.azure.com/acme/Shop/_git/web?path=%2Fpm%2Fqueue%20stuck.md&version=GBmain",
        ),
        (
            "https://acme.visualstudio.com/Shop/_git/web",
            "https://acme.visualstudio.com/Shop/_git/web?path=%2Fpm%2Fqueue%20stuck.md&version=GBmain",
        ),
        (
            "git@ssh.dev.azure.com:v3/acme/Shop/web",
            "https://dev.azure.com/acme/Shop/_git/web?path=%2Fpm%2Fqueue%20stuck.md&version=GBmain",
        ),
        (
            "acme@vs-ssh.visualstudio.com:v3/acme/My%20Shop/web",
            "https://dev.azure.com/acme/My%20Shop/_git/web?path=%2Fpm%2Fqueue%20stuck.md&version=GBmain",
        ),
    ],
)
def test_the_page_of_a_document(remote: str, address: str) -> None:
    assert from_remote(remote, "main", PATH, "To do") == address


@pytest.mark.parametrize(
    "remote",
    [
        "https://git.acme.example/acme/web.git",
        "git@git.acme.example:acme/web.git",
        "https://bitbucket.acme.example/scm/acme/web.git",
        "https://github.com.evil.example.invalid:notaport/acme/web",
        "https://[half/acme/web",
        "../web.git",
        "/srv/git/web.git",
        "file:///srv/git/web.git",
        "C:\\git\\web",
        "",
    ],
)
def test_a_host_that_tells_nothing_gets_no_address(remote: str) -> None:
    assert from_remote(remote, "main", PATH, None) is None


@pytest.mark.parametrize(
    "remote",
    [
        "https://sam:hunter2@github.com/acme/web.git",
        "https://hunter2@gitlab.com/acme/web.git",
        "https://sam:hunter2@bitbucket.org/acme/web.git",
        "https://hunter2@dev.azure.com/acme/Shop/_git/web",
        "https://sam:hunter2@gitea.acme.example/acme/web.git",
        "ssh://sam:hunter2@github.com/acme/web.git",
        "https://github.com/acme/web.git?token=hunter2#hunter2",
    ],
)
def test_credentials_of_a_remote_are_never_shown(remote: str) -> None:
    address = from_remote(remote, "main", PATH, None)
    assert "hunter2" not in (address or "")
    assert "sam" not in (address or "")


def test_branches_with_slashes_stay_in_the_path_of_the_page() -> None:
    address = from_remote("git@github.com:acme/web.git", "release/1.2", "a.md", None)
    assert address == "https://github.com/acme/web/blob/release/1.2/a.md"
    azure = from_remote("https://dev.azure.com/acme/Shop/_git/web", "release/1.2", "a.md", None)
    assert azure == "https://dev.azure.com/acme/Shop/_git/web?path=%2Fa.md&version=GBrelease%2F1.2"


@pytest.mark.parametrize(
    ("pattern", "heading", "address"),
    [
        ("https://wiki.example/{path}", "To do", "https://wiki.example/pm/queue%20stuck.md#to-do"),
        ("https://wiki.example/{path}", None, "https://wiki.example/pm/queue%20stuck.md"),
        ("https://wiki.example/{path}", "!!!", "https://wiki.example/pm/queue%20stuck.md"),
        ("https://wiki.example/?file={path}", "To do", "https://wiki.example/?file=pm/queue%20stuck.md"),
        ("https://wiki.example/#/{path}", "To do", "https://wiki.example/#/pm/queue%20stuck.md"),
    ],
    ids=["anchor", "no heading", "a heading without letters", "a query", "a fragment already"],
)
def test_the_pattern_of_the_settings(pattern: str, heading: str | None, address: str) -> None:
    assert from_pattern(pattern, PATH, heading) == address


@pytest.mark.parametrize(
    ("heading", "fragment"),
    [
        ("Action items", "action-items"),
        ("  Action Items  ", "action-items"),
        ("What's next?", "whats-next"),
        ("Follow-up & fixes", "follow-up--fixes"),
        ("snake_case 2", "snake_case-2"),
        ("Maßnahmen", "ma%C3%9Fnahmen"),
    ],
)
def test_anchors_as_the_forges_make_them(heading: str, fragment: str) -> None:
    assert anchor(heading) == fragment
