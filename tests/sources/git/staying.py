"""What has to stay, whatever command runs."""

from __future__ import annotations

from collections.abc import Callable

from tests.sources.git.project import BOT, Project

__all__ = ["Place", "delete", "linked", "squash", "stays"]

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


def linked(project: Project) -> None:
    """One commit on top of the base, a link for each measure, and one ticket each."""
    texts = {**{path: project.show(path, "main") for path in paths(project)}, **project.published()}
    assert sum(text.count(b"#ft-") for text in texts.values()) == project.titles
    assert len(project.tickets()) == project.titles


def paths(project: Project) -> list[str]:
    return project.git("ls-tree", "-r", "--name-only", "main", "pm", where=project.remote).splitlines()


def squash(project: Project) -> None:
    desk = project.desk()
    project.git("merge", "--quiet", "--squash", f"origin/{BOT}", where=desk)
    project.share(message="Status of action items (#7)")


def delete(project: Project) -> None:
    project.git("update-ref", "-d", f"refs/heads/{BOT}", where=project.remote)
