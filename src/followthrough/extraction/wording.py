"""An item's words: one line of text over the document's bytes, with its links and styles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthrough.documents.blocks import Run, Style


class Link(NamedTuple):
    """A stretch of text that is a link."""

    start: int
    end: int
    url: str


class Wording:
    """Text of a block, line breaks as spaces, and where each part of it comes from."""

    __slots__ = ("_offsets", "broken", "links", "runs", "text")

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = runs
        if len(runs) == 1 and runs[0].link is None:
            self.broken = runs[0].text
            self.links: list[Link] = []
            self._offsets = [0]
        else:
            self.broken = "".join([run.text for run in runs])
            self._offsets = []
            self._measure()
        self.text = self.broken.replace("\n", " ")

    def _measure(self) -> None:
        self.links = []
        at = 0
        for run in self.runs:
            self._offsets.append(at)
            end = at + len(run.text)
            if run.link is not None and end > at:
                last = self.links[-1] if self.links else None
                if last is not None and last.end == at and last.url == run.link:
                    self.links[-1] = Link(last.start, end, run.link)
                else:
                    self.links.append(Link(at, end, run.link))
            at = end

    def byte(self, offset: int, *, end: bool = False) -> int:
        """The document's byte at a character's ``offset``; with ``end`` the one behind the one before."""
        index = len(self.runs) - 1
        while index > 0 and (self._offsets[index] > offset or (end and self._offsets[index] == offset)):
            index -= 1
        run = self.runs[index]
        inside = offset - self._offsets[index]
        if inside <= 0:
            return run.start
        if inside >= len(run.text):
            return run.end
        head = run.text[:inside]
        return run.start + len(head.encode()) if len(run.text.encode()) == run.end - run.start else run.start

    def lead(self) -> int:
        """Where the bold words at its start end; 0 if it does not start in bold."""
        end = 0
        if not self.runs or (self.runs[0].style is Style.PLAIN and self.runs[0].text.strip()):
            return 0
        for run in self.runs:
            if run.style & Style.STRONG or (not run.text.strip() and end == 0):
                end += len(run.text)
            else:
                break
        return end if self.text[:end].strip() else 0

    @property
    def plain(self) -> bool:
        """Whether none of it is set in bold, italics, code or struck through."""
        return all(run.style is Style.PLAIN for run in self.runs)

    def styled_from(self, end: int) -> int:
        """Where the stretch in bold, italics or code starts that ends at ``end``; -1 without one."""
        first, style = -1, Style.PLAIN
        for at, run in zip(reversed(self._offsets), reversed(self.runs), strict=True):
            if at >= end or not run.text.strip(" \t\n.:"):
                continue
            if run.style is Style.PLAIN or (first >= 0 and run.style is not style):
                break
            first, style = at, run.style
        return first

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
        if all(run.style is Style.PLAIN for run in self.runs):
            return False
        if len(self.runs) == 1:
            return bool(self.runs[0].style & Style.STRUCK)
        found = False
        for at, run in zip(self._offsets, self.runs, strict=True):
            if at < end and at + len(run.text) > start and run.text.strip():
                if not run.style & Style.STRUCK:
                    return False
                found = True
        return found
