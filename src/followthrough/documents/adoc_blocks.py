"""AsciiDoc's lines as blocks.

Nesting follows the signs of lists and the lines that enclose blocks, never indentation.
"""

from __future__ import annotations

import re

from .adoc_lines import ATTRIBUTES, DELIMITER, SECTION, AdocLines
from .adoc_tables import COPIED, COPY, Cell, cells, column_count, has_header, rows, segments
from .adoc_words import LABEL, read_labelled
from .blocks import Anchor, BlockKind, Text
from .line import CODE, HEADING, LEADS, NO_CELL, TITLE, Line, words_of
from .lined_text import Segment
from .reading import too_many

_UNDERLINE = re.compile(r"([=\-~^+])\1+")
_RULE = re.compile(r"'{3,}|-{3}|\*{3}|_{3}|- - -|\* \* \*|_ _ _|<{3,}")
_TITLE_LINE = re.compile(r"\.(?=[^\s.])")
_LITERAL = words_of(
    "source listing literal stem latexmath asciimath pass csv mermaid plantuml ditaa graphviz dot"
)
REPEATED = Anchor(refusal="it is repeated in several cells, and a link would be as well")
BRACKETED = Anchor(
    refusal="a line of it starts with a bracket, and would be read as attributes if it ended with one"
)
SHORT = Anchor(refusal="its row has too few cells, and is left out when the document is rendered")
_QUOTES = frozenset(("quote", "verse"))


