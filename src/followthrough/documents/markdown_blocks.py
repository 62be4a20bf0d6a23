"""Markdown's block events as a flat list of blocks.

One pass looks at every event once, and keeps none of them: of inline events only their numbers are
kept, and ``inline.py`` reads them when a block's text is asked for. In a tight list an item's words
come without a paragraph around them; such a bare stretch ends at the next block event.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from .blocks import Anchor, Block, BlockKind, Checkbox, Text
from .markdown_lists import Lists, divides, unseen
from .markdown_text import INLINE, NO_WORDS, CellText, Events, HeadingText, LateText, SourceText
from .reading import Source, too_many

_MARKER = re.compile(rb"[ \t]*([-+*]|\d{1,9}[.)])")
_EDGES = frozenset(("Start", "End"))
_BLANK = b" \t\r\n"
_NO_CELL = Anchor(refusal="its row has no such cell")


class Blocks:
    """Collects the blocks of one document. ``shift`` is added to every offset of an event."""

    def __init__(self, source: Source, events: Events, shift: int) -> None:
        self.source = source
        self.data = source.data
        self.events = events
        self.shift = shift
        self.blocks: list[Block] = []
        self.html: list[tuple[int, int]] = []
        """Where HTML stands: the only places of comments."""
        self._lines = source.lines
        self._limit = source.limits.blocks
        # The inline events since the last block event: first, behind the last, and their bytes.
        self._first = self._last = self._start = self._end = -1
        self._leaf = self._cut = False
        self._quotes = 0
        self._lists = Lists()
        self._items: list[int] = []
        self._fresh: list[bool] = []
        """For each open item, whether nothing has been seen in it yet."""
        self._table = -1
        self._cells: list[Text] = []

    def walk(self) -> None:
        """Reads all events. Raises ``Unreadable`` where there are more of them than the limits allow."""
        first, start, end, index = -1, 0, 0, -1
        for index, (event, span) in enumerate(self.events.stream()):
            if "Text" not in event:
                meaning = _meaning(event)
                if meaning is not None:
                    tag, name, handlers = meaning
                    if name not in INLINE:
                        if first >= 0:
                            self._seen(first, index, start, end)
                            first = -1
                        else:
                            self._first, self._last = -1, index
                        if not index & 0xFFF:
                            self._count(index)
                        handler = handlers.get(name)
                        if handler is not None:
                            handler(self, tag, span["start"] + self.shift, span["end"] + self.shift)
                        continue
                elif self._aside(event, span, first >= 0):
                    continue
            if first < 0:
                first, start = index, span["start"]
            end = span["end"]
        self._seen(first, index + 1, start, end)
        self._count(index)

    def _count(self, events: int) -> None:
        if events > self.source.limits.pieces:
            raise too_many(self.source, "pieces of text and markup", self.source.limits.pieces)

    def _aside(self, event: Any, span: Any, behind: bool) -> bool:
        """What is neither text nor structure; whether it is no part of the inline text either.

        ``behind`` says that it stands behind inline text.
        """
        if "TaskListMarker" in event:
            self._tick(event["TaskListMarker"], span["start"] + self.shift)
            return True
        if "InlineHtml" in event:
            self.html.append((span["start"] + self.shift, span["end"] + self.shift))
            self._cut = behind and event["InlineHtml"].startswith("<!--")
            return self._cut
        return False

    def _seen(self, first: int, last: int, start: int, end: int) -> None:
        """Notes the inline events before a block event. Without a leaf around them they end here."""
        if self._cut:
            end, self._cut = self._trimmed(start + self.shift, end + self.shift) - self.shift, False
        self._first, self._last, self._start, self._end = first, last, start, end
        if first >= 0 and not self._leaf:
            self._paragraph()

    def _own(self, kind: type[LateText]) -> LateText:
        shift = self.shift
        return kind(self._start + shift, self._end + shift, self.events, self._first, self._last, shift)

    def _paragraph(self) -> None:
        """The inline events seen last are an item's own words, or a paragraph of its own."""
        own = self._own(LateText)
        if self._fresh and self._fresh[-1]:
            item = self.blocks[self._items[-1]]
            item.own = own
            item.line = bisect_right(self._lines, own.start)
            item.end_line = bisect_right(self._lines, own.end)
            self._fresh[-1] = False
        else:
            self._add(BlockKind.PARAGRAPH, own.start, own.end, own)

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
        if len(self.blocks) > self._limit:
            raise too_many(self.source, "paragraphs, items and rows", self._limit)
        return block

    def _trimmed(self, start: int, end: int) -> int:
        """``end`` without the blank bytes before it."""
        while end > start and self.data[end - 1] in _BLANK:
            end -= 1
        return end

    def _tick(self, ticked: bool, start: int) -> None:
        if self._items:
            self.blocks[self._items[-1]].checkbox = Checkbox(start + 1, ticked)

    # Handlers of block events: the event's tag, and its first and last byte.

    def _rule(self, tag: Any, start: int, end: int) -> None:
        end = self._trimmed(start, end)
        self._add(BlockKind.RULE, start, end, Text(start, end, anchor=NO_WORDS))

    def _leaf_start(self, tag: Any, start: int, end: int) -> None:
        self._leaf = True

    def _paragraph_end(self, tag: Any, start: int, end: int) -> None:
        self._leaf = False
        if self._first >= 0:
            self._paragraph()

    def _heading_end(self, tag: Any, start: int, end: int) -> None:
        self._leaf = False
        own = self._own(HeadingText) if self._first >= 0 else Text(start, start, anchor=NO_WORDS)
        self._add(BlockKind.HEADING, start, self._trimmed(start, end), own, level=int(tag["Heading"][1]))

    def _code_end(self, tag: Any, start: int, end: int) -> None:
        self._leaf = False
        # An empty block has no inline events of its own.
        first = self._first if self._first >= 0 else self._last
        end = self._trimmed(start, end)
        self._add(BlockKind.CODE, start, end, SourceText(start, end, self.events, first, self._last, True))

    def _html_end(self, tag: Any, start: int, end: int) -> None:
        self._leaf = False
        self.html.append((start, end))
        first = self._first if self._first >= 0 else self._last
        end = self._trimmed(start, end)
        if unseen(self.data, start, end):
            if not divides(self.data, start, end):
                self._lists.remark()
            return
        self._add(BlockKind.HTML, start, end, SourceText(start, end, self.events, first, self._last, False))

    def _list_start(self, tag: Any, start: int, end: int) -> None:
        found = _MARKER.match(self.data, start)
        self._lists.start(tag["List"], _sign(found[1]) if found else "", len(self.blocks))

    def _list_end(self, tag: Any, start: int, end: int) -> None:
        self._lists.end(len(self.blocks))

    def _item_start(self, tag: Any, start: int, end: int) -> None:
        current = self._lists.open[-1]
        found = _MARKER.match(self.data, start)
        # pyromark starts a list's first item at its indentation.
        start, after = found.span(1) if found else (start, start)
        current.sign = _sign(self.data[start:after])
        self._add(
            BlockKind.ITEM,
            start,
            self._trimmed(after, end),
            Text(after, after, anchor=NO_WORDS),
            level=len(self._lists.open),
            list_id=current.id,
            marker=self.data[start:after].decode(),
            number=current.next if current.next >= 0 else None,
        )
        self._items.append(len(self.blocks) - 1)
        self._fresh.append(True)
        if current.next >= 0:
            current.next += 1

    def _item_end(self, tag: Any, start: int, end: int) -> None:
        self._items.pop()
        self._fresh.pop()

    def _quote_start(self, tag: Any, start: int, end: int) -> None:
        if self._fresh:
            self._fresh[-1] = False
        self._quotes += 1

    def _quote_end(self, tag: Any, start: int, end: int) -> None:
        self._quotes -= 1

    def _table_start(self, tag: Any, start: int, end: int) -> None:
        self._table += 1

    def _row_start(self, tag: Any, start: int, end: int) -> None:
        self._cells = []

    def _cell_end(self, tag: Any, start: int, end: int) -> None:
        self._leaf = False
        if self._first >= 0:
            self._cells.append(self._own(CellText))
        elif self.data[end : end + 1] == b"|" and self.data[start - 1 : start] not in (b"\n", b"\r", b""):
            place = start + (end > start)
            self._cells.append(Text(place, place, anchor=Anchor(place, space=False)))
        else:
            # A cell that a short row only seems to have stands behind its last bar, or on the next line.
            self._cells.append(Text(start, start, anchor=_NO_CELL))

    def _row_end(self, tag: Any, start: int, end: int) -> None:
        end = self._trimmed(start, end)
        for cell in self._cells:
            if cell.start > end:
                cell.start = cell.end = end
        own = Text(start, start, anchor=NO_WORDS)
        cells = tuple(self._cells)
        self._add(BlockKind.ROW, start, end, own, table=self._table, header=tag == "TableHead", cells=cells)


