"""Globs held against names agree with globs that search a folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from followthrough.sources.folder import matching
from followthrough.sources.globs import named

NAMES = [
    "a",
    "b",
    "A",
    "pm",
    "a.md",
    "b.md",
    "c.MD",
    "x.txt",
    "x.png",
    "é.md",
    "a b.md",
    "[a].md",
    "x.md.erb",
]
HIDDEN = [".a", ".b.md", ".followthrough-1.md"]
PARTS = ["*", "**", "*.md", "?", "?.md", "[ab]", "[ab].md", "[!a]*", "[", "**.md", "a*", ".*", ".*.md", "."]

name = st.sampled_from(NAMES + HIDDEN)
tree = st.lists(st.lists(name, min_size=1, max_size=4).map("/".join), max_size=12)
part = st.sampled_from(NAMES + HIDDEN + PARTS) | st.text(
    st.sampled_from("ab.m*?[]!-d"), min_size=1, max_size=5
)
glob = st.builds(
    lambda parts, end: "/".join(parts) + end, st.lists(part, max_size=4), st.sampled_from(["", "/"])
)


def grown(root: Path, paths: list[str]) -> list[str]:
    """The files as far as they go together: none is a folder too."""
    found = []
    for path in paths:
        file = root / path
        if not file.exists() and not any((root / one).is_file() for one in parents(path)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            found.append(path)
    return found


def parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:at]) for at in range(1, len(parts))]


@settings(max_examples=300, deadline=None)
@given(tree, st.lists(glob.filter(lambda one: not one.startswith("/") and ".." not in one), max_size=3))
@example(["a/b.md", "a/.b.md", ".a/b.md"], ["a", ".a"])
@example(["pm/a.md", "pm/2026/a.md"], ["pm/**/*.md", "pm"])
@example(["a.md/b.md", "b.md"], ["*.md"])
@example([".followthrough-1.md"], [".followthrough-1.md"])
@example(["[a].md", "a.md"], ["[a].md"])
@example(["[a]/b.md", "a"], ["[a]"])
def test_names_and_folders_give_the_same(paths: list[str], patterns: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = grown(Path(folder), paths)
        found = sorted({path for pattern in patterns for path in matching(Path(folder), pattern)})
        assert named(files, patterns) == found
