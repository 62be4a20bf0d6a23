"""Whatever people are in the middle of: files, index, HEAD, branches and stash stay as they are.

Only the remote's branch of ours moves, and it is one commit on top of the base.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.sources.git.project import BOT, CHECKOUT, SETTINGS, Project, written
from tests.sources.git.staying import Place, stays

OTHER = written("Alert when the pool is half full", "Rehearse the failover")
"""What somebody writes in the work tree, or on another branch, which is nobody's business yet."""


def plain(project: Project) -> None:
    project.clone()


def dirty(project: Project) -> None:
    project.clone()
    project.put({"pm/checkout.md": OTHER, "pm/2026/queue.md": None, "README.md": None})


def staged(project: Project) -> None:
    project.clone()
    project.put({"pm/checkout.md": OTHER, "pm/new.md": written("Never yet")})
    project.git("rm", "--quiet", "pm/2026/queue.md")
    project.git("mv", "README.md", "LIESMICH.md")
    project.git("add", "--all")
    project.put({"pm/checkout.md": CHECKOUT, "pm/later.md": "later\n"})
    project.git("add", "--intent-to-add", "pm/later.md")


def untracked(project: Project) -> None:
    project.clone()
    project.put({"pm/draft.md": written("Not written to its end"), ".gitignore": "pm/private.md\n"})
    project.put({"pm/private.md": written("Nobody's business")})


def parted(project: Project) -> None:
    """Two branches that changed the same line."""
    project.clone()
    project.git("switch", "--quiet", "--create", "other")
    project.commit({"pm/checkout.md": OTHER})
    project.git("switch", "--quiet", "main")
    project.commit({"pm/checkout.md": CHECKOUT.replace("is full", "is nearly full")})
    project.put({"README.md": "changed as well\n"})
    project.git("stash", "push", "--quiet")


def merging(project: Project) -> None:
    parted(project)
    project.git("merge", "other", check=False)
    assert (project.root / ".git/MERGE_HEAD").exists()


def rebasing(project: Project) -> None:
    parted(project)
    project.git("rebase", "other", check=False)
    assert (project.root / ".git/rebase-merge").exists()


def picking(project: Project) -> None:
    parted(project)
    project.git("cherry-pick", "other", check=False)
    assert (project.root / ".git/CHERRY_PICK_HEAD").exists()


def reverting(project: Project) -> None:
    parted(project)
    project.commit({"pm/checkout.md": OTHER})
    project.git("revert", "--no-edit", "HEAD~1", check=False)
    assert (project.root / ".git/REVERT_HEAD").exists()


def popping(project: Project) -> None:
    """A stash whose return met a conflict."""
    project.clone()
    project.put({"pm/checkout.md": OTHER})
    project.git("stash", "push", "--quiet")
    project.commit({"pm/checkout.md": written("Other words")})
    project.git("stash", "pop", check=False)
    assert "UU" in project.git("status", "--porcelain")


def bisecting(project: Project) -> None:
    project.clone()
    for number in range(4):
        project.commit({"notes.txt": f"{number}\n"})
    project.git("bisect", "start", "HEAD", "HEAD~4")


def detached(project: Project) -> None:
    project.clone()
    project.git("switch", "--quiet", "--detach")
    project.git("branch", "--quiet", "--delete", "--force", "main")


def feature(project: Project) -> None:
    project.clone()
    project.git("switch", "--quiet", "--create", "feature/more")
    project.commit({"pm/more.md": written("Only on this branch"), "pm/checkout.md": OTHER})


def on_ours(project: Project) -> None:
    """Somebody has a branch of the very name, and is on it."""
    project.clone()
    project.git("switch", "--quiet", "--create", BOT)
    project.commit({"pm/checkout.md": OTHER})


def ahead(project: Project) -> None:
    """Commits on main that are not pushed yet."""
    project.clone()
    project.commit({"pm/checkout.md": OTHER, "pm/new.md": written("Not pushed yet")})


def behind(project: Project) -> None:
    project.clone()
    project.elsewhere({"pm/new.md": written("Pushed by somebody else", title="New")})
    project.titles += 1


def unborn(project: Project) -> None:
    """A branch without a commit; nothing was ever fetched."""
    project.root.mkdir()
    project.git("init", "--quiet", "--template=", "--initial-branch=fresh")
    project.git("remote", "add", "origin", project.remote.as_uri())
    project.put({"followthrough.toml": SETTINGS})


def linked(project: Project) -> None:
    project.clone(name="first")
    project.git("worktree", "add", "--quiet", "-b", "aside", "../root", where=project.folder / "first")
    project.put({"pm/checkout.md": OTHER})


def beside_linked(project: Project) -> None:
    """The main work tree, whose branch of ours another one has checked out."""
    project.clone()
    project.git("worktree", "add", "--quiet", "-b", BOT, "../aside")


def superproject(project: Project) -> None:
    """Documents of a submodule are another repository's."""
    project.clone()
    project.git("submodule", "--quiet", "add", project.remote.as_uri(), "pm/vendor")
    project.git("commit", "--quiet", "--message=Vendor")
    project.git("push", "--quiet", "origin", "main")
    project.git("config", "submodule.recurse", "true")
    project.put({"pm/vendor/pm/checkout.md": OTHER})


def submodule(project: Project) -> None:
    """The root is a submodule itself."""
    top = project.folder / "top"
    top.mkdir()
    project.git("init", "--quiet", "--template=", where=top)
    project.git("submodule", "--quiet", "add", project.remote.as_uri(), "part", where=top)
    project.git("commit", "--quiet", "--message=Part", where=top)
    project.root = top / "part"
    project.put({"pm/checkout.md": OTHER})


def alone(project: Project) -> None:
    """No remote: the repository keeps the branch of ours itself."""
    project.remote, project.alone = project.root / ".git", True
    project.clone_from_nothing()
    project.put({"pm/checkout.md": OTHER, "pm/draft.md": written("Not committed")})
    project.git("add", "pm/draft.md")


PLACES: list[Place] = [
    *(plain, dirty, staged, untracked, merging, rebasing, picking, reverting, popping, bisecting),
    *(detached, feature, on_ours, ahead, behind, unborn, linked, beside_linked, superproject, submodule),
    alone,
]


@pytest.mark.parametrize("place", PLACES)
def test_all_that_is_people_s_stays(place: Place, new_project: Callable[..., Project]) -> None:
    project = new_project()
    place(project)
    stays(project)
