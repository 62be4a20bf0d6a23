"""Parts an annotation into what separators set apart: "Sam, due 1 May, 2026; P1"."""

from __future__ import annotations

import re

_PARTS = re.compile(
    r"(?<!\s)\s*+(?:[,;|•·/]\s++|[、，；;|•·]\s*+)|(?<!\s)\s++(?:[–—|]|-{1,3})\s++|\.\s++(?=[^\W\d_][^:：.]{0,30}[:：]\s)"
)
FOLLOWING = re.compile(r"(?<!\s)\s++([^\W\d_]++(?: [^\W\d_]++)?+)\s?[:：]\s")
"""A second label on the line of the first: "Owner: Sam   Status: done"."""
_BY = re.compile(r"(\S{1,30}(?: \S{1,30}){0,2}) ((?:by|due|until) .{1,60})")
"""A name with its deadline: "Sam by Friday"."""
_YEAR = re.compile(r"(?:19|20)\d\d\W{0,3}")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
EDGES = " \t\n*_`~:：.,;-–—|"


def parted(chunk: str) -> list[str]:
    """What separators part, except the year of "December 1, 2026"."""
    parts: list[str] = []
    for part in _PARTS.split(chunk):
        if parts and _YEAR.fullmatch(part) and _DIGIT.search(parts[-1][-2:]):
            parts[-1] += ", " + part
        elif part.strip(EDGES):
            named = _BY.fullmatch(part.strip()) if " " in part else None
            parts += [part] if named is None else [named[1], named[2]]
    return parts


def behind(text: str, count: int) -> str:
    """``text`` behind its first ``count`` words."""
    spans = list(_WORD.finditer(text))
    return text[spans[count].start() :] if count < len(spans) else text
