"""Measures that are headings, each with its story below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from followthrough.documents.blocks import Block, BlockKind
from followthrough.model import State

from .acts import Act
from .annotations import Reader
from .candidates import Candidate
from .fields import Fields
from .judging import Judge
from .lengths import own_words
from .phrases import words_of
from .sections import Outline, Section
from .sentences import sentences
from .vocabulary import Role
from .wording import Wording

_HANDLES = re.compile(r"\s*`?(@[\w.-]{1,60}(?:`?\s?(?:,|and|&|\+)\s?`?@[\w.-]{1,60}){0,4})")
_NAMED = 3
"""A heading of fewer words only names a kind."""
_FIRST = 300
"""Characters in which the first sentence below a heading ends."""


class Heads:
    """Finds sections that are measures themselves."""

    def __init__(self, outline: Outline, judge: Judge, reader: Reader) -> None:
        self._outline = outline
        self._blocks: Sequence[Block] = outline.blocks
        self._judge = judge
        self._reader = reader
        self._fields = Fields(judge, reader)
        self._children: dict[int, list[Section]] = {}
        self._parts: dict[int, list[Section]] = {}
        for section in outline.sections:
            self._parts.setdefault(section.parent, []).append(section)
            if section.real and not section.own_role:
                self._children.setdefault(section.parent, []).append(section)
        self._tellings: dict[int, bool] = {}
        self._shares: dict[int, tuple[bool, bool, bool]] = {}

    def read(self, section: Section) -> Candidate | None:
        """The measure that ``section`` is, if it is one."""
        if not self._itself(section):
            return None
        block = self._blocks[section.block]
        parent = self._outline.sections[section.parent]
        candidate = Candidate(
            section.block, Wording(block.own.runs), parent, f'heading under "{parent.title}"'
        )
        below = list(_blocks_of(section))
        parts = self.detailed(section)
        candidate.below = tuple(below + [index for part in parts for index in _blocks_of(part)])
        candidate.place = next(
            (index for index in below if self._blocks[index].kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)),
            section.block,
        )
        for index in below:
            self._field(index, candidate)
        if self._reported(below):
            candidate.notes.mark(State.DONE)
        return candidate

    def detailed(self, section: Section) -> list[Section]:
        """The sections below a heading that names work, if they only tell of it: "Steps", "Benefits"."""
        heading, parts = section.heading, self._parts.get(section.index, [])
        named = heading.imperative or (heading.numbered and own_words(words_of(heading.text)) > _NAMED)
        if not (named and parts and all(self._judge.details(part.heading.text) for part in parts)):
            return []
        return [] if any(self._holds_others(one) for one in (section, *parts)) else parts

    def _reported(self, below: list[int]) -> bool:
        """Whether the first sentence below says that the work is done: "Reduced the pool to 12."."""
        for index in below[:1]:
            text = self._blocks[index].text
            if self._blocks[index].kind is BlockKind.PARAGRAPH:
                spans = sentences(text[:_FIRST])
                words = [words_of(text[first:last]) for first, last in spans[:1]]
                done = any(self._judge.act(one) is Act.REPORTS or self._judge.passive(one) for one in words)
                return done and not any(self._judge.ahead(words_of(text[a:b])) for a, b in spans[1:])
        return False

    def _itself(self, section: Section) -> bool:
        heading = section.heading
        if section.role is not Role.MEASURES or section.own_role or not section.real:
            return False
        parent = self._outline.sections[section.parent]
        if (
            heading.problem
            or parent.role is not Role.MEASURES
            or (heading.kind is not None and own_words(words_of(heading.text)) < _NAMED)
        ):
            return False
        if self.detailed(section):
            return True
        if heading.labelled:
            return not self._holds_others(section)
        numbered, told, deeds = self._share(section.parent)
        length = len(words_of(heading.text).tokens)
        long = length > 2 or (length == 2 and self._long(section.parent))
        several = told and long and not self._promised(section)
        if not ((heading.numbered and numbered) or heading.imperative or several):
            return False
        return self._told(section) or (heading.numbered and deeds and not self._holds_others(section))

    def _promised(self, section: Section) -> bool:
        """Whether the first sentence below a mere name promises the work itself: "We are adding ..."."""
        for index in [first for first, _ in section.ranges[:1]]:
            text = self._blocks[index].text
            if self._blocks[index].kind is BlockKind.PARAGRAPH:
                for first, last in sentences(text[:_FIRST], most=1):
                    return self._judge.promises(words_of(text[first:last]))
        return False

    def _holds_others(self, section: Section) -> bool:
        """Whether rows or boxes stand below, which are measures themselves."""
        return any(
            self._blocks[index].kind is BlockKind.ROW or self._blocks[index].checkbox is not None
            for index in _blocks_of(section)
        )

    def _share(self, parent: int) -> tuple[bool, bool, bool]:
        """Whether most headings below ``parent`` are numbered, and whether most tell about one measure.

        The third: whether in a script without spaces most name work, and one of them has no list that could
        hold the measures instead.
        """
        if parent not in self._shares:
            siblings = self._children[parent]
            numbered = sum(other.heading.numbered for other in siblings)
            told = sum(self._told(other) for other in siblings)
            deeds = sum(other.heading.deed and other.heading.numbered for other in siblings)
            alone = any(other.heading.numbered and self._told(other) for other in siblings)
            self._shares[parent] = (
                numbered * 2 > len(siblings),
                told * 2 > len(siblings),
                deeds * 2 > len(siblings) and alone,
            )
        return self._shares[parent]

    def _long(self, parent: int) -> bool:
        """Whether most headings below ``parent`` say more than a name of two words."""
        siblings = self._children[parent]
        return sum(len(words_of(other.heading.text).tokens) > 2 for other in siblings) * 2 > len(siblings) > 1

    def _told(self, section: Section) -> bool:
        if section.index not in self._tellings:
            self._tellings[section.index] = self._tells(section)
        return self._tellings[section.index]

    def _tells(self, section: Section) -> bool:
        """Whether what stands below tells about one measure, rather than listing several."""
        bullets = fields = words = acts = 0
        assigned = self._assigned(section)
        for first, last in section.ranges:
            for index in range(first, last):
                block = self._blocks[index]
                if block.kind is BlockKind.ROW or block.checkbox is not None:
                    return False
                if block.kind is BlockKind.ITEM and block.level == 1:
                    bullets += 1
                    fields += self._judge.field(block.text) is not None
                    acts += self._calls(block)
                elif block.kind in (BlockKind.PARAGRAPH, BlockKind.CODE):
                    words += 1
        return (
            assigned
            or (words > 0 and not bullets)
            or (words > 0 and section.heading.imperative)
            or (bullets > 0 and not acts and self._opens_told(section))
            or (bullets > 0 and fields * 2 >= bullets)
        )

    def _calls(self, block: Block) -> bool:
        """Whether an element may be a measure of its own, rather than a detail of one."""
        words = words_of(block.text[:_FIRST])
        if words.tokens[1:2] == ["of"]:  # "Pause of five minutes" names a thing
            return False
        return self._judge.ahead(words) or self._judge.instructs(words) or self._judge.labelled(block.text)

    def _opens_told(self, section: Section) -> bool:
        """Whether a sentence of its own stands right below, and does not lead to the list behind it."""
        first = next((first for first, _ in section.ranges), -1)
        block = self._blocks[first]
        return block.kind is BlockKind.PARAGRAPH and block.text.rstrip().endswith((".", "。", "!"))

    def _assigned(self, section: Section) -> bool:
        """Whether the first line below says whose work it is, or by when."""
        first = next((first for first, _ in section.ranges), -1)
        return first >= 0 and self._fields.read(self._blocks[first].text) is not None

    def _field(self, index: int, candidate: Candidate) -> None:
        block = self._blocks[index]
        if block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM) or block.own.end - block.own.start > 300:
            return
        handles = _HANDLES.match(block.text)
        if handles and not (len(block.text) < 80 and self._reader.take(block.text, candidate.notes)):
            self._reader.take(handles[1], candidate.notes)
        words = words_of(block.text[:80])
        hit = self._judge.states.start(words)
        if hit is not None and (hit.size > 1 or len(words.tokens) < 6):
            candidate.notes.mark(hit.value)
        for line in block.text.split("\n"):
            for first, last in sentences(line):
                found = self._judge.field(line[first:last])
                if found is not None:
                    self._reader.label(found[0], found[1], candidate.notes)


def _blocks_of(section: Section) -> Iterator[int]:
    """The blocks directly below a heading, by index."""
    for first, last in section.ranges:
        yield from range(first, last)
