"""How a document writes its dates: the day first, or the month."""

from __future__ import annotations

import re
from collections import Counter

from .folding import has_cjk

_FULL = re.compile(rb"(?<![\d/.])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?![\d/])")
_ALONE = re.compile(rb"(?m)(?:^|[|(\[>])[ \t]*(\d{1,2})/(\d{1,2})[ \t]*\r?(?:$|[|)\]<:])")
_SLASHED = re.compile(rb"\d/\d")
_READ = 20_000
_DAY_FIRST = frozenset(
    (
        *("der", "und", "nicht", "von", "das", "mit", "auf", "ist", "im", "dem", "den", "wurde"),
        *("le", "les", "des", "une", "est", "pour", "du", "et", "aux", "dans"),
        *("el", "los", "una", "las", "que", "del", "por", "con", "y", "la", "para", "de", "se", "en"),
        *("os", "uma", "dos", "da", "em", "com", "não", "ao", "foi"),
        *("il", "che", "di", "per", "è", "della", "het", "een", "van", "voor", "met"),
    )
)
_OTHER = frozenset(("the", "and", "of", "was", "is", "we", "to", "for", "with", "on"))
"""English is written on both sides of the Atlantic: it tells nothing."""


def day_first(data: bytes) -> bool | None:
    """Whether ``03/04`` is in April in the document ``data``; ``None`` if nothing tells.

    Its dates with a number above 12 tell, without one its language.
    """
    if not _SLASHED.search(data):
        return None
    for pattern in (_FULL, _ALONE):
        told = {_order(int(one), int(two)) for one, two in pattern.findall(data)} - {None}
        if told:
            return told.pop() if len(told) == 1 else None
    text = data[:_READ].decode(errors="replace")
    if has_cjk(text):
        return False
    words = Counter(text.lower().split())
    first, other = (sum(words[word] for word in known) for known in (_DAY_FIRST, _OTHER))
    return True if first > other + 3 else None


def _order(one: int, two: int) -> bool | None:
    """What one date tells; a fraction tells nothing."""
    if 12 < one <= 31 and 1 <= two <= 12 and (one, two) != (24, 7):
        return True
    return False if 12 < two <= 31 and 1 <= one <= 12 else None
