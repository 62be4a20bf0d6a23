from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from followthrough.sources import Changed, Content, SourceError, WriteRefused
from followthrough.sources.disk import RealDisk, version_of
from followthrough.sources.folder import FolderSource, excluded, matching

Tree = Callable[..., Path]
OLD, NEW = b"# Old\n", b"# New\n"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A root with some files."""
    root = tmp_path / "root"
    root.mkdir()

    def make(*paths: str) -> Path:
        for path in paths:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(OLD)
        return root

    return make


def found(root: Path, *patterns: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return list(FolderSource(root=root, disk=RealDisk(), patterns=patterns, exclude=exclude).find())


def source(root: Path) -> FolderSource:
    return FolderSource(root=root, disk=RealDisk())


# --- what is found --------------------------------------------------------------------------------

FILES = (
    "a.md",
    "b.txt",
    "c.py",
    "UPPER.MD",
    ".hidden.md",
    "deep/d.md",
    "deep/er/e.markdown",
    "deep/README.md",
    ".git/x.md",
    "deep/.cache/y.md",
    ".followthrough-abc123",
    "name [1].md",
)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["*.md"], ["a.md", "name [1].md"]),
        (["**/*.md"], ["a.md", "deep/README.md", "deep/d.md", "name [1].md"]),
        (["deep/**/*"], ["deep/README.md", "deep/d.md", "deep/er/e.markdown"]),
        (["deep"], ["deep/README.md", "deep/d.md", "deep/er/e.markdown"]),
        (["deep/"], ["deep/README.md", "deep/d.md", "deep/er/e.markdown"]),
        (
            ["."],
            ["UPPER.MD", "a.md", "b.txt", "deep/README.md", "deep/d.md", "deep/er/e.markdown", "name [1].md"],
        ),
        (["a.md", "*.md", "deep/../a.md"], ["a.md", "name [1].md"]),
        (["c.py"], ["c.py"]),
        ([".*"], [".hidden.md"]),
        ([".git/*.md"], [".git/x.md"]),
        (["name [[]1].md"], ["name [1].md"]),
        (["nothing/*.md"], []),
        ([], []),
    ],
    ids=[
        "a glob",
        "any depth",
        "all below",
        "a folder",
        "a folder with a slash",
        "the root",
        "each once",
        "any kind when named",
        "hidden when asked for, never our own temporary",
        "a hidden folder when named",
        "quoted brackets",
        "no match",
        "no pattern",
    ],
)
def test_what_patterns_find(patterns: list[str], expected: list[str], tree: Tree) -> None:
    assert found(tree(*FILES), *patterns) == expected


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("README.md", "**/README.md", True),
        ("docs/README.md", "**/README.md", True),
        ("docs/README.md.md", "**/README.md", False),
        ("docs/readme.md", "**/README.md", False),
        ("template.md", "**/*template*", True),
        ("docs/our-template-v2.md", "**/*template*", True),
        ("docs/old/a.md", "docs/old/**", True),
        ("docs/old/deep/a.md", "docs/old/**", True),
        ("docs/old/a.md", "docs/old/**/*.md", True),
        ("docs/old/deep/a.md", "docs/old/**/*.md", True),
        ("docs/a.md", "docs/old/**/*.md", False),
        ("a/x/y/b/c.md", "a/**/b/**/c.md", True),
        ("a/b/x/c.md", "a/**/b/**/c.md", True),
        ("a/b/c.md", "a/**/b/**/c.md", True),
        ("a.md", "a.md", True),
        ("b/a.md", "a.md", False),
    ],
)
def test_what_is_excluded(path: str, pattern: str, expected: bool) -> None:
    assert excluded(path, [pattern]) is expected


def test_excluded_documents_are_not_found(tree: Tree) -> None:
    root = tree(*FILES, "deep/pm-template.md")
    assert found(root, "**/*.md", exclude=("**/README.md", "**/*template*")) == [
        "a.md",
        "deep/d.md",
        "name [1].md",
    ]


def test_a_document_behind_a_linked_folder_is_found_once(tree: Tree) -> None:
    root = tree("2026/a.md")
    (root / "current").symlink_to("2026")
    (root / "2026" / "loop").symlink_to("..")
    assert found(root, "**/*.md") == ["2026/a.md"]
    assert found(root, "current/*.md") == ["2026/a.md"]


def test_a_linked_document_is_found_once_under_its_own_name(tree: Tree) -> None:
    root = tree("z.md")
    (root / "latest.md").symlink_to("z.md")
    assert found(root, "*.md") == ["z.md"]
    assert found(root, "latest.md") == ["z.md"]
    assert found(root, ".") == ["z.md"]


def test_a_folder_named_on_a_command_line_gives_each_document_once(tree: Tree) -> None:
    root = tree("z.md")
    (root / "latest.md").symlink_to("z.md")
    assert list(matching(root, ".")) == ["z.md"]


# --- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("chain", [1, 3], ids=["a link", "a chain"])
def test_a_link_inside_the_root_is_followed_and_stays_a_link(chain: int, tree: Tree) -> None:
    root = tree("real/a.md")
    target = "real/a.md"
    for number in range(chain):
        (root / f"link{number}.md").symlink_to(target)
        target = f"link{number}.md"
    content = source(root).read(target)
    assert (content.data, content.read_only) == (OLD, None)
    source(root).write(target, NEW, content.version)
    assert (root / target).is_symlink()
    assert (root / "real/a.md").read_bytes() == NEW
    assert not (root / "real/a.md").is_symlink()


@pytest.mark.parametrize("kind", ["file link", "folder link", "relative", "absolute"])
def test_what_lies_outside_of_the_root_is_neither_read_nor_written(kind: str, tree: Tree) -> None:
    root = tree()
    outside = root.parent / "outside"
    outside.mkdir()
    secret = outside / "a.md"
    secret.write_bytes(OLD)
    path = {"relative": "../outside/a.md", "absolute": str(secret)}.get(kind, "a.md")
    if kind == "file link":
        (root / "a.md").symlink_to(secret)
    elif kind == "folder link":
        (root / "folder").symlink_to(outside)
        path = "folder/a.md"
    with pytest.raises(SourceError, match="leads out of"):
        source(root).read(path)
    with pytest.raises(WriteRefused, match="leads out of"):
        source(root).write(path, NEW, version_of(OLD))
    assert secret.read_bytes() == OLD


def test_a_root_behind_a_link_is_no_way_out(tree: Tree) -> None:
    root = tree("a.md")
    alias = root.parent / "alias"
    alias.symlink_to(root)
    assert source(alias).read("a.md").data == OLD


@pytest.mark.parametrize(
    ("target", "says"),
    [("missing.md", "there is no such document"), ("a.md", "cannot be followed")],
    ids=["dangling", "loop"],
)
def test_a_link_that_leads_nowhere_is_a_sentence(target: str, says: str, tree: Tree) -> None:
    root = tree()
    (root / "a.md").symlink_to(target)
    with pytest.raises(SourceError, match=says):
        source(root).read("a.md")
    assert source(root).exists("a.md")


# --- reading and writing --------------------------------------------------------------------------


def test_what_was_read_can_be_written_once(tree: Tree) -> None:
    folder = source(tree("a.md"))
    version = folder.read("a.md").version
    folder.write("a.md", NEW, version)
    assert folder.read("a.md").data == NEW
    with pytest.raises(Changed):
        folder.write("a.md", OLD, version)
    assert folder.read("a.md").data == NEW


def test_exists(tree: Tree) -> None:
    folder = source(tree("deep/a.md"))
    assert folder.exists("deep/a.md")
    assert folder.exists("deep")
    assert not folder.exists("a.md")
    assert not folder.exists("deep/a.md/b.md")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_a_disk_that_refuses_leaves_the_document(code: int, tree: Tree) -> None:
    class Full(RealDisk):
        def replace(self, path: Path, data: bytes, version: str) -> None:
            raise WriteRefused(f"{path}: cannot be written ({os.strerror(code)}). The old text stands.")

    root = tree("a.md")
    folder = FolderSource(root=root, disk=Full())
    with pytest.raises(WriteRefused):
        folder.write("a.md", NEW, folder.read("a.md").version)
    assert folder.read("a.md") == Content(OLD, version_of(OLD))
