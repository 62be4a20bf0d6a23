"""An item's words: one line of text over the document's bytes, with its links and styles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from followthrough.documents.blocks import Run, Style, spaced

_CHANGES = ("/pull/", "/merge_requests/", "/commit/", "/pull-requests/")
"""What the address of a change of code has."""
_WORDS = 3
"""A link of so many words is a title."""


class Link(NamedTuple):
    """A stretch of text that is a link."""

    start: int
    end: int
    url: str


class Wording:
    """Text of a block, line breaks as spaces, and where each part of it comes from."""

    __slots__ = ("_offsets", "broken", "links", "plain", "runs", "text")

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = runs
        self.links: list[Link] = []
        if len(runs) == 1 and runs[0].link is None:
            self.broken = spaced(runs[0].text)
            self.plain = runs[0].style is Style.PLAIN
            """Whether none of it is set in bold, italics, code or struck through."""
            self._offsets = [0]
        else:
            texts = [run.text for run in runs]
            self.broken = spaced("".join(texts))
            self._offsets = list(accumulate(map(len, texts[:-1]), initial=0)) if texts else []
            # Asked once for each of many items in one paragraph, so that it is found out only once.
            self.plain = all(run.style is Style.PLAIN for run in runs)
            self._link()
        self.text = self.broken.replace("\n", " ")

    def _link(self) -> None:
        """Notes what is a link, runs of one link that stand together as one."""
        for run, at in zip(self.runs, self._offsets, strict=True):
            end = at + len(run.text)
            if run.link is None or end == at:
                continue
            last = self.links[-1] if self.links else None
            if last is not None and last.end == at and last.url == run.link:
                self.links[-1] = Link(last.start, end, run.link)
            else:
                self.links.append(Link(at, end, run.link))

    def byte(self, offset: int, *, end: bool = False) -> int:
        """The document's byte at a character's ``offset``; with ``end`` the one behind the one before."""
        index = (bisect_left if end else bisect_right)(self._offsets, offset) - 1
        index = max(index, 0)
        run = self.runs[index]
        inside = offset - self._offsets[index]
        if inside <= 0:
            return run.start
        if inside >= len(run.text):
            return run.end
        head = run.text[:inside]
        return run.start + len(head.encode()) if len(run.text.encode()) == run.end - run.start else run.start

    def links_from(self, start: int, end: int) -> list[Link]:
        """The links that start there."""
        return self.links[
            bisect_left(self.links, start, key=_start) : bisect_left(self.links, end, key=_start)
        ]

    def linked(self, at: int) -> Link | None:
        """The link that the character at ``at`` belongs to."""
        index = bisect_right(self.links, at, key=_start) - 1
        return self.links[index] if index >= 0 and at < self.links[index].end else None

    def lead(self) -> int:
        """Where the bold words at its start end; 0 if it does not start in bold."""
        return bold_lead(self.runs)

    def styled_from(self, end: int) -> int:
        """Where the stretch in bold, italics or code starts that ends at ``end``; -1 without one."""
        first, style = -1, Style.PLAIN
        for index in range(bisect_left(self._offsets, end) - 1, -1, -1):
            at, run = self._offsets[index], self.runs[index]
            if not run.text.strip(" \t\n.:"):
                continue
            if run.style is Style.PLAIN or (first >= 0 and run.style is not style):
                break
            first, style = at, run.style
        return first

    def coded(self) -> bool:
        """Whether all of it is set as code, as a command is."""
        return not self.plain and all(
            run.style & Style.CODE or not any(char.isalnum() for char in run.text) for run in self.runs
        )

    def changed(self) -> bool:
        """Whether all of it is one link to a change of code, which says what was done."""
        if len(self.links) != 1:
            return False
        link = self.links[0]
        alone = not (self.text[: link.start] + self.text[link.end :]).strip(" .,;*_`()[]")
        brief = self.text.count(" ", link.start, link.end) < _WORDS
        return alone and brief and any(part in link.url for part in _CHANGES)

    def struck_lead(self) -> int:
        """Where the struck words at its start end; 0 if it does not start so."""
        end = 0
        for run in self.runs:
            if not run.style & Style.STRUCK:
                break
            end += len(run.text)
        return end

    def struck(self, start: int, end: int) -> bool:
        """Whether all words from ``start`` to ``end`` are struck through."""
        if self.plain:
            return False
        if len(self.runs) == 1:
            return bool(self.runs[0].style & Style.STRUCK)
        found = False
        first, last = bisect_right(self._offsets, start) - 1, bisect_left(self._offsets, end)
        for at, run in zip(self._offsets[first:last], self.runs[first:last], strict=True):
            if at + len(run.text) > start and run.text.strip():
                if not run.style & Style.STRUCK:
                    return False
                found = True
        return found


def bold_lead(runs: Sequence[Run]) -> int:
    """Where the bold words end that a text of ``runs`` starts with; 0 if it does not start in bold."""
    if not runs or (runs[0].style is Style.PLAIN and runs[0].text.strip()):
        return 0
    end, words = 0, False
    for run in runs:
        blank = not run.text.strip()
        if not (run.style & Style.STRONG or (blank and end == 0)):
            break
        end += len(run.text)
        words = words or not blank
    return end if words else 0


def _start(link: Link) -> int:
    return link.start
