"""Documents in an older encoding: parsed as UTF-8, every offset then moved back to their own bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

from .blocks import Anchor, Block, Document, Text


def moved_back(document: Document, data: bytes, read_only: str) -> Document:
    """``document``, parsed from the UTF-8 form of ``data``, with offsets into ``data`` itself.

    Both encodings used have one byte for each character, so a character's number is its offset.
    """
    position = [0, *accumulate(int(byte & 0xC0 != 0x80) for byte in document.data)]

    def place(offset: int) -> int:
        # Characters that start before the offset; inside one, that character itself.
        return position[offset] if offset >= 0 else offset

    for block in document.blocks:
        _move(block, place, read_only)
    directives = tuple(found._replace(start=place(found.start)) for found in document.directives)
    return replace(document, data=data, directives=directives, read_only=read_only)


def _move(block: Block, place: Callable[[int], int], read_only: str) -> None:
    block.start, block.end = place(block.start), place(block.end)
    if block.checkbox is not None:
        block.checkbox = block.checkbox._replace(offset=place(block.checkbox.offset))
    block.own = _moved(block.own, place, read_only)
    block.cells = tuple(_moved(cell, place, read_only) for cell in block.cells)


def _moved(text: Text, place: Callable[[int], int], read_only: str) -> Text:
    runs = tuple(run._replace(start=place(run.start), end=place(run.end)) for run in text.runs)
    marks = tuple(mark._replace(start=place(mark.start), end=place(mark.end)) for mark in text.marks)
    return Text(
        place(text.start), place(text.end), lambda: runs, marks=marks, anchor=Anchor(refusal=read_only)
    )
