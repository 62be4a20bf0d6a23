"""What people decide by hand: adopt, ignore, move, undo. Each is safe to repeat after a kill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from followthrough.connector import Change, ConnectorError, NotFound, State, Ticket
from followthrough.documents import Altered, Unreadable, Wanted, rewrite
from followthrough.engine.filing import file_tickets
from followthrough.engine.job import Job
from followthrough.engine.reading import open_document
from followthrough.engine.running import Done, remember
from followthrough.engine.survey import Request, survey
from followthrough.engine.writing import write_documents
from followthrough.ledger import (
    EventKind,
    IntentStatus,
    ItemRecord,
    Link,
    Record,
    Relation,
    Snapshot,
    TicketRecord,
)
from followthrough.model import Reference
from followthrough.planning.filing import NoSuchItem, all_names_of, retry_at
from followthrough.planning.identity import Known
from followthrough.planning.learning import linked, record_of
from followthrough.planning.plan import Action, Plan
from followthrough.planning.planner import Planned
from followthrough.sources import Changed, SourceError

UNTOUCHED = timedelta(minutes=5)
"""Our own additions right after a create move an issue's ``updated`` by less than this."""


class Refusal(Exception):
    """What was asked for is not possible now: a sentence with the next step."""


def adopt(job: Job, request: Request, key: str, item: str) -> Done:
    """Link an item to an issue that exists already; the issue is not changed.

    Raises :class:`Refusal`, :class:`NoSuchItem` or :class:`followthrough.connector.NotFound`.
    """
    planned = survey(job, request)
    line = _line(planned, item)
    own = [link for link in planned.snapshot.links.get(line.id, ()) if link.relation is not Relation.FOLLOWED]
    scope, ticket = _ticket(job, key)
    if own and (own[0].scope, own[0].ticket) != (scope, ticket.id):
        raise Refusal(f"{item} has a ticket already. Take it back with `undo`, or use `move`.")
    intent = planned.snapshot.intents.get(line.id)
    records = linked(line.id, scope, ticket, intent, Relation.ADOPTED, job.occasion) if not own else []
    job.commit([*planned.records, *records])
    written = write_documents(job, planned.plan, [line.path])
    return remember(job, Done(run=job.occasion.run, plan=planned.plan, written=written), job.occasion.now)


def ignore(job: Job, request: Request, item: str, reason: str) -> Done:
    """Remember that an item is no measure, or is not to be filed; naming it by hand files it all the same.

    Raises :class:`Refusal` where it has a ticket, :class:`NoSuchItem`.
    """
    planned = survey(job, request)
    line = _line(planned, item)
    if planned.snapshot.links.get(line.id):
        raise Refusal(f"{item} has a ticket. Close that as won't do, or take it back with `undo`.")
    record = replace(planned.snapshot.items[line.id], ignored=f"ignored: {reason}")
    event = job.occasion.event(EventKind.IGNORED, line.id, {"reason": reason})
    job.commit([*planned.records, record, event])
    return remember(job, Done(run=job.occasion.run, plan=planned.plan), job.occasion.now)


def move(job: Job, request: Request, item: str, scope: str) -> Done:
    """File an item of one tracker in another, replace our link, close the old ticket with a pointer.

    Raises :class:`Refusal` or :class:`NoSuchItem`.
    """
    planned = survey(job, replace(request, rules=replace(request.rules, moving=(item, scope))))
    line = _line(planned, item)
    links = planned.snapshot.links.get(line.id, ())
    old = [link for link in links if link.scope != scope]
    there = [link for link in links if link.scope == scope]
    if planned.plan.brakes:
        raise Refusal(planned.plan.brakes[0].message)
    if not there:
        _movable(planned, line, item)
    job.commit(planned.records)
    done = Done(run=job.occasion.run, plan=planned.plan)
    if not there:
        step = next(step for step in planned.plan.steps if step.item == line.id)
        if step.action is not Action.FILE:
            done.failures.append(f"{item} was not moved: {step.reason}")
            return remember(job, done, job.occasion.now)
        intent = planned.snapshot.intents.get(line.id)
        waiting = intent is not None and intent.scope == scope and intent.status is not IntentStatus.REFUSED
        if waiting and intent is not None and retry_at(intent, planned.scopes[scope]) > job.world.now():
            raise Refusal(f"An answer from {scope} is still out for {item}. Try again later.")
        done.filed = file_tickets(job, planned.plan, planned.snapshot)
        done.failures += [f"{where}: {reason}" for where, reason in done.filed.stopped.items()]
        done.credentials_refused = bool(job.trackers.refused)
    if done.filed.created or there:
        _retire(job, line, old, done)
    done.written = write_documents(job, planned.plan, [line.path])
    return remember(job, done, job.occasion.now)


def _movable(planned: Planned, line: Known, item: str) -> None:
    """Raises :class:`Refusal` for what is not ours to move, or is finished."""
    links = planned.snapshot.links.get(line.id, ())
    ticket = planned.snapshot.ticket_of(line.id)
    if not links or ticket is None:
        raise Refusal(f"{item} has no ticket to move. `file --item {item}` files it.")
    if any(link.relation is Relation.FOLLOWED for link in links):
        raise Refusal(f"{item} follows {ticket.key}, which stands in its text and is not ours to close.")
    if ticket.state.closed:
        raise Refusal(f"{ticket.key} is {ticket.state.words}: there is nothing left to move.")


