"""What many documents come to, counted one by one and forgotten: their words are not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from followthrough.documents.blocks import Document
from followthrough.model import ActionItem, Kind, Postmortem, State

from .explaining import Skipped, skipped
from .folding import fold
from .vocabulary import Role, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Measures, counted; of one document or of all."""

    measures: int = 0
    done: int = 0
    with_ticket: int = 0
    without_owner: int = 0
    without_date: int = 0
    uncertain: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """One document."""

    name: str
    counts: Counts
    looks_like_postmortem: bool = False
    error: str | None = None
    """Why it could not be read."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A measure for which little speaks."""

    name: str
    line: int
    text: str
    reason: str


@dataclass(slots=True)
class Heading:
    """A heading over words that were not taken, in whatever letters."""

    title: str
    role: Role
    times: int = 0


@dataclass(slots=True)
class Summary:
    """Counts up documents."""

    documents: list[Counted] = field(default_factory=list)
    stated: Counter[Kind] = field(default_factory=Counter)
    inferred: Counter[Kind] = field(default_factory=Counter)
    doubts: list[Doubt] = field(default_factory=list)
    _headings: dict[tuple[str, Role], Heading] = field(default_factory=dict)

    def add(
        self, name: str, document: Document, postmortem: Postmortem, vocabulary: Vocabulary | None = None
    ) -> None:
        """Count a document that was read."""
        items = postmortem.items
        self.documents.append(Counted(name, counts(items), postmortem.looks_like_postmortem))
        for item in items:
            if item.kind is not None:
                (self.stated if item.kind_stated else self.inferred)[item.kind] += 1
            if not item.certain:
                self.doubts.append(Doubt(name, item.line, item.text, item.reason))
        taken = {item.place.block for item in items}
        for heading, times in skipped(document, taken, vocabulary).items():
            self._skip(heading, times)

    def fail(self, name: str, error: str) -> None:
        """Count a document that could not be read."""
        self.documents.append(Counted(name, Counts(), error=error))

    @property
    def total(self) -> Counts:
        """All documents together."""
        each = [document.counts for document in self.documents]
        return Counts(**{name: sum(getattr(one, name) for one in each) for name in Counts.__slots__})

    @property
    def headings(self) -> list[Heading]:
        """The headings over words that were not taken, the most frequent first."""
        return sorted(self._headings.values(), key=lambda heading: (-heading.times, heading.title))

    def _skip(self, heading: Skipped, times: int) -> None:
        key = (fold(heading.title), heading.role)
        self._headings.setdefault(key, Heading(*heading)).times += times


def counts(items: Iterable[ActionItem]) -> Counts:
    """How many of ``items`` are done, have a ticket, an owner, a date."""
    listed = list(items)
    return Counts(
        measures=len(listed),
        done=sum(item.state is State.DONE for item in listed),
        with_ticket=sum(bool(item.references) for item in listed),
        without_owner=sum(not item.owners for item in listed),
        without_date=sum(item.due_text is None for item in listed),
        uncertain=sum(not item.certain for item in listed),
    )
