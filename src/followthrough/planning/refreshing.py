"""What a look at known tickets teaches: changed, moved, not found, found again. Pure.

A ticket is followed by its immutable id. Absence is believed only after two runs, and never while its
scope cannot be read: then the connector raises, and nothing is learnt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import MISSING_AFTER, Event, EventKind, Link, Record, TicketRecord
from followthrough.planning.learning import Occasion, named, record_of
from followthrough.planning.readings import ScopeView

Links = Mapping[tuple[str, str], list[Link]]
"""By scope and ticket."""


def learn_tickets(snapshot: Snapshot, views: Iterable[ScopeView], occasion: Occasion) -> list[Record]:
    """What changed in the trackers since the ledger last looked."""
    links: dict[tuple[str, str], list[Link]] = {}
    for of_item in snapshot.links.values():
        for link in of_item:
            links.setdefault((link.scope, link.ticket), []).append(link)
    records: list[Record] = []
    for view in views:
        if view.error is not None:
            continue
        for id in sorted(view.asked):
            old, ticket = snapshot.tickets.get((view.name, id)), view.refreshed.get(id)
            bound = links.get((view.name, id), [])
            if ticket is not None:
                records += _found(old, ticket, view.name, bound, occasion)
            elif old is not None and not old.missing:
                records += _absent(old, bound, occasion)
    return records


def _found(
    old: TicketRecord | None, ticket: Ticket, scope: str, bound: Iterable[Link], occasion: Occasion
) -> Iterable[Record]:
    new = record_of(scope, ticket, old)
    if new == old:
        return
    yield new
    for link in bound:
        if link.ticket != ticket.id:  # transferred: the issue there is a new one to its tracker
            yield replace(link, ticket=ticket.id)
            yield replace(link, retired=True)
        yield from changes(old, new, link.item, occasion)


def _absent(old: TicketRecord, bound: Iterable[Link], occasion: Occasion) -> Iterable[Record]:
    new = replace(old, absences=old.absences + 1, missing_since=old.missing_since or occasion.now)
    yield new
    if new.absences == MISSING_AFTER:
        for link in bound:
            yield occasion.event(EventKind.MISSING, link.item, {"key": old.key}, new.missing_since)


def changes(old: TicketRecord | None, new: TicketRecord, item: str, occasion: Occasion) -> list[Event]:
    """The events of a ticket that is not what it was."""
    if old is None:
        return []
    events = []
    if old.missing and not new.missing:
        events.append(occasion.event(EventKind.FOUND, item, {"key": new.key}))
    if old.key != new.key:
        events.append(occasion.event(EventKind.REKEYED, item, {"from": old.key, "to": new.key}, new.updated))
    if old.state is not new.state:
        at = new.closed if new.state.closed and new.closed else new.updated
        data = {
            "from": old.state.value,
            "to": new.state.value,
            "native": new.native_status,
            **named(new.scope, new),
        }
        events.append(occasion.event(EventKind.STATE, item, data, at))
    for kind, before, after in (
        (EventKind.DUE, old.due, new.due),
        (EventKind.ASSIGNEE, old.assignee, new.assignee),
    ):
        if before != after:
            moved = {"from": _plain(before), "to": _plain(after), **named(new.scope, new)}
            events.append(occasion.event(kind, item, moved, new.updated))
    return events


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
