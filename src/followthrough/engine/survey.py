"""Look at everything, change nothing: readings, tickets and ledger in, a plan out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from followthrough.engine.job import Job
from followthrough.engine.reading import read
from followthrough.engine.trackers import Question
from followthrough.ledger import IntentStatus, Snapshot
from followthrough.planning import following
from followthrough.planning.filing import Rules
from followthrough.planning.planner import Planned, Situation, make_plan
from followthrough.planning.pushing import Wish
from followthrough.planning.readings import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a command wants planned."""

    paths: Sequence[tuple[str, bool]]
    """Documents relative to the root, and whether each was named by hand."""
    rules: Rules
    filing: bool = True
    offline: bool = False
    confirmed: bool = False
    push: frozenset[str] = frozenset()
    """Items whose edits are to be carried into their tickets, whatever the settings say."""
    excluded: Sequence[str] = ()
    """Files that `exclude` leaves out, to be told."""


def survey(job: Job, request: Request) -> Planned:
    """Read the documents, ask the trackers, plan.

    A listing of a tracker is asked for only where something is to be filed, or an answer is out.
    """
    readings = list(_readings(job, request.paths))
    snapshot = job.ledger.snapshot()
    readings = [_kept(reading, snapshot) for reading in readings]
    situation = Situation(
        readings=readings,
        snapshot=snapshot,
        scopes=job.trackers.unasked(),
        rules=request.rules,
        default_scope=job.settings.default_scope(),
        namespace=job.namespace,
        occasion=job.occasion,
        exists=job.source.exists,
        document_url=job.document_url,
        resolve=job.trackers.resolve,
        fallbacks=job.office.fallbacks,
        route=job.office.route,
        assign=job.office.assign,
        today=job.today,
        remarks=_remarks(job, request, snapshot),
        filing=request.filing,
        wish=Wish(fields=frozenset(job.settings.sync.push)),
        most_changes=job.settings.brakes.most_changes,
        confirmed=request.confirmed,
        excluded=request.excluded,
    )
    planned = make_plan(situation)
    questions = {} if request.offline else _questions(job, snapshot, planned)
    if not (questions or request.push):
        return planned
    wish = replace(situation.wish, items=request.push)  # only now: a name may be one that a tracker tells
    views = job.trackers.look(questions)
    # The trackers have told their time by now: where the clocks differ, no wait is over too early.
    occasion = replace(job.occasion, now=job.trackers.earliest(job.occasion.now))
    scopes = {**situation.scopes, **views}
    return make_plan(replace(situation, wish=wish, scopes=scopes, occasion=occasion))


def _remarks(job: Job, request: Request, snapshot: Snapshot) -> list[str]:
    """What everybody should know before the plan."""
    remarks = []
    if request.filing and job.namespace_is_local:
        remarks.append(
            "Ids are derived from this folder's path: on another machine they would be others. "
            'A line `namespace = "…"` in followthrough.toml makes them the same everywhere.'
        )
    read = {path for path, _ in request.paths}
    vanished = [path for path in snapshot.documents if path not in read and not job.source.exists(path)]
    if vanished and not any(named for _, named in request.paths):
        names = ", ".join(vanished[:3]) + ("…" if len(vanished) > 3 else "")
        remarks.append(f"Gone from disk: {names}. Tickets of measures there stay as they are.")
    return remarks


def _readings(job: Job, paths: Sequence[tuple[str, bool]]) -> Iterable[Reading]:
    for number, (path, named) in enumerate(paths, start=1):
        yield read(job.source, path, named=named, settings=job.settings, today=job.today)
        job.progress("Reading documents", number, len(paths))


def _kept(reading: Reading, snapshot: Snapshot) -> Reading:
    """A document that a folder or glob found counts only if it looks like a postmortem, or is known."""
    if reading.named or reading.looks_like_postmortem or reading.path in snapshot.documents:
        return reading
    return replace(reading, items=())


def _questions(job: Job, snapshot: Snapshot, planned: Planned) -> dict[str, Question]:
    """What to ask the trackers: tickets of the items in sight, references in their text, listings."""
    questions: dict[str, Question] = {}
    ids = {line.id for line in planned.plan.known} | {record.id for record in planned.identified.gone}
    for id in ids:
        for link in snapshot.links.get(id, ()):
            questions.setdefault(link.scope, Question()).ids.add(link.ticket)
    for scope, keys in following.wanted(planned.plan.known, snapshot, job.trackers.resolve).items():
        questions.setdefault(scope, Question()).keys |= keys
    for scope in _listings_wanted(snapshot, planned):
        questions.setdefault(scope, Question()).listing = True
    return questions


def _listings_wanted(snapshot: Snapshot, planned: Planned) -> set[str]:
    """Scopes to be listed whole: before anything is filed there, and where an answer is out."""
    filing = {step.scope for step in planned.plan.creates if step.scope}
    waiting = {
        intent.scope
        for line in planned.plan.known
        if (intent := snapshot.intents.get(line.id))
        and intent.status in (IntentStatus.PENDING, IntentStatus.UNKNOWN)
    }
    strange = any(mark.id not in snapshot.links for line in planned.plan.known for mark in line.seen.marks)
    # Whose a mark is that the ledger does not know, only a tracker can tell.
    return filing | waiting | (set(planned.plan.trackers) if strange else set())
