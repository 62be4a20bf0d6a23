"""Markdown's lists while a document is read: their numbers, and which of them a remark broke in two."""

from __future__ import annotations

from dataclasses import dataclass, replace

_OPEN, _CLOSE = b"<!--", b"-->"


@dataclass(slots=True)
class OpenList:
    """A list that is being read."""

    id: int
    next: int
    """The number of its next item, -1 for bullets."""
    sign: str = ""
    """How its items are marked: their bullet, or what stands behind their numbers."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """The list that ended last, and whether a remark is all that has stood behind it since."""

    id: int
    following: int
    sign: str
    depth: int
    blocks: int
    remarked: bool = False


class Lists:
    """The lists around the place that is being read."""

    def __init__(self) -> None:
        self.open: list[OpenList] = []
        self._count = 0
        self._ended: _Ended | None = None

    def start(self, number: int | None, sign: str, blocks: int) -> None:
        """Opens a list, or goes on with the one before it. ``blocks`` counts those read so far."""
        first = -1 if number is None else number
        if self._goes_on(first, sign, blocks) and self._ended is not None:
            self.open.append(OpenList(self._ended.id, first))
            return
        self.open.append(OpenList(self._count, first))
        self._count += 1

    def end(self, blocks: int) -> None:
        """Closes the innermost list."""
        last = self.open.pop()
        self._ended = _Ended(last.id, last.next, last.sign, len(self.open), blocks)

    def remark(self) -> None:
        """A comment stands here."""
        if self._ended is not None:
            self._ended = replace(self._ended, remarked=True)

    def _goes_on(self, first: int, sign: str, blocks: int) -> bool:
        ended = self._ended
        return (
            ended is not None
            and ended.remarked
            and (ended.depth, ended.blocks, ended.sign) == (len(self.open), blocks, sign)
            and first in (ended.following, min(1, ended.following))
        )


def unseen(data: bytes, start: int, end: int) -> bool:
    """Whether bytes ``start`` to ``end`` are comments and nothing else."""
    while start < end:
        if not data.startswith(_OPEN, start):
            return False
        close = data.find(_CLOSE, start + len(_OPEN), end)
        if close < 0:
            return False
        start = close + len(_CLOSE)
        while start < end and data[start] in b" \t\r\n":
            start += 1
    return True


def divides(data: bytes, start: int, end: int) -> bool:
    """Whether a comment says nothing: that is how two lists are kept apart in Markdown."""
    return not data[start + len(_OPEN) : end - len(_CLOSE)].strip()
