"""Where sentences end."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

_END = re.compile(r"[.!?]{1,8}[\"'”’)\]*]{0,2}(?=\s)|[。！？]")
_SHORT = frozenset(
    [
        "e.g",
        "i.e",
        "etc",
        "vs",
        "approx",
        "ca",
        "no",
        "nr",
        "dr",
        "mr",
        "mrs",
        "ms",
        "st",
        "inc",
        "ltd",
        "cf",
        "al",
        "fig",
        "sec",
        "est",
        "ej",
        "ex",
        "incl",
        "aprox",
        "p.ej",
        "z.b",
        "d.h",
        "bzw",
        "usw",
        "ggf",
    ]
)
TOLD = 200
"""Sentences behind a title that are looked at for what they tell of it; nobody says a deadline later."""
_LAST_WORD = re.compile(r"[\w.]{1,8}$")


def sentence_ends(text: str, start: int = 0) -> Iterator[int]:
    """Offsets behind each sentence of ``text`` from ``start`` on; the last one is its length."""
    last = -1
    for match in _END.finditer(text, start):
        at = match.end()
        if match[0] == "." and _abbreviation(text, match.start(), at):
            continue
        yield at
        last = at
    if last < 0 or text[last:].strip():
        yield len(text)


def _abbreviation(text: str, dot: int, at: int) -> bool:
    word = text[max(0, dot - 8) : dot]
    word = word[word.rfind(" ") + 1 :].lower()
    if not word.isalnum():
        before = _LAST_WORD.search(text, max(0, dot - 9), dot)
        word = before[0].lower().rstrip(".") if before else ""
    if word in _SHORT or (len(word) == 1 and word.isalpha() and word != "i"):
        return True
    following = text[at : at + 2].strip()
    return bool(following) and following[0].islower() and word.isdigit()


def sentences(text: str, start: int = 0, *, most: int = sys.maxsize) -> list[tuple[int, int]]:
    """The first ``most`` sentences of ``text`` as spans without the white space around them."""
    spans: list[tuple[int, int]] = []
    at = start
    for end in sentence_ends(text, start):
        words = text[at:end]
        last = at + len(words.rstrip())
        if last > at:
            spans.append((end - len(words.lstrip()), last))
            if len(spans) == most:
                break
        at = end
    return spans
