"""Sets of phrases that are looked up by whole words, in time linear in the text.

A phrase of a script without spaces is found anywhere in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from .folding import fold, has_cjk

_SHORT = 400
Value = TypeVar("Value")


class Words:
    """A text and its folded words, made once and looked at by many sets of phrases."""

    __slots__ = ("folded", "known", "raw", "tokens", "unspaced")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.folded = fold(raw)
        self.tokens = self.folded.split(" ")
        self.unspaced = has_cjk(raw)
        self.known: tuple[object, object] | None = None
        """A vocabulary, and what it said of these words: the same question is asked several times."""


def words_of(raw: str) -> Words:
    """The words of ``raw``. The same short text is asked about many times while an item is judged."""
    return _cached(raw) if len(raw) <= _SHORT else Words(raw)


@lru_cache(maxsize=4096)
def _cached(raw: str) -> Words:
    return Words(raw)


class Hit(NamedTuple, Generic[Value]):
    """A phrase found: what it stands for, its first word's index, and how many words it has."""

    value: Value
    at: int
    size: int


class Phrases(Generic[Value]):
    """Phrases and what they stand for. Of two values for one phrase the first one given counts."""

    def __init__(self, values: Mapping[Value, Iterable[str]]) -> None:
        self.exact: dict[str, Value] = {}
        self._heads: dict[str, list[tuple[list[str], Value]]] = {}
        self._unspaced: list[tuple[str, Value]] = []
        for value, phrases in values.items():
            for phrase in phrases:
                self._add(phrase, value)
        for found in self._heads.values():
            found.sort(key=lambda pair: -len(pair[0]))
        self._unspaced.sort(key=lambda pair: -len(pair[0]))

    def _add(self, phrase: str, value: Value) -> None:
        folded = fold(phrase)
        if not folded or folded in self.exact:
            return
        self.exact[folded] = value
        if has_cjk(phrase):
            self._unspaced.append((folded, value))
        else:
            words = folded.split(" ")
            self._heads.setdefault(words[0], []).append((words, value))

    def all(self, words: Words) -> Iterator[Hit[Value]]:
        """Every phrase in ``words``, the longest at each place."""
        heads, tokens = self._heads, words.tokens
        for at, token in enumerate(tokens):
            found = heads.get(token)
            if found is None:
                continue
            for phrase, value in found:
                size = len(phrase)
                if size == 1 or tokens[at : at + size] == phrase:
                    yield Hit(value, at, size)
                    break
        if words.unspaced:
            for text, value in self._unspaced:
                if text in words.folded:
                    yield Hit(value, 0, len(text))

    def first(self, words: Words) -> Hit[Value] | None:
        """The first phrase in ``words``."""
        if not words.unspaced and self._heads.keys().isdisjoint(words.tokens):
            return None
        return next(self.all(words), None)

    def inside(self, words: Words) -> bool:
        """Whether ``words`` hold one of the phrases."""
        return self.first(words) is not None

    def start(self, words: Words) -> Hit[Value] | None:
        """The phrase that ``words`` start with."""
        tokens = words.tokens
        for phrase, value in self._heads.get(tokens[0], ()):
            if len(phrase) == 1 or tokens[: len(phrase)] == phrase:
                return Hit(value, 0, len(phrase))
        if words.unspaced:
            for text, value in self._unspaced:
                if words.folded.startswith(text):
                    return Hit(value, 0, len(text))
        return None

    def ends(self, words: Words) -> bool:
        """Whether ``words`` end with one of the phrases."""
        last = len(words.tokens)
        return any(hit.at + hit.size == last for hit in self.all(words))


def phrases(*items: str) -> Phrases[bool]:
    """A set of phrases without a meaning of their own."""
    return Phrases({True: items})
