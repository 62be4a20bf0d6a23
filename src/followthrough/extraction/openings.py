"""Where in a sentence somebody can begin to speak anew, told cheaply: a list of 50,000 commas is quick."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from .folding import fold, has_cjk
from .phrases import Words
from .verbs import Form
from .vocabulary import Vocabulary

OPENING = 120
"""Characters in which a clause says who will do what."""
_LONG, _ENDLESS = 1_000, 100_000
_JOINT = r",\s(?:and|as well as|y|et|und|e)\s(?:also\s|to\s|then\s){0,2}|[;,]\s"
_EVERY = re.compile(_JOINT)
_TOLD = re.compile(
    rf"(?:{_JOINT})(?!\s{{0,9}}[,;])(?:(?=[\W_]{{0,12}}+([^\W_]{{1,24}}+)[\W_]{{1,12}}+([^\W_]{{1,24}}+)[\W_]))?"
)
"""Joints with the two words behind them; of several in a row the last one, which has the same words."""
_ASSIGNING = re.compile("will|shall|going", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:will|shall)(?=[\W_]++([^\W_]++))|going", re.IGNORECASE)
"""The same with the word behind it, which is a verb where somebody is told to do something."""
_SPACES = 12
"""Among the words in front of "will" that name who does something."""
_SUBJECTS = frozenset(("we", "our", "the"))
_ARE = frozenset(("are", "re", "is"))


class Openings:
    """The joints of sentences behind which :meth:`Acts.speaks` or :meth:`Acts.assigns` may say yes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._announce, self._accomplished = vocabulary.announce, vocabulary.accomplished
        self._form = vocabulary.verbs.form

    def of(self, text: str, first: int, last: int) -> Iterator[re.Match[str]]:
        """The commas and semicolons behind which stands a word with which somebody begins to speak.

        In a short sentence, or one without spaces, all of them: there is nothing to save. In what is no
        sentence, but a document without a full stop, none.
        """
        if last - first > _ENDLESS:
            return iter(())
        sentence = text[first:last] if last - first > _LONG else ""
        if not sentence or has_cjk(sentence):
            return _EVERY.finditer(text, first, last)
        known = Words(sentence)
        if not sentence.isascii() and _ASSIGNING.search(known.folded):
            return _EVERY.finditer(text, first, last)
        assigning = [
            match.start()
            for match in _ASSIGNED.finditer(text, first, last)
            if match[1] is None or self._form(match[1].lower()) is Form.BASE
        ]
        starters = _SUBJECTS.intersection(known.distinct).union(
            self._announce.within(known), self._accomplished.within(known)
        )
        return self._few(text, first, last, assigning, starters) if assigning or starters else iter(())

    def _few(
        self, text: str, first: int, last: int, assigning: list[int], starters: frozenset[str]
    ) -> Iterator[re.Match[str]]:
        plain = text.isascii()
        begins = self._begins
        for match in _TOLD.finditer(text, first, last):
            one, two = match.groups()
            if one is not None and plain:
                one = one.lower()
                if one in starters and begins(one, two.lower()):
                    yield match
                    continue
            elif starters:
                at = match.end()
                words = fold(text[at : at + OPENING]).split(" ", 2)
                if len(words) > 2 and begins(words[0], words[1]):
                    yield match
                    continue
            if assigning:
                at = match.end()
                near = bisect_left(assigning, at)
                if (
                    near < len(assigning)
                    and assigning[near] < at + OPENING
                    and text.count(" ", at, assigning[near]) <= _SPACES
                ):
                    yield match

    def _begins(self, one: str, two: str) -> bool:
        """Whether two words can be the first ones of what :meth:`Acts.speaks` says yes to."""
        if one in _SUBJECTS and (one != "we" or two in _ARE):
            return True
        return self._announce.begins(one, two) or self._accomplished.begins(one, two)
