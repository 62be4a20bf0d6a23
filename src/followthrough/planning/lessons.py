"""What one look at the trackers teaches, scope by scope, so that a scope that is not believed is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Link, Record, Relation
from followthrough.planning import adopting, following, learning, protocol, refreshing
from followthrough.planning.identity import Known, by_id
from followthrough.planning.learning import Occasion
from followthrough.planning.readings import ScopeView


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the trackers taught, scope by scope, and the ledger with all of it."""

    documents: Sequence[Record]
    tickets: Mapping[str, Sequence[Record]]
    links: Sequence[Record]
    followed: frozenset[str]
    snapshot: Snapshot

    def but(self, held: Collection[str]) -> list[Record]:
        """The records, without what the scopes in ``held`` said of tickets."""
        tickets = [one for scope, records in self.tickets.items() if scope not in held for one in records]
        return [*self.documents, *tickets, *self.links]


def learn(
    before: Snapshot,
    scopes: Mapping[str, ScopeView],
    known: Sequence[Known],
    documents: Sequence[Record],
    resolve: following.Resolve,
    occasion: Occasion,
    recall: protocol.Recall,
) -> Learnt:
    """Tickets as they are now, own issues found by their marker, and references that were confirmed.

    ``documents`` are records to be kept besides.
    """
    views, ids = scopes.values(), by_id(known)
    present = {*ids, *(id for line in ids.values() for id in line.merged)}
    tickets = {view.name: refreshing.learn_tickets(before, [view], occasion) for view in views}
    snapshot = learning.applied(before, [*documents, *chain(*tickets.values())])
    links: list[Record] = []

    def then(records: Sequence[Record]) -> None:
        nonlocal snapshot
        if records:
            links.extend(records)
            snapshot = learning.applied(snapshot, records)

    then(adopting.adopt(snapshot, views, present, occasion))
    then(adopting.take_over(snapshot))
    copies = following.duplicates(snapshot, scopes, resolve, occasion)
    tickets = {name: [*tickets.get(name, ()), *copies.get(name, ())] for name in {**tickets, **copies}}
    snapshot = learning.applied(snapshot, [*chain(*copies.values())]) if copies else snapshot
    then(following.merges(known, snapshot))
    then(protocol.listings(snapshot, views, occasion.now))
    then(protocol.proven(snapshot, views, occasion.now))
    then(protocol.listed_since(snapshot.scopes, views, occasion.now))
    then(protocol.newly_held(before, snapshot, known, scopes, recall, occasion.now))
    found = following.follow(known, snapshot, scopes, resolve, occasion)
    then(found)
    followed = frozenset(
        record.item for record in found if isinstance(record, Link) and record.relation is Relation.FOLLOWED
    )
    return Learnt(documents, tickets, links, followed, snapshot)
