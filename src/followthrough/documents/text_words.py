"""The words of one block of plain text: its runs, our marks, and the place for a new one.

Marks are searched from their fragment backwards, so that a text full of brackets and addresses costs
no more than any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .blocks import Anchor, Mark, Run, Text
from .directives import comments
from .links import split_addresses
from .marks import ID

_FRAGMENT = re.compile(rf"#ft-({ID})(?![0-9A-Za-z])".encode())
_SCHEME = re.compile(rb"https?://", re.IGNORECASE)
_ENDS_ADDRESS = tuple(bytes([c]) for c in b" \t\r\n\f\v()<>")
_BREAK = re.compile(rb"(?<![ \t])[ \t]*(?:\r\n|\n|\r)[ \t]*")
_LONGEST_ADDRESS = 2000
_LONGEST_WORDS = 400
_NO_WORDS = Anchor(refusal="it has no text of its own to put a link behind")
_HEADING = Anchor(refusal="it is a heading: the link belongs to the first paragraph below it")


def marks_in(data: bytes, offset: int = 0) -> Iterator[Mark]:
    """Our marks in ``data``, ``offset`` added to where they stand.

    ``(words: address)`` is one, and so is the bare address, with no words.
    """
    done = 0
    for found in _FRAGMENT.finditer(data):
        start = _address_start(data, max(done, found.start() - _LONGEST_ADDRESS), found.start())
        end = found.end()
        target = data[start : found.start()]
        bracket = _bracket(data, max(done, start - _LONGEST_WORDS), start)
        words = b""
        if bracket >= 0 and data[end : end + 1] == b")":
            words = data[bracket + 1 : start].rstrip()[:-1]
            start, end = bracket, end + 1
        done = end
        yield Mark(
            found[1].decode(),
            offset + start,
            offset + end,
            " ".join(words.decode(errors="replace").split()),
            target.decode(errors="replace"),
        )


def _address_start(data: bytes, limit: int, end: int) -> int:
    """Where the address that ends at ``end`` starts; ``end`` itself where there is none."""
    token = max(limit, 1 + max(data.rfind(sign, limit, end) for sign in _ENDS_ADDRESS))
    scheme = _SCHEME.search(data, token, end)
    return scheme.start() if scheme else end


def _bracket(data: bytes, limit: int, end: int) -> int:
    """Where the bracket opens whose words, a colon and white space end at ``end``, or -1."""
    bracket = data.rfind(b"(", limit, end)
    words = data[bracket + 1 : end]
    if bracket < 0 or b")" in words or words == words.rstrip() or not words.rstrip().endswith(b":"):
        return -1
    return bracket


class PlainWords(Text):
    """The text of one block, read from its lines when asked for."""

    __slots__ = ("data", "heading")

    def __init__(self, data: bytes, start: int, end: int, *, heading: bool = False) -> None:
        super().__init__(start, end)
        self.data = data
        self.heading = heading

    def _fill(self) -> None:
        runs: list[Run] = []
        marks: list[Mark] = []
        end = -1
        for piece in _pieces(self.data[self.start : self.end], self.start):
            if isinstance(piece, Mark):
                marks.append(piece)
                _own_space(runs)
                end = piece.end
            else:
                runs.append(piece)
                kept = piece.text.rstrip(" \t\n")
                if kept:
                    end = piece.end - (len(piece.text) - len(kept))
        self._runs = tuple(cut for run in runs for cut in _addresses(run))
        self._marks = tuple(marks)
        if self.heading:
            self._anchor = _HEADING
        else:
            self._anchor = Anchor(end) if any(run.text.strip() for run in runs) else _NO_WORDS


def _addresses(run: Run) -> Iterator[Run]:
    return split_addresses(run) if "://" in run.text else iter((run,))


def _own_space(runs: list[Run]) -> None:
    """Takes the white space before a mark out of the runs."""
    if runs and runs[-1].text == "\n":
        runs.pop()
    elif runs and runs[-1].text[-1:] == " ":
        last = runs.pop()
        if len(last.text) > 1:
            runs.append(last._replace(text=last.text[:-1], end=last.end - 1))


def _pieces(raw: bytes, offset: int) -> Iterator[Run | Mark]:
    """Runs, line breaks and marks of ``raw``; comments to us left out."""
    found: list[tuple[int, int, Run | Mark | None]] = [
        (m.start(), m.end(), Run("\n", offset + m.start(), offset + m.end())) for m in _BREAK.finditer(raw)
    ]
    if b"#ft-" in raw:
        found += [(mark.start - offset, mark.end - offset, mark) for mark in marks_in(raw, offset)]
    found += [(note.start, note.end, None) for note in comments(raw)]
    # The longer one first, so that line breaks inside a mark or a comment belong to it.
    found.sort(key=lambda hit: (hit[0], -hit[1]))
    done = 0
    for start, end, piece in [*found, (len(raw), len(raw), None)]:
        if start < done:
            continue
        if start > done:
            yield Run(raw[done:start].decode(), offset + done, offset + start)
        if piece is not None:
            yield piece
        done = end
