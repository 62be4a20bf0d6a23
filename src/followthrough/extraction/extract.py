"""The whole extraction: sections, candidates from each shape, then the items that stand."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from ..documents.blocks import Block, BlockKind, Document
from ..model import ActionItem, Postmortem, Remark
from .candidates import Candidate
from .dates import Dates
from .directives import Directives
from .heads import Heads
from .headings import Headings
from .incident import read_incident
from .items import Items
from .judging import Judge
from .lists import Lists
from .notes import Reader
from .owners import Subjects
from .phrases import Words
from .prose import Prose
from .sections import Outline, Section
from .tables import Tables, tables
from .titles import Titles
from .vocabulary import Label, Role, Vocabulary, default_vocabulary
from .wording import Wording

_OPEN_ROLES = (Role.NEUTRAL, Role.TITLE, Role.LESSONS, Role.TAKEN)
_STRUCTURE = (Role.TIMELINE, Role.IMPACT, Role.CAUSE, Role.SUMMARY)


@lru_cache(maxsize=8)
def _tools(vocabulary: Vocabulary) -> tuple[Headings, Dates, Judge, re.Pattern[bytes], re.Pattern[bytes]]:
    return Headings(vocabulary), Dates(vocabulary), Judge(vocabulary), _inline(vocabulary), _promise(vocabulary)


def _inline(vocabulary: Vocabulary) -> re.Pattern[bytes]:
    """Labels such as "Action:" at the start of a line, in the document's bytes."""
    words = [re.escape(phrase).replace(r"\ ", r"[ -]?") for phrase in sorted(vocabulary.inline.exact, key=len, reverse=True)]
    return re.compile(rf"^[ \t>*_+#-]{{0,8}}\[?(?:{'|'.join(words)})s?\]?[ \t]?(?:\d{{1,2}})?[ *_]{{0,3}}[:：]".encode(), re.I | re.M)


def _promise(vocabulary: Vocabulary) -> re.Pattern[bytes]:
    words = [re.escape(phrase).replace(r"\ ", r"['’\s]{1,3}") for phrase in sorted(vocabulary.announce.exact, key=len, reverse=True)]
    return re.compile("|".join(words).encode(), re.I)


def extract(document: Document, *, today: date, vocabulary: Vocabulary | None = None) -> Postmortem:
    """What ``document`` says of its incident, and the measures it promises.

    ``today`` is the day from which words such as "next week" count where the incident has no date.
    """
    return _Extraction(document, today, vocabulary or default_vocabulary()).run()


