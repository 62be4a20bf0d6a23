"""Edits as data: which bytes, what stood there, what shall stand there instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """At byte ``offset`` of the document as it was, ``old`` becomes ``new``."""

    offset: int
    old: bytes
    new: bytes


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """``data`` with all ``edits`` made; several insertions at one offset keep their order.

    Raises ``ValueError`` where other bytes than ``old`` stand, or where two edits overlap.
    """
    pieces: list[bytes] = []
    done = 0
    for edit in in_order(edits):
        if edit.offset < done:
            raise ValueError(f"two edits overlap at byte {edit.offset}")
        end = edit.offset + len(edit.old)
        if data[edit.offset : end] != edit.old or end > len(data):
            raise ValueError(f"byte {edit.offset} of the document is not what the edit was made for")
        pieces += (data[done : edit.offset], edit.new)
        done = end
    return b"".join((*pieces, data[done:]))


def invert(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits that take ``edits`` back; their offsets count in the new bytes."""
    inverted, moved = [], 0
    for edit in in_order(edits):
        inverted.append(Edit(edit.offset + moved, edit.new, edit.old))
        moved += len(edit.new) - len(edit.old)
    return tuple(inverted)


def smallest(offset: int, old: bytes, new: bytes) -> Edit:
    """The edit that makes ``old`` at ``offset`` into ``new`` without the bytes both start and end with.

    It never starts or ends inside a character.
    """
    first, limit = 0, min(len(old), len(new))
    while first < limit and old[first] == new[first]:
        first += 1
    while first and _inside(old, first):
        first -= 1
    last = 0
    while last < limit - first and old[-last - 1] == new[-last - 1]:
        last += 1
    while last and (_inside(old, len(old) - last) or _inside(new, len(new) - last)):
        last -= 1
    return Edit(offset + first, old[first : len(old) - last], new[first : len(new) - last])


def _inside(data: bytes, index: int) -> bool:
    """Whether ``index`` stands between the bytes of one UTF-8 character."""
    return index < len(data) and data[index] & 0xC0 == 0x80


def in_order(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """``edits`` as they stand in the document."""
    # An insertion stands before a replacement that starts at the same byte.
    return tuple(sorted(edits, key=lambda edit: (edit.offset, edit.offset + len(edit.old))))
