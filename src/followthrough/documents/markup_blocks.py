"""The pieces of HTML or XML as a flat list of blocks.

One pass keeps a stack of the open elements that matter. Words gather in a stretch that ends at the next
tag of a block; what it is depends on where it stands: a heading, an item's own words, a paragraph, or part
of a table's cell. Closing tags that nothing opened are ignored, and an element that is never closed
ends with the one around it.
"""

from __future__ import annotations

from collections.abc import Callable

from .blocks import BlockKind, Checkbox, Text
from .markup import Attributes, What, end_of
from .markup_gathering import List
from .markup_names import BLOCKS, CELLS, COPY, HEADINGS, SILENT, STYLES, TABULAR, TASKS, VOID
from .markup_rows import Rows
from .markup_text import BLANK, NO_WORDS, PARAMETER, CodeText


class MarkupBlocks(Rows):
    """Collects the blocks of one document. Formats say by their pieces what its elements mean."""

    def walk(self, start: int, end: int | None = None) -> None:
        """Reads everything from ``start`` to ``end``. Raises ``Unreadable`` over the limits."""
        data = self.data
        self._stop = stop = len(data) if end is None else end
        actions: dict[What, Callable[[str, int, int], None]] = {
            What.OPEN: self._open,
            What.CLOSE: self._close,
            What.CDATA: self._cdata,
            What.ATOM: self._atom,
            What.BOX: self._tick,
            What.CODE: self._code_block,
            What.LABEL: self._label,
            What.COMMENT: self._comment,
            What.MARK: self._mark,
        }
        text = What.TEXT
        for what, name, first, last in self.cut(data, start, stop):
            if what is text:
                if not self._silent and self._code < 0:
                    self._text(first, last)
            elif self._silent:
                self._unsilence(what, name)
            else:
                actions[what](name, first, last)
        if self._code >= 0:
            self._code_end(stop, stop)
        self._pop_to(0, stop)
        self._flush()

    def _cdata(self, name: str, start: int, end: int) -> None:
        pass  # nothing that a format knows

    def _comment(self, name: str, start: int, end: int) -> None:
        self.comments.add(start)

    def _mark(self, name: str, start: int, end: int) -> None:
        links, self._links = self._links, 1
        self._gather(start, end)
        self._links = links

    def _label(self, name: str, start: int, end: int) -> None:
        self._flush()
        if self.data[start:end].strip(BLANK):
            self._add(BlockKind.PARAGRAPH, start, end, self._own(start, end, PARAMETER))

    def _unsilence(self, what: What, name: str) -> None:
        if name == self._silent[0]:
            if what is What.OPEN:
                self._silent.append(name)
            elif what is What.CLOSE:
                self._silent.pop()

    def _open(self, name: str, start: int, end: int) -> None:
        if self._code >= 0:
            return
        handler = _OPENED.get(name)
        if handler is not None:
            if name in BLOCKS:
                self._flush()
            handler(self, name, start, end)
        elif name in BLOCKS:
            self._flush()
        elif name in SILENT:
            self._silence(name, end)
        elif name not in VOID:
            self._inline(name, start, end)

    def _silence(self, name: str, end: int) -> None:
        """Leaves out an element's words, if it ever ends."""
        if name not in self._endless and end_of(name).search(self.data, end, self._stop):
            self._silent.append(name)
        else:
            self._endless.add(name)

    def _inline(self, name: str, start: int, end: int) -> None:
        if self._first < 0:
            self._begin(start)
        self._last = end
        if name in STYLES:
            self._styles[name] = self._styles.get(name, 0) + 1
        elif name == "a":
            self._links = 1

    def _close(self, name: str, start: int, end: int) -> None:
        if self._code >= 0:
            if name == "pre":
                self._code_end(start, end)
            return
        if name in TABULAR:
            self._flush()
            self._table_close(name, start, end)
        elif name in BLOCKS:
            self._flush()
            if self._scopes[-1].get(name):
                self._pop(name, start, end)
            elif name in HEADINGS:
                self._heading = 0
        elif name not in VOID:
            if self._first >= 0:
                self._last = end
            if self._styles.get(name):
                self._styles[name] -= 1
            elif name == "a":
                self._links = 0

    def _container(self, name: str, start: int, end: int) -> None:
        self.push(name, start)

    def _paragraph_open(self, name: str, start: int, end: int) -> None:
        self._heading = 0
        if self._tables and self._tables[-1].cell is not None:
            self._tables[-1].cell.room(end)

    def _heading_open(self, name: str, start: int, end: int) -> None:
        self._dissolve()
        self._heading = int(name[1])

    def _quote_open(self, name: str, start: int, end: int) -> None:
        if self._fresh:
            self._fresh[-1] = False
        self._quotes += 1
        self.push(name, start, self._quote_close)

    def _quote_close(self, place: int) -> None:
        self._quotes -= 1

    def _rule(self, name: str, start: int, end: int) -> None:
        if self._keeps():
            self._add(BlockKind.RULE, start, end, Text(start, end, anchor=NO_WORDS))

    def _list_open(self, name: str, start: int, end: int) -> None:
        self._heading = 0
        if self._tables and self._tables[-1].plain:
            self._dissolve()
        number = None
        if name == "ol":
            given = Attributes(self.data, start, end).text("start").strip()
            number = int(given) if given.isdecimal() and len(given) < 9 else 1
        self._lists.append(List(self._list_count, number))
        self._list_count += 1
        self.push(name, start, self._list_close)

    def _tasks(self, name: str, start: int, end: int) -> None:
        self._dissolve()
        self._list_open(name, start, end)

    def _list_close(self, place: int) -> None:
        self._lists.pop()

    def _item_open(self, name: str, start: int, end: int) -> None:
        if self._in_cell():
            return
        floor = self._tables[-1].floor if self._tables else 0
        if len(self._lists) <= floor:
            self._list_open("ul", start, start)
        current = self._lists[-1]
        if current.item >= 0:
            self._pop_to(current.item, start)
        current.item = len(self._stack)
        number = current.number
        if number is not None:
            current.number = number + 1
        if not self._keeps():
            self.push(name, start, self._hidden_item_close)
            return
        self._leaning = 0
        self._add(
            BlockKind.ITEM,
            start,
            end,
            Text(end, end, anchor=NO_WORDS),
            level=len(self._lists),
            list_id=current.id,
            number=number,
        )
        self._items.append(len(self.blocks) - 1)
        self._fresh.append(True)
        self.push(name, start, self._item_close)

    def _item_close(self, place: int) -> None:
        self._lists[-1].item = -1
        self.blocks[self._items.pop()].end = place
        self._fresh.pop()

    def _hidden_item_close(self, place: int) -> None:
        self._lists[-1].item = -1

    def _tick(self, name: str, start: int, end: int) -> None:
        """A box: the word ``name`` says how it is, or else its tag."""
        ticked = name == "complete" if name else "checked" in Attributes(self.data, start, end)
        box = Checkbox(start, ticked)
        if self._items and self._fresh[-1] and not self._in_cell():
            item = self.blocks[self._items[-1]]
            item.checkbox = item.checkbox or box
        elif self._box is None and not self._seen and not name:
            self._box = box

    def _input(self, name: str, start: int, end: int) -> None:
        if Attributes(self.data, start, end).text("type").lower() == "checkbox":
            self._tick("", start, end)

    def _pre(self, name: str, start: int, end: int) -> None:
        self._code = start

    def _code_end(self, start: int, end: int) -> None:
        begin, self._code = self._code, -1
        if not self._in_cell() and self._keeps():
            self._add(BlockKind.CODE, begin, end, CodeText(self.data, begin, end, self.cut))

    def _code_block(self, name: str, start: int, end: int) -> None:
        """The code of a macro, as it stands."""
        self._flush()
        if not self._in_cell() and self._keeps():
            self._add(BlockKind.CODE, start, end, CodeText(self.data, start, end, None))

    def _copy(self, name: str, start: int, end: int) -> None:
        self._copied += 1
        self.push(name, start, self._copy_close)

    def _copy_close(self, place: int) -> None:
        self._copied -= 1


_OPENED: dict[str, Callable[[MarkupBlocks, str, int, int], None]] = {
    "p": MarkupBlocks._paragraph_open,
    **dict.fromkeys(HEADINGS, MarkupBlocks._heading_open),
    **dict.fromkeys(
        ("div", "section", "article", "main", "body", "form", "details"), MarkupBlocks._container
    ),
    "blockquote": MarkupBlocks._quote_open,
    "hr": MarkupBlocks._rule,
    **dict.fromkeys(("ul", "ol", "menu", "dir"), MarkupBlocks._list_open),
    TASKS: MarkupBlocks._tasks,
    COPY: MarkupBlocks._copy,
    "li": MarkupBlocks._item_open,
    "input": MarkupBlocks._input,
    "pre": MarkupBlocks._pre,
    "table": MarkupBlocks._table_open,
    "tr": MarkupBlocks._row_open,
    **dict.fromkeys(CELLS, MarkupBlocks._cell_open),
    **dict.fromkeys(("thead", "tbody", "tfoot"), MarkupBlocks._head_open),
}