class _Extraction:
    def __init__(self, document: Document, today: date, vocabulary: Vocabulary) -> None:
        self.document = document
        self.blocks: tuple[Block, ...] = document.blocks
        self.vocabulary = vocabulary
        headings, self.dates, self.judge, self.inline, self.promise = _tools(vocabulary)
        self.outline = Outline(document, headings)
        self.directives = Directives(document)
        self.incident, self.status = read_incident(self.outline, vocabulary, self.dates, today)
        base = self.incident.date or today
        self.reader = Reader(vocabulary, self.dates, base)
        people = frozenset(Words(name).folded for name in self.incident.authors)
        titles = Titles(self.reader, Subjects(vocabulary, people))
        self.items = Items(self.outline, vocabulary, titles, self.reader, self.judge, self.dates, base)
        self.lists = Lists(self.blocks, vocabulary, self.judge, self.reader)
        self.tables = Tables(self.blocks, vocabulary, self.judge, self.reader)
        self.prose = Prose(vocabulary, self.judge)
        self.heads = Heads(self.outline, self.judge, self.reader)
        self.found: list[Candidate] = []

    def run(self) -> Postmortem:
        if not self._template():
            for section in self.outline.sections:
                self._section(section)
            self._labels()
            self._weigh()
            if not self.found:
                self._promises()
        self._forced()
        built = self._build()
        warnings = tuple(Remark(line, message) for line, message in self.document.warnings)
        return Postmortem(
            incident=self.incident, items=built, warnings=warnings, status=self.status, looks_like_postmortem=self._looks(),
        )

    def _template(self) -> bool:
        """Whether the document is an empty form."""
        vocabulary = self.vocabulary
        for section in self.outline.sections[1:3]:
            words = Words(section.title)
            hit = vocabulary.template.first(words)
            if hit is not None and (hit.at == 0 or hit.at + hit.size == len(words.tokens)) and (hit.size > 1 or len(words.tokens) < 3):
                return True
        first = next((block for block in self.blocks if block.kind is BlockKind.PARAGRAPH), None)
        return first is not None and vocabulary.template.start(Words(first.text[:80])) is not None

    def _section(self, section: Section) -> None:
        role = section.role
        if role is Role.MEASURES or role is Role.LESSONS or role is Role.TAKEN:
            if role is Role.MEASURES and self._head(section):
                return
            if role is Role.MEASURES or not self._introduced(section):
                self._body(section)
        else:
            self._loose_tables(section)
            if role in _OPEN_ROLES:
                self._introduced(section)

    def _head(self, section: Section) -> bool:
        candidate = self.heads.read(section)
        if candidate is not None:
            self.found.append(candidate)
        return candidate is not None

    def _loose_tables(self, section: Section) -> None:
        for first, last in section.ranges:
            for rows in tables(self.blocks, first, last):
                self.found.extend(self.tables.read(rows, section))

    def _body(self, section: Section) -> None:
        """All that stands directly in a section of measures."""
        measures = section.role is Role.MEASURES
        before = len(self.found)
        self._loose_tables(section)
        tabled = len(self.found) > before
        listed = False
        paragraphs: list[int] = []
        bold_titles = False
        if section.tail and measures:
            self.found.extend(self._tail(section))
        for first, last in section.ranges:
            for start, end, lead in self._runs(first, last):
                block = self.blocks[start]
                if block.kind is BlockKind.ITEM:
                    if measures and lead >= 0 and self._explains(lead, section):
                        bold_titles = True
                        continue
                    if self._vetoed(lead, measures):
                        continue
                    found = self._list(start, end, section)
                    if tabled:
                        found = [item for item in found if item.ticked is not None]
                    listed = listed or bool(found)
                    self.found.extend(found)
                elif block.kind is BlockKind.PARAGRAPH and measures and block.parent in (-1, section.block) and not block.quoted:
                    paragraphs.append(start)
        for index in paragraphs:
            titled = bold_titles and self._bold(index)
            self.found.extend(self.prose.paragraph(index, self.blocks[index], section, beside=(listed or tabled) and not titled))

    def _list(self, start: int, end: int, section: Section) -> list[Candidate]:
        nodes = self.lists.trees(start, end, section.block)
        return self.lists.read(nodes, section, f'bullet under "{section.title}"')

    def _runs(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """Lists, paragraphs and the rest among blocks: (first, last, the paragraph before a list)."""
        runs: list[tuple[int, int, int]] = []
        index, lead = first, -1
        while index < last:
            block = self.blocks[index]
            start = index
            index += 1
            if block.kind is BlockKind.ITEM:
                end = block.end
                list_id = block.list_id
                while index < last and (self.blocks[index].start < end or self.blocks[index].kind is BlockKind.ITEM and self.blocks[index].list_id == list_id):
                    end = max(end, self.blocks[index].end)
                    index += 1
            runs.append((start, index, lead))
            if block.kind is BlockKind.PARAGRAPH:
                lead = start
            elif block.kind is not BlockKind.ITEM:
                lead = -1
        return runs

    def _bold(self, index: int) -> bool:
        own = self.blocks[index].own
        return self.document.data[own.start : own.start + 2] in (b"**", b"__")

    def _explains(self, lead: int, section: Section) -> bool:
        """Whether a list explains the paragraph with a bold title in front of it."""
        own = self.blocks[lead].own
        if not self._bold(lead) or self.document.data[own.end - 1 : own.end] == b":":
            return False
        return self._ends_above(lead)

    def _ends_above(self, lead: int) -> bool:
        text = self.blocks[lead].text
        return bool(text) and (text[0].isdigit() or not text.rstrip().endswith((":", "：")))

    def _vetoed(self, lead: int, measures: bool) -> bool:
        """Whether the line in front of a list says that it lists something else."""
        if lead < 0:
            return False
        own = self.blocks[lead].own
        if self.document.data[own.end - 1 : own.end] not in (b":", b"*", b"\x9a") or own.end - own.start > 400:
            return False
        text = self.blocks[lead].text.rstrip()
        if not text.endswith((":", "：")):
            return False
        words = Words(text)
        return self.vocabulary.lead_vetoes.inside(words) and not self.vocabulary.leads.inside(words) or self.judge.guides(words)

    def _tail(self, section: Section) -> list[Candidate]:
        """What stands in the same block as its heading, on the lines below it."""
        block = self.blocks[section.block]
        wording = Wording(block.own.runs)
        skip = wording.broken.find("\n") + 1
        return self.prose.paragraph(section.block, block, section, skip=skip, beside=False) if skip else []

    def _introduced(self, section: Section) -> bool:
        """Reads lists outside a section of measures that a sentence introduces as such. Whether there is one."""
        data = self.document.data
        before = len(self.found)
        for first, last in section.ranges:
            for index in range(first, last - 1):
                block = self.blocks[index]
                if block.kind is not BlockKind.PARAGRAPH or block.quoted or block.parent >= 0:
                    continue
                if data[block.own.end - 1 : block.own.end] not in (b":", b"*") or self.blocks[index + 1].kind is not BlockKind.ITEM:
                    continue
                words = Words(block.text)
                if not self.judge.leads(words):
                    continue
                for start, end, lead in self._runs(index + 1, last):
                    if lead >= 0 or self.blocks[start].kind is not BlockKind.ITEM:
                        break
                    nodes = self.lists.trees(start, end, -1)
                    self.found.extend(self.lists.read(nodes, section, f'list introduced by "{_short(block.text)}"', introduced=True))
                self._after(section, index + 1, last)
        return len(self.found) > before

    def _after(self, section: Section, first: int, last: int) -> None:
        """Promises in the paragraphs behind an introduced list."""
        for index in range(first, last):
            block = self.blocks[index]
            if block.kind is BlockKind.PARAGRAPH and block.parent < 0 and not block.quoted:
                self.found.extend(self.prose.promises(index, block, section))

    def _labels(self) -> None:
        """"Action: ..." outside any section of measures."""
        known = {item.block for item in self.found}
        for index, section in self._hits(self.inline):
            block = self.blocks[index]
            if section.role in (Role.MEASURES, Role.TIMELINE, Role.ASIDE, Role.INSTRUCTION) or index in known:
                continue
            if block.quoted or block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
                continue
            wording = Wording(block.own.runs)
            colon = wording.text.find(":")
            if not wording.text[colon + 1 :].strip() or self.judge.hollow(wording.text[colon + 1 :], Words(wording.text[colon + 1 :])):
                continue
            known.add(index)
            label = wording.text[:colon].strip(" []*_")
            candidate = Candidate(index, wording, section, f'labelled "{label}"')
            self._reported(index, candidate)
            self.found.append(candidate)

    def _reported(self, index: int, candidate: Candidate) -> None:
        """A bullet right below may tell that it is done."""
        after = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        if after is not None and after.kind is BlockKind.ITEM and after.own.end - after.own.start < 400:
            words = Words(after.text)
            hit = self.vocabulary.states.start(words)
            if hit is not None:
                candidate.notes.mark(hit.value)

    def _hits(self, pattern: re.Pattern[bytes]) -> list[tuple[int, Section]]:
        """The blocks in which ``pattern`` is found, with their sections."""
        found = []
        index = 0
        blocks = self.blocks
        where: list[Section] | None = None
        for match in pattern.finditer(self.document.data):
            if where is None:
                where = self._sections_by_block()
            while index < len(blocks) and (blocks[index].own.end <= match.start()):
                index += 1
            if index < len(blocks) and blocks[index].start <= match.end() and (not found or found[-1][0] != index):
                found.append((index, where[index]))
        return found

    def _sections_by_block(self) -> list[Section]:
        where = [self.outline.sections[0]] * len(self.blocks)
        for section in self.outline.sections:
            if section.block >= 0:
                where[section.block] = section
            for first, last in section.ranges:
                for index in range(first, last):
                    where[index] = section
        return where

    def _weigh(self) -> None:
        """Drops lessons and measures taken where the same incident has a list of measures."""
        if any(item.weak for item in self.found):
            scopes = [(item, self._scope(item.section)) for item in self.found]
            strong = {scope for item, scope in scopes if not item.weak}
            recommended = {scope for item, scope in scopes if item.weak and item.section.role is Role.TAKEN}
            self.found = [
                item for item, scope in scopes
                if not item.weak or scope not in strong and (item.section.role is Role.TAKEN or scope not in recommended)
            ]

    def _scope(self, section: Section) -> int:
        """The incident that a section is about: the nearest section above it that also tells what happened."""
        sections = self.outline.sections
        at = section.parent
        while at > 0:
            if any(other.parent == at and other.own_role and other.role in _STRUCTURE for other in sections):
                return at
            at = sections[at].parent
        return at

    def _promises(self) -> None:
        """Promises in running text, where nothing else was found."""
        for index, section in self._hits(self.promise):
            block = self.blocks[index]
            if section.role in (*_OPEN_ROLES, Role.SUMMARY) and block.kind is BlockKind.PARAGRAPH and not block.quoted:
                self.found.extend(self.prose.promises(index, block, section))

    def _forced(self) -> None:
        """Items that a reader's comment marks."""
        known = {item.block for item in self.found}
        for index in self.directives.items(self.blocks):
            if index not in known:
                block = self.blocks[index]
                runs = block.cells[0].runs if block.cells else block.own.runs
                section = self._sections_by_block()[index]
                cell = 0 if block.cells else None
                self.found.append(Candidate(index, Wording(runs), section, "marked by a comment", cell=cell))

    def _build(self) -> tuple[ActionItem, ...]:
        self.found.sort(key=lambda item: (item.block, item.start))
        built: list[ActionItem] = []
        for candidate in self.found:
            if self.directives.ignores(self.blocks[candidate.block]):
                continue
            item = self.items.build(candidate)
            if item is not None:
                built.append(self.directives.declined(self.blocks[candidate.block], item))
        return tuple(built)

    def _looks(self) -> bool:
        roles = {section.role for section in self.outline.sections if section.own_role}
        if Role.MEASURES in roles:
            return True
        told = self.incident.severity or self.incident.impact or self.incident.root_cause
        return self.incident.date is not None and bool(told or roles & {Role.IMPACT, Role.CAUSE, Role.TIMELINE})


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else "… " + words[-57:].split(" ", 1)[-1]
