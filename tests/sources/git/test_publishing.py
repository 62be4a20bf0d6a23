"""Pushes that are declined, lost or late: the ledger claims no link that nobody sees, and a later night writes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.ledger.test_git_faults import refusing
from tests.sources.git.nights import Nights
from tests.sources.git.project import BOT

__all__ = ["refusing"]

HOOK = "#!/bin/sh\ncat >/dev/null\n"


def hook(nights: Nights, name: str, script: str) -> Callable[[], None]:
    """Let the server run a script with each push; gives what takes it away again."""
    path = nights.project.remote / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(HOOK + script, encoding="utf-8")
    path.chmod(0o755)
    return path.unlink


def later(made: Nights) -> None:
    """What could not be published is, and nothing is filed again."""
    assert made.claimed() == 0
    assert len(made.tracker.issues) == 3
    assert made.run() == 0, made.said()
    assert made.claimed() == 3
    made.settled()


@pytest.mark.parametrize("name", ["pre-receive", "update"])
def test_a_server_that_takes_no_such_branch(name: str, nights: Callable[..., Nights]) -> None:
    made = nights()
    free = hook(made, name, "echo 'GH013: Repository rule violations found' >&2\nexit 1\n")
    for _ in range(2):
        assert made.run() == 3
        assert (
            f"git: 2 documents were not written: The remote origin does not take the branch {BOT} "
            "(GH013: Repository rule violations found; "
        ) in made.said()
        assert "Allow pushes to it, or name another one as `branch` of this source." in made.said()
    free()
    later(made)


def test_a_branch_in_the_way_of_the_name(nights: Callable[..., Nights]) -> None:
    """git holds no branch below the name of another."""
    made = nights()
    made.project.git("branch", "followthrough", "main", where=made.project.remote)
    assert made.run() == 3
    assert f"does not take the branch {BOT} (" in made.said()
    made.project.git("branch", "-D", "followthrough", where=made.project.remote)
    later(made)


def test_nobody_can_be_reached(nights: Callable[..., Nights]) -> None:
    made = nights()
    away = made.project.remote.rename(made.project.folder / "away.git")
    made.project.remote = away
    assert made.run() == 75
    assert "git: The remote origin cannot be reached" in made.said()
    assert not made.tracker.issues
    made.project.remote = away.rename(made.project.folder / "remote.git")
    assert made.run() == 0
    made.settled()


def test_nobody_can_be_reached_any_more(nights: Callable[..., Nights]) -> None:
    """The network goes between reading and writing."""
    made = nights()
    made.project.git("remote", "set-url", "--push", "origin", "http://127.0.0.1:9/pm.git")
    assert made.run() == 75
    assert "git: 2 documents were not written: The remote origin cannot be reached" in made.said()
    made.project.git("remote", "set-url", "--delete", "--push", "origin", ".*")
    later(made)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("which", ["both", "push"])
def test_a_login_that_is_refused(
    which: str, status: int, nights: Callable[..., Nights], refusing: Callable[[int], int]
) -> None:
    made = nights()
    address = f"http://kim:s3cret-canary@127.0.0.1:{refusing(status)}/acme/pm.git?token=s3cret-canary"
    more = ["--push"] if which == "push" else []
    made.project.git("remote", "set-url", *more, "origin", address)
    assert made.run() == 5
    assert "git: " in made.said()
    assert "The remote origin does not let git in" in made.said()
    assert "s3cret" not in made.said()
    if which == "both":
        assert not made.tracker.issues
        made.project.git("remote", "set-url", "origin", made.project.remote.as_uri())
        assert made.run() == 0
        made.settled()
    else:
        made.project.git("remote", "set-url", "--delete", "--push", "origin", ".*")
        later(made)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_out_of_order(
    status: int, nights: Callable[..., Nights], refusing: Callable[[int], int]
) -> None:
    made = nights()
    address = f"http://127.0.0.1:{refusing(status)}/acme/pm.git"
    made.project.git("remote", "set-url", "--push", "origin", address)
    assert made.run() == 75
    made.project.git("remote", "set-url", "--delete", "--push", "origin", ".*")
    later(made)


def test_an_answer_that_is_lost(nights: Callable[..., Nights]) -> None:
    """The branch has moved, and the connection breaks before anybody is told."""
    made = nights()
    free = hook(made, "post-receive", "kill -9 $PPID\n")
    assert made.run() == 0, made.said()
    assert made.claimed() == 3
    made.settled()
    made.close_one()
    assert made.run() == 0
    made.settled()
    free()
    at = made.project.at(BOT)
    assert made.run() == 0
    assert made.project.at(BOT) == at


def test_a_push_that_arrives_with_the_second_try(nights: Callable[..., Nights]) -> None:
    made = nights()
    once = made.project.folder / "once"
    hook(made, "pre-receive", f"[ -e {once} ] && exit 0\ntouch {once}\nkill -9 $PPID\n")
    assert made.run() == 0, made.said()
    made.settled()


def racing(made: Nights, script: str) -> None:
    """Between reading and the push somebody else pushes, once; ``script`` is what, in the remote."""
    once = made.project.folder / "once"
    who = "GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x git"
    wrapper = made.project.folder / "receive"
    quiet = f"unset $(git rev-parse --local-env-vars)\ncd {made.project.remote}\n"
    wrapper.write_text(
        f"#!/bin/sh\nif [ ! -e {once} ]; then touch {once}; ({quiet}git() {{ {who.replace(' git', '')} "
        f'command git "$@"; }}\n{script}\n) >&2; fi\nexec git-receive-pack "$@"\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    made.project.git("config", "remote.origin.receivepack", str(wrapper))


def test_somebody_pushes_to_our_branch_at_that_moment(nights: Callable[..., Nights]) -> None:
    made = nights()
    notes = 'printf "100644 blob %s\\tnotes.txt\\n" $(echo mine | git hash-object -w --stdin)'
    tree = f"$( (git ls-tree main; {notes}) | git mktree)"
    racing(made, f"git update-ref refs/heads/{BOT} $(git commit-tree -p main -m theirs {tree})")
    code = made.run()
    theirs = made.project.git("log", "-1", "--format=%s", BOT, where=made.project.remote)
    assert (code, theirs) == (75, "theirs"), made.said()
    assert made.claimed() == 0
    assert made.run() == 3
    assert "holds a commit of somebody else" in made.said()
    made.project.git("update-ref", "refs/heads/main", BOT, where=made.project.remote)
    later(made)


def test_the_remote_goes_away_after_somebody_has_pushed_to_our_branch(nights: Callable[..., Nights]) -> None:
    made = nights()
    raced, seen = made.project.remote / "raced", made.project.remote / "seen"
    racing(made, f"git update-ref refs/heads/{BOT} main; touch {raced}")
    wrapper = made.project.remote / "upload"
    # One look is answered after the race, which tells that it is lost; the next one is not.
    wrapper.write_text(
        f"#!/bin/sh\n[ ! -e {raced} ] || [ ! -e {seen} ] || exit 1\n[ ! -e {raced} ] || touch {seen}\n"
        'exec git-upload-pack "$@"\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    made.project.git("config", "remote.origin.uploadpack", str(wrapper))
    assert made.run() == 75, made.said()
    assert "2 documents were not written: The remote origin cannot be reached" in made.said()
    assert made.claimed() == 0
    made.project.git("config", "--unset", "remote.origin.uploadpack")
    later(made)


def test_the_base_moves_at_that_moment(nights: Callable[..., Nights]) -> None:
    """What was read is written; the next night takes up what is new."""
    made = nights()
    racing(made, 'git update-ref refs/heads/main $(git commit-tree -p main -m theirs "main^{tree}")')
    assert made.run() == 0, made.said()
    assert made.claimed() == 3
    made.close_one()
    assert made.run() == 0
    made.settled()
