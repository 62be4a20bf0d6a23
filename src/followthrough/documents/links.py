"""Bare addresses in running text: where they start and where a reader would end them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .blocks import Run

_BARE = re.compile(r"https?://[^\s<>\"`|]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?'*_~"
_OPENING = {")": "(", "]": "[", "}": "{"}


def split_addresses(run: Run) -> Iterator[Run]:
    """``run`` cut where bare http addresses start and end, those pieces with ``link`` set.

    The run's bytes must be exactly its text.
    """
    text = run.text
    done, offset = 0, run.start
    for found in _BARE.finditer(text):
        end = found.start() + len(_trimmed(found[0]))
        for piece, link in ((text[done : found.start()], False), (text[found.start() : end], True)):
            if piece:
                after = offset + len(piece.encode())
                yield Run(piece, offset, after, run.style, piece if link else run.link)
                offset = after
        done = end
    if done < len(text):
        yield Run(text[done:], offset, run.end, run.style, run.link)


def _trimmed(address: str) -> str:
    """``address`` without the punctuation that belongs to the sentence around it."""
    end = len(address)
    unopened = {
        closing: address.count(closing) - address.count(opening) for closing, opening in _OPENING.items()
    }
    while address[end - 1] in _TRAILING or unopened.get(address[end - 1], 0) > 0:
        end -= 1
        if address[end] in unopened:
            unopened[address[end]] -= 1
    return address[:end]
