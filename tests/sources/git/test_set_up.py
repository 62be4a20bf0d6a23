"""What has to be there for documents on a branch: one sentence with the next step, the right exit code, nothing done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.git.project import BOT, CHECKOUT, SETTINGS, Project
from tests.sources.git.staying import linked

from followthrough.settings.git import is_branch

Setup = Callable[[Project], None]


def asking(**keys: str) -> Setup:
    """Settings of the source, as they lie in the folder."""

    def setup(project: Project) -> None:
        lines = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
        project.put({"followthrough.toml": SETTINGS.replace("[brakes]", f"{lines}[brakes]")})

    return setup


def no_repository(project: Project) -> None:
    (project.root / ".git").rename(project.folder / "gone")


def several_remotes(project: Project) -> None:
    project.git("remote", "rename", "origin", "upstream")
    project.git("remote", "add", "fork", "/nowhere")


def empty(project: Project) -> None:
    project.git("init", "--quiet", "--bare", str(project.folder / "empty.git"))
    project.git("remote", "set-url", "origin", (project.folder / "empty.git").as_uri())


def headless(project: Project) -> None:
    project.git("symbolic-ref", "HEAD", "refs/heads/none", where=project.remote)


def no_git(project: Project) -> None:
    project.environ["PATH"] = "/nowhere"


def of_another(project: Project) -> None:
    project.environ["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1"


WRONG: dict[str, tuple[Setup, str, int]] = {
    "no repository": (no_repository, "lies in no git repository, so there is no branch to read.", 3),
    "no such remote": (asking(remote="fork"), "no remote fork; it has origin. Correct `remote`", 3),
    "several": (several_remotes, "several remotes (fork, upstream) and no origin. Set `remote`", 3),
    "no base": (asking(base="nope"), "The remote origin has no branch nope. Correct `base`", 3),
    "empty": (empty, "The remote origin does not tell its default branch. Set `base`", 3),
    "headless": (headless, "The remote origin does not tell its default branch. Set `base`", 3),
    "no git": (no_git, "Documents on a branch need git, which is not installed. Install git.", 3),
    "another's": (of_another, "git does not trust this repository, which belongs to another user.", 3),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_missing_is_said(wrong: str, project: Project) -> None:
    setup, sentence, code = WRONG[wrong]
    setup(project)
    for command in ("plan", "run"):
        result = project.run(command)
        said = " ".join((result.out + result.err).split())
        assert (result.code, said.count(sentence)) == (code, 1), result
        assert "Traceback" not in said
    project.environ["PATH"] = os.environ["PATH"]
    assert not project.at(BOT)
    assert not list(project.root.glob(".followthrough/tracker.db"))


def test_a_name_that_git_does_not_take(project: Project) -> None:
    asking(branch="a..b")(project)
    result = project.run("run")
    assert (result.code, result.out) == (2, ""), result
    assert "'a..b' is no name for a branch, such as followthrough/status" in result.err


NAMES = (
    *(
        "a",
        "a/b",
        "é",
        "a.b",
        "a-b",
        "a@b",
        "a{b",
        "@a",
        "a/@",
        "a#b",
        "a'b",
        "lock",
        "a.lockx",
        "a!b",
        "(a)",
    ),
    *(
        "a..b",
        "a.",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a//b",
        "/a",
        "a/",
        "@",
        "a@{b",
        "-a",
        "a b",
        "a~",
        "a^",
    ),
    *("a:b", "a?", "a*", "a[", "a\\b", "a\tb", "a\x7f", "a/-b", "", "...", "a./b", "{a}", "a..", "..a"),
)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_those_that_git_takes(name: str, tmp_path: Path) -> None:
    command = ["git", "check-ref-format", "--branch", name]
    taken = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    assert is_branch(name) == taken


def test_other_names(project: Project) -> None:
    """Of base, branch and remote."""
    project.git("branch", "release/1.0", "main", where=project.remote)
    project.git("remote", "rename", "origin", "upstream")
    project.git("remote", "add", "origin", "/nowhere")
    project.base, project.bot = "release/1.0", "bot/größe"
    asking(base=project.base, branch=project.bot, remote="upstream")(project)
    project.elsewhere({"pm/checkout.md": CHECKOUT}, "main")
    project.ok("run")
    assert len(project.published()) == 2


def test_our_branch_checked_out_where_there_is_no_remote(project: Project) -> None:
    project.git("remote", "remove", "origin")
    project.git("branch", BOT)
    project.git("worktree", "add", "--quiet", "../aside", BOT)
    before = project.people_s()
    result = project.run("run")
    assert result.code == 3
    assert f"The branch {BOT} is checked out. Switch to another one, then again." in result.err
    assert project.people_s() == before
    project.git("worktree", "remove", "../aside")
    project.remote, project.alone = project.root / ".git", True
    project.ok("run")
    linked(project)
