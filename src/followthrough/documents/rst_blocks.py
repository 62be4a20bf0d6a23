"""reStructuredText's lines as blocks.

What a line means depends on what stands above it, so each block is recognised by its first line and
takes the lines that belong to it. Where docutils would report an error, such as a list right below a
line that introduces it, the lines are read as whoever wrote them meant them.
"""

from __future__ import annotations

import re

from .blocks import Text
from .line import LEADS, Container, Line, stated
from .lined_text import Segment
from .reading import Source
from .rst_explicit import Explicit
from .rst_tables import DRAWN, grid, simple, width
from .rst_words import read

_BULLET = re.compile(r"[-*+•‣⁃](?=[ \t]|$)")
_NUMBER = re.compile(r"\(?(?:(\d{1,9})|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}|#)\)(?=[ \t]|$)"
                     r"|(?:(\d{1,9})|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}|#)\.(?=[ \t]|$)")  # fmt: skip
_FIELD = re.compile(r":(?![: ])((?:[^:\\]|\\.|:(?=\S)(?!`)){1,200}?)(?<! ):(?=[ \t]|$)")
_ADORNED = re.compile(r"([!-/:-@[-`{-~])\1*")
_GRID = re.compile(r"\+-[-+]*-\+")
_SIMPLE = re.compile(r"=+(?:[ ]+=+)+")
_LINE = re.compile(r"\|(?=[ \t]|$)")
_LONGEST = 1000
"""Lines of a table; a longer one is read as words."""


