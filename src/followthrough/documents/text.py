"""Plain text: lines, bullets, numbers, boxes and underlined headings, as people type them.

There is no grammar to follow, so the rules are few: every line is a block of its own unless it is
indented under a bullet or plainly the rest of the line before it.
"""

from __future__ import annotations

import re

from .blocks import Directive, Document
from .directives import comments
from .marks import address, clean_words
from .reading import Source
from .text_lines import Lines
from .text_words import marks_in


class PlainText:
    """Reads plain text and writes marks in parentheses."""

    name = "text"

    def parse(self, source: Source) -> Document:
        """The document's blocks; any text is plain text."""
        marks = [(mark.start, mark.end) for mark in marks_in(source.data)]
        lines = Lines(source, marks)
        lines.walk()
        return Document(
            name=source.name,
            data=source.data,
            format=self.name,
            limits=source.limits,
            blocks=tuple(lines.blocks),
            directives=_directives(source),
        )

    def words(self, words: str) -> str:
        return " ".join(re.sub(r"[()]", " ", clean_words(words)).split())

    def render(self, id: str, words: str, target: str) -> str:
        return f"({self.words(words)}: {address(id, target)})"


def _directives(source: Source) -> tuple[Directive, ...]:
    return tuple(found.at(source.line(found.start)) for found in comments(source.data))
