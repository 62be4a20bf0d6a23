"""Others on the branch of ours, and documents that are not on the base: nothing of theirs is thrown away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.sources.git.project import BOT, CHECKOUT, SETTINGS, Project, written
from tests.sources.git.staying import delete, linked, squash


def refused(project: Project) -> str:
    """What a run says while somebody else's commit lies on the branch."""
    at = project.at(BOT)
    project.ok("local", "start", "FT-2")
    result = project.run("run")
    assert project.at(BOT) == at
    assert result.code == 3, result
    return " ".join(result.err.split())


def adds(project: Project) -> None:
    project.elsewhere({"notes.txt": "mine\n"}, BOT)


def edits(project: Project) -> None:
    text = project.show("pm/checkout.md").replace(b"09:12", b"09:13")
    project.elsewhere({"pm/checkout.md": text}, BOT)


def amends(project: Project) -> None:
    """Another tree under our own message."""
    desk = project.desk(BOT)
    project.put({"notes.txt": "mine\n"}, desk)
    project.git("add", "--all", where=desk)
    project.git("commit", "--quiet", "--amend", "--no-edit", where=desk)
    project.git("push", "--quiet", "--force", "origin", f"HEAD:{BOT}", where=desk)


def reverts(project: Project) -> None:
    desk = project.desk(BOT)
    project.git("revert", "--no-edit", "HEAD", where=desk)
    project.git("push", "--quiet", "origin", f"HEAD:{BOT}", where=desk)


def begins(project: Project) -> None:
    """A branch of that name from before."""
    delete(project)
    desk = project.desk("main")
    project.put({"notes.txt": "mine\n"}, desk)
    project.share(BOT)


ENDS = [(way, end) for way in (adds, edits, amends, begins) for end in (squash, delete)]


@pytest.mark.parametrize(("way", "end"), [*ENDS, (reverts, delete)])
def test_a_commit_of_somebody_else_is_not_thrown_away(
    way: Callable[[Project], None], end: Callable[[Project], None], filed: Project
) -> None:
    way(filed)
    theirs = filed.at(BOT)[:10]
    said = refused(filed)
    assert said.startswith("git: ")
    assert said.endswith(
        f"not written: The branch {BOT} holds a commit of somebody else ({theirs}), "
        "which is not thrown away. Merge the branch or delete it."
    )
    end(filed)
    filed.ok("run")
    assert b"FT-2, in progress" in (
        filed.published().get("pm/checkout.md") or filed.show("pm/checkout.md", "main")
    )
    assert len(filed.tickets()) == 3


def test_our_commit_in_other_words_is_still_ours(filed: Project) -> None:
    desk = filed.desk(BOT)
    filed.git("commit", "--quiet", "--amend", "--reset-author", "--no-edit", where=desk)
    filed.git("push", "--quiet", "--force", "origin", f"HEAD:{BOT}", where=desk)
    filed.ok("local", "start", "FT-2")
    filed.ok("run")
    linked(filed)


def test_the_branch_was_updated_from_the_base(filed: Project) -> None:
    """The button "Update branch" of GitHub: a merge that holds nothing of its own."""
    filed.elsewhere({"notes.txt": "meanwhile\n", "pm/checkout.md": "Now.\n\n" + CHECKOUT})
    desk = filed.desk(BOT)
    filed.git("merge", "--quiet", "--no-edit", "origin/main", where=desk)
    filed.git("push", "--quiet", "origin", f"HEAD:{BOT}", where=desk)
    filed.ok("local", "start", "FT-2")
    filed.ok("run")
    linked(filed)


def test_the_branch_was_rebased_on_the_base(filed: Project) -> None:
    """The same button, "Update with rebase": another tree and other files, with our changes alone."""
    filed.elsewhere({"notes.txt": "meanwhile\n", "pm/checkout.md": "Now.\n\n" + CHECKOUT})
    desk = filed.desk(BOT)
    filed.git("rebase", "--quiet", "origin/main", where=desk)
    filed.git("push", "--quiet", "--force", "origin", f"HEAD:{BOT}", where=desk)
    filed.ok("local", "start", "FT-2")
    filed.ok("run")
    linked(filed)


@pytest.mark.parametrize("file", ["notes.txt", "pm/checkout.md"])
def test_a_rebased_commit_that_somebody_changed_is_theirs(file: str, filed: Project) -> None:
    filed.elsewhere({"notes.txt": "meanwhile\n"})
    desk = filed.desk(BOT)
    filed.git("rebase", "--quiet", "origin/main", where=desk)
    with (desk / file).open("ab") as text:
        text.write(b"mine\n")
    filed.git("commit", "--quiet", "--all", "--amend", "--no-edit", where=desk)
    filed.git("push", "--quiet", "--force", "origin", f"HEAD:{BOT}", where=desk)
    assert "holds a commit of somebody else" in refused(filed)


