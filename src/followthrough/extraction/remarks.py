"""Understands remarks of one part: a handle, a priority, a state, a kind, a ticket."""

from __future__ import annotations

import re

from followthrough.references import find

from .folding import fold
from .notes import Notes
from .owners import person
from .parts import EDGES
from .phrases import Words, words_of
from .values import PRIORITY, Values
from .verbs import Form

_SHARE = re.compile(r"\d{1,3}\s?%\s*([^\W\d_]*)")
_HANDLE = re.compile(r"@[\w][\w.-]{0,60}")
_NAMES = re.compile(r"(?<!\s)\s*+(?:[,/&+;、，]|\b(?:and|y|et|und|e)\b|<br\s{0,9}/?>)\s*+|\n")
_LEVELS = tuple("012345")
"""How the name of a priority ends."""
_VERB = 40
"""Characters that a verb has at most."""
_TICKETS = 50
"""Tickets that one annotation names."""
_WHERE = ("high", "medium", "low", "critical")


class Remarks(Values):
    """Understands remarks of one part."""

    def _plain(self, text: str, words: Words, notes: Notes, tag: bool) -> bool:
        vocabulary = self.vocabulary
        handles = _HANDLE.findall(text) if "@" in text else None
        if handles and not _NAMES.sub("", _HANDLE.sub("", text)).strip(EDGES):
            notes.own(", ".join(handles) if len(handles) > 1 else handles[0], vocabulary)
            return True
        priority = PRIORITY.fullmatch(text) if text[-1:] in _LEVELS else None
        if priority or (words.folded in vocabulary.priorities.exact and (tag or words.folded in _WHERE)):
            notes.priority = notes.priority or (self.priority(text))
            return True
        share = _SHARE.fullmatch(text) if "%" in text else None
        if share and (not share[1] or words_of(share[1]).folded in vocabulary.states.exact):
            notes.mark(self.state(text))
            return True
        state = vocabulary.states.exact.get(words.folded)
        if state is not None and (tag or words.unspaced or len(words.folded) > 2):
            notes.mark(state)
            return True
        kind = vocabulary.kinds.exact.get(words.folded)
        if kind is not None and tag:
            notes.kind = notes.kind or kind
            return True
        return self._references(text, notes)

    def _references(self, text: str, notes: Notes) -> bool:
        found = find(text, self.vocabulary.not_keys, most=_TICKETS)
        if not found:
            return False
        left = text
        for hit in reversed(found):
            left = left[: hit.start] + " " + left[hit.end :]
        rest = words_of(left)
        if rest.folded and not all(
            word in self.vocabulary.ticket_words.exact or word == "and" for word in rest.tokens
        ):
            hit_words = self.vocabulary.ticket_words.exact.get(rest.folded)
            state = self.vocabulary.states.start(rest)
            if hit_words is None and (state is None or len(rest.tokens) > 4):
                return False
            notes.mark(state.value if state else None)
        for hit in found:
            notes.refer(hit.text, hit.url)
        return True

    def _told(self, name: str, rest: str) -> bool:
        """Whether somebody is told what to do first: "Sam to call a meeting"."""
        if self.vocabulary.verbs.form(fold(rest[:_VERB]).split(" ", 1)[0]) is not Form.BASE:
            return False
        return name.startswith("@") or person(name, self.vocabulary, self.people)

    def _shouted(self, text: str, words: Words, notes: Notes) -> bool:
        """A kind in capital letters: "PREVENT"."""
        kind = self.vocabulary.kinds.exact.get(words.folded)
        if kind is not None and text.isupper():
            notes.kind = kind
            return True
        return False
