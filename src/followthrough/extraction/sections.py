"""The sections of a document, whatever marks their headings.

Besides headings of the format there are lines set in bold, lines ending in a colon, bullets ending in
a colon, and bare lines in words that only a heading has. Such a heading lasts until the next one of
its own style, or to the end of the list item that it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from followthrough.documents.blocks import Block, BlockKind, Document
from followthrough.model import Kind

from .headings import Heading, Headings
from .phrases import words_of
from .vocabulary import Role

_HTML_HEADING = re.compile(
    rb"<h([1-6])\b[^<>]{0,200}>([^<>]{1,200}(?:<[^<>]{0,60}>[^<>]{0,200}){0,4})</h", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]{0,200}>")
_CHAPTER = 60
"""A numbered line of at most so many bytes may be a chapter's heading."""
_LINE = 100
"""A longer line is a sentence, not a heading."""
_BOLD, _COLON, _LABEL = 10, 12, 20
"""Ranks of lines that only look like headings; one more for those that divide the section of such a line."""
_READERS = frozenset(("you", "your", "i", "users", "customers", "operators"))
_STRUCTURE = (
    Role.TIMELINE,
    Role.CAUSE,
    Role.IMPACT,
    Role.SUMMARY,
    Role.HINDSIGHT,
    Role.ASIDE,
    Role.LESSONS,
    Role.TITLE,
    Role.INSTRUCTION,
)


@dataclass(slots=True)
class Section:
    """A heading and what stands directly below it, up to the next one."""

    index: int
    parent: int
    rank: int
    """1 to 6 for headings of the format; more for lines that only look like one."""
    block: int
    """The heading's block, -1 for what stands before the first heading."""
    heading: Heading
    role: Role
    """Its own, or the one it inherits."""
    own_role: bool
    kind: Kind | None
    done: bool
    end: int
    """Byte offset behind its last word, for a list item that heads its children; else -1."""
    tail: bool = False
    """The heading is the first line of its block, the rest belongs to the body."""
    rows: bool = False
    """There is a table directly below it."""
    ranges: list[tuple[int, int]] = field(default_factory=list)
    """Its direct body: runs of blocks, by index."""

    @property
    def title(self) -> str:
        return self.heading.text

    @property
    def real(self) -> bool:
        """Whether the format says that it is a heading."""
        return self.rank <= 6 and self.block >= 0