def test_a_merge_that_somebody_changed_is_theirs(filed: Project) -> None:
    filed.elsewhere({"notes.txt": "meanwhile\n"})
    desk = filed.desk(BOT)
    filed.git("merge", "--quiet", "--no-commit", "--no-ff", "origin/main", where=desk)
    filed.put({"pm/checkout.md": filed.show("pm/checkout.md").replace(b"09:12", b"09:13")}, desk)
    filed.git("commit", "--quiet", "--all", "--no-edit", where=desk)
    filed.git("push", "--quiet", "origin", f"HEAD:{BOT}", where=desk)
    assert "holds a commit of somebody else" in refused(filed)


def test_measures_on_our_branch_wait_for_the_base(filed: Project) -> None:
    filed.elsewhere({"pm/new.md": written("Isolate the tenants", title="New")}, BOT)
    text = filed.show("pm/checkout.md").replace(b"\n\n## Timeline", b"\n- [ ] Guard the gate\n\n## Timeline")
    filed.elsewhere({"pm/checkout.md": text}, BOT)
    for command in (("run",), ("file", "--yes")):
        assert "Filed 0" in filed.run(*command).out
    squash(filed)
    assert "Filed 2" in filed.ok("run").out
    filed.titles += 2
    linked(filed)


def test_drafts_are_nobody_s_business(project: Project) -> None:
    """What lies in the work tree, the index or on another branch is not there; nor is it an error."""
    project.put({"pm/draft.md": written("Too early"), "pm/staged.md": written("Too early as well")})
    project.git("add", "pm/staged.md")
    desk = project.desk()
    project.put({"pm/feature.md": written("Not merged yet")}, desk)
    project.share("feature")
    project.git("switch", "--quiet", "--detach", project.git("rev-parse", "origin/main"))
    for command in (("plan",), ("file", "--yes"), ("run",), ("sync",), ("status",), ("report",)):
        assert "early" not in project.ok(*command).out
    linked(project)


@pytest.mark.parametrize("command", ["plan", "file --yes", "run", "sync", "unlink"])
def test_a_document_named_by_hand_that_is_not_on_the_base(command: str, project: Project) -> None:
    project.put({"pm/draft.md": written("Too early")})
    result = project.run(*command.split(), "pm/draft.md")
    assert (
        result.err.count("is not on the branch main of origin")
        + result.out.count("is not on the branch main of origin")
        == 1
    )
    assert "Merge it there first." in result.err + result.out
    assert result.code == 3
    assert project.tickets() == []


@pytest.mark.parametrize("command", ["plan", "file --yes", "run"])
def test_a_document_named_by_hand_that_is_nowhere(command: str, project: Project) -> None:
    result = project.run(*command.split(), "pm/nowhere.md")
    assert (result.code, result.out) == (2, "")
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize("named", ["pm/checkout.md", "pm", "pm/*.md", "pm/2026", "p?/**/*.md"])
def test_documents_that_the_folder_does_not_show(named: str, project: Project) -> None:
    """What is named by hand is looked for on the branch too, where only a part of the work tree is there."""
    project.elsewhere(
        {"pm/2026/later.md": written("Guard the gate", title="Later"), "docs/readme.txt": "x\n"}
    )
    project.git("pull", "--quiet")
    project.git("sparse-checkout", "set", "docs")
    assert not (project.root / "pm").exists()
    at = {"pm/checkout.md": ["checkout.md"], "pm/*.md": ["checkout.md"], "pm/2026": ["later.md"]}
    result = project.ok("plan", named)
    for name in ("checkout.md", "later.md"):
        assert (name in result.out) == (name in at.get(named, [name])), result.out
    assert project.run("extract", named).code == 2
    assert project.run("plan", "--offline", named).code == 2


def test_commands_without_a_connection_read_the_folder(project: Project) -> None:
    project.put({"pm/draft.md": written("Too early")})
    project.git("remote", "set-url", "origin", "/nowhere")
    for command in ("extract pm/draft.md", "plan --offline"):
        assert "Too early" in project.ok(*command.split()).out
    result = project.run("check", "pm/draft.md")
    assert (result.code, "pm/draft.md" in result.out) == (6, True)


def test_settings_that_only_the_folder_has(project: Project) -> None:
    project.put({"followthrough.toml": SETTINGS.replace("pm/**/*.md", "pm/2026/*.md")})
    project.titles = 1
    project.ok("run")
    linked(project)
