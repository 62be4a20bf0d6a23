"""What the line in front of a list says of it: measures, something else, finished, or half a sentence."""

from __future__ import annotations

from followthrough.documents.blocks import Block, BlockKind, Document
from followthrough.model import State

from .acts import FIELD, Act
from .candidates import Candidate
from .judging import Judge
from .phrases import words_of
from .sections import Section
from .sentences import sentences
from .shown import Showing
from .vocabulary import Vocabulary
from .wording import Wording

_LEAD = 400
"""Bytes; a longer paragraph is more than the line in front of a list."""

_SAYS = 4
"""Words beside "one of the following"; "Use one of the following:" says too little to be a measure."""


class Leads:
    """Reads such lines of one document."""

    def __init__(self, document: Document, vocabulary: Vocabulary, judge: Judge) -> None:
        self._shown = Showing(document)
        self._blocks: tuple[Block, ...] = document.blocks
        self._vocabulary = vocabulary
        self._judge = judge

    def runs(self, first: int, last: int) -> list[tuple[int, int, int]]:
        """Lists, paragraphs and the rest among blocks: (first, last, the paragraph before a list)."""
        runs: list[tuple[int, int, int]] = []
        index, lead = first, -1
        while index < last:
            block = self._blocks[index]
            start = index
            index += 1
            if block.kind is BlockKind.ITEM:
                end = block.end
                list_id = block.list_id
                while index < last and (
                    self._blocks[index].start < end
                    or (self._blocks[index].kind is BlockKind.ITEM and self._blocks[index].list_id == list_id)
                ):
                    end = max(end, self._blocks[index].end)
                    index += 1
            runs.append((start, index, lead))
            if block.kind is BlockKind.PARAGRAPH:
                lead = start
            elif block.kind is not BlockKind.ITEM:
                lead = -1
        return runs

    def vetoed(self, lead: int, measures: bool) -> bool:
        """Whether the line in front of a list says that it lists something else."""
        if lead < 0:
            return False
        shown = self._shown(self._blocks[lead])
        if shown.tail[-1:] not in (b":", b"*", b"\x9a") or shown.size > _LEAD:
            return False
        text = self._blocks[lead].text.rstrip()
        if not text.endswith((":", "：")):
            return False
        words = words_of(text)
        v = self._vocabulary
        vetoed = v.lead_vetoes.inside(words) and not v.leads.inside(words)
        return vetoed or v.history_leads.inside(words) or v.advises(words) or self._judge.guides(words)

    def introduces(self, index: int) -> bool:
        """Whether a block with another one below it is a sentence that introduces a list of measures."""
        block = self._blocks[index]
        if block.kind is not BlockKind.PARAGRAPH or block.quoted or block.parent >= 0:
            return False
        if self._blocks[index + 1].kind is not BlockKind.ITEM or self._shown(block).tail[-1:] not in (
            b":",
            b"*",
        ):
            return False
        return self._judge.leads(words_of(block.text))

    def opens(self, lead: int) -> bool:
        """Whether a line leads to what stands below it, and that may be measures: "Our next steps:"."""
        shown = self._shown(self._blocks[lead])
        if shown.size > _LEAD or shown.tail[-1:] not in (b":", b"\x9a"):
            return False
        return not self.vetoed(lead, True)

    def rules(self, lead: int) -> bool:
        """Whether the line in front of a list is a measure itself, and the list only says for what or how.

        It is a rule, "Ask before any of these:", or calls for one of several ways: "We must do either of:".
        """
        if self._shown(self._blocks[lead]).size > _LEAD:
            return False
        text = self._blocks[lead].text.rstrip()
        words = words_of(text)
        choice = self._vocabulary.choice_leads.first(words)
        if choice is not None:
            says = words.unspaced or len(words.tokens) - choice.size >= _SAYS
            return says and self._judge.act(words) in (Act.INSTRUCTS, Act.PROMISES, Act.OBLIGES)
        return text.endswith((":", "：")) and self._vocabulary.rule_leads.inside(words)

    def brings(self, lead: int) -> int:
        """Where an instruction ends whose list says what it brings, "Add a proxy, allowing:"; else 0."""
        shown = self._shown(self._blocks[lead])
        if shown.size > _LEAD or not shown.tail.endswith((b":", "：".encode())):
            return 0
        text = self._blocks[lead].text.rstrip(" :：\n")
        first, comma, _ = text.rpartition(",")
        if not comma or not self._vocabulary.brings(text):
            return 0
        label = FIELD.match(first)
        told = words_of(first[label.end() if label else 0 :])
        return len(first) if self._judge.instructs(told) else 0

    def explains(self, lead: int) -> bool:
        """Whether a list explains the paragraph with a bold title in front of it."""
        if not self.bold(lead) or self._shown(self._blocks[lead]).tail.endswith(b":"):
            return False
        return self._ends_above(lead)

    def _ends_above(self, lead: int) -> bool:
        text = self._blocks[lead].text
        return bool(text) and (text[0].isdigit() or not text.rstrip().endswith((":", "：")))

    def details(self, start: int, first: int) -> bool:
        """Whether a list belongs to the element above it, a title with a sentence that ends in a colon."""
        if start <= first or self._blocks[start - 1].kind is not BlockKind.ITEM:
            return False
        above = self._blocks[start - 1]
        if not self._shown(above).tail.endswith(b":"):
            return False
        wording = Wording(above.own.runs)
        return 0 < wording.lead() < len(wording.text.rstrip(" :*"))

    def bold(self, index: int) -> bool:
        return self._shown(self._blocks[index]).head[:2] in (b"**", b"__")

    def completes(self, lead: int, found: list[Candidate]) -> None:
        """Puts a promise that goes on in a list in front of its elements: "We are adding alerts for:"."""
        text = self._blocks[lead].text.rstrip() if lead >= 0 else ""
        if not text.endswith(":"):
            return
        first, last = sentences(text[-_LEAD:])[-1]
        promise = " ".join(text[-_LEAD:][first:last].split())
        words = words_of(promise)
        if words.tokens[-1] not in self._vocabulary.hanging or not self._judge.promises(words):
            return
        for item in found:
            if not (item.prefix or self._judge.instructs(words_of(item.words[:_LEAD]))):
                item.prefix = promise

    def finished(self, found: list[Candidate], section: Section) -> None:
        """Ticks off what stands behind "We have implemented the following:"."""
        for first, last in section.ranges:
            done = False
            leads: dict[int, bool] = {}
            for index in range(first, last):
                shown = self._shown(self._blocks[index])
                if (
                    self._blocks[index].kind is BlockKind.PARAGRAPH
                    and shown.tail.endswith(b":")
                    and shown.size <= _LEAD
                ):
                    done = self._judge.finished(words_of(self._blocks[index].text))
                leads[index] = done
            for item in found:
                if item.notes.state is None and leads.get(item.block):
                    item.notes.state = State.DONE
