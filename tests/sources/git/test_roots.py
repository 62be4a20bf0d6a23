"""Several roots in one repository, and the source by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.sources.git.project import BOT, CHECKOUT, QUEUE, SETTINGS, Project, written

from followthrough.git.commands import Git
from followthrough.settings.git import GitSettings
from followthrough.sources import Changed, SourceError
from followthrough.sources.git.repository import Blobs
from followthrough.sources.git.source import GitSource


@pytest.fixture
def source(project: Project) -> Iterator[GitSource]:
    made = opened(project.root)
    yield made
    made.close()


def opened(root: Path, *, reading: bool = False) -> GitSource:
    settings = GitSettings(kind="git", documents=("pm/**/*.md",))
    return GitSource(settings, root, reading=reading, sleep=lambda _seconds: None)


def test_two_roots_share_the_branch(new_project: Callable[..., Project]) -> None:
    """The commit holds what either has written, whoever ran last."""
    project = new_project()
    files = {"followthrough.toml": SETTINGS, "pm/a.md": CHECKOUT}
    project.elsewhere({f"{team}/{name}": text for team in ("web", "api") for name, text in files.items()})
    project.clone()
    top = project.root
    for night in range(2):
        for team in ("web", "api"):
            project.root = top / team
            if night:
                project.ok("local", "close", "FT-1")
            project.ok("run")
        assert sorted(project.published()) == ["api/pm/a.md", "web/pm/a.md"]
    assert all(text.count(b"- [x] ") == 1 for text in project.published().values())
    project.elsewhere({"web/pm/a.md": None})
    project.ok("local", "start", "FT-2")
    project.ok("run")
    assert sorted(project.published()) == ["api/pm/a.md"]


def test_a_root_with_nothing_to_write_leaves_the_commit_of_another(
    new_project: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project()
    project.elsewhere({"web/pm/a.md": CHECKOUT, "api/pm/a.md": CHECKOUT})
    project.clone()
    web = opened(project.root / "web")
    web.write("pm/a.md", b"ours\n", web.read("pm/a.md").version)
    assert web.publish() == {}
    web.close()
    at = project.at(BOT)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-20T02:00:00Z")  # another commit would have another name
    api = opened(project.root / "api")
    assert api.find() == ["pm/a.md"]
    assert api.publish() == {}
    api.close()
    assert project.at(BOT) == at


def test_what_is_written_twice_before_it_is_published(project: Project, source: GitSource) -> None:
    paths = ("pm/checkout.md", "pm/2026/queue.md")
    for text in (b"first\n", b"second\n"):
        source.write(paths[0], text, source.read(paths[0]).version)
    source.write(paths[1], b"other\n", source.read(paths[1]).version)
    assert [source.read(path).data for path in paths] == [b"second\n", b"other\n"]
    assert source.publish() == {}
    assert [project.show(path) for path in paths] == [b"second\n", b"other\n"]


def test_what_others_have_written_since_it_was_read(project: Project, source: GitSource) -> None:
    path = "pm/checkout.md"
    version = source.read(path).version
    other = opened(project.clone(name="second"))
    other.write(path, b"theirs\n", version)
    other.publish()
    other.close()
    source.write(path, b"ours\n", version)
    source.write("pm/2026/queue.md", b"ours\n", source.read("pm/2026/queue.md").version)
    assert {path: type(error) for path, error in source.publish().items()} == {path: Changed}
    assert project.show(path) == b"theirs\n"
    assert project.show("pm/2026/queue.md") == b"ours\n"


def test_a_version_that_no_longer_stands(source: GitSource) -> None:
    with pytest.raises(Changed):
        source.write("pm/checkout.md", b"ours\n", "another")
    assert source.publish() == {}


def test_closing_forgets_what_was_not_published(project: Project, source: GitSource) -> None:
    source.write("pm/checkout.md", b"ours\n", source.read("pm/checkout.md").version)
    source.close()
    assert source.publish() == {}
    assert project.at(BOT) == ""
    assert source.read("pm/checkout.md").data == CHECKOUT.encode()
    assert source.read("pm/2026/queue.md").data == QUEUE.encode()


def test_a_document_in_large_file_storage(project: Project) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12345\n"
    project.elsewhere({"pm/large.md": pointer})
    result = project.run("run")
    assert result.code == 3
    assert "pm/large.md: lies in Git LFS, and the branch holds only a pointer to it. Take it out of LFS." in (
        " ".join((result.out + result.err).split())
    )
    assert len(project.published()) == 2


def test_a_name_that_is_no_text(project: Project) -> None:
    """One in another encoding than UTF-8 stops no other document."""
    desk = project.desk()
    name = b"pm/caf\xe9.md".decode(errors="surrogateescape")
    (desk / name).write_text(written("Guard the gate"), encoding="utf-8")
    project.share()
    for command in ("plan", "run", "run", "status"):
        result = project.run(command)
        assert "Traceback" not in result.err, result.err
    assert sum(text.count(b"#ft-") for text in project.published().values()) >= 3


@pytest.mark.parametrize("command", ["plan", "run"])
def test_a_partial_clone_fetches_all_documents_at_once(
    command: str, new_project: Callable[..., Project]
) -> None:
    project = new_project()
    project.elsewhere({f"pm/{at}.md": written(f"Guard gate {at}", title=f"Outage {at}") for at in range(20)})
    project.git("config", "uploadpack.allowFilter", "true", where=project.remote)
    project.clone("--filter=blob:none", "--no-checkout")
    project.put({"followthrough.toml": SETTINGS})
    asked, counting = project.folder / "asked", project.folder / "counting"
    counting.write_text(f'#!/bin/sh\necho >> {asked}\nexec git-upload-pack "$@"\n', encoding="utf-8")
    counting.chmod(0o755)
    project.git("config", "remote.origin.uploadpack", str(counting))
    assert "Guard gate 19" in project.ok(command).out
    assert asked.read_text(encoding="utf-8").count("\n") <= 3  # what it has, the texts, and what came of it


def test_a_remote_that_hangs_while_an_object_is_fetched(new_project: Callable[..., Project]) -> None:
    """As a partial clone fetches them: one by one, when they are read."""
    project = new_project()
    project.git("config", "uploadpack.allowFilter", "true", where=project.remote)
    project.clone("--filter=blob:none", "--no-checkout")
    blob = project.git("rev-parse", "main:pm/checkout.md")
    hanging = project.folder / "hanging"
    hanging.write_text("#!/bin/sh\nexec sleep 600\n", encoding="utf-8")
    hanging.chmod(0o755)
    project.git("config", "remote.origin.uploadpack", str(hanging))
    blobs = Blobs(Git(root=project.root, timeout=1.0))
    with pytest.raises(SourceError, match=r"git cannot give its text \(no answer in the time given\)"):
        blobs.read(blob)
    project.git("config", "--unset", "remote.origin.uploadpack")
    assert blobs.read(blob) == CHECKOUT.encode()
    blobs.close()


def test_an_object_that_is_missing(project: Project, source: GitSource) -> None:
    blob = project.git("rev-parse", "main:pm/checkout.md")
    for pack in (project.root / ".git/objects/pack").glob("*.pack"):
        moved = pack.rename(project.folder / "moved.pack")
        pack.with_suffix(".idx").unlink()
        with moved.open("rb") as given:
            import subprocess

            subprocess.run(["git", "unpack-objects", "-q"], cwd=project.root, stdin=given, check=True)
    loose = project.root / ".git/objects" / blob[:2] / blob[2:]
    loose.chmod(0o600)
    loose.unlink()
    with pytest.raises(SourceError, match=r"pm/checkout\.md: git cannot give its text .*Run `git fsck`"):
        source.read("pm/checkout.md")
    assert source.read("pm/2026/queue.md").data == QUEUE.encode()
