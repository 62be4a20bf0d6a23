"""The whole extraction: sections, candidates from each shape, then the items that stand."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from followthrough.collector import no_collection
from followthrough.documents.blocks import Block, Document
from followthrough.documents.reading import Unreadable
from followthrough.model import ActionItem, Postmortem, Remark

from .annotations import Reader
from .bodies import Bodies
from .boxed import with_boxes
from .candidates import FEW, NO_LIMIT, Candidate
from .dates import Dates
from .directives import Directives
from .forms import Forms
from .habits import day_first
from .headings import Headings
from .incident import read_incident
from .items import Items
from .judging import Judge
from .loose import Loose, Patterns
from .owners import Subjects
from .people import mentioned
from .prose import Prose
from .sections import Outline
from .titles import Titles
from .values import Setting
from .vocabulary import Role, Vocabulary, default_vocabulary
from .weighing import weighed
from .wording import Wording

REMARKS, SENTENCES = 10, 6
"""Parts of remarks and sentences for each measure; published documents with several measures have fewer."""


@lru_cache(maxsize=8)
def _tools(vocabulary: Vocabulary) -> tuple[Headings, Dates, Judge, Patterns]:
    """What is made once a vocabulary."""
    return Headings(vocabulary), Dates(vocabulary), Judge(vocabulary), Patterns(vocabulary)


@no_collection()
def extract(
    document: Document, *, today: date, vocabulary: Vocabulary | None = None, most: int = NO_LIMIT
) -> Postmortem:
    """What ``document`` says of its incident, and the measures it promises.

    ``today`` is the day from which words such as "next week" count where the incident has no date.
    Raises :class:`followthrough.documents.Unreadable` for more than ``most`` lines that may be measures,
    and for more words or remarks than so many can have.
    """
    return Extraction(document, today, vocabulary or default_vocabulary(), most).run()


def outline_of(document: Document, vocabulary: Vocabulary | None = None) -> Outline:
    """The sections of ``document`` alone."""
    return Outline(document, _tools(vocabulary or default_vocabulary())[0])


class Extraction:
    """One document on its way through; afterwards it tells what became of each block."""

    def __init__(self, document: Document, today: date, vocabulary: Vocabulary, most: int = NO_LIMIT) -> None:
        self.document = document = with_boxes(document)
        self._most = most
        self.blocks: tuple[Block, ...] = document.blocks
        self.vocabulary = vocabulary
        headings, self.dates, self.judge, self.patterns = _tools(vocabulary)
        self.outline = Outline(document, headings)
        self.directives = Directives(document)
        self.incident, self.status, people = read_incident(self.outline, vocabulary, self.dates)
        base = self.incident.date or today
        people |= mentioned(document, vocabulary)
        self.dates = self.dates.written(lambda: day_first(document.data))
        dated = self.incident.date is not None
        self._remarks, self._sentences = max(most, FEW) * REMARKS, max(most, FEW) * SENTENCES
        self.reader = Reader(Setting(vocabulary, self.dates, base, people, dated, self._remarks))
        titles = Titles(self.reader, Subjects(vocabulary, people))
        self.items = Items(self.outline, vocabulary, titles, self.reader, self.judge, self.dates, base)
        self.prose = Prose(vocabulary, self.judge, most, self._sentences)
        self.bodies = Bodies(self.outline, vocabulary, self.judge, self.reader, self.prose, most)
        self.empty_form = self.manual = False
        self.considered: list[Candidate] = []
        """Before lessons gave way to measures."""
        self.found: list[Candidate] = []
        self.taken: dict[int, ActionItem] = {}
        """The first item of each block that has any."""

    def run(self) -> Postmortem:
        forms = Forms(self.document, self.outline, self.vocabulary)
        self.empty_form = not self._dated() and forms.template()
        self.manual = not self.empty_form and forms.manual(dated=self.incident.date is not None)
        if not (self.empty_form or self.manual):
            self._find()
        self._forced()
        built = self._build()
        self._check()
        warnings = tuple(Remark(line, message) for line, message in self.document.warnings)
        return Postmortem(
            incident=self.incident,
            items=built,
            warnings=warnings,
            status=self.status,
            looks_like_postmortem=bool(built) or self._looks(),
        )

    def _check(self) -> None:
        """Raises ``Unreadable`` where not all was read that may tell of measures."""
        if self.prose.exhausted:
            raise Unreadable(
                f"{self.document.name} has more than {self._sentences:,} sentences of which each may be a "
                "measure: split it, or raise `items` under [limits]."
            )
        if self.reader.exhausted:
            raise Unreadable(
                f"{self.document.name} has more than {self._remarks:,} remarks beside what may be measures: "
                "split it, or raise `items` under [limits]."
            )

    def _dated(self) -> bool:
        """Whether it says when its incident was, and so is filled in; a mail's own date says nothing."""
        day = self.incident.date
        sent = self.document.metadata.get("date") if self.document.format == "email" else None
        return day is not None and day.isoformat() != sent

    def _find(self) -> None:
        """Collects what may be a measure."""
        loose = Loose(self.outline, self.vocabulary, self.judge, self.bodies.prose, self.patterns)
        self.considered = self.bodies.read(self.outline.sections)
        loose.labelled(self.considered, self._most)
        self.bodies.keep([])
        self.found = weighed(self.considered, self.outline.sections, self.vocabulary)
        if not self.found:
            self.found = loose.promised()
            self.bodies.keep(self.found)

    def _forced(self) -> None:
        """Items that a reader's comment marks."""
        known = {item.block for item in self.found}
        for index in self.directives.items(self.blocks):
            if index not in known:
                block = self.blocks[index]
                runs = block.cells[0].runs if block.cells else block.own.runs
                section = self.outline.by_block()[index]
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
                self.taken.setdefault(candidate.block, built[-1])
        return tuple(built)

    def _looks(self) -> bool:
        roles = {section.role for section in self.outline.sections if section.own_role}
        if Role.MEASURES in roles:
            return True
        told = self.incident.severity or self.incident.impact or self.incident.root_cause
        return self.incident.date is not None and bool(
            told or roles & {Role.IMPACT, Role.CAUSE, Role.TIMELINE}
        )
