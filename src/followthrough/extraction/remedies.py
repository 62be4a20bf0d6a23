"""Headings that name what is wrong, with a line below that says what to do: "Recommendation: ..."."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followthrough.documents.blocks import Block, BlockKind

from .acts import FIELD, FIELD_END
from .annotations import Reader
from .candidates import Candidate
from .fields import Fields
from .judging import Judge
from .phrases import words_of
from .sections import Outline, Section
from .vocabulary import Label, Role, Vocabulary
from .wording import Wording

_OTHER = (Label.OWNER, Label.DUE, Label.PRIORITY, Label.STATE, Label.TICKET, Label.KIND)

_REPORT = 400
"""Bytes of such a bullet at most."""


class Remedies:
    """Finds such lines in the sections of one document."""

    def __init__(self, outline: Outline, vocabulary: Vocabulary, judge: Judge, reader: Reader) -> None:
        self._outline = outline
        self._blocks: Sequence[Block] = outline.blocks
        self._vocabulary = vocabulary
        self._judge = judge
        self._reader = reader
        self._fields = Fields(judge, reader)
        self._divided = {section.parent for section in outline.sections if self._apart(section)}
        """Sections of which a line such as "**Recommendations:**" heads a part."""

    def read(self, section: Section) -> list[Candidate]:
        """The measures that labels introduce directly below the heading of ``section``."""
        if not section.real or section.own_role or section.heading.imperative or section.heading.labelled:
            return []
        found = [item for index in self._below(section) if (item := self._labelled(index, section))]
        for index in self._below(section) if found else ():
            self._told(index, found)
        return found

    def divided(self, section: Section) -> bool:
        """Whether a heading names what is wrong, and one below it what to do."""
        return section.index in self._divided

    def _apart(self, section: Section) -> bool:
        parent = self._outline.sections[section.parent] if section.parent > 0 else None
        return (
            parent is not None
            and not section.real
            and section.role is Role.MEASURES
            and section.heading.exact
            and parent.real
            and not parent.own_role
        )

    def _below(self, section: Section) -> Iterator[int]:
        for first, last in section.ranges:
            for index in range(first, last):
                block = self._blocks[index]
                if block.kind is BlockKind.PARAGRAPH or (block.kind is BlockKind.ITEM and block.level == 1):
                    yield index

    def _labelled(self, index: int, section: Section) -> Candidate | None:
        """The measure in one block that opens with a label such as "Recommendation:"."""
        wording = Wording(self._blocks[index].own.runs)
        match = FIELD.match(wording.text[:FIELD_END])
        if match is None or not self._judge.remedy(match[1]):
            return None
        first, broken, rest = wording.broken.partition("\n")
        notes = self._fields.read(rest) if broken else None
        last = len(first) if notes is not None else len(wording.text)
        text = wording.text[match.end() : last]
        if self._judge.hollow(text.strip(" *_"), words_of(text)):
            return None
        why = f'labelled "{match[1].strip()}" under "{section.title}"'
        candidate = Candidate(index, wording, section, why, match.end(), last)
        if notes is not None:
            candidate.notes = notes
        reported(self._blocks, index, self._vocabulary, candidate)
        sure = words_of(match[1]).folded in self._vocabulary.inline.exact
        candidate.weak = section.role is Role.LESSONS and not sure
        return candidate

    def _told(self, index: int, found: list[Candidate]) -> None:
        """Gives a measure the owner, day and state that lines beside it name."""
        label = self._judge.field(self._blocks[index].text)
        before = [item for item in found if item.block <= index] or found[:1]
        if label is not None and label[0] in _OTHER and before[-1].block != index:
            self._reader.label(label[0], label[1], before[-1].notes)


def reported(blocks: Sequence[Block], index: int, vocabulary: Vocabulary, candidate: Candidate) -> None:
    """Notes what a bullet right below a labelled measure tells of it: "This has been done."."""
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    if after is not None and after.kind is BlockKind.ITEM and after.own.end - after.own.start < _REPORT:
        hit = vocabulary.states.start(words_of(after.text))
        if hit is not None:
            candidate.notes.mark(hit.value)
