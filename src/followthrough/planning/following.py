"""References that stand in documents already are followed, never filed again.

A reference counts once its tracker has confirmed it as an issue; whatever no tracker confirms stays
what it is in the document: work that is tracked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import EventKind, Link, Record, Relation
from followthrough.model import Reference
from followthrough.planning.identity import Known
from followthrough.planning.learning import Occasion, record_of
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
    data = {"key": ticket.key, "scope": scope, "state": ticket.state.value}
    return [
        record_of(scope, ticket),
        Link(item=item, scope=scope, ticket=ticket.id, relation=Relation.FOLLOWED),
        occasion.event(EventKind.FOLLOWED, item, data, ticket.created),
    ]


def _filed(line: Known, snapshot: Snapshot) -> bool:
    return any(link.relation is not Relation.FOLLOWED for link in snapshot.links.get(line.id, ()))


def _resolved(line: Known, resolve: Resolve) -> list[tuple[str, str]]:
    found = (resolve(reference) for reference in line.seen.item.references)
    return [one for one in found if one is not None]
