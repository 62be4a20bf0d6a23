"""Issues of ours that a complete listing shows by their marker, and two issues with one marker. Pure.

An issue that the ledger does not know is adopted. Of several open ones with one marker the one with
the lowest number is kept; nothing is ever closed, and the others are told until somebody closes them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Link, Record, Relation, TicketRecord
from followthrough.model import State
from followthrough.planning.identity import Known
from followthrough.planning.learning import Occasion, linked, record_of
from followthrough.planning.plan import Matter
from followthrough.planning.protocol import is_out
from followthrough.planning.readings import ScopeView

Found = tuple[str, Ticket]
"""A scope, and an issue of ours in it."""


def adopt(
    snapshot: Snapshot, views: Iterable[ScopeView], ids: Collection[str], occasion: Occasion
) -> list[Record]:
    """Own issues that the ledger does not know, and those that carry a marker beside an item's own.

    ``ids`` are the items that stand in the documents, beside those the ledger knows. Of several issues
    it is the open one with the lowest number, else the newest closed one.
    """
    records: list[Record] = []
    for id, found in _marked(snapshot, views, ids).items():
        new = [one for one in found if _unknown(id, *one, snapshot)]
        learnt: list[Record] = []
        if new:
            scope, ticket = _first(new)
            learnt = linked(id, scope, ticket, snapshot.intents.get(id), Relation.ADOPTED, occasion)
        records += learnt
        records += _twins(id, found, learnt, snapshot)
    return records


def _marked(
    snapshot: Snapshot, views: Iterable[ScopeView], ids: Collection[str]
) -> Mapping[str, Sequence[Found]]:
    """The issues of items that are known or stand in a document, by item."""
    found: dict[str, list[Found]] = {}
    for view in views:
        for id, tickets in (view.owned or {}).items():
            if id in snapshot.items or id in ids:
                found.setdefault(id, []).extend((view.name, ticket) for ticket in tickets)
    return found


def _first(found: Sequence[Found]) -> Found:
    standing = [one for one in found if not one[1].state.closed]
    newest = max(found, key=lambda one: (one[1].created, one[0], one[1].id))
    return min(standing, key=_number) if standing else newest


def _number(found: Found) -> tuple[object, ...]:
    scope, ticket = found
    digits = re.findall(r"\d+", ticket.key)
    return ticket.created, int(digits[-1]) if digits else 0, scope, ticket.id


def _unknown(id: str, scope: str, ticket: Ticket, snapshot: Snapshot) -> bool:
    """Whether an issue with the item's marker is its ticket without the ledger knowing.

    It is not where it was taken back or moved away from: it still carries the marker then. Beside
    another ticket it is, where a move to this scope had no answer.
    """
    links, intent, item = snapshot.links.get(id), snapshot.intents.get(id), snapshot.items.get(id)
    known = snapshot.tickets.get((scope, ticket.id))
    if links:
        moving = is_out(intent) and intent is not None and intent.scope == scope
        return moving and known is None and all(link.scope != scope for link in links)
    return not (known is not None and item is not None and item.ignored is not None)


def _twins(id: str, found: Iterable[Found], learnt: Iterable[Record], snapshot: Snapshot) -> list[Record]:
    """The open issues beside the item's own ticket that carry its marker."""
    links = (*snapshot.links.get(id, ()), *(record for record in learnt if isinstance(record, Link)))
    own = {(link.scope, link.ticket) for link in links}
    if not own:
        return []
    records: list[Record] = []
    for scope, ticket in found:
        old = snapshot.tickets.get((scope, ticket.id))
        if (scope, ticket.id) not in own and not ticket.state.closed:
            new = replace(record_of(scope, ticket, old), twin_of=id)
            if new != old:
                records.append(new)
    return records


def twins(snapshot: Snapshot) -> dict[str, list[TicketRecord]]:
    """By item, the open issues beside its own ticket that carry its marker."""
    found: dict[str, list[TicketRecord]] = {}
    for ticket in snapshot.tickets.values():
        if ticket.twin_of is None or ticket.missing:
            continue
        own = {(link.scope, link.ticket) for link in snapshot.links.get(ticket.twin_of, ())}
        if own and (ticket.scope, ticket.id) not in own:
            found.setdefault(ticket.twin_of, []).append(ticket)
    return found


def take_over(snapshot: Snapshot) -> list[Record]:
    """Somebody closed an item's own ticket as won't do and left its only twin open: that one is it."""
    records: list[Record] = []
    for item, others in twins(snapshot).items():
        ticket, links = snapshot.ticket_of(item), snapshot.links[item]
        if len(others) == 1 and ticket is not None and ticket.state is State.DROPPED:
            other = others[0]
            records.append(replace(other, twin_of=None))
            records.append(Link(item=item, scope=other.scope, ticket=other.id, relation=Relation.ADOPTED))
            records += [replace(link, retired=True) for link in links if link.relation.ours]
    return records


def two_issues(known: Iterable[Known], snapshot: Snapshot) -> list[Matter]:
    """What to tell of items with several open issues, until all but one of them are closed."""
    lines = {line.id: line for line in known if line.trouble is None}
    matters = []
    for item, others in sorted(twins(snapshot).items()):
        line, own = lines.get(item), snapshot.ticket_of(item)
        if line is None or own is None:
            continue
        keys = " and ".join(sorted(ticket.key for ticket in others))
        matters.append(
            Matter(
                code="two-issues",
                path=line.path,
                line=line.seen.item.line,
                item=item,
                key=own.key,
                message=f"has {len(others) + 1} issues that carry its marker: {own.key} is kept, {keys} left "
                "alone. Nothing is closed by itself.",
                choices=f"close {keys} as a duplicate of {own.key}",
            )
        )
    return matters
