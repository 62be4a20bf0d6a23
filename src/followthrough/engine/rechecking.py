"""Tickets read once more, just before somebody is written to about them.

What they have become since the last run holds at once. The ledger learns it as a run would learn it,
but for what only a run can judge: that a ticket is gone, that it is a duplicate, and that so much has
changed in a tracker that a person should look first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from followthrough.connector import Ticket
from followthrough.engine.job import Job
from followthrough.engine.trackers import Question
from followthrough.ledger import Record, Snapshot
from followthrough.planning.learning import applied, record_of
from followthrough.planning.readings import ScopeView
from followthrough.planning.refreshing import learn_tickets

__all__ = ["Recheck"]

Place = tuple[str, str]
"""Scope and id of a ticket."""


class Recheck:
    """Asks for each ticket once, all of a scope together; a scope that fails is not asked again."""

    def __init__(self, job: Job, snapshot: Snapshot) -> None:
        self._job = job
        self._before = snapshot
        self.snapshot = snapshot
        """The same, with the tickets as they are now."""
        self.absent: set[Place] = set()
        """Asked for and not found."""
        self.unreached: set[Place] = set()
        """Of scopes that could not be asked."""
        self.failed: dict[str, ScopeView] = {}
        """Those scopes, with what went wrong."""
        self._asked: set[Place] = set()
        self._views: dict[str, ScopeView] = {}
        """What each scope has shown so far."""

    def ask(self, items: Iterable[str]) -> bool:
        """Read the tickets of these items that were not asked for yet; whether there was any.

        Raises :class:`followthrough.settings.SettingsError` for a scope that the settings no longer name.
        """
        tickets = (ticket for item in items for ticket in self.snapshot.tickets_of(item))
        new = {(ticket.scope, ticket.id) for ticket in tickets} - self._asked
        self._asked |= new
        questions: dict[str, Question] = {}
        for scope, id in new:
            if scope in self.failed:
                self.unreached.add((scope, id))
            else:
                questions.setdefault(scope, Question()).ids.add(id)
        for scope, view in self._job.trackers.look(questions, self.snapshot).items():
            self._take(view, questions[scope].ids)
        return bool(new)

    def _take(self, view: ScopeView, ids: Collection[str]) -> None:
        if view.error is not None:
            self.failed[view.name] = view
            self.unreached |= {(view.name, id) for id in ids}
            return
        found = view.refreshed
        self.absent |= {(view.name, id) for id in ids if id not in found}
        self._asked |= {(view.name, ticket.id) for ticket in found.values()}  # one was transferred
        self.snapshot = applied(self.snapshot, self._lessons(view, found, self.snapshot))
        old = self._views.get(view.name)
        self._views[view.name] = replace(view, refreshed={**(old.refreshed if old else {}), **found})

    def learn(self, pages: Iterable[Snapshot], tracked: Mapping[str, int]) -> None:
        """Commit what has changed. ``pages`` are the whole ledger, as a ticket may be that of several
        items; ``tracked`` counts the measures of each scope.
        """
        believed = [view for view in self._views.values() if self._is_believed(view, tracked)]
        changed = [(view, found) for view in believed if (found := self._changed(view))]
        records: list[Record] = []
        for page in pages if changed else ():
            for view, found in changed:
                records += self._lessons(view, found, page)
        self._job.commit(records)

    def _changed(self, view: ScopeView) -> dict[str, Ticket]:
        """The tickets that are not as the ledger has them, by the id they were asked for."""
        scope, changed = view.name, {}
        for id, ticket in view.refreshed.items():
            old = self._before.tickets.get((scope, id))
            # Of a duplicate a run follows the other issue in the same breath.
            if not (ticket.state.closed and ticket.duplicate_of) and record_of(scope, ticket, old) != old:
                changed[id] = ticket
        return changed

    def _is_believed(self, view: ScopeView, tracked: Mapping[str, int]) -> bool:
        """Whether so few have another state or key, or are not found, that a run would not stop for it."""
        odd = sum(scope == view.name for scope, _ in self.absent)
        for id, ticket in view.refreshed.items():
            old = self._before.tickets.get((view.name, id))
            odd += old is not None and (old.state, old.key) != (ticket.state, ticket.key)
        return odd <= self._job.settings.brakes.most_changes(tracked.get(view.name, 0))

    def _lessons(self, view: ScopeView, found: Mapping[str, Ticket], page: Snapshot) -> list[Record]:
        """What these tickets teach of the items on a page of the ledger; of absent ones nothing."""
        here = {id: ticket for id, ticket in found.items() if (view.name, id) in page.tickets}
        # Where the clocks differ, nothing is seen before it happened.
        now = self._job.trackers.earliest(self._job.occasion.now)
        occasion = replace(self._job.occasion, now=now)
        return learn_tickets(page, [replace(view, refreshed=here, asked=frozenset(here))], occasion)
