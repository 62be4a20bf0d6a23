"""Measures that are a title with their owner or date on the lines right below it, and then their story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from followthrough.documents.blocks import Block, BlockKind

from .annotations import Reader
from .candidates import Candidate
from .fields import Fields
from .judging import Judge
from .notes import Notes
from .sections import Section
from .wording import Wording, bold_lead

_LINE = 160
"""Characters of a title at most."""

Run = tuple[int, int, int]


@dataclass(slots=True)
class Entry:
    """A title and what belongs to it."""

    title: int
    """Its block."""
    end: int
    """The characters of its line."""
    listed: bool
    """It is an element of a list, which is read with the others."""
    notes: Notes = field(default_factory=Notes)
    below: list[int] = field(default_factory=list)


class Entries:
    """Finds them in the body of a section."""

    def __init__(self, blocks: Sequence[Block], judge: Judge, reader: Reader) -> None:
        self._blocks = blocks
        self._judge = judge
        self._reader = reader
        self._fields = Fields(judge, reader)
        self._known: list[Entry] = []
        self._open: Entry | None = None
        self._above = -1
        """The block that may turn out to be a title."""
        self.told_of: dict[int, int] = {}
        """The title that each block belongs to, its own block included."""

    def read(self, runs: Iterable[Run], section: Section) -> None:
        """Looks through the lists, paragraphs and the rest of ``section``."""
        self._forget()
        for start, end, _ in runs:
            block = self._blocks[start]
            if block.kind is BlockKind.ITEM:
                self._list(start, end)
            elif block.quoted or block.parent not in (-1, section.block):
                continue
            elif block.kind is BlockKind.PARAGRAPH:
                self._paragraph(start, block)
            elif block.kind is BlockKind.CODE and self._open is not None:
                self._add(start)
            else:
                self._open, self._above = None, -1

    def _forget(self) -> None:
        self._known, self._open, self._above = [], None, -1

    def titles(self, section: Section) -> list[Candidate]:
        """The measures whose titles are paragraphs."""
        why = f'title with its owner or date below, under "{section.title}"'
        return [
            Candidate(
                entry.title,
                Wording(self._blocks[entry.title].own.runs),
                section,
                why,
                0,
                entry.end,
                notes=entry.notes,
                below=tuple(entry.below),
            )
            for entry in self._known
            if not entry.listed
        ]

    def explain(self, found: Iterable[Candidate]) -> None:
        """Gives the measures in lists what stands below them."""
        listed = {entry.title: entry for entry in self._known if entry.listed}
        for item in found if listed else ():
            entry = listed.get(item.block)
            if entry is not None:
                self._reader.merge(entry.notes, item.notes)
                item.below += tuple(entry.below)

    def assigned(self, found: Sequence[Candidate]) -> None:
        """Gives the measures of one paragraph what stands behind their sentences: "Add it. Owner: Sam."."""
        for at, item in enumerate(found):
            text = item.wording.text
            end = found[at + 1].start if at + 1 < len(found) else len(text)
            behind = text[item.end : end].strip(" .;,\n")
            notes = self._fields.read(behind) if 0 < len(behind) <= _LINE else None
            if notes is not None:
                self._reader.merge(notes, item.notes)

    def _paragraph(self, index: int, block: Block) -> None:
        text = block.text
        notes = self._fields.read(text)
        if notes is not None:
            if self._above >= 0:
                above = self._blocks[self._above]
                listed = above.kind is BlockKind.ITEM
                self._begin(self._above, len(above.text), listed=listed)
            entry = self._open
            if entry is not None:
                self._reader.merge(notes, entry.notes)
                self.told_of[index] = entry.title
            self._above = -1
            return
        first, broken, rest = text.partition("\n")
        titled = self._titled(block, first)
        notes = self._fields.read(rest) if titled and broken else None
        if notes is not None:
            self._begin(index, len(first), listed=False)
            self._reader.merge(notes, self._known[-1].notes)
            return
        if titled and not broken:
            if self._known and self._bold(block, first):
                self._begin(index, len(first), listed=False)
            else:
                self._open, self._above = None, index
        elif self._open is not None:
            self._add(index)
        else:
            self._above = -1

    def _list(self, start: int, end: int) -> None:
        top = [index for index in range(start, end) if self._blocks[index].level == self._blocks[start].level]
        boxed = any(self._blocks[index].checkbox is not None for index in range(start, end))
        if self._open is not None and not self._open.listed and not boxed:
            notes = [self._fields.read(self._blocks[index].text) for index in top]
            for one in notes:
                if one is not None:
                    self._reader.merge(one, self._open.notes)
            for index in range(start, end):
                self._add(index)
            self._above = -1
            return
        self._open, self._above = None, -1
        last = top[-1]
        text = self._blocks[last].text
        if last == end - 1 and len(text) <= _LINE and not text.endswith((".", ":", "：", "。")):
            self._above = last

    def _begin(self, index: int, end: int, *, listed: bool) -> None:
        self._open = Entry(index, end, listed)
        self._known.append(self._open)
        self._above = -1
        if not listed:
            self.told_of[index] = index

    def _add(self, index: int) -> None:
        if self._open is not None:
            self._open.below.append(index)
            self.told_of[index] = self._open.title

    def _titled(self, block: Block, line: str) -> bool:
        if not 3 < len(line) <= _LINE or self._judge.field(line) is not None:
            return False
        return self._bold(block, line) or not line.rstrip().endswith((".", ":", "：", "。", "?", "!"))

    def _bold(self, block: Block, line: str) -> bool:
        return bold_lead(block.own.runs) >= len(line.rstrip(" :：")) > 0
