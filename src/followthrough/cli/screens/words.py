"""Dates, counts and columns as people read them; what all screens share."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import PurePosixPath

from followthrough.planning.plan import Matter
from followthrough.planning.readings import Reading

MARGIN = 9
"""Columns of a line that a sign or a short key takes."""


def day(value: date, today: date | None = None) -> str:
    """A date as people write it: 27 Nov 2026, without the year where that is today's."""
    short = f"{value.day} {value:%b}"
    return short if today and today.year == value.year else f"{short} {value.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where and when something is read."""

    zone: tzinfo
    now: datetime
    columns: int | None = None
    """How wide the terminal is, ``None`` where there is none."""
    in_git: bool = False
    """The documents lie in a git work tree."""
    branch: str = ""
    """The branch that takes what is written, where that is not the folder."""
    is_page: Callable[[str], bool] = lambda _path: False
    """Whether a document is a page elsewhere, and no file."""

    def documents(self, paths: Collection[str]) -> str:
        """How many they are: 2 files, 1 page, 3 documents."""
        pages = sum(self.is_page(path) for path in paths)
        return count(len(paths), "file" if not pages else "page" if pages == len(paths) else "document")

    @property
    def today(self) -> date:
        """The day it is where the team is."""
        return self.now.astimezone(self.zone).date()

    def day(self, value: date) -> str:
        """A date, without its year where that is today's."""
        return day(value, self.today)

    def moment(self, value: datetime) -> str:
        """A time near now: Sat 02:00; with its date where the weekday alone would mislead."""
        there = value.astimezone(self.zone)
        near = abs(value - self.now) < timedelta(days=6)
        return f"{there:%a %H:%M}" if near else f"{there:%a} {self.day(there.date())} {there:%H:%M}"

    def flow(self, text: str, indent: int = 0) -> Iterator[str]:
        """A line broken at spaces to fit, what goes on indented; see :func:`flow`."""
        return flow(text, self.columns, indent)


def count(number: int, noun: str) -> str:
    """``1 issue``, ``2 issues``."""
    if number == 1:
        return f"{number} {noun}"
    return f"{number:,} {noun}{'es' if noun.endswith('s') else 's'}"


def cells(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def fit(text: str, width: int) -> str:
    """A text in exactly so many columns, cut with an ellipsis where it is longer."""
    room = width - cells(text)
    if room >= 0:
        return text + " " * room
    kept = ""
    for sign in text:
        if cells(kept + sign) > width - 1:
            break
        kept += sign
    return fit(f"{kept}…", width)


def flow(text: str, columns: int | None, indent: int = 0) -> Iterator[str]:
    """A line broken at spaces to fit a terminal, but never inside a command in backticks."""
    if columns is None or cells(text) <= columns:
        yield text
        return
    lead = len(text) - len(text.lstrip())
    glued = re.sub(r"`[^`]*`", lambda found: found[0].replace(" ", "\0"), text)
    # Signs that take two columns count as one there; half the columns are enough for any of them.
    lines = textwrap.wrap(
        glued.strip(),
        max(columns - (cells(text) - len(text)), columns // 2),
        initial_indent=" " * lead,
        subsequent_indent=" " * (indent or lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from (line.replace("\0", " ") for line in lines)


class Names:
    """Documents by the shortest name that tells them apart: their file name, else their path."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._same = Counter(PurePosixPath(path).name for path in set(paths))

    def __call__(self, path: str) -> str:
        name = PurePosixPath(path).name
        return name if self._same[name] == 1 else path


def nothing_in(reading: Reading) -> str:
    """A document without measures, and what a reader can do about it."""
    return f"{reading.path}   no measures found. Mark one with <!-- ft:item --> at the end of its line."


def matter_line(matter: Matter, names: Names | None = None) -> str:
    """One standing matter, marked so that an eye finds it."""
    name = names(matter.path) if names else matter.path
    return f"{'!':<{MARGIN}}{name}:{matter.line} {matter.message}"
