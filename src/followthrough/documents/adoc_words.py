"""Inline markup of AsciiDoc: formatting, macros, addresses, character references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

from .lined_text import Piece
from .pieces import CODE, EMPHASIS, STRONG, STRUCK, Pieces

_SIGNS = {"*": STRONG, "_": EMPHASIS, "`": CODE, "#": 0}
_WIDE = {sign: re.compile(re.escape(sign * 2)) for sign in _SIGNS}
_NARROW = {
    "*": re.compile(r"(?<!\s)\*(?!\w)"),
    "_": re.compile(r"(?<!\s)_(?!\w)"),
    "`": re.compile(r"(?<!\s)`(?![\w\"'`])"),
    "#": re.compile(r"(?<!\s)#(?!\w)"),
    "+": re.compile(r"(?<!\s)\+(?!\w)"),
}
_NOT_BEFORE = {"*": ";:}", "_": ";:}", "`": "&;:\"'`}", "#": "&;:}", "+": ";:\\"}
_MACRO = re.compile(
    r"(?:link|mailto|xref|footnote|image|icon|kbd|btn|menu|pass|stem|latexmath|asciimath|anchor|indexterm2?):"
)
_CALL = re.compile(
    r"(\w+):(?:\+\+([^\s\[\]]{1,2000}?)\+\+|([^\s\[:][^\s\[]{0,500})?)\[((?:[^\]\\]|\\.){0,1000})\]"
)
_ADDRESS = re.compile(r"(?:https?|ftp|irc)://[^\s\[\]<>]{1,2000}")
_WORDS = re.compile(r"\[((?:[^\]\\]|\\.){0,1000})\]")
_NAMED = re.compile(r"\{([\w-]{1,60})\}")
_CHARACTERS = {
    "amp": "&",
    "apos": "'",
    "asterisk": "*",
    "backslash": "\\",
    "backtick": "`",
    "blank": "",
    "brvbar": "¦",
    "caret": "^",
    "cpp": "C++",
    "cxx": "C++",
    "deg": "°",
    "empty": "",
    "endsb": "]",
    "gt": ">",
    "ldquo": "“",
    "lsquo": "‘",
    "lt": "<",
    "nbsp": "\u00a0",
    "plus": "+",
    "pp": "++",
    "quot": '"',
    "rdquo": "”",
    "rsquo": "’",
    "sp": " ",
    "startsb": "[",
    "tilde": "~",
    "two-colons": "::",
    "two-semicolons": ";;",
    "vbar": "|",
    "wj": "",
    "zwsp": "",
}
"""AsciiDoc's attributes for characters: https://docs.asciidoctor.org/asciidoc/latest/attributes/character-replacement-ref/"""
_TARGET = re.compile(r"[^\s\[\]]{0,1000}")
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]{2,30}\d{0,2});")
_CROSS = re.compile(r"<<([^<>,\n]{1,200})(?:,([^<>]{0,400}))?>>")
_ANCHOR = re.compile(r"\[\[[^\[\]\n]{1,200}\]\]")
_ROLE = re.compile(r"\[([^\[\]\n]{0,100})\](?=[*_`#])")
_INDEX = re.compile(r"\(\((?!\()([^()\n]{1,200})\)\)(?!\))|\(\(\(([^()\n]{1,200})\)\)\)")
_PASS = re.compile(r"\+\+\+(.{0,1000}?)\+\+\+|\+\+(.{0,1000}?)\+\+(?!\+)", re.DOTALL)
_IN_CODE = re.compile(r"\+\+([^+\n]{1,200})\+\+(?!\+)|\{([a-z-]{1,30})\}")
_BREAK = re.compile(r"\+(?=\n|$)")
_HIDDEN = frozenset(("footnote", "image", "icon", "anchor", "indexterm", "stem", "latexmath", "asciimath"))
_STRUCK = re.compile(r"\b(?:line-through|strike(?:through)?|del)\b")


def read(text: str, named: Mapping[str, str]) -> list[Piece]:
    """The pieces of joined lines; ``named`` holds the document's attributes."""
    return _Words(text, named).read()


