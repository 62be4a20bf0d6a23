"""The formats we read, by the end of a file's name. A new format is one file and one line here.

Where the name lies, the content decides: ``contents.py`` knows what gives a format away.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from .blocks import Document
from .contents import format_of_content
from .marks import MarkStyle
from .reading import Limits, Source, check_size, read
from .sniffing import ending, sniffed

PLAIN = "text"
_CLASSES = {
    "markdown": ("markdown", "Markdown"),
    "text": ("text", "PlainText"),
    "html": ("html", "Html"),
    "confluence": ("confluence", "Confluence"),
    "mediawiki": ("mediawiki", "MediaWiki"),
    "docx": ("docx", "Docx"),
    "email": ("mail", "Email"),
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
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".xml": "confluence",
    ".mediawiki": "mediawiki",
    ".wikitext": "mediawiki",
    ".wiki": "mediawiki",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".eml": "email",
    ".rst": "rst",
    ".rest": "rst",
    ".adoc": "asciidoc",
    ".asciidoc": "asciidoc",
    ".asc": "asciidoc",
    ".org": "org",
}


_FILLED_IN = ".erb"
"""What a site's generator works through first: ``pm.md.erb`` is Markdown."""
_CONTAINERS = frozenset(("docx", "email"))
UNLINED = frozenset(("html", "confluence"))
"""Formats to which the ends of lines mean nothing; programs write them without any."""


class Format(MarkStyle, Protocol):
    """One document format: how it is read, and how a mark is written in it."""

    name: str

    def parse(self, source: Source) -> Document:
        """The blocks of ``source``. Raises ``Unreadable`` where they cannot be known."""
        ...


class Live(Format, Protocol):
    """A format in which a mark can be something that shows its ticket's state by itself."""

    def render_live(self, id: str, words: str, target: str, server: str) -> str:
        """The mark without the space before it; ``server`` names the tracker as the place knows it."""
        ...


class Container(Format, Protocol):
    """A format whose text is packed in something that is no text."""

    def unpacked(self, data: bytes, name: str, limits: Limits) -> Source:
        """What is parsed of ``data``. Raises ``Unreadable`` where it cannot be had."""
        ...


def format_name(name: str) -> str:
    """The format of a file called ``name``: plain text for an unknown or missing suffix."""
    last = name.lower().removesuffix(_FILLED_IN).rstrip("/").rpartition("/")[2]
    return _SUFFIXES.get(last[last.rfind(".") :], PLAIN) if last.rfind(".") > 0 else PLAIN


def format_of(data: bytes, name: str) -> str:
    """The format of the document ``data`` called ``name``."""
    format = format_of_content(data, format_name(name))
    return sniffed(data, format) if format in ("markdown", PLAIN) else format


def name_of(data: bytes, stem: str) -> str:
    """A name for the document ``data`` that has none: ``stem`` with the ending that its content deserves."""
    markdown = f"{stem}.md"
    return stem + ending(data) if format_of(data, markdown) == "markdown" else markdown


@cache
def format_named(format: str) -> Format:
    """The format called ``format``, its parser imported only now. Raises ``KeyError`` for another."""
    module, cls = _CLASSES[format]
    return cast(Format, getattr(import_module(f".{module}", __package__), cls)())


def source_of(
    data: bytes, name: str, limits: Limits, format: str | None = None
) -> tuple[str, Source, str | None]:
    """The format of ``data``, what of it is parsed, and why it may not be written into, if so."""
    check_size(data, name, limits)
    format = format or format_of(data, name)
    if format in _CONTAINERS:
        return format, cast(Container, format_named(format)).unpacked(data, name, limits), None
    if format in UNLINED:
        limits = replace(limits, line=limits.document)
    return format, *read(data, name, limits)
