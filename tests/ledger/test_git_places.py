"""A ledger on a branch: wherever it is kept, people's own files, index and branches stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from followthrough.ledger import Base, Ledger, LedgerError, open_ledger
from followthrough.ledger.git import open_git

BRANCH = "followthrough/ledger"


def opened(root: Path, *, create: bool = True, **more: Any) -> Ledger:
    names = iter(["lineage-1"])
    folder = root / ".followthrough"
    return open_ledger(f"git:{BRANCH}", folder, create=create, random_name=names.__next__, **more)


def picture(folder: Path) -> dict[str, str]:
    """Every file by its hash."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def people_s(hosts: Any, root: Path) -> tuple[object, ...]:
    """What is people's own: files, index, HEAD, branches, and what git says of them."""
    git = hosts.git
    files = {name: found for name, found in picture(root).items() if not name.startswith(".git/")}
    index = Path(root, git(root, "rev-parse", "--git-path", "index")).read_bytes()
    head = Path(root, git(root, "rev-parse", "--git-path", "HEAD")).read_text(encoding="utf-8")
    heads = git(root, "for-each-ref", "refs/heads", "refs/tags")
    shallow = git(root, "rev-parse", "--is-shallow-repository")
    return files, index, head, heads, shallow, git(root, "status", "--porcelain=v2", "--branch")


def plain(hosts: Any) -> Path:
    root: Path = hosts.clone()
    return root


def dirty(hosts: Any) -> Path:
    root: Path = hosts.clone()
    (root / "followthrough.toml").write_text("# changed\n", encoding="utf-8")
    (root / "staged.md").write_text("staged\n", encoding="utf-8")
    hosts.git(root, "add", "staged.md")
    (root / "staged.md").write_text("and changed\n", encoding="utf-8")
    (root / "new.md").write_text("new\n", encoding="utf-8")
    return root


def merging(hosts: Any) -> Path:
    root: Path = hosts.clone()
    for branch, text in (("other", "theirs"), ("main", "ours")):
        hosts.git(root, "switch", "--quiet", "-C", branch, "origin/main")
        (root / "both.md").write_text(text, encoding="utf-8")
        hosts.git(root, "add", "both.md")
        hosts.git(root, "commit", "--quiet", "--message=x")
    with pytest.raises(Exception, match="merge"):
        hosts.git(root, "merge", "other")
    assert (root / ".git/MERGE_HEAD").exists()
    return root


def detached(hosts: Any) -> Path:
    root: Path = hosts.clone()
    hosts.git(root, "switch", "--quiet", "--detach")
    hosts.git(root, "branch", "--quiet", "--delete", "--force", "main")
    return root


def shallow(hosts: Any) -> Path:
    hosts.clone()
    root: Path = hosts.clone("--depth=1", "--single-branch")
    return root


def partial(hosts: Any) -> Path:
    hosts.clone()
    hosts.git(hosts.remote, "config", "uploadpack.allowFilter", "true")
    root: Path = hosts.clone("--filter=tree:0")
    return root


def linked(hosts: Any) -> Path:
    root = hosts.clone()
    hosts.git(root, "worktree", "add", "--quiet", "--detach", "../linked")
    return Path(root.parent, "linked")


def converting(hosts: Any) -> Path:
    root: Path = hosts.clone("--config=core.autocrlf=true")
    (root / ".gitattributes").write_text("* text eol=crlf\n*.jsonl filter=lfs\n", encoding="utf-8")
    return root


def guarded(hosts: Any) -> Path:
    """Whose hooks refuse everything, and who signs, with a program that is not there."""
    root: Path = hosts.clone()
    for name in ("pre-push", "reference-transaction", "pre-commit", "commit-msg"):
        hook = root / ".git/hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {root}/ran-{name}\nexit 1\n", encoding="utf-8")
        hook.chmod(0o755)
    for key in ("commit.gpgSign", "push.gpgSign", "push.followTags"):
        hosts.git(root, "config", key, "true")
    hosts.git(root, "config", "gpg.program", "/nowhere")
    return root


def mixed(hosts: Any) -> Path:
    """With a submodule, and settings that would have git do more than it is asked to."""
    root: Path = hosts.clone()
    hosts.git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", hosts.remote.as_uri())
    for key, value in (
        ("push.recurseSubmodules", "only"),
        ("fetch.recurseSubmodules", "true"),
        ("fetch.prune", "true"),
        ("fetch.writeCommitGraph", "true"),
        ("remote.origin.fetch", "+refs/heads/*:refs/heads/theirs/*"),
    ):
        hosts.git(root, "config", "--add", key, value)
    return root


def alone(hosts: Any) -> Path:
    root: Path = hosts.alone()
    return root


PLACES: list[Callable[[Any], Path]] = [
    *(plain, dirty, merging, detached, shallow, partial, linked, converting, guarded, mixed, alone)
]


@pytest.mark.parametrize("place", PLACES)
def test_only_the_branch_is_written(place: Callable[[Any], Path], hosts: Any) -> None:
    root = place(hosts)
    before = people_s(hosts, root)
    for number in range(3):
        with opened(root) as ledger:
            assert sorted(ledger.snapshot().bases) == [str(one) for one in range(number)]
            ledger.commit([Base(item=str(number))])
    kept = hosts.remote if place is not alone else root
    assert hosts.git(kept, "rev-list", "--count", f"refs/heads/{BRANCH}") == "3"
    if place is alone:  # whose branch it is
        before = (*before[:3], people_s(hosts, root)[3], *before[4:])
    assert people_s(hosts, root) == before
    if place is not alone:
        with opened(hosts.clone(), create=False) as other:
            assert sorted(other.snapshot().bases) == ["0", "1", "2"]


