"""One line of a document, what lines stand in, and why no link goes to some places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .blocks import Anchor
from .lined_text import Segment

BLANK_TEXT = " \t\r\n\f\v"
TAB = 8
NO_WORDS = Anchor(refusal="it has no text of its own to put a link behind")
CODE = Anchor(refusal="it is code, where a link would be read as part of it")
HEADING = Anchor(refusal="it is a heading: the link belongs to the first paragraph below it")
NO_CELL = Anchor(refusal="its row has no such cell")
TITLE = Anchor(refusal="it is a title: the link belongs to what it is the title of")
LEADS = Anchor(refusal="it must stay the end of its line for what follows to be a list")


class Line(NamedTuple):
    """One line, or what is left of it behind a marker."""

    number: int
    """Counted from 0."""
    start: int
    """Offset of its first character that is not blank."""
    end: int
    """Offset behind its last one."""
    indent: int
    """The column of its first character, tabs counted to the next eighth column."""
    text: str
    """Without blanks around it; empty for a blank line."""

    def after(self, count: int) -> Line:
        """What stands behind the first ``count`` characters and the blanks that follow them."""
        rest = self.text[count:]
        kept = rest.lstrip(BLANK_TEXT)
        taken = self.text[: len(self.text) - len(kept)]
        column = len((" " * self.indent + taken).expandtabs(TAB))
        return Line(self.number, self.start + len(taken.encode()), self.end, column, kept)

    def cut(self, first: int, last: int) -> Segment:
        """The characters ``first`` to ``last`` as a segment of text."""
        before = first if self.text.isascii() else len(self.text[:first].encode())
        return Segment(self.start + before, self.text[first:last])

    def cuts(self, spans: Iterable[tuple[int, int]]) -> Iterator[Segment]:
        """Several of them, in order, which is cheaper than one by one."""
        done, start = 0, self.start
        for first, last in spans:
            start += len(self.text[done:first].encode())
            done = first
            yield Segment(start, self.text[first:last])

    @property
    def segment(self) -> Segment:
        return Segment(self.start, self.text)


class Container(NamedTuple):
    """What blocks can stand in: a list item, a quotation, or the body of something else."""

    indent: int
    """Lines that start left of it end it."""
    item: int
    """The block of the innermost list item, or -1."""
    level: int
    """How many items it stands in."""
    quoted: bool
    column: int = -1
    """Where the item's marker stands, or another sign of what closes it."""
    shape: str = ""
    """Items next to each other with one shape make one list."""
    list_id: int = -1


def stated(value: str) -> str | bool:
    """A fact as front matter would give it."""
    return {"true": True, "false": False}.get(value.lower(), value)


def words_of(text: str) -> frozenset[str]:
    """The words of ``text`` as a set."""
    return frozenset(text.split())
