"""What lines of AsciiDoc are: signs of items, enclosing lines, attributes, comments; and what are words."""

from __future__ import annotations

import re

from .adoc_header import Header
from .adoc_words import LABEL, read
from .front_matter import FrontMatter
from .line import Line
from .lined import Lined
from .lined_text import Segment
from .reading import Source

ITEM = re.compile(
    r"(?:(-|\*{1,5}|•)|(\.{1,5})|(\d{1,9})\.|([a-zA-Z])\.|([ivxIVX]{1,9})\)|<(?:\d{1,4}|\.)>)(?=[ \t]+\S)"
)
DELIMITER = re.compile(r"-{4,}|\.{4,}|\+{4,}|={4,}|\*{4,}|_{4,}|/{4,}|--|(?:`{3,})[^`]*|[|,:!]={3,}")
SECTION = re.compile(r"(={1,6}|#{1,6})[ \t]+(?=\S)")
ATTRIBUTES = re.compile(r"\[(?:[\w#.,%\"'|:*].*|\[[\w:].*\]|)\]")
MACRO = re.compile(r"[a-z][\w-]{0,40}+::[^\s\[]*+\[.*\]")
COMMENT = re.compile(r"//(?!/)[ \t]*(.*)")


class AdocLines(Lined):
    """Recognises lines, and takes those that are no text of their own."""

    def __init__(self, source: Source, matter: FrontMatter) -> None:
        super().__init__(source, read)
        self.header = Header(matter.metadata)
        self.metadata = self.header.facts
        self.warnings = matter.warnings
        self._gap = True
        """Whether a blank line, or the end of an enclosed block, stands above."""
        self._attached = False
        """Whether a plus on a line of its own keeps the next block in its item."""
        self._attributes = ""
        self._styles: list[str] = []

    def boxed(self, sign: str) -> bool:
        return sign in " xX*"

    def _begin(self) -> str:
        """A block begins: the attributes in front of it are its own."""
        attributes, self._attributes = self._attributes, ""
        self._gap = self._attached = False
        self._fresh = -1
        self.header.over = True
        return attributes

    def _style(self) -> str:
        return re.split(r"[,%#.\]\"]", self._attributes[1:], maxsplit=1)[0].strip().lower()

    def _aside(self, line: Line) -> int:
        """Comments, attributes and macros: what is no text."""
        comment = COMMENT.fullmatch(line.text)
        if comment:
            self.note(line, comment[1])
            return line.number + 1
        after = self.header.entry(self, line, self.definitions)
        if after >= 0:
            return after
        if line.text == "+":
            self._attached = True
            return line.number + 1
        if MACRO.fullmatch(line.text):
            return line.number + 1
        if ATTRIBUTES.fullmatch(line.text):
            if line.text[:2] in ("[.", "[#", "[%"):
                self._attributes += line.text
            elif not line.text.startswith("[["):
                self._attributes = line.text
            return line.number + 1
        return -1

    def _marker(self, line: Line) -> tuple[str, str, int | None] | None:
        """The sign a line starts an item with, its shape, and its number."""
        found = ITEM.match(line.text)
        if found is None:
            label = LABEL.match(line.text)
            if label is None or label.end(1) > 200:
                return None
            return "", label[2], None
        shape = found[1] or found[2] or ("1" if found[3] else "a" if found[4] else "i" if found[5] else "<")
        return found[0], shape, int(found[3]) if found[3] else None

    def _leads(self, line: Line, below: Line) -> bool:
        """Whether a list starts right below a line that ends in a colon, as its writer meant it."""
        return line.text.endswith(":") and ITEM.match(below.text) is not None

    def _gather(self, line: Line, *, item: bool) -> tuple[Line, list[Segment]]:
        """The last line of the words that start on ``line``, and all of them."""
        words, last, index = [line.segment], line, line.number + 1
        aside: list[tuple[Line, str]] = []
        while True:
            below = self.line(index)
            if not below.text or self._starts(below, item=item) or self._leads(last, below):
                return last, words
            comment = COMMENT.fullmatch(below.text)
            if comment:
                aside.append((below, comment[1]))
            elif not MACRO.fullmatch(below.text):
                for note in aside:
                    self.note(*note, last.number + 1)
                aside = []
                words.append(below.segment)
                last = below
            index += 1

    def _starts(self, line: Line, *, item: bool) -> bool:
        """Whether a line ends the words above it."""
        text = line.text
        if text == "+" or DELIMITER.fullmatch(text) or ATTRIBUTES.fullmatch(text):
            return True
        return item and (self._marker(line) is not None or bool(SECTION.match(text) and not line.indent))
