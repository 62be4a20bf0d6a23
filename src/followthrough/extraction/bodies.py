"""The measures in what stands directly below a heading: lists, tables, paragraphs, headings."""

from __future__ import annotations

from followthrough.documents.blocks import BlockKind
from followthrough.documents.reading import Unreadable

from .acts import Act
from .annotations import Reader
from .candidates import NO_LIMIT, Candidate, Room
from .entries import Entries
from .evidence import Evidence
from .floods import drained
from .heads import Heads
from .judging import Judge
from .leads import Leads
from .legends import Legends
from .lists import Lists
from .nodes import trees
from .phrases import words_of
from .prose import Prose, explained
from .remedies import Remedies
from .sections import Outline, Section
from .tables import Tables, tables
from .vocabulary import Role, Vocabulary
from .wording import Wording

_TRACKED = "bullet of a list that says whose work it is, by when, or how far it is"
OPEN_ROLES = (Role.NEUTRAL, Role.TITLE, Role.LESSONS, Role.TAKEN)
"""Sections in which a promise counts though they are not meant for measures."""

_PAST = (Role.SUMMARY, Role.TIMELINE, Role.CAUSE, Role.IMPACT)
"""Sections that tell what happened; a list counts in them that is introduced by what will be done."""


class Bodies:
    """Reads the sections of one document."""

    def __init__(
        self,
        outline: Outline,
        vocabulary: Vocabulary,
        judge: Judge,
        reader: Reader,
        prose: Prose,
        most: int = NO_LIMIT,
    ) -> None:
        self.document = outline.document
        self.blocks = outline.blocks
        self.vocabulary = vocabulary
        self.judge = judge
        self.prose = prose
        self.lists = Lists(self.blocks, vocabulary, judge, reader, most)
        self.legends = Legends(self.blocks, vocabulary, judge)
        self.tables = Tables(self.blocks, vocabulary, judge, reader, most)
        self.evidence = Evidence(vocabulary, judge, reader)
        self.leads = Leads(self.document, vocabulary, judge)
        self.remedies = Remedies(outline, vocabulary, judge, reader)
        self.heads = Heads(outline, judge, reader)
        self.entries = Entries(self.blocks, judge, reader)
        self.found: list[Candidate] = []
        self.above: set[int] = set()
        """Sections with sections of measures below them."""
        self._told_of: set[int] = set()
        """Sections whose heading is a measure of which all below it tells."""
        self._room = Room(most)

    def read(self, sections: list[Section]) -> list[Candidate]:
        """What may be a measure in ``sections``."""
        self.above = {
            section.parent for section in sections if section.role is Role.MEASURES and section.real
        }
        for section in sections:
            self._section(section)
        return self.found

    def keep(self, found: list[Candidate]) -> None:
        """Adds what may be a measure. Raises ``Unreadable`` for more of it than is read of one document."""
        self.found.extend(found)
        room = self._room
        if room.exceeded(self.found):
            many = f"{room.most:,}" if len(self.found) > room.most else f"{room.characters:,} characters of"
            raise Unreadable(
                f"{self.document.name} has more than {many} lines that may be measures: "
                "split it, or raise `items` under [limits]."
            )

    def _section(self, section: Section) -> None:
        role = section.role
        if section.parent in self._told_of:
            self._told_of.add(section.index)
            return
        if role is Role.MEASURES or role is Role.LESSONS or role is Role.TAKEN:
            if role is not Role.TAKEN and self._remedied(section):
                return
            if role is Role.MEASURES and self._head(section):
                return
            if role is Role.MEASURES or not self._introduced(section):
                self._body(section)
        else:
            self._loose_tables(section)
            if role in OPEN_ROLES and not self._introduced(section) and role in (Role.NEUTRAL, Role.TITLE):
                self._evident(section)
            elif role in _PAST:
                self._introduced(section)

    def _remedied(self, section: Section) -> bool:
        found = self.remedies.read(section)
        self.keep(found)
        return bool(found)

    def _head(self, section: Section) -> bool:
        parts = self.heads.detailed(section)
        candidate = self.heads.read(section) if parts or not self.remedies.divided(section) else None
        if candidate is not None:
            self._told_of.update((section.index,) if parts else ())
            self.entries.told_of.update(dict.fromkeys(candidate.below if parts else (), section.block))
            self.keep([candidate])
        return candidate is not None

    def _loose_tables(self, section: Section) -> None:
        if not section.rows:
            return
        for first, last in section.ranges:
            for rows in tables(self.blocks, first, last):
                self.keep(self.tables.read(rows, section))

    def _body(self, section: Section) -> None:
        """All that stands directly in a section of measures."""
        measures = section.role is Role.MEASURES
        before = len(self.found)
        self._loose_tables(section)
        tabled = len(self.found) > before
        listed = section.index in self.above
        paragraphs: list[int] = []
        bold_titles = False
        self.keep(self._tail(section))
        ranges = [self.leads.runs(first, last) for first, last in section.ranges]
        self.entries.read((run for runs in ranges if measures for run in runs), section)
        self.keep(self.entries.titles(section))
        for runs, (first, _) in zip(ranges, section.ranges, strict=True):
            for start, end, lead in runs:
                if start in self.entries.told_of:
                    continue
                block = self.blocks[start]
                if block.kind is BlockKind.ITEM:
                    if measures and self.leads.details(start, first):
                        continue
                    if measures and lead >= 0 and block.checkbox is None and self.leads.explains(lead):
                        bold_titles = True
                        continue
                    if measures and lead >= 0 and self._ruled(lead, start, end, section):
                        paragraphs = [index for index in paragraphs if index != lead]
                        listed = True
                        continue
                    if self.leads.vetoed(lead, measures):
                        continue
                    found = self._list(start, end, section)
                    self.leads.completes(section.block if lead < 0 and not section.real else lead, found)
                    if tabled:
                        found = self.legends.measures(found, section.ranges)
                    listed = listed or bool(found)
                    self.keep(found)
                elif block.kind is BlockKind.CODE:
                    listed = self._verbatim(start, lead, section) or listed
                elif (
                    block.kind is BlockKind.PARAGRAPH
                    and measures
                    and block.parent in (-1, section.block)
                    and not block.quoted
                ):
                    paragraphs.append(start)
        self.entries.explain(self.found[before:])
        beside = listed or tabled or section.heading.problem
        self._told(section, paragraphs, beside, bold_titles)
        self.leads.finished(self.found[before:], section)

    def _told(self, section: Section, paragraphs: list[int], beside: bool, bold_titles: bool) -> None:
        """What the paragraphs of a section of measures say, some of them ``beside`` a list or a table."""
        told: list[Candidate] = []
        room = Room(self._room.most)
        explained = self._explained(paragraphs)
        for index in paragraphs:
            if room.exceeded(told):
                break
            if index not in explained:
                alone = not beside or (bold_titles and self.leads.bold(index))
                found = self.prose.paragraph(index, self.blocks[index], section, beside=not alone)
                self.entries.assigned(found)
                told += found
        if any(item.certain for item in told):
            told = [item for item in told if item.certain or self.judge.faults(words_of(item.words))]
        self.keep(told)

    def _explained(self, paragraphs: list[int]) -> set[int]:
        """Lines that only explain the short line right above them, where several such pairs stand apart."""
        found: set[int] = set()
        brief: set[int] = set()
        for at, index in enumerate(paragraphs[:-1]):
            title, story = self.blocks[index], self.blocks[index + 1]
            if paragraphs[at + 1] != index + 1 or story.line != title.end_line + 1:
                continue
            apart = at == 0 or self.blocks[index - 1].end_line + 1 < title.line
            ends = index + 2 >= len(self.blocks) or story.end_line + 1 < self.blocks[index + 2].line
            if apart and ends and explained(title.text, story.text, brief=True):
                (found if len(story.text) > len(title.text) else brief).add(index + 1)
        return found | brief if len(found) > 1 else set()

    def _list(self, start: int, end: int, section: Section) -> list[Candidate]:
        nodes = trees(self.blocks, start, end, section.block)
        found = self.lists.read(nodes, section, f'bullet under "{section.title}"')
        found = drained(found, self.evidence, self.lists.parents)
        if found and not section.heading.exact and self.vocabulary.ambiguous.inside(words_of(section.title)):
            past = all(self.judge.act(words_of(item.words)) is Act.REPORTS for item in found)
            for item in found:
                item.weak = item.weak or past
        return found

    def _verbatim(self, index: int, lead: int, section: Section) -> bool:
        """Reads a list that is set as code, because it was indented. Whether it is one."""
        lead = section.block if lead < 0 and not section.real else lead
        if section.role is not Role.MEASURES or lead < 0 or not self.leads.opens(lead):
            return False
        found = self.prose.verbatim(index, self.blocks[index], section)
        self.keep(found)
        return bool(found)

    def _rule(self, lead: int, start: int, end: int, section: Section, last: int = 0) -> Candidate:
        """The line in front of a list, up to ``last``: a rule for what it lists, or what to do."""
        wording = Wording(self.blocks[lead].own.runs)
        why = f'{"line" if last else "rule"} for the list below it, under "{section.title}"'
        last = last or len(wording.text.rstrip(" :：*_"))
        self.entries.told_of.update(dict.fromkeys(range(start, end), lead))
        return Candidate(lead, wording, section, why, 0, last, below=tuple(range(start, end)))

    def _ruled(self, lead: int, start: int, end: int, section: Section) -> bool:
        """Takes a rule in front of what it holds for, or an instruction in front of what it brings."""
        if self.leads.rules(lead):
            self.keep([self._rule(lead, start, end, section)])
            return True
        last = self.leads.brings(lead)
        nodes = trees(self.blocks, start, end, -1) if last else []
        if not nodes or any(self.lists.parents.starts_with_verb(node) for node in nodes):
            return False
        self.keep([self._rule(lead, start, end, section, last)])
        return True

    def _tail(self, section: Section) -> list[Candidate]:
        """What stands in the same block as its heading, on the lines below it."""
        if not section.tail or section.role is not Role.MEASURES:
            return []
        block = self.blocks[section.block]
        wording = Wording(block.own.runs)
        skip = wording.broken.find("\n") + 1
        if not skip:
            return []
        found = self.prose.paragraph(section.block, block, section, skip=skip, beside=False)
        self.entries.assigned(found)
        return found

    def _introduced(self, section: Section) -> bool:
        """Reads lists that a sentence introduces as measures. Whether there is one."""
        before = len(self.found)
        for first, last in section.ranges:
            for index in range(first, last - 1):
                block = self.blocks[index]
                if not self.leads.introduces(index):
                    continue
                words = words_of(block.text)
                if (section.role is Role.TAKEN and self.judge.finished(words)) or (
                    section.role in _PAST and not self.judge.promises(words)
                ):
                    continue
                for start, end, lead in self.leads.runs(index + 1, last):
                    if lead >= 0 or self.blocks[start].kind is not BlockKind.ITEM:
                        break
                    nodes = trees(self.blocks, start, end, -1)
                    self.keep(
                        self.lists.read(
                            nodes, section, f'list introduced by "{_short(block.text)}"', introduced=True
                        )
                    )
                self._after(section, index + 1, last)
        return len(self.found) > before

    def _evident(self, section: Section) -> None:
        """Reads lists whose elements mostly name work and say whose it is, by when, or how far it is.

        They count only where their incident has no list under a heading that says so.
        """
        if section.block < 0:
            return
        for first, last in section.ranges:
            for start, end, lead in self.leads.runs(first, last):
                if self.blocks[start].kind is not BlockKind.ITEM or self.leads.vetoed(lead, False):
                    continue
                nodes = trees(self.blocks, start, end, -1)
                if not self.evidence.tracked(nodes):
                    continue
                found = self.lists.read(nodes, section, _TRACKED, introduced=True)
                for item in found:
                    item.weak = True
                self.keep(found)

    def _after(self, section: Section, first: int, last: int) -> None:
        """Promises in the paragraphs behind an introduced list."""
        for index in range(first, last):
            block = self.blocks[index]
            if block.kind is BlockKind.PARAGRAPH and block.parent < 0 and not block.quoted:
                self.keep(self.prose.promises(index, block, section))


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else "… " + words[-57:].split(" ", 1)[-1]
