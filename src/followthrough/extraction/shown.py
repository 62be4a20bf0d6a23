"""How a block's words look to their reader, said in one way for all formats: what is bold stands in stars.

Whether a line is a heading of its own making depends on its first and its last bytes. In Markdown and plain
text they stand in the document; elsewhere they are made of the block's runs, and only where it is short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthrough.documents.blocks import Block, Document, Run, Style

LINE = 100
"""A longer line is a sentence, not a heading."""
_AS_WRITTEN = frozenset(("markdown", "text"))
_LONGEST = 4000
"""Bytes; markup of Word and of web pages included."""
_HEAD = 2 * LINE + 2
"""A heading and the line below it."""
_BOLD = "**"


class Shown(NamedTuple):
    """The bytes of a block's words."""

    head: bytes
    """The first of them, as many as two lines have."""
    tail: bytes
    """The last of them, as many as a heading has."""
    size: int


class Showing:
    """Shows the words of one document's blocks."""

    def __init__(self, document: Document) -> None:
        self._data = document.data
        self._written = document.format in _AS_WRITTEN

    def __call__(self, block: Block) -> Shown:
        start, end = block.own.start, block.own.end
        if self._written or end - start > _LONGEST:
            data = self._data
            return Shown(
                data[start : min(end, start + _HEAD)], data[max(start, end - LINE) : end], end - start
            )
        words = signed(block.runs).encode()
        return Shown(words[:_HEAD], words[-LINE:], len(words))


def signed(runs: Sequence[Run]) -> str:
    """The text of ``runs`` with stars around what is bold."""
    parts: list[str] = []
    bold = False
    for run in runs:
        strong = run.style is not Style.PLAIN and bool(run.style & Style.STRONG)
        if strong is not bold and run.text.strip():
            parts.append(_BOLD)
            bold = strong
        parts.append(run.text)
    if bold:
        parts.append(_BOLD)
    return "".join(parts).strip()