def _sign(marker: bytes) -> str:
    """What the markers of one list share: the bullet, or what stands behind the number."""
    return marker[-1:].decode()


def _named(event: Any) -> tuple[str, str, Any]:
    """Whether an event starts or ends something, of what name, and what else it says."""
    if event.__class__ is str:
        return ("Start", event, None) if event == "Rule" else (event, "", None)
    ((key, tag),) = event.items()
    return key, tag if tag.__class__ is str else next(iter(tag)) if tag.__class__ is dict else "", tag


_HANDLERS = {
    ("Start", "Rule"): Blocks._rule,
    ("Start", "Paragraph"): Blocks._leaf_start,
    ("End", "Paragraph"): Blocks._paragraph_end,
    ("Start", "Heading"): Blocks._leaf_start,
    ("End", "Heading"): Blocks._heading_end,
    ("Start", "CodeBlock"): Blocks._leaf_start,
    ("End", "CodeBlock"): Blocks._code_end,
    ("Start", "HtmlBlock"): Blocks._leaf_start,
    ("End", "HtmlBlock"): Blocks._html_end,
    ("Start", "List"): Blocks._list_start,
    ("End", "List"): Blocks._list_end,
    ("Start", "Item"): Blocks._item_start,
    ("End", "Item"): Blocks._item_end,
    ("Start", "BlockQuote"): Blocks._quote_start,
    ("End", "BlockQuote"): Blocks._quote_end,
    ("Start", "Table"): Blocks._table_start,
    ("Start", "TableHead"): Blocks._row_start,
    ("End", "TableHead"): Blocks._row_end,
    ("Start", "TableRow"): Blocks._row_start,
    ("End", "TableRow"): Blocks._row_end,
    ("Start", "TableCell"): Blocks._leaf_start,
    ("End", "TableCell"): Blocks._cell_end,
}

_STARTS = {name: handler for (key, name), handler in _HANDLERS.items() if key == "Start"}
_ENDS = {name: handler for (key, name), handler in _HANDLERS.items() if key == "End"}


def _meaning(event: Any) -> tuple[Any, str, dict[str, Any]] | None:
    """The tag of an event that opens or closes something, its name, and who handles such."""
    if "End" in event:
        tag, handlers = event["End"], _ENDS
    elif "Start" in event:
        tag, handlers = event["Start"], _STARTS
    elif event == "Rule":
        tag, handlers = event, _STARTS
    else:
        return None
    return tag, tag if tag.__class__ is str else next(iter(tag)), handlers
