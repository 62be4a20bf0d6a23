"""The part of YAML that people write in front matter: keys, words, lists, text over several lines.

Aliases, tags, flow mappings and everything else that makes YAML large are not read: such a key is
left out with a warning. Values stay words: ``2026-11-12`` and ``1`` are strings.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_QUOTED = r'"(?:[^"\\]|\\.)*"' + r"|'(?:[^']|'')*'"
_KEY = re.compile(
    rf"""({_QUOTED}|[^\s:#\[\]{{}},&*!|>%@`"'-](?:[^:#]|:(?=\S)|(?<=\S)\#)*?)[ \t]?:(?:[ \t]+(.*))?"""
)
_ITEM = re.compile(r"-(?:[ \t]+(.*))?")
_SCALAR_BLOCK = re.compile(r"([|>])[-+0-9]*")
_FLOW_PART = re.compile(rf"""({_QUOTED})\s*(,|$)|([^,\[\]{{}}"']*)(,|$)""")
_COMMENT = re.compile(r"[ \t]#.*")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "", "e": "", "a": "", "b": "", "f": "", "v": ""}
_LINE_END = re.compile(r"\r\n|\n|\r")
_DEEPEST = 12


class _Line(NamedTuple):
    number: int
    indent: int
    text: str
    """Without blanks around it; empty for a blank line or a comment."""
    raw: str


class _Unread(Exception):
    """One value is beyond this reader."""


def read_yaml(text: str, first_line: int) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """The mapping in ``text``, keys lower case, and a warning with its line for what is left out."""
    reader = _Reader(text, first_line)
    found = reader.block(0, 0)
    while reader.at < len(reader.lines):
        reader.skip("is not a `key: value` line")
        more = reader.block(0, 0)
        if isinstance(found, dict) and isinstance(more, dict):
            found |= more
    return (found if isinstance(found, dict) else {}), reader.warnings


class _Reader:
    def __init__(self, text: str, first_line: int) -> None:
        self.lines: list[_Line] = []
        self.warnings: list[tuple[int, str]] = []
        self.at = 0
        for number, raw in enumerate(_LINE_END.split(text), first_line):
            words = raw.strip()
            indent = len(raw) - len(raw.lstrip(" \t"))
            self.lines.append(_Line(number, indent, "" if words.startswith("#") else words, raw))
        while self.lines and not self.lines[-1].text:
            self.lines.pop()

    def _line(self) -> _Line | None:
        """The next line with something on it."""
        while self.at < len(self.lines) and not self.lines[self.at].text:
            self.at += 1
        return self.lines[self.at] if self.at < len(self.lines) else None

    def skip(self, why: str) -> None:
        """Leaves out the current line and what is indented under it."""
        line = self._line()
        if line is None:
            return
        self.warnings.append((line.number, f"front matter: `{line.text[:60]}` {why}, so it is left out"))
        self._past(line.indent)

    def _past(self, indent: int) -> None:
        self.at += 1
        while self.at < len(self.lines) and (
            not self.lines[self.at].text or self.lines[self.at].indent > indent
        ):
            self.at += 1

    def block(self, indent: int, depth: int) -> Any:
        """The mapping or list that starts on the next line, at ``indent`` or deeper."""
        line = self._line()
        if line is None or line.indent < indent:
            return None
        if depth > _DEEPEST:
            raise _Unread("is nested too deeply")
        if _ITEM.fullmatch(line.text):
            return self._list(line.indent, depth)
        return self._mapping(line.indent, depth)

    def _mapping(self, indent: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (line := self._line()) is not None and line.indent == indent:
            match = _KEY.fullmatch(line.text)
            if match is None:
                break
            here = self.at
            try:
                self.at += 1
                found[str(_word(match[1])).lower()] = self._value(match[2] or "", indent, depth)
            except _Unread as why:
                self.at = here
                self.skip(str(why))
        return found

    def _list(self, indent: int, depth: int) -> list[Any]:
        found: list[Any] = []
        while (line := self._line()) is not None and line.indent == indent:
            match = _ITEM.fullmatch(line.text)
            if match is None:
                break
            here = self.at
            rest = (match[1] or "").strip()
            try:
                if _KEY.fullmatch(rest):
                    # The item is a mapping whose first key stands behind the dash.
                    deeper = indent + line.text.index(rest)
                    self.lines[here] = _Line(line.number, deeper, rest, line.raw)
                    found.append(self._mapping(deeper, depth + 1))
                else:
                    self.at += 1
                    found.append(self._value(rest, indent, depth))
            except _Unread as why:
                self.at = here
                self.skip(str(why))
        return found

    def _value(self, rest: str, indent: int, depth: int) -> Any:
        """The value whose first line is ``rest``; the current line is the one after it."""
        scalar = _SCALAR_BLOCK.fullmatch(_COMMENT.sub("", rest))
        if scalar:
            return self._text(indent, scalar[1])
        if not rest or rest.startswith("#"):
            line = self._line()
            if line is None:
                return None
            if line.indent > indent or (line.indent == indent and _ITEM.fullmatch(line.text)):
                return self.block(indent, depth + 1)
            return None
        while self.at < len(self.lines) and self.lines[self.at].text and self.lines[self.at].indent > indent:
            rest += " " + self.lines[self.at].text
            self.at += 1
        return _word(rest)

    def _text(self, indent: int, style: str) -> str:
        kept = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.raw.strip() and line.indent <= indent:
                break
            kept.append(line.raw.strip())
            self.at += 1
        return ("\n" if style == "|" else " ").join(kept).strip()


def _word(text: str) -> Any:
    """One scalar or flow list."""
    text = text.strip()
    if text[:1] in ('"', "'"):
        quoted = _KEY.match(text + ":")
        if quoted is None or _COMMENT.sub("", text[quoted.end(1) :]).strip():
            raise _Unread("has an open quotation mark")
        inner = quoted[1][1:-1]
        if text[0] == "'":
            return inner.replace("''", "'")
        return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), inner)
    text = _COMMENT.sub("", " " + text).strip()
    if text[:1] == "[":
        return _flow_list(text)
    if text[:1] in "{&*!|>%@`" and text:
        raise _Unread("is more of YAML than is read here")
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    return None if text in ("", "~", "null", "Null", "NULL") else text


def _flow_list(text: str) -> list[Any]:
    if text[-1] != "]":
        raise _Unread("is a list that does not end on its line")
    inner = text[1:-1].strip().removesuffix(",")
    found, at = [], 0
    while at < len(inner):
        at += len(inner[at:]) - len(inner[at:].lstrip())
        part = _FLOW_PART.match(inner, at)
        if part is None:
            raise _Unread("is a list with more than words in it")
        found.append(_word(part[1] or part[3]))
        at = part.end()
    return found
