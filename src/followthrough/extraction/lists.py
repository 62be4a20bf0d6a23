"""Measures in lists: bullets, numbers, checkboxes, labels with children, lines under a bullet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from followthrough.documents.blocks import Block, BlockKind

from .acts import Act
from .annotations import Reader
from .bracketed import Bracketed
from .candidates import NO_LIMIT, Candidate, Room
from .fields import Fields
from .judging import Judge
from .lines import line_spans, separate_lines
from .nodes import Node
from .notes import Notes
from .parents import Heads, Parents
from .phrases import Words, words_of
from .questions import answered, filed
from .sections import Section
from .sentences import sentences
from .verbs import Form
from .vocabulary import Label, Role, Vocabulary
from .wording import Wording

_SENTENCES = 4
_TOLD_BELOW, _SHORT = 6, 200
"""Paragraphs below an item, and their characters, in which its owner may stand."""
_SHARED = (Label.OWNER, Label.DUE, Label.PRIORITY)
"""What stands above several measures and holds for each of them."""
_SETTINGS = 2
_SETTING = re.compile(r"[^:：\n]{1,30}[:：]\s{0,3}(\S(?:[^\n]{0,58}\S)?)")
_VALUE = re.compile(r"https?://\S+|[<>≤≥~]?\s?\d[\d.,]{0,12}\s?(?:[^\W\d]{1,8}|%)?", re.IGNORECASE)
"""An address or a quantity."""
_FIELD = 80
"""Characters of a label at most."""


class Lists:
    """Reads the lists of one document."""

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
        self._section: Section
        self._why = ""
        self._weak = False
        self._mixed = False
        """Most elements of the list stand alone, so that one with children need not be a label."""
        self._titles = False
        """Most of its elements in bold with others inside are measures."""
        self._most = most
        self._bracketed = Bracketed(vocabulary, reader)
        self._fields = Fields(judge, reader)
        self.parents = Parents(vocabulary, judge, reader)

    def read(
        self, nodes: list[Node], section: Section, why: str, *, introduced: bool = False
    ) -> list[Candidate]:
        """The measures in one list; ``introduced`` says that a sentence in front of it promises them."""
        self._section, self._why = section, why
        self._weak = section.role in (Role.LESSONS, Role.TAKEN) and not introduced
        if (
            not nodes
            or self.about_report(nodes)
            or (not section.own_role and (self._describes(nodes) or self._sets(nodes)))
        ):
            return []
        boxed = sum(node.block.checkbox is not None for node in nodes)
        self._mixed = sum(not node.children for node in nodes) * 2 >= len(nodes) > 1
        self._titles = self.parents.titles(nodes)
        found: list[Candidate] = []
        room = Room(self._most)
        for node in nodes:
            if room.exceeded(found):
                break
            plain = node.block.checkbox is None and not node.children
            if plain and boxed * 2 > len(nodes) and self._judge.remarks(words_of(node.block.text[:300])):
                continue
            self._item(node, found)
        self._bracketed.owners(found)
        self._bracketed.fronts(found)
        return found

    def _describes(self, nodes: list[Node]) -> bool:
        """Whether most elements tell what something does: "Runs in the pipeline", "Fails on timeouts"."""
        plain = [node for node in nodes if node.block.checkbox is None]
        firsts = [words_of(node.block.text[:80]).tokens[0] for node in plain]
        told = sum(
            first.endswith("s") and self._vocabulary.verbs.form(first) is Form.THIRD for first in firsts
        )
        return told > 1 and told * 3 >= len(nodes) * 2

    def _sets(self, nodes: list[Node]) -> bool:
        """Whether all elements are short values with a name, as a program is set: "Interval: 5 minutes"."""
        parts = [_SETTING.fullmatch(node.block.text) for node in nodes if node.bare]
        if len(parts) < len(nodes) or len(nodes) < _SETTINGS:
            return False
        values = [part[1] for part in parts if part is not None]
        return (
            len(values) == len(nodes)
            and any(_VALUE.fullmatch(value) for value in values)
            and not any(self._judge.instructs(words_of(value)) for value in values)
            and not any(self._tells(node.block.text) for node in nodes)
        )

    def _tells(self, text: str) -> bool:
        """Whether an element says whose the measure above it is, by when, or how far it is."""
        label = self._judge.field(text)
        return label is not None and label[0] in (Label.OWNER, Label.DUE, Label.STATE, Label.PRIORITY)

    def about_report(self, nodes: list[Node]) -> bool:
        if len(nodes) < 2 or not any(
            self._judge.about_report(words_of(node.block.text)) for node in nodes[:2]
        ):
            return False
        about = sum(self._judge.about_report(words_of(node.block.text)) for node in nodes)
        return about * 2 > len(nodes)

    def _item(self, node: Node, found: list[Candidate]) -> None:
        block = node.block
        wording = Wording(block.own.runs)
        text = wording.text
        words = words_of(text if len(text) < 400 else text[:400])
        judge = self._judge
        if judge.hollow(text, words) or (block.checkbox is None and (wording.coded() or wording.changed())):
            return
        label = judge.field(text)
        if (
            label is not None
            and label[0] is Label.NOTE
            and self._labelled(node, wording, words_of(label[1]), found)
        ):
            return
        if (
            label is not None
            and not node.children
            and block.checkbox is None
            and label[0] is not Label.NUMBER
            and not (
                judge.instructs(words_of(label[1]))
                and (
                    label[0] is Label.STATE
                    or (label[0] is Label.NOTE and self._beside(block, wording, found))
                )
            )
        ):
            if found and not found[-1].weak:
                self._reader.label(label[0], label[1], found[-1].notes)
            return
        if node.bare and self._empty_field(wording, words):
            return
        if judge.outside(text, words):
            if (
                found
                and any(token.isdigit() for token in words.tokens)
                and words.tokens[-1] in self._vocabulary.report_tail
            ):
                self._reader.refer(text, found[-1].notes)
            return
        titled = self._fields.titled(wording.broken) if node.children and "\n" in wording.broken else 0
        if titled:
            found.append(self._candidate(node, wording, self._weak))
            found[-1].end = titled
            return
        if (
            self._asks(node, wording, found)
            or self._answers(node, words, found)
            or self._labelled(node, wording, words, found)
            or self._lines(node, wording, found)
            or (node.children and self._divides(node, wording, words, found))
        ):
            return
        weak = self._weak
        if weak and not (
            (judge.instructs(words) and words.tokens[0] not in self._vocabulary.rules)
            or judge.conditional(text, words)
        ):
            self._promised(node, wording, found)
            return
        found.append(self._candidate(node, wording, weak))

    def _asks(self, node: Node, wording: Wording, found: list[Candidate]) -> bool:
        """Reads what the answer to a question promises: "Should we page on it? Yes, add an alert."."""
        spans = answered(wording.text, self._judge, self._vocabulary) if node.block.checkbox is None else None
        if spans == [] and filed(wording, self._vocabulary):
            return False
        for start, end in spans or ():
            candidate = self._candidate(node, wording, self._weak)
            candidate.start, candidate.end = start, end
            found.append(candidate)
        return spans is not None

    def _answers(self, node: Node, words: Words, found: list[Candidate]) -> bool:
        """Reads children labelled "Action:" below a lesson or a problem. Whether there are any."""
        labelled = [child for child in node.children if self._judge.remedies(child.block.text)]
        if not labelled or node.block.checkbox is not None or self._judge.instructs(words):
            return False
        for child in labelled:
            before = len(found)
            self._item(child, found)
            if len(found) == before + 1:
                found[-1].start = max(found[-1].start, self._judge.behind_remedy(child.block.text))
        return True

    def _labelled(self, node: Node, wording: Wording, words: Words, found: list[Candidate]) -> bool:
        """Reads the sentence that a label introduces behind a fault: "Nobody saw it. Follow-up: ..."."""
        if ":" not in wording.text[1:] or self._judge.instructs(words) or node.block.checkbox is not None:
            return False
        for start, end in sentences(wording.text, most=_SENTENCES)[1:]:
            if self._judge.remedies(wording.text[start:end]):
                candidate = self._candidate(node, wording, False)
                candidate.start = start + self._judge.behind_remedy(wording.text[start:end])
                candidate.end = len(wording.text)
                found.append(candidate)
                return True
        return False

    def _beside(self, block: Block, wording: Wording, found: list[Candidate]) -> bool:
        """Whether a bold label only sorts measures, as one does in the element above: "Testing: Add ..."."""
        if not found or not 0 < wording.lead() < len(wording.text):
            return False
        above = self._blocks[found[-1].block]
        lead = found[-1].wording.lead()
        return (
            above.list_id == block.list_id
            and above.level == block.level
            and (
                found[-1].wording.text[:lead].rstrip().endswith(":")
                or found[-1].wording.text[lead : lead + 1] == ":"
            )
        )

    def _promised(self, node: Node, wording: Wording, found: list[Candidate]) -> None:
        """The first sentence of a lesson that promises work: "One is not enough. We will add another."."""
        for start, end in sentences(wording.text, most=_SENTENCES):
            words = words_of(wording.text[start:end])
            promised = self._judge.act(words) is Act.PROMISES or self._judge.at_work(words)
            if promised and not self._judge.vague(words):
                candidate = self._candidate(node, wording, True)
                candidate.start, candidate.end = start, end
                found.append(candidate)
                return

    def _empty_field(self, wording: Wording, words: Words) -> bool:
        """Whether an element is a label of a form that nobody filled in: "Changes of the process:"."""
        return (
            wording.text.endswith((":", "："))
            and len(wording.text) < _FIELD
            and "\n" not in wording.broken
            and not self._judge.instructs(words)
        )

    def _candidate(self, node: Node, wording: Wording, weak: bool, prefix: str = "") -> Candidate:
        candidate = Candidate(
            node.index, wording, self._section, self._why, prefix=prefix, below=tuple(node.below), weak=weak
        )
        if node.block.checkbox is not None:
            candidate.tick(node.block.checkbox.ticked)
        first, broken, rest = wording.broken.partition("\n")
        notes = self._fields.read(rest) if broken else None
        if notes is not None:
            candidate.end, candidate.notes = len(first), notes
        self._explained(node, candidate)
        self._told_below(node, candidate)
        return candidate

    def _explained(self, node: Node, candidate: Candidate) -> None:
        """Takes owner, date, state and tickets from labelled children and from remarks among them."""
        for child in node.children:
            if child.block.end - child.block.start > 600:
                continue
            text = child.block.text
            label = self._judge.field(text)
            if label is not None:
                self._reader.label(label[0], label[1], candidate.notes)
                continue
            words = words_of(text)
            hit = self._vocabulary.states.start(words)
            if self._reader.take(text, candidate.notes):
                continue
            if hit is not None and (len(words.tokens) <= 4 or hit.size >= 3):
                candidate.notes.mark(hit.value)

    def _told_below(self, node: Node, candidate: Candidate) -> None:
        """Takes what the paragraphs of an element tell of it: "Owner: Sam · Due 1 May"."""
        own = [index for index in node.below if self._blocks[index].parent == node.index]
        own = [index for index in own if self._blocks[index].kind is BlockKind.PARAGRAPH]
        for index in own[:_TOLD_BELOW]:
            block = self._blocks[index]
            if not block.own.runs:
                continue
            text = block.text
            if len(text) > _SHORT:
                continue
            label = self._judge.field(text)
            if not self._reader.take(text, candidate.notes) and label is not None:
                self._reader.label(label[0], label[1], candidate.notes)

    def _divides(self, node: Node, wording: Wording, words: Words, found: list[Candidate]) -> bool:
        """Reads the children of an item that only heads them. Whether it is such an item."""
        heads = self.parents.heads(node, wording, words, mixed=self._mixed, titles=self._titles)
        if heads is Heads.NOTHING:
            return False
        if heads is Heads.COMPLETED:
            prefix = " ".join(wording.text.rstrip(" *_").split())
            for child in node.children:
                self._child(child, found, prefix)
            return True
        before, shared = len(found), Notes()
        for child in node.children:
            label = self._judge.field(child.block.text) if len(found) == before else None
            if label is not None and not child.children and label[0] in _SHARED:
                self._reader.label(label[0], label[1], shared)
            else:
                self._item(child, found)
        shared.kind = shared.kind or self._vocabulary.kinds.exact.get(words.folded)
        for candidate in found[before:]:
            self._reader.merge(shared, candidate.notes)
        return True

    def _child(self, child: Node, found: list[Candidate], prefix: str) -> None:
        wording = Wording(child.block.own.runs)
        if not self._judge.hollow(wording.text, words_of(wording.text)):
            found.append(self._candidate(child, wording, False, prefix))

    def _lines(self, node: Node, wording: Wording, found: list[Candidate]) -> bool:
        """Reads the lines under a bullet that is only a label: "* Improvements:" and a line for each."""
        if "\n" not in wording.broken:
            return False
        first, _, _rest = wording.broken.partition("\n")
        if not first.rstrip(" *_").endswith((":", "：")) or len(first) > 80:
            return False
        if first.count("(") > first.count(")"):  # its sentence goes on below
            return False
        spans = line_spans(wording.broken, len(first) + 1)
        if not spans or not separate_lines(wording.broken, spans, self._judge):
            return False
        for start, end in spans:
            words = words_of(wording.text[start:end])
            if not self._judge.hollow(wording.text[start:end], words) and not self._judge.closes(words):
                found.append(Candidate(node.index, wording, self._section, self._why, start, end))
        return True
