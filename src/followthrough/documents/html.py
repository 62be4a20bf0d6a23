"""HTML pages: read, never written. What is taken is the page's content, not its navigation.

The content is the ``main`` element; without one the ``article`` elements, if they hold most of the words;
without these everything, except what consists mostly of links outside the element that holds most words.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape, unescape

from .blocks import Block, BlockKind, Document
from .directives import comments
from .front_matter import front_matter
from .marks import address, clean_words
from .markup import Attributes, check_signs, pieces
from .markup_blocks import MarkupBlocks
from .markup_names import BLOCKS
from .markup_text import hidden
from .reading import Source

_SKIPPED = frozenset(("nav", "aside", "footer", "search", "dialog"))
_APART = _SKIPPED | {"header", "main", "article"}
_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "toolbar", "dialog",
    "alertdialog",
))  # fmt: skip
_DATES = frozenset(("date", "dc.date", "dcterms.date"))
_HIDES = frozenset(("div", "section", "ul", "form", "p", "menu"))
_MOST = 0.8
"""An element with this share of a page's words holds its content."""


class Html:
    """Reads HTML."""

    name = "html"

    def parse(self, source: Source) -> Document:
        """The page's blocks. Raises ``Unreadable`` over the limits."""
        check_signs(source)
        matter = front_matter(source)
        page = _Page(source)
        page.walk(matter.end)
        blocks = page.content()
        if any(block.level == 1 for block in blocks if block.kind is BlockKind.HEADING):
            # The page's own title often names the site as well.
            page.metadata.pop("title", None)
        return Document(
            name=source.name,
            data=source.data,
            format=self.name,
            limits=source.limits,
            blocks=tuple(blocks),
            metadata=page.metadata | dict(matter.metadata),
            directives=tuple(
                comment.at(source.line(comment.start))
                for comment in comments(source.data)
                if comment.start in page.comments
            ),
            warnings=matter.warnings,
            read_only=f"{source.name} is an HTML page, and HTML is only read: it carries no links.",
        )

    def words(self, words: str) -> str:
        return clean_words(words)

    def render(self, id: str, words: str, target: str) -> str:
        return f'<a href="{escape(address(id, target))}">{escape(clean_words(words), quote=False)}</a>'


class _Page(MarkupBlocks):
    """The blocks of a page, and where its content stands."""

    def __init__(self, source: Source) -> None:
        super().__init__(source, pieces)
        self.metadata: dict[str, str] = {}
        self._title = False
        self._main: list[tuple[int, int]] = []
        self._articles: list[tuple[int, int, int]] = []
        self._large: list[tuple[int, int, int]] = []
        self._inner = 0
        """How many elements are open that say they are content."""
        self._headers = 0

    def content(self) -> list[Block]:
        """The blocks that are not navigation."""
        spans = _outermost(self._main)
        if not spans and self._articles:
            articles = _outermost((start, end) for start, end, _ in self._articles)
            words = {(start, end): words for start, end, words in self._articles}
            if 2 * sum(words[span] for span in articles) >= self.words:
                spans = articles
        if spans:
            return _only(self.blocks, [_inside(block.start, spans) for block in self.blocks])
        large = [(start, end) for start, end, words in self._large if words >= _MOST * self.words]
        start, end = max(large, default=(0, len(self.data)))
        wanted = [
            leaning <= 0 or start <= block.start < end
            for block, leaning in zip(self.blocks, self.leanings, strict=True)
        ]
        return _only(self.blocks, wanted)

    def _keeps(self) -> bool:
        return super()._keeps() and (self._headers == 0 or self._heading > 0)

    def _text(self, start: int, end: int) -> None:
        if self._title:
            words = " ".join(unescape(self.data[start:end].decode(errors="replace")).split())
            if words:
                self.metadata.setdefault("title", words)
        else:
            super()._text(start, end)

    def _open(self, name: str, start: int, end: int) -> None:
        if name == "title":
            self._title = True
        elif name == "meta":
            self._meta(Attributes(self.data, start, end))
        elif (name in _APART or end - start > len(name) + 6) and self._set_apart(name, start, end):
            pass
        else:
            super()._open(name, start, end)

    def _close(self, name: str, start: int, end: int) -> None:
        if name == "title":
            self._title = False
        else:
            super()._close(name, start, end)

    def _meta(self, attributes: Attributes) -> None:
        name = (attributes.text("name") or attributes.text("property")).lower()
        if name in _DATES and attributes.text("content"):
            self.metadata.setdefault("date", attributes.text("content"))

    def _set_apart(self, name: str, start: int, end: int) -> bool:
        """Takes care of elements that hold content by their own word, or none."""
        if self._code >= 0 or name not in BLOCKS:
            return False
        role = ""
        if self.data.find(b"role", start, end) > 0:
            role = Attributes(self.data, start, end).text("role").strip().lower()
        if name in _SKIPPED or role in _ROLES or (name in _HIDES and hidden(self.data, start, end)):
            self._flush()
            self.skip(name, start)
        elif name == "header" and self._inner == 0:
            self._flush()
            self._headers += 1
            self.push(name, start, self._header_close)
        elif name in ("main", "article") or role == "main":
            self._flush()
            self._inner += 1
            main = name == "main" or role == "main"
            self.push(name, start, partial(self._inner_close, main, start, self.words))
        else:
            return False
        return True

    def _header_close(self, place: int) -> None:
        self._headers -= 1

    def _inner_close(self, main: bool, start: int, words: int, place: int) -> None:
        self._inner -= 1
        if main:
            self._main.append((start, place))
        else:
            self._articles.append((start, place, self.words - words))

    def large(self, name: str, start: int, end: int, words: int) -> None:
        self._large.append((start, end, words))


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of ``spans`` that lie in no other, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _inside(place: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether ``place`` lies in one of ``spans``, which are in order."""
    at = bisect_right(spans, (place, sys.maxsize)) - 1
    return at >= 0 and place < spans[at][1]


def _only(blocks: list[Block], wanted: Sequence[bool]) -> list[Block]:
    """The blocks that are wanted, their parents counted anew."""
    kept: list[Block] = []
    numbers: dict[int, int] = {}
    for index, block in enumerate(blocks):
        if wanted[index]:
            numbers[index] = len(kept)
            block.parent = numbers.get(block.parent, -1)
            kept.append(block)
    return kept
