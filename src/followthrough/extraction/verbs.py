"""Verbs and their forms: does a word start an instruction, tell what was done, or what is being done?"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from .folding import fold

_REPEATED = 7
"""Letters of a longer word that may be a verb with "re" in front: "regenerate"."""
_VOWELS = "aeiou"


class Form(Enum):
    """A verb's form."""

    BASE = "base"
    """Imperative or infinitive: ``add``, ``revisar``."""
    ING = "ing"
    PAST = "past"
    THIRD = "third"
    """Present, one person: ``adds``, ``documente``."""


class Verbs:
    """The verbs of all languages. Forms are derived by English rules, and by those of Romance infinitives."""

    def __init__(self, bases: Iterable[str], pasts: Iterable[str] = ()) -> None:
        self.forms: dict[str, Form] = {}
        words = [fold(word) for word in bases]
        for word in words:
            self.forms.setdefault(word.split(" ")[0], Form.BASE)
        for word in pasts:
            self.forms.setdefault(fold(word), Form.PAST)
        for word in words:
            if " " not in word:
                self._derive(word)

    def _derive(self, word: str) -> None:
        if word.endswith(("er", "ar", "ir")) and len(word) > 5:
            self.forms.setdefault(word[:-2] + ("a" if word.endswith("ar") else "e"), Form.THIRD)
        stem = word[:-1] if word.endswith("e") and not word.endswith("ee") else word
        forms = {stem + "ing": Form.ING, stem + "ed": Form.PAST}
        if word.endswith("y") and word[-2:-1] not in _VOWELS:
            forms = {word + "ing": Form.ING, word[:-1] + "ied": Form.PAST, word[:-1] + "ies": Form.THIRD}
        if (
            len(word) > 2
            and word[-1] not in _VOWELS + "wxy"
            and word[-2] in _VOWELS
            and word[-3] not in _VOWELS
        ):
            forms |= {word + word[-1] + "ing": Form.ING, word + word[-1] + "ed": Form.PAST}
        third = word + ("es" if word.endswith(("s", "sh", "ch", "x", "z")) else "s")
        for form, what in (forms | {third: Form.THIRD}).items():
            self.forms.setdefault(form, what)

    def form(self, word: str) -> Form | None:
        """The form of a folded ``word``, if it is a verb's."""
        form = self.forms.get(word)
        if form is None and word.startswith("re") and len(word) > _REPEATED:
            return self.forms.get(word[2:])
        return form
