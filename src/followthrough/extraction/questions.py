"""Questions with their answers: only what the answer promises or tells somebody to do is a measure."""

from __future__ import annotations

import re

from followthrough.references import find, is_ticket_url

from .acts import Act
from .folding import fold
from .judging import Judge
from .phrases import words_of
from .sentences import sentences
from .vocabulary import Vocabulary
from .wording import Wording

_ASKED = re.compile(r"[?？][)\]*_]{0,4}$")
_FIRST = re.compile(r"\W{0,8}([^\W\d_]{1,12})\b\s{0,4}([,.:;、，。–—-]{0,4})\s{0,4}")
"""The first word of an answer, and what parts it from the rest."""
_SENTENCES = 12
"""Sentences of an answer that are read."""
_LONGEST = 400
_FILED = 12
"""Words of a remark that says where somebody looks into a question."""


def answered(text: str, judge: Judge, vocabulary: Vocabulary) -> list[tuple[int, int]] | None:
    """Where the answer to the question that ``text`` opens with calls for work.

    ``None`` where it opens with no question, where nothing answers it, or where it instructs all the same.
    """
    if "?" not in text and "？" not in text:
        return None
    spans = sentences(text, most=_SENTENCES)
    if len(spans) < 2:
        return None
    asked = text[spans[0][0] : spans[0][1]]
    words = words_of(asked[:_LONGEST])
    if not _ASKED.search(asked) or (words.tokens[0] != "should" and judge.instructs(words)):
        return None
    found: list[tuple[int, int]] = []
    if _denies(text, *spans[1], vocabulary):
        return found
    for first, last in spans[1:]:
        opening = _FIRST.match(text, first, last)
        agrees = opening is not None and opening[2] and fold(opening[1]) in vocabulary.yes
        start = opening.end() if opening is not None and agrees else first
        words = words_of(text[start:last][:_LONGEST])
        told = judge.act(words) in (Act.PROMISES, Act.INSTRUCTS)
        if told and not (
            judge.vague(words) or judge.addressed(words) or judge.outside(text[start:last], words)
        ):
            found.append((start, last))
    return found


def _denies(text: str, start: int, end: int, vocabulary: Vocabulary) -> bool:
    opening = _FIRST.match(text, start, end)
    return opening is not None and fold(opening[1]) in vocabulary.no


def filed(wording: Wording, vocabulary: Vocabulary) -> bool:
    """Whether all that follows a question is the ticket in which somebody looks into it."""
    text = wording.text
    spans = sentences(text, most=3)
    if len(spans) != 2 or not _ASKED.search(text[spans[0][0] : spans[0][1]]):
        return False
    start, end = spans[1]
    if _denies(text, start, end, vocabulary) or len(text[start:end].split()) > _FILED:
        return False
    linked = any(is_ticket_url(link.url) for link in wording.links_from(start, end))
    return linked or any(hit.sure for hit in find(text[start:end], vocabulary.not_keys))
