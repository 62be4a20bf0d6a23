"""Limits on changes: what stops a scope's plan whole before anything is written. Pure.

Too many changes at once, or one side suddenly empty, are rarely what happened and mostly a mistake:
another project, a lost permission, a folder that was not checked out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import HoldReason, ItemRecord, Relation
from followthrough.planning.identity import Known, lines_by_id
from followthrough.planning.plan import Brake, Plan
from followthrough.planning.readings import Reading, ScopeView

ENOUGH = 5
"""From so many known items on, none of them left is not believed."""
HELD = frozenset({"changes", "tracker-empty", "tracker-lost"})
"""Brakes that keep what a tracker has just said out of the ledger, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """The known items of a scope, none of which stands in a document any more."""

    scope: str
    items: tuple[ItemRecord, ...]


def too_many(
    plan: Plan, snapshot: Snapshot, most: Callable[[int], int], tracked: Mapping[str, int]
) -> list[Brake]:
    """One brake for each scope in which more items would change than ``most`` allows of so many.

    A link that is written for the first time is no change. ``tracked`` counts the items of each scope
    that are not in ``snapshot``.
    """
    lines = lines_by_id(plan.known)
    written: dict[str, set[str]] = {}
    pushed: dict[str, set[str]] = {}
    for note in plan.notes:
        base = snapshot.bases.get(note.item)
        if lines[note.item].mark_of(note.item) is not None or (base is not None and base.words is not None):
            written.setdefault(note.scope, set()).add(note.item)
    for push in plan.pushes:
        pushed.setdefault(push.scope, set()).add(push.item)
    total = Counter(scope for links in snapshot.links.values() for scope in {link.scope for link in links})
    total.update(tracked)
    brakes = []
    for scope in sorted(written.keys() | pushed.keys()):
        here, there = written.get(scope, set()), pushed.get(scope, set())
        limit = most(total[scope])
        if len(here | there) > limit:
            ways = f"{len(here)} in documents" + (f", {len(there)} in the tracker" if there else "")
            message = (
                f"{len(here | there)} of {total[scope]} measures tracked in {scope} would change ({ways}), "
                f"the brake is at {limit}. Nothing done there."
            )
            brakes.append(Brake(scope=scope, message=message, code="changes"))
    return brakes


def empty_trackers(snapshot: Snapshot, views: Iterable[ScopeView], seen: Collection[str]) -> list[Brake]:
    """One brake for each scope that suddenly shows none of the tickets that the ledger knows there.

    In the scopes of ``seen`` others were asked for, and found.
    """
    filed = {
        (link.scope, link.ticket): item
        for item, links in snapshot.links.items()
        for link in links
        if link.relation is Relation.FILED
    }
    brakes = []
    for view in views:
        there = {
            id for (scope, id), one in snapshot.tickets.items() if scope == view.name and not one.absences
        }
        asked = there & view.asked if view.name not in seen else set[str]()
        ours = {id for id in there if (view.name, id) in filed}
        listed = {ticket.id for tickets in (view.owned or {}).values() for ticket in tickets}
        for known, seen in ((asked, view.refreshed), (ours if view.owned is not None else set(), listed)):
            if view.error is None and len(known) >= ENOUGH and known.isdisjoint(seen):
                message = (
                    f"{view.name} shows none of the {len(known)} tickets known there. Nothing done there, "
                    "and none is taken for deleted. Check its project, and what this account may read."
                )
                brakes.append(Brake(scope=view.name, message=message, code="tracker-empty"))
                break
    return brakes


