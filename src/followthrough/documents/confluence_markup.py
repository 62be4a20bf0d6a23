"""What the elements of Confluence's storage format mean, told in terms of HTML.

Macros are content where they have a rich text body, code where they have a plain one, and words where they
are a status, a ticket, a user or a date; their parameters are no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape

from .marks import ours
from .markup import Attributes, Piece, What, pieces
from .markup_names import COPY, TASKS

_MACROS = frozenset(("ac:structured-macro", "ac:macro"))
_INLINE_MACROS = {"status": "title", "jira": "key", "jiraissues": "key"}
"""Macros that read as one of their parameters."""
MARK = "followthrough"
"""The parameter of a Jira macro of ours that holds the address of the ticket, our fragment behind it.

Confluence keeps parameters of a macro that it does not know, until somebody fills in the macro anew.
"""
_TITLED = frozenset(("expand", "panel", "info", "note", "warning", "tip", "ui-expand", "ui-tab"))
"""Macros whose title heads their body."""
_SKIPPED = frozenset(
    (
        "ac:parameter",
        "ac:default-parameter",
        "ac:task-id",
        "ac:task-uuid",
        "ac:image",
        "ac:placeholder",
        "ac:adf-attribute",
        "ac:adf-parameter",
        "ac:adf-fallback",
        "ac:adf-mark",
    )
)
_MEANING = {
    "ac:task-list": TASKS,
    "ac:task": "li",
    "ac:task-body": "div",
    "ac:rich-text-body": "div",
    "ac:layout": "div",
    "ac:layout-section": "div",
    "ac:layout-cell": "div",
    "ac:adf-extension": COPY,
    "ac:inline-comment-marker": "span",
    "ac:link": "span",
}
_TARGETS = {"ri:page": "ri:content-title", "ri:blog-post": "ri:content-title", "ri:attachment": "ri:filename"}
_USERS = ("ri:username", "ri:account-id", "ri:userkey")
_SIGNS = {"tick": "✅", "cross": "❌"}
"""Emoticons that say how something is, where the editor kept no character for them."""


def confluence_pieces(data: bytes, start: int, end: int) -> Iterator[Piece]:
    """The pieces of ``data`` from ``start`` to ``end``, the elements of Confluence read as those of HTML."""
    return _Reading(data, start, end).walk()


class _Reading:
    def __init__(self, data: bytes, start: int, end: int) -> None:
        self.data = data
        self.pieces = pieces(data, start, end, xml=True)
        self._titled: list[bool] = []
        """For each open macro, whether its title heads its body."""
        self._target: list[tuple[str, int, int] | None] = []
        """For each open link, what it leads to as long as no words of it were seen."""

    def walk(self) -> Iterator[Piece]:
        for piece in self.pieces:
            what, name, start, end = piece
            if what is What.CDATA:
                yield from self._cdata(start, end)
            elif what is What.TEXT and self._target and self.data[start:end].strip():
                self._target[-1] = None
                yield piece
            elif (what is What.OPEN or what is What.CLOSE) and (":" in name or name == "time"):
                yield from (self._open if what is What.OPEN else self._close)(name, start, end)
            else:
                yield piece

    def _cdata(self, start: int, end: int) -> Iterator[Piece]:
        words = self.data[start:end].decode(errors="replace")
        if words.strip():
            if self._target:
                self._target[-1] = None
            yield What.ATOM, words, start, end

    def _open(self, name: str, start: int, end: int) -> Iterator[Piece]:
        if name in _MEANING:
            yield What.OPEN, _MEANING[name], start, end
            if name == "ac:link":
                self._target.append(None)
        elif name in _MACROS:
            yield from self._macro(name, start, end)
        elif name in _HANDLERS:
            yield from _HANDLERS[name](self, name, start, end)
        elif name in _SKIPPED:
            yield from self._parameter(name, start, end)
        elif name.startswith("ri:") and self._target:
            words = self._reading(name, Attributes(self.data, start, end))
            if words:
                self._target[-1] = (words, start, end)

    def _close(self, name: str, start: int, end: int) -> Iterator[Piece]:
        if name == "ac:link" and self._target:
            target = self._target.pop()
            if target is not None:
                yield What.ATOM, *target
        if name in _MACROS and self._titled:
            self._titled.pop()
        if name in _MEANING:
            yield What.CLOSE, _MEANING[name], start, end

    def _reading(self, name: str, attributes: Attributes) -> str:
        """What a link without words of its own reads as."""
        if name == "ri:user":
            known = next((attributes.text(key) for key in _USERS if attributes.text(key)), "")
            return f"@{known}" if known else ""
        return attributes.text(_TARGETS[name]) if name in _TARGETS else ""

    def _inside(self, name: str) -> Iterator[Piece]:
        """What stands in the element ``name`` that was just opened, its end left out."""
        depth = 1
        for piece in self.pieces:
            if piece[1] == name:
                depth += (piece[0] is What.OPEN) - (piece[0] is What.CLOSE)
                if depth == 0:
                    self._ended = piece[3]
                    return
            yield piece
        self._ended = -1

    _ended = -1
    """Where the element that was read last ends; -1 where it never does."""

    def _macro(self, name: str, start: int, end: int) -> Iterator[Piece]:
        kind = Attributes(self.data, start, end).text("ac:name").lower()
        wanted = _INLINE_MACROS.get(kind)
        if wanted is None:
            self._titled.append(kind in _TITLED)
            return
        told = self._parameters(name)
        words = " ".join(told.get(wanted, "").split())
        if words and self._ended >= 0:
            if self._target:
                self._target[-1] = None
            address = told.get(MARK, "").strip() if wanted == "key" else ""
            if ours(address):
                yield What.MARK, f"{words}\n{address}", start, self._ended
            else:
                yield What.ATOM, words, start, self._ended

    def _parameters(self, name: str) -> dict[str, str]:
        """The parameters of the macro that was just opened, by name."""
        told: dict[str, str] = {}
        inside: str | None = None
        for what, inner, first, last in self._inside(name):
            if what is What.OPEN and inner == "ac:parameter":
                inside = Attributes(self.data, first, last).text("ac:name")
            elif what is What.CLOSE:
                inside = None
            elif inside is not None and what is What.TEXT:
                words = unescape(self.data[first:last].decode(errors="replace"))
                told[inside] = told.get(inside, "") + words
        return told

    def _parameter(self, name: str, start: int, end: int) -> Iterator[Piece]:
        """What is no text; but the title of a panel heads what stands in it."""
        title = (
            name == "ac:parameter"
            and bool(self._titled)
            and self._titled[-1]
            and Attributes(self.data, start, end).text("ac:name") == "title"
        )
        for what, _, first, last in self._inside(name):
            if title and what is What.TEXT and self.data[first:last].strip():
                yield What.LABEL, "", first, last
                title = False

    def _status(self, name: str, start: int, end: int) -> Iterator[Piece]:
        for what, _, first, last in self._inside(name):
            words = self.data[first:last]
            if what is What.TEXT and words.strip() in (b"complete", b"incomplete"):
                begin = first + words.index(words.strip())
                yield What.BOX, words.strip().decode(), begin, begin + len(words.strip())

    def _code(self, name: str, start: int, end: int) -> Iterator[Piece]:
        for what, _, first, last in self._inside(name):
            if what in (What.CDATA, What.TEXT) and self.data[first:last].strip():
                yield What.CODE, "", first, last

    def _time(self, name: str, start: int, end: int) -> Iterator[Piece]:
        day = Attributes(self.data, start, end).text("datetime")
        if self.data[end - 2 : end] == b"/>":
            for _ in self._inside(name):
                pass
            if day:
                yield What.ATOM, day, start, end
            return
        words = False
        for piece in self._inside(name):
            words = words or (piece[0] is What.TEXT and bool(self.data[piece[2] : piece[3]].strip()))
            if piece[0] is What.TEXT:
                yield piece
        if not words and day and self._ended >= 0:
            yield What.ATOM, day, start, self._ended

    def _emoticon(self, name: str, start: int, end: int) -> Iterator[Piece]:
        attributes = Attributes(self.data, start, end)
        sign = attributes.text("ac:emoji-fallback")
        if not sign or sign.startswith(":"):
            sign = _SIGNS.get(attributes.text("ac:name"), "")
        if sign:
            yield What.ATOM, sign, start, end


_HANDLERS: dict[str, Callable[[_Reading, str, int, int], Iterator[Piece]]] = {
    "ac:task-status": _Reading._status,
    "ac:plain-text-body": _Reading._code,
    "time": _Reading._time,
    "ac:emoticon": _Reading._emoticon,
}
