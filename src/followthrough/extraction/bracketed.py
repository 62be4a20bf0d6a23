"""Names that stand in the same place of most elements of a list, in front or in brackets behind: owners."""

from __future__ import annotations

import re

from .annotations import Reader
from .candidates import Candidate
from .notes import Notes
from .owners import called, person
from .parts import parted
from .phrases import words_of
from .vocabulary import Vocabulary

_FRONT = re.compile(
    r"[*_]{0,2}(@?[^\W\d_][\w.'’-]{1,20}(?: [A-Z][\w'’-]{1,20})?"
    r"(?:\s?[/&,+]\s?@?[A-Z][\w'’-]{1,20}){0,3})[*_]{0,2}\s{0,2}(?::|->|=>|→|–|—|\s-)[*_]{0,2}\s+(?=\S)"
)
"""A name in front of what its bearer does: "Sam -> limit for the pool"."""
_LAST_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]][\s.]{0,4}$")


class Bracketed:
    """Finds the owners in one list."""

    def __init__(self, vocabulary: Vocabulary, reader: Reader) -> None:
        self._vocabulary = vocabulary
        self._reader = reader

    def owners(self, found: list[Candidate]) -> None:
        """A name in brackets is an owner where most items of the list have one there."""
        tails = [_LAST_BRACKETS.search(item.words) for item in found]
        if sum(tail is not None and called(tail[1].split(",", 1)[0], self._vocabulary) for tail in tails) < 2:
            return
        told = [self._named(tail[1]) if tail else None for tail in tails]
        named = sum(notes is not None for notes in told)
        if named * 2 <= len(found) or named < 2:
            return
        for item, tail, notes in zip(found, tails, told, strict=True):
            if tail is not None and notes is not None and item.notes.owner is None:
                self._reader.merge(notes, item.notes)
                item.end = item.start + tail.start()

    def fronts(self, found: list[Candidate]) -> None:
        """A name in front is an owner where most items of the list start with somebody's."""
        fronts = [_FRONT.match(item.words) for item in found] if len(found) > 1 else []
        sure = sum(front is not None and self._sure(front[1]) for front in fronts)
        if sure < 2 or sure * 2 <= len(found):
            return
        for item, front in zip(found, fronts, strict=True):
            if front is None or item.notes.owner is not None:
                continue
            anybody = front[1].strip(" *_").lower() in self._vocabulary.people
            if anybody or (called(front[1], self._vocabulary) and item.notes.own(front[1], self._vocabulary)):
                item.start += front.end()

    def _sure(self, name: str) -> bool:
        """Whether ``name`` is somebody's, and no word besides."""
        folded = words_of(name).tokens[0]
        return folded not in self._vocabulary.nouns and person(name, self._vocabulary, self._reader.people)

    def _named(self, text: str) -> Notes | None:
        """What brackets hold that name an owner, beside nothing but other annotations."""
        notes, names = Notes(), []
        for part in parted(text):
            if called(part, self._vocabulary):
                names.append(part)
            elif not self._reader.take(part, notes, tag=True):
                return None
        owned = bool(names) and notes.owner is None and notes.own(", ".join(names), self._vocabulary)
        return notes if owned else None
