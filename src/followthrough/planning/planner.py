"""One plan from the documents, the ledger and the trackers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from followthrough.connector import Draft
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Record
from followthrough.planning import filing, learning
from followthrough.planning.filing import Rules
from followthrough.planning.identity import Evidence, Identified, Known, by_id, identify
from followthrough.planning.learning import Occasion
from followthrough.planning.plan import Action, Brake, Matter, Note, Plan, Step
from followthrough.planning.readings import Reading, ScopeView
from followthrough.planning.syncing import sync
from followthrough.tickets import draw


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
    document_url: Callable[[str], str | None] = lambda _path: None
    remarks: Sequence[str] = ()
    """Sentences to be said before the plan."""
    filing: bool = True
    """Whether tickets are to be created at all; ``sync`` creates none."""
    confirmed: bool = False


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
    ids = by_id(identified.known)
    records = [
        *_attached(situation),
        *learning.learn_tickets(situation.snapshot, views, situation.occasion),
        *learning.adopt(situation.snapshot, views, ids, situation.occasion),
    ]
    snapshot = learning.applied(situation.snapshot, records)
    cut = _filing(situation, identified.known, snapshot)
    synced = sync(identified.known, snapshot)
    notes, unwritable = _writable(synced.notes, {reading.path: reading for reading in situation.readings})
    unreachable = {view.name: view.error for view in views if view.error}
    come_back = frozenset(view.name for view in views if view.come_back)
    learnable = _learnable(situation, identified, snapshot)
    seen = learning.learn_documents(situation.readings, learnable, snapshot, situation.occasion)
    plan = Plan(
        steps=cut.steps,
        notes=notes,
        matters=(*synced.matters, *unwritable),
        brakes=tuple(Brake(scope=scope, message=message) for scope, message in cut.stopped.items()),
        readings=tuple(situation.readings),
        known=identified.known,
        detached=frozenset(path for path, record in snapshot.documents.items() if record.detached),
        since=situation.rules.since,
        first_runs=cut.limited,
        places={view.name: view.place or view.name for view in views},
        remarks=tuple(situation.remarks),
    )
    return Planned(
        plan, (*records, *seen), learning.applied(snapshot, seen), identified, unreachable, come_back
    )


def _decided(identified: Identified, rules: Rules) -> Identified:
    """A question about a new item is answered by naming it."""
    known = (
        replace(line, trouble=None)
        if line.evidence is Evidence.NEW and rules.only is not None and rules.only & filing.names_of(line)
        else line
        for line in identified.known
    )
    return replace(identified, known=tuple(known))


def _learnable(situation: Situation, identified: Identified, snapshot: Snapshot) -> Identified:
    """Without what a newer extractor found, which stays new until somebody asks for filing."""
    if situation.filing and situation.rules.by_hand:
        return identified
    readings = {reading.path: reading for reading in situation.readings}
    known = (
        line for line in identified.known if not filing.newly_extracted(line, readings[line.path], snapshot)
    )
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


def _filing(situation: Situation, known: Sequence[Known], snapshot: Snapshot) -> filing.Cut:
    def drawn(line: Known, reading: Reading, view: ScopeView) -> Draft:
        owner = line.seen.item.owners[0] if line.seen.item.owners else None
        return draw(
            line.id,
            line.path,
            line.seen.item,
            reading.incident,
            assignee=owner if view.features.any_assignee else None,
            document_url=situation.document_url(line.path),
        )

    steps = filing.decide(
        known,
        {reading.path: reading for reading in situation.readings},
        snapshot,
        situation.scopes,
        situation.rules,
        now=situation.occasion.now,
        draw=drawn,
        route=lambda _line, _reading: situation.default_scope,
    )
    if not situation.filing:
        return filing.Cut(tuple(_unfiled(steps)), {}, {})
    return filing.cut(steps, snapshot, situation.rules, confirmed=situation.confirmed)


def _unfiled(steps: Sequence[Step]) -> list[Step]:
    return [
        replace(step, action=Action.LATER, draft=None, reason="`file` files it")
        if step.action is Action.FILE
        else step
        for step in steps
    ]


def _writable(
    notes: Sequence[Note], readings: Mapping[str, Reading]
) -> tuple[tuple[Note, ...], list[Matter]]:
    """Notes for documents that can be written; one matter for each document that cannot."""
    kept: list[Note] = []
    refused: dict[str, Matter] = {}
    for note in notes:
        reason = readings[note.path].read_only
        if reason is None:
            kept.append(note)
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
