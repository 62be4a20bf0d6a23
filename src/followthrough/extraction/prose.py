"""Measures in running text: paragraphs of a section of measures, and promises made elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

from followthrough.documents.blocks import Block

from .candidates import Candidate
from .judging import Act, Judge
from .lists import line_spans, separate_lines
from .notes import Notes
from .phrases import Words, words_of
from .sections import Section
from .sentences import sentences
from .verbs import Form
from .vocabulary import Vocabulary
from .wording import Wording

_AND = re.compile(r",?\s(?:and|as well as|y|et|und|e)\s(?:also\s|to\s|will\s|then\s){0,2}|;\s")
_AND_END = re.compile(r"(?:,?\s(?:and|as well as|y|et|und|e)\s(?:also\s|to\s|will\s|then\s){0,2}|;\s)$")
_TOKEN = re.compile(r"[^\W_]+")


class Prose:
    """Reads paragraphs."""

    def __init__(self, vocabulary: Vocabulary, judge: Judge) -> None:
        self._vocabulary = vocabulary
        self._judge = judge

    def paragraph(
        self, index: int, block: Block, section: Section, *, skip: int = 0, beside: bool
    ) -> list[Candidate]:
        """The measures in a paragraph of a section of measures.

        ``skip`` leaves out its first characters, a heading; ``beside`` says that a list or a table stands
        in the same section, where a paragraph rather introduces or explains.
        """
        wording = Wording(block.own.runs)
        text = wording.text
        stripped = text[skip:].strip()
        words = words_of(stripped[:300])
        judge = self._judge
        if (
            judge.hollow(stripped, words)
            or stripped.endswith((":", "："))
            or judge.closes(words)
            or judge.guides(words)
        ):
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
        found = []
        for start, end in spans:
            line = wording.text[start:end]
            words = words_of(line)
            if (
                line.endswith(":")
                or self._judge.hollow(line, words)
                or self._judge.closes(words)
                or self._judge.outside(line, words)
            ):
                continue
            found.append(Candidate(index, wording, section, f'line under "{section.title}"', start, end))
        return found

    def _titled(self, index: int, wording: Wording, section: Section, skip: int) -> Candidate | None:
        """A paragraph that opens with its title in bold."""
        lead = wording.lead()
        if skip or not 3 < lead <= 160 or lead < len(wording.text.split(".")[0]) // 3:
            return None
        words = words_of(wording.text[:lead])
        if (
            self._judge.outside(wording.text, words)
            or self._judge.field(wording.text) is not None
            or len(words.tokens) < 2
        ):
            return None
        return Candidate(index, wording, section, f'paragraph with a bold title under "{section.title}"')

    def _sentences(
        self, index: int, wording: Wording, section: Section, skip: int, beside: bool
    ) -> list[Candidate]:
        found: list[Candidate] = []
        judge = self._judge
        fallback: tuple[int, int] | None = None
        for start, end in sentences(wording.text, skip):
            sentence = wording.text[start:end]
            words = words_of(sentence)
            if (
                sentence[0] == "("
                or judge.addressed(words)
                or judge.outside(sentence, words)
                or (sentence.endswith(":") and not found)
            ):
                continue
            act = judge.act(words)
            if act is Act.PROMISES and not judge.vague(words):
                if found and found[-1].weak:
                    found.pop()
                found.append(
                    Candidate(
                        index,
                        wording,
                        section,
                        f'promise under "{section.title}"',
                        self.clause(wording.text, start, end),
                        end,
                    )
                )
            elif beside:
                continue
            elif act is not None and not found and not judge.vague(words):
                found.append(
                    Candidate(
                        index,
                        wording,
                        section,
                        f'paragraph under "{section.title}"',
                        self.clause(wording.text, start, end),
                        end,
                    )
                )
            elif fallback is None and self._capable(words):
                fallback = (start, end)
        if not found and fallback is not None and not beside:
            found.append(Candidate(index, wording, section, f'paragraph under "{section.title}"', *fallback))
        for item in found[:1]:
            item.end = max(item.end, _remark_end(wording.text, item.end, found))
        return [
            part
            for item in found
            for part in (self._parted(item) if item.reason.startswith("promise") else [item])
        ]

    def _parted(self, item: Candidate) -> list[Candidate]:
        """The works that one sentence announces: "We will add a test for it and review the other jobs"."""
        text = item.wording.text
        starts = [item.start]
        for match in _AND.finditer(text, item.start, item.end):
            words = words_of(text[match.end() : item.end])
            if len(text[starts[-1] : match.start()].split()) < 6 or len(words.tokens) < 4:
                continue
            if self._vocabulary.verbs.form(words.tokens[0]) is Form.BASE:
                starts.append(match.end())
        if len(starts) == 1:
            return [item]
        ends = [*(at for at in starts[1:]), item.end]
        return [
            replace(
                item,
                start=start,
                end=_AND_END.search(text, start, end).start() if end != item.end else end,
                notes=Notes(),
            )
            for start, end in zip(starts, ends, strict=True)
        ]

    def _capable(self, words: Words) -> bool:
        """Whether a sentence without any word for work may still name it."""
        return (
            len(words.tokens) >= 4
            and self._vocabulary.verbs.form(words.tokens[0]) is not Form.THIRD
            and "=" not in words.raw
        )

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
        return at if text[start:at].rstrip().endswith((",", ";", "–", "—")) else start

    def promises(self, index: int, block: Block, section: Section) -> list[Candidate]:
        """Sentences outside any section of measures that promise work."""
        wording = Wording(block.own.runs)
        found = []
        for start, end in sentences(wording.text):
            sentence = wording.text[start:end]
            words = words_of(sentence)
            judge = self._judge
            if (
                judge.vague(words)
                or judge.addressed(words)
                or judge.outside(sentence, words)
                or sentence.endswith((":", "?"))
            ):
                continue
            if judge.act(words) is Act.PROMISES:
                found.append(
                    Candidate(
                        index,
                        wording,
                        section,
                        "sentence that promises work",
                        self.clause(wording.text, start, end),
                        end,
                    )
                )
        return found


def _remark_end(text: str, end: int, found: list[Candidate]) -> int:
    """Behind a remark in brackets that follows a sentence and belongs to it."""
    if len(found) > 1:
        return end
    rest = text[end:].rstrip()
    return end + len(rest) if rest.endswith(")") and "(" in rest else end
