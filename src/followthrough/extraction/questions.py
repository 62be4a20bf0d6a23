"""Questions with their answers: only what the answer promises or tells somebody to do is a measure."""

from __future__ import annotations

import re

from followthrough.references import find, is_ticket_url

from .acts import Act
from .judging import Judge
from .phrases import words_of
from .sentences import sentences
from .wording import Wording

_ASKED = re.compile(r"[?？][)\]*_]{0,4}$")
_YES = re.compile(r"\W*(?:yes|yep|ja|oui|s[ií]|sim|はい|是的?|네)\b\s*(?:[,.:;–—-]+)\s*", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no|nope|nein|non|não|いいえ|不|否|아니요)\b", re.IGNORECASE)
_SENTENCES = 12
"""Sentences of an answer that are read."""
_LONGEST = 400
_FILED = 12
"""Words of a remark that says where somebody looks into a question."""


def answered(text: str, judge: Judge) -> list[tuple[int, int]] | None:
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
    if _NO.match(text, *spans[1]):
        return found
    for first, last in spans[1:]:
        yes = _YES.match(text, first, last)
        start = yes.end() if yes else first
        words = words_of(text[start:last][:_LONGEST])
        told = judge.act(words) in (Act.PROMISES, Act.INSTRUCTS)
        if told and not (
            judge.vague(words) or judge.addressed(words) or judge.outside(text[start:last], words)
        ):
            found.append((start, last))
    return found


def filed(wording: Wording, not_keys: frozenset[str]) -> bool:
    """Whether all that follows a question is the ticket in which somebody looks into it."""
    text = wording.text
    spans = sentences(text, most=3)
    if len(spans) != 2 or not _ASKED.search(text[spans[0][0] : spans[0][1]]):
        return False
    start, end = spans[1]
    if _NO.match(text, start, end) or len(text[start:end].split()) > _FILED:
        return False
    linked = any(is_ticket_url(link.url) for link in wording.links_from(start, end))
    return linked or any(hit.sure for hit in find(text[start:end], not_keys))
