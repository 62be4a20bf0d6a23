"""Measures in running text: paragraphs of a section of measures, and promises made elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from followthrough.documents.blocks import Block

from .candidates import NO_LIMIT, Candidate
from .judging import Act, Judge
from .lists import line_spans, separate_lines
from .notes import Notes
from .phrases import Words, words_of
from .sections import Section
from .sentences import sentences
from .verbs import Form
from .vocabulary import Vocabulary
from .wording import Wording

_JOINT = re.compile(r",?\s(?:and|as well as|y|et|und|e)\s(?:also\s|to\s|will\s|then\s){0,2}|[;,]\s")
_OPENING = 120
"""Characters in which a clause says who will do what."""
_REMARK = 2000
_ENUMERATED = 2
_SHARED = 400
"""Characters of the sentence that says who does what of an enumeration."""
_RECEIVER = re.compile(r"\sto\s(?:the\s)?([A-Z][\w&-]{0,30}(?:\s[A-Z][\w&-]{0,30}){0,3})(?=[,.;]|\sand\s|$)")
_TOKEN = re.compile(r"[^\W_]+")


class Prose:
    """Reads paragraphs."""

    def __init__(self, vocabulary: Vocabulary, judge: Judge, most: int = NO_LIMIT) -> None:
        self._vocabulary = vocabulary
        self._judge = judge
        self._most = most

    def paragraph(
        self, index: int, block: Block, section: Section, *, skip: int = 0, beside: bool
    ) -> list[Candidate]:
        """The measures in a paragraph of a section of measures.

        ``skip`` leaves out its first characters, a heading; ``beside`` says that a list or a table stands
        in the same section, where a paragraph rather introduces or explains.
        """
        wording = Wording(block.own.runs)
        stripped = wording.text[skip:].strip()
        words = words_of(stripped[:300])
        judge = self._judge
        if judge.hollow(stripped, words):
            return []
        if stripped.endswith((":", "：")):
            return self._sentences(index, wording, section, skip, beside=True)
        if judge.labelled(stripped) or judge.closes(words) or judge.guides(words) or judge.points(stripped):
            return []
        spans = line_spans(wording.broken, skip)
        if len(spans) > 1 and separate_lines(wording.broken, spans, judge):
            return self._lines(index, wording, section, spans)
        if not beside:
            titled = self._titled(index, wording, section, skip)
            if titled is not None:
                return [titled]
        return self._sentences(index, wording, section, skip, beside)

    def _lines(
        self, index: int, wording: Wording, section: Section, spans: list[tuple[int, int]]
    ) -> list[Candidate]:
        found: list[Candidate] = []
        judge = self._judge
        for start, end in spans:
            line = wording.text[start:end]
            words = words_of(line)
            if (
                line.endswith(":")
                or judge.hollow(line, words)
                or judge.closes(words)
                or judge.outside(line, words)
            ):
                continue
            if len(found) > self._most:
                break
            found.append(Candidate(index, wording, section, f'line under "{section.title}"', start, end))
        return found

    def _titled(self, index: int, wording: Wording, section: Section, skip: int) -> Candidate | None:
        """A paragraph that opens with its title in bold."""
        lead = wording.lead()
        if skip or not 3 < lead <= 160 or lead < len(wording.text.split(".")[0]) // 3:
            return None
        words = words_of(wording.text[:lead])
        if len(words.tokens) < 2 or self._judge.outside(wording.text, words):
            return None
        rest = wording.text[lead : lead + 80].lstrip(" :–—-.")
        if self._vocabulary.advice.start(words_of(rest)) is not None:
            return None
        if self._judge.field(wording.text) is not None:
            return None
        return Candidate(index, wording, section, f'paragraph with a bold title under "{section.title}"')

    def _sentences(
        self, index: int, wording: Wording, section: Section, skip: int, beside: bool
    ) -> list[Candidate]:
        """The sentences that promise work; without any, the one that calls for it or names it."""
        text, judge = wording.text, self._judge
        promised: list[Candidate] = []
        calls: list[tuple[int, int]] = []
        named = (0, 0)
        changes = kept = False
        for start, end in self._clauses(text, skip):
            sentence = text[start:end]
            words = words_of(sentence)
            if start == skip and judge.hollow(sentence, words):
                return []
            if self._talk(sentence, words) or (sentence.endswith(":") and not promised):
                continue
            if self._vocabulary.change_leads.inside(words):
                changes = True
                continue
            act = judge.act(words)
            first = self._introduced(text, start, end)
            if first < 0:
                first = self.clause(text, start, end)
            else:
                act = Act.PROMISES
            if len(promised) > self._most:
                break
            promise = act is Act.PROMISES or judge.promises(words)
            if promise or judge.accomplishes(words):
                why = f'promise under "{section.title}"'
                promised.append(Candidate(index, wording, section, why, first, end))
                kept = kept or promise or changes
            elif act is not None:
                calls.append((first, end))
            elif self._capable(words) and not judge.looks_back_on(words):
                named = named if named[1] else (first, end)
        if not kept:
            calls, promised = calls or [(one.start, one.end) for one in promised[:1]], []
        if promised or beside:
            return [part for item in promised for part in self._parted(item)]
        # Only one of several sentences on one line: the others give reasons.
        spans = calls[:1] + [span for span in calls[1:] if self._opens_line(wording, span[0])]
        why = f'paragraph under "{section.title}"'
        return [
            Candidate(index, wording, section, why, first, _behind_remark(text, last), certain=bool(calls))
            for first, last in spans or [named]
            if last
        ]

    def _talk(self, sentence: str, words: Words) -> bool:
        """Whether a sentence is none that work could follow from, whatever words it uses."""
        judge = self._judge
        return (
            sentence[0] == "("
            or judge.addressed(words)
            or judge.outside(sentence, words)
            or judge.vague(words)
            or judge.converses(sentence, words)
        )

    def _opens_line(self, wording: Wording, start: int) -> bool:
        """Whether a sentence stands at the start of a line and says what should be."""
        if "\n" not in wording.broken[max(0, start - 3) : start]:
            return False
        words = words_of(wording.text[start : start + _OPENING])
        return self._judge.act(words) in (Act.OBLIGES, Act.INSTRUCTS)

    def _clauses(self, text: str, start: int = 0) -> Iterator[tuple[int, int]]:
        """The sentences from ``start`` on, divided where their writers begin to speak of themselves anew."""
        for first, last in sentences(text, start):
            begun = first
            for match in _JOINT.finditer(text, first, last):
                if match[0][0] not in ",;":
                    continue
                words = words_of(text[match.end() : min(last, match.end() + _OPENING)])
                if len(words.tokens) > 3 and (self._judge.speaks(words) or self._judge.assigns(words)):
                    yield begun, match.start()
                    begun = match.end()
            yield begun, last

    def _parted(self, item: Candidate) -> list[Candidate]:
        """The works that one sentence announces: "We will add a test for it and review the other jobs"."""
        text = item.wording.text
        starts, joints = [item.start], []
        found = list(_JOINT.finditer(text, item.start, item.end))
        while found and found[-1][0] == ", ":
            found.pop()  # commas divide an enumeration only before its last "and"
        for match in found:
            words = words_of(text[match.end() : item.end])
            if len(text[starts[-1] : match.start()].split()) < 6 or len(words.tokens) < 4:
                continue
            if self._opens(words, match[0]):
                starts.append(match.end())
                joints.append(match.start())
        if not joints:
            return [item]
        spans = zip(starts, [*joints, item.end], strict=True)
        return [replace(item, start=start, end=end, notes=Notes()) for start, end in spans]

    def _opens(self, words: Words, joint: str) -> bool:
        """Whether the words behind a joint name a work of their own."""
        v = self._vocabulary
        if words.tokens[0] in v.noun_verbs and (
            len(words.tokens) < 3 or words.tokens[1] not in v.behind_verbs
        ):
            return False
        return v.verbs.form(words.tokens[0]) is Form.BASE or (
            joint.endswith(" to ") and self._judge.instructs(words)
        )

    def _introduced(self, text: str, start: int, end: int) -> int:
        """Where the work starts behind "The way to prevent this would be to"; -1 without such words."""
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

    def _capable(self, words: Words) -> bool:
        """Whether a sentence without any word for work may still name it."""
        if len(words.tokens) < 4 or "=" in words.raw:
            return words.unspaced
        return self._vocabulary.verbs.form(words.tokens[0]) is not Form.THIRD

    def clause(self, text: str, start: int, end: int) -> int:
        """Where the clause that promises the work starts: behind "Though it was not the cause, "."""
        words = words_of(text[start:end])
        hit = self._vocabulary.announce.first(words) or self._vocabulary.oblige.first(words)
        if hit is None or hit.at == 0 or words.unspaced:
            return start
        spans = list(_TOKEN.finditer(text, start, end))
        if hit.at >= len(spans) or len(spans) != len(words.tokens):
            return start
        at = spans[hit.at].start()
        before = text[start:at].rstrip()
        linked = words_of(before).folded in self._vocabulary.links
        return at if linked or before.endswith((",", ";", "–", "—")) else start

    def promises(self, index: int, block: Block, section: Section) -> list[Candidate]:
        """Sentences outside any section of measures that promise work."""
        wording = Wording(block.own.runs)
        judge = self._judge
        found = []
        changes = False
        for start, end in self._clauses(wording.text):
            sentence = wording.text[start:end]
            words = words_of(sentence)
            if self._vocabulary.change_leads.inside(words):
                changes = True
                continue
            promise = judge.act(words) is Act.PROMISES or (changes and judge.accomplishes(words))
            if not promise or sentence.endswith((":", "?")):
                continue
            if judge.vague(words) or judge.addressed(words) or judge.outside(sentence, words):
                continue
            first = self.clause(wording.text, start, end)
            why = "sentence that promises work"
            one = Candidate(index, wording, section, why, first, end, certain=False)
            parts = self._parted(one)
            # "by hashing the names and create folders" is one work, a list of three is none.
            found.extend(parts if len(parts) > _ENUMERATED else [one])
        self._assigned(wording.text, found)
        return found

    def _assigned(self, text: str, found: list[Candidate]) -> None:
        """Takes the owners that a sentence behind gives in turn: "... assigned: A to the X team, B to Y"."""
        behind = text[found[-1].end : found[-1].end + _SHARED] if len(found) > 1 else ""
        for first, last in sentences(behind)[:1]:
            if "assigned" in words_of(behind[first:last]).tokens:
                names = [match[1] for match in _RECEIVER.finditer(behind, first, last)]
                if len(names) == len(found):
                    for item, name in zip(found, names, strict=True):
                        item.notes.own(name, self._vocabulary)


def _behind_remark(text: str, end: int) -> int:
    """Behind a remark in brackets that follows a sentence and belongs to it."""
    rest = text[end : end + _REMARK].rstrip() if len(text) - end <= _REMARK else ""
    return end + len(rest) if rest.endswith(")") and "(" in rest else end
