"""Which bytes of a document are ours: our links, each with the white space written for it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

from followthrough.model import Place, Span

from .blocks import Document, Mark, Text
from .edits import Edit, apply

_BLANK = b" \t"
_PREFIX = b" \t>"
"""What may stand before the words of a line inside a list or a quotation."""
_LINE_ENDS = b"\r\n"


def texts(document: Document) -> Iterator[tuple[Place, Text]]:
    """Every inline text of ``document`` with its place, in order."""
    for number, block in enumerate(document.blocks):
        yield Place(number), block.own
        for cell, text in enumerate(block.cells):
            yield Place(number, cell), text


def marks(document: Document) -> Iterator[tuple[Place, Mark]]:
    """Every mark in ``document`` with the place it stands in, in order."""
    if b"#ft-" in document.data:
        for place, text in texts(document):
            for mark in text.marks:
                yield place, mark


def owned(data: bytes, text: Text, gone: Collection[Mark]) -> Iterator[Span]:
    """The bytes that go when the marks ``gone`` are taken out of ``text``, for each of them.

    That is the link and the one space before it. A link that stands first, as in a cell it has for
    itself, owns no space before it but, if words follow, the one behind it. A link that a formatter
    moved to a line of its own owns the white space back to the words before it.
    """
    stays = _Rest(data, text, gone)
    after_gone = False
    for mark in sorted(gone, key=lambda mark: mark.start):
        start, end = mark.start, mark.end
        if stays.before(start):
            start = _back(data, text.start, start, end)
            if start == mark.start and data[end : end + 1] == b" " and not _starts_inline(data, start):
                end += 1
        elif stays.after(end):
            end += data[end : end + 1] == b" "
        elif after_gone and data[start - 1 : start] == b" ":
            start -= 1
        after_gone = True
        yield Span(start, end)


class _Rest:
    """What is left of a text without some of its marks."""

    def __init__(self, data: bytes, text: Text, gone: Collection[Mark]) -> None:
        self._data = bytearray(data[text.start : text.end])
        self._start = text.start
        for mark in gone:
            first, last = mark.start - text.start, mark.end - text.start
            self._data[first:last] = b" " * (last - first)

    def before(self, offset: int) -> bool:
        return bool(self._data[: offset - self._start].strip())

    def after(self, offset: int) -> bool:
        return bool(self._data[offset - self._start :].strip())


def _starts_inline(data: bytes, start: int) -> bool:
    """Whether something but a line's prefix stands before ``start`` on its line."""
    while start and data[start - 1] in _PREFIX:
        start -= 1
    return start > 0 and data[start - 1] not in _LINE_ENDS


def _back(data: bytes, limit: int, start: int, end: int) -> int:
    """Where the white space that belongs to the mark from ``start`` to ``end`` begins."""
    if _starts_inline(data, start):
        return start - (data[start - 1 : start] == b" ")
    while end < len(data) and data[end] in _BLANK:
        end += 1
    if end < len(data) and data[end] not in _LINE_ENDS:
        return start
    back = start
    while back > limit and data[back - 1] in _PREFIX:
        back -= 1
    while back > limit and data[back - 1] in _LINE_ENDS + _BLANK:
        back -= 1
    return back


def unlinked(document: Document) -> bytes:
    """The document's bytes without our marks and the white space written for them."""
    return apply(document.data, _removals(document))


def fingerprint(document: Document) -> str:
    """SHA-256, as hex, of the document without our marks and with every box unticked.

    Whatever this program writes leaves it as it is.
    """
    unticked = [
        Edit(block.checkbox.offset, document.data[block.checkbox.offset : block.checkbox.offset + 1], b" ")
        for block in document.blocks
        if block.checkbox is not None and block.checkbox.ticked
    ]
    return hashlib.sha256(apply(document.data, [*_removals(document), *unticked])).hexdigest()


def _removals(document: Document) -> Iterator[Edit]:
    if b"#ft-" in document.data:
        for _, text in texts(document):
            for span in owned(document.data, text, text.marks):
                yield Edit(span.start, document.data[span.start : span.end], b"")
