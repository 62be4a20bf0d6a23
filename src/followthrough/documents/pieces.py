"""Inline markup as pieces, from left to right: what the line formats' readers share."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from .lined_text import Piece

Rule = Callable[[int, int], int]
"""Tries to read markup at a character, and not beyond another; the character behind it.

Where there is none: how many characters to take for words, less than zero.
"""

STRONG, EMPHASIS, STRUCK, CODE = 1, 2, 4, 8


class Pieces:
    """Reads one text. A subclass names its signs, and has a rule for each.

    Where markup ends is searched once for each kind of it, so that a text full of openings costs no
    more than any other.
    """

    signs: re.Pattern[str]
    """Finds the next character that may start markup."""

    def __init__(self, text: str, named: Mapping[str, str]) -> None:
        self.text = text
        self.named = named
        self.pieces: list[Piece] = []
        self.rules: dict[str, Rule] = {}
        self._ends: dict[str, list[int]] = {}
        self._style = 0
        self._link: str | None = None
        self._inside = 0
        self.first = 0
        """Where what is being read starts: all of the text, or the words of a link or of markup."""
        self.plain_from = 0
        """Where the words start that have not become a piece yet."""

    def read(self) -> list[Piece]:
        """The pieces of the whole text."""
        self.scan(0, len(self.text))
        return self.pieces

    def read_labelled(self, label: re.Pattern[str]) -> list[Piece]:
        """The same where ``label`` tells a term and the sign behind it, which reads as a colon."""
        found = label.match(self.text)
        at = 0
        if found:
            self.scan(0, found.end(1))
            self.add(found.start(2), found.end(2), ":")
            at = found.end(2)
        self.scan(at, len(self.text))
        return self.pieces

    def scan(self, start: int, end: int) -> None:
        """Reads from ``start`` to ``end``."""
        before, self.plain_from = self.plain_from, start
        around, self.first = self.first, start
        at = start
        while at < end:
            found = self.signs.search(self.text, at, end)
            if found is None:
                break
            at = found.start()
            after = self.rules[self.text[at]](at, end)
            if after > at:
                self.plain_from = at = after
            else:
                at += max(1, -after)
        self.flush(end)
        self.plain_from, self.first = before, around

    def flush(self, end: int) -> None:
        """Makes a piece of the words up to ``end``."""
        if end > self.plain_from:
            self.add(self.plain_from, end)
        self.plain_from = end

    def add(self, start: int, end: int, text: str | None = None, style: int = 0) -> None:
        """Adds a piece in the current style."""
        outer = -1 if self._inside else end
        self.pieces.append(Piece(start, end, outer, self._style | style, self._link, text))

    def hide(self, start: int, end: int) -> int:
        """Passes over what readers do not see, or not as words."""
        self.flush(start)
        self.add(start, end, "")
        return end

    def decode(self, start: int, end: int, text: str) -> int:
        """Adds what reads differently from what stands there."""
        self.flush(start)
        self.add(start, end, text)
        return end

    def styled(self, start: int, first: int, last: int, end: int, style: int) -> int:
        """Markup from ``start`` to ``end`` around the words from ``first`` to ``last``."""
        self.flush(start)
        self._inside += 1
        old, self._style = self._style, self._style | style
        if style & CODE:
            self.add(first, last)
        else:
            self.scan(first, last)
        self._style = old
        self._inside -= 1
        self.add(end, end, "")
        return end

    def linked(self, start: int, first: int, last: int, end: int, target: str, *, raw: bool = False) -> int:
        """A link from ``start`` to ``end`` around the words from ``first`` to ``last``."""
        self.flush(start)
        old = self._link
        if old is None:
            self._link = target
            self.pieces.append(Piece(first, last, end, 0, target, None, start))
        self._inside += 1
        if raw:
            self.add(first, last)
        else:
            self.scan(first, last)
        self._inside -= 1
        self._link = old
        self.add(end, end, "")
        return end

    def closing(self, kind: str, places: Callable[[], Iterable[int]], start: int, end: int) -> int:
        """The first of ``places`` from ``start`` on, and before ``end``, or -1; they are asked for once."""
        ends = self._ends.get(kind)
        if ends is None:
            ends = self._ends[kind] = list(places())
        at = bisect_left(ends, start)
        return ends[at] if at < len(ends) and ends[at] < end else -1
