"""Boxes that are drawn in the words of a list's elements: "☒ Add an alert", "[x] Add an alert".

Programs draw them where a format has none, such as Pandoc in reStructuredText and in wikitext, and so do
people in web pages and mails. They are read, and nothing is written into them.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from followthrough.documents.blocks import Block, BlockKind, Checkbox, Document

_TICKED = {
    "☐".encode(): False,
    "☑".encode(): True,
    "☒".encode(): True,
    b"[ ]": False,
    b"[x]": True,
    b"[X]": True,
}
_SIGN = 3
"""Bytes that each of them has."""
_BLANK = (b" ", "\u00a0".encode())


def with_boxes(document: Document) -> Document:
    """``document`` with a box for every element of a list that starts with one."""
    data = document.data
    if not any(sign in data for sign in _TICKED):
        return document
    found = {
        index: _boxed(block, ticked)
        for index, block in enumerate(document.blocks)
        if block.kind is BlockKind.ITEM
        and block.checkbox is None
        and (ticked := _drawn(data, block.own.start)) is not None
    }
    if not found:
        return document
    return replace(
        document, blocks=tuple(found.get(index, block) for index, block in enumerate(document.blocks))
    )


def _boxed(block: Block, ticked: bool) -> Block:
    block = copy(block)
    block.checkbox = Checkbox(-1, ticked)
    return block


def _drawn(data: bytes, start: int) -> bool | None:
    """Whether the box at ``start`` is ticked; ``None`` where there is none."""
    while data.startswith(_BLANK, start):
        start += 1 if data.startswith(b" ", start) else 2
    ticked = _TICKED.get(data[start : start + _SIGN])
    return ticked if ticked is not None and data.startswith(_BLANK, start + _SIGN) else None
