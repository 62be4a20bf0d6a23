"""Inline text that stands on some lines of a document: its runs, our marks, and the place for a new one.

A format reads the lines, joined by line feeds, into pieces that count in characters; here these become
runs that count in bytes. So a format's syntax is read in one place and offsets are made in another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from .blocks import Anchor, Mark, Run, Style, Text
from .directives import comments
from .links import split_addresses
from .marks import ours

_NO_WORDS = Anchor(refusal="it has no text of its own to put a link behind")
_STYLES = [Style(n) for n in range(16)]


class Segment(NamedTuple):
    """Consecutive bytes of one line, from ``start`` on, as text."""

    start: int
    text: str


class Piece(NamedTuple):
    """Characters ``start`` to ``end`` in one style."""

    start: int
    end: int
    outer: int = -1
    """Where a mark may follow; -1 inside markup. Of a piece that stands for a whole link: its end."""
    style: int = 0
    link: str | None = None
    text: str | None = None
    """What it reads, where that is not what stands there. Empty for what readers do not see."""
    whole: int = -1
    """Where a whole link starts, in a piece that stands for it, because it may be ours."""


Reader = Callable[[str, Mapping[str, str]], list[Piece]]
"""Reads joined lines; the mapping holds link targets or attributes by name."""


class LinedText(Text):
    """Text of some lines, read when it is asked for.

    ``tail`` characters at its end are read apart, and a mark goes before them. ``stop`` is the byte
    behind which no mark goes. ``cell`` is the place of a table cell that may be empty.
    """

    __slots__ = ("cell", "data", "named", "reader", "refusal", "segments", "stop", "tail")

    def __init__(
        self,
        data: bytes,
        segments: list[Segment],
        reader: Reader,
        named: Mapping[str, str],
        *,
        anchor: Anchor | None = None,
        tail: int = 0,
        stop: int = -1,
        cell: int = -1,
    ) -> None:
        last = segments[-1] if segments else Segment(cell, "")
        start = segments[0].start if segments else cell
        super().__init__(start, last.start + len(last.text.encode()))
        self.data = data
        self.segments = segments
        self.reader = reader
        self.named = named
        self.refusal = anchor
        self.tail = tail
        self.stop = stop if stop >= 0 else self.end
        self.cell = cell

    def _fill(self) -> None:
        joined = "\n".join(segment.text for segment in self.segments)
        body = joined[: len(joined) - self.tail]
        found = _Bytes(self.segments)
        filled = _Filling(self.data, found, joined, self.stop)
        filled.read(self.reader(body, self.named))
        if self.tail:
            filled.add(Piece(len(body), len(joined), -1))
        self._runs = tuple(filled.runs)
        self._marks = tuple(filled.marks)
        self._anchor = self.refusal or self._place(filled)

    def _place(self, filled: _Filling) -> Anchor:
        words = any(run.text.strip() for run in filled.runs)
        if self.cell < 0:
            return Anchor(filled.end) if words and filled.end >= 0 else _NO_WORDS
        if filled.end >= 0:
            return Anchor(filled.end)
        return Anchor(self.cell, space=False) if not words else _NO_WORDS


class _Bytes:
    """Where characters of joined lines stand. Asked in order it is linear."""

    def __init__(self, segments: list[Segment]) -> None:
        self._segments = segments
        self._at = 0
        self._first = 0
        self._done = 0
        self._byte = segments[0].start if segments else 0

    def __call__(self, character: int) -> int:
        if character < self._first + self._done:
            self._first, self._at = self._back(character)
            self._enter()
        while character > self._first + len(self._segments[self._at].text):
            self._first += len(self._segments[self._at].text) + 1
            self._at += 1
            self._enter()
        inside = character - self._first
        self._byte += len(self._segments[self._at].text[self._done : inside].encode())
        self._done = inside
        return self._byte

    def _back(self, character: int) -> tuple[int, int]:
        first, at = self._first, self._at
        while character < first:
            at -= 1
            first -= len(self._segments[at].text) + 1
        return first, at

    def _enter(self) -> None:
        self._done = 0
        self._byte = self._segments[self._at].start


class _Filling:
    """Runs and marks from pieces, in order."""

    def __init__(self, data: bytes, byte: _Bytes, joined: str, stop: int) -> None:
        self.data = data
        self.byte = byte
        self.joined = joined
        self.stop = stop
        self.runs: list[Run] = []
        self.marks: list[Mark] = []
        self.end = -1
        """Behind the last words or mark, outside all markup."""
        self._swallow = False

    def read(self, pieces: list[Piece]) -> None:
        """Takes all pieces; those of a link of ours make a mark."""
        index = 0
        while index < len(pieces):
            piece = pieces[index]
            mine = ours(piece.link) if piece.whole >= 0 and piece.link else None
            if mine is None:
                if piece.whole < 0:
                    self.add(piece)
                index += 1
                continue
            index += 1
            words = []
            while index < len(pieces) and pieces[index].start < piece.outer:
                inner = pieces[index]
                words.append(self.joined[inner.start : inner.end] if inner.text is None else inner.text)
                index += 1
            self._mark(piece, mine, " ".join("".join(words).split()))

    def _mark(self, piece: Piece, mine: tuple[str, str], words: str) -> None:
        start, end = self.byte(piece.whole), self.byte(piece.outer)
        self.marks.append(Mark(mine[1], start, end, words, mine[0]))
        self._reach(end)
        if not self.runs:
            self._swallow = True
            return
        before = self.runs[-1]
        if before.text == "\n":
            self.runs.pop()
        elif before.text[-1:] == " " and before.end == start and not before.style & Style.CODE:
            self.runs.pop()
            if len(before.text) > 1:
                self.runs.append(before._replace(text=before.text[:-1], end=before.end - 1))

    def _reach(self, end: int) -> None:
        if self.end < end <= self.stop:
            self.end = end

    def add(self, piece: Piece) -> None:
        """Takes one piece, cut at the ends of lines."""
        if piece.text is not None:
            self._decoded(piece)
            return
        at = piece.start
        for part in self.joined[piece.start : piece.end].split("\n"):
            if at > piece.start:
                before = self.byte(at - 1)
                self._run(Run("\n", before, self.byte(at), _STYLES[piece.style], piece.link))
            self._words(part, at, piece)
            at += len(part) + 1

    def _decoded(self, piece: Piece) -> None:
        start, end = self.byte(piece.start), self.byte(piece.end)
        if piece.text:
            self._run(Run(piece.text, start, end, _STYLES[piece.style], piece.link))
            self._swallow = False
        if piece.outer >= 0:
            self._reach(self.byte(piece.outer))

    def _words(self, part: str, at: int, piece: Piece) -> None:
        if self._swallow and part[:1] == " ":
            part, at = part[1:], at + 1
        if part:
            self._swallow = False
            style = _STYLES[piece.style]
            for first, last in _visible(part):
                text, start = part[first:last], self.byte(at + first)
                width = len(text) if text.isascii() else len(text.encode())
                run = Run(text, start, start + width, style, piece.link)
                plain = piece.link is None and not piece.style & 8 and "://" in run.text
                self.runs.extend(split_addresses(run) if plain else (run,))
                self._ended(run, piece)

    def _ended(self, run: Run, piece: Piece) -> None:
        """Notes where visible words end, unless they stand inside markup."""
        kept = run.text.rstrip(" \t")
        if kept and piece.outer == piece.end:
            self._reach(run.end - (len(run.text) - len(kept)))

    def _run(self, run: Run) -> None:
        if run.text != "\n" or self.runs or self.marks:
            self.runs.append(run)


def _visible(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of ``text`` that are no comments to us."""
    done = 0
    if "<!--" in text:
        source = text.encode()
        for note in comments(source):
            first, last = len(source[: note.start].decode()), len(source[: note.end].decode())
            yield done, first
            done = last
    if done < len(text):
        yield done, len(text)
