"""Reads values of which the meaning is known: a deadline, a priority, a kind, a state."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date

from followthrough.model import Kind, State
from followthrough.references import find

from .dates import Dates
from .notes import Notes
from .owners import person
from .parts import EDGES
from .phrases import words_of
from .states import state_of
from .vocabulary import Vocabulary

PRIORITY = re.compile(
    r"(?:prio(?:rity)?\s*)?(P[0-5])(?!\w)|(?:prio(?:rity)?)[\s-]*([0-5])(?!\w)", re.IGNORECASE
)
REMARKED = re.compile(r"(\S[^()]{0,40}?)\s{0,9}\(([^()]{2,30})\)")
_LONGEST = 40
"""Characters; what is longer is more than a date."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What values mean in one document."""

    vocabulary: Vocabulary
    dates: Dates
    base: date
    """The day from which relative dates count."""
    people: frozenset[str] = frozenset()
    """Folded names that the document gives."""
    dated: bool = True
    """Whether ``base`` is the incident's own day; otherwise a day before it may be a deadline as well."""
    most: int = sys.maxsize
    """Parts of remarks that are read of it."""


class Values:
    """Reads values."""

    def __init__(self, setting: Setting) -> None:
        self.vocabulary = setting.vocabulary
        self.dates = setting.dates
        self.base = setting.base
        self.people = setting.people
        self.dated = setting.dated

    def day(self, text: str) -> date | None:
        """The day that is all of ``text``, unless it lies before the incident."""
        if len(text) > _LONGEST:
            return None
        hit = self.dates.deadline(text, self.base)
        whole = hit is not None and hit.start == 0 and hit.end == len(text)
        return hit.day if hit is not None and whole and (hit.day >= self.base or not self.dated) else None

    def refer(self, text: str, notes: Notes) -> None:
        """Notes every ticket that ``text`` names."""
        for hit in find(text, self.vocabulary.not_keys):
            notes.refer(hit.text, hit.url)

    def deadline(self, value: str, notes: Notes) -> None:
        """Takes ``value`` for a date, read or not."""
        words = " ".join(value.split()).strip(" *_`")
        folded = words_of(words).folded
        if not folded or folded in self.dates.unknown or folded in self.vocabulary.no_owner or notes.due_text:
            return
        state = self.vocabulary.states.exact.get(folded)
        if state is None and self.vocabulary.outcomes.start(words_of(words)):
            state = State.DONE
        if state is not None:
            notes.mark(state)
            return
        remark = REMARKED.fullmatch(words)
        if remark:
            notes.mark(self.vocabulary.states.exact.get(words_of(remark[2]).folded))
            words = remark[1]
        hit = (
            self.dates.deadline(words, self.base)
            or self.dates.since(words, self.base)
            or self.dates.counted(words, self.base)
        )
        if hit is None and notes.owner is None and person(words, self.vocabulary, self.people):
            notes.own(words, self.vocabulary)
            return
        notes.due, notes.due_text = (hit.day if hit else None), words

    def priority(self, text: str) -> str | None:
        """The priority that ``text`` names."""
        match = PRIORITY.search(text)
        if match:
            return match[1] or match[0].strip()
        words = words_of(text)
        return text.strip(EDGES) if words.folded in self.vocabulary.priorities.exact else None

    def kind(self, text: str) -> Kind | None:
        """The kind that ``text`` names, if it is one."""
        words = words_of(text)
        exact = self.vocabulary.kinds.exact.get(words.folded)
        if exact is not None:
            return exact
        found = {hit.value for hit in self.vocabulary.kinds.all(words)}
        return found.pop() if len(found) == 1 else None

    def state(self, text: str) -> State | None:
        """The state that a status cell or a remark tells, by its first words or its sign."""
        return state_of(text, self.vocabulary)
