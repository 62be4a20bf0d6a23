"""Measures in running text: paragraphs of a section of measures, and promises made elsewhere."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from followthrough.documents.blocks import Block

from .acts import Act
from .candidates import NO_LIMIT, Candidate
from .clauses import LONGEST, Clauses
from .judging import Judge
from .lines import line_spans, marked_lines, separate_lines, written_lines
from .phrases import Words, words_of
from .sections import Section
from .sentences import sentences
from .verbs import Form
from .vocabulary import Label, Vocabulary
from .wording import Wording

_GAP = 2
"""Characters between two sentences."""
_OPENING = 120
"""Characters in which a clause says who will do what."""
_PAIR, _TITLE = 2, 70
_COLON = re.compile(r"[:：]")
_REMARK = 2000
_ENUMERATED = 2
_SHARED = 400
"""Characters of the sentence that says who does what of an enumeration."""
_RECEIVER = re.compile(r"\sto\s(?:the\s)?([A-Z][\w&-]{0,30}(?:\s[A-Z][\w&-]{0,30}){0,3})(?=[,.;]|\sand\s|$)")


@dataclass(slots=True)
class _Said:
    """The sentences of a paragraph, by how they speak of work."""

    promised: list[tuple[int, int]] = field(default_factory=list)
    calls: list[tuple[int, int]] = field(default_factory=list)
    """What calls for work, or instructs somebody."""
    wanted: list[tuple[int, int]] = field(default_factory=list)
    """Those of them in which the writers say what they should do."""
    told: list[tuple[int, int]] = field(default_factory=list)
    """The first that says what was done."""
    named: list[tuple[int, int]] = field(default_factory=list)
    """The first that may name work without any word for it."""
    read: int = 0
    """Sentences that were looked at, and those of them that instruct somebody."""
    instructed: int = 0
    plain: bool = False
    """It does, as far as one can see."""
    kept: bool = False
    """Something is promised, not only told."""


class Prose:
    """Reads paragraphs."""

    def __init__(
        self, vocabulary: Vocabulary, judge: Judge, most: int = NO_LIMIT, sentences: int = NO_LIMIT
    ) -> None:
        self._vocabulary = vocabulary
        self._judge = judge
        self._most = most
        self._clauses = Clauses(vocabulary, judge, sentences)

    @property
    def exhausted(self) -> bool:
        """Whether the document has more sentences than are read."""
        return self._clauses.exhausted

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
            listed = [
                span for span in line_spans(wording.broken, skip) if wording.text[span[1] - 1] not in ":："
            ]
            if len(listed) > 1 and separate_lines(wording.broken, listed, judge):
                return self._lines(index, wording, section, listed)
            return self._sentences(index, wording, section, skip, beside=True)
        if judge.labelled(stripped) or judge.closes(words) or judge.guides(words) or judge.points(stripped):
            return []
        spans = line_spans(wording.broken, skip)
        marked = marked_lines(wording.broken, spans) if len(spans) > 1 else []
        if marked or (len(spans) > 1 and separate_lines(wording.broken, spans, judge)):
            return self._lines(index, wording, section, marked or spans)
        if not beside:
            titled = self._titled(index, wording, section, skip)
            if titled is not None:
                return [titled]
        return self._sentences(index, wording, section, skip, beside)

    def verbatim(self, index: int, block: Block, section: Section) -> list[Candidate]:
        """The lines of a list that is set as code, because it was indented."""
        wording = Wording(block.own.runs)
        if not written_lines(wording.broken, self._judge):
            return []
        return self._lines(index, wording, section, line_spans(wording.broken))

    def _lines(
        self, index: int, wording: Wording, section: Section, spans: list[tuple[int, int]]
    ) -> list[Candidate]:
        found: list[Candidate] = []
        judge = self._judge
        if len(spans) == _PAIR and explained(*(wording.text[start:end] for start, end in spans)):
            why = f'line under "{section.title}"'
            return [Candidate(index, wording, section, why, spans[0][0], spans[1][1])]
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
            remedy = judge.remedies(line)
            label = judge.field(line)
            if label is not None and label[0] is Label.NOTE and not remedy:
                continue
            if len(found) > self._most:
                break
            first = start + (judge.behind_remedy(line) if remedy else 0)
            found.append(Candidate(index, wording, section, f'line under "{section.title}"', first, end))
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
        said = self._said(wording, skip)
        if said is None:
            return []
        if not said.kept and (said.calls or beside):
            said.promised = []
        if said.promised or beside:
            why = f'promise under "{section.title}"'
            promised = [Candidate(index, wording, section, why, first, end) for first, end in said.promised]
            return [part for item in promised for part in self._clauses.parted(item)]
        calls = said.calls or said.told
        if said.instructed == said.read:
            said.wanted = calls
        # Only one of several sentences on one line: the others give reasons, unless their writers want more.
        spans = calls[:1] + [
            span for span in calls[1:] if span in said.wanted or self._opens_line(wording, span[0])
        ]
        why = f'paragraph under "{section.title}"'
        return [
            Candidate(
                index, wording, section, why, first, _behind_remark(wording.text, last), certain=bool(calls)
            )
            for first, last in spans or said.named[: said.plain]
        ]

    def _said(self, wording: Wording, skip: int) -> _Said | None:
        """What the sentences of a paragraph say of work; ``None`` where it opens with a placeholder."""
        text, judge, said = wording.text, self._judge, _Said()
        changes = False
        for start, end in self._clauses.each(text, skip):
            sentence = text[start:end][:LONGEST]
            words = words_of(sentence)
            if start == skip and judge.hollow(sentence, words):
                return None
            if self._talk(sentence, words) or (sentence.endswith(":") and not said.promised):
                continue
            if said.promised and self._continues(words, start - said.promised[-1][1]):
                continue
            if self._vocabulary.change_leads.inside(words):
                changes = True
                continue
            if len(said.promised) > self._most:
                break
            self._sort(text, (start, end), words, said, changes)
        return said

    def _sort(self, text: str, span: tuple[int, int], words: Words, said: _Said, changes: bool) -> None:
        """Adds one sentence to what it belongs to; ``changes`` says that one before announced changes."""
        judge = self._judge
        sentence = text[span[0] : span[1]][:LONGEST]
        act = judge.act(judge.unlabelled(sentence, words))
        first = self._clauses.introduced(text, *span)
        if first < 0:
            first = self._clauses.start(text, *span)
        else:
            act = Act.PROMISES
        found = (first, span[1])
        said.read += 1
        said.instructed += act is Act.INSTRUCTS
        promise = act is Act.PROMISES or judge.promises(words) or self._clauses.enumerates(text, *span)
        if promise or judge.accomplishes(words):
            said.promised.append(found)
            said.kept = said.kept or promise or changes
        elif act is Act.REPORTS:
            said.told = said.told or ([] if judge.rests(words) else [found])
        elif act is not None or judge.sorted_by_time(sentence):
            said.calls.append(found)
            said.wanted += [found] if judge.wants(words) or judge.sorted_by_time(sentence) else []
        elif self._capable(words) and not (
            said.named or judge.looks_back_on(words) or judge.names_fault(words)
        ):
            said.named = [found]
            said.plain = (
                judge.faults(words) or "will" in words.tokens or _behind_remark(text, span[1]) > span[1]
            )

    def _talk(self, sentence: str, words: Words) -> bool:
        """Whether a sentence is none that work could follow from, whatever words it uses."""
        judge = self._judge
        return (
            sentence[0] == "("
            or judge.addressed(words)
            or judge.outside(sentence, words)
            or judge.vague(words)
            or judge.responds(words)
            or self._vocabulary.reflections.start(words) is not None
            or judge.converses(sentence, words)
            or self._vocabulary.history_leads.start(words) is not None
        )

    def _opens_line(self, wording: Wording, start: int) -> bool:
        """Whether a sentence stands at the start of a line and says what should be."""
        if "\n" not in wording.broken[max(0, start - 3) : start]:
            return False
        words = words_of(wording.text[start : start + _OPENING])
        return self._judge.act(words) in (Act.OBLIGES, Act.INSTRUCTS)

    def _capable(self, words: Words) -> bool:
        """Whether a sentence without any word for work may still name it."""
        if len(words.tokens) < 4 or "=" in words.raw:
            return words.unspaced and self._vocabulary.unspaced_deeds.inside(words)
        return self._vocabulary.verbs.form(words.tokens[0]) is not Form.THIRD

    def promises(self, index: int, block: Block, section: Section) -> list[Candidate]:
        """Sentences outside any section of measures that promise work."""
        wording = Wording(block.own.runs)
        judge = self._judge
        found: list[Candidate] = []
        changes = False
        meaning = self._meaning(wording.text)
        for start, end in self._clauses.each(wording.text):
            sentence = wording.text[start:end][:LONGEST]
            words = words_of(sentence)
            if self._vocabulary.change_leads.inside(words):
                changes = True
                continue
            within = bisect_right(meaning, (start, len(wording.text))) - 1
            meant = changes or (within >= 0 and start < meaning[within][1])
            promise = judge.act(words) is Act.PROMISES or (meant and judge.accomplished(words))
            if not promise or sentence.endswith((":", "?")):
                continue
            if judge.vague(words) or judge.addressed(words) or judge.outside(sentence, words):
                continue
            if judge.responds(words) or (found and self._continues(words, start - found[-1].end)):
                continue
            if len(found) > self._most:
                break
            first = self._clauses.start(wording.text, start, end)
            why = "sentence that promises work"
            one = Candidate(index, wording, section, why, first, end, certain=False)
            parts = self._clauses.parted(one)
            # "by hashing the names and create folders" is one work, a list of three is none.
            again = self._clauses.enumerates(wording.text, first, end) or any(
                self._clauses.finite(words_of(part.words)) for part in parts[1:]
            )
            found.extend(parts if again or len(parts) > _ENUMERATED else [one])
        self._assigned(wording.text, found)
        return found

    def _continues(self, words: Words, gap: int) -> bool:
        """Whether a sentence only says more of the one right before it: "These will run at night."."""
        return gap <= _GAP and self._vocabulary.continuing.start(words) is not None

    def _meaning(self, text: str) -> list[tuple[int, int]]:
        """The sentences that say what they are for: that it does not happen again."""
        purposes = self._vocabulary.purposes
        if not purposes.inside(words_of(text)):
            return []
        return [
            (first, last) for first, last in sentences(text) if purposes.inside(words_of(text[first:last]))
        ]

    def _assigned(self, text: str, found: list[Candidate]) -> None:
        """Takes the owners that a sentence behind gives in turn: "... assigned: A to the X team, B to Y"."""
        behind = text[found[-1].end : found[-1].end + _SHARED] if len(found) > 1 else ""
        for first, last in sentences(behind, most=1):
            if "assigned" in words_of(behind[first:last]).tokens:
                names = [match[1] for match in _RECEIVER.finditer(behind, first, last)]
                if len(names) == len(found):
                    for item, name in zip(found, names, strict=True):
                        item.notes.own(name, self._vocabulary)


def explained(title: str, story: str, *, brief: bool = False) -> bool:
    """Whether the first of two lines is a title, which the second explains in a sentence.

    ``brief`` allows a story shorter than its title.
    """
    return (
        0 < len(title) <= _TITLE
        and title[-1].isalnum()
        and story.endswith((".", "。"))
        and not _COLON.search(title)
        and (brief or len(story) > len(title))
    )


def _behind_remark(text: str, end: int) -> int:
    """Behind a remark in brackets that follows a sentence and belongs to it."""
    rest = text[end : end + _REMARK].rstrip() if len(text) - end <= _REMARK else ""
    return end + len(rest) if rest.endswith(")") and "(" in rest else end