def lost_tickets(
    snapshot: Snapshot, views: Iterable[ScopeView], most: Callable[[int], int], empty: Collection[str]
) -> list[Brake]:
    """One brake for each scope, but those that show nothing at all, in which very many are not found."""
    there = Counter(scope for (scope, _), one in snapshot.tickets.items() if not one.absences)
    brakes = []
    for view in views:
        absent = [
            id
            for id in view.asked
            if id not in view.refreshed
            and (known := snapshot.tickets.get((view.name, id))) is not None
            and not known.absences
        ]
        limit = most(there[view.name])
        if view.error is None and view.name not in empty and len(absent) > limit:
            message = (
                f"{len(absent)} of {there[view.name]} tickets known in {view.name} are suddenly not found, "
                f"the brake is at {limit}. Nothing done there, and none is taken for deleted. "
                "Check what this account may read."
            )
            brakes.append(Brake(scope=view.name, message=message, code="tracker-lost"))
    return brakes


def vanished(
    snapshot: Snapshot,
    known: Iterable[Known],
    readings: Iterable[Reading],
    exists: Callable[[str], bool],
    others: Collection[str],
) -> list[Vanished]:
    """The scopes whose known items all stood in documents that are in sight or gone, and stand no more.

    In the scopes of ``others`` there are items that do.
    """
    read = {reading.path for reading in readings if reading.error is None}
    standing = {line.id for line in known}
    there: dict[str, bool] = {}
    items: dict[str, list[ItemRecord]] = {}
    found: set[str] = set(others)
    for id, links in snapshot.links.items():
        record = snapshot.items.get(id)
        if record is None or record.gone:
            continue
        scopes = {link.scope for link in links}
        if id in standing:
            found |= scopes
            continue
        path = record.document
        if path not in read and there.setdefault(path, exists(path)):
            found |= scopes  # in a document that is not looked at
            continue
        for scope in scopes:
            items.setdefault(scope, []).append(record)
    return [
        Vanished(scope=scope, items=tuple(records))
        for scope, records in sorted(items.items())
        if scope not in found and len(records) >= ENOUGH
    ]


def empty_documents(found: Iterable[Vanished]) -> list[Brake]:
    """One brake for each scope whose measures have all vanished."""
    brakes = []
    for one in found:
        paths = sorted({record.document for record in one.items})
        names = ", ".join(paths[:3]) + (", …" if len(paths) > 3 else "")
        message = (
            f"None of the {len(one.items)} measures tracked in {one.scope} stands in its document any more "
            f"({names}). Nothing done there. Check folder, branch and `documents`."
        )
        brakes.append(Brake(scope=one.scope, message=message, code="documents-empty"))
    return brakes


def gone_items(brakes: Iterable[Brake], found: Iterable[Vanished]) -> Sequence[ItemRecord]:
    """The vanished items of scopes that no brake stops: those are gone for good."""
    stopped = {brake.scope for brake in brakes if brake.code == "documents-empty"}
    items = {record.id: record for one in found if one.scope not in stopped for record in one.items}
    return tuple(items.values())


def brake_line(brake: Brake, plan_hash: str) -> str:
    """Why nothing is done, and the ways on."""
    if brake.code == "public":
        return brake.message
    ways = f"{brake.message} Let exactly this plan through: --confirm {plan_hash}"
    return f"{ways}; or use --limit N." if brake.code == "creates" else f"{ways}."


def stops_of(plan: Plan) -> tuple[str, ...]:
    """What a plan does not do before somebody decides, as sentences."""
    brakes = tuple(brake_line(brake, plan.hash) for brake in plan.brakes)
    return (backwards_line(plan), *brakes) if plan.went_backwards else brakes


def backwards_line(plan: Plan) -> str:
    """That the ledger went backwards, what is done about it, and until when."""
    waits = " and ".join(
        f"in {hold.scope} until {hold.until:%Y-%m-%d %H:%M} UTC"
        for hold in plan.holds
        if hold.reason is HoldReason.BEHIND
    )
    filing = f"Nothing is filed {waits}, then filing goes on by itself." if waits else "Filing goes on."
    return (
        "The ledger went backwards: its journal tells of changes that it does not hold. Was it put back from "
        f"a copy? What it has forgotten is read from documents and trackers. {filing}"
    )
