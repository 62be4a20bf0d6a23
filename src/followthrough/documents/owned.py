"""Which bytes of a document are ours: our links, each with the white space written for it."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator

from followthrough.model import Place, Span

from .blocks import Document, Mark, Text
from .edits import Edit, apply

_BLANK = b" \t"
_PREFIX = b" \t>"
"""What may stand before the words of a line inside a list or a quotation."""
_LINE_ENDS = b"\r\n"
_TARGET = re.compile(rb"#ft-")


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


def _bearing(document: Document) -> Iterator[Text]:
    """The texts that may hold a mark. In Markdown that is told by their bytes, without reading the others.

    Unless a target stands outside of all texts, as that of a reference does: then any text may hold one.
    """
    every = [text for _, text in texts(document)]
    if document.format != "markdown":
        return iter(every)
    places = [found.start() for found in _TARGET.finditer(document.data)]
    told = [text for text in every if bisect_left(places, text.start) < bisect_left(places, text.end)]
    covered = {
        at for text in told for at in places[bisect_left(places, text.start) : bisect_left(places, text.end)]
    }
    return iter(told if len(covered) == len(places) else every)


def owned(data: bytes, text: Text, gone: Collection[Mark]) -> Iterator[Span]:
    """The bytes that go when the marks ``gone`` are taken out of ``text``, for each of them.

    That is the link and the one space before it. A link that stands first, as in a cell it has for
    itself, owns no space before it but, if words or links follow, the one behind it; before tags and signs
    that nobody sees it was written without a space of its own. A link that a formatter moved to a line of
    its own owns the white space back to the words before it.
    """
    if not gone:
        return
    first = _staying(data, text, gone)
    staying = set(text.marks).difference(gone)
    words = max(
        [*(mark.start for mark in staying), *(run.start for run in text.runs if run.text.strip())], default=-1
    )
    ends = sorted([text.start, *_word_ends(text)])
    after_gone = False
    for mark in sorted(gone, key=lambda mark: mark.start):
        start, end = mark.start, mark.end
        if first < start:
            words_end = ends[max(0, bisect_right(ends, start) - 1)]
            start, end = _with_space(data, words_end, mark)
        elif words >= end:
            end += data[end : end + 1] == b" "
        elif after_gone and data[start - 1 : start] == b" ":
            start -= 1
        after_gone = True
        yield Span(start, end)


def _staying(data: bytes, text: Text, gone: Collection[Mark]) -> int:
    """Where what is left of ``text`` without ``gone`` starts; its end if nothing is."""
    rest = bytearray(data[text.start : text.end])
    for mark in gone:
        first, last = mark.start - text.start, mark.end - text.start
        rest[first:last] = b" " * (last - first)
    return text.start + len(rest) - len(rest.lstrip())


def _word_ends(text: Text) -> Iterator[int]:
    """Where words and marks of ``text`` end; comments are no words."""
    for run in text.runs:
        if run.text != "\n":
            yield run.end
    for mark in text.marks:
        yield mark.end


def _with_space(data: bytes, words_end: int, mark: Mark) -> tuple[int, int]:
    """The span of a mark that has words before it, with the white space that belongs to it."""
    start, end = mark.start, mark.end
    line = start
    while line > words_end and data[line - 1] in _PREFIX:
        line -= 1
    if line == words_end or data[line - 1] not in _LINE_ENDS:
        return start - (data[start - 1 : start] == b" "), end
    rest = end
    while rest < len(data) and data[rest] in _BLANK:
        rest += 1
    if rest < len(data) and data[rest] not in _LINE_ENDS:
        return start, end + (data[end : end + 1] == b" ")
    while line > words_end and data[line - 1] in _LINE_ENDS + _BLANK:
        line -= 1
    return line, end


def unlinked(document: Document) -> bytes:
    """The document's bytes without our marks and the white space written for them."""
    return apply(document.data, _removals(document))


def fingerprint(document: Document) -> str:
    """SHA-256, as hex, of the document without our marks and with every box unticked.

    Whatever this program writes leaves it as it is.
    """
    # Every box, not only ticked ones: an empty one may hold a tab, which a tick replaces for good.
    data, empty = document.data, document.boxes[False]
    boxes = [block.checkbox for block in document.blocks if block.checkbox and block.checkbox.offset >= 0]
    unticked = [
        Edit(box.offset, data[box.offset : box.offset + len(document.boxes[box.ticked])], empty)
        for box in boxes
    ]
    return hashlib.sha256(apply(document.data, [*_removals(document), *unticked])).hexdigest()


def _removals(document: Document) -> Iterator[Edit]:
    if b"#ft-" in document.data:
        for text in _bearing(document):
            for span in owned(document.data, text, text.marks):
                yield Edit(span.start, document.data[span.start : span.end], b"")
