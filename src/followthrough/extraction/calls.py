"""Labels in running text that call on somebody: "(ACTION: Sam to ...)", "Action (Sam): ...", "[TODO] ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .owners import person
from .vocabulary import Vocabulary

_NAME = r"@?[^\W\d_][\w.'’-]{1,30}(?: [A-Z][\w'’-]{1,30})?"
NAMED = r"[A-Z][\w'-]{1,20}(?: [A-Z][\w'-]{1,20})?[*_]{0,2}:"
"""A name with a colon behind a label, in a document's bytes."""
_FRONT = r"(?:^[ \t>*_+-]{0,8}|(?<=[.!?)]) [*_]{0,2}|(?<=\())"


class Call(NamedTuple):
    """A label, whom it calls on, and where what is to be done stands."""

    label: str
    owner: str | None
    start: int
    end: int


class Calls:
    """Finds them; made once a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        words = sorted(vocabulary.lists.get("labels", {}).get("calls", ()), key=len, reverse=True)
        plain = [word.capitalize() for word in words]
        loud = "|".join(re.escape(word.upper()) for word in words)
        either = "|".join([loud, *map(re.escape, plain)])
        self._loud = re.compile(
            rf"{_FRONT}(?:\[({loud})\][*_]{{0,2}}:?[ ]|({loud})[*_]{{0,2}} [–—-] )", re.MULTILINE
        )
        self._aside = re.compile(rf"(?<=\()({either})s?[*_]{{0,2}}: ")
        self._named = re.compile(
            rf"{_FRONT}({either})[*_]{{0,2}} ?"
            rf"(?:\(({_NAME})\)[*_]{{0,2}}:?|(?:for |on )?({_NAME})[*_]{{0,2}}:)[*_]{{0,2}} ",
            re.MULTILINE,
        )

    def read(self, text: str) -> list[Call]:
        """The calls in ``text``, in order."""
        found = sorted(self._all(text), key=lambda call: call.start)
        if not found:
            return []
        starts = [text.rfind(call.label, 0, call.start) for call in found[1:]]
        return [
            call._replace(end=min(call.end, end))
            for call, end in zip(found, [*starts, len(text)], strict=True)
        ]

    def _all(self, text: str) -> Iterator[Call]:
        for match in self._loud.finditer(text):
            yield Call(match[1] or match[2], None, match.end(), len(text))
        for match in self._aside.finditer(text):
            closing = text.find(")", match.end())
            yield Call(match[1], None, match.end(), closing if closing >= 0 else len(text))
        for match in self._named.finditer(text):
            name = match[2] or match[3]
            if name.startswith("@") or person(name, self._vocabulary, frozenset()):
                yield Call(match[1], name, match.end(), len(text))
