"""reStructuredText: the format of Sphinx and docutils."""

from __future__ import annotations

import re

from .blocks import Document
from .marks import address, clean_words
from .reading import Source
from .rst_blocks import Blocks

_MEANT = re.compile(r"[\\`*|<>]")


class ReStructuredText:
    """Reads reStructuredText and writes marks as anonymous references with their address inside."""

    name = "rst"

    def parse(self, source: Source) -> Document:
        """The document's blocks; any text is reStructuredText."""
        found = Blocks(source)
        found.walk()
        return found.document(self.name)

    def words(self, words: str) -> str:
        return clean_words(words)

    def render(self, id: str, words: str, target: str) -> str:
        escaped = _MEANT.sub(r"\\\g<0>", clean_words(words))
        return f"`{escaped} <{address(id, target)}>`__"