class Blocks(AdocLines):
    """Collects the blocks of one document, whose text starts behind its front matter."""

    def _block(self, index: int) -> int:
        line = self.line(index)
        if not line.text:
            self._gap = True
            return index + 1
        return self._first(
            line, self._aside, self._closed, self._item, self._leave, self._enclosed, self._title, self._words
        )

    def _closed(self, line: Line) -> int:
        """The line that ends an enclosed block."""
        if len(line.text) > 1 and DELIMITER.fullmatch(line.text):
            for depth, container in enumerate(reversed(self._stack), 1):
                if container.column < 0 and container.shape == line.text:
                    self._pop(depth)
                    self._gap = True
                    return line.number + 1
        return -1

    def _leave(self, line: Line) -> int:
        """A block that nothing attaches to the list above ends it."""
        if not self._attached and not (self._gap and self._indented(line)):
            self._pop(self._lists_open())
        return -1

    def _lists_open(self) -> int:
        """How many list items are open inside the innermost enclosed block."""
        count = 0
        while self._stack[-1 - count].column >= 0:
            count += 1
        return count

    def _indented(self, line: Line) -> bool:
        return line.indent > 0

    # Lists

    def _item(self, line: Line) -> int:
        marker = self._marker(line)
        if marker is None or self.deep or self._style() in _LITERAL:
            return -1
        list_id = -1
        open_items = self._lists_open()
        if self._attributes and self._gap and not self._attached:
            self._pop(open_items)
            open_items = 0
        for depth in range(1, open_items + 1):
            if self._stack[-depth].shape == marker[1]:
                list_id = self._stack[-depth].list_id
                self._pop(depth)
                break
        self._begin()
        rest = self.item(line, marker[0], marker[2], marker[1], list_id, indent=0)
        if marker[0]:
            last, words = self._gather(rest, item=True)
            self.paragraph(rest, last, words)
            return last.number + 1
        return self._labelled(line)

    def _labelled(self, line: Line) -> int:
        """A term and its description, which may stand on a line below."""
        label = LABEL.match(line.text)
        end = label.end(2) if label else 0
        rest = line.after(end)
        if rest.text:
            last, words = self._gather(line, item=True)
            self.paragraph(line, last, words, reader=read_labelled)
            return last.number + 1
        index = line.number + 1
        while index < self.count and not self.line(index).text:
            index += 1
        below = self.line(index)
        term = line.cut(0, end)
        if not below.text or self._starts(below, item=True):
            self.paragraph(line, line, [term], reader=read_labelled, anchor=LEADS)
            return line.number + 1
        last, words = self._gather(below, item=True)
        self.paragraph(line, last, [term, *words], reader=read_labelled)
        return last.number + 1

    # Blocks between lines

    def _enclosed(self, line: Line) -> int:
        if not DELIMITER.fullmatch(line.text):
            return -1
        sign = line.text[0]
        style = self._style()
        if line.text[1:4] == "===" and sign in "|,:!":
            return self._table(line, self._begin())
        if sign == "/":
            return self._end_of(line, line.text) + 1
        if sign in ".+`" or (sign == "-" and len(line.text) > 2) or style in _LITERAL or self.deep:
            self._begin()
            close = "`" * (len(line.text) - len(line.text.lstrip("`"))) if sign == "`" else line.text
            end = self._end_of(line, close)
            self.code(line, self.line(min(end, self.count - 1)))
            self._gap = True
            return end + 1
        self._begin()
        self.open(0, quoted=sign == "_" or style in _QUOTES, shape=line.text)
        self._gap = True
        return line.number + 1

    def _end_of(self, line: Line, close: str) -> int:
        """The line with ``close`` below ``line``, or the one behind the last."""
        index = line.number + 1
        while index < self.count and self.line(index).text != close:
            index += 1
        return index

    def _table(self, line: Line, attributes: str) -> int:
        end = self._end_of(line, line.text)
        self._gap = True
        if line.text[0] not in "|!" or re.search(r"(?:format|separator)\s*=", attributes):
            self.code(line, self.line(min(end, self.count - 1)))
            return end + 1
        lines = list(self.lines(line.number + 1, end))
        first = next((at for at, each in enumerate(lines) if each.text), 0)
        count = column_count(attributes, lines, line.text[0])
        header = has_header(attributes, lines)
        table = self.table()
        found = cells(lines[first:], line.text[0])
        if len(found) > count * self.source.limits.blocks:
            raise too_many(self.source, "rows", self.source.limits.blocks)
        for number, row in enumerate(rows(found, count)):
            real = [cell for cell in row.cells if cell is not None]
            last = max(
                [cell.line for cell in real] + [part for cell in real for part in cell.words if part.text]
            )
            texts = [self._cell(cell, real[0], row.whole) for cell in row.cells]
            self.row(real[0].line, last, table, header and number == 0, texts)
        return end + 1

    def _cell(self, cell: Cell | None, first: Cell, whole: bool) -> Text:
        """A cell; ``whole`` is whether its row has all its cells."""
        if cell is None or cell.style == COPY:
            return Text(first.place, first.place, anchor=NO_CELL)
        words, stop = segments(cell)
        anchor = None if whole else SHORT
        if cell.style == COPIED:
            anchor = REPEATED
        if any(line.text.startswith("[") for line in cell.words):
            anchor = BRACKETED
        if cell.style in ("l", "m") or (cell.style == "a" and _nested(cell)):
            anchor = CODE
        place = cell.place + (self.data[cell.place : cell.place + 1] == b" ")
        return self.cell(words, place, stop=stop, anchor=anchor)

    # Words

    def _title(self, line: Line) -> int:
        """Titles of sections and blocks, and rules."""
        if _RULE.fullmatch(line.text):
            self._begin()
            self.rule(line)
            return line.number + 1
        title = _TITLE_LINE.match(line.text)
        if title and not line.indent:
            self.header.over = True
            self._fresh = -1
            self.add(BlockKind.PARAGRAPH, line, line, self.text([line.cut(1, len(line.text))], anchor=TITLE))
            return line.number + 1
        found = SECTION.match(line.text)
        if found and not line.indent:
            rest = line.after(found.end())
            bare = rest.text.removesuffix(found[1])
            closed = bare != rest.text and bare[-1:] in (" ", "\t")
            words = [rest.cut(0, len(bare.rstrip(" \t") if closed else rest.text))]
            return self._heading(line, line, words, len(found[1]))
        below = self.line(line.number + 1)
        underlined = _UNDERLINE.fullmatch(below.text) and abs(len(below.text) - len(line.text)) < 2
        if underlined and self._gap and re.search(r"\w", line.text) and not line.indent:
            return self._heading(line, below, [line.segment], "=-~^+".index(below.text[0]) + 1)
        return -1

    def _heading(self, line: Line, last: Line, words: list[Segment], level: int) -> int:
        if any(container.shape for container in self._stack[1:] if container.column < 0):
            if self._style() not in ("discrete", "float"):
                return -1
            self._begin()
            self.add(BlockKind.HEADING, line, last, self.text(words, anchor=HEADING), level=min(level, 6))
            return last.number + 1
        over = self.header.over
        self._begin()
        self.heading(line, last, words, level)
        self._gap = True
        return self.header.below(self, last) if level == 1 and not over else last.number + 1

    def _words(self, line: Line) -> int:
        literal = self._style() in _LITERAL or (self._gap and self._indented(line))
        quoted = self._style() in _QUOTES
        self._begin()
        last, words = self._gather(line, item=False)
        if literal:
            self.code(line, last)
            return last.number + 1
        below = self.line(last.number + 1)
        leads = bool(below.text) and self._leads(last, below)
        if quoted:
            self.open(0, quoted=True)
        self.paragraph(line, last, words, anchor=LEADS if leads else None)
        if quoted:
            self._pop(1)
        return last.number + 1


def _nested(cell: Cell) -> bool:
    """Whether the words of a cell start with a block that is no paragraph."""
    first = next((line.text for line in cell.words if line.text), "")
    return bool(DELIMITER.fullmatch(first) or ATTRIBUTES.fullmatch(first))
