"""The documentation as a site: whole, without anything from elsewhere, and no link of it leads nowhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from html.parser import HTMLParser
from pathlib import Path

import pytest

SPHINX = Path(sysconfig.get_path("scripts")) / "sphinx-build"


def build(checkout: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """As `make site` does."""
    options = f"-q -W --keep-going -n -c {checkout}/docs/site -d {folder}/cache -b html".split()
    return subprocess.run(
        [str(SPHINX), *options, str(checkout), str(folder / "site")],
        capture_output=True,
        text=True,
        check=False,
    )


def copy(checkout: Path, folder: Path) -> Path:
    """The pages of the checkout, to spoil."""
    for found in ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "connectors/README.md"]:
        target = folder / found
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checkout / found, target)
    shutil.copyfile(checkout / "config.example.toml", folder / "config.example.toml")
    for found in ["docs", "examples"]:
        shutil.copytree(checkout / found, folder / found)
    for page in checkout.glob("tests/*/README.md"):
        target = folder / page.relative_to(checkout)
        target.parent.mkdir(parents=True)
        shutil.copyfile(page, target)
    return folder


class Addresses(HTMLParser):
    """What a browser fetches by itself to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag in {"script", "img", "iframe", "source"} and held.get("src"):
            self.fetched.append(str(held["src"]))
        if tag == "link" and held.get("rel") in {"stylesheet", "icon", "preload"}:
            self.fetched.append(str(held["href"]))


@pytest.fixture(scope="module")
def site(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(checkout, folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_every_page_is_there_and_in_the_contents(checkout: Path, site: Path) -> None:
    front = (site / "README.html").read_text(encoding="utf-8")
    for page in checkout.glob("docs/**/*.md"):
        address = f"{page.relative_to(checkout).with_suffix('')}.html"
        assert (site / address).is_file()
        assert f'href="{address}"' in front
    assert "url=README.html" in (site / "index.html").read_text(encoding="utf-8")


def test_nothing_comes_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        addresses = Addresses()
        addresses.feed(page.read_text(encoding="utf-8"))
        assert not [one for one in addresses.fetched if re.match("(https?:)?//", one)], page
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style


@pytest.mark.parametrize(
    ("link", "named"),
    [
        ("[gone](how-to/no-such-page.md)", "how-to/no-such-page"),
        ("[gone](reference/settings.md#no-such-heading)", "no-such-heading"),
        ("[gone](../examples/no-such-file.toml)", "no-such-file"),
    ],
    ids=["page", "heading", "file"],
)
def test_a_link_that_leads_nowhere_ends_it(checkout: Path, tmp_path: Path, link: str, named: str) -> None:
    spoilt = copy(checkout, tmp_path / "checkout")
    tutorial = spoilt / "docs/tutorial.md"
    tutorial.write_text(f"{tutorial.read_text(encoding='utf-8')}\n{link}\n", encoding="utf-8")
    done = build(spoilt, tmp_path)
    assert done.returncode != 0
    assert "docs/tutorial.md" in done.stderr
    assert named in done.stderr


def test_a_page_that_the_contents_do_not_name_ends_it(checkout: Path, tmp_path: Path) -> None:
    spoilt = copy(checkout, tmp_path / "checkout")
    (spoilt / "docs/how-to/lost.md").write_text("# Lost\n", encoding="utf-8")
    done = build(spoilt, tmp_path)
    assert done.returncode != 0
    assert "docs/how-to/lost.md" in done.stderr
