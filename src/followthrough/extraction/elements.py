"""Why an element of a list, a table or a text is no measure, by the rules for such elements."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from followthrough.documents.blocks import Block, BlockKind

from .bodies import OPEN_ROLES
from .candidates import Candidate
from .judging import GUIDANCE
from .nodes import Node, trees
from .phrases import words_of
from .postmortem import Extraction
from .questions import answered
from .sections import Section
from .sentences import sentences
from .vocabulary import Label, Role
from .wording import Wording

NO_WORK = "says nothing of work to do"
PLACEHOLDER = "placeholder"
ASKS = "asks a question, or answers one"
INTRODUCES = "introduces what follows"
_LABELS = {
    Label.OWNER: "the owner",
    Label.DUE: "the date",
    Label.PRIORITY: "the priority",
    Label.STATE: "the state",
    Label.TICKET: "the ticket",
    Label.KIND: "the kind",
    Label.NUMBER: "the number",
    Label.NOTE: "more",
}


@dataclass(slots=True)
class _List:
    """A list as the extraction reads it."""

    lead: int
    """The paragraph in front of it, or -1."""
    introduced: bool
    """That paragraph says that these are measures."""
    first: int
    nodes: dict[int, Node]
    on_report: bool
    """It is work on the report itself."""
    boxed: bool
    """Most of its elements have a box."""


class Elements:
    """Explains what stands directly in the sections of one document."""

    def __init__(self, extraction: Extraction) -> None:
        self._blocks = extraction.blocks
        self._judge = extraction.judge
        self._bodies = extraction.bodies
        self._taken = extraction.taken
        self._order = sorted(self._taken)
        self._lists: dict[int, dict[int, _List]] = {}
        self._headers: dict[int, Block] = {}
        self._beside: dict[int, bool] = {}

    def why(self, index: int, section: Section) -> str:
        """Why a block of a section that may hold measures is none."""
        block = self._blocks[index]
        listed = section.role in (Role.MEASURES, Role.LESSONS, Role.TAKEN)
        found = self._lists_of(section).get(index)
        if found is not None and (listed or found.introduced):
            if section.role is not Role.MEASURES and not found.introduced and self._announced(section):
                return "another list of its section is introduced as the measures"
            return self._in_list(index, section, found)
        if section.role is Role.MEASURES:
            return self._belongs(index) or self._paragraph(block, section)
        if index + 1 < len(self._blocks) and self._bodies.leads.introduces(index):
            return INTRODUCES
        if listed:
            return f'running text under "{section.title.strip()}", which promises nothing'
        if block.kind is BlockKind.ITEM:
            return "stands in no section of measures"
        return "stands in no section of measures and promises nothing"

    def part_of_measure(self, index: int, section: Section) -> str | None:
        """For what stands inside a measure, or below a measure that is a heading."""
        above = self._blocks[index].parent
        while above >= 0 and above not in self._taken:
            above = self._blocks[above].parent
        if above < 0 and section.block >= 0 and self._blocks[section.block].kind is BlockKind.HEADING:
            above = section.block
        if above not in self._taken:
            above = self._bodies.entries.told_of.get(index, -1)
        return self._explains(index, above) if above in self._taken else None

    def promises(self, index: int, section: Section) -> bool:
        """Whether it is running text that would count in a document without a list of measures."""
        block = self._blocks[index]
        return (
            block.kind is BlockKind.PARAGRAPH
            and section.role in (*OPEN_ROLES, Role.SUMMARY)
            and bool(self._bodies.prose.promises(index, block, section))
        )

    def row(self, index: int, section: Section) -> str | None:
        """Why a row is none; ``None`` for what is no row, and where the section itself is the reason."""
        block = self._blocks[index]
        if block.kind is not BlockKind.ROW:
            return None
        if block.header:
            self._headers[block.table] = block
            return "names the columns"
        if section.role in (Role.TIMELINE, Role.INSTRUCTION):
            return None
        header = self._headers.get(block.table)
        inside, lessons = section.role is Role.MEASURES, section.role is Role.LESSONS
        columns = (
            self._bodies.tables.columns(header, inside=inside, lessons=lessons)
            if header is not None
            else None
        )
        if columns is None:
            return "its table has no column of measures" if inside or section.role in OPEN_ROLES else None
        action = next(at for at, label in columns.items() if label is Label.ACTION)
        if action >= len(block.cells):
            return "has no cell in the column of measures"
        text = block.cells[action].text
        words = words_of(text)
        if self._judge.hollow(text, words):
            return PLACEHOLDER
        return GUIDANCE if self._judge.guides(words) else NO_WORK

    def _explains(self, index: int, measure: int) -> str:
        label = self._judge.field(self._blocks[index].text)
        line = self._taken[measure].line
        if label is None:
            return f"explains the measure on line {line}"
        return f"says {_LABELS[label[0]]} of the measure on line {line}"

    def _belongs(self, index: int) -> str | None:
        """For what stands inside an element that is no measure either."""
        above = self._blocks[index].parent
        if above < 0 or self._blocks[above].text.rstrip(" *_").endswith((":", "：")):
            return None
        return f"belongs to line {self._blocks[above].line}, which is no measure"

    def _lists_of(self, section: Section) -> dict[int, _List]:
        """The list that each block of a section stands in."""
        found = self._lists.get(section.index)
        if found is None:
            found = self._lists[section.index] = {}
            for first, last in section.ranges:
                for start, end, lead in self._bodies.leads.runs(first, last):
                    if self._blocks[start].kind is BlockKind.ITEM:
                        found.update(dict.fromkeys(range(start, end), self._list(start, end, lead, section)))
        return found

    def _list(self, start: int, end: int, lead: int, section: Section) -> _List:
        nodes = trees(self._blocks, start, end, section.block)
        return _List(
            lead=lead,
            introduced=lead >= 0 and self._bodies.leads.introduces(lead),
            first=start,
            nodes={node.index: node for node in _all(nodes)},
            on_report=self._bodies.lists.about_report(nodes),
            boxed=sum(node.block.checkbox is not None for node in nodes) * 2 > len(nodes),
        )

    def _in_list(self, index: int, section: Section, found: _List) -> str:
        """Why what stands in a list that was read is none."""
        lead, measures = found.lead, section.role is Role.MEASURES
        if measures and self._bodies.leads.details(found.first, 0):
            lead = found.first - 1
            if lead in self._taken:
                return self._explains(index, lead)
            return f"explains line {self._blocks[lead].line}, which is no measure"
        if measures and lead >= 0 and self._bodies.leads.explains(lead):
            if lead in self._taken:
                return self._explains(index, lead)
            return f"explains line {self._blocks[lead].line}, which is no measure"
        if not found.introduced and self._bodies.leads.vetoed(lead, measures):
            guides = self._judge.guides(words_of(self._blocks[lead].text))
            return GUIDANCE if guides else "the line in front of its list says that it lists something else"
        if found.on_report:
            return "its list is work on the report itself"
        node = found.nodes.get(index)
        if node is None:
            return self._belongs(index) or NO_WORK
        return self._element(node, section, found)

    def _element(self, node: Node, section: Section, found: _List) -> str:
        """The questions of ``Lists`` for one element, in its order."""
        block, judge = node.block, self._judge
        text = block.text
        words = words_of(text[:400])
        if judge.hollow(text, words):
            return PLACEHOLDER
        label = judge.field(text)
        if label is not None and not node.children and block.checkbox is None:
            before = bisect_left(self._order, node.index) - 1
            if before >= 0 and self._order[before] >= found.first:
                return self._explains(node.index, self._order[before])
            return f"says {_LABELS[label[0]]}, and no measure stands before it"
        if block.checkbox is None and Wording(block.own.runs).coded():
            return "is nothing but code"
        if block.checkbox is None and Wording(block.own.runs).changed():
            return "is nothing but a change of code"
        outside = judge.why_outside(text, words)
        if outside is not None:
            return outside
        if answered(text, judge, self._bodies.vocabulary) is not None:
            return ASKS
        if any(child.index in self._taken for child in node.children):
            return "heads the measures below it"
        inside = self._belongs(node.index) if block.parent in found.nodes else None
        if inside is not None:
            return inside
        if section.role in (Role.LESSONS, Role.TAKEN):
            return f'stands under "{section.title.strip()}" and asks for no work'
        candidate = Candidate(node.index, Wording(block.own.runs), section, "")
        alone = self._bodies.legends.measures([candidate], section.ranges)
        if (found.boxed and judge.remarks(words_of(text[:300]))) or not alone:
            return "explains what stands beside it"
        return NO_WORK

    def _paragraph(self, block: Block, section: Section) -> str:
        """The questions of ``Prose`` for a paragraph of a section of measures, in its order."""
        text, judge = block.text.strip(), self._judge
        words = words_of(text[:300])
        if judge.hollow(text, words):
            return PLACEHOLDER
        if text.endswith((":", "：")):
            return INTRODUCES
        if judge.closes(words):
            return "looks back on the measures"
        if judge.guides(words):
            return GUIDANCE
        if judge.points(text):
            return "points elsewhere"
        if section.index in self._bodies.above:
            return "running text above sections of measures, which promises nothing"
        if self._listed(section):
            return "running text beside the list of measures, which promises nothing"
        return self._sentence(text) or NO_WORK

    def _sentence(self, text: str) -> str | None:
        """Why none of its sentences counts."""
        judge = self._judge
        for start, end in sentences(text):
            sentence = words_of(text[start:end])
            if judge.addressed(sentence):
                return "speaks to its reader"
            if judge.converses(text[start:end], sentence):
                return ASKS
            if judge.vague(sentence):
                return "promises nothing that anybody could tick off"
            outside = judge.why_outside(text[start:end], sentence)
            if outside is not None:
                return outside
        return None

    def _announced(self, section: Section) -> bool:
        """Whether one of the lists in a section of lessons is introduced as the measures."""
        if section.index not in self._beside:
            lists = self._lists_of(section).values()
            self._beside[section.index] = any(found.introduced for found in lists)
        return self._beside[section.index]

    def _listed(self, section: Section) -> bool:
        """Whether a list or a table of measures stands directly in a section."""
        if section.index not in self._beside:
            self._beside[section.index] = any(
                at in self._taken and self._blocks[at].kind is not BlockKind.PARAGRAPH
                for first, last in section.ranges
                for at in range(first, last)
            )
        return self._beside[section.index]


def _all(nodes: list[Node]) -> Iterator[Node]:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children
