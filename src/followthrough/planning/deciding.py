"""The whole decision on a measure that has a ticket, as one table: what was agreed, document, tracker, loss.

Three ways, never side against side: whichever side still says what both agreed on follows the other.
A box is compared with the projection of the state: ticked is done, everything else is unticked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product

from followthrough.model import State


class Box(StrEnum):
    """A checkbox as it stands, or as it was agreed."""

    NONE = "none"
    """There is no box, or nothing was agreed yet."""
    UNTICKED = "unticked"
    TICKED = "ticked"


class Lost(StrEnum):
    """What is not there although it was."""

    NOTHING = "nothing"
    LINK = "our link"
    LINE = "the line"
    DOCUMENT = "the document"
    UNSEEN = "the ticket, once"
    """One run has not found it; that may be a hiccup."""
    MISSING = "the ticket, twice"


class Do(StrEnum):
    """What is done."""

    AGREE = "nothing: both say the same"
    TICK = "the box is ticked"
    UNTICK = "the box is unticked"
    DRIFT = "nothing: told as drift"
    LEAVE = "nothing"
    TELL = "nothing: told as missing"


class Push(StrEnum):
    """Whether the document's side may be carried into the ticket."""

    NEVER = "never"
    SETTING = "where `[sync] push` names state, or by name"
    NAME = "only by name (`sync --push`)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table. An empty set matches anything."""

    agreed: frozenset[Box] = frozenset()
    document: frozenset[Box] = frozenset()
    tracker: frozenset[State] = frozenset()
    lost: frozenset[Lost]
    do: Do
    push: Push = Push.NEVER
    why: str

    def matches(self, agreed: Box, document: Box, tracker: State, lost: Lost) -> bool:
        """Whether the row is about that cell."""
        pairs = ((self.agreed, agreed), (self.document, document), (self.tracker, tracker), (self.lost, lost))
        return all(not allowed or value in allowed for allowed, value in pairs)


_HERE = frozenset({Lost.NOTHING, Lost.LINK})
_NONE, _UNTICKED, _TICKED = (frozenset({box}) for box in Box)
_DONE, _DROPPED = frozenset({State.DONE}), frozenset({State.DROPPED})
_ACTIVE = frozenset({State.OPEN, State.IN_PROGRESS, State.BLOCKED})

TABLE = (
    Row(
        document=_NONE,
        lost=_HERE,
        do=Do.AGREE,
        why="there is no box to differ; the link alone tells the state",
    ),
    Row(
        document=_UNTICKED,
        tracker=_ACTIVE | _DROPPED,
        lost=_HERE,
        do=Do.AGREE,
        why="whatever was agreed: if both moved away from it, they moved to the same",
    ),
    Row(document=_TICKED, tracker=_DONE, lost=_HERE, do=Do.AGREE, why="the same, for done"),
    Row(
        agreed=_UNTICKED,
        document=_UNTICKED,
        tracker=_DONE,
        lost=_HERE,
        do=Do.TICK,
        why="only the tracker moved",
    ),
    Row(
        agreed=_TICKED,
        document=_TICKED,
        tracker=_ACTIVE | _DROPPED,
        lost=_HERE,
        do=Do.UNTICK,
        why="only the tracker moved: reopened, or decided against after all",
    ),
    Row(
        agreed=_UNTICKED,
        document=_TICKED,
        tracker=_ACTIVE,
        lost=_HERE,
        do=Do.DRIFT,
        push=Push.SETTING,
        why="ticked by hand, the ticket is not closed",
    ),
    Row(
        agreed=_UNTICKED,
        document=_TICKED,
        tracker=_DROPPED,
        lost=_HERE,
        do=Do.DRIFT,
        push=Push.NAME,
        why="ticked by hand, but somebody decided against it",
    ),
    Row(
        agreed=_TICKED,
        document=_UNTICKED,
        tracker=_DONE,
        lost=_HERE,
        do=Do.DRIFT,
        push=Push.SETTING,
        why="unticked by hand, the ticket is done",
    ),
    Row(
        agreed=_NONE,
        document=_TICKED,
        tracker=_ACTIVE | _DROPPED,
        lost=_HERE,
        do=Do.DRIFT,
        push=Push.NAME,
        why="they differ and nothing was ever agreed: nobody guesses",
    ),
    Row(
        agreed=_NONE,
        document=_UNTICKED,
        tracker=_DONE,
        lost=_HERE,
        do=Do.DRIFT,
        push=Push.NAME,
        why="they differ and nothing was ever agreed: nobody guesses",
    ),
    Row(
        lost=frozenset({Lost.LINE, Lost.DOCUMENT}),
        do=Do.LEAVE,
        why="a missing line closes nothing and files nothing; its ticket is read on",
    ),
    Row(
        lost=frozenset({Lost.UNSEEN}),
        do=Do.LEAVE,
        why="one run that does not find a ticket proves nothing",
    ),
    Row(
        lost=frozenset({Lost.MISSING}),
        do=Do.TELL,
        why="deleted or hidden: the document stays as it is, and nothing is filed again",
    ),
)
"""Exactly one row is about each cell; a test says so."""


@cache
def row_of(agreed: Box, document: Box, tracker: State, lost: Lost = Lost.NOTHING) -> Row:
    """The row that is about a cell."""
    return next(row for row in TABLE if row.matches(agreed, document, tracker, lost))


def cells() -> Iterator[tuple[Box, Box, State, Lost]]:
    """Every cell of the table."""
    return product(Box, Box, State, Lost)


def box(ticked: bool | None) -> Box:
    """A checkbox as the table names it."""
    return {None: Box.NONE, False: Box.UNTICKED, True: Box.TICKED}[ticked]
