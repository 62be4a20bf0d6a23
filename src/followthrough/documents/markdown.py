"""Markdown, in the flavour of GitHub, with front matter. The only file that knows pyromark.

pyromark (pulldown-cmark) gives every event with its range in bytes, which no Markdown parser written
in Python does; ``tests/documents/test_markdown_events.py`` guards the shape of those events.
"""

from __future__ import annotations

import re
from bisect import bisect_right

import pyromark

from .blocks import Block, BlockKind, Directive, Document
from .directives import comments
from .front_matter import front_matter
from .markdown_blocks import Blocks
from .markdown_html import with_html
from .markdown_text import Events
from .marks import address, clean_words
from .reading import Source, Unreadable, too_many

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_FOOTNOTES
)
# What Markdown, its GitHub extensions or MDX could read as more than itself. An underscore inside a
# word is none; elsewhere it may be. A backslash means nothing to a code span or an HTML tag that was
# left open somewhere before, so what would end one is written as an entity.
_MEANT = re.compile(r"[\\*\[\]|~!${}]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_ENDS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "&#96;", '"': "&quot;"}
_DEEPEST = 100
_NESTED = re.compile(rb"\n(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))){%d}" % _DEEPEST)
_SIGNS = b"[]*_`<&\\!~|\n\r"


class Markdown:
    """Reads Markdown and writes marks as inline links."""

    name = "markdown"

    def parse(self, source: Source) -> Document:
        """The document's blocks. Raises ``Unreadable`` over the limits; else any UTF-8 is Markdown."""
        # The parser needs the square of the depth on every line.
        deep = _NESTED.search(b"\n" + source.data)
        if deep:
            line = source.line(deep.start())
            raise Unreadable(
                f"{source.name}:{line} starts more than {_DEEPEST} lists and quotations: "
                "take some out, or exclude the document."
            )
        # The parser keeps 50 bytes and more for every sign; what it would take is refused before.
        signs = len(source.data) - len(source.data.translate(None, _SIGNS))
        if signs > source.limits.pieces:
            raise too_many(source, "signs of markup", source.limits.pieces)
        matter = front_matter(source)
        text = source.data[matter.end :].decode()
        events = Events(lambda: pyromark.events_with_range(text, options=_OPTIONS), len(text) < 50_000)
        found = Blocks(source, events, matter.end)
        found.walk()
        blocks: list[Block] = found.blocks
        if any(block.kind is BlockKind.HTML for block in blocks):
            blocks = with_html(source, blocks)
        return Document(
            name=source.name,
            data=source.data,
            format=self.name,
            limits=source.limits,
            blocks=tuple(blocks),
            metadata=matter.metadata,
            directives=_directives(source, found),
            warnings=matter.warnings,
            link_definitions=_definitions(text),
        )

    def words(self, words: str) -> str:
        return clean_words(words)

    def render(self, id: str, words: str, target: str) -> str:
        return f"[{_escaped(clean_words(words))}]({address(id, target)})"


def _escaped(words: str) -> str:
    return "".join(_ENDS.get(c, c) for c in _MEANT.sub(r"\\\g<0>", words))


def _directives(source: Source, found: Blocks) -> tuple[Directive, ...]:
    """Comments to us: in HTML, or behind the last cell of a row, where Markdown drops them."""
    if b"ft:" not in source.data or b"<!--" not in source.data:
        return ()
    spans = found.html + [
        (max([block.start, *(cell.end for cell in block.cells)]), block.end)
        for block in found.blocks
        if block.kind is BlockKind.ROW
    ]
    spans.sort()
    starts = [start for start, _ in spans]
    directives = []
    for comment in comments(source.data):
        at = bisect_right(starts, comment.start) - 1
        if at >= 0 and comment.end <= spans[at][1]:
            directives.append(comment.at(source.line(comment.start)))
    return tuple(directives)


def _definitions(text: str) -> dict[str, str]:
    """Link definitions by label, lower case."""
    if "]:" not in text:
        return {}
    found = pyromark.reference_definitions(text, options=_OPTIONS)
    return {label.lower(): definition["dest"] for label, definition in found.items()}
