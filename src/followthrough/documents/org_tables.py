"""Tables of Org: rows of cells between bars, lines across, and the head above the first of those."""

from __future__ import annotations

import re

from .blocks import Text
from .line import Line
from .lined import Lined
from .lined_text import Reader, Segment
from .reading import Source

_BORDER = re.compile(r"\|-[-+|]*")


class Tables(Lined):
    """Reads tables."""

    def __init__(self, source: Source, reader: Reader) -> None:
        super().__init__(source, reader)
        self._head = True
        """Nothing so far but the first headline: what is stated tells of the document."""

    def _table(self, line: Line) -> int:
        if line.text[0] != "|":
            return -1
        lines = [line]
        while (below := self.line(lines[-1].number + 1)).text[:1] == "|":
            lines.append(below)
        self._head = False
        borders = [at for at, each in enumerate(lines) if _BORDER.fullmatch(each.text)]
        rows = [at for at, each in enumerate(lines) if not _BORDER.fullmatch(each.text)]
        # The first border with rows on both sides has the head above it.
        head = next((at for at in borders if rows and rows[0] < at < rows[-1]), -1)
        table = self.table()
        for at in rows:
            self.row(lines[at], lines[at], table, at < head, self._row_cells(lines[at]))
        return lines[-1].number + 1

    def _row_cells(self, line: Line) -> list[Text]:
        """The cells between bars; the last bar may be missing."""
        bars = [at for at, sign in enumerate(line.text) if sign == "|"]
        bounds = list(zip(bars, [*bars[1:], len(line.text)], strict=True))
        if not line.text[bars[-1] + 1 :].strip():
            bounds.pop()
        cells: list[Text] = []
        for place, part in line.cuts((bar + 1, end) for bar, end in bounds):
            kept = part.strip()
            blanks = len(part) - len(part.lstrip())
            words = [Segment(place + len(part[:blanks].encode()), kept)] if kept else []
            cells.append(self.cell(words, place + (part[:1] == " ")))
        return cells
