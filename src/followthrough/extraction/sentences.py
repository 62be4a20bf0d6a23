"""Where sentences end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_END = re.compile(
    r"[.!?。！？](?:(?<=[.!?])[.!?]{0,7}[\"'”’)\]*]{0,2}(?=\s)|(?<=[。！？])[。！？]{0,3}(?![」』）〉》】]))"
)
"""The first sign stands apart, as what starts with one of a few characters is found at once."""
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
        "p.ej",
        "z.b",
        "d.h",
        "bzw",
        "usw",
        "ggf",
        "ecc",
        "evtl",
        "inkl",
        "vgl",
        "mind",
        "zzgl",
        "sog",
        "pag",
        "pág",
        "núm",
        "art",
        "p.es",
        "aprox",
        "env",
        "resp",
        "u.a",
        "o.ä",
    ]
)
_ENDING = frozenset(("etc", "usw", "ecc", "u.a", "o.ä"))
"""What ends an enumeration ends its sentence as well, where a capital letter follows."""
_ASIDE = 300
"""Characters in which brackets are closed that a sentence stands in."""
TOLD = 200
"""Sentences behind a title that are looked at for what they tell of it; nobody says a deadline later."""
_LAST_WORD = re.compile(r"[\w.]{1,8}$")


def sentence_ends(text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Offsets behind each sentence of ``text`` from ``start`` to ``end``, which is the last one."""
    last = -1
    end = len(text) if end is None else end
    seen, depth, quoted = start, 0, 0
    for match in _END.finditer(text, start, end):
        at = match.end()
        if match[0][0] == "." and match[0][1:2] != "." and _abbreviation(text, match.start(), at):
            continue
        depth = max(0, depth + text.count("(", seen, at) - text.count(")", seen, at))
        quoted = (quoted + text.count('"', seen, at)) % 2
        seen = at
        if depth and text.find(")", at, min(end, at + _ASIDE)) >= 0:
            continue
        if quoted and text.find('"', at, min(end, at + _ASIDE)) >= 0:
            continue
        if match[0][1:2] == "." and not text[at : at + 2].strip()[:1].isupper():
            continue  # something is left out, and the sentence goes on
        yield at
        last, depth, quoted = at, 0, 0
    if last < 0 or text[last:end].strip():
        yield end


def _abbreviation(text: str, dot: int, at: int) -> bool:
    word = text[max(0, dot - 8) : dot]
    word = word[word.rfind(" ") + 1 :].lower()
    if not word.isalnum():
        before = _LAST_WORD.search(text, max(0, dot - 9), dot)
        word = before[0].lower().rstrip(".") if before else ""
    following = text[at : at + 2].strip()[:1]
    if word in _ENDING and following.isupper():
        return False
    if word in _SHORT or (len(word) == 1 and word.isalpha() and word != "i"):
        return True
    return following.islower() and (word.isdigit() or text[at - 1] in ")]")


def sentences(
    text: str, start: int = 0, *, end: int | None = None, most: int | None = None
) -> list[tuple[int, int]]:
    """The first ``most`` sentences of ``text`` to ``end``, as spans without the white space around them."""
    return list(islice(each_sentence(text, start, end), most))


def each_sentence(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """The same one after another, for who may not want all of them."""
    at = start
    for stop in sentence_ends(text, start, end):
        words = text[at:stop]
        last = at + len(words.rstrip())
        if last > at:
            yield stop - len(words.lstrip()), last
        at = stop
