"""The formats we read, by the end of a file's name. A new format is one file and one line here."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import Protocol, cast

from .blocks import Document
from .marks import MarkStyle
from .reading import Source
from .sniffing import sniffed

PLAIN = "text"
_CLASSES = {
    "markdown": ("markdown", "Markdown"),
    "text": ("text", "PlainText"),
    "rst": ("rst", "ReStructuredText"),
    "asciidoc": ("asciidoc", "AsciiDoc"),
    "org": ("org", "Org"),
}
_SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
    ".mdx": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".rst": "rst",
    ".rest": "rst",
    ".adoc": "asciidoc",
    ".asciidoc": "asciidoc",
    ".asc": "asciidoc",
    ".org": "org",
}


class Format(MarkStyle, Protocol):
    """One document format: how it is read, and how a mark is written in it."""

    name: str

    def parse(self, source: Source) -> Document:
        """The blocks of ``source``. Raises ``Unreadable`` where they cannot be known."""
        ...


def format_name(name: str, data: bytes = b"") -> str:
    """The format of a file called ``name``: plain text for an unknown or missing suffix.

    Where ``data`` clearly is another format than Markdown or plain text, that one.
    """
    format = _SUFFIXES.get(PurePath(name).suffix.lower(), PLAIN)
    return sniffed(data, format) if format in ("markdown", PLAIN) else format


@cache
def format_named(format: str) -> Format:
    """The format called ``format``, its parser imported only now. Raises ``KeyError`` for another."""
    module, cls = _CLASSES[format]
    return cast(Format, getattr(import_module(f".{module}", __package__), cls)())
