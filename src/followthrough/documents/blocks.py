"""What every format gives: a document as a flat list of blocks with exact byte spans.

Extraction reads blocks and never learns which format they came from. Inline text is loaded
only when somebody asks for it, because most blocks of a postmortem are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, Flag
from typing import Any, NamedTuple

from .reading import DEFAULT_LIMITS, Limits


class BlockKind(Enum):
    """The shapes that extraction tells apart."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """A list item; its own text is its first paragraph, what follows are blocks with it as parent."""
    ROW = "row"
    """A table row; its text is in its cells."""
    CODE = "code"
    HTML = "html"
    RULE = "rule"


class Style(Flag):
    """How a run of inline text is set."""

    PLAIN = 0
    STRONG = 1
    EMPHASIS = 2
    STRUCK = 4
    CODE = 8


class Run(NamedTuple):
    r"""A stretch of inline text in one style. A line break inside a block is a run of ``\n``.

    Bytes ``start`` to ``end`` of the document are exactly ``text``, except where the text is a code
    span, a line break, one entity or escape that was decoded, or the keyword of a task.
    """

    text: str
    start: int
    end: int
    style: Style = Style.PLAIN
    link: str | None = None
    """The target, where the run is the text of a link."""


class Mark(NamedTuple):
    """Our link in a document. ``start`` to ``end`` is the link itself, without the space before it."""

    id: str
    start: int
    end: int
    words: str
    """What the link reads, such as ``OPS-12, in progress``, white space collapsed."""
    target: str
    """Its address without our fragment; empty for the embedded tracker."""


class Checkbox(NamedTuple):
    """The one character between the brackets, or the one word that a format has in its place.

    ``offset`` is -1 for a box that is only read.
    """

    offset: int
    ticked: bool


class Directive(NamedTuple):
    """A reader's correction, ``<!-- ft:NAME words -->``, on the line it is about."""

    name: str
    words: str
    start: int
    line: int


class Anchor(NamedTuple):
    """Where a new mark goes, or in ``refusal`` the reason why none may go there.

    ``space`` is false in an otherwise empty table cell, where we own the link alone.
    """

    offset: int = -1
    space: bool = True
    refusal: str | None = None


_NO_BREAK = {ord(sign): " " for sign in "\u00a0\u202f\u2007"}
_UNSEEN = re.compile("(?<!\\S)[\u200b\u2060\ufeff\u200e\u200f]++|[\u200b\u2060\ufeff\u200e\u200f]++(?!\\S)")
_ODD = re.compile("[\u00a0\u202f\u2007\u200b\u2060\ufeff\u200e\u200f]")


def spaced(text: str) -> str:
    """``text``, as long as before, with a plain space for each that does not break, and for signs of no
    width at its edges and beside spaces: word processors and chats leave them behind.
    """
    if text.isascii() or not _ODD.search(text):
        return text
    return _UNSEEN.sub(lambda found: " " * len(found[0]), text.translate(_NO_BREAK))


NO_RUNS: tuple[Run, ...] = ()


class Text:
    """Inline text of a block or a table cell: its runs, our marks in it, and where a mark may go.

    Formats that read inline text only when it is asked for subclass it and override ``_fill``.
    """

    __slots__ = ("_anchor", "_marks", "_runs", "_text", "end", "load", "start")

    def __init__(
        self,
        start: int,
        end: int,
        load: Callable[[], tuple[Run, ...]] | None = None,
        *,
        marks: tuple[Mark, ...] = (),
        anchor: Anchor | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.load = load
        self._marks = marks
        self._anchor = anchor
        self._runs: tuple[Run, ...] | None = None
        self._text: str | None = None

    def _fill(self) -> None:
        """Set ``_runs``, ``_marks`` and ``_anchor``."""
        self._runs = self.load() if self.load else NO_RUNS
        self.load = None

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs in order, without our marks."""
        if self._runs is None:
            self._fill()
        return self._runs or NO_RUNS

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Our marks in this text, in order."""
        if self._runs is None:
            self._fill()
        return self._marks

    @property
    def anchor(self) -> Anchor | None:
        """Where a new mark goes; ``None`` where the format takes no marks at all."""
        if self._runs is None:
            self._fill()
        return self._anchor

    @property
    def text(self) -> str:
        r"""The runs' text: what a reader sees, line breaks as ``\n``, markup gone, every space a space."""
        if self._text is None:
            runs = self.runs
            self._text = spaced(runs[0].text if len(runs) == 1 else "".join([run.text for run in runs]))
        return self._text


class Block:
    """One block. ``start`` to ``end`` covers all of it; ``own`` is its own inline text."""

    __slots__ = (
        "cells",
        "checkbox",
        "end",
        "end_line",
        "header",
        "kind",
        "level",
        "line",
        "list_id",
        "marker",
        "number",
        "own",
        "parent",
        "quoted",
        "start",
        "table",
    )

    def __init__(
        self,
        kind: BlockKind,
        start: int,
        end: int,
        own: Text,
        *,
        line: int,
        end_line: int,
        level: int = 0,
        parent: int = -1,
        quoted: bool = False,
        list_id: int = -1,
        marker: str = "",
        number: int | None = None,
        checkbox: Checkbox | None = None,
        table: int = -1,
        header: bool = False,
        cells: tuple[Text, ...] = (),
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.own = own
        self.line = line
        """Line on which the block's own text starts, from 1."""
        self.end_line = end_line
        """Line on which the block's own text ends."""
        self.level = level
        """Headings: 1 to 6. Items: depth of nesting from 1."""
        self.parent = parent
        """Index of the list item this block stands in, or -1."""
        self.quoted = quoted
        """Inside a block quote."""
        self.list_id = list_id
        """Items of one list share it."""
        self.marker = marker
        """The bullet as written (``-``, ``*``, ``1.``), empty where there is none."""
        self.number = number
        """The number of an ordered list's item."""
        self.checkbox = checkbox
        self.table = table
        """Rows of one table share it."""
        self.header = header
        """The table's head row."""
        self.cells = cells

    @property
    def text(self) -> str:
        return self.own.text

    @property
    def runs(self) -> tuple[Run, ...]:
        return self.own.runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed document: its bytes, and its blocks in the order in which they stand."""

    name: str
    data: bytes
    format: str
    blocks: tuple[Block, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Front matter, keys lower case; empty where there is none or it cannot be read."""
    directives: tuple[Directive, ...] = ()
    read_only: str | None = None
    """Why nothing may be written into it, in a sentence; ``None`` where writing is possible."""
    warnings: tuple[tuple[int, str], ...] = ()
    """(line, message) pairs."""
    link_definitions: Mapping[str, str] = field(default_factory=dict)
    """Targets of reference links by label, lower case."""
    boxes: tuple[bytes, bytes] = (b" ", b"x")
    """What stands in a box that is empty, and in one that is ticked."""
    limits: Limits = DEFAULT_LIMITS
    """What it was read with; what is written into it keeps to them."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """What the place where it lives says of it, as part of ``metadata``: it stands in no byte of it."""

    def told(self, given: Mapping[str, Any]) -> Document:
        """The same with what its place says of it; what it says itself comes first, but not on secrecy."""
        secret = {"confidential": True} if given.get("confidential") is True else {}
        return replace(self, metadata={**given, **self.metadata, **secret}, given=given)
