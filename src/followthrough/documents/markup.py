"""HTML and XML cut into tags and text with their bytes, as a browser would cut them.

No tree is built and no entity is defined here, so nothing in a document can make it grow. Every byte is
passed once: a tag, comment or script that never ends takes the rest of the document with it, as it does
in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from html import unescape

from .reading import Source, too_many


class What(IntEnum):
    """What a piece of markup is."""

    TEXT = 0
    OPEN = 1
    CLOSE = 2
    COMMENT = 3
    CDATA = 4
    """Its bytes are those between the brackets."""
    ATOM = 5
    """Something that reads as the words in its name: a status, a ticket, a user, a date."""
    BOX = 6
    """A checkbox that is a word of the document."""
    CODE = 7
    LABEL = 8
    """Words that head what follows, where no link may be written."""
    MARK = 9
    """A mark of ours that is no link: its name is its words, a line end, and its address."""


Piece = tuple[What, str, int, int]
"""What it is, its name (lower case) or words, its first byte, and the one behind its last."""

# Quotes mean something behind an equals sign only. Every repetition is possessive: nothing is tried twice.
_TAG = re.compile(rb"""<(/?)([A-Za-z][^\s/>]*+)((?:[^>=]++|=[ \t\r\n\f]*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_ATTRIBUTE = re.compile(
    rb"""([^\s=/>"'][^\s=/>]*+)(?:[ \t\r\n\f]*+=[ \t\r\n\f]*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?+"""
)
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
_CDATA = b"<![CDATA["
_FOLLOWS = _LETTERS | frozenset(b"!?/")
_SLASH = ord("/")
# A member of an enum costs more to look up than the rest of a round.
_TEXT, _OPEN, _CLOSE = What.TEXT, What.OPEN, What.CLOSE


def check_signs(source: Source) -> None:
    """Raises ``Unreadable`` for more markup than is read; what it would take is known before."""
    limit = source.limits.pieces * 2 // 3  # a tag takes more time than a line
    if sum(source.data.count(sign) for sign in (b"<", b">", b"&")) > limit:
        raise too_many(source, "signs of markup", limit)


def pieces(data: bytes, start: int, end: int, *, xml: bool = False) -> Iterator[Piece]:
    """The tags, texts and comments of ``data`` from ``start`` to ``end``.

    In ``xml`` an element can be empty (``<p />``) and there are CDATA sections; in HTML the words of a
    title are text, and those of a script or style are left out.
    """
    find, tag, names = data.find, _TAG.match, _Names()
    at = words = start
    while at >= 0:
        at = find(b"<", at, end)
        found = tag(data, at, end) if at >= 0 else None
        if found is None:
            if at >= 0 and (at + 1 == end or data[at + 1] not in _FOLLOWS):
                at += 1  # a bare "<"
                continue
            if words < (end if at < 0 else at):
                yield _TEXT, "", words, end if at < 0 else at
            piece, at = _other(data, at, end, xml)
            if piece is not None:
                yield piece
            words = at
            continue
        if words < at:
            yield _TEXT, "", words, at
        slash, raw, _ = found.groups()
        name, after = names[raw], found.end()
        yield _CLOSE if slash else _OPEN, name, at, after
        if not slash:
            if xml and data[after - 2] == _SLASH:
                yield _CLOSE, name, at, after
            elif name in _RAW and not xml:
                begin, after = after, _raw_end(data, name, after, end)
                if name == "title" and begin < after:
                    yield _TEXT, "", begin, after
        at = words = after


def _raw_end(data: bytes, name: str, start: int, end: int) -> int:
    """Where an element ends in which nothing else is markup; -1 where it never does."""
    found = end_of(name).search(data, start, end)
    return found.start() if found else -1


class _Names(dict[bytes, str]):
    """Names of elements as text; each is decoded once."""

    def __missing__(self, raw: bytes) -> str:
        name = self[raw] = raw.decode(errors="replace").lower()
        return name


@cache
def end_of(name: str) -> re.Pattern[bytes]:
    """What ends an element that ends nowhere else."""
    return re.compile(rb"</%s(?=[\s/>])" % name.encode(), re.IGNORECASE)


def _other(data: bytes, at: int, end: int, xml: bool) -> tuple[Piece | None, int]:
    """The comment, CDATA section or declaration at ``at``, and where it ends; -1 where nothing follows."""
    if at < 0:
        return None, -1
    if data.startswith(b"<!--", at):
        # "<!-->" and "<!--->" are comments too.
        close = data.find(b"-->", at + 2, end)
        return ((What.COMMENT, "", at, close + 3), close + 3) if close >= 0 else (None, -1)
    if xml and data.startswith(_CDATA, at):
        close = data.find(b"]]>", at, end)
        return ((What.CDATA, "", at + len(_CDATA), close), close + 3) if close >= 0 else (None, -1)
    if data[at + 1] in _LETTERS:
        return None, -1
    close = data.find(b">", at, end)
    return None, close + 1 if close >= 0 else -1


class Attributes(dict[str, tuple[int, int]]):
    """The attributes of one tag by name, lower case: where each value stands."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        super().__init__()
        self._data = data
        name = _ATTRIBUTE.search(data, start + 1, end)
        if name is None:
            return
        for found in _ATTRIBUTE.finditer(data, name.end(), end - 1):
            group = found.lastindex or 1
            place = found.span(group) if group > 1 else (found.end(), found.end())
            self.setdefault(found[1].decode(errors="replace").lower(), place)

    def text(self, name: str) -> str:
        """The value called ``name`` with its entities read; empty where there is none."""
        start, end = self.get(name, (0, 0))
        return unescape(self._data[start:end].decode(errors="replace"))
