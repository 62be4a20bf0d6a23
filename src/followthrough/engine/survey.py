"""Look at everything, change nothing: readings, tickets and ledger in, a plan out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from followthrough.engine.job import Job
from followthrough.engine.reading import kept, read
from followthrough.engine.sifting import Sifted, sift
from followthrough.engine.trackers import Question
from followthrough.ledger import IntentStatus, Snapshot
from followthrough.planning import following
from followthrough.planning.filing import Rules
from followthrough.planning.identity import Evidence, identify
from followthrough.planning.planner import Planned, Situation, make_plan
from followthrough.planning.pushing import Wish
from followthrough.planning.readings import Reading, ScopeView


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
    at_once: int | None = None
    """Look at so many documents at once, and give only counts of those that nothing is to be done with:
    for large nightly runs. ``None`` plans all of them together."""


def survey(job: Job, request: Request) -> Planned:
    """Read the documents, ask the trackers, plan.

    A listing of a tracker is asked for only where something is to be filed, or an answer is out.
    """
    sifted = Sifted(request.paths)
    if request.at_once and not (request.push or request.offline):
        sifted = sift(job, request.paths, request.at_once, _situation(job, request), _edition(job, request))
    situation = _in_sight(job, request, sifted)
    planned = make_plan(situation)
    questions = {} if request.offline else _questions(job, situation.snapshot, planned)
    questions |= {scope: Question() for scope in job.trackers.failed if scope not in questions}
    if not (questions or request.push):
        return planned
    views = job.trackers.look(questions)
    listings = [view for view in views.values() if view.owned is not None]
    if listings and sifted.quiet:
        situation = _listed(job, request, sifted, listings)
    wish = replace(situation.wish, items=request.push)  # only now: a name may be one that a tracker tells
    return make_plan(replace(situation, wish=wish, scopes={**situation.scopes, **views}))


def _situation(job: Job, request: Request) -> Situation:
    """What is to be planned, without documents and ledger."""
    return Situation(
        readings=(),
        snapshot=Snapshot(),
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
        filing=request.filing,
        wish=Wish(fields=frozenset(job.settings.sync.push)),
        most_changes=job.settings.brakes.most_changes,
        confirmed=request.confirmed,
        excluded=request.excluded,
    )


def _edition(job: Job, request: Request) -> str:
    """Names what of settings and options planning a document rests on."""
    rules = request.rules
    parts = (job.settings.model_dump_json(), job.namespace, rules.since, sorted(rules.ready), rules.kinds)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _in_sight(job: Job, request: Request, sifted: Sifted, whole: Snapshot | None = None) -> Situation:
    """The documents that are not quiet, and what the ledger holds of all others.

    A quiet document is read all the same where one of the others carries a link of its, or has a line
    that would be given an id of its.
    """
    while True:
        readings = list(_readings(job, sifted))
        if sifted.wake(job, {mark.id for one in readings for seen in one.items for mark in seen.marks}):
            continue
        snapshot = whole or job.ledger.snapshot(sifted.part)
        readings = [kept(reading, snapshot) for reading in readings]
        if not sifted.quiet:
            break
        found = identify(readings, snapshot, job.namespace, exists=job.source.exists).known
        if not sifted.wake(job, {line.id for line in found if line.evidence is Evidence.NEW}):
            break
    others = sifted.elsewhere if whole is None else replace(sifted.elsewhere, tracked={})
    return replace(
        _situation(job, request),
        readings=readings,
        snapshot=snapshot,
        remarks=_remarks(job, request, snapshot),
        quiet=dict(sifted.quiet),
        elsewhere=others,
    )


def _listed(job: Job, request: Request, sifted: Sifted, views: Iterable[ScopeView]) -> Situation:
    """With the whole ledger, beside a listing, which may hold issues of measures in quiet documents."""
    whole = job.ledger.snapshot()
    ids = {id for view in views for id in (*(view.owned or ()), *view.strangers)}
    sifted.wake(job, {id for id in ids if id not in whole.links})
    return _in_sight(job, request, sifted, whole)


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


def _readings(job: Job, sifted: Sifted) -> Iterable[Reading]:
    paths = list(sifted.loud)
    for number, (path, named) in enumerate(paths, start=1):
        if path not in sifted.readings:
            reading = read(job.source, path, named=named, settings=job.settings, today=job.today)
            sifted.readings[path] = reading
            job.progress("Reading documents", number, len(paths))
        yield sifted.readings[path]


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
