"""Look at everything, change nothing: readings, tickets and ledger in, a plan out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from followthrough.engine.delta import ENOUGH, Deltas
from followthrough.engine.job import Job
from followthrough.engine.reading import kept, read
from followthrough.engine.recognising import recognise
from followthrough.engine.sifting import Sifted, sift
from followthrough.engine.trackers import Question
from followthrough.engine.writing import recent_runs
from followthrough.ledger import Part, Snapshot
from followthrough.planning import following
from followthrough.planning.adopting import twins
from followthrough.planning.identity import Evidence, identify
from followthrough.planning.plan import Action
from followthrough.planning.planner import Planned, Situation, make_plan
from followthrough.planning.protocol import FORGETFUL, Recall, is_out
from followthrough.planning.pushing import Wish
from followthrough.planning.readings import Reading, ScopeView
from followthrough.planning.rules import Rules


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
    pages: bool = False
    """Whether the documents of remote places belong to them: they are known only by asking."""
    excluded: Sequence[str] = ()
    """Files that `exclude` leaves out, to be told."""
    whole: bool = False
    """Nothing was named: every known ticket is read, also those of documents that are gone."""
    listing: bool = False
    """Every tracker is listed whole, whether or not anything is to be filed there."""
    at_once: int | None = None
    """Look at so many documents at once, and give only counts of those that nothing is to be done with:
    for large nightly runs. ``None`` plans all of them together."""


def survey(job: Job, request: Request, whole: Snapshot | None = None) -> Planned:
    """Read the documents, ask the trackers, plan.

    A listing of a tracker is asked for only where something is to be filed, or an answer is out.

    With ``whole``, which is all of the ledger, documents that are as the last run left them are not read if
    there is nothing to tell of them, and are in the plan's ``quiet``: for who only looks, offline.
    """
    request = _with_pages(job, request)
    planned = _surveyed(job, request, whole)
    troubles = job.remotes.troubles
    for name, trouble in troubles.items():
        if trouble.refused:
            job.trackers.refused.append(name)
    return replace(
        planned,
        unreachable={**planned.unreachable, **{name: str(trouble) for name, trouble in troubles.items()}},
        come_back=planned.come_back | {name for name, trouble in troubles.items() if trouble.later},
    )


def _with_pages(job: Job, request: Request) -> Request:
    """The same with the documents of remote places, without those that could not be asked."""
    given = {path for path, _ in request.paths}
    found = job.remotes.find() if request.pages else []
    paths = [*request.paths, *((path, False) for path in found if path not in given)]
    return replace(request, paths=job.remotes.present(paths))


def _surveyed(job: Job, request: Request, whole: Snapshot | None) -> Planned:
    if request.whole and not (request.offline or request.listing):
        job.trackers.deltas = _deltas(job)
    sifted = Sifted(request.paths)
    if whole is not None:
        sifted = recognise(job, request.paths, whole, _edition(job, request))
    elif request.at_once and not (request.push or request.offline):
        sifted = sift(job, request.paths, request.at_once, _situation(job, request), _edition(job, request))
    situation = _in_sight(job, request, sifted, whole)
    planned = make_plan(situation)
    questions = {} if request.offline else _questions(job, request, situation.snapshot, planned)
    questions |= {scope: Question() for scope in job.trackers.failed if scope not in questions}
    if not (questions or request.push):
        return planned
    views = _duplicates(job, situation.snapshot, job.trackers.look(questions, situation.snapshot))
    if sifted.quiet and any(view.owned is not None or _lacks(view) for view in views.values()):
        situation = _whole(job, request, sifted, views.values())
    wish = replace(situation.wish, items=request.push)  # only now: a name may be one that a tracker tells
    # The trackers have told their time by now: where the clocks differ, no wait is over too early.
    occasion = replace(job.occasion, now=job.trackers.earliest(job.occasion.now))
    scopes = {**situation.scopes, **views}
    del planned  # it has said what to ask, and is as large as the next one
    return make_plan(replace(situation, wish=wish, scopes=scopes, occasion=occasion))


def _deltas(job: Job) -> Deltas:
    """What lets a tracker be asked for changes only, where there are many tickets."""
    known = sum(len(items) for items in job.ledger.contents().values())
    scopes = job.ledger.snapshot(Part(documents=(), items=())).scopes
    return Deltas(job.trackers.earliest(job.occasion.now), scopes, many=known > ENOUGH)


def _lacks(view: ScopeView) -> bool:
    return view.error is None and not view.asked <= view.refreshed.keys()


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
        live=job.live,
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
        recall=Recall(elsewhere=True),
        recent=recent_runs(job),
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
    part = sifted.part if whole is None else None
    # A page without measures is quiet as well, and says nothing of what the ledger holds.
    elsewhere = any(sifted.held.get(path) for path in sifted.quiet)
    snapshot, recall = _recalled(job, snapshot, part, elsewhere=elsewhere)
    vanished = _vanished(job, request, snapshot)
    return replace(
        _situation(job, request),
        readings=readings,
        snapshot=snapshot,
        remarks=_remarks(job, request, [path for path in vanished if not snapshot.documents[path].gone]),
        quiet=dict(sifted.quiet),
        elsewhere=sifted.elsewhere if whole is None else replace(sifted.elsewhere, tracked={}),
        recall=recall,
        vanished=vanished,
    )


def _whole(job: Job, request: Request, sifted: Sifted, views: Iterable[ScopeView]) -> Situation:
    """With the whole ledger: beside a listing, which may hold issues of measures in quiet documents, and
    where tickets are not found, so that it counts of how many.
    """
    whole = job.ledger.snapshot()
    strange = set()
    for view in views:
        for id, tickets in (*(view.owned or {}).items(), *view.strangers.items()):
            linked = {link.ticket for link in whole.links.get(id, ()) if link.scope == view.name}
            if any(ticket.id not in linked for ticket in tickets):
                strange.add(id)
    sifted.wake(job, strange)
    return _in_sight(job, request, sifted, whole)


def _recalled(job: Job, snapshot: Snapshot, part: Part | None, *, elsewhere: bool) -> tuple[Snapshot, Recall]:
    """The ledger, and whether its journal tells of more than it knows.

    A journal that is behind tells nothing: a run may die between commit and line. Nor does one of another
    ledger. Without the run's lock, a run may commit and write its line after the snapshot was taken: one
    taken after the journal was read decides.
    """
    told = job.journal.last_serial(snapshot.lineage)
    if told > snapshot.serial:
        snapshot = job.ledger.snapshot(part)
    others = () if snapshot.items or elsewhere else job.journal.lines()
    return snapshot, Recall(
        elsewhere=elsewhere,
        behind=told if told > snapshot.serial else 0,
        replaced=any(line.lineage != snapshot.lineage for line in others),
    )


def _vanished(job: Job, request: Request, snapshot: Snapshot) -> list[str]:
    """The documents that the ledger knows and that are gone, where all of them were looked for."""
    if any(named for _, named in request.paths):
        return []
    read = {path for path, _ in request.paths}
    return [path for path in snapshot.documents if path not in read and not job.source.exists(path)]


def _remarks(job: Job, request: Request, vanished: Sequence[str]) -> list[str]:
    """What everybody should know before the plan."""
    remarks = []
    if request.filing and job.namespace_is_local:
        remarks.append(
            "Ids are derived from this folder's path: on another machine they would be others. "
            'A line `namespace = "…"` in followthrough.toml makes them the same everywhere.'
        )
    if vanished:
        names = ", ".join(vanished[:3]) + ("…" if len(vanished) > 3 else "")
        remarks.append(
            f"Gone from disk: {names}. Tickets of measures there stay as they are and are read as before."
        )
    return remarks


def _duplicates(job: Job, snapshot: Snapshot, views: dict[str, ScopeView]) -> dict[str, ScopeView]:
    """The same, with the issues that tickets were closed as duplicates of."""
    seen = [
        (view.name, ticket)
        for view in views.values()
        for found in (view.refreshed.values(), *(view.owned or {}).values())
        for ticket in found
    ]
    wanted = following.duplicates_wanted(seen, snapshot, job.trackers.resolve)
    others = job.trackers.look({name: Question(keys=keys) for name, keys in wanted.items()})
    for scope, other in others.items():
        view = views.get(scope, other)
        by_key = {**view.by_key, **other.by_key}
        views[scope] = replace(view, by_key=by_key, error=view.error or other.error)
    return views


def _readings(job: Job, sifted: Sifted) -> Iterable[Reading]:
    paths = list(sifted.loud)
    for number, (path, named) in enumerate(paths, start=1):
        if path not in sifted.readings:
            reading = read(
                job.source,
                path,
                named=named,
                settings=job.settings,
                today=job.today,
                understand=job.understand,
            )
            sifted.readings[path] = reading
            job.progress("Reading documents", number, len(paths))
        yield sifted.readings[path]


def _questions(job: Job, request: Request, snapshot: Snapshot, planned: Planned) -> dict[str, Question]:
    """What to ask the trackers: tickets of the items in sight, references in their text, listings."""
    questions: dict[str, Question] = {}
    ids = {id for line in planned.plan.known for id in (line.id, *line.merged)}
    ids |= {record.id for record in planned.identified.gone}
    for id in snapshot.links if request.whole else ids:
        for link in snapshot.links.get(id, ()):
            if link.scope in planned.plan.trackers or id in ids:
                questions.setdefault(link.scope, Question()).ids.add(link.ticket)
    for item, others in twins(snapshot).items():
        for ticket in others if request.whole or item in ids else ():
            questions.setdefault(ticket.scope, Question()).ids.add(ticket.id)
    for scope, keys in following.wanted(planned.plan.known, snapshot, job.trackers.resolve).items():
        questions.setdefault(scope, Question()).keys |= keys
    for scope in planned.plan.trackers if request.listing else _listings_wanted(request, snapshot, planned):
        questions.setdefault(scope, Question()).listing = True
    return questions


def _listings_wanted(request: Request, snapshot: Snapshot, planned: Planned) -> set[str]:
    """Scopes to be listed whole: before anything is filed there, and where an answer is out.

    What waits behind a limit counts as to be filed: once issues are found elsewhere, its turn may come.
    """
    plan = planned.plan
    turns = (Action.FILE, Action.LATER) if request.filing else ()
    filing = {step.scope for step in plan.steps if step.scope and (step.action in turns or step.held)}
    if filing:  # beside a scope that may hold what the ledger has forgotten, nothing is filed anywhere
        filing |= {name for name, scope in snapshot.scopes.items() if scope.held_why in FORGETFUL}
    waiting = {intent.scope for intent in snapshot.intents.values() if is_out(intent)}
    strange = any(mark.id not in snapshot.links for line in plan.known for mark in line.seen.marks)
    # Whose a mark is that the ledger does not know, only a tracker can tell.
    return (filing | waiting | (set(plan.trackers) if strange else set())) & plan.trackers.keys()
