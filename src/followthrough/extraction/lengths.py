"""How many words of its own a short text has, whether its script sets them apart or not."""

from __future__ import annotations

import re

from .phrases import Words

_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SIGNS = 2
"""Signs of a script without spaces that make about one word."""
_LATIN = re.compile(r"[a-z0-9_.]{2,}")


def own_words(words: Words, particles: frozenset[str] = frozenset()) -> int:
    """Words of a text but for ``particles``, which only join others: "control de admisión" has two.

    Of Japanese, Chinese and Korean two signs count as one word.
    """
    if words.unspaced:
        signs = len(_SIGN.findall(words.raw))
        return (signs + _SIGNS - 1) // _SIGNS + len(_LATIN.findall(words.folded))
    return sum(token not in particles for token in words.tokens)
