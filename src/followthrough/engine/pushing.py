"""Carry edits of documents into their tickets: one update each, then what the ticket reads by then.

An update that was sent and not recorded is found by the next run: document and ticket agree then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from followthrough.connector import Change, ConnectorError, RateLimited, Ticket, Unauthorized
from followthrough.engine.job import Job
from followthrough.engine.writing import recent_runs
from followthrough.ledger import Base, EventKind, Part, Record
from followthrough.planning import freezing
from followthrough.planning.learning import record_of
from followthrough.planning.plan import Push
from followthrough.planning.refreshing import changes


@dataclass(slots=True)
class Carried:
    """What became of the pushes of one run."""

    done: list[Push] = field(default_factory=list)
    failed: list[tuple[Push, str]] = field(default_factory=list)
    later: dict[str, str] = field(default_factory=dict)
    """Scopes that asked to be left alone for a while, and their words."""


def push_edits(job: Job, pushes: Sequence[Push]) -> Carried:
    """Send each push once; one that is refused stops no other, a tracker that is out stops its own."""
    carried, recent = Carried(), recent_runs(job) if pushes else []
    closed: dict[str, str] = {}
    for number, push in enumerate(pushes, start=1):
        if push.scope in closed or push.scope in carried.later:
            continue
        if job.budget.is_over:
            carried.later[push.scope] = "The time given is over; the next run pushes the rest."
            continue
        with job.world.hold():
            _push(job, push, carried, closed, recent)
        job.progress("Pushing", number, len(pushes))
    return carried


def _push(job: Job, push: Push, carried: Carried, closed: dict[str, str], recent: Sequence[str]) -> None:
    try:
        ticket = job.trackers.get(push.scope).update(push.ticket, _change(push))
    except RateLimited as error:
        carried.later[push.scope] = str(error)
    except ConnectorError as error:
        if isinstance(error, Unauthorized):
            job.trackers.refused.append(push.scope)
            closed[push.scope] = str(error)
        carried.failed.append((push, str(error)))
    else:
        job.world.step("pushed")
        job.commit(_learnt(job, push, ticket, recent))
        job.world.step("push recorded")
        carried.done.append(push)


def _change(push: Push) -> Change:
    return replace(Change(), **{push.field: push.after})  # type: ignore[arg-type]  # by the field's name


def _learnt(job: Job, push: Push, ticket: Ticket, recent: Sequence[str]) -> list[Record]:
    """The ticket as read back, what happened to it, and that both sides agree now."""
    snapshot = job.ledger.snapshot(Part(items=[push.item]))
    old = snapshot.tickets.get((push.scope, push.ticket))
    new = record_of(push.scope, ticket, old)
    occasion = replace(job.occasion, now=job.world.now())
    data = {"key": ticket.key, "field": push.field, "from": _plain(push.before), "to": _plain(push.after)}
    records: list[Record] = [new, occasion.event(EventKind.PUSHED, push.item, data)]
    records += changes(old, new, push.item, occasion)
    item = snapshot.items[push.item]
    base = snapshot.bases.get(push.item, Base(item=push.item))
    history = freezing.written(base, [freezing.of_push(push)], job.occasion.run, recent)
    base = replace(base, history=history)
    match push.field:
        case "state":
            records.append(replace(base, ticked=ticket.state.value == "done"))
        case "title":
            records.append(replace(base, text=item.text, ticket_title=ticket.title))
        case "due":
            records.append(replace(base, due=item.due, ticket_due=ticket.due))
            records += [
                replace(link, target=None)
                for link in snapshot.links.get(push.item, ())
                if (link.scope, link.ticket, link.target) == (push.scope, push.ticket, ticket.due)
            ]
        case "assignee":
            records.append(replace(base, owner=item.owner, ticket_assignee=ticket.assignee))
    return records


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
