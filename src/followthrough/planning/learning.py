"""What a look at the trackers and documents teaches: new records for the ledger, and the events.

Pure: the records are committed by the engine, or by nobody where a command only reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import (
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
from followthrough.planning.identity import Identified, Known
from followthrough.planning.readings import Reading, ScopeView
from followthrough.policy.due import Due, DueOrigin
from followthrough.policy.effective import Effective


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who learns, and when: it stands on every event."""

    run: str
    command: str
    now: datetime
    account: str = ""
    plan_hash: str = ""

    def event(
        self, kind: EventKind, item: str, data: Mapping[str, Any], occurred_at: datetime | None = None
    ) -> Event:
        """An event seen on this occasion; what happened elsewhere happened at its own time."""
        return Event(
            kind=kind,
            item=item,
            occurred_at=occurred_at or self.now,
            seen_at=self.now,
            run=self.run,
            command=self.command,
            account=self.account,
            plan_hash=self.plan_hash,
            data=data,
        )


def record_of(scope: str, ticket: Ticket) -> TicketRecord:
    """A ticket as the ledger keeps it."""
    return TicketRecord(
        scope=scope,
        id=ticket.id,
        key=ticket.key,
        url=ticket.url,
        title=ticket.title,
        state=ticket.state,
        native_status=ticket.native_status,
        assignee=ticket.assignee,
        due=ticket.due,
        priority=ticket.priority,
        labels=ticket.labels,
        created=ticket.created,
        closed=ticket.closed,
        updated=ticket.updated,
    )


def learn_tickets(snapshot: Snapshot, views: Iterable[ScopeView], occasion: Occasion) -> list[Record]:
    """What changed in the trackers since the ledger last looked."""
    items_of: dict[tuple[str, str], list[str]] = {}
    for links in snapshot.links.values():
        for link in links:
            items_of.setdefault((link.scope, link.ticket), []).append(link.item)
    records: list[Record] = []
    for view in views:
        if view.error is not None:
            continue
        for id in sorted(view.asked):
            old = snapshot.tickets.get((view.name, id))
            items = items_of.get((view.name, id), ())
            ticket = view.refreshed.get(id)
            if ticket is not None:
                new = record_of(view.name, ticket)
                if new != old:
                    records.append(new)
                    records += [event for item in items for event in _changes(old, new, item, occasion)]
            elif old is not None and old.missing_since is None:
                records.append(replace(old, missing_since=occasion.now))
                records += [occasion.event(EventKind.MISSING, item, {"key": old.key}) for item in items]
    return records


def _changes(old: TicketRecord | None, new: TicketRecord, item: str, occasion: Occasion) -> list[Event]:
    if old is None:
        return []
    events = []
    if old.state is not new.state:
        at = new.closed if new.state.closed and new.closed else new.updated
        data = {"from": old.state.value, "to": new.state.value, "native": new.native_status}
        events.append(occasion.event(EventKind.STATE, item, data, at))
    for kind, before, after in (
        (EventKind.DUE, old.due, new.due),
        (EventKind.ASSIGNEE, old.assignee, new.assignee),
    ):
        if before != after:
            moved = {"from": _plain(before), "to": _plain(after)}
            events.append(occasion.event(kind, item, moved, new.updated))
    return events


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def adopt(
    snapshot: Snapshot, views: Iterable[ScopeView], ids: Iterable[str], occasion: Occasion
) -> list[Record]:
    """Own issues that the ledger does not know, found by their marker in a complete listing.

    ``ids`` are the items that stand in the documents, beside those the ledger knows.
    """
    present = set(ids)
    found: dict[str, list[tuple[str, Ticket]]] = {}
    for view in views:
        for id, tickets in (view.owned or {}).items():
            if id in snapshot.items or id in present:
                new = [(view.name, one) for one in tickets if _unknown(id, view.name, one, snapshot)]
                if new:
                    found.setdefault(id, []).extend(new)
    records: list[Record] = []
    for id, candidates in found.items():
        scope, ticket = min(candidates, key=lambda one: (one[1].created, one[0], one[1].id))
        records += linked(id, scope, ticket, snapshot.intents.get(id), Relation.ADOPTED, occasion)
    return records


def _unknown(id: str, scope: str, ticket: Ticket, snapshot: Snapshot) -> bool:
    """Whether an issue with the item's marker is its ticket without the ledger knowing.

    It is not where it was taken back or moved away from: it still carries the marker then. Beside
    another ticket it is, where a move to this scope had no answer.
    """
    links, intent, item = snapshot.links.get(id), snapshot.intents.get(id), snapshot.items.get(id)
    known = (scope, ticket.id) in snapshot.tickets
    if links:
        out = intent is not None and intent.status in (IntentStatus.PENDING, IntentStatus.UNKNOWN)
        moving = out and intent is not None and intent.scope == scope
        return moving and not known and all(link.scope != scope for link in links)
    return not (known and item is not None and item.ignored is not None)


