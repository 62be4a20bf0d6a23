"""Take a whole run back: plan first, then the ledger, the documents and the issues. Safe to repeat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from followthrough.connector import Change, ConnectorError, State, Ticket
from followthrough.documents import Altered, Unreadable, Wanted, rewrite
from followthrough.engine.decisions import Refusal
from followthrough.engine.job import Job
from followthrough.engine.publishing import Publishing
from followthrough.engine.reading import open_document
from followthrough.engine.running import Done, remember
from followthrough.engine.survey import Request, survey
from followthrough.ledger import EventKind, ItemRecord, Link, Record, Relation, TicketRecord
from followthrough.planning.learning import record_of
from followthrough.planning.plan import Plan
from followthrough.sources import SourceError

UNTOUCHED = timedelta(minutes=5)
"""Our own additions right after a create move an issue's ``updated`` by less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What ``undo`` would do: issues to be closed, and issues that are left as they are."""

    run: str
    close: tuple[tuple[ItemRecord, Link, Ticket], ...]
    keep: tuple[tuple[ItemRecord, str, str], ...]
    """Item, key and the reason why its issue is kept."""
    begun: frozenset[str] = frozenset()
    """Items that an earlier ``undo`` of the run took back in the ledger before it was stopped."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The documents that carry their links now, by item: one may have been renamed since."""


def plan_undo(job: Job, request: Request, run: str) -> Undoing:
    """Look at what a run filed, and where it stands now. Raises :class:`Refusal` where it filed nothing."""
    snapshot = job.ledger.snapshot()
    events = list(job.ledger.events())
    filed = {event.item for event in events if event.run == run and event.kind is EventKind.FILED}
    begun = {
        event.item: Link(item=event.item, scope=event.data["scope"], ticket=event.data["ticket"])
        for event in events
        if event.kind is EventKind.TAKEN_BACK and event.data["run"] == run
    }
    moved = (EventKind.STATE, EventKind.DUE, EventKind.ASSIGNEE)
    changed = {event.item for event in events if event.kind in moved}
    links = [link for id in filed for link in snapshot.links.get(id, ()) if link.relation is Relation.FILED]
    left = {id for id in begun if (base := snapshot.bases.get(id)) is not None and base.words is not None}
    links += begun.values()
    if not (links and (left or filed - begun.keys() or _open_still(job, begun.values()))):
        known = ", ".join(one.id for one in job.ledger.runs(5)) or "none"
        raise Refusal(f"Run {run} filed nothing that is still linked. The latest runs: {known}.")
    close: list[tuple[ItemRecord, Link, Ticket]] = []
    keep: list[tuple[ItemRecord, str, str]] = []
    for link in links:
        ticket = job.trackers.get(link.scope).fetch([link.ticket]).get(link.ticket)
        item = snapshot.items[link.item]
        if ticket is None:
            key = snapshot.tickets[link.scope, link.ticket].key
            keep.append((item, key, "it is not to be found in its tracker"))
        elif item.id in begun:
            if item.id in left or not ticket.state.closed:
                close.append((item, link, ticket))
        elif (
            ticket.state is State.OPEN
            and item.id not in changed
            and ticket.updated - ticket.created <= UNTOUCHED
            and _is_as_filed(ticket, snapshot.tickets.get((link.scope, link.ticket)))
        ):
            close.append((item, link, ticket))
        else:
            keep.append((item, ticket.key, "somebody has changed it; close it there if you want"))
    return Undoing(
        run=run,
        close=tuple(sorted(close, key=lambda one: _natural(one[2].key))),
        keep=tuple(sorted(keep, key=lambda one: _natural(one[1]))),
        begun=frozenset(begun),
        places=_places(job, request),
    )


def _is_as_filed(ticket: Ticket, record: TicketRecord | None) -> bool:
    """Whether nobody changed what can be seen of an issue since it was read back after its create."""
    shown = ("title", "state", "assignee", "due", "priority", "labels")
    return record is None or all(getattr(ticket, name) == getattr(record, name) for name in shown)


def _places(job: Job, request: Request) -> dict[str, str]:
    """The documents that carry our links, by item."""
    lines = survey(job, replace(request, filing=False, offline=True)).plan.known
    return {line.id: line.path for line in lines if line.mark is not None and line.trouble is None}


def _natural(key: str) -> list[tuple[int, str]]:
    """Sorts ``OPS-9`` before ``OPS-10``."""
    parts = (part for part in re.split(r"(\d+)", key) if part)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _open_still(job: Job, links: Iterable[Link]) -> bool:
    """Whether an issue that was taken back in the ledger has not been closed yet."""
    records = job.ledger.snapshot().tickets
    return any(not records[link.scope, link.ticket].state.closed for link in links)


def undo(job: Job, undoing: Undoing) -> Done:
    """Take items back: in the ledger first, then out of the documents, then close their untouched issues.

    In this order a kill at any point leaves something that a repetition finishes, and nothing that a
    later run would file or link again.
    """
    done = Done(run=job.occasion.run, plan=Plan())
    paths: dict[str, list[str]] = {}
    for item, link, ticket in undoing.close:
        if item.id not in undoing.begun:
            data = {"key": ticket.key, "run": undoing.run, "scope": link.scope, "ticket": link.ticket}
            records: list[Record] = [
                replace(link, retired=True),
                replace(item, ignored=f"taken back with run {undoing.run}"),
                job.occasion.event(EventKind.TAKEN_BACK, item.id, data),
            ]
            job.commit(records)
        paths.setdefault(undoing.places.get(item.id, item.document), []).append(item.id)
    publishing = Publishing(job)
    for path, ids in paths.items():
        if job.source.exists(path):
            _take_out(job, path, ids, done, publishing)
        else:
            done.said.append(f"{path} is gone, and its links are in no known document: none taken out.")
            job.commit(_forgotten(job, ids))
    done.unpublished(publishing.end())
    done.troubled(job.remotes.troubles)
    for _, link, ticket in undoing.close:
        if ticket.state.closed:
            continue
        try:
            with job.world.hold():  # a signal waits until the ledger knows
                closed = job.trackers.get(link.scope).update(ticket.id, Change(state=State.DROPPED))
                job.commit([record_of(link.scope, closed)])
        except ConnectorError as error:
            done.failures.append(f"{ticket.key} is still open: {error} Run `undo {undoing.run}` again.")
    return remember(job, done, job.occasion.now)


def _take_out(job: Job, path: str, ids: Sequence[str], done: Done, publishing: Publishing) -> None:
    """Our links of these items out of one document."""
    try:
        opened = open_document(job.source, path, named=True, settings=job.settings, today=job.today)
        wanted = [
            Wanted(place=seen.item.place, id=mark.id, words=None)
            for seen in opened.reading.items
            for mark in seen.marks
            if mark.id in ids
        ]
        result = rewrite(opened.document, wanted)
        if result.edits:
            job.source.write(path, result.data, opened.reading.version)
            job.world.step("document written")
            done.taken_out.append(path)
        publishing.written(path, _forgotten(job, ids), waits=False)
    except (SourceError, Unreadable, Altered) as error:
        done.not_written(path, error)


def _forgotten(job: Job, ids: Sequence[str]) -> list[Record]:
    """The bases of the items, without links."""
    bases = job.ledger.snapshot().bases
    return [replace(bases[id], words=None, target=None) for id in ids if id in bases]
