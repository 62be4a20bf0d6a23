"""Whether a list is one of measures by what its elements carry: whose work, by when, how far."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .annotations import Reader
from .candidates import Candidate
from .judging import Judge
from .nodes import Node
from .notes import Notes
from .phrases import words_of
from .vocabulary import Vocabulary
from .wording import Wording

_FEWEST = 2
"""Elements; one alone may carry a name by chance."""
_READ = 60
"""Elements that are looked at."""
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]][\s.]{0,4}$")
_HANDLE = re.compile(r"\s(@[\w][\w.-]{0,60})[\s.]{0,4}$")
_SIGNS = " \t:–—-|.,"


class Evidence:
    """Weighs lists that stand under a heading which says nothing."""

    def __init__(self, vocabulary: Vocabulary, judge: Judge, reader: Reader) -> None:
        self._vocabulary = vocabulary
        self._judge = judge
        self._reader = reader

    def tracked(self, nodes: Sequence[Node]) -> bool:
        """Whether most elements name work, and most carry an owner, a date or a state in words."""
        nodes = nodes[:_READ]
        if len(nodes) < _FEWEST:
            return False
        acting = carrying = 0
        for node in nodes:
            acts, carries = self._element(node)
            acting += acts
            carrying += carries
        return acting * 3 >= len(nodes) * 2 and carrying * 3 >= len(nodes) * 2

    def calls(self, item: Candidate) -> bool:
        """Whether the words of ``item`` call for work or report it, or carry whose it is or by when."""
        acts, carries = self._read(item.wording)
        words = words_of(item.words[:200].rstrip(" :"))
        said = self._judge.act(words) is not None or self._judge.headlined(words)
        return acts or carries or said or bool(item.notes.owner or item.notes.due_text)

    def _element(self, node: Node) -> tuple[bool, bool]:
        return self._read(Wording(node.block.own.runs))

    def _read(self, wording: Wording) -> tuple[bool, bool]:
        text = wording.text[:400]
        notes = Notes()
        start = self._leading(wording, notes)
        brackets = _BRACKETS.search(text)
        if brackets:
            self._reader.take(brackets[1], notes, tag=text[brackets.start()] == "[", alone=True)
        handle = _HANDLE.search(text)
        carries = bool(handle or notes.owner or notes.due_text or notes.state)
        words = words_of(text[start : start + 200])
        return self._judge.instructs(words) and not self._judge.outside(text, words), carries

    def _leading(self, wording: Wording, notes: Notes) -> int:
        """Behind a state or a handle at the start."""
        text, lead = wording.text, wording.lead()
        if 0 < lead <= 40 and self._reader.take(text[:lead], notes, tag=True):
            while lead < len(text) and text[lead] in _SIGNS:
                lead += 1
            return lead
        first = text[:60].split(" ", 1)[0]
        if first.startswith("@") and len(first) > 1:
            notes.own(first.rstrip(",:"), self._vocabulary)
            return len(first) + 1
        return 0
