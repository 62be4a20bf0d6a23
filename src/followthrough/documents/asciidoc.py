"""AsciiDoc: the format of Asciidoctor and Antora."""

from __future__ import annotations

import re

from .adoc_blocks import Blocks
from .blocks import Document
from .front_matter import front_matter
from .marks import address, clean_words
from .reading import Source

# What Asciidoctor could read as more than itself becomes a character reference; so do what separates
# cells, terms and attributes. An underscore inside a word is none.
_MEANT = re.compile(r"[^\w\s,.!?'/%§-]|(?<![^\W_])_|_(?![^\W_])")
_SIMPLE = re.compile(
    r"https?://(?:[A-Za-z0-9/:?=&%,@!$]|[-.](?![-.])|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))+#ft-\w+"
)


class AsciiDoc:
    """Reads AsciiDoc and writes marks as links with words."""

    name = "asciidoc"

    def parse(self, source: Source) -> Document:
        """The document's blocks; any text is AsciiDoc."""
        matter = front_matter(source)
        found = Blocks(source, matter)
        found.walk(source.line(matter.end) - 1 if matter.end > source.start else 0)
        return found.document(self.name)

    def words(self, words: str) -> str:
        return clean_words(words)

    def render(self, id: str, words: str, target: str) -> str:
        text = _MEANT.sub(
            lambda found: f"&#{ord(found[0])};" if ord(found[0]) < 128 else found[0], clean_words(words)
        )
        link = address(id, target)
        if target and _SIMPLE.fullmatch(link):
            return f"{link}[{text}]"
        return f"link:++{link}++[{text}]" if target else f"link:{link}[{text}]"
