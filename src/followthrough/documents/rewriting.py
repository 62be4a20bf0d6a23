"""Marks and boxes into a document: the smallest edits, checked by reading the result again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from followthrough.model import Place

from .blocks import Anchor, BlockKind, Document, Mark, Text
from .comparing import MarkValue, difference, mark_values
from .edits import Edit, apply, in_order, smallest
from .formats import Live, format_named
from .marks import safe_target
from .owned import owned
from .reading import Unreadable, read


class Altered(Exception):
    """The edits together would change how the document reads; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one item shall carry.

    ``words`` is what its mark reads, ``None`` takes the mark out; ``target`` is the ticket's address
    without a fragment, empty for the embedded tracker. ``ticked`` sets a checkbox that is there.
    """

    place: Place
    id: str
    words: str | None
    target: str = ""
    ticked: bool | None = None
    live: str | None = None
    """How the document's place knows the tracker, where it shows a ticket's state by itself; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """The document's new bytes, the edits that lead there, and by id why an item was left as it is."""

    data: bytes
    edits: tuple[Edit, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)


class _Refused(Exception):
    pass


def rewrite(document: Document, wanted: Sequence[Wanted]) -> Rewrite:
    """``document`` with everything in ``wanted`` that can be done, everything else untouched.

    An item that cannot be done is left as it is and named in ``refusals``. Raises ``Altered`` where
    items that can be done one by one cannot be done together.
    """
    draft = _Draft(document)
    refusals: dict[str, str] = {}
    done = [want for want in wanted if draft.take(want, refusals)]
    problem = draft.problem()
    if problem is not None:
        # One of them does it: find out which, and leave that one alone.
        alone = {want: _alone(document, want) for want in done}
        for want, why in alone.items():
            if why is not None:
                refusals[want.id] = f"the document would not read the same: {why}"
        draft = _Draft(document)
        for want, why in alone.items():
            if why is None:
                draft.take(want, refusals)
        problem = draft.problem()
        if problem is not None:
            raise Altered(f"{document.name} was left as it is: with all its links {problem}.")
    edits = draft.edits()
    return Rewrite(data=apply(document.data, edits), edits=edits, refusals=refusals)


def _alone(document: Document, want: Wanted) -> str | None:
    draft = _Draft(document)
    draft.take(want, {})
    return draft.problem()


class _Step(NamedTuple):
    """What one item adds to a draft."""

    edits: list[Edit]
    marks: dict[Place, list[MarkValue]]
    """The marks of a place as they shall be read afterwards."""
    gone: dict[Place, list[Mark]]
    ticks: dict[int, bool]
    """The boxes of blocks as they shall be."""


