"""Tables of markup as rows with cells; rows that only lay out a page are taken apart."""

from __future__ import annotations

from bisect import bisect_right

from .blocks import Anchor, BlockKind, Text
from .markup import Attributes
from .markup_gathering import Gathering
from .markup_names import CELLS
from .markup_tables import Cell, Table
from .markup_text import COPIED, NO_ROOM, NO_WORDS, MarkupText
from .reading import too_many

_SLASH = ord("/")


class Rows(Gathering):
    """Handlers of the elements of tables."""

    def _dissolve(self) -> None:
        """The row is no row of a table but a way to lay out a page: what is in its cells stands alone."""
        table = self._tables[-1] if self._tables else None
        if table is None or table.cell is None or table.dissolved:
            return
        self._flush()
        table.dissolved = True
        table.cells.append(table.cell)
        for cell in table.cells:
            if isinstance(cell, Cell) and cell.first >= 0:
                self._style = cell.style
                self._add(BlockKind.PARAGRAPH, cell.first, cell.last, self._own(cell.first, cell.last))
        table.cells = []

    def _table_open(self, name: str, start: int, end: int) -> None:
        self._heading = 0
        self._dissolve()
        if self._fresh:
            self._fresh[-1] = False
        self.push(name, start, self._table_end)
        self._scopes.append({})
        self._tables.append(Table(self._table_count, len(self._stack), len(self._lists)))
        self._table_count += 1

    def _table_end(self, place: int) -> None:
        self._tables.pop()
        self._scopes.pop()

    def _row_open(self, name: str, start: int, end: int) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        self._pop_to(table.height, start)
        table.begin(start)
        self.push(name, start, self._row_close)

    def _row_close(self, place: int) -> None:
        table = self._tables[-1]
        cells = table.finish()
        if not cells or not self._keeps():
            return
        texts = tuple(cell if isinstance(cell, Text) else self._cell_text(cell) for cell in cells)
        own = Text(table.start, table.start, anchor=NO_WORDS)
        row = self._add(
            BlockKind.ROW, table.start, place, own, table=table.id, header=table.header, cells=texts
        )
        self.leanings[-1] = table.leaning
        table.leaning = 0
        worded = [text for text in texts if text.start >= table.start]
        if worded:
            row.line = bisect_right(self._lines, worded[0].start)
            row.end_line = bisect_right(self._lines, max(text.end for text in worded))

    def _cell_text(self, cell: Cell) -> Text:
        fixed = COPIED if self._copied else None
        if cell.first < 0:
            # In XML an empty cell may be a single tag, which has no inside.
            room = Anchor(cell.place, space=False) if self.data[cell.place - 2] != _SLASH else NO_ROOM
            return Text(cell.place, cell.place, anchor=fixed or room)
        return MarkupText(self.data, cell.first, cell.last, self.cut, cell.style, cell=True, fixed=fixed)

    def _cell_open(self, name: str, start: int, end: int) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        if len(self._stack) == table.height:
            self._row_open("tr", start, start)
        self._pop_to(table.height + 1, start)
        across, down = 1, 1
        if end - start > 8:
            attributes = Attributes(self.data, start, end)
            across, down = span_of(attributes.text("colspan")), span_of(attributes.text("rowspan"))
        table.open_cell(Cell(end), name == "th", across, down)
        if table.filled and table.filled > self.source.limits.pieces:
            raise too_many(self.source, "cells that reach over others", self.source.limits.pieces)
        self._styles = {}
        self._links = 0
        self.push(name, start, self._cell_close)
        self._scopes.append({})

    def _cell_close(self, place: int) -> None:
        self._scopes.pop()
        self._styles = {}
        self._links = 0
        self._heading = 0
        self._tables[-1].close_cell()

    def _table_close(self, name: str, start: int, end: int) -> None:
        """The end of a table, of one of its rows, or of a cell."""
        if not self._tables:
            return
        height = self._tables[-1].height
        if name in CELLS:
            if len(self._stack) > height + 1:
                if len(self._stack) > height + 2:
                    self._pop_to(height + 2, start)
                self._pop_one(end)
        elif name == "table":
            self._pop_to(height, start)
            self._pop_one(end)
        elif len(self._stack) > height:
            self._pop_to(height + 1, start)
            self._pop_one(end)

    def _head_open(self, name: str, start: int, end: int) -> None:
        if self._tables:
            self._pop_to(self._tables[-1].height, start)
            self._tables[-1].head = name == "thead"


def span_of(given: str) -> int:
    """How many columns or rows a cell reaches over; what no reader would call a table is cut off."""
    given = given.strip()
    return max(1, min(int(given), 1000)) if given.isdecimal() and len(given) < 9 else 1
