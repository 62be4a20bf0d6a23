"""Where sentences end."""

from __future__ import annotations

import re

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
        "p.ej",
        "z.b",
        "d.h",
        "bzw",
        "usw",
        "ggf",
    ]
)
_LAST_WORD = re.compile(r"[\w.]{1,8}$")


def sentence_ends(text: str, start: int = 0) -> list[int]:
    """Offsets behind each sentence of ``text`` from ``start`` on; the last one is its length."""
    ends: list[int] = []
    for match in _END.finditer(text, start):
        at = match.end()
        if match[0] == "." and _abbreviation(text, match.start(), at):
            continue
        ends.append(at)
    if not ends or text[ends[-1] :].strip():
        ends.append(len(text))
    return ends


def _abbreviation(text: str, dot: int, at: int) -> bool:
    before = _LAST_WORD.search(text, max(0, dot - 9), dot)
    word = before[0].lower().rstrip(".") if before else ""
    if word in _SHORT or (len(word) == 1 and word.isalpha() and word != "i"):
        return True
    following = text[at : at + 2].strip()
    return bool(following) and following[0].islower() and word.isdigit()


def sentences(text: str, start: int = 0) -> list[tuple[int, int]]:
    """The sentences of ``text`` as spans without the white space around them."""
    spans = []
    at = start
    for end in sentence_ends(text, start):
        while at < end and text[at].isspace():
            at += 1
        last = end
        while last > at and text[last - 1].isspace():
            last -= 1
        if last > at:
            spans.append((at, last))
        at = end
    return spans
