"""Lines of wikitext as blocks. What spans lines without being text, such as comments, is blanked before."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from .blocks import Block, BlockKind, Style, Text
from .markup import Attributes
from .markup_tables import Cell, Table
from .markup_text import CodeText
from .mediawiki_text import WikiText
from .reading import Source, too_many

_HEADING = re.compile(rb"(={1,6})(.+?)(={1,6})\s*", re.DOTALL)
_PREFIX = re.compile(rb"[*#:;]+")
_RULE = re.compile(rb"-{4,}")
_ASIDE = re.compile(
    rb"__[A-Z]{3,30}__|\[\[(?:category|kategorie|cat\xc3\xa9gorie)\s*:[^\[\]]*+\]\]", re.IGNORECASE
)
_BLANK = b" \t\r\n"


class WikiBlocks:
    """Collects the blocks of one page. ``shape`` is the page with blanks for what is no line of text."""

    def __init__(self, source: Source, shape: bytes, code: list[tuple[int, int]]) -> None:
        self.source = source
        self.data = source.data
        self.shape = shape
        self.blocks: list[Block] = []
        self._code = code
        self._open: Block | None = None
        """The paragraph that the next line goes on, or the code that it does."""
        self._items: list[tuple[bytes, int, int, int]] = []
        """The open levels of a list: their sign, list, item, and its number."""
        self._lists = 0
        self._tables: list[Table] = []
        self._table_count = 0

    def walk(self) -> None:
        """Goes through the lines once."""
        lines = [*self.source.lines, len(self.data)]
        code = 0
        for number in range(len(lines) - 1):
            start, end = max(lines[number], self.source.start), lines[number + 1]
            while code < len(self._code) and self._code[code][0] < end:
                self._end_lists()
                self._add(BlockKind.CODE, *self._code[code], CodeText(self.data, *self._code[code], None))
                code += 1
            line = self.shape[start:end].rstrip(_BLANK)
            if line.strip(_BLANK):
                self._line(line, start)
            else:
                self._open = None
                if not self.data[start:end].strip(_BLANK):
                    self._end_lists()
        while self._tables:
            self._table_end(len(self.data))

    def _line(self, line: bytes, start: int) -> None:
        sign = line.lstrip(b" \t:")[:2] if line.lstrip(b" \t:")[:2] == b"{|" else line[:2]
        if sign == b"{|":
            self._table_start(start)
        elif self._tables and line.lstrip()[:1] in b"|!" and not line.lstrip().startswith(b"|}}"):
            self._table_line(line, start)
        elif self._tables and self._tables[-1].cell is not None:
            self._extend_cell(start + len(line) - len(line.lstrip()), start + len(line))
        else:
            self._text_line(line, start)

    def _text_line(self, line: bytes, start: int) -> None:
        heading = _HEADING.fullmatch(line) if line[:1] == b"=" and len(line) > 2 else None
        prefix = _PREFIX.match(line)
        if heading is not None:
            self._end_lists()
            level = min(len(heading[1]), len(heading[3]))
            own = self._words(start + level, start + len(line.rstrip()) - level)
            self._add(BlockKind.HEADING, start, start + len(line), own, level=level)
        elif _RULE.match(line):
            self._end_lists()
            self._add(BlockKind.RULE, start, start + len(line), Text(start, start + len(line)))
        elif prefix is not None:
            self._listed(line, start, prefix[0])
        elif _ASIDE.fullmatch(line.strip(_BLANK)):
            self._open = None
        else:
            self._end_lists(keep_open=True)
            self._paragraph(line, start)

    def _words(self, start: int, end: int) -> Text:
        """The words between two places, blanks around them left out."""
        raw = self.shape[start:end]
        kept = raw.strip(_BLANK)
        start += raw.find(kept) if kept else 0
        return WikiText(self.data, start, start + len(kept))

    def _paragraph(self, line: bytes, start: int) -> None:
        kind = BlockKind.CODE if self.data[start : start + 1] == b" " else BlockKind.PARAGRAPH
        end = start + len(line)
        block = self._open
        if block is not None and block.kind is kind:
            block.own.end = block.end = end
            block.end_line = bisect_right(self.source.lines, end)
            return
        own = CodeText(self.data, start, end, None) if kind is BlockKind.CODE else self._words(start, end)
        self._open = self._add(kind, start, end, own)

    def _end_lists(self, *, keep_open: bool = False) -> None:
        self._items = []
        if not keep_open:
            self._open = None

    def _listed(self, line: bytes, start: int, prefix: bytes) -> None:
        self._open = None
        end = start + len(line)
        own = self._words(start + len(prefix), end)
        signs = prefix[: len(prefix)]
        common = 0
        while common < min(len(signs), len(self._items)) and self._same(
            signs[common], self._items[common][0]
        ):
            common += 1
        last = signs[-1:]
        if last in b":;":
            parent = self._items[common - 1][2] if common else -1
            del self._items[max(common, 0) :]
            self._add(BlockKind.PARAGRAPH, start, end, own, parent=parent)
            return
        fresh = common < len(signs)
        list_id, number = -1, 0
        if not fresh:
            _, list_id, _, number = self._items[len(signs) - 1]
        del self._items[min(common, len(signs) - 1) :]
        if fresh:
            list_id = self._lists
            self._lists += 1
        parent = self._items[-1][2] if self._items else -1
        numbered = last == b"#"
        block = self._add(
            BlockKind.ITEM,
            start,
            end,
            own,
            level=len(self._items) + 1,
            list_id=list_id,
            parent=parent,
            marker=last.decode(),
            number=number + 1 if numbered else None,
        )
        self._items.append((last, list_id, len(self.blocks) - 1, number + 1))
        for _, _, above, _ in self._items[:-1]:
            self.blocks[above].end = block.end

    @staticmethod
    def _same(sign: int, other: bytes) -> bool:
        return sign == other[0] or (sign == ord(":") and other in (b"*", b"#"))

    def _add(self, kind: BlockKind, start: int, end: int, own: Text, **more: Any) -> Block:
        lines = self.source.lines
        line, last = bisect_right(lines, own.start), bisect_right(lines, own.end)
        block = Block(kind, start, end, own, line=line, end_line=last, **more)
        self.blocks.append(block)
        if len(self.blocks) > self.source.limits.blocks:
            raise too_many(self.source, "paragraphs, items and rows", self.source.limits.blocks)
        return block

    # Tables.

    def _table_start(self, start: int) -> None:
        self._end_lists()
        self._tables.append(Table(self._table_count, 0, 0))
        self._table_count += 1
        self._tables[-1].begin(start)

    def _table_line(self, line: bytes, start: int) -> None:
        start += len(line) - len(line.lstrip())
        line = line.lstrip()
        table = self._tables[-1]
        if line.startswith(b"|}"):
            self._table_end(start + 2)
        elif line.startswith(b"|-"):
            self._row_end(start)
            table.begin(start)
        elif line.startswith(b"|+"):
            own = self._words(start + 2, start + len(line))
            self._add(BlockKind.PARAGRAPH, start, start + len(line), own)
        else:
            head = line[:1] == b"!"
            at = 1
            while at <= len(line):
                cuts = [
                    place
                    for place in (line.find(b"||", at), line.find(b"!!", at) if head else -1)
                    if place >= 0
                ]
                cut = min(cuts, default=len(line))
                self._cell(start + at, start + cut, head)
                at = cut + 2

    def _cell(self, start: int, end: int, head: bool) -> None:
        table = self._tables[-1]
        table.close_cell()
        bar = self.shape.find(b"|", start, end)
        across = down = 1
        if bar >= 0 and b"[[" not in self.shape[start:bar] and b"{{" not in self.shape[start:bar]:
            attributes = Attributes(b"<td " + self.shape[start:bar] + b">", 0, bar - start + 5)
            across, down = _span(attributes.text("colspan")), _span(attributes.text("rowspan"))
            start = bar + 1
        table.open_cell(Cell(start), head, across, down)
        if table.filled > self.source.limits.pieces:
            raise too_many(self.source, "cells that reach over others", self.source.limits.pieces)
        self._extend_cell(start, end)

    def _extend_cell(self, start: int, end: int) -> None:
        raw = self.data[start:end]
        kept = raw.strip(_BLANK)
        cell = self._tables[-1].cell
        if kept and cell is not None:
            start += raw.find(kept)
            cell.extend(start, start + len(kept), Style.PLAIN)

    def _row_end(self, end: int) -> None:
        table = self._tables[-1]
        if table.cell is not None:
            table.close_cell()
        cells = table.finish()
        if not any(isinstance(cell, Cell) for cell in cells):
            return
        texts = tuple(
            cell
            if isinstance(cell, Text)
            else WikiText(self.data, cell.first, cell.last)
            if cell.first >= 0
            else Text(cell.place, cell.place)
            for cell in cells
        )
        own = Text(table.start, table.start)
        row = self._add(
            BlockKind.ROW, table.start, end, own, table=table.id, header=table.header, cells=texts
        )
        worded = [text for text in texts if text.end > text.start]
        if worded:
            row.line = bisect_right(self.source.lines, worded[0].start)
            row.end_line = bisect_right(self.source.lines, max(text.end for text in worded))

    def _table_end(self, end: int) -> None:
        self._row_end(end)
        self._tables.pop()


def _span(given: str) -> int:
    given = given.strip()
    return max(1, min(int(given), 1000)) if given.isdecimal() and len(given) < 9 else 1
