"""What a look at the documents teaches, and what all looks share: records for the ledger, and events.

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
    Scope,
    TicketRecord,
)
from followthrough.model import State
from followthrough.planning.causes import cause_of
from followthrough.planning.identity import Identified, Known
from followthrough.planning.readings import Reading
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
    confirmation: str = ""
    """How a person agreed: ``asked``, ``yes``, ``plan`` (a saved one) or ``hash``; empty where nobody was."""

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
            data={**data, "confirmation": self.confirmation} if self.confirmation else data,
        )


def record_of(scope: str, ticket: Ticket, old: TicketRecord | None = None) -> TicketRecord:
    """A ticket as the ledger keeps it; ``old`` is what it knew of the same one."""
    former = old.former_keys if old else ()
    if old is not None and old.key != ticket.key and old.key not in former:
        former = (*former, old.key)
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
        former_keys=former,
        duplicate_of=ticket.duplicate_of if ticket.state.closed else None,
        twin_of=old.twin_of if old and not ticket.state.closed else None,
    )


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
    data: dict[str, Any] = {
        "key": ticket.key,
        "scope": scope,
        "ticket": ticket.id,
        "state": ticket.state.value,
    }
    if values is not None:
        data["effective"] = values.to_json()
    records: list[Record] = [
        record_of(scope, ticket),
        Link(item=item, scope=scope, ticket=ticket.id, relation=relation, target=target),
        occasion.event(kind, item, data, ticket.created),
    ]
    if relation is Relation.ADOPTED:
        records += closed_before(item, scope, ticket, occasion)
    if intent is not None:
        records.append(replace(intent, status=IntentStatus.CREATED, reason="", clean_listings=()))
    return records


def named(scope: str, ticket: Ticket | TicketRecord) -> dict[str, str]:
    """Which of an item's tickets an event is about; keys change, ids do not."""
    return {"scope": scope, "ticket": ticket.id}


def closed_before(item: str, scope: str, ticket: Ticket, occasion: Occasion) -> list[Record]:
    """What the tracker knows of the time before we knew the issue is history all the same."""
    if not ticket.state.closed:
        return []
    told = {
        "from": State.OPEN.value,
        "to": ticket.state.value,
        "native": ticket.native_status,
        **named(scope, ticket),
    }
    return [occasion.event(EventKind.STATE, item, told, ticket.closed or ticket.updated)]


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
            records += _item(line, occasion, linked=line.id in snapshot.links)
            records += _merged(line, snapshot, occasion)
    for record in identified.gone:
        records.append(replace(record, gone=True))
        if not record.gone:
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
        cause=cause_of(incident),
    )


def gone_documents(snapshot: Snapshot, paths: Iterable[str]) -> list[DocumentRecord]:
    """Documents that are no longer there, which is told once."""
    known = (snapshot.documents[path] for path in paths)
    return [replace(document, gone=True) for document in known if not document.gone]


def _merged(line: Known, snapshot: Snapshot, occasion: Occasion) -> list[Record]:
    """The items that somebody made one with a line."""
    item, records = line.seen.item, list[Record]()
    for id in line.merged:
        old = snapshot.items.get(id)
        fresh = ItemRecord(
            id=id,
            document=line.path,
            identity_text=line.seen.identity_text,
            first_seen=occasion.now.astimezone(UTC),
        )
        new = replace(old or fresh, document=line.path, line=item.line, merged_into=line.id, gone=False)
        if new != old:
            records.append(new)
        if old is None or old.merged_into != line.id:
            records.append(occasion.event(EventKind.MERGED, id, {"into": line.id}))
    return records


def _item(line: Known, occasion: Occasion, *, linked: bool) -> list[Record]:
    item, old = line.seen.item, line.record
    kept = old if linked else None  # with a ticket, the document's own word on these no longer counts
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
        state=kept.state if kept else item.state,
        elsewhere=kept.elsewhere if kept else bool(item.references),
    )
    if new == old:
        return []
    records: list[Record] = [new]
    if old is not None and (old.gone or old.merged_into):
        records.append(occasion.event(EventKind.BACK, line.id, {"text": item.text}))
    if old is not None and old.text != item.text:
        records.append(occasion.event(EventKind.RETITLED, line.id, {"from": old.text, "to": item.text}))
    return records


def applied(snapshot: Snapshot, records: Iterable[Record]) -> Snapshot:
    """The snapshot as it would be after a commit of these records."""
    documents, items = dict(snapshot.documents), dict(snapshot.items)
    intents, links = dict(snapshot.intents), dict(snapshot.links)
    tickets, bases, scopes = dict(snapshot.tickets), dict(snapshot.bases), dict(snapshot.scopes)
    keyed: Mapping[type, Any] = {
        DocumentRecord: lambda r: documents.__setitem__(r.path, r),
        ItemRecord: lambda r: items.__setitem__(r.id, r),
        Intent: lambda r: intents.__setitem__(r.item, r),
        Link: lambda r: links.__setitem__(r.item, _with_link(links.get(r.item, ()), r)),
        TicketRecord: lambda r: tickets.__setitem__((r.scope, r.id), r),
        Base: lambda r: bases.__setitem__(r.item, r),
        Scope: lambda r: scopes.__setitem__(r.name, r),
    }
    for record in records:
        put = keyed.get(type(record))
        if put:
            put(record)
    return replace(
        snapshot,
        documents=documents,
        items=items,
        intents=intents,
        links={item: found for item, found in links.items() if found},
        tickets=tickets,
        bases=bases,
        scopes=scopes,
    )


def _with_link(links: tuple[Link, ...], new: Link) -> tuple[Link, ...]:
    others = tuple(link for link in links if (link.scope, link.ticket) != (new.scope, new.ticket))
    return others if new.retired else (*others, new)
