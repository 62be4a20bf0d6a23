"""reStructuredText's lines as blocks.

What a line means depends on what stands above it, so each block is recognised by its first line and
takes the lines that belong to it. Where docutils would report an error, such as a list right below a
line that introduces it, the lines are read as whoever wrote them meant them.
"""

from __future__ import annotations

import re

from .blocks import BlockKind, Text
from .lined import CODE, LEADS, TITLE, Container, Line, Lined, stated
from .lined_text import Segment
from .reading import Source
from .rst_tables import DRAWN, NO_ROOM, ListCell, grid, list_rows, simple, width
from .rst_words import read

_BULLET = re.compile(r"[-*+•‣⁃](?=[ \t]|$)")
_NUMBER = re.compile(r"\(?(?:(\d{1,9})|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}|#)\)(?=[ \t]|$)"
                     r"|(?:(\d{1,9})|[A-Za-z]|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}|#)\.(?=[ \t]|$)")  # fmt: skip
_FIELD = re.compile(r":(?![: ])((?:[^:\\]|\\.|:(?=\S)(?!`)){1,200}?)(?<! ):(?=[ \t]|$)")
_ADORNED = re.compile(r"([!-/:-@[-`{-~])\1*")
_GRID = re.compile(r"\+-[-+]*-\+")
_SIMPLE = re.compile(r"=+(?:[ ]+=+)+")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_TARGET = re.compile(r"_(?:`([^`]{1,200})`|((?:[^:\\]|\\.){0,200}?)):(?:[ \t]+(\S.*))?$")
_FOOTNOTE = re.compile(r"\[(?:\d{1,9}|[#*]|#?[\w.-]{1,60})\](?=[ \t]|$)")
_SUBSTITUTION = re.compile(r"\|[^|]{1,200}\|[ \t]")
_DIRECTIVE = re.compile(r"(?:[\w.+-]{1,30}:)?(\w(?:[\w.+-]{0,60}\w)?)[ \t]?::(?:[ \t]+|$)")
_LINE = re.compile(r"\|(?=[ \t]|$)")
_OPTION = re.compile(r":[\w-]{1,60}:(?=[ \t]|$)")
_ADMONITIONS = frozenset(
    "attention caution danger error hint important note tip warning seealso versionadded versionchanged "
    "deprecated todo container compound class rst-class epigraph highlights pull-quote only footer header "
    "table rubric centered hlist tabs grid aside".split()
)
_TITLED = frozenset("admonition topic sidebar dropdown details collapse tab tab-item card grid-item".split())


