"""Three years of postmortems on the first day, and everything that a run could have changed there."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from benchmarks.archive import Archive, Fate, Page

UNTIL = date(2026, 11, 20)
SINCE = date(2026, 8, 24)
LINK = re.compile(r"#ft-([0-9a-z]{12})\)")


@dataclass
class Team:
    """A folder with the archive and its settings, in which the installed program runs."""

    shop: Any
    pages: list[Page]
    since: date | None

    @property
    def root(self) -> Path:
        return Path(self.shop.folder)

    def to_file(self) -> list[str]:
        """The titles of all tickets that the archive must give, in the end."""
        return sorted(title for page in self.pages for title in page.filed(self.since))

    def linked(self) -> dict[tuple[str, str], list[str]]:
        """The ids that stand beside each measure, by document and the measure's text; only where any does."""
        found: dict[tuple[str, str], list[str]] = {}
        for page in self.pages:
            for line in (self.root / page.path).read_text().splitlines():
                if ids := LINK.findall(line):
                    (text,) = {one.text for one in page.measures if one.text in line}
                    found[page.path, text] = found.get((page.path, text), []) + ids
        return found

    def rows(self, name: str, query: str) -> list[tuple[Any, ...]]:
        """What a database of the state folder holds, read without the program."""
        path = self.root / ".followthrough" / name
        if not path.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()

    def tracker(self) -> list[tuple[Any, ...]]:
        """Every ticket and every change of one, as the tracker keeps them."""
        return [
            *self.rows("tracker.db", "SELECT * FROM tickets ORDER BY number"),
            *self.rows("tracker.db", "SELECT * FROM history ORDER BY change"),
        ]

    def picture(self) -> dict[str, Any]:
        """What nobody may have touched: documents with their times, the tracker, the ledger's events."""
        paths = sorted(path for path in self.root.joinpath("postmortems").rglob("*") if path.is_file())
        documents = {
            str(path): (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) for path in paths
        }
        events = self.rows("ledger.db", "SELECT * FROM events ORDER BY rowid")
        return {**documents, "tracker": self.tracker(), "events": events}


@pytest.fixture
def team(shop: Any) -> Callable[..., Team]:
    """The archive in a scratch folder, with or without ``since``."""

    def make(since: date | None, count: int = 500) -> Team:
        pages = Archive(7, UNTIL, count).write(shop.folder)
        day = f'since = "{since}"\n' if since else ""
        shop.write(
            "followthrough.toml", f'documents = ["postmortems/**/*.md"]\nnamespace = "k3v9q0z7"\n{day}'
        )
        return Team(shop, pages, since)

    return make


@pytest.fixture(params=[SINCE, None], ids=["since", "without since"])
def day_one(team: Callable[..., Team], request: pytest.FixtureRequest, nightly: bool) -> Team:
    """The same with ``since``, and without; there all is filed, so that it is smaller by day."""
    return team(request.param, 500 if request.param or nightly else 150)


@pytest.fixture
def since(team: Callable[..., Team]) -> Team:
    return team(SINCE)


@pytest.fixture
def fate() -> type[Fate]:
    return Fate
