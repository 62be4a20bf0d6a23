"""The words of one block of plain text: its runs, our marks, and the place for a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .blocks import Anchor, Mark, Run, Text
from .links import split_addresses
from .marks import ID, ours

NOTE = re.compile(r"<!--[ \t]*ft:([a-z][a-z-]*)[ \t]*((?:(?!-->).){0,2000}?)\s*-->", re.DOTALL)
_MARK = re.compile(
    rf"\(([^()]{{0,300}}?):\s+((?:https?://[^\s()<>]{{1,2000}})?#ft-{ID})\)"
    rf"|((?:https?://[^\s()<>]{{1,2000}})?#ft-{ID}(?![0-9A-Za-z]))"
)
MARK = re.compile(_MARK.pattern.encode())
_BREAK = re.compile(r"[ \t]*(?:\r\n|\n|\r)[ \t]*")
_EMPTY = Anchor(refusal="it has no text of its own to put a link behind")
_HEADING = Anchor(refusal="it is a heading: the link belongs to the first paragraph below it")


class PlainWords(Text):
    """The text of one block, read from its lines when asked for."""

    __slots__ = ("data", "heading")

    def __init__(self, data: bytes, start: int, end: int, *, heading: bool = False) -> None:
        super().__init__(start, end)
        self.data = data
        self.heading = heading

    def _fill(self) -> None:
        raw = self.data[self.start : self.end].decode()
        runs: list[Run] = []
        marks: list[Mark] = []
        end = -1
        for piece in _pieces(raw, self.start):
            if isinstance(piece, Mark):
                marks.append(piece)
                _own_space(runs)
                end = piece.end
            else:
                runs.append(piece)
                if piece.text != "\n":
                    kept = piece.text.rstrip(" \t")
                    end = piece.end - (len(piece.text) - len(kept)) if kept else end
        self._runs = tuple(cut for run in runs for cut in _addresses(run))
        self._marks = tuple(marks)
        if self.heading:
            self._anchor = _HEADING
        else:
            self._anchor = Anchor(end) if any(run.text.strip() for run in runs) else _EMPTY


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


def _pieces(raw: str, offset: int) -> Iterator[Run | Mark]:
    """Runs, line breaks and marks of ``raw``; comments to us left out."""
    found = [(m.start(), m.end(), "break", m) for m in _BREAK.finditer(raw)]
    if "#ft-" in raw:
        found += [(m.start(), m.end(), "mark", m) for m in _MARK.finditer(raw)]
    if "<!--" in raw:
        found += [(m.start(), m.end(), "note", m) for m in NOTE.finditer(raw)]
    # The longer one first, so that line breaks inside a mark or a comment belong to it.
    found.sort(key=lambda hit: (hit[0], -hit[1]))
    done = 0
    for start, end, what, match in [*found, (len(raw), len(raw), "end", None)]:
        if start < done:
            continue
        if start > done:
            after = offset + len(raw[done:start].encode())
            yield Run(raw[done:start], offset, after)
            offset = after
        after = offset + len(raw[start:end].encode())
        if what == "break":
            yield Run("\n", offset, after)
        elif what == "mark" and match is not None:
            target, id = ours(match[2] or match[3]) or ("", "")
            yield Mark(id, offset, after, " ".join((match[1] or "").split()), target)
        offset, done = after, end
