"""What starts with two dots in reStructuredText: directives, targets, notes, comments."""

from __future__ import annotations

import re

from .blocks import BlockKind, Text
from .line import CODE, TITLE, Line, words_of
from .lined import Lined
from .lined_text import Reader
from .reading import Source
from .rst_tables import NO_ROOM, ListCell, list_rows

_EXPLICIT = re.compile(r"\.\.(?:[ \t]+|$)")
_TARGET = re.compile(r"_(?:`([^`]{1,200})`|((?:[^:\\]|\\.){0,200}?)):(?:[ \t]+(\S.*))?$")
_FOOTNOTE = re.compile(r"\[(?:\d{1,9}|[#*]|#?[\w.-]{1,60})\](?=[ \t]|$)")
_SUBSTITUTION = re.compile(r"\|[^|]{1,200}\|[ \t]")
_DIRECTIVE = re.compile(r"(?:[\w.+-]{1,30}:)?(\w(?:[\w.+-]{0,60}\w)?)[ \t]?::(?:[ \t]+|$)")
_OPTION = re.compile(r":[\w-]{1,60}:(?=[ \t]|$)")
# What they hold is text like any other; of all others it is not known.
_ADMONITIONS = words_of(
    "attention caution danger error hint important note tip warning seealso versionadded "
    "versionchanged deprecated todo container compound class rst-class epigraph highlights pull- "
    "quote only footer header table hlist tabs grid"
)
_TITLED = words_of("admonition topic sidebar dropdown details collapse tab tab-item card grid-item")


class Explicit(Lined):
    """Reads explicit markup. What stands inside is left to the rules for all blocks."""

    def __init__(self, source: Source, reader: Reader) -> None:
        super().__init__(source, reader)
        self._head = True
        """Nothing but titles so far, so that a field tells of the document."""

    def _under(self, line: Line) -> int:
        """The column of what stands on the lines below ``line`` and belongs to it."""
        below = self.line(line.number + 1)
        return below.indent if below.text and below.indent > line.indent else line.indent + 1

    def _explicit(self, line: Line) -> int:
        if line.text.startswith("__ "):
            self._head = False
            return line.number + 1
        found = _EXPLICIT.match(line.text)
        if found is None:
            return -1
        rest = line.after(found.end())
        target, footnote = _TARGET.match(rest.text), _FOOTNOTE.match(rest.text)
        directive = _DIRECTIVE.match(rest.text)
        if target:
            end = self.below(line.number, line.indent)
            parts = [target[3] or "", *(part.text for part in self.lines(line.number + 1, end))]
            name = (target[1] or target[2] or "").replace("\\", "")
            self.definitions.setdefault(" ".join(name.lower().split()), "".join(parts))
            return end
        if footnote and not self.deep:
            return self._body(line, rest.after(footnote.end()))
        if directive and not _SUBSTITUTION.match(rest.text):
            return self._directive(line, rest.after(directive.end()), directive[1].lower())
        for part in [rest, *self.lines(line.number + 1, self.below(line.number, line.indent))]:
            self.note(part, part.text)
        return self.below(line.number, line.indent)

    def _body(self, line: Line, rest: Line) -> int:
        """Opens what ``line`` contains, of which ``rest`` is the first line."""
        self._head = False
        indent = self._under(line)
        self._fresh = -1
        self.open(indent)
        if rest.text:
            self._rest = rest._replace(indent=indent)
            return line.number
        return line.number + 1

    def _directive(self, line: Line, rest: Line, name: str) -> int:
        end = self.below(line.number, line.indent)
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
                words = [rest, *self.lines(line.number + 1, options)]
                self.paragraph(rest, words[-1], [part.segment for part in words])
                rest = rest.after(len(rest.text))
            self._body(line, rest)
            return line.number if rest.text else first
        if name not in ("contents", "toctree", "image", "include", "index", "meta"):
            self._head = False
            self.code(line, self._last_of(line, end))
        return end

    def _options(self, line: Line, end: int) -> tuple[int, int]:
        """Where a directive's options start and end; without any, both are the line below it."""
        index = line.number + 1
        while index < end and self.line(index).text and not _OPTION.match(self.line(index).text):
            index += 1
        if index >= end or not self.line(index).text:
            return line.number + 1, line.number + 1
        first = index
        while index < end and self.line(index).text:
            index += 1
        return first, index

    def _last_of(self, line: Line, end: int) -> Line:
        """The last line with something on it from ``line`` to before ``end``."""
        return self.line(end - 1) if end - 1 > line.number else line

    def _list_table(self, line: Line, first: int, end: int) -> int:
        header = 0
        for option in self.lines(line.number + 1, first):
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