class _Draft:
    """Edits to one document, and what they are meant to change."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._format = format_named(document.format)
        self._edits: list[Edit] = []
        self._marks: dict[Place, list[MarkValue]] = {}
        self._gone: dict[Place, list[Mark]] = {}
        self._ticks: dict[int, bool] = {}

    def take(self, want: Wanted, refusals: dict[str, str]) -> bool:
        """Adds the edits for ``want``, or the reason why there are none."""
        try:
            step = self._step(want)
            if self.document.read_only is not None and (step.edits or step.gone):
                raise _Refused(self.document.read_only)
        except _Refused as why:
            refusals[want.id] = str(why)
            return False
        self._edits += step.edits
        self._marks |= step.marks
        for place, marks in step.gone.items():
            self._gone.setdefault(place, []).extend(marks)
        self._ticks |= step.ticks
        return True

    def edits(self) -> tuple[Edit, ...]:
        """All edits, in the order in which they stand."""
        data = self.document.data
        removals = [
            Edit(span.start, data[span.start : span.end], b"")
            for place, marks in self._gone.items()
            for span in owned(data, self._text(place), marks)
        ]
        return in_order([*self._edits, *removals])

    def problem(self) -> str | None:
        """What would read differently in the new bytes though it should not, if anything."""
        edits = self.edits()
        if not edits:
            return None
        try:
            source, _ = read(apply(self.document.data, edits), self.document.name, self.document.limits)
            new = self._format.parse(source)
        except (Unreadable, ValueError) as error:
            return str(error)
        new = new.told(self.document.given)
        return difference(self.document, new, self._marks, self._ticks)

    def _text(self, place: Place) -> Text:
        block = self.document.blocks[place.block]
        return block.own if place.cell is None else block.cells[place.cell]

    def _step(self, want: Wanted) -> _Step:
        step = _Step([], {}, {}, {})
        self._tick(want, step)
        found = list(_inside(self.document, want.place, want.id))
        if want.words is None:
            for place, mark in found:
                step.gone.setdefault(place, []).append(mark)
                step.marks[place] = [value for value in self._values(place) if value[0] != want.id]
        elif found:
            self._replace(want, found, step)
        else:
            self._insert(want, step)
        return step

    def _tick(self, want: Wanted, step: _Step) -> None:
        box = self.document.blocks[want.place.block].checkbox
        if want.ticked is None or box is None or box.offset < 0:
            return
        planned = self._ticks.get(want.place.block)
        if planned not in (None, want.ticked):
            raise _Refused("another item shares its checkbox, and they are not in the same state")
        if planned is None and box.ticked != want.ticked:
            old = self.document.data[box.offset : box.offset + len(self.document.boxes[box.ticked])]
            step.edits.append(smallest(box.offset, old, self.document.boxes[want.ticked]))
            step.ticks[want.place.block] = want.ticked

    def _values(self, place: Place) -> list[MarkValue]:
        return self._marks[place] if place in self._marks else mark_values(self._text(place))

    def _rendered(self, want: Wanted) -> tuple[bytes, MarkValue]:
        """The mark's bytes, and how it is read from them."""
        words = self._format.words(want.words or "")
        if not words:
            raise _Refused("its link would have no words")
        try:
            rendered = self._rendering(want, words)
        except ValueError as why:
            raise _Refused(str(why)) from None
        return rendered.encode(), (want.id, words, safe_target(want.target))

    def _rendering(self, want: Wanted, words: str) -> str:
        if want.live is None:
            return self._format.render(want.id, words, want.target)
        return cast(Live, self._format).render_live(want.id, words, want.target, want.live)

    def _replace(self, want: Wanted, found: list[tuple[Place, Mark]], step: _Step) -> None:
        """The mark is there: it changes only if it reads differently, whatever its white space."""
        rendered, value = self._rendered(want)
        for place, mark in found:
            if (mark.words, mark.target) != value[1:]:
                old = self.document.data[mark.start : mark.end]
                step.edits.append(smallest(mark.start, old, rendered))
                step.marks[place] = [value if each[0] == want.id else each for each in self._values(place)]

    def _insert(self, want: Wanted, step: _Step) -> None:
        rendered, value = self._rendered(want)
        if value in self._values(want.place):
            return
        anchor = anchor_at(self.document, want.place)
        if anchor.refusal is not None:
            raise _Refused(anchor.refusal)
        # The second link into an empty cell stands behind the first.
        space = anchor.space or want.place in self._marks
        step.edits.append(Edit(anchor.offset, b"", b" " + rendered if space else rendered))
        step.marks[want.place] = [*self._values(want.place), value]


def anchor_at(document: Document, place: Place) -> Anchor:
    """Where a link of the item at ``place`` would go, or why it can have none."""
    block = document.blocks[place.block]
    if block.kind is BlockKind.ROW and place.cell is None:
        return Anchor(refusal="it is a table row, and no cell of it was named")
    text = block.own if place.cell is None else block.cells[place.cell]
    return text.anchor or Anchor(refusal="its format takes no links")


def _inside(document: Document, place: Place, id: str) -> Iterator[tuple[Place, Mark]]:
    """The marks with ``id`` anywhere inside the item at ``place``, its nested blocks included."""
    number = place.block
    while number == place.block or (
        number < len(document.blocks) and document.blocks[number].parent >= place.block
    ):
        block = document.blocks[number]
        for cell, text in ((None, block.own), *enumerate(block.cells)):
            for mark in text.marks:
                if mark.id == id:
                    yield Place(number, cell), mark
        number += 1
