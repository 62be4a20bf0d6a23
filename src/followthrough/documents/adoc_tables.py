"""Tables of AsciiDoc: cells by their bars, rows by how many columns there are."""

from __future__ import annotations

import re
from typing import NamedTuple

from .line import Line
from .lined_text import Segment

_BAR = re.compile(
    r"(?:^|(?<=[ \t]))(?:(\d{1,3})?(?:\.(\d{1,3}))?([*+]))?(?:[<^>]?(?:\.[<^>])?)([a-z])?\||(?<!\\)\|"
)
_COLUMNS = re.compile(r"""cols\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]]*))""")
_TIMES = re.compile(r"\s*(\d{1,3})\*")
_HEADER = re.compile(r"%header|opt(?:ion)?s\s{0,9}=\s{0,9}[\"']?[\w,]{0,60}header")
_NO_HEADER = re.compile(r"noheader")
_MOST = 200
COPIED, COPY = "+", "="
"""The styles of a cell that is repeated, and of one that only repeats the one before it."""


class Cell(NamedTuple):
    """One cell: where it starts, what it says, and how many columns and rows it takes."""

    line: Line
    place: int
    """Offset right behind its bar."""
    words: list[Line]
    """Its lines; a blank one stands between paragraphs."""
    columns: int
    rows: int
    style: str


def cells(lines: list[Line], bar: str) -> list[Cell]:
    """The cells on ``lines``, each of which starts with a bar."""
    found: list[Cell] = []
    for line in lines:
        hits = list(_hits(line, bar))
        first = hits[0].start() if hits else len(line.text)
        if found and (line.text[:first].strip() or not line.text):
            found[-1].words.append(_part(line, line.start, line.text[:first]))
        ends = [*(hit.start() for hit in hits[1:]), len(line.text)]
        parts = line.cuts((hit.end(), end) for hit, end in zip(hits, ends, strict=False))
        for hit, (place, text) in zip(hits, parts, strict=True):
            columns, times = (int(hit[1] or 1), hit[3] == "*") if hit[3] else (1, False)
            rows = int(hit[2] or 1) if hit[3] else 1
            part = _part(line, place, text)
            columns = max(1, min(columns, _MOST))
            cell = Cell(line, place, [part] if part.text else [], 1 if times else columns, rows, hit[4] or "")
            found.append(cell)
            if times and columns > 1:
                found[-1] = cell._replace(style=COPIED)
                found += [cell._replace(words=[], style=COPY)] * (columns - 1)
    return found


def _hits(line: Line, bar: str) -> list[re.Match[str]]:
    if bar != "|":
        # A nested table has its own bar, of the same meaning.
        return list(_BAR.finditer(line.text.replace("|", "\0").replace(bar, "|")))
    return list(_BAR.finditer(line.text))


def _part(line: Line, start: int, text: str) -> Line:
    """The part ``text`` of ``line``, without blanks around it."""
    kept = text.strip()
    start += len(text[: len(text) - len(text.lstrip())].encode())
    return Line(line.number, start, start + len(kept.encode()), line.indent, kept)


def column_count(attributes: str, lines: list[Line], bar: str) -> int:
    """How many columns there are: as stated, else as the first line with cells has."""
    stated = _COLUMNS.search(attributes)
    if stated:
        specs = re.split(r"[,;]", stated[1] or stated[2] or stated[3] or "")
        times = [_TIMES.match(spec) for spec in specs]
        return max(1, min(_MOST, sum(int(found[1]) if found else 1 for found in times)))
    for line in lines:
        if line.text:
            return max(1, sum(cell.columns for cell in cells([line], bar)))
    return 1


class Row(NamedTuple):
    """A row by columns; ``None`` where a cell of the row or of one above reaches over others."""

    cells: list[Cell | None]
    whole: bool
    """Whether its cells fill the columns exactly. Asciidoctor drops others."""


def rows(found: list[Cell], count: int) -> list[Row]:
    """``found`` as rows of ``count`` columns."""
    made: list[Row] = []
    below = [0] * count
    """For each column how many more rows a cell above reaches down."""
    row: list[Cell | None] = []
    whole = True
    for cell in found:
        first = len(row)
        wide = min(count - first, cell.columns)
        whole = whole and wide == cell.columns
        row += [cell, *[None] * (wide - 1)]
        below[first : first + wide] = [min(cell.rows, 1000)] * wide
        while len(row) < count and below[len(row)] > 0:
            row.append(None)
        if len(row) == count:
            # Behind a cell that does not fit, all others stand elsewhere than it seems.
            made.append(Row(row, whole))
            below = [max(0, left - 1) for left in below]
            whole = whole and not all(below)
            row = [None] * next((at for at, left in enumerate(below) if not left), 0)
    if any(row):
        made.append(Row(row, False))
    return made


def has_header(attributes: str, lines: list[Line]) -> bool:
    """Whether the first row is a head: as stated, or because a blank line follows its only line."""
    if _HEADER.search(attributes) and not _NO_HEADER.search(attributes):
        return True
    if _NO_HEADER.search(attributes) or len(lines) < 2:
        return False
    return bool(lines[0].text) and not lines[1].text


def segments(cell: Cell) -> tuple[list[Segment], int]:
    """The words of a cell, and the byte behind its first paragraph."""
    blank = next((at for at, line in enumerate(cell.words) if not line.text and at), len(cell.words))
    first = [line for line in cell.words[:blank] if line.text]
    return [line.segment for line in cell.words if line.text], first[-1].end if first else -1
