"""Sets of phrases that are looked up by whole words, in time linear in the text.

A phrase of a script without spaces is found anywhere in the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

from .folding import fold, folded_words, has_cjk

_SHORT, _LONG = 400, 100_000
"""Characters: of short texts many are remembered, of long ones a few."""
_MANY = 200
"""Words from which on it pays to ask first which phrases they can hold."""
_NOTHING: Iterator[Any] = iter(())
_ALONE = ""
"""Stands where a phrase has no second word."""
Value = TypeVar("Value")


_Followed: TypeAlias = dict[str, list[tuple[list[str], Value]]]
"""The phrases with one first word, and what they stand for, by their second word; the longest first."""


class Words:
    """A text and its folded words, made once and looked at by many sets of phrases."""

    __slots__ = ("_distinct", "firsts", "folded", "known", "raw", "tokens", "unspaced")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        words = folded_words(raw)
        self.folded = " ".join(words)
        self.tokens = words or [""]
        self.unspaced = has_cjk(raw)
        self.known: tuple[object, object] | None = None
        """A vocabulary, and what it said of these words: the same question is asked several times."""
        self.firsts: dict[object, object] = {}
        """What each set of phrases found first: act, clause and promise ask the same sets."""
        self._distinct: frozenset[str] | None = None

    @property
    def distinct(self) -> frozenset[str]:
        """Each word once."""
        if self._distinct is None:
            self._distinct = frozenset(self.tokens)
        return self._distinct


def words_of(raw: str) -> Words:
    """The words of ``raw``. The same text is asked about many times while an item is judged."""
    size = len(raw)
    return _cached(raw) if size <= _SHORT else _kept(raw) if size <= _LONG else Words(raw)


@lru_cache(maxsize=8)
def _kept(raw: str) -> Words:
    return Words(raw)


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
        self._heads: dict[str, _Followed[Value]] = {}
        """By the first word, then by the second: a long list of phrases with one first word costs nothing."""
        self._unspaced: list[tuple[str, Value]] = []
        for value, phrases in values.items():
            for phrase in phrases:
                self._add(phrase, value)
        for followed in self._heads.values():
            alone = followed.setdefault(_ALONE, [])
            for second, found in followed.items():
                if second != _ALONE:
                    found.sort(key=lambda pair: -len(pair[0]))
                    found.extend(alone)
        self._unspaced.sort(key=lambda pair: -len(pair[0]))
        self._unspaced_firsts = frozenset(text[0] for text, _ in self._unspaced)

    def _add(self, phrase: str, value: Value) -> None:
        folded = fold(phrase)
        if not folded or folded in self.exact:
            return
        self.exact[folded] = value
        if has_cjk(phrase):
            self._unspaced.append((folded, value))
        else:
            words = folded.split(" ")
            followed = self._heads.setdefault(words[0], {})
            followed.setdefault(words[1] if len(words) > 1 else _ALONE, []).append((words, value))

    def _at(self, tokens: list[str], at: int, followed: _Followed[Value]) -> Hit[Value] | None:
        """The longest phrase at a word, which ``followed`` knows as the first one of phrases."""
        second = tokens[at + 1] if at + 1 < len(tokens) else _ALONE
        for phrase, value in followed.get(second) or followed[_ALONE]:
            size = len(phrase)
            if size < 3 or tokens[at : at + size] == phrase:
                return Hit(value, at, size)
        return None

    @property
    def openings(self) -> Collection[str]:
        """The first words of the phrases in scripts with spaces."""
        return self._heads.keys()

    def begins(self, one: str, two: str) -> bool:
        """Whether a phrase starts with these two words, or is the first of them."""
        followed = self._heads.get(one)
        return followed is not None and (two in followed or bool(followed[_ALONE]))

    def all(self, words: Words) -> Iterator[Hit[Value]]:
        """Every phrase in ``words``, the longest at each place."""
        if not words.unspaced and self._heads.keys().isdisjoint(words.tokens):
            return _NOTHING
        return self._all(words)

    def _all(self, words: Words) -> Iterator[Hit[Value]]:
        tokens = words.tokens
        heads = self._heads
        if len(tokens) >= _MANY:
            heads = {head: heads[head] for head in self.within(words)}
        for at, token in enumerate(tokens if heads else ()):
            followed = heads.get(token)
            if followed is not None:
                hit = self._at(tokens, at, followed)
                if hit is not None:
                    yield hit
        if words.unspaced and not self._unspaced_firsts.isdisjoint(words.folded):
            for text, value in self._unspaced:
                if text in words.folded:
                    yield Hit(value, 0, len(text))

    def within(self, words: Words) -> set[str]:
        """The first words of phrases of which a text has the first two words, wherever they stand."""
        known, heads = words.distinct, self._heads
        return {
            head for head in heads.keys() & known if heads[head][_ALONE] or not known.isdisjoint(heads[head])
        }

    def first(self, words: Words) -> Hit[Value] | None:
        """The first phrase in ``words``."""
        if self in words.firsts:
            return cast("Hit[Value] | None", words.firsts[self])
        hit = None
        if words.unspaced or len(words.tokens) >= _MANY:
            hit = next(self.all(words), None)
        elif not self._heads.keys().isdisjoint(words.tokens):
            hit = self._first(words.tokens)
        words.firsts[self] = hit
        return hit

    def _first(self, tokens: list[str]) -> Hit[Value] | None:
        heads = self._heads
        for at, token in enumerate(tokens):
            followed = heads.get(token)
            if followed is not None:
                hit = self._at(tokens, at, followed)
                if hit is not None:
                    return hit
        return None

    def inside(self, words: Words) -> bool:
        """Whether ``words`` hold one of the phrases."""
        return self.first(words) is not None

    def start(self, words: Words) -> Hit[Value] | None:
        """The phrase that ``words`` start with."""
        followed = self._heads.get(words.tokens[0])
        hit = None if followed is None else self._at(words.tokens, 0, followed)
        if hit is not None:
            return hit
        if words.unspaced and words.folded[:1] in self._unspaced_firsts:
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
