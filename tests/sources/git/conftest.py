"""Repositories as people have them, and the installed program in them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.sources.git.project", "tests.sources.git.staying")
pytest.register_assert_rewrite("tests.sources.git.nights")

# After the lines above: an assert is rewritten only in a module that is not imported yet.
from tests.cli.conftest import Forks, forks  # noqa: E402  see above
from tests.faults.conftest import (  # noqa: E402  see above
    LateTracker,
    Mortal,
    late_tracker,
    mortal,
    mortal_of,
    plugin,
)
from tests.sources.git.nights import Nights  # noqa: E402  see above
from tests.sources.git.project import Project  # noqa: E402  see above

__all__ = ["forks", "late_tracker", "mortal", "mortal_of", "plugin"]


@pytest.fixture(scope="session")
def first_remote(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Path:
    """A bare repository with one commit, to be copied."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "config").write_text("[user]\nname = Kim\nemail = kim@acme.example\n", encoding="utf-8")
    project = Project(folder, None, forks, {"GIT_CONFIG_GLOBAL": str(folder / "config"), **path()})
    project.clone_from_nothing()
    remote = folder / "remote.git"
    project.git("clone", "--quiet", "--template=", "--bare", str(project.root), str(remote), where=folder)
    project.git("remote", "remove", "origin", where=remote)
    return remote


def path() -> dict[str, str]:
    import os

    return {"PATH": os.environ["PATH"]}


@pytest.fixture
def new_project(
    tmp_path: Path, first_remote: Path, forks: Forks, environ: dict[str, str]
) -> Callable[..., Project]:
    """Projects by name, not cloned yet; one that is ``alone`` has no remote."""

    def make(name: str = "project", *, alone: bool = False) -> Project:
        folder = tmp_path / name
        folder.mkdir()
        home = folder / "home"
        home.mkdir()
        settings = home / ".gitconfig"
        settings.write_text("[user]\nname = Kim\nemail = kim@acme.example\n", encoding="utf-8")
        kept = {name: value for name, value in environ.items() if not name.startswith("GIT_")}
        own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "GIT_CONFIG_NOSYSTEM": "1"}
        environment = {**kept, **own, "GIT_CONFIG_GLOBAL": str(settings)}
        if alone:
            return Project(folder, None, forks, environment)
        remote = folder / "remote.git"
        shutil.copytree(first_remote, remote)
        return Project(folder, remote, forks, environment)

    return make


@pytest.fixture
def project(new_project: Callable[..., Project]) -> Project:
    """A project with a clone of it."""
    made = new_project()
    made.clone()
    return made


@pytest.fixture
def filed(project: Project) -> Project:
    """A project whose three measures are filed, with their links on the branch of ours."""
    project.ok("file", "--yes")
    return project


@pytest.fixture
def nights(
    new_project: Callable[..., Project], late_tracker: LateTracker, mortal: Mortal
) -> Callable[..., Nights]:
    """Projects by name, all on one tracker; their hosts die and meet."""

    def make(name: str = "project", more: str = "") -> Nights:
        made = Nights(new_project(name), late_tracker, mortal)
        made.begin(more)
        return made

    return make
