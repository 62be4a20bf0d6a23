"""Measures in tables, whatever the order and the language of the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from followthrough.documents.blocks import Block, BlockKind
from followthrough.references import find, is_ticket_url

from .annotations import Reader
from .candidates import NO_LIMIT, Candidate
from .judging import Judge
from .phrases import Words, words_of
from .sections import Section
from .vocabulary import Label, Role, Vocabulary
from .wording import Wording

_NOT_ACTIONS = frozenset(
    ("event", "time", "date time", "timestamp", "file", "change", "metric", "value", "suspect")
)
_SUPPORT = (Label.OWNER, Label.DUE, Label.STATE, Label.TICKET, Label.PRIORITY, Label.KIND)
_STATED = re.compile(r"\S")


class Tables:
    """Reads tables. A head row is read once for all tables that have the same."""

    def __init__(
        self,
        blocks: Sequence[Block],
        vocabulary: Vocabulary,
        judge: Judge,
        reader: Reader,
        most: int = NO_LIMIT,
    ) -> None:
        self._blocks = blocks
        self._vocabulary = vocabulary
        self._judge = judge
        self._reader = reader
        self._most = most

    def columns(self, header: Block, *, inside: bool) -> dict[int, Label] | None:
        """What the columns hold, if this is a table of measures. ``inside`` their section less is asked."""
        found: dict[int, Label] = {}
        action = -1
        heads = [words_of(cell.text) for cell in header.cells]
        for at, words in enumerate(heads):
            label = self._label(words)
            if label is Label.ACTION:
                if action >= 0:
                    label = Label.NOTE
                else:
                    action = at
            if label is not None:
                found[at] = label
        support = sum(label in _SUPPORT for label in found.values())
        if any(words.folded in _NOT_ACTIONS for words in heads[:2]) and action < 0:
            return None
        if action < 0:
            if not inside or not support:
                return None
            action = next((at for at in range(len(heads)) if found.get(at) in (None, Label.NOTE)), -1)
            if action < 0:
                return None
            found[action] = Label.ACTION
        return found if inside or support else None

    def _label(self, words: Words) -> Label | None:
        label = self._vocabulary.labels.exact.get(words.folded)
        if label is not None or not words.folded:
            return label or (Label.NUMBER if words.raw.strip() in ("#", "№") else None)
        hits = list(self._vocabulary.labels.all(words))
        if not hits or len(words.tokens) > 5:
            return None
        return max(hits, key=lambda hit: (hit.size, hit.value is Label.ACTION)).value

    def read(self, rows: list[int], section: Section) -> list[Candidate]:
        """The measures in the table of ``rows``, its head first."""
        header = self._blocks[rows[0]]
        inside = section.role is Role.MEASURES
        if not header.header or section.role in (Role.TIMELINE, Role.INSTRUCTION):
            return []
        columns = self.columns(header, inside=inside)
        if columns is None:
            return []
        action = next(at for at, label in columns.items() if label is Label.ACTION)
        ticket = next((at for at, label in columns.items() if label is Label.TICKET), None)
        name = " ".join(header.cells[action].text.split())
        found = []
        for index in rows[1 : self._most + 2]:
            block = self._blocks[index]
            if action < len(block.cells):
                candidate = self._row(
                    index, block, section, action, f'row of a table with the column "{name}"'
                )
                if candidate is not None:
                    self._fill(candidate, block, columns, ticket)
                    found.append(candidate)
        return found

    def _row(self, index: int, block: Block, section: Section, action: int, why: str) -> Candidate | None:
        wording = Wording(block.cells[action].runs)
        words = words_of(wording.text)
        if self._judge.hollow(wording.text, words) or self._judge.guides(words):
            return None
        return Candidate(index, wording, section, why, cell=action)

    def _fill(
        self, candidate: Candidate, block: Block, columns: dict[int, Label], ticket: int | None
    ) -> None:
        for at, label in columns.items():
            if at >= len(block.cells) or label in (Label.ACTION, Label.NUMBER):
                continue
            wording = Wording(block.cells[at].runs)
            text = wording.text.strip()
            if not text:
                continue
            if label is Label.TICKET:
                self._tickets(candidate, wording)
            elif label is Label.NOTE:
                self._note(candidate, text, wording)
            else:
                self._reader.label(label, text, candidate.notes)
                self._links(candidate, wording)
        anchor = block.cells[ticket].anchor if ticket is not None and ticket < len(block.cells) else None
        if anchor is not None and anchor.refusal is None:
            candidate.cell = ticket

    def _tickets(self, candidate: Candidate, wording: Wording) -> None:
        """In a column of tickets every link is one."""
        for link in wording.links:
            words = wording.text[link.start : link.end].strip()
            candidate.notes.refer(words or link.url, link.url)
        if not wording.links:
            for hit in find(wording.text, self._vocabulary.not_keys):
                candidate.notes.refer(hit.text, hit.url)

    def _links(self, candidate: Candidate, wording: Wording) -> None:
        for link in wording.links:
            if is_ticket_url(link.url):
                candidate.notes.refer(wording.text[link.start : link.end].strip(), link.url)

    def _note(self, candidate: Candidate, text: str, wording: Wording) -> None:
        """A column of notes may tell the state."""
        self._links(candidate, wording)
        words = words_of(text)
        state = self._vocabulary.states.exact.get(words.folded)
        if state is not None:
            candidate.notes.mark(state)


def tables(blocks: Sequence[Block], first: int, last: int) -> list[list[int]]:
    """The rows of each table among blocks ``first`` to ``last``."""
    found: list[list[int]] = []
    number = -1
    for index in range(first, last):
        block = blocks[index]
        if block.kind is BlockKind.ROW:
            if block.table != number or not found:
                found.append([])
                number = block.table
            found[-1].append(index)
        else:
            number = -1
    return found
