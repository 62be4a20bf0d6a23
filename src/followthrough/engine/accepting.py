"""What people decide about risks: take one until a day, or take that back."""

from __future__ import annotations

from datetime import date

from followthrough.engine.decisions import Refusal
from followthrough.engine.job import Job
from followthrough.engine.running import Done, remember
from followthrough.engine.survey import Request, survey
from followthrough.ledger import Acceptance, EventKind, ItemRecord
from followthrough.planning.planner import Planned
from followthrough.planning.rules import NoSuchItem, all_names_of
from followthrough.policy.acceptance import ended, in_force


def accept(job: Job, request: Request, item: str, *, until: date, reason: str, by: str) -> Done:
    """Remember that a measure need not be done before a day. One that was accepted before is replaced.

    Raises :class:`Refusal` where nothing is left to be accepted, :class:`NoSuchItem`.
    """
    planned = survey(job, request)
    record, place = _item(planned, item)
    ticket = planned.snapshot.ticket_of(record.id)
    state = ticket.state if ticket else record.state
    if state.closed:
        raise Refusal(f"{_name(place, planned, record)} is {state.words}: there is no risk left to accept.")
    now = job.occasion.now
    before = ended(job.ledger.acceptances(), record.id, now)
    taken = Acceptance(item=record.id, since=now, until=until, reason=reason, by=by)
    data = {"until": until.isoformat(), "reason": reason, "by": by}
    job.learn(planned, *before, taken, job.occasion.event(EventKind.ACCEPTED, record.id, data))
    done = Done(run=job.occasion.run, plan=planned.plan)
    done.said.append(
        f"{_name(place, planned, record)}: {by} accepts the risk until {until.isoformat()} ({reason}). "
        f"Until then it is not late, and on that day it counts again. "
        f"Take it back: `followthrough accept {ticket.key if ticket else place} --revoke`."
    )
    return remember(job, done, now)


def revoke(job: Job, request: Request, item: str) -> Done:
    """End an acceptance before its day.

    Raises :class:`Refusal` where none is in force, :class:`NoSuchItem`.
    """
    planned = survey(job, request)
    record, place = _item(planned, item)
    known = job.ledger.acceptances()
    held = in_force(known, job.today, job.day_of).get(record.id)
    if held is None:
        raise Refusal(f"{_name(place, planned, record)} is no accepted risk now; nothing was done.")
    now = job.occasion.now
    data = {"until": held.until.isoformat(), "reason": held.reason, "by": held.by}
    event = job.occasion.event(EventKind.REVOKED, record.id, data)
    job.learn(planned, *ended(known, record.id, now), event)
    done = Done(run=job.occasion.run, plan=planned.plan)
    done.said.append(
        f"{_name(place, planned, record)} is no accepted risk any more and counts from today on."
    )
    return remember(job, done, now)


def _item(planned: Planned, item: str) -> tuple[ItemRecord, str]:
    """The measure that a person means, and where it stands; also one whose line is gone, by id or key."""
    items = planned.snapshot.items
    for line in planned.plan.known:
        if line.trouble is None and line.id in items and item in all_names_of(line, planned.snapshot):
            return items[line.id], f"{line.path}:{line.seen.item.line}"
    for record in items.values():
        if item == record.id or any(item == one.key for one in planned.snapshot.tickets_of(record.id)):
            return record, f"{record.document}:{record.line}"
    raise NoSuchItem(f"{item}: no measure is there. `followthrough plan` shows them.")


def _name(place: str, planned: Planned, record: ItemRecord) -> str:
    ticket = planned.snapshot.ticket_of(record.id)
    return f"{place} ({ticket.key})" if ticket else place
