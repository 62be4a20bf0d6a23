"""The life of the branch: what is merged, moved on, rewritten or deleted, and nothing is filed twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.sources.git.project import BOT, CHECKOUT, Project, written
from tests.sources.git.staying import delete, linked, squash

POOL = "Alert when the pool is full"


def merge(project: Project) -> None:
    desk = project.desk()
    project.git("merge", "--quiet", "--no-ff", "--no-edit", f"origin/{BOT}", where=desk)
    project.git("push", "--quiet", "origin", "HEAD:main", where=desk)


def rebase(project: Project) -> None:
    desk = project.desk()
    project.git("cherry-pick", f"origin/{BOT}", where=desk)
    project.git("commit", "--quiet", "--amend", "--no-edit", "--date=2026-11-20T00:00:00Z", where=desk)
    project.git("push", "--quiet", "origin", "HEAD:main", where=desk)


def forward(project: Project) -> None:
    project.git("push", "--quiet", "origin", f"origin/{BOT}:main", where=project.desk())


WAYS = [merge, squash, rebase, forward]


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_a_merged_pull_request(way: Callable[[Project], None], deleted: bool, filed: Project) -> None:
    filed.elsewhere({"notes.txt": "meanwhile\n"} if way is not forward else {})
    if way is forward:
        filed.ok("local", "start", "FT-2")
        filed.ok("sync")
    way(filed)
    if deleted:
        delete(filed)
    assert "0 lines in 0 files, 3 measures unchanged." in filed.ok("run").out
    assert not filed.at(BOT)  # nothing is left to merge
    assert filed.show("pm/checkout.md", "main").count(b"#ft-") == 2
    filed.ok("local", "close", "FT-1")
    filed.ok("sync")
    (text,) = filed.published().values()
    assert text.count(b"- [x] ") == 1
    linked(filed)
    way(filed)
    assert "nothing to do" in filed.ok("plan").out


def test_the_base_moves_on_elsewhere(filed: Project) -> None:
    filed.elsewhere({"notes.txt": "x\n", "pm/new.md": written("Isolate the tenants", title="New")})
    more = CHECKOUT.replace("- 09:12 noticed", "- 09:10 asleep\n- 09:12 noticed").replace(
        "# Check", "# The check"
    )
    filed.elsewhere({"pm/checkout.md": more})
    filed.titles += 1
    assert "Filed 1, failed 0" in filed.ok("run").out
    linked(filed)


def test_a_base_that_moves_on_alone_moves_nothing(filed: Project) -> None:
    """A branch behind its base is merged as well; it moves with the next change."""
    at = filed.at(BOT)
    filed.elsewhere({"notes.txt": "x\n"})
    filed.ok("run")
    assert filed.at(BOT) == at
    filed.ok("local", "start", "FT-1")
    filed.ok("sync")
    linked(filed)


def test_the_same_line_is_ticked_on_the_base(filed: Project) -> None:
    filed.elsewhere({"pm/checkout.md": CHECKOUT.replace(f"[ ] {POOL}", f"[x] {POOL}")})
    assert "Filed 0" in filed.ok("run").out
    assert filed.show("pm/checkout.md").count(b"#ft-") == 2
    assert f"- [x] {POOL} [FT-2, open]".encode() in filed.show("pm/checkout.md")
    assert len(filed.tickets()) == 3
    at = filed.at(BOT)
    filed.ok("run")
    assert filed.at(BOT) == at


def test_the_line_beside_is_changed_on_the_base(filed: Project) -> None:
    filed.elsewhere({"pm/checkout.md": CHECKOUT.replace(f"- [ ] {POOL}", f"Soon:\n\n- [ ] {POOL}")})
    assert "Filed 0" in filed.ok("run").out
    linked(filed)


def test_a_measure_in_other_words_on_the_base_is_a_question(filed: Project) -> None:
    """Its link is not merged yet, so nothing tells that it is the same measure but its likeness."""
    filed.elsewhere({"pm/checkout.md": CHECKOUT.replace(POOL, f"{POOL} again")})
    result = filed.run("run")
    assert "Filed 0" in result.out
    assert len(filed.tickets()) == 3
    assert filed.show("pm/checkout.md").count(b"#ft-") == 1


@pytest.mark.parametrize("merged", [False, True])
def test_a_document_is_renamed_on_the_base(merged: bool, filed: Project) -> None:
    if merged:
        squash(filed)
    desk = filed.desk()
    filed.git("mv", "pm/checkout.md", "pm/2026/checkout.md", where=desk)
    filed.share()
    assert "Filed 0" in filed.ok("run").out
    filed.ok("local", "close", "FT-2")
    filed.ok("run")
    linked(filed)
    assert b"- [x] " in filed.show("pm/2026/checkout.md")


@pytest.mark.parametrize("merged", [False, True])
def test_a_document_is_deleted_on_the_base(merged: bool, filed: Project) -> None:
    if merged:
        squash(filed)
    filed.elsewhere({"pm/checkout.md": None})
    assert "Filed 0" in filed.ok("run").out
    filed.ok("local", "start", "FT-1")
    filed.ok("sync")
    assert list(filed.published()) == ["pm/2026/queue.md"]
    assert sorted(one["state"] for one in filed.tickets()) == ["in_progress", "open", "open"]
    filed.elsewhere({"pm/checkout.md": CHECKOUT})
    assert "Filed 0" in filed.ok("run").out
    linked(filed)


def test_our_branch_is_deleted(filed: Project) -> None:
    delete(filed)
    filed.git("fetch", "--prune", "--quiet")
    assert "3 lines in 2 files" in filed.ok("sync").out
    linked(filed)


def test_the_base_is_rewritten(filed: Project) -> None:
    """Its history is another one now, as after taking out a file for good."""
    desk = filed.desk()
    filed.git("checkout", "--quiet", "--orphan", "fresh", where=desk)
    filed.put({"pm/new.md": written("Isolate the tenants", title="New")}, desk)
    filed.git("add", "--all", where=desk)
    filed.git("commit", "--quiet", "--message=All anew", where=desk)
    filed.git("push", "--quiet", "--force", "origin", "HEAD:main", where=desk)
    filed.titles += 1
    result = filed.run("run")
    assert "Filed 1" in result.out, result.err
    linked(filed)


def test_another_branch_becomes_the_default_one(filed: Project) -> None:
    filed.git("branch", "trunk", "main", where=filed.remote)
    filed.git("symbolic-ref", "HEAD", "refs/heads/trunk", where=filed.remote)
    filed.base = "trunk"
    filed.elsewhere({"pm/new.md": written("Isolate the tenants", title="New")})
    assert "Filed 1" in filed.ok("run").out
    assert len(filed.published()) == 3
