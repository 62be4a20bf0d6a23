"""Org's lines as blocks.

A headline with the state of a task is an item, unless other headlines divide what stands below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .blocks import Anchor, BlockKind
from .line import Container, Line, stated, words_of
from .lined_text import Segment
from .org_outline import Headline, Outline
from .org_tables import Tables
from .org_words import LABEL, read, read_headline, read_labelled, read_task
from .reading import Source

_ITEM = re.compile(r"([-+*])(?=[ \t]|$)|(?:(\d{1,9})|[A-Za-z])[.)](?=[ \t]|$)")
_COUNTER = re.compile(r"\[@(\d{1,9})\]")
_KEYWORD = re.compile(r"#\+([\w-]{1,60}):[ \t]*(.*)")
_BEGIN = re.compile(r"#\+begin_(\S{1,60})(?:[ \t].*)?", re.IGNORECASE)
_END = re.compile(r"#\+end_(\S{1,60})", re.IGNORECASE)
_COMMENT = re.compile(r"#(?:[ \t]+(.*))?")
_DRAWER = re.compile(r":([\w-]{1,60}):")
_PROPERTY = re.compile(r":([^\s:][^\s:]{0,60}):[ \t]+(.*)")
_PLANNING = re.compile(r"(?:DEADLINE|SCHEDULED|CLOSED):[ \t]*[<\[]\d{4}-.*")
_DEADLINE = re.compile(r"DEADLINE:[ \t]*<\d{4}-\d\d-\d\d[^<>]{0,60}>")
_RULE = re.compile(r"-{5,}")
_DATE = re.compile(r"[<\[](\d{4}-\d\d-\d\d[^<>\[\]]{0,60})[>\]]")
_CODE = frozenset(("src", "example", "export", "comment"))
_TELLING_NOTHING = words_of(
    "options startup property setupfile include tblfm results name header html latex html_head "
    "latex_header macro link seq_todo typ_todo todo caption filetags tags columns archive plot call "
    "bind"
)
_KEPT_FOR_ORG = words_of(
    "id custom_id created category effort ordered visibility style logging columns cookie_data"
)
_TOLD = words_of("owner assignee assigned responsible due priority")
_PROPERTY_LINE = Anchor(refusal="it is a property of its headline, which has room for a value only")


class Blocks(Tables):
    """Collects the blocks of one document."""

    boxes = (b" ", b"X")  # Org knows no other tick than a capital one

    def __init__(self, source: Source) -> None:
        super().__init__(source, read)
        self._outline = Outline(self.lines(0, self.count))
        self._empty = 0
        self._above: Container | None = None

    def boxed(self, sign: str) -> bool:
        return sign in " X-x"

    def _block(self, index: int) -> int:
        line = self.line(index)
        if not line.text:
            self._empty += 1
            return index + 1
        headline = self._outline.headline(line)
        if headline:
            return self._headline(line, headline)
        self._close(line)
        self._empty = 0
        return self._first(
            line, self._item, self._hash, self._drawer, self._verbatim, self._table, self._words
        )

    def _close(self, line: Line) -> None:
        """Closes the list items that end left of this line; two blank lines end them all."""
        self._above = None
        count = 0
        while self._stack[-1 - count].column >= (line.indent if self._empty < 2 else 0):
            self._above = self._stack[-1 - count] if self._empty < 2 else None
            count += 1
        self._pop(count)

    # Headlines

    def _headline(self, line: Line, found: Headline) -> int:
        self._empty = 0
        self._head = self._head and not self.blocks
        if found.words.text.split(None, 1)[:1] == ["COMMENT"]:
            return self._skipped(line, found.level)
        below = self.line(line.number + 1)
        planned = bool(_PLANNING.fullmatch(below.text))
        words, stop, last = [found.segment], found.words.end, line
        if not found.state or line.number in self._outline.divided:
            self._pop(len(self._stack) - 1)
            self.heading(line, line, words, found.level, reader=read_task if found.state else read_headline)
            return line.number + 1 + planned
        shape = f"*{found.level}"
        list_id = self._siblings(shape, found.level)
        self.item(line, "*" * found.level, None, shape, list_id, indent=0)
        # It holds all that follows, however far to the left.
        self._stack[-1] = self._stack[-1]._replace(column=-1)
        for part in self._told(line, planned):
            last = part[0]
            words.append(part[1])
        self.paragraph(line, last, words, reader=read_task, stop=stop)
        return line.number + 1 + planned

    def _told(self, line: Line, planned: bool) -> Iterator[tuple[Line, Segment]]:
        """What the lines right below a task tell of it that others would write behind its words."""
        below = self.line(line.number + 1)
        due = _DEADLINE.search(below.text) if planned else None
        if due:
            # Behind a date nothing else is read, so that the drawer's properties stay paragraphs.
            yield below, below.cut(due.start(), due.end())
            return
        drawer = self.line(line.number + 1 + planned)
        end = self._outline.end_of(":end:", drawer) if drawer.text.lower() == ":properties:" else -1
        for each in self.lines(drawer.number + 1, end) if end >= 0 else ():
            found = _PROPERTY.fullmatch(each.text)
            if found and found[1].lower() in _TOLD:
                yield each, each.cut(1, len(each.text))

    def _siblings(self, shape: str, level: int) -> int:
        """Closes what a task of this level ends; the list it goes on with, or -1."""
        list_id = -1
        while len(self._stack) > 1:
            top = self.top
            if top.shape[:1] == "*" and top.shape[1:].isdigit() and int(top.shape[1:]) < level:
                break
            if top.shape == shape:
                list_id = top.list_id
            self._pop(1)
        return list_id

    def _skipped(self, line: Line, level: int) -> int:
        """The line behind a headline that comments out all below it."""
        index = line.number + 1
        while index < self.count:
            found = self._outline.headline(self.line(index))
            if found and found.level <= level:
                break
            index += 1
        return index

    # Lists

    def _item(self, line: Line) -> int:
        found = _ITEM.match(line.text)
        if found is None or self.deep or (found[0] == "*" and not line.indent) or _RULE.fullmatch(line.text):
            return -1
        shape = found[1] or "1" + found[0][-1]
        above = self._above
        same = above is not None and (above.column, above.shape) == (line.indent, shape)
        self._head = False
        number = int(found[2]) if found[2] else None
        rest = self.item(line, found[0], number, shape, above.list_id if same and above else -1, indent=0)
        counter = _COUNTER.match(rest.text)
        if counter:
            self.blocks[-1].number = int(counter[1])
            rest = rest.after(counter.end())
        if not rest.text:
            return line.number + 1
        last, words = self._gather(rest)
        labelled = bool(found[1]) and LABEL.match(rest.text) is not None
        self.paragraph(rest, last, words, reader=read_labelled if labelled else None)
        return last.number + 1

    # Keywords, comments, blocks, drawers

    def _hash(self, line: Line) -> int:
        if line.text[0] != "#":
            return -1
        comment = _COMMENT.fullmatch(line.text)
        if comment:
            self.note(line, comment[1] or "")
            return line.number + 1
        begin, end, keyword = (pattern.fullmatch(line.text) for pattern in (_BEGIN, _END, _KEYWORD))
        if begin:
            return self._begin(line, begin[1].lower())
        if end:
            shape = f"#{end[1].lower()}"
            depth = next((at for at, each in enumerate(reversed(self._stack), 1) if each.shape == shape), 0)
            self._pop(depth)
            return line.number + 1
        if keyword is None:
            return -1
        name, value = keyword[1].lower(), keyword[2]
        if name not in _TELLING_NOTHING and not name.startswith("attr_") and value:
            self._fact(name, value)
        return line.number + 1

    def _fact(self, name: str, value: str) -> None:
        dated = _DATE.fullmatch(value)
        self.metadata.setdefault(name, stated(dated[1] if dated else value))

    def _begin(self, line: Line, name: str) -> int:
        end = self._outline.end_of(name, line)
        if end < 0 or self.deep:
            return -1
        self._head = False
        if name in _CODE:
            if name != "comment":
                self.code(line, self.line(end))
            return end + 1
        self._fresh = -1
        self.open(0, quoted=name in ("quote", "verse"), shape=f"#{name}")
        return line.number + 1

    def _drawer(self, line: Line) -> int:
        found = _DRAWER.fullmatch(line.text)
        if found and found[1].lower() == "end":
            return line.number + 1
        end = self._outline.end_of(":end:", line) if found else -1
        if found is None or end < 0:
            return -1
        if found[1].lower() != "properties":
            return end + 1
        for below in self.lines(line.number + 1, end):
            stated_there = _PROPERTY.fullmatch(below.text)
            if stated_there and stated_there[1].lower() in _KEPT_FOR_ORG:
                continue
            if stated_there and self._head:
                self._fact(stated_there[1].lower(), stated_there[2])
            elif stated_there and not (stated_there[1].lower() in _TOLD and self._is_task()):
                own = self.text([below.cut(1, len(below.text))], anchor=_PROPERTY_LINE)
                self.add(BlockKind.PARAGRAPH, below, below, own)
        return end + 1

    def _is_task(self) -> bool:
        """Whether the block above is a headline that is a task, which has told its properties."""
        last = self.blocks[-1] if self.blocks else None
        return last is not None and last.kind is BlockKind.ITEM and last.line < last.end_line

    # What is set as it stands

    def _verbatim(self, line: Line) -> int:
        if _RULE.fullmatch(line.text):
            self._head = False
            self.rule(line)
            return line.number + 1
        if line.text != ":" and line.text[:2] not in (": ", ":\t"):
            return -1
        last = line
        while (below := self.line(last.number + 1)).text == ":" or below.text[:2] == ": ":
            last = below
        self._head = False
        self.code(line, last)
        return last.number + 1

    # Words

    def _words(self, line: Line) -> int:
        self._head = False
        last, words = self._gather(line)
        self.paragraph(line, last, words)
        return last.number + 1

    def _gather(self, line: Line) -> tuple[Line, list[Segment]]:
        """The last line of the words that start on ``line``, and all of them."""
        words, last = [line.segment], line
        while True:
            below = self.line(last.number + 1)
            if not below.text or below.indent <= self.top.column or self._starts(below):
                return last, words
            words.append(below.segment)
            last = below

    def _starts(self, line: Line) -> bool:
        """Whether a line ends the words above it."""
        text = line.text
        found = _ITEM.match(text)
        return (
            (found is not None and (found[0] != "*" or line.indent > 0))
            or text[0] == "|"
            or (text[0] == "#" and bool(_COMMENT.fullmatch(text) or text.startswith("#+")))
            or (text[0] == ":" and bool(text == ":" or text[1] in " \t" or _DRAWER.fullmatch(text)))
            or bool(_RULE.fullmatch(text))
            or self._outline.headline(line) is not None
        )
