"""Whether two measures of one document are the same work, so that a human is asked before both are filed.

Likeness only ever asks. Texts that differ in a number or a name are different work.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

SHARE = 0.8
"""Of the shorter text's content words, so many must stand in the longer one."""
FEWEST = 2
"""Texts with fewer content words than this are like nothing but themselves."""

_WORD = re.compile(r"[^\W_]+(?:[._/-][^\W_]+)*")
# Words that carry no work of their own.
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "can",
        "do",
        "for",
        "from",
        "get",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "more",
        "new",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "these",
        "they",
        "this",
        "to",
        "up",
        "us",
        "we",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "would",
        "add",
        "also",
        "better",
        "create",
        "ensure",
        "improve",
        "implement",
        "increase",
        "make",
        "need",
        "set",
        "setup",
        "start",
        "use",
    ]
)


@dataclass(frozen=True, slots=True)
class Gist:
    """What of a text counts when it is compared."""

    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]


def gist(text: str) -> Gist:
    """The content words, numbers and names of a text."""
    words, numbers, names = set(), set(), set()
    for position, match in enumerate(_WORD.finditer(unicodedata.normalize("NFKC", text))):
        word = match[0]
        if any(sign.isdigit() for sign in word):
            numbers.add(word.casefold())
        elif _is_name(word, position):
            names.add(word.casefold())
        elif not {word.casefold(), stem(word.casefold())} & _STOP:
            words.add(stem(word.casefold()))
    return Gist(frozenset(words), frozenset(numbers), frozenset(names))


def content(text: str) -> dict[str, str]:
    """The content words of a text in their order, without numbers: what each is compared by, and itself."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        word = match[0].casefold()
        if not any(sign.isdigit() for sign in word) and not {word, stem(word)} & _STOP:
            found.setdefault(stem(word), word)
    return found


def _is_name(word: str, position: int) -> bool:
    """``Redis`` inside a sentence, ``eu-west``, ``db.pool``: what a word list does not hold."""
    return position > 0 and (word[0].isupper() or any(sign in word for sign in "._/"))


def stem(word: str) -> str:
    """What a word in lower case is compared by: English endings go; other languages compare as they stand."""
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def alike(one: Gist, other: Gist) -> bool:
    """Whether both texts may announce the same work."""
    if _differ(one.numbers, other.numbers) or _differ(one.names, other.names):
        return False
    shorter, longer = sorted((one.words, other.words), key=len)
    if len(shorter) < FEWEST:
        return False
    return len(shorter & longer) >= SHARE * len(shorter)


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Both name something, and not the same."""
    return bool(one and other and not (one <= other or other <= one))
