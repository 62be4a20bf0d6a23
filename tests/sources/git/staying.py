"""What has to stay, whatever command runs."""

from __future__ import annotations

from collections.abc import Callable

from tests.sources.git.project import Project

__all__ = ["Place", "stays"]

Place = Callable[[Project], None]


def stays(project: Project) -> None:
    """Plan, file, run and sync: only the branch of ours is written, and reading leaves no trace at all."""
    before, traces = project.people_s(), project.everything()
    assert f"To do: file {project.titles}." in project.ok("plan").out
    assert project.everything() == traces
    assert f"Filed {project.titles}, failed 0" in project.ok("file", "--yes").out
    assert project.people_s() == before
    published = project.published()
    assert sum(data.count(b"#ft-") for data in published.values()) == project.titles
    assert "Filed 0, failed 0" in project.ok("run").out
    assert project.people_s() == before
    assert project.published() == published
    project.ok("local", "close", "FT-1")
    project.ok("sync")
    assert project.people_s() == before
    published = project.published()
    assert sum(data.count(b"- [x] ") for data in published.values()) == 1
    traces = project.everything()
    assert "nothing to do" in project.ok("plan").out
    assert project.everything() == traces
    assert len(project.tickets()) == project.titles
    assert refs(project) == sorted(f"refs/heads/{one}" for one in (project.base, project.bot))


def refs(project: Project) -> list[str]:
    """All refs of the remote; of a repository that is alone, its own branches."""
    which = ("refs/heads",) if project.alone else ()
    return project.git("for-each-ref", "--format=%(refname)", *which, where=project.remote).splitlines()
