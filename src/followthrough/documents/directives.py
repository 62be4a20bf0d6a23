"""Readers' corrections: ``<!-- ft:NAME words -->``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .blocks import Directive

_START = re.compile(rb"<!--[ \t]{0,80}ft:([a-z]+(?:-[a-z]+)*)(?=\s|-->)")
_LONGEST = 2000
"""Bytes; a longer comment is none of ours. It bounds the work on comments that never end."""


class Comment(NamedTuple):
    """One such comment and the bytes it takes, counted from where it was looked for."""

    start: int
    end: int
    name: str
    words: str

    def at(self, line: int) -> Directive:
        return Directive(self.name, self.words, self.start, line)


def comments(data: bytes) -> Iterator[Comment]:
    """Every comment of this shape in ``data``, code and metadata included."""
    if b"ft:" not in data:
        return
    done = 0
    for found in _START.finditer(data):
        end = data.find(b"-->", found.end(), found.end() + _LONGEST)
        if end >= 0 and found.start() >= done:
            words = data[found.end() : end].decode(errors="replace")
            done = end + 3
            yield Comment(found.start(), done, found[1].decode(), " ".join(words.split()))