class Outline:
    """All sections of one document, in order; the first one stands before any heading."""

    def __init__(self, document: Document, headings: Headings) -> None:
        self.document = document
        self.blocks: tuple[Block, ...] = document.blocks
        self._data = document.data
        self._headings = headings
        self._forced = {note.line for note in document.directives if note.name == "section"}
        self.sections: list[Section] = []
        self._stack: list[Section] = []
        self._begin = 0
        root = Heading("", Role.NEUTRAL)
        self._push(Section(0, -1, 0, -1, root, Role.NEUTRAL, False, None, False, -1))
        self._walk()

    def path(self, section: Section) -> tuple[str, ...]:
        """The headings that ``section`` stands under, outermost first, its own last."""
        titles = []
        at = section.index
        while at > 0:
            titles.append(_plain(self.sections[at].title))
            at = self.sections[at].parent
        return tuple(reversed(titles))

    def by_block(self) -> list[Section]:
        """The section of each block; a heading's is its own."""
        where = [self.sections[0]] * len(self.blocks)
        for section in self.sections:
            if section.block >= 0:
                where[section.block] = section
            for first, last in section.ranges:
                where[first:last] = [section] * (last - first)
        return where

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
                    self._paragraph(index, block)
            elif kind is item:
                own = block.own
                if (
                    self._data[own.end - 1 : own.end] in (b":", b"*", b"_", b"\x9a")
                    or (own.end - own.start > 0 and block.end_line > block.line)
                    or (block.number is not None and self._chapter(index, block))
                ):
                    self._item(index, block)
            elif kind is html:
                self._html(index, block)
            elif kind is row:
                self._stack[-1].rows = True
        self._close(len(self.blocks))

    def _close(self, index: int) -> None:
        if index > self._begin:
            self._stack[-1].ranges.append((self._begin, index))

    def _push(self, section: Section) -> None:
        self.sections.append(section)
        self._stack.append(section)

    def _real(self, index: int, level: int, text: str) -> None:
        self._open(index, level, self._headings.read(text))

    def _open(self, index: int, rank: int, heading: Heading, *, end: int = -1, tail: bool = False) -> None:
        """Closes what the new heading ends, and opens its section."""
        self._close(index)
        stack = self._stack
        if rank <= 6:
            while stack[-1].block >= 0 and stack[-1].rank >= rank:
                stack.pop()
        else:
            if self._divides(rank, heading):
                rank += 1
            same = next((at for at, section in enumerate(stack) if section.rank == rank), None)
            if same is not None and end < 0:
                del stack[same:]
            elif heading.role in _STRUCTURE or (heading.role is Role.MEASURES and heading.exact):
                while stack[-1].rank > 6 and stack[-1].end < 0 and not self._belongs(heading, stack[-1]):
                    stack.pop()
        parent = stack[-1]
        role, own = self._role(index, heading, parent)
        kind = heading.kind if role is Role.MEASURES else None
        done = heading.done or (parent.done and not own)
        section = Section(
            len(self.sections),
            parent.index,
            rank,
            index,
            heading,
            role,
            own,
            kind or (parent.kind if not own else None),
            done,
            end,
            tail,
        )
        self._push(section)
        self._begin = index + 1

    def _divides(self, rank: int, heading: Heading) -> bool:
        """Whether a line in the style of the measures' own heading stands right below it, and so under it."""
        last = self._stack[-1]
        if heading.role not in (Role.NEUTRAL, Role.MEASURES, Role.HINDSIGHT) or rank >= _LABEL:
            return False
        return last.rank == rank + 1 or (
            last.rank == rank and last.role is Role.MEASURES and not last.ranges and not last.tail
        )

    def _belongs(self, heading: Heading, parent: Section) -> bool:
        """Whether a line such as "Improvements:" only divides the measures above it."""
        return parent.role is Role.MEASURES and heading.role is Role.MEASURES

    def _role(self, index: int, heading: Heading, parent: Section) -> tuple[Role, bool]:
        if self._forced and self.blocks[index].line in self._forced:
            return Role.MEASURES, True
        role = heading.role
        if role is Role.MEASURES and not heading.exact and self._titles(index):
            return Role.TITLE, True
        if role is Role.NEUTRAL and heading.vetoes and self.blocks[index].kind is not BlockKind.HEADING:
            return Role.ASIDE, True
        if (
            parent.role is Role.MEASURES
            and role is not Role.MEASURES
            and (
                heading.kind is not None
                or not heading.exact
                or (role is Role.HINDSIGHT and self.blocks[index].kind is not BlockKind.HEADING)
            )
        ):
            return Role.MEASURES, False
        if (
            role is Role.MEASURES
            and self._advises(parent)
            and self.blocks[index].kind is not BlockKind.HEADING
        ):
            return Role.ASIDE, False
        if role is Role.NEUTRAL:
            return (parent.role if parent.role is not Role.TITLE else Role.NEUTRAL), False
        return role, True

    def _advises(self, section: Section) -> bool:
        """Whether a section speaks to readers: "What should you do?"."""
        return section.role is Role.ASIDE and not _READERS.isdisjoint(words_of(section.title).tokens)

    def _chapter(self, index: int, block: Block) -> bool:
        """Whether a short numbered line stands apart, and not in a list of such lines."""
        if block.own.end - block.own.start > _CHAPTER:
            return False
        beside = self.blocks[max(0, index - 1) : index] + self.blocks[index + 1 : index + 2]
        return all(other.kind is not BlockKind.ITEM or other.list_id != block.list_id for other in beside)

    def _titles(self, index: int) -> bool:
        """Whether the document's first heading stands above its others, and so is its title."""
        block = self.blocks[index]
        if len(self.sections) > 1 or block.kind is not BlockKind.HEADING:
            return False
        after = (other for other in self.blocks[index + 1 :] if other.kind is BlockKind.HEADING)
        return any(other.level > block.level for other in after)

    def _paragraph(self, index: int, block: Block) -> None:
        """Takes a paragraph for a heading if it is one bold line, or one that ends in a colon."""
        own, data = block.own, self._data
        start = own.start
        first = data[start : start + _LINE + 2]
        line, broken, _ = first.partition(b"\n")
        line = line.rstrip(b" \t\r\\")
        last = block.end_line > block.line and data[own.end - 1 : own.end] == b":"
        if last and self._below(index, own.start, own.end):
            return
        if len(line) > _LINE or not line:
            return
        whole = own.end - start <= len(line) + 1 or (not broken and own.end - start <= _LINE)
        bold = line[:2] in (b"**", b"__") and line.rstrip(b":").endswith((b"**", b"__"))
        colon = line.rstrip(b"*_").endswith((b":", "：".encode()))
        if not (bold or colon):
            if len(line) <= 60 and (whole or broken):
                self._bare(index, line, tail=not whole)
            return
        text = _strip(line.decode(errors="replace"))
        if not text or (bold and text.count("**")):
            return
        heading = self._headings.read(text)
        if bold and (
            colon
            or heading.role is not Role.NEUTRAL
            or (whole and not heading.numbered and not heading.imperative)
        ):
            self._open(index, _BOLD, heading, tail=not whole)
        elif colon and not bold and _few_words(text) and (whole or heading.role is not Role.NEUTRAL):
            self._open(index, _COLON, heading, tail=not whole)

    def _bare(self, index: int, line: bytes, *, tail: bool) -> None:
        """A line without any sign of being a heading is one if it says nothing else than headings do."""
        heading = self._headings.read(_strip(line.decode(errors="replace")))
        if heading.exact and heading.role is not Role.NEUTRAL and (heading.role is Role.MEASURES or not tail):
            self._open(index, _COLON, heading, tail=tail)

    def _below(self, index: int, start: int, end: int) -> bool:
        """Whether a paragraph's last line heads what follows: it says nothing else than headings do."""
        line = self._data[max(start, end - _LINE) : end].rpartition(b"\n")[2]
        heading = self._headings.read(_strip(line.decode(errors="replace")))
        if not heading.exact or heading.role is not Role.MEASURES:
            return False
        self._close(index + 1)
        self._begin = index + 1
        self._open(index, _COLON, heading)
        return True

    def _item(self, index: int, block: Block) -> None:
        """A bullet that ends in a colon, or whose first line does, heads what follows."""
        if block.checkbox is not None:
            return
        own = block.own
        raw = self._data[own.start : min(own.end, own.start + _LINE + 2)]
        line, _broken, _ = raw.partition(b"\n")
        line = line.rstrip(b" \t\r\\")
        whole = own.start + len(line) >= own.end
        text = line.rstrip(b"*_ ")
        bold = line[:2] in (b"**", b"__") and whole
        named = text.endswith((b":", "：".encode())) or bold
        if len(line) > _LINE or not (
            named or (block.number is not None and whole and self._chapter(index, block))
        ):
            return
        heading = self._headings.read(_strip(line.decode(errors="replace")))
        if not named and not (heading.exact and heading.role is not Role.NEUTRAL):
            return
        parent = self._stack[-1]
        children = block.end > own.end
        if heading.role is Role.NEUTRAL or (not whole and heading.role is not Role.MEASURES):
            if not children and whole and parent.rank >= _LABEL and parent.rank == _LABEL + block.level:
                self._open(index, _LABEL + block.level, heading)
            return
        if bold and not text.endswith(b":") and not (children and heading.exact):
            return
        self._open(index, _LABEL + block.level, heading, end=block.end if children else -1, tail=not whole)

    def _html(self, index: int, block: Block) -> None:
        for match in _HTML_HEADING.finditer(self._data, block.start, block.end):
            text = _TAG.sub("", match[2].decode(errors="replace")).strip()
            if text:
                self._real(index, int(match[1]), text)


def _strip(text: str) -> str:
    """A line without the signs that make it look like a heading."""
    return text.strip(" \t\r*_").rstrip(":：").strip(" \t*_")


def _plain(title: str) -> str:
    return " ".join(title.split()).strip(" #*_").rstrip(":：").rstrip()


def _few_words(text: str) -> bool:
    return len(text) <= 70 and text.count(" ") <= 7 and not text.endswith((".", "!", "?"))
