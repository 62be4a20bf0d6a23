"""Measures in tables, whatever the order and the language of the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from followthrough.documents.blocks import Block, BlockKind
from followthrough.model import State
from followthrough.references import find, is_reference, is_ticket_url, loose

from .annotations import Reader
from .candidates import NO_LIMIT, Candidate, Room
from .judging import Judge
from .parts import behind
from .phrases import Words, words_of
from .sections import Section
from .vocabulary import Label, Role, Vocabulary
from .wording import Wording

_NOT_ACTIONS = frozenset(
    ("event", "time", "date time", "timestamp", "file", "change", "metric", "value", "suspect")
)
_PAST = frozenset(
    (
        "added",
        "created",
        "opened",
        "raised",
        "reported",
        "identified",
        "logged",
        "filed",
        "started",
        "assigned",
        "closed",
        "completed",
        "done",
        "finished",
        "resolved",
        "actual",
        "updated",
        "implemented",
        "entered",
    )
)
"""What makes a date one of the past: "Date added"."""
_TEAM = frozenset(("team", "teams", "squad", "equipe", "equipo", "time", "チーム", "team owner"))
_SUPPORT = (Label.OWNER, Label.DUE, Label.STATE, Label.TICKET, Label.PRIORITY, Label.KIND)
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
_ANYTHING = ("item", "items", "what", "step", "activity", "fix")
"""Heads of columns of any list; beside a state alone they tell of no measures."""
_WORDY = 4
"""Words; a longer text is no ticket."""
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
        self._judge = judge
        self._reader = reader
        self._most = most

    def columns(self, header: Block, *, inside: bool, lessons: bool = False) -> dict[int, Label] | None:
        """What the columns hold, if this is a table of measures. ``inside`` their section less is asked.

        Among ``lessons`` a column of recommendations beside them is enough.
        """
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
        if any(self._vocabulary.runbook_columns.inside(words) for words in heads):
            return None
        support = sum(label in _SUPPORT for label in found.values())
        lessons = lessons and action > 0 and Label.NOTE in found.values()
        if any(words.folded in _NOT_ACTIONS for words in heads[:2]) and action < 0:
            return None
        if action < 0:
            if not support or not (inside or self._assigns(found, heads)):
                return None
            action = next((at for at in range(len(heads)) if found.get(at) in (None, Label.NOTE)), -1)
            if action < 0:
                return None
            found[action] = Label.ACTION
        self._settle(found, heads)
        if heads[action].folded in _ANYTHING and not inside:
            support = sum(label in _SUPPORT and label is not Label.STATE for label in found.values())
        return found if inside or support or lessons else None

    def _assigns(self, found: dict[int, Label], heads: list[Words]) -> bool:
        """Whether the columns give owners and say by when or how far: nothing but work has both."""
        labels = set(found.values())
        owned = any(label is Label.OWNER and heads[at].folded not in _TEAM for at, label in found.items())
        return owned and bool(labels & {Label.DUE, Label.STATE}) and len(labels) > 2

    def _settle(self, found: dict[int, Label], heads: list[Words]) -> None:
        """Of "Owner" and "Team" the person counts; "Date" is the deadline if no other column is."""
        owners = [at for at, label in found.items() if label is Label.OWNER]
        if any(heads[at].folded not in _TEAM for at in owners):
            for at in owners:
                if heads[at].folded in _TEAM:
                    found[at] = Label.NOTE
        if Label.DUE not in found.values():
            for at, words in enumerate(heads):
                if words.folded == "date" and at not in found:
                    found[at] = Label.DUE

    def _label(self, words: Words) -> Label | None:
        label = self._vocabulary.labels.exact.get(words.folded)
        if label is not None or not words.folded:
            return label or (Label.NUMBER if words.raw.strip() in ("#", "№") else None)
        hits = list(self._vocabulary.labels.all(words))
        if not hits or len(words.tokens) > 5:
            return None
        best = max(hits, key=lambda hit: (hit.size, hit.value is Label.ACTION)).value
        return Label.NOTE if best is Label.DUE and not _PAST.isdisjoint(words.tokens) else best

    def read(self, rows: list[int], section: Section) -> list[Candidate]:
        """The measures in the table of ``rows``, its head first."""
        header = self._blocks[rows[0]]
        inside = section.role is Role.MEASURES
        aside = section.role is Role.ASIDE and section.real and section.heading.exact
        if not header.header or aside or section.role in _OTHER:
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
                    found.append(candidate)
        return found

    def _titled(self, columns: dict[int, Label], header: Block, rows: list[int]) -> dict[int, Label]:
        """Where no column is called after the work, that of the tickets may hold it: "#41 - alert on it"."""
        action = next(at for at, label in columns.items() if label is Label.ACTION)
        ticket = next((at for at, label in columns.items() if label is Label.TICKET), action)
        if ticket >= action or self._label(words_of(header.cells[action].text)) is Label.ACTION:
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
        anchor = block.cells[ticket].anchor if ticket is not None and ticket < len(block.cells) else None
        if anchor is not None and anchor.refusal is None:
            candidate.cell = ticket

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
