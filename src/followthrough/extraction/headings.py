"""What a heading opens: measures, a timeline, causes, or nothing this program knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from followthrough.model import Kind, State

from .folding import fold
from .phrases import Hit, Words, words_of
from .vocabulary import Role, Vocabulary

_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,80})[)\]）】]")
_NUMBERED = re.compile(
    r"(?:action|item|task|ai|a|t|maßnahme|mesure|acci[oó]n|measure)?[ \t]*[-#]?[ \t]*"
    r"\d{1,3}[.):\u2013\u2014-](?!\d)",
    re.IGNORECASE,
)
_TAG = re.compile(r"^\s*(?:\[[^\[\]]{1,40}\]|\([^()]{1,40}\))\s*")
_NAMED = re.compile(r"\W*[^:–—]{3,40}(?::|\s[–—-]\s)\s*\S")
"""A report and the name of its incident: "Postmortem: ..."."""
_ANY = ("incident", "outage", "report")
"""In a short heading these are no title: "Incident in summary"."""
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
        role, exact = self._role(words)
        bare = _TAG.sub("", text)
        inner = [words_of(match[1]) for match in _BRACKETS.finditer(text)]
        done = self._vocabulary.finished_leads.inside(words) or any(
            self._vocabulary.states.exact.get(part.folded) is State.DONE for part in inner
        )
        numbered = _NUMBERED.match(bare.strip(" *_")) is not None
        tokens = [token for token in words_of(bare).tokens if not token.isdigit()] or [""]
        imperative = (self._vocabulary.verbs.form(tokens[0]) is not None and len(tokens) > 2) or "@" in bare
        return Heading(text, role, self._kind(words), done or role is Role.TAKEN, exact, numbered, imperative)

    def _role(self, words: Words) -> tuple[Role, bool]:
        vocabulary = self._vocabulary
        exact = vocabulary.headings.exact.get(words.folded)
        if exact is not None:
            return exact, True
        hits = list(vocabulary.headings.all(words))
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
        return best.value, not words.unspaced and _covered(hits) >= total

    def _kind(self, words: Words) -> Kind | None:
        found = {hit.value for hit in self._vocabulary.kinds.all(words)}
        return found.pop() if len(found) == 1 else None


def _weight(hit: Hit[Role]) -> tuple[int, bool, int]:
    return (hit.size, hit.value is Role.MEASURES, -hit.at)


def _leads(hits: list[Hit[Role]], best: Hit[Role]) -> bool:
    """Whether a long heading opens with its phrase: ``Timeline of the outage in our Dublin region``."""
    return (best.at == 0 and best.size > 1) or all(hit.at == 0 for hit in hits)


def _covered(hits: list[Hit[Role]]) -> int:
    places: set[int] = set()
    for hit in hits:
        places.update(range(hit.at, hit.at + hit.size))
    return len(places)
