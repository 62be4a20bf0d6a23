"""The last look before a create without an answer is sent again: what it shows is adopted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from followthrough.connector import Ticket
from followthrough.engine.job import Job
from followthrough.ledger import Record, Relation, Snapshot
from followthrough.planning.learning import linked
from followthrough.planning.plan import Step

PACE = timedelta(seconds=2)
"""Between two signs that we are still waiting."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the last look left to be created, and what it found."""

    steps: Sequence[Step]
    found: Sequence[tuple[Step, Ticket]] = ()


def last_look(job: Job, scope: str, steps: Sequence[Step], snapshot: Snapshot) -> Look:
    """Look once more for creates that had no answer, a minute or more after the look before.

    An issue of somebody else with our marker is left to the next plan, which asks. Raises
    :class:`followthrough.connector.ConnectorError`: then nothing was sent.
    """
    unsure = {step.item: step.confirm_at for step in steps if step.confirm_at is not None}
    if not unsure:
        return Look(steps)
    _wait(job, max(unsure.values()))
    at = job.world.now()
    listing = job.trackers.listing(scope)
    occasion = replace(job.occasion, now=at)
    records: list[Record] = []
    found: list[tuple[Step, Ticket]] = []
    seen: set[str] = set()
    for step in steps:
        if step.item not in unsure:
            continue
        intent, tickets = snapshot.intents[step.item], listing.owned.get(step.item, ())
        if tickets:
            ticket = min(tickets, key=lambda one: (one.state.closed, one.created, one.id))
            records += linked(
                step.item, scope, ticket, intent, Relation.ADOPTED, occasion, step.due, step.values
            )
            found.append((step, ticket))
            seen.add(step.item)
        elif step.item in listing.strangers:
            seen.add(step.item)
        else:
            records.append(replace(intent, clean_listings=(*intent.clean_listings, at)))
    job.commit(records)
    job.world.step("looked again")
    return Look([step for step in steps if step.item not in seen], found)


def _wait(job: Job, until: datetime) -> None:
    """Sleep until a time, in steps that show how long it still takes."""
    begun = job.world.now()
    whole = int((until - begun).total_seconds())
    while (left := (until - job.world.now()).total_seconds()) > 0:
        done = int((job.world.now() - begun).total_seconds())
        job.progress("Waiting for a last look before a create is sent again", done, whole)
        job.world.sleep(min(left, PACE.total_seconds()))
