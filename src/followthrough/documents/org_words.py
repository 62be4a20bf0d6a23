"""Inline markup of Org: emphasis, links, dates, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .lined_text import Piece
from .pieces import CODE, EMPHASIS, STRONG, STRUCK, Pieces

_STYLES = {"*": STRONG, "/": EMPHASIS, "_": 0, "+": STRUCK, "=": CODE, "~": CODE}
_BEFORE = "-('\"{"
_ENDS = {sign: re.compile(rf"(?<=\S){re.escape(sign)}(?=[-\s.,:!?;'\")}}\[\\]|$)") for sign in _STYLES}
_LINK = re.compile(r"\[\[((?:[^\[\]\\]|\\.){1,2000})\](?:\[((?:[^\]]|\](?!\])){1,1000})\])?\]")
_ANGLE = re.compile(r"<(https?://[^<>\n]{1,2000}|mailto:[^<>\s]{1,500})>")
_ADDRESS = re.compile(r"https?://[^\s<>\[\]|]{1,2000}")
_DATE = re.compile(r"[<\[](\d{4}-\d\d-\d\d(?: [^<>\[\]\n]{1,60})?)[>\]]")
_FOOTNOTE = re.compile(r"\[fn:[^\[\]\n]{0,500}\]")
_TARGET = re.compile(r"<<<?[^<>\n]{1,200}>>>?")
_BREAK = re.compile(r"\\\\(?=[ \t]*(?:\n|$))")
_COOKIE = re.compile(r"\[(?:\d{1,4}/\d{1,4}|\d{1,3}%|/|%)\]")
_SNIPPET = re.compile(r"@@[\w-]{1,30}:.{0,500}?@@|\{\{\{.{0,500}?\}\}\}")
LABEL = re.compile(r"(\S.*?)((?<![ \t])[ \t]++::)(?=\s|$)")
_TOLD = re.compile(r"(?<=\n)\w+(?=:)")
"""The name in front of what a line below a headline tells."""
_PRIORITY = re.compile(r"[ \t]*(\[#[A-Za-z0-9]{1,2}\])(?:[ \t]+|$)")


def read(text: str, named: Mapping[str, str]) -> list[Piece]:
    """The pieces of joined lines."""
    return _Words(text, named).read()


def read_labelled(text: str, named: Mapping[str, str]) -> list[Piece]:
    """The same for ``term :: description``, whose sign reads as a colon."""
    return _Words(text, named).read_labelled(LABEL)


def read_headline(text: str, named: Mapping[str, str]) -> list[Piece]:
    """The same for a headline, whose priority is no words."""
    return _headline(text, named, 0)


def read_task(text: str, named: Mapping[str, str]) -> list[Piece]:
    """The same for a headline that starts with the state of a task, which reads as a label."""
    return _headline(text, named, len(text.split(None, 1)[0]))


def _headline(text: str, named: Mapping[str, str], state: int) -> list[Piece]:
    words = _Words(text, named)
    if state:
        words.add(0, state, text[:state] + ":")
    priority = _PRIORITY.match(text, state)
    if priority:
        words.plain_from = state
        words.hide(priority.start(1), priority.end())
    at = priority.end() if priority else state
    for label in _TOLD.finditer(text, at):
        words.scan(at, label.start())
        words.add(label.start(), label.end(), label[0].capitalize())
        at = label.end()
    words.scan(at, len(text))
    return words.pieces


class _Words(Pieces):
    signs = re.compile(r"[*/_+=~\[<\\@{]|(?<![A-Za-z])https?://")

    def __init__(self, text: str, named: Mapping[str, str]) -> None:
        super().__init__(text, named)
        self.rules |= dict.fromkeys("*/_+=~", self._emphasis)
        self.rules |= {
            "[": self._bracket,
            "<": self._angle,
            "\\": self._backslash,
            "h": self._address,
            "@": self._snippet,
            "{": self._snippet,
        }

    def _emphasis(self, at: int, end: int) -> int:
        text, sign = self.text, self.text[at]
        if at > self.first and not (text[at - 1].isspace() or text[at - 1] in _BEFORE):
            return -1
        if at + 1 >= end or text[at + 1].isspace():
            return -1

        def places() -> Iterator[int]:
            return (found.start() for found in _ENDS[sign].finditer(text))

        close = self.closing(sign, places, at + 2, end)
        return self.styled(at, at + 1, close, close + 1, _STYLES[sign]) if close >= 0 else -1

    def _bracket(self, at: int, end: int) -> int:
        found = _LINK.match(self.text, at, end)
        if found is None:
            return self._small(at, end)
        target = found[1].removeprefix("file:") if found[1].startswith("file:#") else found[1]
        target = "".join(target.split("\n")).replace("\\", "")
        group = 1 if found[2] is None else 2
        return self.linked(
            at, found.start(group), found.end(group), found.end(), target, raw="#ft-" in target
        )

    def _small(self, at: int, end: int) -> int:
        """Footnotes and counters are no words; of a date only the brackets are none."""
        for pattern in (_FOOTNOTE, _COOKIE):
            found = pattern.match(self.text, at, end)
            if found:
                return self.hide(at, found.end())
        return self._dated(at, end)

    def _dated(self, at: int, end: int) -> int:
        found = _DATE.match(self.text, at, end)
        if found is None:
            return -1
        return self.styled(at, found.start(1), found.end(1), found.end(), 0)

    def _angle(self, at: int, end: int) -> int:
        found = _ANGLE.match(self.text, at, end)
        if found:
            return self.linked(at, found.start(1), found.end(1), found.end(), found[1], raw=True)
        found = _TARGET.match(self.text, at, end)
        if found:
            return self.hide(at, found.end())
        return self._dated(at, end)

    def _address(self, at: int, end: int) -> int:
        found = _ADDRESS.match(self.text, at, end)
        if found is None:
            return -1
        # It is cut out as a bare address; its signs mean nothing.
        self.flush(at)
        self.add(at, found.end())
        return found.end()

    def _backslash(self, at: int, end: int) -> int:
        """A hard break stays behind the words."""
        if not _BREAK.match(self.text, at, end):
            return -1
        self.flush(at)
        self.pieces.append(Piece(at, at + 2, -1, 0, None, ""))
        return at + 2

    def _snippet(self, at: int, end: int) -> int:
        found = _SNIPPET.match(self.text, at, end)
        return self.hide(at, found.end()) if found else -1
