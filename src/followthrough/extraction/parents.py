"""Elements with others inside: is the parent the measure, are the children, or do they complete it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from .annotations import Reader
from .judging import Judge
from .nodes import Node
from .notes import Notes
from .phrases import Words, words_of
from .verbs import Form
from .vocabulary import Label, Vocabulary
from .wording import Wording

_COMPLETE = 3
_BRIEF = 8
"""Words of what sums up others; a longer instruction is one itself."""
_SENTENCE_END = re.compile(r"[.!?…:]$")
_FINITE = frozenset(("was", "were", "had", "is", "are", "has", "did"))
_CODE_NAME = re.compile(r"\w{1,80}[_=]\w")
_STORY = re.compile(r"(?:\s(?:[–—]|-{1,3})\s|[.:]\s)[^\W\d_]")
"""A sentence starts behind a title; where it ends in a colon, what stands below only completes it,"""
_TOLD = range(13, 402)
"""if it has so many more characters."""
_REMARK = re.compile(r"\(([^()]{2,80})\)$")
"""What may say how far the work is: "Automatic failover (in development):"."""


class Heads(Enum):
    """What an element is to those inside it."""

    NOTHING = "nothing"
    """It is the measure itself."""
    LABEL = "label"
    """It only says what they are about."""
    COMPLETED = "completed"
    """Each of them completes its sentence."""


class Parents:
    """Judges elements with others inside."""

    def __init__(self, vocabulary: Vocabulary, judge: Judge, reader: Reader) -> None:
        self._vocabulary = vocabulary
        self._judge = judge
        self._reader = reader

    def heads(self, node: Node, wording: Wording, words: Words, *, mixed: bool, titles: bool) -> Heads:
        """What ``node`` is to its children.

        ``mixed`` says that most elements beside it have none, ``titles`` that most of those that are one
        name in bold tell somebody what to do.
        """
        text = wording.text.rstrip(" *_")
        colon = text.endswith((":", "："))
        if colon and self._vocabulary.rule_leads.inside(words):
            return Heads.NOTHING
        boxed = any(child.block.checkbox is not None for child in node.children)
        if not boxed and self._assigned(node):
            return Heads.NOTHING
        titled = colon and not boxed and 0 < wording.lead() < len(text.rstrip(" :*"))
        if titled and any(len(text) - story.end() in _TOLD for story in _STORY.finditer(text)):
            return Heads.NOTHING
        form = self._vocabulary.verbs.form(words.tokens[0])
        instruct = form in (Form.BASE, Form.ING) and len(words.tokens) > 2
        instruct = instruct and not (form is Form.ING and self._judge.looks_back_on(words))
        if boxed and colon and instruct:
            return Heads.COMPLETED
        if boxed and not instruct and node.block.checkbox is None:
            return Heads.LABEL
        if (instruct and node.block.checkbox is not None) or (
            colon
            and self._judge.told(words)
            and not self.mostly_finite([child.block.text for child in node.children])
        ):
            return Heads.NOTHING
        named = wording.lead() >= len(text.rstrip(" :：*")) > 0
        if instruct:
            numbered = named and node.block.number is not None
            label = not numbered and (
                not self._instructs(node, text, words) if colon else self._sums(node, words)
            )
        else:
            label = not (named and titles) and self._labels(node, wording, words, colon=colon, beside=mixed)
        return Heads.LABEL if label else Heads.NOTHING

    def _sums(self, node: Node, words: Words) -> bool:
        """Whether a brief instruction only sums up those below it, all of which instruct somebody."""
        return (
            len(words.tokens) <= _BRIEF
            and len(node.children) > 1
            and all(self.starts_with_verb(child) and not child.children for child in node.children)
        )

    def _assigned(self, node: Node) -> bool:
        """Whether those inside say whose it is or by when, and at most one of them what it is about."""
        labels = [self._judge.field(child.block.text) for child in node.children]
        told = [label[0] for label in labels if label is not None]
        return len(labels) - len(told) <= 1 and any(label in (Label.OWNER, Label.DUE) for label in told)

    def titles(self, nodes: Sequence[Node]) -> bool:
        """Whether most elements that are one name in bold with others inside tell somebody what to do."""
        named = [
            words_of(node.block.text[:120])
            for node in nodes
            if node.children and Wording(node.block.own.runs).lead() >= len(node.block.text.rstrip(" :：*"))
        ]
        return sum(self._judge.instructs(words) for words in named) * 2 > len(named) > 1

    def _instructs(self, node: Node, text: str, words: Words) -> bool:
        """Whether an instruction with a colon is the measure: what stands below completes or explains it."""
        actions = [self.starts_with_verb(child) for child in node.children]
        return (
            text.rstrip(":：").lower().endswith((" to", " and", " or"))
            or all(actions)
            or (not any(actions) and self._whole(words))
        )

    def _labels(self, node: Node, wording: Wording, words: Words, *, colon: bool, beside: bool) -> bool:
        """Whether words that instruct nobody only say what the children are about."""
        text = wording.text.rstrip(" *_")
        if colon and self._described(node, wording, words, beside=beside):
            return False
        if not (colon or (len(words.tokens) <= 4 and not _SENTENCE_END.search(text))):
            return False
        v = self._vocabulary
        named = words.folded in v.kinds.exact or words.folded in v.heading_alone
        return colon or named or any(self.starts_with_verb(child) for child in node.children)

    def _described(self, node: Node, wording: Wording, words: Words, *, beside: bool) -> bool:
        """Whether a bold name is the measure, and its children only say what it is made of.

        ``beside`` says that most elements beside it are measures without children.
        """
        text = wording.text.rstrip(" :：*_")
        acting = sum(self.starts_with_verb(child) for child in node.children)
        if acting * 2 > len(node.children) or any(
            child.block.checkbox is not None for child in node.children
        ):
            return False
        remark = _REMARK.search(text)
        if remark and self._reader.take(remark[1], Notes(), tag=True, alone=True):
            return True
        named = wording.lead() >= len(text) > 0 and len(words.tokens) > 1
        return beside and named and not acting and words.folded not in self._vocabulary.kinds.exact

    def _whole(self, words: Words) -> bool:
        """Whether an instruction above a list is complete without it: not "Add alerts for"."""
        return len(words.tokens) > _COMPLETE and words.tokens[-1] not in self._vocabulary.hanging

    def mostly_finite(self, texts: Sequence[str]) -> bool:
        """Whether most elements say a sentence of their own."""
        finite = 0
        for text in texts:
            if not _CODE_NAME.match(text):
                words = words_of(text[:120])
                finite += self._judge.act(words) is not None or any(
                    self._vocabulary.verbs.form(token) in (Form.PAST, Form.THIRD) or token in _FINITE
                    for token in words.tokens[1:5]
                )
        return finite * 2 > len(texts)

    def starts_with_verb(self, node: Node) -> bool:
        """Whether an element tells somebody what to do."""
        return self._judge.instructs(words_of(node.block.text[:120]))
