"""What one look at the trackers teaches, scope by scope, so that a scope that is not believed is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Link, Record
from followthrough.planning import following, learning
from followthrough.planning.identity import Known, by_id
from followthrough.planning.learning import Occasion
from followthrough.planning.plan import Matter
from followthrough.planning.readings import ScopeView


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the trackers taught, scope by scope, and the ledger with all of it."""

    documents: Sequence[Record]
    tickets: Mapping[str, Sequence[Record]]
    links: Sequence[Record]
    followed: frozenset[str]
    doubled: Sequence[Matter]
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
) -> Learnt:
    """Tickets as they are now, own issues found by their marker, and references that were confirmed.

    ``documents`` are records to be kept besides.
    """
    views, ids = scopes.values(), by_id(known)
    tickets = {view.name: learning.learn_tickets(before, [view], occasion) for view in views}
    links = learning.adopt(before, views, ids, occasion)
    doubled = learning.doubled(before, views, ids)
    snapshot = learning.applied(before, [*documents, *chain(*tickets.values()), *links])
    found = following.follow(known, snapshot, scopes, resolve, occasion)
    followed = frozenset(record.item for record in found if isinstance(record, Link))
    matters = [_two_issues(ids[id], tickets) for id, tickets in doubled.items() if id in ids]
    links += found
    return Learnt(documents, tickets, links, followed, matters, learning.applied(snapshot, found))


def _two_issues(line: Known, tickets: Sequence[Ticket]) -> Matter:
    keys = " and ".join(ticket.key for ticket in tickets)
    return Matter(
        code="two-issues",
        path=line.path,
        line=line.seen.item.line,
        item=line.id,
        message=f"has {len(tickets)} open issues that carry its marker, {keys}. Nothing is done with it. "
        "Close all but one; the next run takes that.",
        choices="close all but one of them",
    )
