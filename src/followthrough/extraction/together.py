"""Understands annotations of several parts: a name and a day without labels explain each other."""

from __future__ import annotations

from datetime import date
from enum import Enum

from .notes import Notes
from .owners import SMALL_MONTHS, name_like, nick_like, person
from .parts import EDGES
from .remarks import Remarks
from .values import Setting

_KEPT = 2_000
"""Parts that are remembered."""
_PAIR = 2


class _Part(Enum):
    """What a part of an annotation is."""

    NOTED = "an annotation"
    NICK = "somebody's nick, marked as one"
    DAY = "a day"
    PERSON = "somebody"
    NAME = "what could be a name"
    SPAN = "a deadline without a day"
    WORDS = "mere words"


class Together(Remarks):
    """Understands parts that stand together."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self._parts: dict[tuple[str, bool, bool], tuple[_Part, date | None]] = {}
        """What parts are that say nothing by themselves."""

    def _whole(self, part: str, notes: Notes, tag: bool) -> bool:
        """Whether all of ``part`` is one annotation."""
        raise NotImplementedError

    def _together(
        self, parts: list[str], notes: Notes, tag: bool, names: bool, alone: bool, *, known: bool
    ) -> bool:
        """Whether all ``parts`` are annotations. A name and a day without labels explain each other.

        That a part is ``known`` not to be one alone need not be found out again.
        """
        people: list[str] = []
        days: list[tuple[str, date | None]] = []
        sure = alone
        vague = False
        # The last part is that of many chunks which start ever later: most of them end in mere words.
        if len(parts) > 1 and self._part(parts[-1], Notes(), tag, names)[0] is _Part.WORDS:
            return False
        for part in parts:
            kind, day = self._part(part, notes, tag, names, known=known)
            if kind is _Part.WORDS:
                return False
            text = part.strip(EDGES)
            if kind in (_Part.DAY, _Part.SPAN):
                days.append((text, day))
                vague = vague or kind is _Part.SPAN
            elif kind is not _Part.NOTED:
                people.append(text)
                sure = kind is _Part.NICK or (sure and kind is _Part.PERSON)
        return self._agreed(len(parts), people, days, notes, sure=sure, vague=vague)

    def _part(
        self, part: str, notes: Notes, tag: bool, names: bool, *, known: bool = False
    ) -> tuple[_Part, date | None]:
        """What one part is, and the day it sets. What it says by itself is then in ``notes``."""
        key = (part, tag, names)
        found = self._parts.get(key)
        if found is None:
            if not known and self._whole(part, notes, tag):
                return _Part.NOTED, None
            if len(self._parts) > _KEPT:
                self._parts.clear()
            found = self._parts[key] = self._named(part, names)
        return found

    def _named(self, part: str, names: bool) -> tuple[_Part, date | None]:
        """Whether a part without a label is a name or a day."""
        text = part.strip(EDGES)
        if ":" in part and part.strip().startswith(":") and nick_like(part.strip()[1:]):
            return _Part.NICK, None
        named = names and text[:1].isupper() and text.lower() in SMALL_MONTHS
        day = None if named else self.day(text)
        if day is not None:
            return _Part.DAY, day
        if names and person(text, self.vocabulary, self.people):
            return _Part.PERSON, None
        if names and name_like(text, self.vocabulary):
            return _Part.NAME, None
        return _Part.SPAN if self.dates.bounded(text) else _Part.WORDS, None

    def _agreed(
        self,
        count: int,
        people: list[str],
        days: list[tuple[str, date | None]],
        notes: Notes,
        *,
        sure: bool,
        vague: bool,
    ) -> bool:
        """Notes the names and the day of ``count`` parts, if they can only be an owner and a deadline."""
        if len(days) > 1 or (days and notes.due_text) or (people and notes.owner):
            return False
        alone = count < _PAIR and bool(days) and not self.dates.relatively(days[0][0])
        if alone or (count < _PAIR and people and not sure) or (vague and not (people and sure)):
            return False
        early = any(day is not None and day < self.base for _, day in days)
        if early and not (people and all(person(one, self.vocabulary, self.people) for one in people)):
            return False
        if days:
            notes.due_text, notes.due = days[0]
        if people:
            notes.own(", ".join(people), self.vocabulary)
        due = days and (notes.owner is not None or (count < _PAIR and sure))
        return bool(due or not days) and (notes.due_text is not None or not people or sure)

    def merge(self, found: Notes, notes: Notes) -> None:
        """Adds to ``notes`` what they do not have yet."""
        if found.owner and not notes.owner:
            notes.owner, notes.owners = found.owner, found.owners
        if found.due_text and not notes.due_text:
            notes.due, notes.due_text = found.due, found.due_text
        notes.priority = notes.priority or found.priority
        notes.kind = notes.kind or found.kind
        notes.mark(found.state)
        for reference in found.references:
            notes.refer(reference.text, reference.url)
