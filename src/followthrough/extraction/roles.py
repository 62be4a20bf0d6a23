"""What the words of a heading open: measures, a timeline, causes, or nothing this program knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from .meanings import Role
from .phrases import Hit, Words, words_of
from .verbs import Form
from .vocabulary import Vocabulary

_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,80})[)\]）】]")
_BRACKET = re.compile(r"[(\[（【]")
_INNER = 4
"""Brackets of a heading that are looked at."""
_NAMED = re.compile(r"\W{0,40}[^:–—]{3,40}(?::|\s(?:[–—]|-{1,3})\s)\s*+\S")
"""A report and the name of its incident: "Postmortem: ..."."""
_ANY = ("incident", "outage", "report")
"""In a short heading these are no title: "Incident in summary"."""
_WRITERS = ("we", "our", "us", "i", "my")
_MUST = (["need"], ["must"], ["should"], ["can"], ["have"])
_ASKED = 14
"""A heading of more words tells a story."""
_COMPOSED = 9
"""A heading of more words is a sentence."""
_SHORT = 6
"""A heading of more words must be about the phrase found in it, not only mention it."""
_LAST_PART = re.compile(r"[^\s/|&+][\s*_]{0,8}+[/|&+]\s{0,3}([^/|&+]{3,60})$")
"""The last of several names for what stands below: "What could be better / Action items"."""


class Roles:
    """Finds the roles of headings."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._openings = frozenset().union(
            vocabulary.headings.openings,
            vocabulary.heading_rejected.openings,
            vocabulary.heading_nouns.openings,
            vocabulary.heading_acts.openings,
            vocabulary.announce.openings,
        )
        """The words that start whatever gives a heading a role."""

    def read(self, words: Words) -> tuple[Role, bool]:
        """What a heading of these words opens, and whether it consists of known words."""
        vocabulary = self._vocabulary
        known = vocabulary.headings.exact.get(words.folded) or self._outside_brackets(words)
        if known is not None:
            return known, True
        if not (words.unspaced or self._speaks(words.tokens)):
            return Role.NEUTRAL, False
        if len(words.tokens) <= _COMPOSED and vocabulary.heading_rejected.inside(words):
            return Role.ASIDE, True
        hits = list(vocabulary.headings.all(words))
        bare = words_of(unbracketed(words.raw))
        past = bare is not words and vocabulary.heading_past.inside(words)
        if self._composed(words) or (bare is not words and not past and self._composed(bare)):
            return Role.MEASURES, True
        asks = self.asks(words) and all(hit.value is not Role.LESSONS for hit in hits)
        if asks or (len(words.tokens) <= _ASKED and vocabulary.breaks_off(words)):
            return Role.MEASURES, False
        if not hits:
            return Role.NEUTRAL, False
        if any(hit.value is Role.INSTRUCTION for hit in hits):
            return Role.INSTRUCTION, False
        best = max(hits, key=_weight)
        last = len(words.tokens)
        named = [
            hit for hit in hits if hit.value is Role.TITLE and (hit.at == 0 or hit.at + hit.size == last)
        ]
        if named and (
            last > _SHORT - 1
            or any(words.tokens[hit.at] not in _ANY for hit in named)
            or len(named) == len(hits)
        ):
            plain = best.value is Role.TITLE or best.size == 1 or _NAMED.match(words.raw) is not None
            return (Role.TITLE if plain else best.value), False
        best = max((hit for hit in hits if hit.value is not Role.TITLE), key=_weight, default=best)
        turned = self._turned(best.value, words)
        if turned is not None:
            return turned
        total = len(bare.tokens)
        if not words.unspaced and total > _SHORT and best.size * 3 < total and not _leads(hits, best):
            return Role.NEUTRAL, False
        part = _LAST_PART.search(words.raw) if best.value is not Role.MEASURES else None
        if part and vocabulary.headings.exact.get(words_of(part[1]).folded) is Role.MEASURES:
            return Role.MEASURES, False
        addressed = best.value is Role.ASIDE and best.at == 0 and best.size > 2
        return best.value, addressed or (not words.unspaced and _covered(hits) >= total)

    def _turned(self, role: Role, words: Words) -> tuple[Role, bool] | None:
        """What a heading opens by words beside those that give it ``role``: readers, the past, reasons."""
        if role is Role.MEASURES and self._addressed(words):
            return Role.ASIDE, True
        if role is Role.MEASURES and self._vocabulary.heading_past.inside(words):
            return Role.TAKEN, False
        reasons = role is Role.CAUSE and self._vocabulary.heading_reasons.start(words) is not None
        return (Role.CAUSE, True) if reasons else None

    def _outside_brackets(self, words: Words) -> Role | None:
        """What "Recovery (one-time fix)" opens without its brackets, unless they name measures."""
        if not _BRACKET.search(words.raw):
            return None
        roles = self._vocabulary.headings.exact
        role = roles.get(words_of(unbracketed(words.raw)).folded)
        if role in (None, Role.MEASURES):
            return None
        inner = [words_of(part) for part in bracketed(words.raw)]
        measures = any(roles.get(part.folded) is Role.MEASURES or self._composed(part) for part in inner)
        return None if measures else role

    def _speaks(self, tokens: list[str]) -> bool:
        """Whether any of them can give a heading a role."""
        endings = self._vocabulary.heading_endings
        return not self._openings.isdisjoint(tokens) or any(token.endswith(endings) for token in tokens)

    def _composed(self, words: Words) -> bool:
        """Whether it is made of the words that name measures: "Planned engineering improvements"."""
        vocabulary = self._vocabulary
        if len(words.tokens) > _COMPOSED:
            return False
        nouns = list(vocabulary.heading_nouns.all(words))
        nouns += [
            Hit(True, at, 1)
            for at, token in enumerate(words.tokens)
            if token.endswith(vocabulary.heading_endings)
        ]
        if not nouns or vocabulary.heading_vetoes.inside(words):
            return False
        found = nouns + list(vocabulary.heading_modifiers.all(words))
        return _covered(found) >= len(words.tokens)

    def asks(self, words: Words) -> bool:
        """Whether it asks or says how things will get better: "What are we doing to avoid a repeat?"."""
        vocabulary = self._vocabulary
        if not 1 < len(words.tokens) <= _ASKED or vocabulary.verbs.form(words.tokens[0]) is Form.BASE:
            return False
        acts = list(vocabulary.heading_acts.all(words))
        if not acts:
            return False
        found = [
            *acts,
            *vocabulary.heading_nouns.all(words),
            *vocabulary.heading_modifiers.all(words),
            *vocabulary.heading_fillers.all(words),
        ]
        # "What are the next steps for Acme?" names who asks.
        named = next((at for at in (2, 3) if words.tokens[-at : 1 - at] == ["for"]), 0)
        if named and self._addressed(words):
            return False
        return _covered(found) >= len(words.tokens) - named

    def _addressed(self, words: Words) -> bool:
        """Whether it speaks to readers: "Next steps for validators", "What do users need to do?"."""
        readers = self._vocabulary.heading_readers
        if any(token in _WRITERS for token in words.tokens):
            return False
        return any(
            (hit.at > 0 and hit.at + hit.size == len(words.tokens) and self._to(words.tokens[: hit.at]))
            or words.tokens[hit.at + hit.size : hit.at + hit.size + 1] in _MUST
            for hit in readers.all(words)
        )

    def _to(self, before: list[str]) -> bool:
        """Whether the words before a reader say that something is for them: "for affected"."""
        while before and before[-1] in self._vocabulary.heading_between:
            before = before[:-1]
        return bool(before) and before[-1] in self._vocabulary.heading_to


def bracketed(text: str) -> list[str]:
    """What stands in the first brackets of ``text``."""
    return [match[1] for match in islice(_BRACKETS.finditer(text), _INNER)] if _BRACKET.search(text) else []


def unbracketed(text: str) -> str:
    """``text`` without what stands in brackets."""
    return _BRACKETS.sub(" ", text) if _BRACKET.search(text) else text


def _weight(hit: Hit[Role]) -> tuple[int, bool, int]:
    return (hit.size, hit.value is Role.MEASURES, -hit.at)


def _leads(hits: list[Hit[Role]], best: Hit[Role]) -> bool:
    """Whether a long heading opens with its phrase: ``Timeline of the outage in our Dublin region``."""
    return (best.at == 0 and best.size > 1) or all(hit.at == 0 for hit in hits)


def _covered(hits: Iterable[Hit[Any]]) -> int:
    places: set[int] = set()
    for hit in hits:
        places.update(range(hit.at, hit.at + hit.size))
    return len(places)
