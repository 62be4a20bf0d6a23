"""Asking a tracker only for what has changed, between two nights that read every ticket.

A delta shows neither deleted nor moved issues, nor those from which somebody took our label. So each
scope is read whole, by the ids of its tickets, once in :data:`WHOLE`; a run in between asks one question.
Only tickets that we filed are in a delta for certain: those that are merely followed are read by id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Final

from followthrough.connector import Connector, Ticket
from followthrough.ledger import Relation, Scope, Snapshot, TicketRecord

__all__ = ["ENOUGH", "WHOLE", "Delta", "Deltas"]

WHOLE: Final = timedelta(hours=20)
ENOUGH: Final = 100
"""Up to so many tickets are one request by their ids as well."""

_SHARED: Final = {one.name for one in fields(Ticket)} & {one.name for one in fields(TicketRecord)}


@dataclass(frozen=True, slots=True)
class Delta:
    """What has changed in a scope since a cursor."""

    tickets: Mapping[str, Ticket]
    cursor: str


@dataclass(slots=True)
class Deltas:
    """The deltas of one run that covers every ticket. Without ``scopes`` there are none."""

    now: datetime
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    """What the ledger knows of each."""
    many: bool = False
    """Whether there are so many tickets that reading them all takes more than a request."""
    _asked: dict[str, Delta | None] = field(default_factory=dict)
    _newest: dict[str, datetime] = field(default_factory=dict)

    def fetch(
        self, scope: str, connector: Connector, refs: Collection[str], known: Snapshot
    ) -> dict[str, Ticket]:
        """As :meth:`~followthrough.connector.Connector.fetch`; of what did not change the ledger's picture.

        Raises what the connector raises.
        """
        delta = self._delta(scope, connector)
        found: dict[str, Ticket] = {}
        left = list(refs)
        if delta is not None:
            filed = _filed(scope, known)
            told = {ref: known.tickets[scope, ref] for ref in refs if ref in filed}
            found = {ref: _newer(delta.tickets.get(ref), record) for ref, record in told.items()}
            left = [ref for ref in refs if ref not in found]
        if left:
            found |= connector.fetch(sorted(left))
        for ticket in found.values():
            self._newest[scope] = max(self._newest.get(scope, ticket.updated), ticket.updated)
        return found

    def _delta(self, scope: str, connector: Connector) -> Delta | None:
        if scope not in self._asked:
            record, delta = self.scopes.get(scope), None
            if self.many and record and record.cursor is not None and self._is_young(record):
                changes = connector.changed(record.cursor)
                delta = Delta({one.id: one for one in changes.tickets}, changes.cursor)
            self._asked[scope] = delta
        return self._asked[scope]

    def _is_young(self, record: Scope) -> bool:
        return record.refreshed_at is not None and self.now - record.refreshed_at < WHOLE

    def learned(self, scope: str, connector: Connector) -> dict[str, Any]:
        """What changes of the ledger's record of a scope, by field, once all that was read there is learned.

        Nothing where nothing of it was read, or the connector gives no cursors.
        """
        delta = self._asked.get(scope)
        if delta is not None:
            return {"cursor": delta.cursor}
        newest, offer = self._newest.get(scope), getattr(connector, "cursor_at", None)
        if newest is None or offer is None or not self.many:
            return {}
        return {"cursor": str(offer(newest)), "refreshed_at": self.now}


def _filed(scope: str, known: Snapshot) -> frozenset[str]:
    """The tickets of a scope that are in its deltas: filed by us, and there when last looked for."""
    return frozenset(
        link.ticket
        for links in known.links.values()
        for link in links
        if link.scope == scope
        and link.relation is Relation.FILED
        and (record := known.tickets.get((scope, link.ticket))) is not None
        and not record.absences
    )


def _newer(ticket: Ticket | None, record: TicketRecord) -> Ticket:
    """What a delta shows of a ticket, unless its index is behind what a read by its id told the ledger."""
    return ticket if ticket is not None and ticket.updated >= record.updated else _picture(record)


def _picture(record: TicketRecord) -> Ticket:
    """The ticket as the ledger has it; marker and author, which it does not keep, count in listings only."""
    return Ticket(**{name: getattr(record, name) for name in _SHARED})
