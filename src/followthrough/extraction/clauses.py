"""Sentences and the clauses in them: where a promise starts, and which works one sentence announces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from .candidates import Candidate
from .enumerations import Enumerations
from .judging import Judge
from .notes import Notes
from .openings import OPENING, Openings
from .phrases import Words, words_of
from .sentences import each_sentence
from .verbs import Form
from .vocabulary import Vocabulary

_JOINT = re.compile(r",?\s(?:and|as well as|y|et|und|e)\s(?:also\s|to\s|then\s){0,2}|[;,]\s")
LONGEST = 5_000
"""Characters of a sentence that are judged; nobody says later what it is about."""
_FEWEST = 6
"""Words of a work that another one may follow."""
_GOES_ON = {("will", Form.BASE), ("are", Form.ING), ("have", Form.PAST)}
"""A verb and the form of the one behind it."""
_LINK = 40
_AHEAD = 400
"""Characters around a joint in which it shows whether a work of its own follows."""
_WORD = re.compile(r"\S+")
_TOKEN = re.compile(r"[^\W_]+")


class Clauses:
    """Divides sentences."""

    def __init__(self, vocabulary: Vocabulary, judge: Judge, most: int) -> None:
        self._most, self._read = most, 0
        """Sentences that are read of this document, and that were read so far."""
        self._vocabulary = vocabulary
        self._judge = judge
        self._openings = Openings(vocabulary)
        self._enumerations = Enumerations(vocabulary, judge)

    @property
    def exhausted(self) -> bool:
        """Whether the document has more sentences than are read."""
        return self._read > self._most

    def each(self, text: str, start: int = 0) -> Iterator[tuple[int, int]]:
        """The sentences from ``start`` on, divided where their writers begin to speak of themselves anew."""
        for first, last in each_sentence(text, start):
            self._read += 1
            if self.exhausted:
                return
            if self.enumerates(text, first, last):
                yield first, last
                continue
            if self._judge.lists(words_of(text[first : min(last, first + LONGEST)])):
                continue
            begun = first
            for match in self._openings.of(text, first, last):
                words = words_of(text[match.end() : min(last, match.end() + OPENING)])
                if len(words.tokens) > 3 and (self._judge.speaks(words) or self._judge.assigns(words)):
                    if not self._judge.subordinate(words_of(text[begun : match.start()][:LONGEST])):
                        yield begun, match.start()
                    begun = match.end()
            yield begun, last

    def enumerates(self, text: str, start: int, end: int) -> bool:
        """Whether a sentence announces works one after another, with signs: "We will: (1) ...; (2) ..."."""
        return bool(self._enumerations.of(text, start, end))

    def parted(self, item: Candidate) -> list[Candidate]:
        """The works that one sentence announces: "We will add a test for it and review the other jobs"."""
        text = item.wording.text
        works = self._enumerations.of(text, item.start, item.end)
        if works:
            return [replace(item, start=start, end=end, notes=Notes()) for start, end in works]
        starts, joints = [item.start], []
        form = self._form(words_of(text[item.start : item.end][:LONGEST]))
        found = list(_JOINT.finditer(text, item.start, item.end))
        while found and found[-1][0] == ", ":
            found.pop()  # commas divide an enumeration only before its last "and"
        least = _FEWEST - (form is Form.PAST)
        enough = -1
        for match in found:
            if enough < starts[-1]:  # told once of each work: the next joints stand behind more words of it
                before = islice(_WORD.finditer(text, starts[-1], match.start()), least)
                enough = starts[-1] if sum(1 for _ in before) == least else -1
            words = words_of(text[match.end() : min(item.end, match.end() + _AHEAD)])
            if enough < starts[-1] or len(words.tokens) < 4:
                continue
            shared = match[0][0] == " " and self._shares(text, starts[-1], match.start())
            if not shared and self._opens(words, match[0], form):
                starts.append(match.end())
                joints.append(match.start())
        if not joints:
            return [item]
        spans = zip(starts, [*joints, item.end], strict=True)
        return [replace(item, start=start, end=end, notes=Notes()) for start, end in spans]

    def _shares(self, text: str, start: int, joint: int) -> bool:
        """Whether the words before a joint end in a verb, its object to follow: "capture and replay it"."""
        near = text[max(start, joint - _AHEAD) : joint].split() or text[start:joint].split()
        last = words_of(near[-1]).folded
        v = self._vocabulary
        return v.verbs.form(last) is Form.BASE and last not in v.noun_verbs

    def _form(self, words: Words) -> Form:
        """In which form a sentence names its works: "adding ...", "We have added ...", else "add ..."."""
        if self._vocabulary.verbs.form(words.tokens[0]) is Form.ING:
            return Form.ING
        return Form.PAST if self._judge.accomplishes(words) else Form.BASE

    def finite(self, words: Words) -> bool:
        """Whether words go on with the subject of those before them: "... and will test it"."""
        tokens, form = words.tokens, self._vocabulary.verbs.form
        if len(tokens) < 2 or (tokens[1] == "be" and form(tokens[2] if len(tokens) > 2 else "") is Form.PAST):
            return False  # "and will be taken for an attack": of what somebody else is at
        return (tokens[0], form(tokens[1])) in _GOES_ON

    def _opens(self, words: Words, joint: str, form: Form) -> bool:
        """Whether the words behind a joint name a work of their own, in the same form as those before it."""
        v = self._vocabulary
        if self.finite(words):
            return True
        if form is not Form.BASE:
            return v.verbs.form(words.tokens[0]) is form
        if words.tokens[0] in v.noun_verbs and (
            len(words.tokens) < 3 or words.tokens[1] not in v.behind_verbs
        ):
            return False
        return v.verbs.form(words.tokens[0]) is Form.BASE or (
            joint.endswith(" to ") and self._judge.instructs(words)
        )

    def introduced(self, text: str, start: int, end: int) -> int:
        """Where the work starts behind "The way to prevent this would be to"; -1 without such words."""
        end = min(end, start + LONGEST)
        words = words_of(text[start:end])
        hit = self._vocabulary.introductions.first(words)
        if hit is None or words.unspaced:
            return -1
        spans = list(_TOKEN.finditer(text, start, end))
        after = hit.at + hit.size
        if len(spans) != len(words.tokens) or after >= len(spans):
            return -1
        first = spans[after].start()
        return first if self._judge.instructs(words_of(text[first:end])) else -1

    def start(self, text: str, start: int, end: int) -> int:
        """Where the clause that promises the work starts: behind "Though it was not the cause, "."""
        end = min(end, start + LONGEST)
        words = words_of(text[start:end])
        hit = self._vocabulary.announce.first(words) or self._vocabulary.oblige.first(words)
        if hit is None and not words.unspaced:
            return self._behind_link(text, start, end)
        if hit is None or hit.at == 0 or words.unspaced:
            return start
        spans = list(_TOKEN.finditer(text, start, end))
        if hit.at >= len(spans) or len(spans) != len(words.tokens):
            return start
        at = spans[hit.at].start()
        before = text[start:at].rstrip()
        linked = words_of(before).folded in self._vocabulary.links
        return at if linked or before.endswith((",", ";", "–", "—")) else start

    def _behind_link(self, text: str, start: int, end: int) -> int:
        """Behind "In addition, " in front of who will do what; else ``start``."""
        comma = text.find(", ", start, min(end, start + _LINK))
        if comma < 0 or words_of(text[start:comma]).folded not in self._vocabulary.links:
            return start
        return comma + 2 if self._judge.assigns(words_of(text[comma + 2 : end])) else start
