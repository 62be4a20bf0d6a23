"""Whether two measures of one document are the same work, so that a human is asked before both are filed.

Likeness only ever asks. Texts that differ in a number or a name are different work.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

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


@lru_cache(maxsize=4096)
def gist(text: str) -> Gist:
    """The content words, numbers and names of a text."""
    found: dict[_Sort, set[str]] = {sort: set() for sort in _Sort}
    for position, word in enumerate(_WORD.findall(unicodedata.normalize("NFKC", text))):
        sort, folded = _sorted(word, position == 0)
        found[sort].add(folded)
    return Gist(*(frozenset(found[sort]) for sort in (_Sort.WORD, _Sort.NUMBER, _Sort.NAME)))


def content(text: str) -> dict[str, str]:
    """The content words of a text in their order, without numbers: what each is compared by, and itself."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        word = match[0].casefold()
        if not any(sign.isdigit() for sign in word) and not {word, stem(word)} & _STOP:
            found.setdefault(stem(word), word)
    return found


class _Sort(Enum):
    WORD = 1
    NUMBER = 2
    NAME = 3
    STOP = 4


@lru_cache(maxsize=8192)
def _sorted(word: str, first: bool) -> tuple[_Sort, str]:
    """What a word counts as, and how it is compared. The same words come again and again."""
    folded = word.casefold()
    if any(sign.isdigit() for sign in word):
        return _Sort.NUMBER, folded
    if _is_name(word, first):
        return _Sort.NAME, folded
    root = stem(folded)
    return (_Sort.STOP if {folded, root} & _STOP else _Sort.WORD), root


def _is_name(word: str, first: bool) -> bool:
    """``Redis`` inside a sentence, ``eu-west``, ``db.pool``: what a word list does not hold."""
    return not first and (word[0].isupper() or any(sign in word for sign in "._/"))


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