def read_labelled(text: str, named: Mapping[str, str]) -> list[Piece]:
    """The same for ``term:: description``, whose sign reads as a colon."""
    return _Words(text, named).read_labelled(LABEL)


LABEL = re.compile(r"(?!//[^/])(\S.*?)(::{1,3}|;;)(?=\s|$)")


class _Words(Pieces):
    signs = re.compile(r"[*_`#+\\<\[{&]|\(\(|(?<![A-Za-z])(?:(?:https?|ftp|irc)://|" + _MACRO.pattern + ")")

    def __init__(self, text: str, named: Mapping[str, str]) -> None:
        super().__init__(text, named)
        self.rules |= dict.fromkeys("*_`#", self._formatted)
        self.rules |= dict.fromkeys("hfilmxkbpsa", self._macro)
        self.rules |= {
            "+": self._plus,
            "\\": self._backslash,
            "<": self._angle,
            "[": self._bracket,
            "{": self._brace,
            "&": self._entity,
            "(": self._index,
        }

    def _formatted(self, at: int, end: int) -> int:
        return self._format(at, at, 0, end)

    def _format(self, start: int, at: int, extra: int, end: int) -> int:
        """Formatting whose sign stands at ``at``, with its role in front of it from ``start`` on."""
        sign = self.text[at]
        style = _SIGNS[sign] | extra
        if self.text.startswith(sign * 2, at):
            close = self._close(sign * 2, _WIDE[sign], at + 3, end)
            if close >= 0 and close + 2 <= end:
                return self.styled(start, at + 2, close, close + 2, style)
        close = self._narrow(sign, start, at, end)
        return self.styled(start, at + 1, close, close + 1, style) if close >= 0 else -1

    def styled(self, start: int, first: int, last: int, end: int, style: int) -> int:
        if not style & CODE or not _IN_CODE.search(self.text, first, last):
            return super().styled(start, first, last, end, style)
        self.flush(start)
        self._inside += 1
        at = first
        for found in _IN_CODE.finditer(self.text, first, last):
            group = 1 if found[1] is not None else 2
            if group == 2 and found[2] not in _CHARACTERS:
                continue
            self.add(at, found.start(), None, style)
            if group == 1:
                self.add(found.start(1), found.end(1), None, style)
            else:
                self.add(found.start(), found.end(), _CHARACTERS[found[2]], style)
            at = found.end()
        self.add(at, last, None, style)
        self._inside -= 1
        self.add(end, end, "")
        return end

    def _narrow(self, sign: str, start: int, at: int, end: int) -> int:
        """Where ``sign`` at ``at``, which must not touch a word before it, is closed; or -1."""
        text = self.text
        if at + 1 >= end or text[at + 1].isspace() or (text[at + 1] == sign and sign != "+"):
            return -1
        if start and (_word(text[start - 1]) or text[start - 1] in _NOT_BEFORE[sign]):
            return -1
        return self._close(sign, _NARROW[sign], at + 2, end)

    def _close(self, kind: str, pattern: re.Pattern[str], start: int, end: int) -> int:
        def places() -> Iterator[int]:
            return (found.start() for found in pattern.finditer(self.text))

        return self.closing(kind, places, start, end)

    def _plus(self, at: int, end: int) -> int:
        """A hard break, or words that are taken as they stand."""
        if _BREAK.match(self.text, at) and (at == 0 or self.text[at - 1] in " \n"):
            self.flush(at)
            self.pieces.append(Piece(at, at + 1, -1, 0, None, ""))
            return at + 1
        found = _PASS.match(self.text, at, end)
        if found:
            group = 1 if found[1] is not None else 2
            return self._as_is(at, found.start(group), found.end(group), found.end())
        close = self._narrow("+", at, at, end)
        return self._as_is(at, at + 1, close, close + 1) if close >= 0 else -1

    def _as_is(self, start: int, first: int, last: int, end: int) -> int:
        self.flush(start)
        self._inside += 1
        self.add(first, last)
        self._inside -= 1
        self.add(end, end, "")
        return end

    def _backslash(self, at: int, end: int) -> int:
        if at + 1 >= end or not self.signs.match(self.text, at + 1, end):
            return -1
        self.hide(at, at + 1)
        after = at + 2
        while after < end and self.text[after] == self.text[at + 1] and self.text[after] in "*_`#+":
            after += 1
        self.add(at + 1, after)
        return after

    def _macro(self, at: int, end: int) -> int:
        address = _ADDRESS.match(self.text, at, end)
        if address:
            return self._address(address, end)
        found = _CALL.match(self.text, at, end)
        if found is None or not _MACRO.match(self.text, at):
            return -1
        name, first, last = found[1], found.start(4), found.end(4)
        target = found[2] or found[3] or ""
        if name in _HIDDEN:
            return self.hide(at, found.end())
        if name == "link":
            return self._words_of(at, first, last, found.end(), self._resolved(target))
        if name == "mailto":
            return self._words_of(at, first, last, found.end(), f"mailto:{target}")
        return self._as_is(at, first, last, found.end()) if last > first else self.hide(at, found.end())

    def _address(self, address: re.Match[str], end: int) -> int:
        at = address.start()
        words = _WORDS.match(self.text, address.end(), end)
        before = self.text[at - 1] if at else " "
        if words and (before.isspace() or before in ">()[];\"'<"):
            return self._words_of(at, words.start(1), words.end(1), words.end(), address[0])
        # Without words behind it, it is cut out as a bare address, and its signs mean nothing.
        self.flush(at)
        self.add(at, address.end())
        return address.end()

    def _words_of(self, start: int, first: int, last: int, end: int, target: str) -> int:
        """A link around its words, which may name attributes behind a comma."""
        words = self.text[first:last]
        if "=" in words:
            if words[:1] == '"' and words.find('"', 1) > 0:
                first, last = first + 1, first + words.find('"', 1)
            elif words.find(",") >= 0:
                last = first + words.find(",")
        if self.text[first:last].endswith("^"):
            last -= 1
        if last > first:
            return self.linked(start, first, last, end, target)
        address = self.text.find("[", start)
        shown = start if "://" in self.text[start : start + 9] else start + len("link:")
        return self.linked(start, shown, address, end, target, raw=True)

    def _resolved(self, target: str) -> str:
        found = _NAMED.match(target)
        value = self.named.get(found[1].lower()) if found else None
        return value + target[found.end() :] if found and value else target

    def _brace(self, at: int, end: int) -> int:
        """An attribute is a character or starts a link as an address; any other stays as it stands."""
        found = _NAMED.match(self.text, at, end)
        if found and found[1] in _CHARACTERS and found[1] not in self.named:
            return self.decode(at, found.end(), _CHARACTERS[found[1]])
        value = self.named.get(found[1].lower(), "") if found else ""
        if found is None or "://" not in value:
            return -1
        rest = _TARGET.match(self.text, found.end(), end)
        words = _WORDS.match(self.text, rest.end(), end) if rest else None
        if rest is None or words is None or words.end(1) == words.start(1):
            return -1
        return self._words_of(at, words.start(1), words.end(1), words.end(), value + rest[0])

    def _angle(self, at: int, end: int) -> int:
        found = _CROSS.match(self.text, at, end)
        if found is None:
            return -1
        group = 2 if found[2] else 1
        return self._as_is(at, found.start(group), found.end(group), found.end())

    def _bracket(self, at: int, end: int) -> int:
        found = _ANCHOR.match(self.text, at, end)
        if found:
            return self.hide(at, found.end())
        found = _ROLE.match(self.text, at, end)
        if found is None:
            return -1
        return self._format(at, found.end(), STRUCK if _STRUCK.search(found[1]) else 0, end)

    def _entity(self, at: int, end: int) -> int:
        found = _ENTITY.match(self.text, at, end)
        text = unescape(found[0]) if found else ""
        return self.decode(at, found.end(), text) if found and text != found[0] else -1

    def _index(self, at: int, end: int) -> int:
        found = _INDEX.match(self.text, at, end)
        if found is None:
            # Only the last three of many brackets can start one.
            near = self.text[at : min(end, at + 100)]
            return -max(1, len(near) - len(near.lstrip("(")) - 3)
        if found[1] is None:
            return self.hide(at, found.end())
        return self._as_is(at, found.start(1), found.end(1), found.end())


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"
