"""The pages hold together: links lead somewhere, promises are complete, the changelog is open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = [
    *(CHECKOUT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((CHECKOUT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    """The page without code, where brackets are no links."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """The anchors that forges make of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [pytest.param(p, id=p.relative_to(CHECKOUT).as_posix()) for p in PAGES])
def test_internal_links_resolve(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def test_every_page_is_reached_from_the_readme() -> None:
    reached, open_pages = set(), [CHECKOUT / "README.md"]
    while open_pages:
        page = open_pages.pop()
        if page in reached:
            continue
        reached.add(page)
        for target in LINK.findall(prose(page)):
            file = (page.parent / target.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.is_file():
                open_pages.append(file)
    assert set(PAGES) <= reached


def test_changelog_has_an_unreleased_section() -> None:
    text = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")
    _, _, after = text.partition("\n## [Unreleased]\n")
    assert re.search(r"^- \S", after, re.MULTILINE), "Unreleased tells nothing"


def test_readme_makes_six_promises() -> None:
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    _, _, after = text.partition("\n## Promises\n")
    promises, _, _ = after.partition("\n## ")
    assert [int(number) for number in re.findall(r"^(\d)\. ", promises, re.MULTILINE)] == [1, 2, 3, 4, 5, 6]


def test_package_shows_the_readme() -> None:
    assert '\nreadme = "README.md"\n' in (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [pytest.param(p, id=p.relative_to(CHECKOUT).as_posix()) for p in PAGES])
def test_one_sentence_stands_on_one_line(page: Path) -> None:
    """So that a change of one sentence is a change of one line."""
    for line in FENCE.sub("", page.read_text(encoding="utf-8")).splitlines():
        if re.match(r"\||#|<!--|- |\d\. ", line):  # an item of a list is one thing, however many sentences
            continue
        plain = re.sub(r"`[^`]*`|\([^)]*\)|\"[^\"]*\"", "x", line)
        assert not re.search(r"\w[.!?] [A-Z]", plain), line


def test_every_test_that_a_page_names_is_there(checkout: Path) -> None:
    named = {
        (page.name, path)
        for page in checkout.glob("docs/**/*.md")
        for path in re.findall(r"`(tests/[\w./*-]+)`", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert [one for one in sorted(named) if not [*checkout.glob(one[1])]] == []
