"""Markdown's inline events of one block or cell: its runs, our marks, and the end of its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from .blocks import Mark, Run, Style
from .links import split_addresses
from .marks import ours

Event = tuple[Any, Any]
"""An event and its range, as the parser gives them."""
Piece = tuple[str, Any, int, int]
"""The same in a fifth of the memory: what it is, of what, its first byte, the byte behind its last."""

_STYLES = {"Emphasis": Style.EMPHASIS, "Strong": Style.STRONG, "Strikethrough": Style.STRUCK}
_TAGS = {
    "b": Style.STRONG,
    "strong": Style.STRONG,
    "i": Style.EMPHASIS,
    "em": Style.EMPHASIS,
    "s": Style.STRUCK,
    "del": Style.STRUCK,
    "strike": Style.STRUCK,
    "code": Style.CODE,
}
_TAG = re.compile(r"<(/?)([a-zA-Z]+)")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
# Combining flags through the enum costs more than everything else here.
_COMBINED = [Style(n) for n in range(16)]


class Inline:
    """Walks the events of one text and collects its runs and marks.

    ``end`` is the byte behind the last words outside any emphasis and before a closing comment, -1
    where there are none.
    """

    def __init__(self, shift: int) -> None:
        self.shift = shift
        self.runs: list[Run] = []
        self.marks: list[Mark] = []
        self.end = -1
        self._style = 0
        self._link: str | None = None
        self._silent = 0
        self._mark: tuple[str, str, int] | None = None
        self._words: list[str] = []
        self._parts: list[Run] = []
        self._swallow = False
        self._remarked = False
        # The opening <a> of a mark written as HTML, and how many runs stood before it.
        self._raw: tuple[str, str, int, int] | None = None

    def walk(self, pieces: Iterable[Piece]) -> None:
        """Reads the pieces of one text."""
        self._walk(pieces)
        self._flush()

    def _walk(self, pieces: Iterable[Piece]) -> None:
        shift = self.shift
        for key, value, first, last in pieces:
            # Numbers that stay the same are no new objects: of these there may be very many.
            start, end = (first + shift, last + shift) if shift else (first, last)
            if key == "Text":
                self._text(value, start, end)
            elif key == "Start":
                self._open(value, start)
            elif key == "End":
                self._close(value, end)
            elif key == "Code":
                self._code(value, start, end)
            elif key in ("SoftBreak", "HardBreak"):
                self._break(start, end)
            elif key == "InlineHtml":
                self._html(value, start, end)
            elif key == "FootnoteReference":
                self.end = end

    def plain(self, piece: Piece) -> bool:
        """Reads the only piece of a text, if it is words as they stand in the source: most texts are."""
        key, text, start, end = piece
        if key != "Text" or not text:
            return False
        start, end = start + self.shift, end + self.shift
        if end - start != (len(text) if text.isascii() else len(text.encode())):
            return False
        self.runs.append(Run(text, start, end))
        kept = text.rstrip(" \t")
        if kept:
            self.end = end - (len(text) - len(kept))
        return True

    def finished(self) -> tuple[Run, ...]:
        """The runs, bare addresses cut out of them as links."""
        if self._remarked:
            self._close_up()
        if not any("://" in run.text for run in self.runs):
            return tuple(self.runs)
        done: list[Run] = []
        for run in self.runs:
            code = run.style is not Style.PLAIN and run.style & Style.CODE
            verbatim = run.link is None and not code and "://" in run.text
            if verbatim and len(run.text.encode()) == run.end - run.start:
                done.extend(split_addresses(run))
            else:
                done.append(run)
        return tuple(done)

    def _close_up(self) -> None:
        """Takes the white space away that stands before a comment at the end."""
        while self.runs and not self.runs[-1].style & Style.CODE:
            last = self.runs[-1]
            kept = last.text.rstrip()
            if kept:
                if len(last.text.encode()) == last.end - last.start:
                    self.runs[-1] = last._replace(text=kept, end=last.start + len(kept.encode()))
                return
            self.runs.pop()

    @property
    def empty(self) -> bool:
        """Whether a reader would see no words but those of our marks."""
        return self.end < 0 or not any(run.text.strip() for run in self.runs)

    def _text(self, text: str, start: int, end: int) -> None:
        if text == "\\" and end - start > 1:
            end = start + 1  # a backslash that ends a paragraph is given the line's end with it
        if self._mark is not None:
            self._words.append(text)
            return
        if self._silent:
            return
        if self._swallow:
            self._swallow = False
            if text[:1] == " " and end - start == len(text.encode()):
                text, start = text[1:], start + 1
        if not text:
            return
        kept = text.rstrip(" \t")
        verbatim = end - start == (len(text) if text.isascii() else len(text.encode()))
        if kept:
            self.end = end - (len(text) - len(kept)) if verbatim else end
        self._add(text, start, end, verbatim)

    def _add(self, text: str, start: int, end: int, verbatim: bool) -> None:
        """Adds a run; text right behind text of its kind makes one run with it."""
        run = Run(text, start, end, _COMBINED[self._style], self._link)
        if self._parts and verbatim and self._joins(run):
            self._parts.append(run)
            return
        self._flush()
        if verbatim:
            self._parts = [run]
        else:
            self.runs.append(run)

    def _joins(self, run: Run) -> bool:
        before = self._parts[-1]
        return before.end == run.start and before.style is run.style and before.link == run.link

    def _flush(self) -> None:
        """Makes one run of the pieces that belong together."""
        if self._parts:
            first, last = self._parts[0], self._parts[-1]
            if first is not last:
                text = "".join([part.text for part in self._parts])
                first = Run(text, first.start, last.end, first.style, first.link)
            self.runs.append(first)
            self._parts = []

    def _break(self, start: int, end: int) -> None:
        if self._mark is not None:
            self._words.append(" ")
        elif not self._silent:
            self._swallow = False
            self._flush()
            self.runs.append(Run("\n", start, end, _COMBINED[self._style], self._link))

    def _code(self, text: str, start: int, end: int) -> None:
        if self._mark is not None:
            self._words.append(text)
            return
        self.end = end
        if not self._silent:
            self._swallow = False
            self._flush()
            self.runs.append(Run(text, start, end, _COMBINED[self._style | 8], self._link))

    def _open(self, tag: Any, start: int) -> None:
        if tag.__class__ is str:
            style = _STYLES.get(tag)
            if style:
                self._style |= style.value
            return
        if "Image" in tag:
            self._silent += 1
        elif "Link" in tag:
            self._follow(tag["Link"]["dest_url"], start)

    def _follow(self, target: str, start: int) -> None:
        mark = None if self._silent else ours(target)
        if mark is None:
            self._link = target
        else:
            self._mark = (*mark, start)
            self._words = []

    def _close(self, tag: Any, end: int) -> None:
        if tag == "Link":
            self._unlink(end)
        elif tag == "Image":
            self._silent -= 1
        elif tag in _STYLES:
            self._style &= ~_STYLES[tag].value
        self.end = end

    def _unlink(self, end: int) -> None:
        if self._mark is None:
            self._link = None
            return
        target, id, start = self._mark
        self._mark = None
        self._add_mark(Mark(id, start, end, " ".join("".join(self._words).split()), target))

    def _add_mark(self, mark: Mark) -> None:
        """Keeps a mark and takes its white space out of the runs: before it, or behind it if it is first."""
        self._flush()
        self.marks.append(mark)
        if not self.runs:
            self._swallow = True
            return
        before = self.runs[-1]
        if before.text == "\n":
            self.runs.pop()
        elif before.text[-1:] == " " and before.end == mark.start and not before.style & Style.CODE:
            if len(before.text) == 1:
                self.runs.pop()
            else:
                self.runs[-1] = before._replace(text=before.text[:-1], end=before.end - 1)

    def _html(self, source: str, start: int, end: int) -> None:
        if source.startswith("<!--"):
            self._flush()
            self._remarked = True
            self._swallow = not self.runs or self.runs[-1].text[-1:] in " \n"
            return
        self.end = end
        found = _TAG.match(source)
        if found is None or self._silent or self._mark is not None:
            return
        closing, name = bool(found[1]), found[2].lower()
        if name == "br":
            self._break(start, end)
        elif name == "a":
            self._raw_link(None if closing else _HREF.search(source), start, end)
        elif name in _TAGS:
            bit = _TAGS[name].value
            self._style = self._style & ~bit if closing else self._style | bit

    def _raw_link(self, href: re.Match[str] | None, start: int, end: int) -> None:
        """The start or end of a link written as HTML; one of ours is a mark once it has an end."""
        if href is not None:
            self._flush()
            self._link = unescape(href[1] or href[2] or href[3] or "")
            mark = ours(self._link)
            self._raw = (*mark, start, len(self.runs)) if mark else None
            return
        self._link = None
        if self._raw is not None:
            self._flush()
            target, id, first, count = self._raw
            words = "".join(run.text for run in self.runs[count:])
            del self.runs[count:]
            self._raw = None
            self._add_mark(Mark(id, first, end, " ".join(words.split()), target))
