"""Tables while they are read: rows, cells, and cells that reach over others."""

from __future__ import annotations

from .blocks import Anchor, Style, Text

_NO_CELL = Anchor(refusal="another cell reaches over it")


class Cell:
    """A cell's words so far, and where a link goes in a cell without any."""

    __slots__ = ("first", "last", "place", "roomed", "style")

    def __init__(self, place: int) -> None:
        self.place = place
        self.roomed = False
        self.first = self.last = -1
        self.style = Style.PLAIN

    def extend(self, first: int, last: int, style: Style) -> None:
        """Takes in a stretch of words."""
        if self.first < 0:
            self.first, self.style = first, style
        self.last = last

    def room(self, place: int) -> None:
        """A paragraph starts at ``place``; in an empty cell the first one takes the link."""
        if not self.roomed:
            self.place, self.roomed = place, True


class Table:
    """An open table. ``height`` is that of the stack inside of it, ``floor`` the lists around it."""

    def __init__(self, id: int, height: int, floor: int) -> None:
        self.id = id
        self.height = height
        self.floor = floor
        self.start = -1
        self.cells: list[Cell | Text] = []
        self.cell: Cell | None = None
        self.dissolved = False
        """This row only lays out the page."""
        self.head = False
        self.header = False
        self.leaning = 0
        self.filled = 0
        """Cells that others reach over, of the whole table."""
        self._rows = 0
        self._headed = False
        self._heads = 0
        self._down: dict[int, int] = {}
        """For a column, how many more rows a cell above reaches over."""
        self._reach = (1, 1)
        self._absent: Text | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing says that this is a table and no layout."""
        return not self._headed

    def begin(self, start: int) -> None:
        """A row starts."""
        self.start = start
        self.cells = []
        self.dissolved = False
        self._heads = 0
        self._absent = None

    def open_cell(self, cell: Cell, head: bool, across: int, down: int) -> None:
        """A cell starts that reaches over ``across`` columns and ``down`` rows."""
        self._fill()
        self.cell = cell
        self._reach = across, down
        self._headed = self._headed or head
        self._heads += head

    def close_cell(self) -> None:
        """The cell ends."""
        across, down = self._reach
        first = len(self.cells)
        if self.cell is not None and not self.dissolved:
            self.cells.append(self.cell)
            if across > 1:
                self._absence(across - 1)
        if down > 1:
            for column in range(first, first + across):
                self._down[column] = down - 1
        self.cell = None

    def finish(self) -> list[Cell | Text]:
        """The row ends: its cells, none where it was no row of a table."""
        self._fill()
        cells, self.cells = self.cells, []
        if self.dissolved or (not self._rows and not cells):
            return []
        own = sum(isinstance(cell, Cell) for cell in cells)
        self.header = self.head or self._heads == own > 0 or (self._rows == 0 and not self._headed)
        self._rows += 1
        return cells

    def _fill(self) -> None:
        """Puts in the cells that one above reaches over."""
        while self._down and self._down.get(len(self.cells), 0) > 0:
            self._down[len(self.cells)] -= 1
            self._absence(1)

    def _absence(self, count: int) -> None:
        self.filled += count
        if self._absent is None:
            self._absent = Text(self.start, self.start, anchor=_NO_CELL)
        self.cells.extend([self._absent] * count)
