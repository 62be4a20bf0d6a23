"""What people decide by hand about one item: adopt, ignore, move. Each is safe to repeat after a kill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from followthrough.connector import Change, ConnectorError, NotFound, State, Ticket
from followthrough.engine.filing import file_tickets
from followthrough.engine.job import Job
from followthrough.engine.running import Done, remember
from followthrough.engine.survey import Request, survey
from followthrough.engine.writing import write_documents
from followthrough.ledger import (
    EventKind,
    IntentStatus,
    Link,
    Relation,
    Snapshot,
    TicketRecord,
)
from followthrough.model import Reference
from followthrough.planning.identity import Known
from followthrough.planning.learning import linked, record_of
from followthrough.planning.plan import Action
from followthrough.planning.planner import Planned
from followthrough.planning.protocol import again
from followthrough.planning.rules import NoSuchItem, all_names_of


class Refusal(Exception):
    """What was asked for is not possible now: a sentence with the next step."""


def adopt(job: Job, request: Request, key: str, item: str) -> Done:
    """Link an item to an issue that exists already; the issue is not changed.

    Raises :class:`Refusal`, :class:`NoSuchItem` or :class:`followthrough.connector.NotFound`.
    """
    planned = survey(job, request)
    line = _line(planned, item)
    own = [link for link in planned.snapshot.links.get(line.id, ()) if link.relation.ours]
    scope, ticket = _ticket(job, key)
    if own and (own[0].scope, own[0].ticket) != (scope, ticket.id):
        raise Refusal(f"{item} has a ticket already. Take it back with `undo`, or use `move`.")
    intent = planned.snapshot.intents.get(line.id)
    records = linked(line.id, scope, ticket, intent, Relation.ADOPTED, job.occasion) if not own else []
    job.learn(planned, *records)
    done = Done(run=job.occasion.run, plan=planned.plan)
    _write(job, planned, line, done)
    done.said.append(
        f"{_place(line)} is linked to {ticket.key} already; nothing was done."
        if own
        else f"{_place(line)} is linked to {ticket.key} ({ticket.state.words}) and follows it from now on. "
        "The issue was not changed."
    )
    return remember(job, done, job.occasion.now)


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
    job.learn(planned, record, event)
    done = Done(run=job.occasion.run, plan=planned.plan)
    place = _place(line)
    done.said.append(
        f"{place} is ignored and will not be filed: {reason}. Undo: `followthrough file --item {place}`."
    )
    return remember(job, done, job.occasion.now)


def move(job: Job, request: Request, item: str, scope: str) -> Done:
    """File an item of one tracker in another, replace our link, close the old ticket with a pointer.

    Raises :class:`Refusal` or :class:`NoSuchItem`.
    """
    planned = survey(job, replace(request, rules=replace(request.rules, moving=(item, scope))))
    done = Done(run=job.occasion.run, plan=planned.plan)
    now = _moved_before(job, planned, item, scope)
    if now is not None:
        done.said.append(f"{item} was moved to {scope} already, it is {now.key} there; nothing was done.")
        return remember(job, done, job.occasion.now)
    line = _line(planned, item)
    links = planned.snapshot.links.get(line.id, ())
    old = [link for link in links if link.scope != scope]
    there = [link for link in links if link.scope == scope]
    for brake in planned.plan.brakes:
        if brake.scope in {scope, *(link.scope for link in links)}:
            raise Refusal(brake.message)
    if not there:
        _movable(planned, line, item)
    job.learn(planned)
    if not there and not _file_there(job, planned, line, item, scope, done):
        return remember(job, done, job.occasion.now)
    if done.filed.created or there:
        _retire(job, line, old, done)
    _write(job, planned, line, done)
    ticket = job.ledger.snapshot().ticket_of(line.id)
    if there and not old and ticket is not None:
        done.said.append(f"{_place(line)} is in {scope} already, as {ticket.key}; nothing was done.")
    return remember(job, done, job.occasion.now)


def _write(job: Job, planned: Planned, line: Known, done: Done) -> None:
    """Bring the item's document up to date; a place that takes nothing at present is told."""
    done.written = write_documents(job, planned.plan, [line.path])
    if done.written.held_back:
        done.troubled(job.remotes.troubles)


