"""What git knows, read from its own files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from followthrough.git import Remote, parsed, remote_of, remote_url


@pytest.mark.parametrize(
    ("url", "remote"),
    [
        ("https://github.com/acme/web.git", Remote("github.com", "acme/web")),
        ("https://user:hidden@GitHub.com/acme/web/", Remote("github.com", "acme/web")),
        ("git@github.com:acme/web.git", Remote("github.com", "acme/web")),
        ("ssh://git@ghe.example:2222/acme/web.git", Remote("ghe.example", "acme/web")),
        ("https://ghe.example:8443/acme/web.git", Remote("ghe.example", "acme/web", 8443)),
        ("https://ghe.example:443/acme/web.git", Remote("ghe.example", "acme/web", 443)),
        ("https://ghe.example:99999/acme/web.git", None),
        ("gitlab.example:group/sub/web", Remote("gitlab.example", "group/sub/web")),
        ("/srv/git/web.git", None),
        ("../web", None),
        ("https://github.com/", None),
        ("https://[bad/x", None),
        ("", None),
    ],
)
def test_a_remote_is_taken_apart(url: str, remote: Remote | None) -> None:
    assert parsed(url) == remote


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@b.example")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_clone_and_a_work_tree_added_to_it_know_the_same_remote(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init")
    assert remote_url(clone) is None
    git(clone, "remote", "add", "origin", "git@github.com:acme/web.git")
    git(clone, "commit", "--allow-empty", "-m", "first")
    git(clone, "worktree", "add", "../tree")
    (clone / "deep").mkdir()
    for folder in (clone, clone / "deep", tmp_path / "tree"):
        assert remote_of(folder) == Remote("github.com", "acme/web")


@pytest.mark.parametrize("content", [b"", b"gitdir:", b"gitdir: nowhere", b"\xff\xfe", b"something else"])
def test_a_broken_repository_is_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / ".git").write_bytes(content)
    assert remote_url(tmp_path) is None
