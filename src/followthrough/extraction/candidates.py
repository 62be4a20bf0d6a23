"""A stretch of a document that may be a measure, with the evidence for it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from followthrough.model import State

from .notes import Notes
from .sections import Section
from .wording import Wording

NO_LIMIT = sys.maxsize
"""How many candidates are read of one document, where nobody says."""


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

    def __post_init__(self) -> None:
        if self.end < 0:
            self.end = len(self.wording.text)

    @property
    def words(self) -> str:
        return self.wording.text[self.start : self.end]

    def tick(self, ticked: bool) -> None:
        """Takes the state of a checkbox: it outranks every word."""
        self.ticked = ticked
        if ticked:
            self.notes.state = State.DONE