@pytest.mark.parametrize("place", PLACES)
def test_reading_leaves_no_trace_at_all(place: Callable[[Any], Path], hosts: Any) -> None:
    root = place(hosts)
    writer = root if place is alone else hosts.clone()
    with opened(root, create=False) as ledger:
        assert not ledger.snapshot().lineage
    with opened(writer) as ledger:
        ledger.commit([Base(item="a")])
    top = hosts.git(root, "rev-parse", "--path-format=absolute", "--git-common-dir")
    before = picture(root), picture(Path(top))
    with opened(root, create=False) as ledger:
        assert list(ledger.snapshot().bases) == ["a"]
        assert ledger.position() == ("lineage-1", 1)
        with pytest.raises(LedgerError, match="opened for reading only"):
            ledger.commit([Base(item="b")])
    assert (picture(root), picture(Path(top))) == before


def test_offline_reads_what_was_seen_last(hosts: Any) -> None:
    one, other = hosts.clone(), hosts.clone()
    with opened(one, create=False, offline=True) as ledger:
        assert not ledger.snapshot().bases
    with opened(one) as ledger:
        ledger.commit([Base(item="a")])
    with opened(other) as ledger:
        ledger.commit([Base(item="b")])
    hosts.remote.rename(hosts.folder / "gone.git")
    with opened(one, create=False, offline=True) as ledger:
        assert sorted(ledger.snapshot().bases) == ["a"]
    with opened(other, create=False, offline=True) as ledger:
        assert sorted(ledger.snapshot().bases) == ["a", "b"]


def test_opening_alone_makes_no_branch(hosts: Any) -> None:
    with opened(hosts.clone()) as ledger:
        assert ledger.position() == ("lineage-1", 0)
    assert BRANCH not in hosts.git(hosts.remote, "for-each-ref")


def test_a_branch_without_remote_goes_to_the_remote_that_comes_later(hosts: Any) -> None:
    hosts.clone()
    root = hosts.alone()
    with opened(root) as ledger:
        ledger.commit([Base(item="a")])
    hosts.git(root, "remote", "add", "origin", str(hosts.remote))
    with opened(root, create=False) as ledger:
        assert list(ledger.snapshot().bases) == ["a"]
    with opened(root) as ledger:
        ledger.commit([Base(item="b")])
    with opened(hosts.clone()) as ledger:
        assert list(ledger.snapshot().bases) == ["a", "b"]
    # The local branch stands where it was, which is no fork.
    with opened(root) as ledger:
        assert ledger.position()[1] == 2


def test_two_ledgers_are_not_one(hosts: Any) -> None:
    root = hosts.alone()
    for one in (root, hosts.clone()):
        with opened(one) as ledger:
            ledger.commit([Base(item=one.name)])
    hosts.git(root, "remote", "add", "origin", str(hosts.remote))
    with pytest.raises(LedgerError, match=r"are two ledgers\. Nothing was done\. Keep one: `git branch -m"):
        opened(root)


def test_two_folders_with_settings_need_a_branch_each(hosts: Any) -> None:
    top = hosts.clone()
    for name in ("web", "api"):
        (top / name).mkdir()
        (top / name / "followthrough.toml").touch()
    with opened(top / "web") as ledger:
        ledger.commit([Base(item="a")])
    with pytest.raises(LedgerError, match=r"keeps the ledger of web/, and this is api/\."):
        opened(top / "api")
    with pytest.raises(LedgerError, match=r"keeps the ledger of web/, and this is the top folder\."):
        opened(top, create=False)
    (top / "web").rename(top / "moved")
    with opened(top / "moved") as ledger:
        assert list(ledger.snapshot().bases) == ["a"]


def test_which_remote(hosts: Any) -> None:
    root = hosts.clone()
    with pytest.raises(LedgerError, match=r"no remote fork; it has origin\. Correct \[ledger\] remote"):
        opened(root, remote="fork")
    hosts.git(root, "remote", "rename", "origin", "upstream")
    with opened(root) as ledger:
        ledger.commit([Base(item="a")])
    hosts.git(root, "remote", "add", "fork", "/nowhere")
    with pytest.raises(LedgerError, match=r"several remotes \(fork, upstream\) and no origin"):
        opened(root)
    with opened(root, remote="upstream") as ledger:
        assert list(ledger.snapshot().bases) == ["a"]


def test_a_local_branch_that_is_checked_out_is_left_alone(hosts: Any) -> None:
    root = hosts.alone()
    with opened(root) as ledger:
        ledger.commit([Base(item="a")])
    hosts.git(root, "worktree", "add", "--quiet", "../other", BRANCH)
    with opened(root) as ledger, pytest.raises(LedgerError, match="is checked out, so nothing was written"):
        ledger.commit([Base(item="b")])
    assert hosts.git(root.parent / "other", "status", "--porcelain") == ""


def test_no_repository_and_no_branch(tmp_path: Path, hosts: Any) -> None:
    with pytest.raises(LedgerError, match=r"lies in no git repository.*set url = \"sqlite\""):
        opened(tmp_path)
    with pytest.raises(LedgerError, match=r"'a\.\.b' is no name for a branch"):
        open_git("a..b", hosts.clone(), create=True, random_name=str)
    with pytest.raises(LedgerError, match="branch main of origin is a branch with other files, not a ledger"):
        open_git("main", hosts.clone(), create=True, random_name=str)


def test_what_a_hook_of_git_tells_its_children_leads_nowhere_else(
    hosts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, other = hosts.clone(), hosts.alone()
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    with opened(root) as ledger:
        ledger.commit([Base(item="a")])
    assert BRANCH in hosts.git(hosts.remote, "for-each-ref")
