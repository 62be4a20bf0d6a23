"""Measures in tables, whatever the order and the language of the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from followthrough.documents.blocks import Block, BlockKind
from followthrough.model import State
from followthrough.references import find, is_reference, is_ticket_url, loose

from .annotations import OPEN_STATES, Reader
from .candidates import NO_LIMIT, Candidate, Room
from .columns import Columns
from .judging import Judge
from .parts import behind
from .phrases import words_of
from .sections import Section
from .vocabulary import Label, Role, Vocabulary
from .wording import Wording

_OTHER = (Role.TIMELINE, Role.INSTRUCTION, Role.TAKEN)
_BETWEEN = re.compile(r"[,;\n]\s*+|(?<!\s)\s++(?:(?:and|&|/)\s++|(?=[(*\[]))|<br\s{0,9}/?>", re.IGNORECASE)
_NOWHERE = re.compile(r"https?://[^/\s]*/?|#?")
"""The address of a whole site, which names no ticket."""
_DATED_STATE = re.compile(r"[\d./ -]{5,10}\s*\(([^()]{2,30})\)")
"""The day on which it reached a state: ``2026-04-08 (done)``."""
_REPORT = re.compile(r"\w{1,40}(?:\s(?:by|via)\s|\s?[(:;]|\s(?:[–—]|-{1,3})\s)")
"""A state and more of it: "Resolved by #47"."""
_SAMPLE = 8
"""Rows that show what a column holds."""
_WORDY = 4
"""Words; a longer text is no ticket."""
_DIGITS = re.compile(r"\D")
_TICKET_NUMBER = 10
"""A smaller number beside a state may be that of a row."""
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?!\d)")
_SHORT = 40
"""A longer text beside a ticket is a remark."""


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
        self._columns = Columns(vocabulary)
        self.columns = self._columns.read
        self._judge = judge
        self._reader = reader
        self._most = most

    def read(self, rows: list[int], section: Section) -> list[Candidate]:
        """The measures in the table of ``rows``, its head first."""
        header = self._blocks[rows[0]]
        inside = section.role is Role.MEASURES
        aside = section.role is Role.ASIDE and section.real and section.heading.exact
        if not header.header or aside or section.role in _OTHER:
            return []
        if self._logs(rows, inside):
            return []
        lessons = section.role is Role.LESSONS
        columns = self.columns(header, inside=inside, lessons=lessons)
        if columns is None:
            return []
        titled = self._titled(columns, header, rows)
        named, columns = titled is not columns, titled
        action = next(at for at, label in columns.items() if label is Label.ACTION)
        ticket = next((at for at, label in columns.items() if label is Label.TICKET), None)
        name = " ".join(header.cells[action].text.split())
        # What helped against something, as against what will: only what is still open is work.
        remedied = not inside and words_of(name).folded in self._vocabulary.remedies
        found: list[Candidate] = []
        room = Room(self._most)
        for index in rows[1:]:
            if room.exceeded(found):
                break
            block = self._blocks[index]
            if action < len(block.cells):
                candidate = self._row(
                    index, block, section, action, f'row of a table with the column "{name}"'
                )
                if candidate is not None:
                    candidate.weak = lessons
                    if named:
                        self._led(candidate)
                    self._fill(candidate, block, columns, ticket)
                    if not remedied or candidate.notes.state in OPEN_STATES:
                        found.append(candidate)
        return found

    def _logs(self, rows: list[int], inside: bool) -> bool:
        """Whether most rows open with a time of the day, and so tell what happened."""
        shown = [self._blocks[row].cells[:1] for row in rows[1:_SAMPLE]]
        clock = _CLOCK.match if inside else _CLOCK.search
        timed = sum(clock(cell.text[:_SHORT].strip()) is not None for cells in shown for cell in cells)
        return timed * 2 > len(shown)

    def _titled(self, columns: dict[int, Label], header: Block, rows: list[int]) -> dict[int, Label]:
        """Where no column is called after the work, that of the tickets may hold it: "#41 - alert on it"."""
        action = next(at for at, label in columns.items() if label is Label.ACTION)
        ticket = next((at for at, label in columns.items() if label is Label.TICKET), action)
        if ticket >= action or self._columns.label(words_of(header.cells[action].text)) is Label.ACTION:
            return columns
        cells = [self._blocks[row].cells[ticket : ticket + 1] for row in rows[1:_SAMPLE]]
        wordy = sum(len(words_of(cell.text).tokens) > _WORDY for each in cells for cell in each)
        if wordy * 2 <= len(cells):
            return columns
        return columns | {action: Label.NOTE, ticket: Label.ACTION}

    def _row(self, index: int, block: Block, section: Section, action: int, why: str) -> Candidate | None:
        wording = Wording(block.cells[action].runs)
        words = words_of(wording.text)
        if self._judge.hollow(wording.text, words) or self._judge.guides(words):
            return None
        return Candidate(index, wording, section, why, cell=action, beside=block.end - block.start)

    def _fill(
        self, candidate: Candidate, block: Block, columns: dict[int, Label], ticket: int | None
    ) -> None:
        for at in range(len(block.cells)):
            label = columns.get(at)
            if label in (Label.ACTION, Label.NUMBER):
                continue
            wording = Wording(block.cells[at].runs)
            text = wording.text.strip()
            if not text:
                continue
            if label is Label.TICKET:
                self._tickets(candidate, wording)
            elif label is None:
                self._unnamed(candidate, text, wording)
            elif label is Label.NOTE:
                self._note(candidate, text, wording)
            else:
                self._reader.label(label, text, candidate.notes)
                self._links(candidate, wording)
                if label is Label.STATE:
                    self._beside_state(candidate, text)
        anchor = block.cells[ticket].anchor if ticket is not None and ticket < len(block.cells) else None
        if anchor is not None and anchor.refusal is None:
            candidate.cell = ticket

    def _beside_state(self, candidate: Candidate, text: str) -> None:
        """The ticket beside a state: "Planned (#28)", "Done in #1945"."""
        for hit in find(text, self._vocabulary.not_keys):
            if hit.sure or int("0" + _DIGITS.sub("", hit.text)) >= _TICKET_NUMBER:
                candidate.notes.refer(hit.text, hit.url)

    def _led(self, candidate: Candidate) -> None:
        """The ticket that leads the words of a row: "#41 - alert on it"."""
        for hit in find(candidate.wording.text, self._vocabulary.not_keys)[:1]:
            if not candidate.wording.text[: hit.start].strip(" *_`[("):
                candidate.notes.refer(hit.text, hit.url)

    def _tickets(self, candidate: Candidate, wording: Wording) -> None:
        """In a column of tickets every link is one."""
        for link in wording.links:
            words = wording.text[link.start : link.end].strip()
            if not _NOWHERE.fullmatch(link.url):
                candidate.notes.refer(words or link.url, link.url)
        if wording.links:
            self._told(candidate, wording.text[wording.links[-1].end :])
            return
        hits = find(wording.text, self._vocabulary.not_keys)
        for hit in hits:
            candidate.notes.refer(hit.text, hit.url)
        rest = _BETWEEN.split(wording.text) if not hits else (wording.text[hits[-1].end :],)
        for part in rest:
            number = loose(part) if not hits else None
            if number is not None:
                candidate.notes.refer(number)
            else:
                self._told(candidate, part)

    def _told(self, candidate: Candidate, text: str) -> None:
        """A few words beside a ticket may tell how far the work is, "TBD" only that there is no ticket."""
        state = self._reader.state(text) if len(text) < _SHORT else None
        candidate.notes.mark(state if state is not State.OPEN else None)

    def _unnamed(self, candidate: Candidate, text: str, wording: Wording) -> None:
        """A column whose name says nothing: what can only be a ticket or a sign for the state counts."""
        self._links(candidate, wording)
        for link in wording.links:
            words = wording.text[link.start : link.end].strip()
            if words == text and is_reference(words, self._vocabulary.not_keys):
                candidate.notes.refer(words, link.url)
        hits = find(text, self._vocabulary.not_keys)
        if len(hits) == 1 and hits[0].sure and hits[0].text == text and not wording.links:
            candidate.notes.refer(text, hits[0].url)
        dated = _DATED_STATE.fullmatch(text)
        if dated:
            candidate.notes.mark(self._vocabulary.states.exact.get(words_of(dated[1]).folded))
        if not any(char.isalnum() for char in text):
            candidate.notes.mark(self._reader.state(text))

    def _links(self, candidate: Candidate, wording: Wording) -> None:
        for link in wording.links:
            if is_ticket_url(link.url):
                candidate.notes.refer(wording.text[link.start : link.end].strip(), link.url)

    def _note(self, candidate: Candidate, text: str, wording: Wording) -> None:
        """A column of notes may tell the state or the ticket."""
        self._unnamed(candidate, text, wording)
        words = words_of(text)
        state = self._vocabulary.states.exact.get(words.folded)
        hit = self._vocabulary.states.start(words)
        if state is None and hit is not None and _REPORT.match(behind(text, hit.size - 1)):
            state = hit.value
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
