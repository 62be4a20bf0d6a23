"""The sections of a document, whatever marks their headings.

Besides headings of the format there are lines set in bold, lines ending in a colon, bullets ending in
a colon, and bare lines in words that only a heading has. Such a heading lasts until the next one of
its own style, or to the end of the list item that it is.
"""

from __future__ import annotations

import re

from followthrough.documents.blocks import Block, BlockKind, Document, spaced

from .heading import Heading
from .headings import Headings
from .nesting import BOLD, COLON, LABEL, Nesting, Section
from .shown import LINE, Showing
from .vocabulary import Role

__all__ = ["Outline", "Section"]

_HTML_HEADING = re.compile(
    rb"<h([1-6])\b[^<>]{0,200}>([^<>]{1,200}(?:<[^<>]{0,60}>[^<>]{0,200}){0,4})</h", re.IGNORECASE
)
_TAGGED = re.compile(
    rb"(?:\*\*|__)?<(?:u|b|strong|ins)>([^<>]{1,90})</(?:u|b|strong|ins)>:?(?:\*\*|__)?:?", re.IGNORECASE
)
"""A line set in bold or underlined by tags."""
_TAG = re.compile(r"<[^<>]{0,200}>")
_CHAPTER = 60
"""A numbered line of at most so many bytes may be a chapter's heading."""
_LISTED = (BlockKind.ITEM, BlockKind.CODE, BlockKind.ROW)
_TOLD = (Role.TIMELINE, Role.CAUSE, Role.IMPACT)


