"""Create what the plan creates: the intent durable first, then one request, then the record.

Nothing may come between these three, and nothing is ever sent twice in a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from followthrough.connector import (
    Change,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Outcome,
    RateLimited,
    Refused,
    State,
    Ticket,
    Unauthorized,
)
from followthrough.engine.job import Job
from followthrough.ledger import Intent, IntentStatus, Record, Relation, Scope, Snapshot
from followthrough.planning.learning import linked, record_of
from followthrough.planning.plan import Plan, Step
from followthrough.planning.planner import Planned

PROOF_WAIT = timedelta(minutes=2)
"""How long the first issue of a new scope may take to be found by its marker."""
PROOF_STEP = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Proof:
    """The wait for the first issue of a scope to be found by its marker."""

    key: str
    seconds: int
    found: bool


@dataclass(slots=True)
class Filed:
    """What became of the creates of one run, each list in the order of the plan."""

    created: list[tuple[Step, Ticket]] = field(default_factory=list)
    refused: list[tuple[Step, str]] = field(default_factory=list)
    unknown: list[tuple[Step, str]] = field(default_factory=list)
    found: list[tuple[Step, Ticket]] = field(default_factory=list)
    """Creates without an answer whose issue the last look did show: adopted, not sent again."""
    proofs: dict[str, Proof] = field(default_factory=dict)
    """Scopes that were filed in for the first time."""
    stopped: dict[str, str] = field(default_factory=dict)
    """Scopes in which filing ended early, and why."""
    later: set[str] = field(default_factory=set)
    """Those of them in which a later run goes on by itself."""


def file_tickets(job: Job, plan: Plan, planned: Planned) -> Filed:
    """Carry out the creates of a plan, scope by scope; one scope that fails does not stop another."""
    filed = Filed()
    steps = sorted(plan.creates, key=lambda step: step.scope or "")
    for scope, group in groupby(steps, key=lambda step: step.scope or ""):
        if planned.scopes[scope].owned is None:
            filed.stopped[scope] = f"{scope} was not listed whole, so nothing is filed there in this run."
            filed.later.add(scope)
            continue
        steps_here = _confirmed(job, scope, list(group), planned.snapshot, filed)
        if scope not in filed.stopped:
            _file_scope(job, scope, steps_here, planned.snapshot, filed)
        _read_back(job, scope, filed)
    return filed


def _confirmed(
    job: Job, scope: str, steps: Sequence[Step], snapshot: Snapshot, filed: Filed
) -> Sequence[Step]:
    """What is to be created once the last look at creates without an answer was taken.

    An issue that it shows is adopted; one of somebody else with its marker is left to the next plan.
    """
    unsure = {step.item: step for step in steps if step.confirm_at is not None}
    if not unsure:
        return steps
    _wait(job, max(step.confirm_at for step in unsure.values() if step.confirm_at is not None))
    at = job.world.now()
    try:
        listing = job.trackers.listing(scope)
    except ConnectorError as error:
        _stop(job, scope, error, filed)
        return ()
    records: list[Record] = []
    seen: set[str] = set()
    occasion = replace(job.occasion, now=at)
    for item, step in unsure.items():
        intent = snapshot.intents[item]
        tickets = listing.owned.get(item, ())
        if tickets:
            ticket = min(tickets, key=lambda one: (one.state.closed, one.created, one.id))
            records += linked(item, scope, ticket, intent, Relation.ADOPTED, occasion, step.due, step.values)
            filed.found.append((step, ticket))
            seen.add(item)
        elif item in listing.strangers:
            seen.add(item)
        else:
            records.append(replace(intent, clean_listings=(*intent.clean_listings, at)))
    job.commit(records)
    job.world.step("looked again")
    return [step for step in steps if step.item not in seen]


def _wait(job: Job, until: datetime) -> None:
    """Sleep until a time, in steps that show how long it still takes."""
    begun = job.world.now()
    whole = int((until - begun).total_seconds())
    while (left := (until - job.world.now()).total_seconds()) > 0:
        done = int((job.world.now() - begun).total_seconds())
        job.progress("Waiting for a last look before a create is sent again", done, whole)
        job.world.sleep(min(left, PROOF_STEP.total_seconds()))


def _stop(job: Job, scope: str, error: ConnectorError, filed: Filed) -> None:
    """End filing in a scope; by itself a later run goes on unless its credentials were refused."""
    filed.stopped[scope] = str(error)
    if isinstance(error, Unauthorized):
        job.trackers.refused.append(scope)
    else:
        filed.later.add(scope)


def _file_scope(job: Job, scope: str, steps: Sequence[Step], snapshot: Snapshot, filed: Filed) -> None:
    connector = job.trackers.get(scope)
    features = connector.features
    known = snapshot.scopes.get(scope)
    proven = features.idempotent or (known is not None and known.proven_at is not None)
    at, size = 0, 1 if not proven else features.batch
    while at < len(steps) and scope not in filed.stopped:
        batch = steps[at : at + size]
        created, unknown = len(filed.created), len(filed.unknown)
        _file_batch(job, connector, scope, batch, snapshot, filed)
        at += len(batch)
        job.progress("Filing", at, len(steps))
        if proven or scope in filed.stopped:
            continue
        if len(filed.created) > created:
            proven = _prove(job, connector, scope, filed.created[-1], filed)
            size = features.batch
        elif len(filed.unknown) > unknown and at < len(steps):
            filed.stopped[scope] = (
                f"The first create in {scope} has no answer, so nothing more is filed there; "
                "a later run looks for it and goes on."
            )
            filed.later.add(scope)


def _file_batch(
    job: Job, connector: Connector, scope: str, batch: Sequence[Step], snapshot: Snapshot, filed: Filed
) -> None:
    intents = [_intent(job, scope, step, snapshot.intents.get(step.item)) for step in batch]
    job.commit(intents)
    job.world.step("intents written")
    drafts: list[Draft] = [step.draft for step in batch if step.draft is not None]
    outcomes: Sequence[Outcome]
    try:
        outcomes = connector.create(drafts)
    except ConnectorError as error:  # by the seam's contract nothing was sent
        if isinstance(error, Unauthorized):
            job.trackers.refused.append(scope)
        filed.stopped[scope] = str(error)
        if isinstance(error, RateLimited):
            filed.later.add(scope)
        outcomes = [Refused(str(error))] * len(batch)
    job.world.step("created")
    records: list[Record] = []
    for step, intent, outcome in zip(batch, intents, outcomes, strict=True):
        records += _settle(job, scope, step, intent, _opened(job, connector, scope, outcome), filed)
    job.commit(records)
    job.world.step("recorded")


def _intent(job: Job, scope: str, step: Step, old: Intent | None) -> Intent:
    return Intent(
        item=step.item,
        scope=scope,
        status=IntentStatus.PENDING,
        attempt=old.attempt + 1 if old else 1,
        at=job.world.now(),
        run=job.occasion.run,
    )


def _opened(job: Job, connector: Connector, scope: str, outcome: Outcome) -> Outcome:
    """A tracker that takes our id gives back the ticket that an ``undo`` or ``move`` closed: open it again.

    Before the link is recorded: whoever is stopped here finds no link, and files the item once more.
    """
    if not isinstance(outcome, Created) or not outcome.ticket.state.closed:
        return outcome
    try:
        ticket = connector.update(outcome.ticket.id, Change(state=State.OPEN))
    except ConnectorError as error:
        if isinstance(error, Unauthorized):
            job.trackers.refused.append(scope)
        return Refused(f"{outcome.ticket.key} is closed and cannot be opened again: {error}")
    job.world.step("opened again")
    return Created(ticket)


def _settle(job: Job, scope: str, step: Step, intent: Intent, outcome: Outcome, filed: Filed) -> list[Record]:
    if isinstance(outcome, Created):
        filed.created.append((step, outcome.ticket))
        occasion = replace(job.occasion, now=job.world.now())
        return linked(
            step.item, scope, outcome.ticket, intent, Relation.FILED, occasion, step.due, step.values
        )
    if isinstance(outcome, Refused):
        filed.refused.append((step, outcome.reason))
        if outcome.retry_after is not None:
            filed.stopped[scope] = outcome.reason
            filed.later.add(scope)
        return [replace(intent, status=IntentStatus.REFUSED, reason=outcome.reason)]
    features = job.trackers.features(scope)
    settle = timedelta() if features.idempotent else features.settle
    filed.unknown.append((replace(step, retry_at=intent.at + settle), outcome.reason))
    return [replace(intent, status=IntentStatus.UNKNOWN, reason=outcome.reason)]


def _prove(job: Job, connector: Connector, scope: str, first: tuple[Step, Ticket], filed: Filed) -> bool:
    """Whether the first issue of a scope is found by its marker; until then no second one is filed."""
    step, ticket = first
    waited = timedelta()
    while True:
        try:
            if any(one.marker == step.item for one in connector.owned()):
                filed.proofs[scope] = Proof(ticket.key, int(waited.total_seconds()), found=True)
                job.commit([Scope(name=scope, proven_at=job.world.now())])
                return True
        except ConnectorError as error:
            _stop(job, scope, error, filed)
            return False
        if waited >= PROOF_WAIT:
            filed.proofs[scope] = Proof(ticket.key, int(waited.total_seconds()), found=False)
            filed.stopped[scope] = (
                f"{ticket.key} is not found by its marker yet, so nothing more is filed in {scope}; "
                "the next run goes on."
            )
            filed.later.add(scope)
            return False
        job.progress(
            "Waiting until the tracker's listing shows the first issue", int(waited.total_seconds()), 120
        )
        job.world.sleep(PROOF_STEP.total_seconds())
        waited += PROOF_STEP


def _read_back(job: Job, scope: str, filed: Filed) -> None:
    """See the new tickets as a later sync will see them, so that it finds nothing to write."""
    mine = {ticket.id: number for number, (step, ticket) in enumerate(filed.created) if step.scope == scope}
    if not mine:
        return
    try:
        found = job.trackers.get(scope).fetch(sorted(mine))
    except ConnectorError:
        return  # the create's own answer stands until the next sync
    records: list[Record] = []
    for id, ticket in found.items():
        step, created = filed.created[mine[id]]
        if ticket != created:
            filed.created[mine[id]] = (step, ticket)
            records.append(record_of(scope, ticket))
    job.commit(records)
    job.world.step("read back")