def _retire(job: Job, line: Known, old: Sequence[Link], done: Done) -> None:
    """The new ticket stands: close the old ones, then stop following them. To be repeated where one fails."""
    snapshot = job.ledger.snapshot()
    new = _newest(snapshot, line.id, old)
    if new is not None and new.state.closed:  # a tracker that takes our id gives back what we closed there
        job.commit(
            [record_of(new.scope, job.trackers.get(new.scope).update(new.id, Change(state=State.OPEN)))]
        )
    for link in old:
        change = Change(state=State.DROPPED)
        if new is not None:
            change = replace(change, backlink=new.url or new.key)
        try:
            closed = job.trackers.get(link.scope).update(link.ticket, change)
        except ConnectorError as error:
            done.failures.append(f"{link.scope}: the old ticket is still open: {error} Run `move` again.")
            continue
        data = {"from": closed.key, "to": new.key if new else None}
        job.commit(
            [
                record_of(link.scope, closed),
                replace(link, retired=True),
                job.occasion.event(EventKind.MOVED, line.id, data),
            ]
        )


def _newest(snapshot: Snapshot, item: str, old: Sequence[Link]) -> TicketRecord | None:
    gone = {(link.scope, link.ticket) for link in old}
    left = [ticket for ticket in snapshot.tickets_of(item) if (ticket.scope, ticket.id) not in gone]
    return left[0] if left else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What ``undo`` would do: issues to be closed, and issues that are left as they are."""

    run: str
    close: tuple[tuple[ItemRecord, Link, Ticket], ...]
    keep: tuple[tuple[ItemRecord, str, str], ...]
    """Item, key and the reason why its issue is kept."""
    begun: frozenset[str] = frozenset()
    """Items that an earlier ``undo`` of the run took back in the ledger before it was stopped."""


def plan_undo(job: Job, run: str) -> Undoing:
    """Look at what a run filed. Raises :class:`Refusal` where it filed nothing."""
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
    for link in sorted(links, key=lambda link: (link.scope, len(link.ticket), link.ticket)):
        ticket = job.trackers.get(link.scope).fetch([link.ticket]).get(link.ticket)
        item = snapshot.items[link.item]
        if ticket is None:
            keep.append((item, link.ticket, "it is not to be found in its tracker"))
        elif item.id in begun:
            if item.id in left or not ticket.state.closed:
                close.append((item, link, ticket))
        elif (
            ticket.state is State.OPEN
            and item.id not in changed
            and ticket.updated - ticket.created <= UNTOUCHED
        ):
            close.append((item, link, ticket))
        else:
            keep.append((item, ticket.key, "somebody has changed it; close it there if you want"))
    return Undoing(run=run, close=tuple(close), keep=tuple(keep), begun=frozenset(begun))


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
        paths.setdefault(item.document, []).append(item.id)
    for path, ids in paths.items():
        _take_out(job, path, ids, done)
    for _, link, ticket in undoing.close:
        if ticket.state.closed:
            continue
        try:
            closed = job.trackers.get(link.scope).update(ticket.id, Change(state=State.DROPPED))
            job.commit([record_of(link.scope, closed)])
        except ConnectorError as error:
            done.failures.append(f"{ticket.key} is still open: {error} Run `undo {undoing.run}` again.")
    return remember(job, done, job.occasion.now)


def _take_out(job: Job, path: str, ids: Sequence[str], done: Done) -> None:
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
        bases = job.ledger.snapshot().bases
        job.commit([replace(bases[id], words=None, target=None) for id in ids if id in bases])
    except Changed:
        done.written.changed.append(path)
    except (SourceError, Unreadable, Altered) as error:
        done.failures.append(str(error))


def _line(planned: Planned, item: str) -> Known:
    """The item that a person means by an id, a ticket's key or ``PATH:LINE``."""
    for line in planned.plan.known:
        if line.trouble is None and item in all_names_of(line, planned.snapshot):
            return line
    raise NoSuchItem(f"{item}: no measure is there. `followthrough plan` shows them.")


def _ticket(job: Job, key: str) -> tuple[str, Ticket]:
    """The issue that a URL, ``TRACKER:KEY`` or a key names."""
    name, _, rest = key.partition(":")
    if name in job.settings.scopes():
        scope, wanted = name, rest
    else:
        found = job.trackers.resolve(Reference(key, key if "://" in key else None))
        if found is None:
            known = ", ".join(job.settings.scopes())
            raise Refusal(
                f"{key}: no configured tracker knows such a key. Write TRACKER:KEY; trackers: {known}."
            )
        scope, wanted = found
    ticket = job.trackers.get(scope).fetch([wanted]).get(wanted)
    if ticket is None:
        raise NotFound(f"{key}: {scope} has no such issue, or hides it from us.", hint="Check the key.")
    return scope, ticket
