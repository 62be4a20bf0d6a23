"""Lines of a document, and the blocks made of them: what the line formats (reST, AsciiDoc, Org) share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .blocks import Block, BlockKind, Checkbox, Directive, Document, Run, Style, Text
from .directives import comments
from .line import BLANK_TEXT, CODE, HEADING, NO_WORDS, TAB, Container, Line
from .lined_text import LinedText, Reader, Segment
from .reading import Source, too_many

_BLANK = BLANK_TEXT.encode()
_DEEPEST = 100
_SIGNS = b"*_`|[]<\\+#~=/&{"
_BOX = re.compile(r"\[([ xX*-])\](?:[ \t]+|$)")
_NOTE = re.compile(r"ft:([a-z]+(?:-[a-z]+)*)(?:[ \t]+(.*))?$")


class Lined:
    """Goes through the lines of one document and collects its blocks.

    A subclass gives ``_block``, which takes the block that starts on a line and returns the line
    behind it.
    """

    def __init__(self, source: Source, reader: Reader) -> None:
        # Every sign may become a piece of text; what that would take is refused before.
        signs = len(source.data) - len(source.data.translate(None, _SIGNS))
        if signs > source.limits.pieces:
            raise too_many(source, "signs of markup", source.limits.pieces)
        self.source = source
        self.reader = reader
        self.data = source.data
        self.count = len(source.lines)
        self.blocks: list[Block] = []
        self.metadata: dict[str, Any] = {}
        self.warnings: tuple[tuple[int, str], ...] = ()
        self.definitions: dict[str, str] = {}
        """Link targets by name, lower case; texts look them up when they are read."""
        self.notes: list[Directive] = []
        self._stack = [Container(0, -1, 0, False)]
        self._rest: Line | None = None
        """The rest of a line behind a marker, which is read as a line of its own."""
        self._read = Line(-1, 0, 0, 0, "")
        """The line that was read last: several rules in turn ask for it."""
        self._fresh = -1
        """The item that waits for its own text."""
        self._lists = 0
        self._tables = self._cells = 0
        self._last = 0
        """Offset behind the last byte that a block has taken."""

    def walk(self, first: int = 0) -> None:
        """Reads every line once, from the line ``first`` on."""
        index = first
        while index < self.count:
            index = self._block(index)
        self._pop(len(self._stack) - 1)

    def _block(self, index: int) -> int:
        raise NotImplementedError

    def _first(self, line: Line, *rules: Callable[[Line], int]) -> int:
        """What the first rule says that takes ``line``; the others say -1, and the last one takes all."""
        return next(after for rule in rules if (after := rule(line)) >= 0)

    # Lines

    def line(self, index: int) -> Line:
        """The line with this number; behind the last one it is blank."""
        if self._rest is not None and self._rest.number == index:
            return self._rest
        if self._read.number != index:
            self._read = self._line(index)
        return self._read

    def _line(self, index: int) -> Line:
        lines = self.source.lines
        if index >= self.count:
            return Line(index, len(self.data), len(self.data), 0, "")
        start = max(lines[index], self.source.start)
        raw = self.data[start : lines[index + 1] if index + 1 < self.count else len(self.data)]
        words = raw.strip(_BLANK)
        if not words:
            return Line(index, start, start, 0, "")
        first = raw.index(words)
        indent = len(raw[:first].decode().expandtabs(TAB)) if first else 0
        return Line(index, start + first, start + first + len(words), indent, words.decode())

    def lines(self, first: int, last: int) -> Iterator[Line]:
        """Lines ``first`` up to, not including, ``last``."""
        return (self.line(index) for index in range(first, last))

    def below(self, index: int, indent: int) -> int:
        """The line behind ``index`` and all that is indented deeper than ``indent``, blank lines around."""
        end = index = index + 1
        while index < self.count:
            line = self.line(index)
            if line.text:
                if line.indent <= indent:
                    break
                end = index + 1
            index += 1
        return end

    # Blocks

    @property
    def top(self) -> Container:
        return self._stack[-1]

    def _pop(self, count: int) -> None:
        """Closes the innermost containers."""
        for _ in range(count):
            closed = self._stack.pop()
            if closed.item >= 0 and closed.item != self._stack[-1].item:
                item = self.blocks[closed.item]
                item.end = max(item.end, self._last)
        if count:
            self._fresh = -1

    def text(self, segments: list[Segment], reader: Reader | None = None, **more: Any) -> LinedText:
        """Inline text in the format's own syntax."""
        return LinedText(self.data, segments, reader or self.reader, self.definitions, **more)

    def add(self, kind: BlockKind, first: Line, last: Line, own: Text, **more: Any) -> Block:
        """Adds the block from ``first`` to ``last``. Raises ``Unreadable`` over the limits."""
        self._fresh = -1
        top = self.top
        block = Block(
            kind,
            first.start,
            max(first.start, last.end),
            own,
            line=first.number + 1,
            end_line=last.number + 1,
            parent=top.item,
            quoted=top.quoted,
            **more,
        )
        self.blocks.append(block)
        self._last = max(self._last, block.end)
        if len(self.blocks) > self.source.limits.blocks:
            raise too_many(self.source, "paragraphs, items and rows", self.source.limits.blocks)
        return block

    def heading(
        self, first: Line, last: Line, words: list[Segment], level: int, reader: Reader | None = None
    ) -> None:
        """Adds a heading, which closes everything that is open."""
        self._pop(len(self._stack) - 1)
        own = self.text(words, reader, anchor=HEADING)
        self.add(BlockKind.HEADING, first, last, own, level=min(level, 6))

    def code(self, first: Line, last: Line) -> None:
        """Adds code: its text is its source."""
        start, end = first.start, max(first.start, last.end)
        self.add(BlockKind.CODE, first, last, _Source(self.data, start, end))

    def rule(self, line: Line) -> None:
        """Adds a rule."""
        self.add(BlockKind.RULE, line, line, Text(line.start, line.end, anchor=NO_WORDS))

    def paragraph(self, first: Line, last: Line, words: list[Segment], **more: Any) -> None:
        """Adds a paragraph, or gives the item that waits for its text its own."""
        if self._fresh < 0:
            self.add(BlockKind.PARAGRAPH, first, last, self.text(words, **more))
            return
        item = self.blocks[self._fresh]
        box = _BOX.match(words[0].text)
        if box and item.checkbox is None and self.boxed(box[1]):
            start = words[0].start
            item.checkbox = Checkbox(start + 1, box[1] not in " -")
            words[0] = Segment(start + len(box[0]), words[0].text[box.end() :])
            words = [segment for segment in words if segment.text] or [words[0]]
        item.own = self.text(words, **more)
        item.line, item.end_line = self.source.line(item.own.start), last.number + 1
        item.end = self._last = max(self._last, last.end)
        self._fresh = -1

    boxes = (b" ", b"x")
    """What an empty and a ticked box hold."""

    def boxed(self, sign: str) -> bool:
        """Whether ``[sign]`` is a box of this format."""
        return sign in " xX"

    def item(
        self, line: Line, marker: str, number: int | None, shape: str, list_id: int, **more: Any
    ) -> Line:
        """Adds a list item that starts on ``line``, and returns what stands behind its marker."""
        if list_id < 0:
            list_id = self._lists
            self._lists += 1
        level = self.top.level + 1
        rest = line.after(len(marker))
        # Cut short: the item's own text and blocks reach as far as what follows says.
        start = Line(line.number, line.start, line.start + len(marker.encode()), line.indent, marker)
        own = Text(rest.start, rest.start, anchor=NO_WORDS)
        block = self.add(
            BlockKind.ITEM, start, start, own, level=level, list_id=list_id, marker=marker, number=number
        )
        item = len(self.blocks) - 1
        indent = more.pop("indent", rest.indent)
        self._stack.append(Container(indent, item, level, self.top.quoted, line.indent, shape, list_id))
        self._fresh = item
        if rest.text:
            self._rest = rest
        block.end = self._last
        return rest

    def open(self, indent: int, *, quoted: bool = False, column: int = -1, shape: str = "") -> None:
        """Opens the body of something that is no list item."""
        top = self.top
        fresh = self._fresh
        self._stack.append(Container(indent, top.item, top.level, top.quoted or quoted, column, shape))
        self._fresh = fresh

    @property
    def deep(self) -> bool:
        """Whether no more may be nested: whatever opens next is read as words."""
        return len(self._stack) > _DEEPEST

    def table(self) -> int:
        """The number of a new table."""
        self._tables += 1
        return self._tables - 1

    def row(self, first: Line, last: Line, table: int, header: bool, cells: list[Text]) -> None:
        """Adds a row."""
        self._cells += len(cells)
        most = 2 * self.source.limits.blocks
        if self._cells > most:
            raise too_many(self.source, "table cells", most)
        own = Text(first.start, first.start, anchor=NO_WORDS)
        self.add(BlockKind.ROW, first, last, own, table=table, header=header, cells=tuple(cells))

    def cell(self, segments: list[Segment], place: int, **more: Any) -> LinedText:
        """A table cell; ``place`` is where it stands if it is empty."""
        return self.text(segments, cell=place, **more)

    def document(self, name: str) -> Document:
        """What was read."""
        return Document(
            name=self.source.name,
            data=self.data,
            format=name,
            limits=self.source.limits,
            blocks=tuple(self.blocks),
            metadata=self.metadata,
            directives=self.directives(),
            warnings=self.warnings,
            link_definitions=dict(self.definitions),
            boxes=self.boxes,
        )

    # Corrections

    def note(self, line: Line, words: str, above: int | None = None) -> None:
        """Takes the comment ``words`` on ``line`` for a reader's correction if it is one.

        It is about the line with something on it above.
        """
        found = _NOTE.match(words)
        if found:
            if above is None:
                above = self.blocks[-1].end_line if self.blocks else line.number + 1
            self.notes.append(Directive(found[1], " ".join((found[2] or "").split()), line.start, above))

    def directives(self) -> tuple[Directive, ...]:
        """All corrections: as comments of the format, and in the form they have in Markdown."""
        inline = [found.at(self.source.line(found.start)) for found in comments(self.data)]
        return tuple(sorted([*self.notes, *inline], key=lambda note: note.start))


class _Source(Text):
    """Code: one run, read when it is asked for."""

    __slots__ = ("data",)

    def __init__(self, data: bytes, start: int, end: int) -> None:
        super().__init__(start, end, anchor=CODE)
        self.data = data
        self.load = self._read

    def _read(self) -> tuple[Run, ...]:
        text = self.data[self.start : self.end].decode()
        return (Run(text, self.start, self.end, Style.CODE),) if text else ()