def linked(
    item: str,
    scope: str,
    ticket: Ticket,
    intent: Intent | None,
    relation: Relation,
    occasion: Occasion,
    due: Due | None = None,
    values: Effective | None = None,
) -> list[Record]:
    """The records that bind an item to its ticket for good; ``values`` are what it was filed with."""
    kind = EventKind.FILED if relation is Relation.FILED else EventKind.ADOPTED
    target = due.day if due and due.origin is DueOrigin.TARGET else None
    data: dict[str, Any] = {"key": ticket.key, "scope": scope, "state": ticket.state.value}
    if values is not None:
        data["effective"] = values.to_json()
    records: list[Record] = [
        record_of(scope, ticket),
        Link(item=item, scope=scope, ticket=ticket.id, relation=relation, target=target),
        occasion.event(kind, item, data, ticket.created),
    ]
    if intent is not None:
        records.append(replace(intent, status=IntentStatus.CREATED, reason=""))
    return records


def learn_documents(
    readings: Sequence[Reading], identified: Identified, snapshot: Snapshot, occasion: Occasion
) -> list[Record]:
    """What the documents hold now: items first seen, changed, gone or back."""
    records: list[Record] = []
    for reading in readings:
        old = snapshot.documents.get(reading.path)
        if reading.error is not None or (old is None and not reading.items):
            continue
        new = _document(reading, old)
        if new != old:
            records.append(new)
    for line in identified.known:
        if line.trouble is None:
            records += _item(line, occasion)
    for record in identified.gone:
        records.append(replace(record, gone=True))
        records.append(occasion.event(EventKind.GONE, record.id, {"text": record.text}))
    return records


def _document(reading: Reading, old: DocumentRecord | None) -> DocumentRecord:
    incident = reading.incident
    return DocumentRecord(
        path=reading.path,
        fingerprint=reading.fingerprint,
        title=incident.title,
        incident_date=incident.date,
        severity=incident.severity,
        services=incident.services,
        team=incident.team,
        confidential=reading.confidential,
        detached=old.detached if old else False,
    )


def _item(line: Known, occasion: Occasion) -> list[Record]:
    item, old = line.seen.item, line.record
    new = ItemRecord(
        id=line.id,
        document=line.path,
        identity_text=line.seen.identity_text,
        occurrence=old.occurrence if old else line.seen.occurrence,
        section=item.section,
        line=item.line,
        text=item.text,
        kind=item.kind.value if item.kind else None,
        kind_stated=item.kind_stated,
        owner=item.owner,
        due=item.due,
        priority=item.priority,
        ignored=old.ignored if old else None,
        first_seen=old.first_seen if old else occasion.now.astimezone(UTC),
    )
    if new == old:
        return []
    records: list[Record] = [new]
    if old is not None and old.gone:
        records.append(occasion.event(EventKind.BACK, line.id, {"text": item.text}))
    if old is not None and old.text != item.text:
        records.append(occasion.event(EventKind.RETITLED, line.id, {"from": old.text, "to": item.text}))
    return records


def applied(snapshot: Snapshot, records: Iterable[Record]) -> Snapshot:
    """The snapshot as it would be after a commit of these records."""
    documents, items = dict(snapshot.documents), dict(snapshot.items)
    intents, links = dict(snapshot.intents), dict(snapshot.links)
    tickets = dict(snapshot.tickets)
    keyed: Mapping[type, Any] = {
        DocumentRecord: lambda r: documents.__setitem__(r.path, r),
        ItemRecord: lambda r: items.__setitem__(r.id, r),
        Intent: lambda r: intents.__setitem__(r.item, r),
        Link: lambda r: links.__setitem__(r.item, _with_link(links.get(r.item, ()), r)),
        TicketRecord: lambda r: tickets.__setitem__((r.scope, r.id), r),
    }
    for record in records:
        put = keyed.get(type(record))
        if put:
            put(record)
    return replace(snapshot, documents=documents, items=items, intents=intents, links=links, tickets=tickets)


def _with_link(links: tuple[Link, ...], new: Link) -> tuple[Link, ...]:
    others = tuple(link for link in links if (link.scope, link.ticket) != (new.scope, new.ticket))
    return others if new.retired else (*others, new)
