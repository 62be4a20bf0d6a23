"""Why a block with words is no measure: the questions of the extraction, asked once more for the answer.

Nothing here is computed unless somebody asks. Which rule let a block go is found by asking the same
judges in the same order as the extraction does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from followthrough.documents.blocks import Block, BlockKind, Document

from .elements import INTRODUCES, Elements
from .postmortem import Extraction, outline_of
from .sections import Section
from .vocabulary import Role, Vocabulary, default_vocabulary

_SHOWN = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.ROW)
_LONGEST = 300
"""Characters of a block that are repeated."""
ROLES = {
    Role.TIMELINE: "what happened, not what will be done",
    Role.CAUSE: "why it happened, not what will be done",
    Role.IMPACT: "what was affected, not what will be done",
    Role.SUMMARY: "a summary, not a list of measures",
    Role.HINDSIGHT: "how it went, not what will be done",
    Role.ASIDE: "beside the matter, not what will be done",
    Role.INSTRUCTION: "instructions of a template",
}
"""What stands in a section that holds no measures."""


class Passed(NamedTuple):
    """Words that were read and not taken."""

    line: int
    text: str
    section: tuple[str, ...]
    """Headings they stand under, outermost first."""
    reason: str


class Skipped(NamedTuple):
    """A heading over words none of which is a measure."""

    title: str
    role: Role


def passed_over(
    document: Document, *, today: date, vocabulary: Vocabulary | None = None
) -> tuple[Passed, ...]:
    """Every list item, paragraph and table row that is no measure, and why, in the document's order."""
    extraction = Extraction(document, today, vocabulary or default_vocabulary())
    extraction.run()
    return tuple(_Explaining(extraction).blocks())


def skipped(document: Document, taken: set[int], vocabulary: Vocabulary | None = None) -> Counter[Skipped]:
    """The headings over list items, rows or paragraphs none of which is among ``taken``, by index.

    Only a heading's own words are looked at, not those below a heading of a lower level.
    """
    outline = outline_of(document, vocabulary)
    return Counter(
        Skipped(outline.path(section)[-1], section.role)
        for section in outline.sections[1:]
        if section.block not in taken
        and section.title.strip()
        and (held := [index for first, last in section.ranges for index in range(first, last)])
        and not taken.intersection(held)
        and any(document.blocks[index].kind in _SHOWN for index in held)
    )


class _Explaining:
    """Explains the blocks of one document."""

    def __init__(self, extraction: Extraction) -> None:
        self._done = extraction
        self._blocks = extraction.blocks
        self._outline = extraction.outline
        self._sections = {section.block: section for section in self._outline.sections[1:]}
        self._dropped = {item.block for item in extraction.considered} - {
            item.block for item in extraction.found
        }
        self._unbuilt = {item.block for item in extraction.found} - extraction.taken.keys()
        self._elements = Elements(extraction)

    def blocks(self) -> Iterator[Passed]:
        """The blocks that were passed over."""
        where = self._outline.by_block()
        for index, block in enumerate(self._blocks):
            if block.kind in _SHOWN and index not in self._done.taken:
                text = _words(block)
                if text:
                    section = where[index]
                    yield Passed(block.line, text, self._outline.path(section), self._why(index, section))

    def _why(self, index: int, section: Section) -> str:
        block = self._blocks[index]
        if self._done.empty_form:
            return "the document is an empty form"
        if self._done.manual:
            return "the document says how to work, not what came of an incident"
        if self._done.directives.ignores(block):
            return "a comment says so (ft:ignore)"
        if index in self._dropped:
            return "gives way to the measures listed for the same incident"
        if index in self._unbuilt:
            return "says no work beside names, dates and tickets"
        if block.quoted and block.kind is not BlockKind.ROW:
            return "quoted"
        return (
            self._elements.part_of_measure(index, section)
            or self._heads(index)
            or self._elements.row(index, section)
            or self._unpromised(index, section)
            or self._role(section)
            or self._elements.why(index, section)
        )

    def _heads(self, index: int) -> str | None:
        own = self._sections.get(index)
        return INTRODUCES if own is not None and not own.tail else None

    def _unpromised(self, index: int, section: Section) -> str | None:
        """For a promise in running text, which counts only in a document without a list of measures."""
        if self._done.considered and self._elements.promises(index, section):
            return "promises work, but the document lists its measures elsewhere"
        return None

    def _role(self, section: Section) -> str | None:
        what = ROLES.get(section.role)
        if what is None:
            return None
        while not section.own_role and section.parent >= 0:
            section = self._outline.sections[section.parent]
        return f'stands under "{self._outline.path(section)[-1]}": {what}'


def _words(block: Block) -> str:
    """What a reader sees of a block, on one line."""
    text = " | ".join(cell.text for cell in block.cells) if block.cells else block.text
    text = " ".join(text.split())
    text = text if text.strip("|- ") else ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
