"""The kind of a measure where its document does not state it: judged by its first telling word."""

from __future__ import annotations

from followthrough.model import Kind

from .phrases import words_of
from .vocabulary import Vocabulary

_STRENGTH = {Kind.DETECTIVE: 2.0, Kind.PROCESS: 2.0, Kind.MITIGATIVE: 2.0, Kind.CORRECTIVE: 1.5}


def inferred(text: str, vocabulary: Vocabulary) -> Kind:
    """The kind that the words of a title suggest; preventive, the most general one, without any."""
    words = words_of(text)
    best, strength = Kind.PREVENTIVE, 0.0
    for hit in vocabulary.kind_words.all(words):
        weight = _STRENGTH[hit.value] - hit.at / 20
        if weight > strength:
            best, strength = hit.value, weight
    return best
