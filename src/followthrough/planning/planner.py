"""One plan from the documents, the ledger and the trackers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Record
from followthrough.planning import (
    adopting,
    braking,
    filing,
    following,
    freezing,
    learning,
    limits,
    protocol,
    pushing,
)
from followthrough.planning.identity import Evidence, Identified, Known, identify, lines_by_id
from followthrough.planning.learning import Occasion
from followthrough.planning.lessons import Learnt, learn
from followthrough.planning.moving import moves
from followthrough.planning.plan import (
    Action,
    Brake,
    Matter,
    Move,
    Note,
    Plan,
    Push,
    Quiet,
    Step,
    TrackerFacts,
)
from followthrough.planning.protocol import Hold, Recall
from followthrough.planning.pushing import Wish
from followthrough.planning.quiet import Elsewhere
from followthrough.planning.readings import Reading, ScopeView
from followthrough.planning.rules import Rules, names_of
from followthrough.planning.syncing import sync
from followthrough.planning.verdicts import newly_extracted
from followthrough.planning.words import Live, never
from followthrough.policy.due import due_note
from followthrough.policy.effective import Effective, Fallbacks, Held, Origin, effective, stated
from followthrough.tickets import Assignee, Source, draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything a plan is made from."""

    readings: Sequence[Reading]
    snapshot: Snapshot
    scopes: Mapping[str, ScopeView]
    rules: Rules
    default_scope: str
    namespace: str
    occasion: Occasion
    exists: Callable[[str], bool]
    document_url: Callable[[str, str | None], str | None] = lambda _path, _heading: None
    """Where a person opens a document, at a heading of it."""
    live: Live = never
    """Where a ticket's state is shown in a document without us."""
    resolve: following.Resolve = lambda _reference: None
    fallbacks: Fallbacks = field(default_factory=Fallbacks)
    """What the settings say where document and tracker are silent."""
    route: filing.Route | None = None
    """Where an item is filed and with which labels; ``default_scope`` without it."""
    assign: Callable[[str, str], Assignee] = lambda _words, _scope: Assignee()
    """Who an owner's words name, in a scope."""
    today: date
    """The day it is where the team is."""
    remarks: Sequence[str] = ()
    """Sentences to be said before the plan."""
    filing: bool = True
    """Whether tickets are to be created at all; ``sync`` creates none."""
    wish: Wish = field(default_factory=Wish)
    """What of the edits in documents is carried into tickets."""
    most_changes: Callable[[int], int] = lambda items: max(10, items // 5)
    """How many of so many items may change in one run."""
    confirmed: bool = False
    excluded: Sequence[str] = ()
    """Files that `exclude` leaves out by name."""
    quiet: Mapping[str, Quiet] = field(default_factory=dict)
    """Documents that are in no reading, because planning them comes to nothing."""
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    """What is to be known of them, and is not in ``snapshot``."""
    recall: Recall = field(default_factory=Recall)
    """What the journal says of the ledger."""
    recent: Sequence[str] = ()
    """The latest runs that may have written, newest first."""
    vanished: Sequence[str] = ()
    """Documents that the ledger knows and that are no longer there."""


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan, and what making it taught the ledger."""

    plan: Plan
    records: tuple[Record, ...]
    snapshot: Snapshot
    """The ledger as it will be once ``records`` are committed."""
    identified: Identified
    unreachable: Mapping[str, str]
    """Scopes that could not be asked, and why."""
    come_back: frozenset[str]
    """Those of them that asked to be left alone for a while."""
    scopes: Mapping[str, ScopeView]
    """As they were seen."""


def make_plan(situation: Situation) -> Planned:
    """Identify, learn, decide, compare. Asks nobody and changes nothing."""
    views = situation.scopes.values()
    identified = identify(
        situation.readings,
        situation.snapshot,
        situation.namespace,
        exists=situation.exists,
        marked_in_trackers={id for view in views for id in view.owned or ()},
    )
    identified = _decided(identified, situation.rules)
    learnt = learn(
        situation.snapshot,
        situation.scopes,
        identified.known,
        [*_attached(situation), *learning.gone_documents(situation.snapshot, situation.vanished)],
        situation.resolve,
        situation.occasion,
        situation.recall,
    )
    snapshot = learnt.snapshot
    cut = _filing(situation, identified.known, snapshot, learnt)
    plan = _plan(situation, identified.known, cut, learnt)
    lost = braking.vanished(
        situation.snapshot,
        identified.known,
        situation.readings,
        situation.exists,
        situation.elsewhere.standing,
    )
    plan = _braked(situation, plan, cut, lost, snapshot)
    records = learnt.but({brake.scope for brake in plan.brakes if brake.code in braking.HELD})
    learnable = _learnable(situation, _gone(identified, lost, plan.brakes), snapshot)
    records += learning.learn_documents(situation.readings, learnable, snapshot, situation.occasion)
    return Planned(
        plan,
        tuple(records),
        learning.applied(situation.snapshot, records),
        identified,
        {view.name: view.error for view in views if view.error},
        frozenset(view.name for view in views if view.come_back),
        situation.scopes,
    )


def _plan(situation: Situation, known: tuple[Known, ...], cut: limits.Cut, learnt: Learnt) -> Plan:
    """Everything decided, before any brake but that on creates."""
    snapshot, readings = learnt.snapshot, {reading.path: reading for reading in situation.readings}
    fingerprints = {path: reading.fingerprint for path, reading in readings.items()}
    pushed = pushing.push(known, snapshot, fingerprints, situation.scopes, situation.assign, situation.wish)
    synced = sync(known, learning.applied(snapshot, pushed.foreseen(snapshot)), situation.live)
    notes, unwritable = _writable(synced.notes, readings, known)
    frozen = _frozen(situation, known, snapshot, notes, pushed.pushes)
    doubled = adopting.two_issues(known, snapshot)
    stuck = freezing.matters(known, snapshot, frozen)
    return Plan(
        steps=cut.steps,
        notes=tuple(note for note in notes if note.item not in frozen),
        pushes=tuple(push for push in pushed.pushes if push.item not in frozen),
        matters=(*doubled, *stuck, *synced.matters, *pushed.matters, *unwritable),
        frozen=frozenset(frozen),
        holds=tuple(_holds(situation, snapshot).values()),
        behind=situation.recall.behind,
        readings=tuple(situation.readings),
        known=known,
        detached=frozenset(path for path, record in snapshot.documents.items() if record.detached),
        since=situation.rules.since,
        first_runs=cut.limited,
        trackers={view.name: _facts(view) for view in situation.scopes.values()},
        moves=_moves(situation, known, snapshot) if situation.filing else (),
        remarks=(*situation.remarks, *(said for view in situation.scopes.values() for said in view.news)),
        excluded=tuple(situation.excluded),
        quiet=situation.quiet,
    )


def _frozen(
    situation: Situation,
    known: Sequence[Known],
    snapshot: Snapshot,
    notes: Sequence[Note],
    pushes: Sequence[Push],
) -> dict[str, str]:
    """The items that go to and fro, of those that would be written now."""
    lines, writes = lines_by_id(known), dict[str, list[freezing.Write]]()
    for note in notes:
        mark = lines[note.item].mark_of(note.item)
        writes.setdefault(note.item, []).extend(freezing.of_note(note, mark.words if mark else None))
    for push in pushes:
        writes.setdefault(push.item, []).append(freezing.of_push(push))
    return freezing.frozen(known, snapshot, writes, situation.recent, situation.wish.items)


def _holds(situation: Situation, snapshot: Snapshot) -> Mapping[str, Hold]:
    return protocol.holds(snapshot.scopes, situation.scopes, situation.occasion.now)


def _braked(
    situation: Situation, plan: Plan, cut: limits.Cut, lost: Sequence[braking.Vanished], snapshot: Snapshot
) -> Plan:
    """With the brakes that stop it, unless somebody confirmed exactly this."""
    before = situation.snapshot
    creates = [Brake(scope=scope, message=words, code=code) for scope, (code, words) in cut.stopped.items()]
    views, others = situation.scopes.values(), situation.elsewhere
    empty = [*braking.empty_trackers(before, views, others.standing), *braking.empty_documents(lost)]
    empty += braking.lost_tickets(before, views, situation.most_changes, {brake.scope for brake in empty})
    changes = braking.too_many(plan, before, situation.most_changes, others.tracked)
    brakes = creates if situation.confirmed else [*creates, *empty, *changes]
    silent = {brake.scope for brake in brakes if brake.code in ("tracker-empty", "tracker-lost")}
    return replace(
        plan,
        brakes=tuple(brakes),
        doubts=tuple(brake.message for brake in empty),
        matters=tuple(one for one in plan.matters if not _doubtful(one, snapshot, silent)),
    )


def _doubtful(matter: Matter, snapshot: Snapshot, silent: Collection[str]) -> bool:
    """Whether it rests on the word of a tracker that is not believed now."""
    links = snapshot.links.get(matter.item, ())
    return matter.code == "ticket-missing" and any(link.scope in silent for link in links)


def _gone(identified: Identified, lost: Sequence[braking.Vanished], brakes: Sequence[Brake]) -> Identified:
    """With the items that are gone, as far as that is believed: all of a scope only once confirmed."""
    doubted = {record.id for one in lost for record in one.items}
    gone = [record for record in identified.gone if record.id not in doubted]
    return replace(identified, gone=(*gone, *braking.gone_items(brakes, lost)))


def _decided(identified: Identified, rules: Rules) -> Identified:
    """A question about a new item is answered by naming it."""
    known = (
        replace(line, trouble=None)
        if line.evidence is Evidence.NEW and rules.only is not None and rules.only & names_of(line)
        else line
        for line in identified.known
    )
    return replace(identified, known=tuple(known))


def _learnable(situation: Situation, identified: Identified, snapshot: Snapshot) -> Identified:
    """Without what a newer extractor found, which stays new until somebody asks for filing."""
    if situation.filing and situation.rules.by_hand:
        return identified
    readings = {reading.path: reading for reading in situation.readings}
    known = (line for line in identified.known if not newly_extracted(line, readings[line.path], snapshot))
    return replace(identified, known=tuple(known))


def _attached(situation: Situation) -> list[Record]:
    """A detached document that ``file`` names by hand is ours to write again."""
    documents = situation.snapshot.documents
    return [
        replace(documents[reading.path], detached=False)
        for reading in situation.readings
        if situation.filing
        and situation.rules.by_hand
        and reading.named
        and reading.path in documents
        and documents[reading.path].detached
    ]


def _filing(situation: Situation, known: Sequence[Known], snapshot: Snapshot, learnt: Learnt) -> limits.Cut:
    def drawn(
        line: Known, reading: Reading, view: ScopeView, labels: tuple[str, ...], values: Effective
    ) -> filing.Drawn:
        item, due = line.seen.item, values.deadline
        assignee = _assignee(situation, line, view, values)
        source = Source(
            path=line.path,
            incident=reading.incident,
            words=line.seen.words,
            url=situation.document_url(line.path, item.section[-1] if item.section else None),
        )
        wording = view.features.wording
        draft = draw(line.id, item, source, assignee=assignee, due=due, labels=labels, wording=wording)
        return filing.Drawn(draft, assignee, due, due_note(item, situation.today))

    steps = filing.decide(
        known,
        {reading.path: reading for reading in situation.readings},
        snapshot,
        situation.scopes,
        situation.rules,
        now=situation.occasion.now,
        value=_valued(situation, snapshot),
        draw=drawn,
        route=_route(situation),
        followed=learnt.followed,
        holds=_holds(situation, snapshot),
        unsure=protocol.unsure(snapshot.scopes, situation.scopes),
    )
    if not situation.filing:
        return limits.Cut(tuple(_unfiled(steps)), {}, {})
    return limits.cut(
        steps,
        snapshot,
        situation.scopes,
        situation.rules,
        confirmed=situation.confirmed,
        filed=situation.elsewhere.filed,
    )


def _assignee(situation: Situation, line: Known, view: ScopeView, values: Effective) -> Assignee:
    """Who gets the ticket: the first owner, or whoever the old ticket of a moved one names."""
    item, told = line.seen.item, values.owner
    owner = item.owners[0] if item.owners else None
    if told and told.origin is Origin.TRACKER:
        owner = told.value
    if owner is None:
        return Assignee()
    if not view.assigns:
        return Assignee(note='is not assigned, as assign = "never"')
    assignee = situation.assign(owner, view.name)
    if view.features.any_assignee and assignee.account is None and not assignee.team:
        return Assignee(account=owner)
    if view.features.finds_people and assignee.account is None and assignee.email:
        return Assignee(account=assignee.email)
    return assignee


def _valued(situation: Situation, snapshot: Snapshot) -> filing.Value:
    def value(line: Known, reading: Reading) -> Effective:
        ticket = snapshot.ticket_of(line.id)
        links = snapshot.links.get(line.id, ())
        link = next((one for one in links if ticket and one.ticket == ticket.id), None)
        held = Held(ticket=ticket, link=link) if ticket else None
        return effective(stated(line.seen.item, reading.incident), held, situation.fallbacks, situation.today)

    return value


def _route(situation: Situation) -> filing.Route:
    return situation.route or (lambda _line, _reading, _values: filing.Routed(situation.default_scope))


def _moves(situation: Situation, known: Sequence[Known], snapshot: Snapshot) -> tuple[Move, ...]:
    return moves(
        known,
        {reading.path: reading for reading in situation.readings},
        snapshot,
        situation.scopes,
        value=_valued(situation, snapshot),
        route=_route(situation),
    )


def _facts(view: ScopeView) -> TrackerFacts:
    features = view.features
    return TrackerFacts(
        scope=view.name,
        place=view.place or view.name,
        account=view.account,
        public=view.public,
        called=features.wording.name,
        mails=features.mails,
        limits=features.limits,
        reach=features.reach,
        wrong=view.wrong,
        news=view.news,
        settle=protocol.waiting_time(view),
    )


def _unfiled(steps: Sequence[Step]) -> list[Step]:
    return [
        replace(step, action=Action.LATER, draft=None, reason="`file` files it")
        if step.action is Action.FILE
        else step
        for step in steps
    ]


def _writable(
    notes: Sequence[Note], readings: Mapping[str, Reading], known: Sequence[Known]
) -> tuple[tuple[Note, ...], list[Matter]]:
    """Notes for documents that can be written; one matter for each document that cannot."""
    kept: list[Note] = []
    refused: dict[str, Matter] = {}
    unlinkable = {line.id for line in known if line.seen.unlinkable}
    for note in notes:
        reason = readings[note.path].read_only
        if reason is None:
            # At others no link is written tomorrow either: the ledger tracks them.
            kept += [note] if note.before is not None or note.item not in unlinkable else []
        else:
            refused.setdefault(
                note.path,
                Matter(
                    code="read-only",
                    path=note.path,
                    line=note.line,
                    item=note.item,
                    key=note.key,
                    message=f"{reason} Its measures are tracked in the ledger.",
                ),
            )
    return tuple(kept), list(refused.values())
