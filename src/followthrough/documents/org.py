"""Org: the format of Emacs' outliner."""

from __future__ import annotations

import re

from .blocks import Document
from .marks import address, clean_words
from .org_blocks import Blocks
from .reading import Source

# What Org could read as more than itself, and cannot escape inside a link.
_MEANT = re.compile(r"[][*=~+{}|\\<>$^@]|(?<![^\W_])[_/]|[_/](?![^\W_])")


class Org:
    """Reads Org and writes marks as links with words.

    A link without an address is written as one to a file, because an exporter breaks off at a link
    into a document in which it finds no such place.
    """

    name = "org"

    def parse(self, source: Source) -> Document:
        """The document's blocks; any text is Org."""
        found = Blocks(source)
        found.walk()
        return found.document(self.name)

    def words(self, words: str) -> str:
        return " ".join(_MEANT.sub(" ", clean_words(words)).split())

    def render(self, id: str, words: str, target: str) -> str:
        link = address(id, target)
        return f"[[{link if target else f'file:{link}'}][{self.words(words)}]]"