class Blocks(Lined):
    """Collects the blocks of one document."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, read)
        self._titles: list[str] = []
        """The kinds of underlines in the order in which they came, which is their level."""
        self._head = True
        """Nothing but titles so far, so that a field tells of the document."""
        self._above: Container | None = None
        """The item that the current line has closed."""

    def _block(self, index: int) -> int:
        line = self.line(index)
        if not line.text:
            return index + 1
        self._close(line)
        if line.indent > self.top.indent and not self.deep:
            self.open(line.indent, quoted=True)
        for rule in (self._item, self._field, self._explicit, self._table, self._verbatim, self._title):
            after = rule(line)
            if after >= 0:
                return after
        return self._words(line)

    def _close(self, line: Line) -> None:
        """Closes what ends left of this line."""
        self._above = None
        count = 0
        while self._stack[-1 - count].indent > line.indent:
            self._above = self._stack[-1 - count]
            count += 1
        self._pop(count)

    def _under(self, line: Line) -> int:
        """The column of what stands on the lines below ``line`` and belongs to it."""
        below = self.line(line.index + 1)
        return below.indent if below.text and below.indent > line.indent else line.indent + 1

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
        return line.index if rest.text else line.index + 1

    def _numbered(self, line: Line) -> bool:
        """Whether a line that starts like a number is one: a sentence that starts so goes on below it."""
        below = self.line(line.index + 1)
        return not below.text or below.indent > line.indent or bool(_NUMBER.match(below.text)) or (
            below.indent < line.indent
        )  # fmt: skip

    def _field(self, line: Line) -> int:
        found = _FIELD.match(line.text)
        if found is None:
            return -1
        rest = line.after(found.end())
        if self._head and not self.top.indent and rest.text:
            end = self.below(line.index, line.indent)
            value = " ".join(part.text for part in [rest, *self.lines(line.index + 1, end)] if part.text)
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
        return last.index + 1

    def _lines(self, line: Line, indent: int) -> tuple[Line, list[Segment]]:
        """The last line of the paragraph that starts on ``line``, and the lines below its first."""
        segments = []
        while True:
            below = self.line(line.index + 1)
            if not below.text or below.indent < indent:
                return line, segments
            segments.append(below.segment)
            line = below

    # Explicit markup

    def _explicit(self, line: Line) -> int:
        if line.text.startswith("__ "):
            self._head = False
            return line.index + 1
        found = _EXPLICIT.match(line.text)
        if found is None:
            return -1
        rest = line.after(found.end())
        target, footnote = _TARGET.match(rest.text), _FOOTNOTE.match(rest.text)
        directive = _DIRECTIVE.match(rest.text)
        if target:
            end = self.below(line.index, line.indent)
            parts = [target[3] or "", *(part.text for part in self.lines(line.index + 1, end))]
            name = (target[1] or target[2] or "").replace("\\", "")
            self.definitions.setdefault(" ".join(name.lower().split()), "".join(parts))
            return end
        if footnote and not self.deep:
            return self._body(line, rest.after(footnote.end()))
        if directive and not _SUBSTITUTION.match(rest.text):
            return self._directive(line, rest.after(directive.end()), directive[1].lower())
        for part in [rest, *self.lines(line.index + 1, self.below(line.index, line.indent))]:
            self.note(part, part.text)
        return self.below(line.index, line.indent)

    def _body(self, line: Line, rest: Line) -> int:
        """Opens what ``line`` contains, of which ``rest`` is the first line."""
        self._head = False
        indent = self._under(line)
        self._fresh = -1
        self.open(indent)
        if rest.text:
            self._rest = rest._replace(indent=indent)
            return line.index
        return line.index + 1

    def _directive(self, line: Line, rest: Line, name: str) -> int:
        end = self.below(line.index, line.indent)
        options, first = self._options(line, end)
        if name == "list-table" and not self.deep:
            return self._list_table(line, first, end)
        titled = name in _TITLED or name in ("table", "rubric", "centered")
        if titled and rest.text:
            self._head = False
            self._fresh = -1
            self.add(BlockKind.PARAGRAPH, rest, rest, self.text([rest.segment], anchor=TITLE))
            rest = rest.after(len(rest.text))
        if name in (_TITLED | _ADMONITIONS) and not self.deep:
            if rest.text and first > options:
                # Its first words end where its options start.
                self._fresh = -1
                words = [rest, *self.lines(line.index + 1, options)]
                self.paragraph(rest, words[-1], [part.segment for part in words])
                rest = rest.after(len(rest.text))
            self._body(line, rest)
            return line.index if rest.text else first
        if name not in ("contents", "toctree", "image", "include", "index", "meta"):
            self._head = False
            self.code(line, self._last_of(line, end))
        return end

    def _options(self, line: Line, end: int) -> tuple[int, int]:
        """Where a directive's options start and end; without any, both are the line below it."""
        index = line.index + 1
        while index < end and self.line(index).text and not _OPTION.match(self.line(index).text):
            index += 1
        if index >= end or not self.line(index).text:
            return line.index + 1, line.index + 1
        first = index
        while index < end and self.line(index).text:
            index += 1
        return first, index

    def _last_of(self, line: Line, end: int) -> Line:
        """The last line with something on it from ``line`` to before ``end``."""
        return self.line(end - 1) if end - 1 > line.index else line

    def _list_table(self, line: Line, first: int, end: int) -> int:
        header = 0
        for option in self.lines(line.index + 1, first):
            if option.text.startswith(":header-rows:") and option.text[13:].strip().isdigit():
                header = int(option.text[13:].strip()[:6])
        rows = list_rows(list(self.lines(first, end)))
        table = self.table()
        for number, row in enumerate(rows):
            cells = [self._list_cell(cell) for cell in row]
            self.row(row[0].lines[0], row[-1].lines[-1], table, number < header, cells)
        return end

    def _list_cell(self, cell: ListCell) -> Text:
        if not cell.words:
            room = cell.place + 1
            if self.data[cell.place : room] == b" ":
                return self.cell([], room)
            return Text(cell.place, cell.place, anchor=NO_ROOM)
        words, stop = [line.segment for line in cell.words], cell.words[cell.first - 1].end
        first = cell.words[cell.first - 1].text
        refused = CODE if first.endswith("::") or _EXPLICIT.match(cell.words[0].text) else None
        return self.cell(words, cell.place, stop=stop, anchor=refused)

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
        return lines[-1].index + 1

    def _drawn(self, line: Line) -> list[Line]:
        """The lines of a table drawn from ``line`` on."""
        lines, borders, grid = [line], 1, line.text[0] == "+"
        while True:
            below = self.line(lines[-1].index + 1)
            if below.index >= self.count or (below.text and below.indent < line.indent):
                return lines if grid else []
            if grid and (below.text[:1] not in ("+", "|") or below.indent != line.indent):
                return lines
            lines.append(below)
            if not grid and _SIMPLE.fullmatch(below.text) and below.indent == line.indent:
                borders += 1
                if borders == 3 or not self.line(below.index + 1).text:
                    return lines

    def _verbatim(self, line: Line) -> int:
        """An interactive session, or lines that a bar keeps apart."""
        if line.text.startswith(">>> "):
            last, _ = self._lines(line, 0)
            self._head = False
            self.code(line, last)
            return last.index + 1
        if not _LINE.match(line.text):
            return -1
        self._head = False
        words, last = [line.after(1).segment], line
        while True:
            below = self.line(last.index + 1)
            barred = bool(_LINE.match(below.text))
            if not below.text or below.indent < line.indent or not (barred or below.indent > line.indent):
                break
            words.append(below.after(1).segment if barred else below.segment)
            last = below
        words = [segment for segment in words if segment.text]
        if words:
            self.paragraph(line, last, words)
        return last.index + 1

    # Words

    def _title(self, line: Line) -> int:
        """A title with a line below it, or also above it; or a line of its own."""
        if len(self._stack) > 1:
            return -1
        below, under = self.line(line.index + 1), self.line(line.index + 2)
        if _ADORNED.fullmatch(line.text):
            if below.text and under.text == line.text and len(line.text) > 1 and under.indent == line.indent:
                self.heading(line, under, [below.segment], self._level(line.text[0] * 2))
                return under.index + 1
            if len(line.text) >= 4 and not below.text:
                self._head = False
                self.rule(line)
                return below.index
            return -1
        if not _ADORNED.fullmatch(below.text) or below.indent != line.indent or below.text in ("::", ".."):
            return -1
        if len(below.text) < 4 and len(below.text) < width(line.text):
            return -1
        self.heading(line, below, [line.segment], self._level(below.text[0]))
        return below.index + 1

    def _level(self, kind: str) -> int:
        if kind not in self._titles:
            self._titles.append(kind)
        return self._titles.index(kind) + 1

    def _words(self, line: Line) -> int:
        """A paragraph, or the term of a definition."""
        self._head = False
        below = self.line(line.index + 1)
        if below.text and below.indent > line.indent and self._fresh < 0 and not self.deep:
            if not line.text.endswith("::"):
                return self._term(line, below)
        last, words = line, [line.segment]
        while True:
            below = self.line(last.index + 1)
            if not below.text or below.indent < line.indent:
                break
            if below.indent > line.indent and self._fresh < 0:
                break
            if last.text.endswith(":") and _BULLET.match(below.text):
                self.paragraph(line, last, words, anchor=LEADS)
                return below.index
            words.append(below.segment)
            last = below
        if not last.text.endswith("::"):
            self.paragraph(line, last, words)
            return last.index + 1
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
        return below.index

    def _literal(self, line: Line, last: Line) -> int:
        """The code behind a paragraph that ends in two colons."""
        index = last.index + 1
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
            return last.index + 1
        self.code(first, self.line(end - 1))
        return end
