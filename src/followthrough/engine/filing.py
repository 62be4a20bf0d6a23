"""Create what the plan creates: the intent durable first, then one request, then the record.

Nothing may come between these three, and nothing is ever sent twice in a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
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
from followthrough.engine.budget import PATIENCE, RESENDS, forecast, usual_cost
from followthrough.engine.confirming import last_look
from followthrough.engine.job import Job
from followthrough.ledger import Base, Intent, IntentStatus, Record, Relation, Snapshot, TicketRecord
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
    read_back: set[str] = field(default_factory=set)
    """Created tickets that their connector has looked at again already."""
    notes: list[str] = field(default_factory=list)
    """What trackers did not take of what they created: sentences."""
    proofs: dict[str, Proof] = field(default_factory=dict)
    """Scopes that were filed in for the first time."""
    stopped: dict[str, str] = field(default_factory=dict)
    """Scopes in which filing ended early, and why."""
    later: set[str] = field(default_factory=set)
    """Those of them in which a later run goes on by itself."""


def stop(job: Job, scope: str, error: ConnectorError, filed: Filed) -> None:
    """End filing in a scope; by itself a later run goes on unless its credentials were refused."""
    filed.stopped[scope] = str(error)
    if isinstance(error, Unauthorized):
        job.trackers.refused.append(scope)
    else:
        filed.later.add(scope)


def file_tickets(job: Job, plan: Plan, planned: Planned) -> Filed:
    """Carry out the creates of a plan, scope by scope; one scope that fails does not stop another."""
    filed = Filed()
    steps = sorted(plan.creates, key=lambda step: step.scope or "")
    for scope, group in groupby(steps, key=lambda step: step.scope or ""):
        if planned.scopes[scope].owned is None:
            filed.stopped[scope] = f"{scope} was not listed whole, so nothing is filed there in this run."
            filed.later.add(scope)
            continue
        try:
            look = last_look(job, scope, list(group), planned.snapshot)
        except ConnectorError as error:
            stop(job, scope, error, filed)
            continue
        filed.found += look.found
        _file_scope(job, scope, look.steps, planned.snapshot, filed)
        _read_back(job, scope, filed)
    return filed


def _file_scope(job: Job, scope: str, steps: Sequence[Step], snapshot: Snapshot, filed: Filed) -> None:
    connector = job.trackers.get(scope)
    features = connector.features
    known = snapshot.scopes.get(scope)
    proven = features.idempotent or (known is not None and known.proven_at is not None)
    at, size = 0, 1 if not proven else features.batch
    first = None if proven else _unlisted(scope, snapshot)
    if first is not None:
        _wait_for_listing(scope, first.key, filed)
    elapsed = job.budget.stopwatch()
    while at < len(steps) and scope not in filed.stopped:
        if job.budget.is_over:
            filed.stopped[scope] = _time_over(job, at, len(steps), elapsed())
            filed.later.add(scope)
            break
        if off := job.trackers.off().get(scope):
            filed.stopped[scope] = off
            break
        batch = steps[at : at + size]
        created, unknown = len(filed.created), len(filed.unknown)
        _send(job, connector, scope, batch, snapshot, filed)
        at += len(batch)
        job.progress("Filing", at, len(steps))
        if proven or scope in filed.stopped:
            continue
        if len(filed.created) > created:
            proven = _prove(job, connector, scope, filed.created[-1], filed)
            size = features.batch if proven else 1
        elif len(filed.unknown) > unknown and at < len(steps):
            filed.stopped[scope] = (
                f"The first create in {scope} has no answer, so nothing more is filed there; "
                "a later run looks for it and goes on."
            )
            filed.later.add(scope)


def _unlisted(scope: str, snapshot: Snapshot) -> TicketRecord | None:
    """An issue that was filed in a scope of which no listing has shown any of ours yet."""
    links = (link for links in snapshot.links.values() for link in links if link.scope == scope)
    filed = (snapshot.tickets.get((scope, link.ticket)) for link in links if link.relation is Relation.FILED)
    return next((one for one in filed if one is not None and one.missing_since is None), None)


def _wait_for_listing(scope: str, key: str, filed: Filed) -> None:
    filed.stopped[scope] = (
        f"{key} is not found by its marker yet, so nothing more is filed in {scope}; the next run goes on."
    )
    filed.later.add(scope)


def _time_over(job: Job, done: int, total: int, took: timedelta) -> str:
    """Where filing stopped, and what the rest will take."""
    each = took / done if done else usual_cost(job.ledger.runs())
    rest = forecast(total - done, each, job.budget.limit)
    return (
        f"The time given is over: {done} of {total} measures were taken up, the next run goes on"
        f"{f' ({rest})' if rest else ''}."
    )


def _send(
    job: Job, connector: Connector, scope: str, batch: Sequence[Step], snapshot: Snapshot, filed: Filed
) -> None:
    """File a batch; what the tracker has no time for is sent again after the time it asks for.

    That is no second attempt at something unknown: such an answer says that nothing was created.
    """
    postponed: list[tuple[Step, Refused]] = []
    for number in range(RESENDS + 1):
        with job.world.hold():
            postponed = _file_batch(job, connector, scope, batch, snapshot, filed)
        if not postponed:
            return
        wait = max(refused.retry_after or timedelta() for _, refused in postponed)
        if number == RESENDS or wait > min(PATIENCE, job.budget.left) or scope in filed.stopped:
            break
        job.progress("Waiting because the tracker asks for it", 0, 0)
        job.world.sleep(wait.total_seconds())
        batch = [step for step, _ in postponed]
    filed.stopped.setdefault(scope, postponed[0][1].reason)
    filed.later.add(scope)


def _file_batch(
    job: Job, connector: Connector, scope: str, batch: Sequence[Step], snapshot: Snapshot, filed: Filed
) -> list[tuple[Step, Refused]]:
    """Send a batch once. Returns what was refused only for the moment."""
    intents = [_intent(job, scope, step, snapshot.intents.get(step.item)) for step in batch]
    # What is filed is open: its box was empty then, whatever becomes of ticket and box before the first link.
    agreed = [Base(item=step.item, ticked=False) for step in batch if step.item not in snapshot.bases]
    job.commit([*intents, *agreed])
    job.world.step("intents written")
    # Beside the ledger too, which may be put back to what it was: then nothing in it tells of them.
    job.witness(event="intend", scope=scope, items=[intent.item for intent in intents])
    job.world.step("announced")
    drafts: list[Draft] = [step.draft for step in batch if step.draft is not None]
    outcomes: Sequence[Outcome]
    try:
        outcomes = connector.create(drafts)
    except ConnectorError as error:  # by the seam's contract nothing was sent
        if isinstance(error, Unauthorized):
            job.trackers.refused.append(scope)
        later = error.retry_after if isinstance(error, RateLimited) else None
        if later is None:
            filed.stopped[scope] = str(error)
        outcomes = [Refused(str(error), later)] * len(batch)
    job.world.step("created")
    records: list[Record] = []
    postponed = []
    for step, intent, outcome in zip(batch, intents, outcomes, strict=True):
        settled = _opened(job, connector, scope, outcome)
        records += _settle(job, scope, step, intent, settled, filed)
        if isinstance(settled, Refused) and settled.retry_after is not None:
            postponed.append((step, settled))
    job.commit(records)
    job.world.step("recorded")
    return postponed


def _intent(job: Job, scope: str, step: Step, old: Intent | None) -> Intent:
    return Intent(
        item=step.item,
        scope=scope,
        status=IntentStatus.PENDING,
        attempt=old.attempt + 1 if old else 1,
        at=job.trackers.latest(job.world.now()),
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
        filed.notes += outcome.notes
        if outcome.read_back:
            filed.read_back.add(outcome.ticket.id)
        occasion = replace(job.occasion, now=job.world.now())
        return linked(
            step.item, scope, outcome.ticket, intent, Relation.FILED, occasion, step.due, step.values
        )
    if isinstance(outcome, Refused):
        if outcome.retry_after is None:
            filed.refused.append((step, outcome.reason))
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
                job.note_scopes({scope: {"proven_at": job.world.now()}})
                return True
        except ConnectorError as error:
            stop(job, scope, error, filed)
            return False
        if waited >= PROOF_WAIT:
            filed.proofs[scope] = Proof(ticket.key, int(waited.total_seconds()), found=False)
            _wait_for_listing(scope, ticket.key, filed)
            return False
        job.progress(
            "Waiting until the tracker's listing shows the first issue", int(waited.total_seconds()), 120
        )
        job.world.sleep(PROOF_STEP.total_seconds())
        waited += PROOF_STEP


def _read_back(job: Job, scope: str, filed: Filed) -> None:
    """See the new tickets as a later sync will see them, so that it finds nothing to write."""
    mine = {
        ticket.id: number
        for number, (step, ticket) in enumerate(filed.created)
        if step.scope == scope and ticket.id not in filed.read_back
    }
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
