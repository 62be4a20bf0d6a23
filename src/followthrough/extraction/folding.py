"""One spelling for comparison: no case, no accents, no punctuation, single spaces."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
_ASCII = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32 for code in range(256))
_COMBINING = re.compile(r"[\u0300-\u036f\u3099\u309a\ufe0f]+")
_CJK = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def fold(text: str) -> str:
    """``text`` in lower case, accents and punctuation gone, words separated by one space."""
    return " ".join(folded_words(text))


def folded_words(text: str) -> list[str]:
    """The words of the same."""
    if text.isascii():
        return text.encode("ascii").translate(_ASCII).decode("ascii").split()
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return _NOT_WORD.sub(" ", text).split()


def has_cjk(text: str) -> bool:
    """Whether ``text`` holds a letter of a script that writes no spaces between words."""
    return not text.isascii() and _CJK.search(text) is not None
