"""Tables of reStructuredText: drawn as a grid, with borders only, or written as a list of lists."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from .blocks import Anchor
from .line import Line
from .lined_text import Segment

DRAWN = Anchor(refusal="it stands in a table whose columns are drawn, which leaves no room for a link")
NO_ROOM = Anchor(refusal="its cell is empty, without a blank to put a link behind")
_FULL = re.compile(r"\+(?:-+\+)+|\+(?:=+\+)+")
_ITEM = re.compile(r"[-*+•‣⁃](?=[ \t]|$)")
_BORDER = re.compile(r"=+(?:[ ]+=+)+")
_SPANNED = re.compile(r"-+(?:[ ]+-+)*")


class Row(NamedTuple):
    """A row of a drawn table: its lines, and the words of each cell."""

    first: Line
    last: Line
    header: bool
    cells: list[list[Segment]]


class ListCell(NamedTuple):
    """A cell of a list table."""

    lines: list[Line]
    """Those it stands on."""
    place: int
    """Offset behind its sign."""
    words: list[Line]
    first: int
    """How many of ``words`` are its first paragraph."""


def width(text: str) -> int:
    """How many columns ``text`` takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class _Drawn:
    """One line of a drawn table, by columns."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.text = line.text
        self.starts: list[int] | None = None
        if not line.text.isascii():
            self.starts = [at for at, sign in enumerate(line.text) for _ in range(_columns(sign))]

    def at(self, column: int) -> int:
        """The character that starts in ``column``."""
        if self.starts is None:
            return min(column, len(self.text))
        return self.starts[column] if column < len(self.starts) else len(self.text)

    def sign(self, column: int) -> str:
        return self.text[self.at(column) : self.at(column) + 1]

    def part(self, first: int, last: int | None) -> str:
        return self.text[self.at(first) : None if last is None else self.at(last)]

    def words(self, first: int, last: int | None) -> Segment | None:
        """What stands between two columns, without blanks around it."""
        part = self.part(first, last)
        kept = part.strip()
        if not kept:
            return None
        start = self.at(first) + len(part) - len(part.lstrip())
        return self.line.cut(start, start + len(kept))


def grid(lines: list[Line]) -> list[Row]:
    """The rows of a table drawn with ``+``, ``-`` and ``|``; none if it is not whole."""
    drawn = [_Drawn(line) for line in lines]
    if len(lines) < 3 or not _FULL.fullmatch(lines[-1].text):
        return []
    edges = sorted(
        {
            at
            for line in lines
            if _FULL.fullmatch(line.text)
            for at, sign in enumerate(line.text)
            if sign == "+"
        }
    )
    rows: list[Row] = []
    header = 0
    group: list[_Drawn] = []
    for line in drawn[1:]:
        if not _FULL.fullmatch(line.text):
            group.append(line)
            continue
        if group:
            rows += _grid_rows(group, edges)
        group = []
        if "=" in line.text:
            header = len(rows)
    return [row._replace(header=number < header) for number, row in enumerate(rows)]


def _grid_rows(group: list[_Drawn], edges: list[int]) -> list[Row]:
    """The rows between two full lines: several where a line divides only some columns."""
    count = len(edges) - 1
    rows: list[Row] = []
    going: list[list[Segment] | None] = [None] * count
    part: list[_Drawn] = []
    for line in [*group, None]:
        divided = [line is None or _divides(line, edges, at) for at in range(count)]
        if line is not None and not any(divided):
            part.append(line)
            continue
        if part:
            cells = _cells(part, edges, going)
            rows.append(Row(part[0].line, part[-1].line, False, cells))
            going = [None if divided[at] else going[at] or cells[at] for at in range(count)]
        part = []
    return rows


def _divides(line: _Drawn, edges: list[int], at: int) -> bool:
    part = line.part(edges[at] + 1, edges[at + 1])
    return bool(part) and not part.strip("-") and line.sign(edges[at]) == "+" == line.sign(edges[at + 1])


def _cells(part: list[_Drawn], edges: list[int], going: list[list[Segment] | None]) -> list[list[Segment]]:
    """The cells of one row. One that goes on from the row above is added to there, and empty here."""
    count = len(edges) - 1
    cells: list[list[Segment]] = [[] for _ in range(count)]
    at = 0
    while at < count:
        last = at + 1
        while last < count and any(line.sign(edges[last]) not in ("|", "+") for line in part):
            last += 1
        above = going[at]
        target = cells[at] if above is None else above
        found = (line.words(edges[at] + 1, edges[last]) for line in part)
        target += [words for words in found if words is not None]
        at = last
    return cells


def simple(lines: list[Line]) -> list[Row]:
    """The rows of a table that has only borders above and below; none if it is not whole."""
    if len(lines) < 3:
        return []
    starts = [found.start() for found in re.finditer("=+", lines[0].text)]
    rows: list[Row] = []
    header = 0
    for line in lines[1:-1]:
        if _BORDER.fullmatch(line.text):
            header = len(rows)
        elif line.text and not (rows and _SPANNED.fullmatch(line.text)):
            _simple_line(line, lines[0].indent, starts, rows)
    return [row._replace(header=number < header) for number, row in enumerate(rows)]


def _simple_line(line: Line, indent: int, starts: list[int], rows: list[Row]) -> None:
    """Adds a line to the last row if its first column is empty, else a row."""
    shift = line.indent - indent
    drawn = _Drawn(line)
    cells: list[list[Segment]] = [[] for _ in starts]
    at = 0
    while at < len(starts):
        last = at + 1
        # Words across the gap between two columns belong to both.
        while (
            last < len(starts) and drawn.part(max(0, starts[last] - 1 - shift), starts[last] - shift).strip()
        ):
            last += 1
        end = starts[last] - shift if last < len(starts) else None
        if end is None or end > 0:
            words = drawn.words(max(0, starts[at] - shift), end)
            cells[at] += [words] if words else []
        at = last
    if rows and not cells[0]:
        row = rows[-1]
        rows[-1] = row._replace(
            last=line, cells=[old + new for old, new in zip(row.cells, cells, strict=True)]
        )
    else:
        rows.append(Row(line, line, False, cells))


def list_rows(lines: list[Line]) -> list[list[ListCell]]:
    """The rows of a list whose items are lists of cells."""
    rows: list[list[ListCell]] = []
    base = next((line.indent for line in lines if line.text), 0)
    column = -1
    for line in lines:
        rest = line
        if line.indent == base and _ITEM.match(line.text):
            rest = line.after(1)
            rows.append([])
            column = rest.indent
        if not rows or (not line.text and not rows[-1]):
            continue
        if rest.indent == column and _ITEM.match(rest.text):
            words = rest.after(1)
            rows[-1].append(ListCell([line], rest.start + 1, [words] if words.text else [], 1))
        elif rows[-1]:
            _go_on(rows[-1], line)
    return [row for row in rows if row]


def _go_on(row: list[ListCell], line: Line) -> None:
    """Adds a line to the last cell of ``row``; the first paragraph ends at a blank one."""
    cell = row[-1]
    if not line.text:
        if cell.words and cell.lines[-1].text:
            cell.lines.append(line)
        return
    blank = not cell.lines[-1].text
    if blank:
        cell.lines.pop()
    cell.lines.append(line)
    ended = blank or cell.first < len(cell.words)
    cell.words.append(line)
    if not ended:
        row[-1] = cell._replace(first=len(cell.words))