class Blocks(Explicit):
    """Collects the blocks of one document."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, read)
        self._titles: list[str] = []
        """The kinds of underlines in the order in which they came, which is their level."""
        self._above: Container | None = None
        """The item that the current line has closed."""

    def _block(self, index: int) -> int:
        line = self.line(index)
        if not line.text:
            return index + 1
        self._close(line)
        if line.indent > self.top.indent and not self.deep:
            self.open(line.indent, quoted=True)
        return self._first(
            line,
            self._item,
            self._field,
            self._explicit,
            self._table,
            self._verbatim,
            self._title,
            self._words,
        )

    def _close(self, line: Line) -> None:
        """Closes what ends left of this line."""
        self._above = None
        count = 0
        while self._stack[-1 - count].indent > line.indent:
            self._above = self._stack[-1 - count]
            count += 1
        self._pop(count)

    # Lists

    def _item(self, line: Line) -> int:
        found = _BULLET.match(line.text)
        number = None
        if found is None:
            found = _NUMBER.match(line.text)
            if found is None or not self._numbered(line):
                return -1
            number = next((int(digits) for digits in found.groups() if digits), None)
        if self.deep:
            return -1
        marker = found[0]
        shape = marker if _BULLET.match(marker) else re.sub(r"\w+|#", "1", marker)
        above = self._above
        same = above is not None and (above.column, above.shape) == (line.indent, shape)
        self._head = False
        indent = {} if line.text[len(marker) :] else {"indent": self._under(line)}
        rest = self.item(line, marker, number, shape, above.list_id if same and above else -1, **indent)
        return line.number if rest.text else line.number + 1

    def _numbered(self, line: Line) -> bool:
        """Whether a line that starts like a number is one: a sentence that starts so goes on below it."""
        below = self.line(line.number + 1)
        return not below.text or below.indent > line.indent or bool(_NUMBER.match(below.text)) or (
            below.indent < line.indent
        )  # fmt: skip

    def _field(self, line: Line) -> int:
        found = _FIELD.match(line.text)
        if found is None:
            return -1
        rest = line.after(found.end())
        if self._head and not self.top.indent and rest.text:
            end = self.below(line.number, line.indent)
            value = " ".join(part.text for part in [rest, *self.lines(line.number + 1, end)] if part.text)
            self.metadata.setdefault(found[1].strip().lower(), stated(value))
            return end
        self._head = False
        last, indent = line, self._under(line)
        if rest.text:
            # The colon behind the name is no markup to a reader: the name stands in front of its value.
            last, lines = self._lines(line, indent)
            self.paragraph(line, last, [line.cut(1, len(line.text)), *lines])
        else:
            self.paragraph(line, line, [line.cut(1, found.end())], anchor=LEADS)
        self.open(indent, column=line.indent)
        return last.number + 1

    def _lines(self, line: Line, indent: int) -> tuple[Line, list[Segment]]:
        """The last line of the paragraph that starts on ``line``, and the lines below its first."""
        segments: list[Segment] = []
        while True:
            below = self.line(line.number + 1)
            if not below.text or below.indent < indent:
                return line, segments
            segments.append(below.segment)
            line = below

    # What is drawn or set as it stands

    def _table(self, line: Line) -> int:
        drawn = grid if _GRID.fullmatch(line.text) else simple if _SIMPLE.fullmatch(line.text) else None
        if drawn is None:
            return -1
        lines = self._drawn(line)
        rows = drawn(lines)
        if not rows:
            return -1
        self._head = False
        table = self.table()
        for row in rows:
            cells: list[Text] = [self.cell(words, row.first.start, anchor=DRAWN) for words in row.cells]
            self.row(row.first, row.last, table, row.header, cells)
        return lines[-1].number + 1

    def _drawn(self, line: Line) -> list[Line]:
        """The lines of a table drawn from ``line`` on."""
        lines, borders, grid = [line], 1, line.text[0] == "+"
        while True:
            below = self.line(lines[-1].number + 1)
            if below.number >= min(self.count, line.number + _LONGEST) or (
                below.text and below.indent < line.indent
            ):
                return lines if grid else []
            if grid and (below.text[:1] not in ("+", "|") or below.indent != line.indent):
                return lines
            lines.append(below)
            if not grid and _SIMPLE.fullmatch(below.text) and below.indent == line.indent:
                borders += 1
                if borders == 3 or not self.line(below.number + 1).text:
                    return lines

    def _verbatim(self, line: Line) -> int:
        """An interactive session, or lines that a bar keeps apart."""
        if line.text.startswith(">>> "):
            last, _ = self._lines(line, 0)
            self._head = False
            self.code(line, last)
            return last.number + 1
        if not _LINE.match(line.text):
            return -1
        self._head = False
        words, last = [line.after(1).segment], line
        while True:
            below = self.line(last.number + 1)
            barred = bool(_LINE.match(below.text))
            if not below.text or below.indent < line.indent or not (barred or below.indent > line.indent):
                break
            words.append(below.after(1).segment if barred else below.segment)
            last = below
        words = [segment for segment in words if segment.text]
        if words:
            self.paragraph(line, last, words)
        return last.number + 1

    # Words

    def _title(self, line: Line) -> int:
        """A title with a line below it, or also above it; or a line of its own."""
        if len(self._stack) > 1:
            return -1
        below, under = self.line(line.number + 1), self.line(line.number + 2)
        if _ADORNED.fullmatch(line.text):
            if below.text and under.text == line.text and len(line.text) > 1 and under.indent == line.indent:
                self.heading(line, under, [below.segment], self._level(line.text[0] * 2))
                return under.number + 1
            if len(line.text) >= 4 and not below.text:
                self._head = False
                self.rule(line)
                return below.number
            return -1
        if not _ADORNED.fullmatch(below.text) or below.indent != line.indent or below.text in ("::", ".."):
            return -1
        if len(below.text) < 4 and len(below.text) < width(line.text):
            return -1
        self.heading(line, below, [line.segment], self._level(below.text[0]))
        return below.number + 1

    def _level(self, kind: str) -> int:
        if kind not in self._titles:
            self._titles.append(kind)
        return self._titles.index(kind) + 1

    def _words(self, line: Line) -> int:
        """A paragraph, or the term of a definition."""
        self._head = False
        below = self.line(line.number + 1)
        deeper = below.text and below.indent > line.indent
        if deeper and self._fresh < 0 and not self.deep and not line.text.endswith("::"):
            return self._term(line, below)
        last, words = line, [line.segment]
        while True:
            below = self.line(last.number + 1)
            if not below.text or below.indent < line.indent:
                break
            if below.indent > line.indent and self._fresh < 0:
                break
            if last.text.endswith(":") and _BULLET.match(below.text):
                self.paragraph(line, last, words, anchor=LEADS)
                return below.number
            words.append(below.segment)
            last = below
        if not last.text.endswith("::"):
            self.paragraph(line, last, words)
            return last.number + 1
        kept = words[-1].text[:-2]
        tail = 0 if not kept or kept[-1].isspace() else 1
        words[-1] = Segment(words[-1].start, (kept + ":" if tail else kept.rstrip()))
        words = [segment for segment in words if segment.text]
        if words:
            self.paragraph(line, last, words, tail=tail)
        return self._literal(line, last)

    def _term(self, line: Line, below: Line) -> int:
        above = self._above
        same = above is not None and (above.column, above.shape) == (line.indent, "term")
        list_id = above.list_id if same and above else -1
        self.item(line, "", None, "term", list_id, indent=below.indent)
        self.paragraph(line, line, [line.segment])
        return below.number

    def _literal(self, line: Line, last: Line) -> int:
        """The code behind a paragraph that ends in two colons."""
        index = last.number + 1
        while index < self.count and not self.line(index).text:
            index += 1
        first = self.line(index)
        end = index
        if first.text and first.indent > line.indent:
            end = self.below(index, line.indent)
        elif first.indent == line.indent and _ADORNED.match(first.text):
            while self.line(end).text[:1] == first.text[:1] != "" and self.line(end).indent == line.indent:
                end += 1
        if end == index:
            return last.number + 1
        self.code(first, self.line(end - 1))
        return end
