"""What ``init`` looks at: which files are postmortems, where they lie, and the names of token variables."""

from __future__ import annotations

import glob
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from followthrough.engine.reading import read
from followthrough.settings import Settings
from followthrough.sources.folder import FolderSource, excluded, has_text
from followthrough.sources.interface import Disk

MOST_FILES: Final = 3_000
MOST_SECONDS: Final = 20.0
MOST_GLOBS: Final = 5
NOT_OURS: Final = frozenset(
    {"node_modules", "vendor", "third_party", "venv", "site-packages", "build", "dist", "target"}
)
TELLING: Final = re.compile(
    r"post[-_ ]?mortems?|incidents?|outages?|retrospectives?|(?<![a-z])(?:rca|pir|coe)s?(?![a-z])",
    re.IGNORECASE,
)
TOKENS: Final = re.compile(
    r"(?:.{0,60}_)?(?:JIRA|ATLASSIAN|GITHUB|GH|GHE|GITLAB|LINEAR|CONFLUENCE)_(?:.{0,60}_)?(?:TOKEN|PAT|API_KEY|APIKEY)"
)


@dataclass(frozen=True, slots=True)
class Postmortem:
    """One document that reads like a postmortem."""

    path: str
    date: date | None
    measures: int


@dataclass(slots=True)
class Looked:
    """What was found below a folder."""

    files: int = 0
    """How many were read."""
    more: int = 0
    """How many there was no time for."""
    postmortems: list[Postmortem] = field(default_factory=list)

    def since(self, day: date) -> tuple[list[Postmortem], list[Postmortem], list[Postmortem]]:
        """Those from that day on, older ones, and those whose date is not known."""
        known = [one for one in self.postmortems if one.date is not None]
        young = [one for one in known if one.date is not None and one.date >= day]
        old = [one for one in known if one not in young]
        return young, old, [one for one in self.postmortems if one.date is None]


def look(
    root: Path,
    disk: Disk,
    today: date,
    *,
    progress: Callable[[str, int, int], None],
    clock: Callable[[], float] = time.monotonic,
) -> Looked:
    """Read what could be a postmortem, the likeliest names first, within bounds of number and time."""
    source, settings, found = FolderSource(root=root, disk=disk), Settings(), Looked()
    paths = sorted(_files(root), key=lambda path: (TELLING.search(path) is None, path))
    end = clock() + MOST_SECONDS
    for number, path in enumerate(paths):
        if number >= MOST_FILES or clock() > end:
            found.more = len(paths) - number
            break
        reading = read(source, path, named=False, settings=settings, today=today)
        found.files += 1
        progress("Looking for postmortems", number + 1, len(paths))
        telling = TELLING.search(path) or reading.incident.date
        if reading.error is None and reading.looks_like_postmortem and telling:
            found.postmortems.append(Postmortem(path, reading.incident.date, len(reading.items)))
    return found


def _files(root: Path) -> Iterator[str]:
    exclude = Settings().exclude
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in NOT_OURS)
        for name in names:
            path = Path(parent, name).relative_to(root).as_posix()
            if has_text(name) and not name.startswith(".") and not excluded(path, exclude):
                yield path


def globs_for(paths: list[str]) -> list[str]:
    """Globs that name these documents: the folder called after them, else the one they lie in."""
    homes = Counter(_home(path) for path in paths)
    suffixes: dict[str, set[str]] = {}
    for path in paths:
        suffixes.setdefault(_home(path), set()).add(PurePosixPath(path).suffix)
    chosen: list[str] = []
    for home, _ in sorted(homes.items(), key=lambda pair: (-pair[1], pair[0])):
        chosen += [f"{_prefix(home)}*{suffix}" for suffix in sorted(suffixes[home])]
    return chosen[:MOST_GLOBS]


def _home(path: str) -> str:
    """The outermost folder named after postmortems, else the file's own."""
    folders = PurePosixPath(path).parts[:-1]
    for depth, name in enumerate(folders, start=1):
        if TELLING.search(name):
            return "/".join(folders[:depth])
    return "/".join(folders)


def _prefix(home: str) -> str:
    """A folder without a telling name is taken alone, without those below it."""
    if not home:
        return ""
    deep = "**/" if TELLING.search(home.rpartition("/")[2]) else ""
    return f"{glob.escape(home)}/{deep}"


def token_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Names of set variables that may hold a token of a tracker; values are not looked at."""
    return tuple(sorted(name for name, value in environ.items() if value and TOKENS.fullmatch(name)))