def _moved_before(job: Job, planned: Planned, item: str, scope: str) -> TicketRecord | None:
    """The ticket that the one of this key became, where it was moved to that scope.

    Raises :class:`Refusal` where it was moved to another one.
    """
    if any(item in all_names_of(line, planned.snapshot) for line in planned.plan.known):
        return None
    moves = [one for one in job.ledger.events() if one.kind is EventKind.MOVED and one.data["from"] == item]
    ticket = planned.snapshot.ticket_of(moves[-1].item) if moves else None
    if ticket is not None and ticket.scope != scope:
        raise Refusal(f"{item} was moved and is {ticket.key} by now. Name that one.")
    return ticket


def _file_there(job: Job, planned: Planned, line: Known, item: str, scope: str, done: Done) -> bool:
    """File the item in its new scope; whether that was tried. Raises :class:`Refusal`."""
    step = next(step for step in planned.plan.steps if step.item == line.id)
    if step.action is not Action.FILE:
        done.failures.append(f"{item} was not moved: {step.reason}")
        return False
    intent = planned.snapshot.intents.get(line.id)
    waiting = intent is not None and intent.scope == scope and intent.status is not IntentStatus.REFUSED
    if waiting and intent is not None and again(intent, planned.scopes[scope], job.world.now()).wait:
        raise Refusal(f"An answer from {scope} is still out for {item}. Try again later.")
    done.filed = file_tickets(job, planned.plan, planned)
    done.failures += [f"{where}: {reason}" for where, reason in done.filed.stopped.items()]
    done.credentials_refused = bool(job.trackers.refused)
    return True


def _movable(planned: Planned, line: Known, item: str) -> None:
    """Raises :class:`Refusal` for what is not ours to move, or is finished."""
    links = planned.snapshot.links.get(line.id, ())
    ticket = planned.snapshot.ticket_of(line.id)
    if not links or ticket is None:
        raise Refusal(f"{item} has no ticket to move. `file --item {item}` files it.")
    if any(not link.relation.ours for link in links):
        raise Refusal(f"{item} follows {ticket.key}, which stands in its text and is not ours to close.")
    if ticket.state.closed:
        raise Refusal(f"{ticket.key} is {ticket.state.words}: there is nothing left to move.")


def _retire(job: Job, line: Known, old: Sequence[Link], done: Done) -> None:
    """The new ticket stands: close the old ones, then stop following them. To be repeated where one fails."""
    snapshot = job.ledger.snapshot()
    new = _newest(snapshot, line.id, old)
    for link in old:
        change = Change(state=State.DROPPED)
        if new is not None:
            change = replace(change, backlink=new.url or new.key)
        try:
            with job.world.hold():  # a signal waits until the ledger knows
                closed = job.trackers.get(link.scope).update(link.ticket, change)
                data = {"from": closed.key, "to": new.key if new else None}
                job.commit(
                    [
                        record_of(link.scope, closed),
                        replace(link, retired=True),
                        job.occasion.event(EventKind.MOVED, line.id, data),
                    ]
                )
        except ConnectorError as error:
            done.failures.append(f"{link.scope}: the old ticket is still open: {error} Run `move` again.")
            continue
        done.said.append(
            f"{_place(line)} moved from {closed.key} to {new.key if new else 'its new ticket'}. "
            f"{closed.key} is closed as won't do and points there."
        )


def _newest(snapshot: Snapshot, item: str, old: Sequence[Link]) -> TicketRecord | None:
    gone = {(link.scope, link.ticket) for link in old}
    left = [ticket for ticket in snapshot.tickets_of(item) if (ticket.scope, ticket.id) not in gone]
    return left[0] if left else None


def _place(line: Known) -> str:
    return f"{line.path}:{line.seen.item.line}"


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
