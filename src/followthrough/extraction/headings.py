"""What a heading opens: measures, a timeline, causes, or nothing this program knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from followthrough.model import Kind, State

from .folding import fold
from .phrases import Hit, Words, words_of
from .vocabulary import Role, Vocabulary

_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,80})[)\]）】]")
_NUMBERED = re.compile(
    r"(?:action|item|task|ai|a|t|r|ca|pa|fu|recommendation|measure|improvement|step|remediation"
    r"|follow[- ]?up|maßnahme|empfehlung|mesure|recommandation|acci[oó]n|recomendaci[oó]n|medida|a[cç][aã]o"
    r")?[ \t]*+[-#]?[ \t]*+"
    r"\d{1,3}[.):\u2013\u2014-](?!\d)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\W*(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[A-Z]\d?[.)]|[IVX]{1,4}[.)]|D[1-8]:?)\s+(?=\w)")
"""The number of a chapter, "6.3", which says nothing of it."""
_TAG = re.compile(r"^\s*(?:\[[^\[\]]{1,40}\]|\([^()]{1,40}\))\s*")
_STATED = re.compile(r"\s{0,9}(?:TODO|DONE|WIP|FIXED)[ :–—-]{1,3}(?=\S)")
"""A state in front of a numbered heading: "2) TODO Alerts"."""
_NAMED = re.compile(r"\W{0,40}[^:–—]{3,40}(?::|\s[–—-]\s)\s*+\S")
"""A report and the name of its incident: "Postmortem: ..."."""
_ANY = ("incident", "outage", "report")
"""In a short heading these are no title: "Incident in summary"."""
_COMPOSED = 9
"""A heading of more words is a sentence."""
_SHORT = 6
"""A heading of more words must be about the phrase found in it, not only mention it."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the words of a heading say."""

    text: str
    role: Role
    kind: Kind | None = None
    """The kind of the measures below it, where it names just one."""
    done: bool = False
    """It says that everything below it is done."""
    exact: bool = False
    """It consists of known words."""
    numbered: bool = False
    imperative: bool = False
    """It starts with a verb, as a measure does."""
    vetoes: bool = False
    """It introduces something else than measures: "We categorise them as"."""


class Headings:
    """Judges headings; equal words are judged once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, Heading] = {}

    def read(self, text: str) -> Heading:
        """The heading that reads ``text``."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._judge(text)
        return found

    def _judge(self, text: str) -> Heading:
        words = words_of(text)
        bare = _TAG.sub("", text)
        number = _NUMBERED.match(bare.strip(" *_"))
        rest = bare.strip(" *_")[number.end() :] if number is not None else ""
        stated = _STATED.match(rest)
        own = rest[stated.end() :] if stated else rest.strip() if number and number[0][0].isalpha() else ""
        role, exact = self._role(words_of(own) if own else words)
        place = _PLACE.match(text)
        if place and not exact:
            inner_role, exact = self._role(words_of(text[place.end() :]))
            role = inner_role if exact else role
        inner = [words_of(match[1]) for match in _BRACKETS.finditer(text)]
        states = self._vocabulary.states.exact
        plain = words_of(_BRACKETS.sub(" ", text[place.end() :] if place else rest or bare))
        done = self._vocabulary.finished_leads.inside(words) or any(
            states.get(part.folded) is State.DONE for part in (words, plain, *inner)
        )
        numbered = number is not None
        tokens = [token for token in words_of(bare).tokens if not token.isdigit()] or [""]
        imperative = (self._vocabulary.verbs.form(tokens[0]) is not None and len(tokens) > 2) or "@" in bare
        v = self._vocabulary
        vetoes = v.lead_vetoes.inside(words) and not v.leads.inside(words)
        return Heading(
            text, role, self._kind(words), done or role is Role.TAKEN, exact, numbered, imperative, vetoes
        )

    def _role(self, words: Words) -> tuple[Role, bool]:
        vocabulary = self._vocabulary
        exact = vocabulary.headings.exact.get(words.folded)
        if exact is not None:
            return exact, True
        hits = list(vocabulary.headings.all(words))
        if self._composed(words):
            return Role.MEASURES, True
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
        total = len(fold(_BRACKETS.sub(" ", words.raw)).split(" "))
        if not words.unspaced and total > _SHORT and best.size * 3 < total and not _leads(hits, best):
            return Role.NEUTRAL, False
        addressed = best.value is Role.ASIDE and best.at == 0 and best.size > 2
        return best.value, addressed or (not words.unspaced and _covered(hits) >= total)

    def _composed(self, words: Words) -> bool:
        """Whether it is made of the words that name measures: "Planned engineering improvements"."""
        vocabulary = self._vocabulary
        nouns = list(vocabulary.heading_nouns.all(words))
        nouns += [
            Hit(True, at, 1)
            for at, token in enumerate(words.tokens)
            if token.endswith(vocabulary.heading_endings)
        ]
        if not nouns or vocabulary.heading_vetoes.inside(words):
            return False
        found = nouns + list(vocabulary.heading_modifiers.all(words))
        return len(words.tokens) <= _COMPOSED and _covered(found) >= len(words.tokens)

    def _kind(self, words: Words) -> Kind | None:
        found = {hit.value for hit in self._vocabulary.kinds.all(words)}
        return found.pop() if len(found) == 1 else None


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
