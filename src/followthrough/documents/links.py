"""Bare addresses in running text: where they start and where a reader would end them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .blocks import Run

_BARE = re.compile(r"https?://[^\s<>\"`|]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'*_~"
_OPENING = {")": "(", "]": "[", "}": "{"}
_ENDING = frozenset(_TRAILING).union(_OPENING)


def split_addresses(run: Run) -> Iterator[Run]:
    """``run`` cut where bare http addresses start and end, those pieces with ``link`` set.

    The run's bytes must be exactly its text.
    """
    text, style = run.text, run.style
    width = len if text.isascii() else _width
    done, offset = 0, run.start
    for found in _BARE.finditer(text):
        begin, address = found.start(), _trimmed(found[0])
        if begin > done:
            after = offset + width(text[done:begin])
            yield Run(text[done:begin], offset, after, style, run.link)
            offset = after
        after = offset + width(address)
        yield Run(address, offset, after, style, address)
        offset = after
        done = begin + len(address)
    if done < len(text):
        yield Run(text[done:], offset, run.end, style, run.link)


def _width(text: str) -> int:
    return len(text.encode())


def _trimmed(address: str) -> str:
    """``address`` without the punctuation that belongs to the sentence around it."""
    if address[-1] not in _ENDING:
        return address
    end = len(address)
    unopened: dict[str, int] = {}
    while address[end - 1] in _ENDING:
        last = address[end - 1]
        if last in _OPENING:
            left = unopened.get(last)
            if left is None:
                left = address.count(last) - address.count(_OPENING[last])
            if left <= 0:
                break
            unopened[last] = left - 1
        end -= 1
    return address[:end]
