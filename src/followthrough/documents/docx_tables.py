"""Lists and tables of a .docx file while they are read."""

from __future__ import annotations

from collections.abc import Mapping

from .blocks import Block, BlockKind, Run, Text
from .docx_paragraphs import Paragraph

_WIDEST = 200


class Lists:
    """Which paragraphs of a list belong together: Word numbers them, but nests none."""

    def __init__(self, numbering: Mapping[str, Mapping[int, int]]) -> None:
        self._numbering = numbering
        self._counted: dict[tuple[str, int], int] = {}
        self._open: list[tuple[int, str, Block, int]] = []
        """For each open level: its depth, its list, its last item, and that one's index."""
        self._count = 0

    def leave(self) -> None:
        """Something else than an item comes."""
        self._open = []

    def enter(self, block: Block, index: int, list_key: str, depth: int) -> None:
        """Gives an item its list, level, number and parent."""
        id = -1
        while self._open and self._open[-1][0] >= depth:
            level, other, before, _ = self._open.pop()
            id = before.list_id if level == depth and other == list_key else -1
        if id < 0:
            id = self._count
            self._count += 1
        block.list_id = id
        block.parent = self._open[-1][3] if self._open else -1
        block.level = len(self._open) + 1
        block.number = self._number(list_key, depth)
        self._open.append((depth, list_key, block, index))
        for _, _, above, _ in self._open[:-1]:
            above.end = block.end

    def _number(self, list_key: str, depth: int) -> int | None:
        first = self._numbering.get(list_key, {}).get(depth)
        for key in [key for key in self._counted if key[0] == list_key and key[1] > depth]:
            del self._counted[key]
        if first is None:
            return None
        number = self._counted.get((list_key, depth), first - 1) + 1
        self._counted[list_key, depth] = number
        return number


class Table:
    """An open table."""

    def __init__(self, id: int) -> None:
        self.id = id
        self.row_start = -1
        """Where the open row starts; -1 outside of rows."""
        self.dissolved = False
        """The row lays out the page: what is in it stands alone."""
        self._cells: list[list[Paragraph] | None] = []
        """The open row's cells; ``None`` where one above reaches over."""
        self._rows = 0
        self._across = 0

    @property
    def takes(self) -> bool:
        """Whether paragraphs belong to a cell."""
        return self.row_start >= 0 and not self.dissolved and bool(self._cells)

    def open_row(self, start: int) -> None:
        """A row starts."""
        self.row_start, self.dissolved, self._cells = start, False, []

    def open_cell(self) -> None:
        """A cell starts."""
        self._settle()
        self._cells.append([])

    def take(self, paragraph: Paragraph) -> None:
        """Puts a paragraph into the open cell."""
        cell = self._cells[-1]
        if cell is not None:
            cell.append(paragraph)

    def merge(self) -> None:
        """The open cell goes on from the row above."""
        if self._cells and not self._cells[-1]:
            self._cells[-1] = None

    def span(self, columns: int) -> None:
        """The open cell reaches over several columns."""
        self._across = max(0, min(columns, _WIDEST) - 1)

    def _settle(self) -> None:
        """The open cell ends."""
        self._cells += [None] * self._across
        self._across = 0

    def dissolve(self) -> list[Paragraph]:
        """Makes the row a mere layout, and gives what was in it so far."""
        self.dissolved = True
        found = [paragraph for cell in self._cells if cell for paragraph in cell]
        self._cells = []
        return found

    def layout(self) -> bool:
        """Whether the row, now that it ends, is a frame around a part of the page."""
        (cell, *others) = self._cells or [None]
        return (
            bool(cell)
            and not others
            and (len(cell or ()) > 1 or any(one.shape.heading or one.shape.list for one in cell or ()))
        )

    def close_row(self, end: int) -> Block | None:
        """The row as a block, if there is anything in it."""
        self._settle()
        start, self.row_start = self.row_start, -1
        cells = tuple(_text(cell, start) for cell in self._cells)
        if not cells or self.dissolved:
            return None
        header = self._rows == 0
        self._rows += 1
        line = next((cell[0].line for cell in self._cells if cell), 0)
        last = max((cell[-1].line for cell in self._cells if cell), default=line)
        if not line:
            return None
        own = Text(start, start)
        return Block(
            BlockKind.ROW,
            start,
            end,
            own,
            line=line,
            end_line=last,
            table=self.id,
            header=header,
            cells=cells,
        )


def _text(cell: list[Paragraph] | None, start: int) -> Text:
    """A cell's paragraphs as lines of one text."""
    if not cell:
        return Text(start, start)
    runs: list[Run] = []
    for paragraph in cell:
        if runs:
            runs.append(Run("\n", runs[-1].end, paragraph.start))
        runs += paragraph.runs
    kept = tuple(runs)
    marks = tuple(mark for paragraph in cell for mark in paragraph.marks)
    if not kept:
        return Text(start, start, marks=marks)
    return Text(kept[0].start, kept[-1].end, lambda: kept, marks=marks)
