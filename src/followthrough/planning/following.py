"""References that stand in documents already are followed, never filed again.

A reference counts once its tracker has confirmed it as an issue; whatever no tracker confirms stays
what it is in the document: work that is tracked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import EventKind, Link, Record, Relation, TicketRecord
from followthrough.model import Reference
from followthrough.planning.identity import Known
from followthrough.planning.learning import Occasion, closed_before, named, record_of
from followthrough.planning.readings import ScopeView

Resolve = Callable[[Reference], tuple[str, str] | None]
"""The scope and key that a reference names by its looks; asks no tracker."""


def wanted(known: Iterable[Known], snapshot: Snapshot, resolve: Resolve) -> dict[str, set[str]]:
    """The keys to be confirmed, by scope: those of items that have no ticket of their own."""
    keys: dict[str, set[str]] = {}
    for line in known:
        if line.trouble is None and not _filed(line, snapshot):
            for scope, key in _resolved(line, resolve):
                keys.setdefault(scope, set()).add(key)
    return keys


def follow(
    known: Sequence[Known],
    snapshot: Snapshot,
    scopes: Mapping[str, ScopeView],
    resolve: Resolve,
    occasion: Occasion,
) -> list[Record]:
    """The links from items to the tickets their text names, where a tracker confirmed them; n:m."""
    records: list[Record] = []
    for line in known:
        if line.trouble is not None or _filed(line, snapshot):
            continue
        confirmed = {
            (scope, ticket.id): ticket
            for scope, key in _resolved(line, resolve)
            if (ticket := scopes[scope].by_key.get(key)) is not None
        }
        linked = {(link.scope, link.ticket): link for link in snapshot.links.get(line.id, ())}
        for (scope, id), ticket in confirmed.items():
            if (scope, id) not in linked:
                records += _followed(line.id, scope, ticket, occasion)
    return records


def _followed(item: str, scope: str, ticket: Ticket, occasion: Occasion) -> list[Record]:
    data = {**named(scope, ticket), "key": ticket.key, "state": ticket.state.value}
    return [
        record_of(scope, ticket),
        Link(item=item, scope=scope, ticket=ticket.id, relation=Relation.FOLLOWED),
        occasion.event(EventKind.FOLLOWED, item, data, ticket.created),
        *closed_before(item, scope, ticket, occasion),
    ]


def duplicates_wanted(
    tickets: Iterable[tuple[str, Ticket]], snapshot: Snapshot, resolve: Resolve
) -> dict[str, set[str]]:
    """The issues that closed duplicates lead to, by scope, but those that the ledger follows already."""
    wanted: dict[str, set[str]] = {}
    for scope, ticket in tickets:
        target = _target(scope, ticket.duplicate_of if ticket.state.closed else None, resolve)
        if target is not None and target not in snapshot.tickets:
            wanted.setdefault(target[0], set()).add(target[1])
    return wanted


def _target(scope: str, ref: str | None, resolve: Resolve) -> tuple[str, str] | None:
    """The scope and key or id of the issue that a closed duplicate names."""
    if not ref:
        return None
    return resolve(Reference(ref, ref)) if "://" in ref else (scope, ref)


def duplicates(
    snapshot: Snapshot, scopes: Mapping[str, ScopeView], resolve: Resolve, occasion: Occasion
) -> dict[str, list[Record]]:
    """Links to the issues that tickets were closed as duplicates of; none once a ticket is no duplicate.

    By the scope whose word it is.
    """
    records: dict[str, list[Record]] = {}
    for item, links in snapshot.links.items():
        bound = {(link.scope, link.ticket): link for link in links}
        led: set[tuple[str, str]] = set()
        for scope, id in bound:
            ticket = snapshot.tickets.get((scope, id))
            target = _target(scope, ticket.duplicate_of, resolve) if ticket else None
            found = _known_or_seen(target, snapshot, scopes) if target else None
            if ticket is None or target is None or found is None:
                continue
            led.add((target[0], found.id))
            if (target[0], found.id) not in bound:
                new = found if isinstance(found, TicketRecord) else record_of(target[0], found)
                link = Link(item=item, scope=target[0], ticket=found.id, relation=Relation.DUPLICATE)
                data = {"of": found.key, "key": ticket.key, "scope": target[0]}
                event = occasion.event(EventKind.DUPLICATE, item, data, ticket.closed)
                records.setdefault(scope, []).extend((replace(new, twin_of=None), link, event))
        for place, link in bound.items():
            if link.relation is Relation.DUPLICATE and place not in led:
                records.setdefault(links[0].scope, []).append(replace(link, retired=True))
    return records


def _known_or_seen(
    target: tuple[str, str], snapshot: Snapshot, scopes: Mapping[str, ScopeView]
) -> TicketRecord | Ticket | None:
    scope, ref = target
    view = scopes.get(scope)
    seen = view.by_key.get(ref) if view else None
    if seen is not None:
        return seen
    if target in snapshot.tickets:
        return snapshot.tickets[target]
    called = (one for (name, _), one in snapshot.tickets.items() if name == scope)
    return next((one for one in called if ref in (one.key, *one.former_keys)), None)


def merges(known: Iterable[Known], snapshot: Snapshot) -> list[Record]:
    """Links from a line to the tickets of the items that were merged into it, as long as they are."""
    records: list[Record] = []
    for line in known:
        links = snapshot.links.get(line.id, ())
        if line.trouble is not None or not (
            line.merged or any(one.relation is Relation.MERGED for one in links)
        ):
            continue
        bound = {(link.scope, link.ticket) for link in links}
        theirs = {
            (link.scope, link.ticket): link
            for id in line.merged
            for link in snapshot.links.get(id, ())
            if link.relation is not Relation.MERGED
        }
        records += [
            replace(link, item=line.id, relation=Relation.MERGED, target=None)
            for place, link in theirs.items()
            if place not in bound
        ]
        records += [
            replace(link, retired=True)
            for link in links
            if link.relation is Relation.MERGED and (link.scope, link.ticket) not in theirs
        ]
    return records


def _filed(line: Known, snapshot: Snapshot) -> bool:
    return any(link.relation.ours for link in snapshot.links.get(line.id, ()))


def _resolved(line: Known, resolve: Resolve) -> list[tuple[str, str]]:
    found = (resolve(reference) for reference in line.seen.item.references)
    return [one for one in found if one is not None]
