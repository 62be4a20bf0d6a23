"""Org's headlines: states of tasks, and which tasks are items."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from .line import Line, words_of
from .lined_text import Segment

_STARS = re.compile(r"(\*{1,200})(?=[ \t]+\S)")
_STATES = words_of(
    "TODO NEXT WAITING WAIT HOLD BLOCKED STARTED DOING INPROGRESS IN-PROGRESS DONE CANCELLED CANCELED"
)
_SEQUENCE = re.compile(r"#\+(?:(?:seq|typ)_)?todo:[ \t]*(.*)", re.IGNORECASE)
_TAGS = re.compile(r"(?:^|(?<![ \t])[ \t]++):(?:[\w@#%]{1,60}+:){1,50}+$")
_END = re.compile(r"(?:#\+end_(\S{1,60})|(:end:))", re.IGNORECASE)


class Headline(NamedTuple):
    """A headline: its words without stars and tags, and how many characters of them are its state."""

    level: int
    words: Line
    state: int

    @property
    def segment(self) -> Segment:
        return self.words.segment


class Outline:
    """What a document's lines say about each other before they are read one by one."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.states = _STATES
        self.divided: set[int] = set()
        """The lines of tasks below which a headline stands that is no task."""
        self._ends: dict[str, list[int]] = {}
        tasks: list[tuple[int, int]] = []
        for line in lines:
            if line.text[:1] in ("#", ":"):
                self._note(line)
            headline = self.headline(line)
            if headline is None:
                continue
            while tasks and tasks[-1][0] >= headline.level:
                tasks.pop()
            if headline.state:
                tasks.append((headline.level, line.number))
            else:
                self.divided.update(index for _, index in tasks)
                tasks.clear()

    def _note(self, line: Line) -> None:
        sequence = _SEQUENCE.fullmatch(line.text)
        if sequence:
            self.states |= {word.split("(")[0] for word in sequence[1].split()} - {"|", ""}
        end = _END.fullmatch(line.text)
        if end:
            self._ends.setdefault((end[1] or end[2]).lower(), []).append(line.number)

    def headline(self, line: Line) -> Headline | None:
        """The headline on ``line``, if it is one."""
        found = _STARS.match(line.text) if line.text[:1] == "*" and not line.indent else None
        if found is None:
            return None
        words = line.after(found.end())
        tags = _TAGS.search(words.text)
        if tags:
            kept = words.text[: tags.start()]
            words = words._replace(text=kept, end=words.start + len(kept.encode()))
        state = words.text.split(None, 1)[0] if words.text else ""
        return Headline(len(found[1]), words, len(state) if state in self.states else 0)

    def end_of(self, name: str, line: Line) -> int:
        """The line that ends what ``line`` begins, or -1."""
        ends = self._ends.get(name.lower(), [])
        at = bisect_right(ends, line.number)
        return ends[at] if at < len(ends) else -1
