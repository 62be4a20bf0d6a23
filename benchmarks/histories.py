"""Two years of measures from a seed, as a ledger would hold them: filed, moved, reassigned, closed, reopened.

Each history is lived through event by event, so that what the ledger holds at the end is what its events
lead to. Beside the usual there is what makes figures wrong: tickets that were followed and are older than the
incident, two tickets for one measure, measures merged, undone, ignored, without answer or without ticket,
confidential documents, texts that want to be markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from followthrough.ledger import (
    Base,
    DocumentRecord,
    Event,
    EventKind,
    Intent,
    IntentStatus,
    ItemRecord,
    Link,
    Record,
    Relation,
    TicketRecord,
)
from followthrough.model import Kind, State

END = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
"""When the last run read the trackers."""
DAYS = 730
SERVICES = ("billing", "checkout", "search", "login", "mail", "reports")
PEOPLE = ("Sam", "Kim", "Alex", "Robin", "Jo", None, None, None)
WORDS = ("Alert when the pool is over 90 %", "Rehearse the region switch", "Fail over the payment queue")
HOSTILE = (
    '=HYPERLINK("https://evil.example","x")',
    "<script>alert(1)</script> | a *b* `c`",
    "\x1b[31mred\x1b[0m \u202etxt.exe",
    "@team see #12",
)
LIVELY = (State.OPEN, State.IN_PROGRESS, State.BLOCKED)


@dataclass(slots=True)
class Told:
    """An event that a run saw, in the night after it happened."""

    kind: EventKind
    item: str
    at: datetime
    data: dict[str, Any]

    @property
    def seen(self) -> datetime:
        """The night after it."""
        night = self.at.replace(hour=2, minute=0, second=0, microsecond=0)
        return min(night if night > self.at else night + timedelta(days=1), END)


class Histories:
    """Makes documents of ten measures; the records of one are whole, and depend on no other."""

    def __init__(self, seed: int, *, hostile: bool = False) -> None:
        self._random = Random(seed)  # noqa: S311  (nothing secret about it)
        self._words = WORDS + HOSTILE if hostile else WORDS
        self._number = 0

    def records(self, documents: int) -> Iterator[list[Record]]:
        """One list for each document; its events stand in the order in which they were seen."""
        for number in range(documents):
            yield self._document(number)

    def _document(self, number: int) -> list[Record]:
        r = self._random
        begun = END.date() - timedelta(days=r.randrange(DAYS))
        path = f"postmortems/{begun}-{number}.md"
        document = DocumentRecord(
            path=path,
            fingerprint="",
            title=f"{r.choice(self._words)}, incident {number}",
            incident_date=begun if r.random() < 0.9 else None,
            severity=r.choice(("sev1", "sev2", "sev3", "sev4", None)),
            services=tuple(r.sample(SERVICES, r.choice((0, 1, 1, 1, 2)))),
            team=r.choice(("Payments", "Platform", None)),
            confidential=r.random() < 0.02,
        )
        records: list[Record] = [document]
        told: list[Told] = []
        for line in range(1, 11):
            records += self._measure(path, line, begun, told)
        told.sort(key=lambda one: one.seen)
        return records + [self._event(one) for one in told]

    def _event(self, one: Told) -> Event:
        return Event(
            kind=one.kind,
            item=one.item,
            occurred_at=one.at,
            seen_at=one.seen,
            run=f"{one.seen:%Y%m%d}-1",
            command="run",
            account="bot",
            data=one.data,
        )

    def _measure(self, path: str, line: int, begun: date, told: list[Told]) -> list[Record]:
        r = self._random
        self._number += 1
        id = f"{self._number:012}"
        item = ItemRecord(
            id=id,
            document=path,
            identity_text=f"measure {self._number}",
            section=("Postmortem", "Action items"),
            line=line,
            text=f"{r.choice(self._words)}, measure {self._number}.",
            kind=r.choice((*Kind, None)),
            kind_stated=r.random() < 0.4,
            owner=r.choice(PEOPLE),
            due=begun + timedelta(days=r.randrange(10, 120)) if r.random() < 0.15 else None,
            priority=r.choice(("P0", "P1", None, None)),
            first_seen=datetime(begun.year, begun.month, begun.day, 2, tzinfo=UTC),
            gone=r.random() < 0.03,
        )
        fate = r.random()
        if fate < 0.1:
            return self._unfiled(item)
        tickets, links, relation = [], [], Relation.FILED
        if fate < 0.2:
            relation = r.choice((Relation.FOLLOWED, Relation.ADOPTED))
        for number in range(2 if fate < 0.13 else 1):
            ticket, link = self._ticket(item, number, relation, begun, told)
            tickets.append(ticket)
            links.append(link)
        if 0.2 < fate < 0.21:
            data = {"key": tickets[0].key, "run": "20260101-1", "scope": "ops", "ticket": tickets[0].id}
            told.append(Told(EventKind.TAKEN_BACK, id, END - timedelta(days=1), data))
            return [replace(item, ignored="taken back"), replace(links[0], retired=True), tickets[0]]
        intent = Intent(item=id, scope="ops", status=IntentStatus.CREATED, at=END, run="20260101-1")
        base = Base(item=id, ticked=False, words=f"{tickets[0].key}, open", text=item.text, ticket_title="")
        return [item, *links, *tickets, *([intent] if relation is Relation.FILED else []), base]

    def _unfiled(self, item: ItemRecord) -> list[Record]:
        r = self._random
        way = r.randrange(5)
        if way == 0:
            status = r.choice((IntentStatus.UNKNOWN, IntentStatus.PENDING, IntentStatus.REFUSED))
            return [item, Intent(item=item.id, scope="ops", status=status, at=END, run="20261127-1")]
        changed = (
            replace(item, ignored="no measure"),
            replace(item, state=State.DONE),
            replace(item, elsewhere=True),
            replace(item, merged_into="000000000001"),
        )
        return [changed[way - 1]]

    def _ticket(
        self, item: ItemRecord, number: int, relation: Relation, begun: date, told: list[Told]
    ) -> tuple[TicketRecord, Link]:
        r = self._random
        at = datetime(begun.year, begun.month, begun.day, r.randrange(24), r.randrange(60), tzinfo=UTC)
        at += timedelta(days=r.randrange(-60, 5) if relation is Relation.FOLLOWED else r.randrange(5))
        at = min(at, END - timedelta(hours=1))
        scope = r.choice(("ops", "ops", "web"))
        id = f"{self._number}{number}"
        target = (at + timedelta(days=r.randrange(15, 90))).date() if r.random() < 0.5 else None
        promised = (at + timedelta(days=r.randrange(10, 200))).date() if r.random() < 0.3 else target
        ticket = TicketRecord(
            scope=scope,
            id=id,
            key=f"{scope.upper()}-{id}",
            url=f"https://{scope}.example/browse/{scope.upper()}-{id}",
            title=item.text,
            state=State.OPEN,
            native_status="To Do",
            assignee=r.choice(PEOPLE),
            due=promised,
            labels=("postmortem", r.choice(("preventive", "process", "backend"))),
            created=at,
            updated=at,
            absences=2 if r.random() < 0.01 else 0,
        )
        kinds = {Relation.FOLLOWED: EventKind.FOLLOWED, Relation.ADOPTED: EventKind.ADOPTED}
        which = {"scope": scope, "ticket": id}
        told.append(
            Told(
                kinds.get(relation, EventKind.FILED),
                item.id,
                at,
                {**which, "key": ticket.key, "state": "open"},
            )
        )
        for _ in range(r.choice((0, 1, 1, 2, 3, 6))):
            at += timedelta(days=r.expovariate(1 / 40), seconds=r.randrange(86400))
            if at >= END:
                break
            ticket = self._changed(item.id, ticket, at, told)
        return ticket, Link(item=item.id, scope=scope, ticket=id, relation=relation, target=target)

    def _changed(self, item: str, old: TicketRecord, at: datetime, told: list[Told]) -> TicketRecord:
        r = self._random
        which = {"scope": old.scope, "ticket": old.id}
        what = r.random()
        if what < 0.6:
            state = r.choice(LIVELY if old.state.closed else (*LIVELY, State.DONE, State.DONE, State.DROPPED))
            new = replace(old, state=state, updated=at, closed=at if state.closed else None)
            if state is not old.state:
                data = {"from": old.state.value, "to": state.value, "native": state.value, **which}
                told.append(Told(EventKind.STATE, item, at, data))
            return new
        if what < 0.85:
            due = (at + timedelta(days=r.randrange(-5, 90))).date() if r.random() < 0.9 else None
            if due != old.due:
                days = {"from": old.due and old.due.isoformat(), "to": due and due.isoformat()}
                told.append(Told(EventKind.DUE, item, at, days | which))
            return replace(old, due=due, updated=at)
        assignee = r.choice(PEOPLE)
        if assignee != old.assignee:
            told.append(Told(EventKind.ASSIGNEE, item, at, {"from": old.assignee, "to": assignee} | which))
        return replace(old, assignee=assignee, updated=at)
