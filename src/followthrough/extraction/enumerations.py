"""Works that one sentence enumerates: "We will: (1) add a test; (2) review the jobs"."""

from __future__ import annotations

import re
from itertools import islice

from .acts import Act
from .judging import Judge
from .phrases import words_of
from .vocabulary import Vocabulary

_SIGN = re.compile(r"(?<![^\s:：,;，；、])[(（]?(?:(\d{1,2})|([a-h]))[)）]\s?|([①-⑳])\s?")
_COLON = re.compile(r"[:：]\s?")
_JOINT = re.compile(r"[;；]\s?")
_COMMA = re.compile(r",\s(?:and|then|und|et|y|e)\s|,\s|[、，]|\s(?:and|und|et|y)\s")
_VERB = 80
"""Characters in which it shows what a work is."""
_AND = re.compile(r"(?:and|then|und|et|y|e)\s", re.IGNORECASE)
_AROUND = " \t\n,;.，；。、"
_MOST, _LONGEST = 40, 5_000
"""Works of one sentence, and its characters."""
_HEAD, _PART = 300, 400
"""Characters of what leads to them, and of one work, that are judged."""


class Enumerations:
    """Finds them."""

    def __init__(self, vocabulary: Vocabulary, judge: Judge) -> None:
        self._vocabulary = vocabulary
        self._judge = judge

    def of(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The works in the sentence from ``start`` to ``end``; none unless each of two and more is one."""
        if end - start > _LONGEST:
            return []
        signs = self._signs(text, start, end)
        if signs:
            head, cuts = signs[0][0], signs
        else:
            colon = _COLON.search(text, start, min(end, start + _HEAD))
            if colon is None:
                return []
            head = colon.start()
            cuts = [colon.span(), *self._joints(text, colon.end(), end)]
        if len(cuts) < 2 or not self._leads(text[max(start, head - _HEAD) : head]):
            return []
        ends = [*(first for first, _ in cuts[1:]), end]
        found = [_bare(text, first, last) for (_, first), last in zip(cuts, ends, strict=True)]
        return found if all(self._work(text[first:last]) for first, last in found) else []

    def _joints(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """The semicolons; without any, the commas and "and" in front of what instructs somebody."""
        found = [joint.span() for joint in islice(_JOINT.finditer(text, start, end), _MOST)]
        if found:
            return found
        joints = islice(_COMMA.finditer(text, start, end), _MOST)
        return [
            joint.span() for joint in joints if self._work(text[joint.end() : min(end, joint.end() + _VERB)])
        ]

    def _signs(self, text: str, start: int, end: int) -> list[tuple[int, int]]:
        """Numbers or letters that count on from the first one."""
        found: list[tuple[int, int]] = []
        for match in _SIGN.finditer(text, start, end):
            number, letter, circled = match.groups()
            value = (
                int(number)
                if number
                else ord(letter) - ord("a") + 1
                if letter
                else ord(circled) - ord("①") + 1
            )
            if value == len(found) + 1 and len(found) < _MOST:
                found.append(match.span())
        return found if len(found) > 1 else []

    def _leads(self, head: str) -> bool:
        words = words_of(head.rstrip(" :："))
        judge = self._judge
        if self._vocabulary.lead_vetoes.inside(words) or self._vocabulary.history_leads.inside(words):
            return False
        return (
            judge.act(words) in (Act.PROMISES, Act.OBLIGES)
            or judge.leads(words)
            or (judge.lists(words) and judge.act(words) is not Act.REPORTS)
            or self._vocabulary.announce.inside(words)
        )

    def _work(self, part: str) -> bool:
        words = words_of(part[:_PART])
        if words.unspaced:
            return self._vocabulary.unspaced_deeds.inside(words)
        return len(words.tokens) > 1 and self._judge.instructs(words)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the joints around it."""
    while start < end and text[start] in _AROUND:
        start += 1
    joined = _AND.match(text, start, end)
    start = joined.end() if joined else start
    while end > start and text[end - 1] in _AROUND:
        end -= 1
    if text[max(start, end - 4) : end] == " and":
        end = len(text[:end].rstrip(" and,;"))
    return start, end
