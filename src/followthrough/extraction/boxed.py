"""Boxes that are drawn in the words of a list's elements: "☒ Add an alert", "[x] Add an alert".

Programs draw them where a format has none, such as Pandoc in reStructuredText and in wikitext, and so do
people in web pages and mails. They are read, and nothing is written into them.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import replace

from followthrough.documents.blocks import Block, BlockKind, Checkbox, Document, Run, Text

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
_BOX = re.compile(r"[ \u00a0]*+(?:[☐☑☒]|\[[ xX]\])[ \u00a0]++")
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
    """``block`` with the box, and without the sign in its words."""
    own = block.own
    block = copy(block)
    block.checkbox = Checkbox(-1, ticked)
    block.own = Text(own.start, own.end, lambda: _behind(own.runs), marks=own.marks, anchor=own.anchor)
    return block


def _behind(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """``runs`` without the box at their start and the white space around it."""
    text = "".join(run.text for run in runs)
    found = _BOX.match(text)
    skip = found.end() if found else 0
    left: list[Run] = []
    for run in runs:
        if skip < len(run.text):
            kept = run.text[skip:]
            verbatim = len(run.text.encode()) == run.end - run.start
            start = run.end - len(kept.encode()) if verbatim else run.start
            left.append(run._replace(text=kept, start=start) if skip else run)
        skip = max(0, skip - len(run.text))
    return tuple(left)


def _drawn(data: bytes, start: int) -> bool | None:
    """Whether the box at ``start`` is ticked; ``None`` where there is none."""
    while data.startswith(_BLANK, start):
        start += 1 if data.startswith(b" ", start) else 2
    ticked = _TICKED.get(data[start : start + _SIGN])
    return ticked if ticked is not None and data.startswith(_BLANK, start + _SIGN) else None
