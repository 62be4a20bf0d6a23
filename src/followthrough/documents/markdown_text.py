"""Markdown's texts, read only when somebody asks, and where each of them takes a mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from .blocks import NO_RUNS, Anchor, Run, Style, Text
from .inline import Event, Inline, Piece

NO_WORDS = Anchor(refusal="it has no text of its own to put a link behind")
_HEADING = Anchor(refusal="it is a heading: the link belongs to the first paragraph below it")
_CODE_LINES = 200
"""Pieces of code that are kept apart, so that each line has its own bytes; longer code is one piece."""
_ATTRIBUTES = re.compile(r"\{(?::?[ \t]?[#.][^{}]+|-)\}\s*+")
_COMMENT_OR_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-zA-Z][^<>]*>", re.DOTALL)


_BLOCK: Piece = ("", None, 0, 0)


class Events:
    """The events of one document: streamed for its blocks, kept only once a text is asked for.

    Streaming twice is cheaper than keeping them all: most are never looked at, and half a million
    live objects make every garbage collection slow.
    """

    def __init__(self, stream: Callable[[], Iterator[Event]], small: bool = False) -> None:
        self._all: list[Event] | None = None
        self._kept: list[Piece] | None = None
        self.stream = stream
        if small:
            self._all = events = list(stream())
            self.stream = lambda: iter(events)  # not by way of `self`: such a circle only a collection ends

    def between(self, first: int, last: int) -> list[Piece]:
        """The pieces of one text: events ``first`` up to, not including, ``last``."""
        if self._all is not None:
            return [_piece(event, span) for event, span in self._all[first:last]]
        if self._kept is None:
            self._kept = [_piece(event, span) for event, span in self.stream()]
        pieces = self._kept[first:last]
        self._kept[first:last] = [_BLOCK] * len(pieces)  # each text is read once; they take more than it does
        return pieces


INLINE = frozenset(("Emphasis", "Strong", "Strikethrough", "Link", "Image"))


def _piece(event: Any, span: Any) -> Piece:
    """An event as it is kept; those of blocks, which no text holds, are all the same."""
    if event.__class__ is str:
        return (event, None, span["start"], span["end"])
    ((key, value),) = event.items()
    if (key == "Start" or key == "End") and (
        value if value.__class__ is str else next(iter(value))
    ) not in INLINE:
        return _BLOCK
    return (key, value, span["start"], span["end"])


class LateText(Text):
    """Text whose events are walked only when somebody asks."""

    __slots__ = ("events", "first", "last", "shift")

    def __init__(self, start: int, end: int, events: Events, first: int, last: int, shift: int) -> None:
        self.start = start
        self.end = end
        self.events = events
        self.first = first
        self.last = last
        self.shift = shift
        self._runs = None
        self._text = None

    def _fill(self) -> None:
        inline = Inline(self.shift)
        pieces = self.events.between(self.first, self.last)
        if len(pieces) != 1 or not inline.plain(pieces[0]):
            inline.walk(pieces)
        self._runs = inline.finished()
        self._marks = tuple(inline.marks)
        self._anchor = self.place(inline)

    def place(self, inline: Inline) -> Anchor:
        """Where a new mark goes."""
        return NO_WORDS if inline.empty else Anchor(inline.end)


class HeadingText(LateText):
    """A heading takes no mark: a link would change the address and the contents made from it."""

    __slots__ = ()

    def _fill(self) -> None:
        super()._fill()
        if self._runs and self._runs[-1].text.rstrip().endswith("}"):
            self._runs = _unattributed(self._runs)

    def place(self, inline: Inline) -> Anchor:
        return _HEADING


class CellText(LateText):
    """A cell takes a mark even where it holds no words: only marks, or a comment."""

    __slots__ = ()

    def place(self, inline: Inline) -> Anchor:
        return Anchor(inline.end if inline.end >= 0 else self.end)


class SourceText(Text):
    """Code or an HTML block: text without inline markup, and no place for a mark."""

    __slots__ = ("code", "events", "first", "last")

    def __init__(self, start: int, end: int, events: Events, first: int, last: int, code: bool) -> None:
        super().__init__(start, end)
        self.events = events
        self.first = first
        self.last = last
        self.code = code

    def _fill(self) -> None:
        pieces = self.events.between(self.first, self.last)
        if self.code and len(pieces) <= _CODE_LINES:
            self._runs = tuple(
                Run(value, first, last, Style.CODE) for key, value, first, last in pieces if key == "Text"
            )
        else:
            text = "".join(value for key, value, _, _ in pieces if key in ("Text", "Html"))
            text = text if self.code else _stripped(text)
            style = Style.CODE if self.code else Style.PLAIN
            self._runs = (Run(text, self.start, self.end, style),) if text else NO_RUNS
        what = "code" if self.code else "an HTML block"
        self._anchor = Anchor(refusal=f"it is {what}, where a link would be read as part of it")


def _unattributed(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """A heading's runs without the attributes behind it, "{#id .class}", which no reader sees.

    kramdown, Pandoc, Hugo, MkDocs and Docusaurus write them so.
    """
    last = runs[-1]
    at = last.text.rfind("{")
    if last.style is not Style.PLAIN or last.link is not None or not _ATTRIBUTES.fullmatch(last.text, at):
        return runs
    kept = last.text[:at].rstrip()
    verbatim = len(last.text.encode()) == last.end - last.start
    end = last.start + len(kept.encode()) if verbatim else last.end
    return (*runs[:-1], last._replace(text=kept, end=end)) if kept else runs[:-1]


def _stripped(source: str) -> str:
    return unescape(_COMMENT_OR_TAG.sub("", source))
