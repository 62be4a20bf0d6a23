"""Where in a sentence somebody can begin to speak anew, told cheaply: a list of 50,000 commas is quick."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from .folding import fold, has_cjk
from .phrases import Words
from .vocabulary import Vocabulary

OPENING = 120
"""Characters in which a clause says who will do what."""
_LONG = 1_000
_WORDS = 48
"""Characters that two words and the start of a third one have, or all three are looked at."""
_ASSIGNING = re.compile("will|shall|going", re.IGNORECASE)
_SUBJECTS = frozenset(("we", "our", "the"))
_ARE = frozenset(("are", "re", "is"))


class Openings:
    """The offsets of sentences at which :meth:`Acts.speaks` or :meth:`Acts.assigns` may say yes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._spoken = (vocabulary.announce, vocabulary.accomplished)

    def of(self, text: str, first: int, last: int) -> Callable[[int], bool]:
        """Whether a clause from an offset on has a word with which somebody begins to speak.

        A short sentence, or one without spaces, may anywhere: there is nothing to save.
        """
        sentence = text[first:last] if last - first > _LONG else ""
        if not sentence or has_cjk(sentence):
            return _anywhere
        known = Words(sentence)
        if not sentence.isascii() and _ASSIGNING.search(known.folded):
            return _anywhere
        assigning = [match.start() for match in _ASSIGNING.finditer(text, first, last)]
        starters = _SUBJECTS.intersection(known.distinct).union(
            *(each.within(known) for each in self._spoken)
        )
        if not assigning and not starters:
            return _nowhere

        def possible(at: int) -> bool:
            near = bisect_left(assigning, at)
            if near < len(assigning) and assigning[near] < at + OPENING:
                return True
            if not starters:
                return False
            words = fold(text[at : at + _WORDS]).split(" ", 2)
            return len(words) < 3 or self._begins(words[0], words[1])

        return possible

    def _begins(self, one: str, two: str) -> bool:
        """Whether two words can be the first ones of what :meth:`Acts.speaks` says yes to."""
        works = one in _SUBJECTS and (one != "we" or two in _ARE)
        return works or any(each.begins(one, two) for each in self._spoken)


def _anywhere(_at: int) -> bool:
    return True


def _nowhere(_at: int) -> bool:
    return False
