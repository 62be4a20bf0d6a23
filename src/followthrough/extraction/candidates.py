"""A stretch of a document that may be a measure, with the evidence for it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from followthrough.model import State

from .notes import Notes
from .sections import Section
from .wording import Wording

NO_LIMIT = sys.maxsize
"""How many candidates are read of one document, where nobody says."""
LENGTHY = 400
"""Characters of a lengthy candidate with what stands beside it. Those of published documents have 100 on
average, and in no document more than these."""
FEW = 100
"""Where a document may have fewer candidates, it may have the words and remarks of so many all the same."""


@dataclass(slots=True)
class Candidate:
    """Words that may be an action item, before their title is cut."""

    block: int
    wording: Wording
    section: Section
    reason: str
    start: int = 0
    end: int = -1
    cell: int | None = None
    notes: Notes = field(default_factory=Notes)
    prefix: str = ""
    """The parent's words, where the item only completes its sentence."""
    below: tuple[int, ...] = ()
    """Blocks that explain it."""
    ticked: bool | None = None
    weak: bool = False
    """Counts only where the document has no list of measures beside it."""
    certain: bool = True
    """``False`` where only the wording of one sentence speaks for it."""
    place: int = -1
    """The block for the mark, where it is not ``block``."""
    beside: int = 0
    """Bytes of the row that it stands in."""

    def __post_init__(self) -> None:
        if self.end < 0:
            self.end = len(self.wording.text)

    @property
    def words(self) -> str:
        return self.wording.text[self.start : self.end]

    @property
    def size(self) -> int:
        """About how many characters have to be read for it."""
        return self.end - self.start + self.beside

    def tick(self, ticked: bool) -> None:
        """Takes the state of a checkbox: it outranks every word."""
        self.ticked = ticked
        if ticked:
            self.notes.state = State.DONE


class Room:
    """What is read of one document: ``most`` candidates, and no more words than so many lengthy ones have."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.characters = max(most, FEW) * LENGTHY
        self._seen = self._read = 0

    def exceeded(self, found: Sequence[Candidate]) -> bool:
        """Whether ``found``, to which more may have been added since the last time, does not fit in."""
        self._read += sum([item.size for item in found[self._seen :]])
        self._seen = len(found)
        return self._seen > self.most or self._read > self.characters
