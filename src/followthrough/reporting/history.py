"""What was when: the course of every measure, from the ledger's events. Pure.

An event has the tracker's time where the tracker tells one. Of a ticket that was changed but not closed
that is the time of its last change of any kind, so it is the latest at which the change can have
happened: an event never comes after the one that followed it, nor after it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Event, EventKind, TicketRecord
from followthrough.model import State

T = TypeVar("T")
Steps = list[tuple[datetime, str | None]]
"""From each moment on, which value."""

BEGINNINGS = (EventKind.FILED, EventKind.ADOPTED, EventKind.FOLLOWED)
"""With these an item gets a ticket."""


class Turn(NamedTuple):
    """A value that became another one; as the event tells it, in words."""

    at: datetime
    before: str | None
    after: str | None
    ticket: tuple[str, str] | None
    """Scope and id of the ticket, where the event tells: an item may have several."""


@dataclass(slots=True)
class Course:
    """What the events tell of one item, in the order in which they were seen."""

    first: datetime | None = None
    """When it first got a ticket."""
    states: list[Turn] = field(default_factory=list)
    dues: list[Turn] = field(default_factory=list)
    assignees: list[Turn] = field(default_factory=list)


class Span(NamedTuple):
    """How an item stood from ``start`` until the next span begins."""

    start: datetime
    state: State
    due: date | None
    assignee: str | None
    ticket: TicketRecord
    """The ticket that decided, as it is today."""

    @property
    def ticket_then(self) -> TicketRecord:
        """The same with state, date and assignee of the time."""
        now = self.ticket
        if self.state is now.state and self.due == now.due and self.assignee == now.assignee:
            return now
        return replace(now, state=self.state, due=self.due, assignee=self.assignee)


def courses(events: Iterable[Event]) -> dict[str, Course]:
    """By item; items to which nothing happened but that they got their ticket are left out.

    ``events`` come in the order in which they were committed.
    """
    found: dict[str, Course] = {}
    firsts: dict[str, datetime] = {}
    for event in events:
        kind = event.kind
        if kind in BEGINNINGS:
            begun = firsts.get(event.item)
            if begun is None or event.occurred_at < begun:
                firsts[event.item] = event.occurred_at
            continue
        if kind not in (EventKind.STATE, EventKind.DUE, EventKind.ASSIGNEE, EventKind.MOVED):
            continue
        course = found.get(event.item)
        if course is None:
            course = found[event.item] = Course()
        if kind is EventKind.STATE:
            course.states.append(_turn(event))
        elif kind is EventKind.DUE:
            course.dues.append(_turn(event))
        elif kind is EventKind.ASSIGNEE:
            course.assignees.append(_turn(event))
    for item, course in found.items():
        course.first = firsts.get(item)
    return found


def _turn(event: Event) -> Turn:
    data = event.data
    at = min(event.occurred_at, event.seen_at)
    ticket = (data["scope"], data["ticket"]) if "ticket" in data else None
    return Turn(at, data.get("from"), data.get("to"), ticket)


def spans(tickets: Sequence[TicketRecord], course: Course | None, now: datetime) -> list[Span]:
    """How an item stood over time, from the day it got its ticket; ``tickets`` are all it has now.

    The last span is how the trackers were last seen.
    """
    if len(tickets) == 1:
        return _of_ticket(tickets[0], course, now, alone=True)
    each = [_of_ticket(ticket, course, now, alone=False) for ticket in tickets]
    found: list[Span] = []
    for start in sorted({span.start for one in each for span in one}):
        there = {span.ticket_then: span for one in each if (span := _at(one, start)) is not None}
        decides = Snapshot.deciding(there)
        if decides is not None:
            found.append(there[decides]._replace(start=start))
    return found


def before(course: Sequence[Span], moment: datetime) -> int | None:
    """The number of the span that was last begun before a moment; ``None`` where none was."""
    for number in range(len(course) - 1, -1, -1):
        if course[number].start < moment:
            return number
    return None


def _at(course: Sequence[Span], moment: datetime) -> Span | None:
    return next((span for span in reversed(course) if span.start <= moment), None)


def _of_ticket(ticket: TicketRecord, course: Course | None, now: datetime, *, alone: bool) -> list[Span]:
    begin = min(ticket.created, now)
    if course is None:
        return _as_the_tracker_tells(ticket, begin, now)
    if alone and course.first is not None and course.first < begin:
        begin = course.first  # it was moved here, and stood in another tracker before
    known: list[Span] = []
    if course.states:
        steps = _steps(_mine(course.states, ticket, alone), begin)
        steps = _until(steps, ticket.state.value, ticket, now)
        known = [
            Span(start, State(state or ticket.state), ticket.due, ticket.assignee, ticket)
            for start, state in steps
        ]
    known = known or _as_the_tracker_tells(ticket, begin, now)
    if not course.dues and not course.assignees:
        return known
    due = _steps(_mine(course.dues, ticket, alone), begin)
    due = _until(due, ticket.due.isoformat() if ticket.due else None, ticket, now)
    owner = _until(_steps(_mine(course.assignees, ticket, alone), begin), ticket.assignee, ticket, now)
    return _woven(known, due, owner)


def _woven(known: list[Span], due: Steps, owner: Steps) -> list[Span]:
    """The spans of the states, cut where date or assignee change."""
    starts = sorted({span.start for span in known} | {start for steps in (due, owner) for start, _ in steps})
    found, days = [], [(start, date.fromisoformat(day) if day else None) for start, day in due]
    for start in starts:
        span = _at(known, start) or known[0]
        held = _last(days, start, span.due)
        found.append(Span(start, span.state, held, _last(owner, start, span.assignee), span.ticket))
    return found


def _as_the_tracker_tells(ticket: TicketRecord, begin: datetime, now: datetime) -> list[Span]:
    """Without any event: a closed ticket was open until it was closed."""
    if not ticket.state.closed:
        return [Span(begin, ticket.state, ticket.due, ticket.assignee, ticket)]
    closed = max(min(ticket.closed or ticket.updated, now), begin)
    was_open = Span(begin, State.OPEN, ticket.due, ticket.assignee, ticket)
    return [was_open, was_open._replace(start=closed, state=ticket.state)]


def _mine(turns: Sequence[Turn], ticket: TicketRecord, alone: bool) -> Sequence[Turn]:
    """The turns of one ticket; of a lone one also those of the tickets that it came in the place of."""
    return turns if alone else [turn for turn in turns if turn.ticket == (ticket.scope, ticket.id)]


def _steps(turns: Sequence[Turn], begin: datetime) -> Steps:
    """From each moment on, which value; empty without turns."""
    if not turns:
        return []
    steps: Steps = []
    latest: datetime | None = None
    for turn in reversed(turns):
        latest = max(begin, turn.at if latest is None else min(turn.at, latest))
        steps.append((latest, turn.after))
    return [(begin, turns[0].before), *reversed(steps)]


def _until(steps: Steps, current: str | None, ticket: TicketRecord, now: datetime) -> Steps:
    """The same steps, ending with what is known to hold now."""
    if steps and steps[-1][1] != current:
        at = ticket.closed if ticket.state.closed and ticket.closed else ticket.updated
        return [*steps, (max(steps[-1][0], min(at, now)), current)]
    return steps


def _last(steps: Sequence[tuple[datetime, T]], moment: datetime, current: T) -> T:
    """The value at a moment; ``current`` where nothing is told."""
    value = current
    for start, held in steps:
        if start > moment:
            break
        value = held
    return value
