"""Words gathered into stretches, and the stack of open elements: what every block of markup is made of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from html import unescape
from typing import Any

from .blocks import Anchor, Block, BlockKind, Checkbox, Style, Text
from .markup_names import STYLES
from .markup_tables import Table
from .markup_text import BLANK, COPIED, HEADING, Cutter, MarkupText
from .reading import Source, too_many

_INVISIBLE = b"&\xc2\xe2\xe3\xef"
"""What an invisible character starts with that is not a blank of ASCII."""
LARGE = 200
"""Bytes of words; an element with fewer holds no page's content."""


class Open:
    """An element that is open: its name, where it started, and what to do when it ends."""

    __slots__ = ("close", "name", "start", "words")

    def __init__(self, name: str, start: int, words: int, close: Callable[[int], None] | None) -> None:
        self.name = name
        self.start = start
        self.words = words
        self.close = close


class List:
    """An open list: the number of its next item, and where on the stack its open item stands."""

    __slots__ = ("id", "item", "number")

    def __init__(self, id: int, number: int | None) -> None:
        self.id = id
        self.number = number
        self.item = -1


class Gathering:
    """Gathers words and keeps the open elements; what the elements do is told in ``markup_blocks.py``."""

    def __init__(self, source: Source, cut: Cutter) -> None:
        self.source = source
        self.data = source.data
        self._stop = len(source.data)
        self.cut = cut
        self.blocks: list[Block] = []
        self.leanings: list[int] = []
        """Of each block, whether it consists of links: above 0 where more than two thirds of its words do."""
        self.comments: set[int] = set()
        self._lines = source.lines
        self._stack: list[Open] = []
        self._scopes: list[dict[str, int]] = [{}]
        """How many elements of each name are open since the innermost table or cell began."""
        self._lists: list[List] = []
        self._list_count = 0
        self._items: list[int] = []
        self._fresh: list[bool] = []
        """For each open item, whether nothing has been seen in it yet."""
        self._tables: list[Table] = []
        self._table_count = 0
        self._quotes = 0
        self._heading = 0
        self._silent: list[str] = []
        self._endless: set[str] = set()
        self._skipped = 0
        self._code = -1
        self._copied = 0
        self._styles: dict[str, int] = {}
        self._links = 0
        # The stretch of words being gathered.
        self._first = self._last = -1
        self._seen = False
        self._style = Style.PLAIN
        self._leaning = 0
        self._box: Checkbox | None = None
        self.words = 0
        """Bytes of words outside of links, so far."""

    def _text(self, start: int, end: int) -> None:
        kept = raw = self.data[start:end]
        if raw[0] in BLANK or raw[-1] in BLANK:
            kept = raw.strip(BLANK)
            if not kept:
                return
            start += raw.index(kept)
        if kept[0] in _INVISIBLE and len(kept) < 200 and not unescape(kept.decode(errors="replace")).strip():
            return
        self._gather(start, start + len(kept))

    def _gather(self, start: int, end: int) -> None:
        if self._first < 0:
            self._begin(start)
        self._last = end
        self._seen = True
        if self._links:
            self._leaning += end - start
        elif self._keeps():
            self._leaning -= 2 * (end - start)
            self.words += end - start

    def _begin(self, start: int) -> None:
        self._first = start
        self._style = Style.PLAIN
        for name, count in self._styles.items():
            if count:
                self._style |= STYLES[name]

    def _atom(self, name: str, start: int, end: int) -> None:
        self._gather(start, end)

    def _own(self, start: int, end: int, fixed: Anchor | None = None) -> MarkupText:
        if self._copied and fixed is None:
            fixed = COPIED
        return MarkupText(self.data, start, end, self.cut, self._style, fixed=fixed)

    def _flush(self) -> None:
        """Ends the stretch of words."""
        first, seen, box = self._first, self._seen, self._box
        if box is not None:
            self._box = None
        if first < 0:
            return
        self._first, self._seen, last = -1, False, self._last
        if not seen:
            return
        table = self._tables[-1] if self._tables else None
        if table is not None and table.cell is not None and not table.dissolved:
            table.cell.extend(first, last, self._style)
            table.leaning += self._leaning
        elif self._keeps():
            self._stretch(first, last, box)
        self._leaning = 0

    def _keeps(self) -> bool:
        """Whether words that stand here belong to the document."""
        return self._skipped == 0

    def _stretch(self, first: int, last: int, box: Checkbox | None) -> None:
        if self._heading:
            kind, fixed = BlockKind.HEADING, HEADING
            self._add(kind, first, last, self._own(first, last, fixed), level=self._heading)
        elif self._fresh and self._fresh[-1]:
            item = self.blocks[self._items[-1]]
            item.own = self._own(first, last)
            item.line = bisect_right(self._lines, first)
            item.end_line = bisect_right(self._lines, last)
            self.leanings[self._items[-1]] = self._leaning
            self._fresh[-1] = False
        elif box is not None:
            # A box outside of any list: the line it stands on is an item all the same.
            before = self.blocks[-1] if self.blocks else None
            if before is None or before.checkbox is None or before.level != len(self._lists) + 1:
                self._list_count += 1
                before = None
            block = self._add(BlockKind.ITEM, first, last, self._own(first, last), level=len(self._lists) + 1)
            block.list_id = before.list_id if before is not None else self._list_count - 1
            block.checkbox = box
        else:
            self._add(BlockKind.PARAGRAPH, first, last, self._own(first, last))

    def _add(self, kind: BlockKind, start: int, end: int, own: Text, **more: Any) -> Block:
        if self._fresh:
            self._fresh[-1] = False
        block = Block(
            kind,
            start,
            end,
            own,
            line=bisect_right(self._lines, own.start),
            end_line=bisect_right(self._lines, own.end),
            parent=self._items[-1] if self._items else -1,
            quoted=self._quotes > 0,
            **more,
        )
        self.blocks.append(block)
        self.leanings.append(self._leaning)
        if len(self.blocks) > self.source.limits.blocks:
            raise too_many(self.source, "paragraphs, items and rows", self.source.limits.blocks)
        return block

    def _in_cell(self) -> bool:
        return bool(self._tables) and self._tables[-1].cell is not None and not self._tables[-1].dissolved

    def push(self, name: str, start: int, close: Callable[[int], None] | None = None) -> None:
        """Puts an element on the stack; ``close`` is called with the place where it ends."""
        self._stack.append(Open(name, start, self.words, close))
        scope = self._scopes[-1]
        scope[name] = scope.get(name, 0) + 1

    def _pop(self, name: str, start: int, end: int) -> None:
        """Ends the innermost element called ``name``, and what was opened in it and never closed."""
        while True:
            if self._pop_one(start if self._stack[-1].name != name else end).name == name:
                return

    def _pop_to(self, height: int, place: int) -> None:
        self._flush()
        stack = self._stack
        while len(stack) > height:
            self._pop_one(place)

    def _pop_one(self, place: int) -> Open:
        element = self._stack.pop()
        if element.close is not None:
            element.close(place)
        self._scopes[-1][element.name] -= 1
        if self.words - element.words >= LARGE:
            self.large(element.name, element.start, place, self.words - element.words)
        return element

    def large(self, name: str, start: int, end: int, words: int) -> None:
        """An element with many words has ended: its name, its bytes, and how many bytes of words."""

    def skip(self, name: str, start: int) -> None:
        """Puts an element on the stack of which nothing belongs to the document."""
        self._skipped += 1
        self.push(name, start, self._skip_close)

    def _skip_close(self, place: int) -> None:
        self._skipped -= 1
