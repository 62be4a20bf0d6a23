"""Inline markup of reStructuredText: emphasis, literals, roles, references."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from .lined_text import Piece
from .pieces import CODE, EMPHASIS, STRONG, STRUCK, Pieces

_OPENERS, _CLOSERS = "'\"([{<", "'\")]}>"
_DELIMITERS = "-/:"
_AFTER = "\\.,;!?"
_SUFFIX = r":[A-Za-z0-9](?:[\w.+-]{0,60}[A-Za-z0-9])?:|__?"
_PAIRS = dict(zip(_OPENERS, _CLOSERS, strict=True))
_ENDS = {"**": r"\*\*", "*": r"\*", "``": "``", "`": f"`(?:{_SUFFIX})?", "|": r"\|"}
_ENDS_OF = {sign: re.compile(rf"(?<!\s){end}") for sign, end in _ENDS.items()}
_EMBEDDED = re.compile(r"(?:\s|^)<([^<>\s](?:[^<>]{0,1998}[^<>\s])?)>$")
_ROLE = re.compile(r":([A-Za-z0-9](?:[\w.+:-]{0,60}[A-Za-z0-9])?):(?=`)")
_BEHIND = re.compile(f"`({_SUFFIX})?")
_NAME = re.compile(r"(?<![\w.+-])[^\W_](?:[-._+:]?[^\W_]){0,200}$")
_FOOTNOTE = re.compile(r"\[(?:\d{1,6}|\#[\w-]{0,60}|\*|[A-Za-z][\w.-]{0,60})\]_")
_ESCAPED = re.compile(r"\\(?:\s|(.))", re.DOTALL)
_ROLES = {"strong": STRONG, "emphasis": EMPHASIS, "code": CODE, "literal": CODE, "command": STRONG}
_ROLES |= {"strike": STRUCK, "del": STRUCK, "strikethrough": STRUCK, "s": STRUCK, "kbd": CODE, "file": CODE}


def read(text: str, named: Mapping[str, str]) -> list[Piece]:
    """The pieces of joined lines; ``named`` holds link targets."""
    return _Words(text, named).read()


def unescaped(text: str) -> str:
    r"""``text`` without backslashes: ``\*`` is a star, a backslash before white space takes it away."""
    return _ESCAPED.sub(lambda found: found[1] or "", text)


class _Words(Pieces):
    signs = re.compile(r"[*`|_\\\[]|:(?=[A-Za-z0-9])")

    def __init__(self, text: str, named: Mapping[str, str]) -> None:
        super().__init__(text, named)
        self.rules = {
            "*": self._star,
            "`": self._backquote,
            "|": self._bar,
            "_": self._underscore,
            "\\": self._backslash,
            ":": self._colon,
            "[": self._bracket,
        }

    def _starts(self, at: int, size: int, end: int) -> bool:
        """Whether markup whose sign has ``size`` characters may start here."""
        text = self.text
        if at + size >= end or text[at + size].isspace():
            return False
        if at == 0 or text[at - 1].isspace():
            return True
        before = text[at - 1]
        if _PAIRS.get(before) == text[at + size]:
            return False
        return before in _OPENERS or before in _DELIMITERS or _category(before) in ("Ps", "Pi", "Pf", "Pd")

    def _finishes(self, at: int) -> bool:
        """Whether markup that ends before this character really ends there."""
        if at >= len(self.text):
            return True
        after = self.text[at]
        return (
            after.isspace()
            or after in _CLOSERS
            or after in _DELIMITERS
            or after in _AFTER
            or (not after.isascii() and _category(after)[0] == "P")
        )

    def _close(self, sign: str, start: int, end: int) -> int:
        """Where ``sign`` closes what starts at ``start``, or -1."""
        at = self.closing(sign, lambda: self._closings(sign), start + 1, end)
        return at if at + len(sign) <= end else -1

    def _closings(self, sign: str) -> Iterator[int]:
        for found in _ENDS_OF[sign].finditer(self.text):
            after = found.end()
            finished = self._finishes(after) or (sign == "`" and self._finishes(found.start() + 1))
            if finished and (sign == "``" or not self._escaped(found.start())):
                yield found.start()

    def _escaped(self, at: int) -> bool:
        count = 0
        while at > count and self.text[at - count - 1] == "\\":
            count += 1
        return count % 2 == 1

    def _star(self, at: int, end: int) -> int:
        sign = "**" if self.text.startswith("**", at) else "*"
        return self._simple(at, sign, STRONG if sign == "**" else EMPHASIS, end)

    def _simple(self, at: int, sign: str, style: int, end: int) -> int:
        size = len(sign)
        if not self._starts(at, size, end):
            return -size
        close = self._close(sign, at + size, end)
        if close < 0:
            return -size
        return self._verbatim(at, at + size, close, close + size, style)

    def _verbatim(self, start: int, first: int, last: int, end: int, style: int) -> int:
        """Words that hold no further markup but backslashes."""
        self.flush(start)
        self._inside += 1
        self._unescape(first, last, style)
        self._inside -= 1
        self.add(end, end, "")
        return end

    def _unescape(self, first: int, last: int, style: int) -> None:
        """Adds words, each backslash in them a piece with what it escapes."""
        for found in () if style & CODE else _ESCAPED.finditer(self.text, first, last):
            if found.start() > first:
                self.add(first, found.start(), None, style)
            first = found.end() if found[1] else found.start() + 1
            self.add(found.start(), first, found[1] or "", style)
        if last > first:
            self.add(first, last, None, style)

    def _backquote(self, at: int, end: int) -> int:
        if self.text.startswith("``", at):
            return self._simple(at, "``", CODE, end)
        return self._quoted(at, at, None, end)

    def _quoted(self, start: int, at: int, role: str | None, end: int) -> int:
        """What stands in backquotes at ``at``: a role's text, or a reference."""
        if not self._starts(start, 1, end) or self.text[at + 1 : at + 2].isspace():
            return -1
        close = self._close("`", at + 1, end)
        if close < 0:
            return -1
        suffix = ""
        found = _BEHIND.match(self.text, close, end)
        if found and found[1] and self._finishes(found.end()):
            suffix = found[1]
        after = close + 1 + len(suffix)
        if suffix[:1] == ":":
            role = suffix[1:-1]
        if suffix[:1] == "_" and role is None:
            return self._reference(at, close, after)
        return self._interpreted(start, at + 1, close, after, role)

    def _reference(self, at: int, close: int, after: int) -> int:
        words = self.text[at + 1 : close]
        embedded = _EMBEDDED.search(words)
        if embedded is None:
            target = self.named.get(" ".join(unescaped(words).lower().split()), "")
            last = close
        else:
            target = "".join(unescaped(embedded[1]).split())
            last = at + 1 + embedded.start() if embedded.start() else close
            if target.endswith("_"):
                target = self.named.get(target[:-1].lower(), "")
        return self._refer(at, at + 1, last, after, target)

    def _refer(self, start: int, first: int, last: int, end: int, target: str) -> int:
        if not target:
            return self._verbatim(start, first, last, end, 0)
        self.flush(start)
        self.pieces.append(Piece(first, last, end, 0, target, None, start))
        self._link = target
        self._verbatim(start, first, last, end, 0)
        self._link = None
        return end

    def _interpreted(self, start: int, first: int, last: int, end: int, role: str | None) -> int:
        style = _ROLES.get((role or "").rsplit(":", 1)[-1].lower(), 0)
        embedded = None if style else _EMBEDDED.search(self.text[first:last])
        if embedded and embedded.start():
            last = first + embedded.start()
        return self._verbatim(start, first, last, end, style)

    def _bar(self, at: int, end: int) -> int:
        return self._simple(at, "|", 0, end)

    def _underscore(self, at: int, end: int) -> int:
        """An inline target, or the end of a reference by name."""
        if self.text.startswith("_`", at) and self._starts(at, 2, end):
            close = self._close("`", at + 2, end)
            return self._verbatim(at, at + 2, close, close + 1, 0) if close >= 0 else -1
        after = at + (2 if self.text.startswith("__", at) else 1)
        if after > end or not self._finishes(after):
            return -1
        name = _NAME.search(self.text, max(self.plain_from, at - 200), at)
        target = self.named.get(name[0].lower()) if name else None
        if name is None or target is None:
            return -1
        return self._refer(name.start(), name.start(), at, after, target)

    def _backslash(self, at: int, end: int) -> int:
        found = _ESCAPED.match(self.text, at, end)
        if found is None:
            return -1
        if found[1]:
            return self.decode(at, found.end(), found[1])
        return self.hide(at, found.end() if self.text[at + 1] != "\n" else at + 1)

    def _colon(self, at: int, end: int) -> int:
        found = _ROLE.match(self.text, at, end)
        return self._quoted(at, found.end(), found[1], end) if found else -1

    def _bracket(self, at: int, end: int) -> int:
        found = _FOOTNOTE.match(self.text, at, end)
        return self.hide(at, found.end()) if found and self._finishes(found.end()) else -1


def _category(character: str) -> str:
    return unicodedata.category(character)