class Outline(Nesting):
    """All sections of one document, in order; the first one stands before any heading."""

    def __init__(self, document: Document, headings: Headings) -> None:
        super().__init__(document)
        self._data = document.data
        self._shown = Showing(document)
        self.headings = headings
        self._walk()

    def _walk(self) -> None:
        heading, paragraph, item, html = (
            BlockKind.HEADING,
            BlockKind.PARAGRAPH,
            BlockKind.ITEM,
            BlockKind.HTML,
        )
        row = BlockKind.ROW
        for index, block in enumerate(self.blocks):
            while 0 <= self._stack[-1].end <= block.start:
                self._close(index)
                self._stack.pop()
                self._begin = index
            kind = block.kind
            if kind is heading:
                self._real(index, block.level, block.text)
            elif kind is paragraph:
                if block.parent < 0 and not block.quoted:
                    before = len(self.sections)
                    self._paragraph(index, block)
                    if len(self.sections) == before:
                        self._resumes(index)
            elif kind is item:
                shown = self._shown(block)
                if (
                    shown.tail[-1:] in (b":", b"*", b"_", b"\x9a")
                    or (shown.size > 0 and block.end_line > block.line)
                    or (block.number is not None and self._chapter(index, block))
                ):
                    self._item(index, block)
            elif kind is html:
                self._html(index, block)
            elif kind is row:
                self._stack[-1].rows = True
        self._close(len(self.blocks))

    def _resumes(self, index: int) -> None:
        """Ends what a line such as "Timeline:" heads, a list or code, with the paragraph behind it."""
        last = self._stack[-1]
        ended = index - 1 > last.block and self.blocks[index - 1].kind in _LISTED
        if last.rank == COLON and last.role in _TOLD and ended:
            self._close(index)
            self._stack.pop()
            self._begin = index

    def _real(self, index: int, level: int, text: str) -> None:
        self._open(index, level, self.headings.read(text))

    def _chapter(self, index: int, block: Block) -> bool:
        """Whether a short numbered line stands apart, and not in a list of such lines."""
        if block.own.end - block.own.start > _CHAPTER:
            return False
        beside = self.blocks[max(0, index - 1) : index] + self.blocks[index + 1 : index + 2]
        return all(other.kind is not BlockKind.ITEM or other.list_id != block.list_id for other in beside)

    def _paragraph(self, index: int, block: Block) -> None:
        """Takes a paragraph for a heading if it is one bold line, or one that ends in a colon."""
        shown = self._shown(block)
        line, broken, _ = shown.head.partition(b"\n")
        line = line.rstrip(b" \t\r\\")
        lower = broken or block.end_line > block.line or b". " in line
        if lower and shown.tail.endswith(b":") and (below := self._below(shown.tail)) is not None:
            self._heads_itself(index, line)
            self._close(index + 1)
            self._begin = index + 1
            self._open(index, COLON, below)
            return
        if len(line) > LINE or not line or _unclosed(line):
            return
        whole = shown.size <= len(line) + 1 or (not broken and shown.size <= LINE)
        tagged = _TAGGED.fullmatch(line)
        line = tagged[1] if tagged else line
        bold = tagged is not None or (
            line[:2] in (b"**", b"__") and line.rstrip(b":").endswith((b"**", b"__"))
        )
        colon = line.rstrip(b"*_").endswith((b":", "：".encode()))
        if not (bold or colon):
            if len(line) <= 60 and (whole or broken):
                self._bare(index, line, tail=not whole)
            return
        text = _strip(line.decode(errors="replace"))
        if not text or (bold and text.count("**")):
            return
        heading = self.headings.read(text)
        if colon and heading.rule:
            return
        if (
            bold
            and not heading.exact
            and self._fielded(index + 1 if whole else index, 0 if whole else len(line))
        ):
            return
        if bold and (
            colon
            or heading.role is not Role.NEUTRAL
            or (whole and not heading.numbered and not heading.imperative)
        ):
            self._open(index, BOLD, heading, tail=not whole)
        elif colon and not bold and _few_words(text) and (whole or heading.role is not Role.NEUTRAL):
            if heading.role is Role.MEASURES and not heading.exact and heading.commands:
                heading = heading._replace(role=Role.NEUTRAL)
            self._open(index, COLON, heading, tail=not whole)

    def _fielded(self, index: int, skip: int) -> bool:
        """Whether a line such as "Owner: Sam" follows in a section of measures: the line above is one.

        ``skip`` bytes of block ``index`` stand above that line.
        """
        if index >= len(self.blocks) or self._stack[-1].role is not Role.MEASURES:
            return False
        block = self.blocks[index]
        line = self._shown(block).head[skip:].lstrip(b" \t\r\n\\")
        return block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and self.headings.assigns(
            line.decode(errors="replace")
        )

    def _bare(self, index: int, line: bytes, *, tail: bool) -> None:
        """A line without any sign of being a heading is one if it says nothing else than headings do."""
        text = _strip(line.decode(errors="replace"))
        heading = self.headings.known(text)
        if heading is None and not tail and line.endswith((b"?", "？".encode())):
            heading = self._asked(text)
        if heading is not None and (heading.role is Role.MEASURES or not tail):
            self._open(index, COLON, heading, tail=tail)

    def _asked(self, text: str) -> Heading | None:
        """The heading that a question in a line of its own is, where the one before it was one as well."""
        last = self._stack[-1]
        if last.rank != COLON or not last.title.rstrip().endswith(("?", "？")):
            return None
        return self.headings.read(text)

    def _heads_itself(self, index: int, line: bytes) -> None:
        """Takes the first line of a paragraph for the heading of the others, if it is one of measures."""
        heading = self.headings.known(_strip(line.decode(errors="replace")))
        if line and len(line) <= LINE and heading is not None and heading.role is Role.MEASURES:
            self._open(index, COLON, heading, tail=True)

    def _below(self, tail: bytes) -> Heading | None:
        """The heading that the last line or sentence of a paragraph is, if it says no more than one."""
        line = tail.rpartition(b"\n")[2]
        for words in (line, line.rpartition(b". ")[2]):
            heading = self.headings.known(_strip(words.decode(errors="replace")))
            if heading is not None and heading.role is Role.MEASURES:
                return heading
        return None

    def _item(self, index: int, block: Block) -> None:
        """A bullet that ends in a colon, or whose first line does, heads what follows."""
        if block.checkbox is not None:
            return
        shown = self._shown(block)
        line, _broken, _ = shown.head.partition(b"\n")
        line = line.rstrip(b" \t\r\\")
        whole = len(line) >= shown.size
        text = line.rstrip(b"*_ ")
        bold = line[:2] in (b"**", b"__") and whole
        named = text.endswith((b":", "：".encode())) or bold
        if (
            len(line) > LINE
            or _unclosed(line)
            or not (named or (block.number is not None and whole and self._chapter(index, block)))
        ):
            return
        heading = self.headings.read(_strip(line.decode(errors="replace")))
        if not named and not (heading.exact and heading.role is not Role.NEUTRAL):
            return
        parent = self._stack[-1]
        if parent.role is Role.MEASURES and (
            (heading.role is not Role.MEASURES and not heading.exact) or self._within(block, parent)
        ):
            return
        children = index + 1 < len(self.blocks) and self.blocks[index + 1].parent == index
        if heading.role is Role.NEUTRAL or (not whole and heading.role is not Role.MEASURES):
            if not children and whole and parent.rank >= LABEL and parent.rank == LABEL + block.level:
                self._open(index, LABEL + block.level, heading)
            return
        if bold and not text.endswith(b":") and not (children and heading.exact):
            return
        self._open(index, LABEL + block.level, heading, end=block.end if children else -1, tail=not whole)

    def _within(self, block: Block, parent: Section) -> bool:
        """Whether an element stands inside another one, a measure, rather than below a heading."""
        above = self.blocks[block.parent] if block.parent >= 0 else None
        return above is not None and above.kind is BlockKind.ITEM and block.parent != parent.block

    def _html(self, index: int, block: Block) -> None:
        for match in _HTML_HEADING.finditer(self._data, block.start, block.end):
            text = _TAG.sub("", match[2].decode(errors="replace")).strip()
            if text:
                self._real(index, int(match[1]), text)


def _strip(text: str) -> str:
    """A line without the signs that make it look like a heading."""
    return spaced(text).strip(" \t\r*_").rstrip(":：").strip(" \t*_")


def _unclosed(line: bytes) -> bool:
    """Whether a bracket is open at the end of a line: its sentence goes on below."""
    return line.count(b"(") > line.count(b")")


def _few_words(text: str) -> bool:
    return len(text) <= 70 and text.count(" ") <= 7 and not text.endswith((".", "!", "?"))
