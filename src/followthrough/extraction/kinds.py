"""The kind of a measure where its document does not state it: judged by its first telling word."""

from __future__ import annotations

from followthrough.model import Kind

from .phrases import words_of
from .vocabulary import Vocabulary

_TOLD = frozenset(("notify", "notification", "notifications", "notice", "visibility", "page", "paged"))
"""Words for what machines and people do alike: among people they speak of communication."""
_STRENGTH = {Kind.DETECTIVE: 2.0, Kind.PROCESS: 2.0, Kind.MITIGATIVE: 2.0, Kind.CORRECTIVE: 1.5}


def inferred(text: str, vocabulary: Vocabulary) -> Kind:
    """The kind that the words of a title suggest; preventive, the most general one, without any."""
    words = words_of(text)
    among_people = vocabulary.audience.inside(words)
    best, strength = Kind.PREVENTIVE, 0.0
    for hit in vocabulary.kind_words.all(words):
        kind = hit.value
        if among_people and kind is Kind.DETECTIVE and words.tokens[hit.at] in _TOLD:
            kind = Kind.PROCESS
        weight = _STRENGTH[kind] - hit.at / 20
        if weight > strength:
            best, strength = kind, weight
    return best
