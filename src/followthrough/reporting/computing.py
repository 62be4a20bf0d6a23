"""The figures of one day, from what the ledger knows. Pure: it opens nothing.

A measure is looked at once, with all that is told of it, so that a ledger can be given in pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import DocumentRecord, Event, ItemRecord, Link, TicketRecord
from followthrough.policy.effective import Effective, Held, Stated, date_of, effective, remembered
from followthrough.reporting import summing
from followthrough.reporting.apart import Apart
from followthrough.reporting.asked import WEEK, Asked
from followthrough.reporting.asking import five
from followthrough.reporting.definitions import definitions
from followthrough.reporting.figures import Change, Report, Trend, Week
from followthrough.reporting.history import Course, Span, before, courses, spans
from followthrough.reporting.rows import Accepted, Row
from followthrough.reporting.series import Accepting, Series, Stage
from followthrough.reporting.unprevented import Prevention

WEEKS = 12
"""How far a trend goes back."""


def report(pages: Snapshot | Iterable[Snapshot], events: Iterable[Event], asked: Asked) -> Report:
    """All figures of the day ``asked`` for.

    ``pages`` hold the ledger's documents with all their items, once each, as a whole or in parts;
    ``events`` are all events in the order in which they were committed.
    """
    counting = _Counting(asked, courses(events))
    for page in (pages,) if isinstance(pages, Snapshot) else pages:
        counting.add(page)
    return counting.report()


class _Counting:
    def __init__(self, asked: Asked, known: Mapping[str, Course]) -> None:
        self._asked = asked
        self._courses = known
        self._cut, self._then = asked.end_of(asked.as_of), asked.before
        self._weeks = Series(*_moments(asked))
        self._change = Series([self._then, self._cut], [_day_of_change(asked), asked.as_of])
        self._rows: list[Row] = []
        self._apart = Apart(asked)
        self._prevention = Prevention(asked)
        self._missing: set[str] = set()
        self._history_start: datetime | None = None
        self._last_place: tuple[str, str | None] | None = None
        self._last_address: str | None = None

    def add(self, page: Snapshot) -> None:
        for item in page.items.values():
            if item.merged_into is None:  # else it is counted as part of the line that it was merged into
                self._item(page, item)

    def _item(self, page: Snapshot, item: ItemRecord) -> None:
        asked, document = self._asked, page.documents.get(item.document)
        course = spans(page.tickets_of(item.id), self._courses.get(item.id), asked.now)
        number = before(course, self._cut)
        said = remembered(item, document)
        shown = course[number or 0] if course else None
        links = page.links.get(item.id, ())
        held = Held(ticket=shown.ticket_then, link=_link(links, shown.ticket)) if shown else None
        values = effective(said, held, asked.fallbacks, asked.as_of)
        kind = values.kind.value if values.kind else None
        if document is not None:
            state = shown.state if shown else item.state
            self._prevention.add(item, document, values, state, tracked=shown is not None)
        if shown is None:
            self._apart.untracked(item, document, page.intents.get(item.id), kind)
        elif number is not None and self._apart.counts(document, kind, course[0].start):
            stages = self._stages(links, course, said, number, values)
            accepting = self._accepting(item.id)
            self._weeks.add(stages, accepting)
            self._change.add(stages, accepting)
            begun = course[0].start
            self._history_start = min(self._history_start or begun, begun)
            self._rows.append(self._row(item, document, values, course, number))
            if shown.ticket.missing:
                self._missing.add(item.id)

    def _stages(
        self, links: Sequence[Link], course: list[Span], said: Stated, number: int, values: Effective
    ) -> list[Stage]:
        """The spans with the date that held; ``values`` are those of the one that is shown."""
        shown, known = course[number], values.due.value if values.due else None
        stages = []
        for one in course:
            due = known
            if one.due != shown.due or one.ticket is not shown.ticket:
                begun = one.ticket.created.date()
                fact = date_of(said, one.due, _link(links, one.ticket), self._asked.fallbacks, begun)
                due = fact.value if fact else None
            stages.append(Stage(one.start, not one.state.closed, due))
        return stages

    def _accepting(self, item: str) -> Accepting | None:
        found = self._asked.accepted.get(item)
        if not found:
            return None
        return lambda moment, day: any(one.since < moment and day < one.until for one in found)

    def _accepted(self, item: str) -> Accepted | None:
        found = self._asked.accepted.get(item)
        if not found:
            return None
        day = self._asked.as_of
        held = [one for one in found if one.since < self._cut and day < one.until]
        return max(held, key=lambda one: one.since) if held else None

    def _row(
        self,
        item: ItemRecord,
        document: DocumentRecord | None,
        values: Effective,
        course: list[Span],
        number: int,
    ) -> Row:
        asked, span = self._asked, course[number]
        then = before(course, self._then)
        told = self._courses.get(item.id)
        due = values.due.value if values.due else None
        accepted = self._accepted(item.id)
        late = (asked.as_of - due).days if due and not span.state.closed and accepted is None else 0
        touched = span.ticket.updated
        if touched >= self._cut:
            touched = span.start
        heading = item.section[-1] if item.section else None
        return Row(
            id=item.id,
            text=_title(item.text),
            key=span.ticket.key,
            url=span.ticket.url,
            tracker=span.ticket.scope,
            state=span.state,
            native_status=span.ticket.native_status,
            values=values,
            days_late=max(late, 0),
            document=item.document,
            postmortem=self._address(item.document, heading),
            line=item.line,
            incident=document.title if document else None,
            incident_date=document.incident_date if document else None,
            severity=document.severity if document else None,
            services=document.services if document else (),
            created=asked.day_of(course[0].start),
            closed=asked.day_of(_since_when(course, number)) if span.state.closed else None,
            touched=asked.day_of(touched),
            moved=_moved(told, self._cut),
            reopened=_reopened(course, number),
            accepted=accepted,
            was=course[then].state if then is not None else None,
            missing=span.ticket.missing,
        )

    def _address(self, document: str, heading: str | None) -> str | None:
        """Measures of a document stand together, mostly under one heading."""
        where = (document, heading)
        if where != self._last_place:
            self._last_place, self._last_address = where, self._asked.address(document, heading)
        return self._last_address

    def report(self) -> Report:
        asked, rows = self._asked, self._rows
        rows.sort(key=_order)
        start = asked.day_of(self._history_start) if self._history_start else None
        open_rows = [row for row in rows if row.outstanding]
        fates = [summing.fate(row) for row in rows]
        return Report(
            as_of=asked.as_of,
            since=asked.since,
            history_before=asked.history_before,
            only=asked.only,
            data_of=asked.data_of.astimezone(asked.zone) if asked.data_of else None,
            rows=tuple(rows),
            due_soon=summing.due_soon(open_rows, asked),
            soon_days=asked.soon_days,
            ask=five(open_rows, asked, self._missing),
            by={one: summing.groups(rows, one, fates) for one in asked.by},
            kinds=summing.kinds(open_rows),
            ageing=summing.ageing(open_rows, asked.as_of),
            trend=self._trend(start),
            change=self._since_then(start),
            rates=summing.rates(rows),
            incidents=len({row.document for row in rows}),
            unprevented=self._prevention.lacking(),
            recurrences=tuple(asked.recurrences),
            unknown=summing.unknown(open_rows, self._missing),
            left_out=self._apart.left_out(),
            definitions=definitions(asked),
        )

    def _trend(self, start: date | None) -> Trend:
        points = self._weeks.points()[1:]
        weeks = tuple(
            Week(
                first=max(point.day - timedelta(days=point.day.weekday()), date.min),
                last=point.day,
                created=point.created,
                closed=point.closed,
                reopened=point.reopened,
                outstanding=point.outstanding,
                late=point.late,
            )
            for point in points
            if start is not None and point.day >= start
        )
        return Trend(weeks=weeks, history_start=start)

    def _since_then(self, start: date | None) -> Change | None:
        then, now = self._change.points()
        if self._history_start is None or self._history_start >= self._then:
            return None
        return Change(
            since=self._then.astimezone(self._asked.zone),
            sent=self._asked.sent_at is not None,
            outstanding_before=then.outstanding,
            late_before=then.late,
            new=now.created,
            closed=now.closed,
            reopened=now.reopened,
        )


def _link(links: Sequence[Link], ticket: TicketRecord) -> Link | None:
    where = (ticket.scope, ticket.id)
    return next((link for link in links if (link.scope, link.ticket) == where), None)


def _moments(asked: Asked) -> tuple[list[datetime], list[date]]:
    """The end of the week before the first one, of each full week, and of the report's day."""
    monday = asked.as_of - timedelta(days=asked.as_of.weekday())
    days = [monday - timedelta(days=1) - WEEK * number for number in range(WEEKS - 1, -1, -1)]
    days.append(asked.as_of)
    return [asked.end_of(day) for day in days], days


def _day_of_change(asked: Asked) -> date:
    return asked.day_of(asked.sent_at) if asked.sent_at else asked.as_of - WEEK


def _title(words: str) -> str:
    """A measure's words on one line, without full stops at the end; an ellipsis stays."""
    line = " ".join(words.split())
    return line if line.endswith(("...", "…")) else line.rstrip(".。").rstrip() or line


def _since_when(course: list[Span], number: int) -> datetime:
    """When an item came to the state that it has in a span."""
    while number > 0 and course[number - 1].state is course[number].state:
        number -= 1
    return course[number].start


def _reopened(course: list[Span], number: int) -> int:
    if number == 0:
        return 0
    states = [span.state for span in course[: number + 1]]
    return sum(one.closed and not other.closed for one, other in pairwise(states))


def _moved(told: Course | None, cut: datetime) -> int:
    """How often the date was moved to a later day."""
    if told is None:
        return 0
    return sum(
        turn.at < cut and turn.before is not None and turn.after is not None and turn.before < turn.after
        for turn in told.dues
    )


def _order(row: Row) -> tuple[bool, int, date, str, int]:
    return (not row.outstanding, -row.days_late, row.due or date.max, row.document, row.line)
