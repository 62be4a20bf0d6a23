"""Which bullets of a section only explain the others, or the table beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from followthrough.documents.blocks import Block, BlockKind

from .candidates import Candidate
from .judging import Judge
from .phrases import words_of
from .vocabulary import Label, Vocabulary

_TERM = re.compile(
    r"\W{0,4}(?:the\s|a\s)?([^\W\d_][^:：=–—→\n]{0,40}?)(?:\s(?:column|row|cell)s?)?\W{0,4}"
    r"(?:[:：=–—→]|\s-\s|\s(?:means|names|says|tells|holds|gives|stands for|is|are|contains|shows)\s)",
    re.IGNORECASE,
)
_TERM_LENGTH = 40


class Legends:
    """Tells measures from explanations."""

    def __init__(self, blocks: Sequence[Block], vocabulary: Vocabulary, judge: Judge) -> None:
        self._blocks = blocks
        self._vocabulary = vocabulary
        self._judge = judge

    def measures(self, found: list[Candidate], ranges: Iterable[tuple[int, int]]) -> list[Candidate]:
        """``found`` without bullets that explain the tables in ``ranges`` or only remark on them."""
        plain = [item for item in found if item.ticked is None]
        if not plain:
            return found
        terms = self._terms(ranges)
        return [item for item in found if item.ticked is not None or not self._explains(item, terms)]

    def _terms(self, ranges: Iterable[tuple[int, int]]) -> set[str]:
        """The names of the columns, and every short value."""
        terms: set[str] = set()
        for first, last in ranges:
            for block in self._blocks[first:last]:
                if block.kind is BlockKind.ROW:
                    terms.update(
                        words_of(cell.text).folded
                        for cell in block.cells
                        if cell.end - cell.start <= _TERM_LENGTH
                    )
        return terms

    def _explains(self, item: Candidate, terms: set[str]) -> bool:
        text = item.words
        match = _TERM.match(text)
        if match:
            term = words_of(match[1]).folded
            label = self._vocabulary.labels.exact.get(term)
            known = term in terms or (label is not None and label is not Label.ACTION)
            value = term in terms and term in self._vocabulary.kinds.exact and ":" not in match[0]
            if value or (known and not self._judge.instructs(words_of(text[match.end() :][:120]))):
                return True
        return self._judge.remarks(words_of(text[:300]))
