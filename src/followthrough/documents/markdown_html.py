"""Raw HTML in Markdown: what stands in it is read as headings, paragraphs, items and rows of their own.

Nothing is written into it, because Markdown reads no link there. HTML without words stays one block, such as
a lone ``<details>`` or a comment, and so does HTML in a quotation, where signs stand before its lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from .blocks import Anchor, Block, BlockKind
from .markup import pieces
from .markup_blocks import MarkupBlocks
from .markup_text import MarkupText
from .reading import Source, too_many

_HTML = Anchor(refusal="it is an HTML block, where a link would be read as part of it")
_NO_BOX = -1


class _Inside(MarkupBlocks):
    """The blocks inside one block of HTML; its lists and tables are numbered from ``first`` on."""

    def __init__(self, source: Source, first: tuple[int, int]) -> None:
        super().__init__(source, pieces)
        self._list_count, self._table_count = first

    def _own(self, start: int, end: int, fixed: Anchor | None = None) -> MarkupText:
        return super()._own(start, end, fixed or _HTML)

    def counted(self) -> tuple[int, int]:
        return self._list_count, self._table_count


def with_html(source: Source, blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` with those of their HTML in its place. Raises ``Unreadable`` for more than are read."""
    first = (
        1 + max((block.list_id for block in blocks), default=-1),
        1 + max((block.table for block in blocks), default=-1),
    )
    found: list[Block] = []
    moved: list[int] = []
    """Where each of ``blocks`` now stands."""
    for block in blocks:
        parent = moved[block.parent] if block.parent >= 0 else -1
        moved.append(len(found))
        inner: list[Block] = []
        if block.kind is BlockKind.HTML and not block.quoted:
            inside = _Inside(source, first)
            inside.walk(block.start, block.end)
            inner, first = inside.blocks, inside.counted()
        if inner:
            _placed(inner, len(found), parent, found[parent].level if parent >= 0 else 0)
            found += inner
        else:
            block.parent = parent
            found.append(block)
        if len(found) > source.limits.blocks:
            raise too_many(source, "paragraphs, items and rows", source.limits.blocks)
    return found


def _placed(inner: Sequence[Block], at: int, parent: int, depth: int) -> None:
    """Makes the numbers of blocks that were read alone fit the document they stand in."""
    for block in inner:
        block.parent = block.parent + at if block.parent >= 0 else parent
        if block.kind is BlockKind.ITEM:
            block.level += depth
        if block.checkbox is not None:
            block.checkbox = block.checkbox._replace(offset=_NO_BOX)
        for text in (block.own, *block.cells):
            if isinstance(text, MarkupText):
                text.fixed = text.fixed or _HTML
