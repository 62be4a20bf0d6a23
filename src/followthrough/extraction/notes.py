"""What stands beside an item's own words: owner, date, priority, state, kind, tickets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from followthrough.model import Kind, Reference, State

from .phrases import words_of
from .vocabulary import Vocabulary

_NAMES = re.compile(r"\s*(?:,|/|&|\+|;|\band\b|\by\b|\bet\b|\bund\b|\be\b|、|，|<br\s*/?>|\n)\s*")


@dataclass(slots=True)
class Notes:
    """The annotations of one item, collected from wherever it carries them. The first of each kind counts."""

    owner: str | None = None
    owners: tuple[str, ...] = ()
    due: date | None = None
    due_text: str | None = None
    priority: str | None = None
    state: State | None = None
    kind: Kind | None = None
    references: list[Reference] = field(default_factory=list)
    _named: set[tuple[str, bool]] = field(default_factory=set)
    """Words and addresses of the references: one item may name thousands."""

    def refer(self, text: str, url: str | None = None) -> None:
        """Notes a ticket, once."""
        if ((text, False) if url is None else (url, True)) in self._named:
            return
        self._named |= {(text, False)} if url is None else {(text, False), (url, True)}
        self.references.append(Reference(text, url))

    def own(self, words: str, vocabulary: Vocabulary) -> bool:
        """Notes the owner as written in ``words``, unless they say that there is none."""
        words = " ".join(words.split()).strip(" *_`:;,.-–—")
        if (
            not words
            or words_of(words).folded in vocabulary.no_owner
            or words.strip("()[]").lower() in vocabulary.no_owner
        ):
            return False
        if self.owner is None:
            self.owner = words
            self.owners = tuple(name.strip(" *_`()") for name in _NAMES.split(words) if name.strip(" *_`()"))
        return True

    def mark(self, state: State | None) -> None:
        """Notes the state, if none is known yet."""
        if state is not None and self.state is None:
            self.state = state
