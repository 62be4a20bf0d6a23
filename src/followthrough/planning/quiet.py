"""Which documents a nightly run has nothing to do with, so that it need not keep all of them at once.

A document is *quiet* if planning it, with what ledger and trackers hold of it, comes to nothing: nothing
to file, write, push, ask or learn. That is decided by planning it, never by other rules beside those.
It stays so until its bytes, what the ledger holds of it, its tickets, the settings or this program
change, or another document carries one of its links. Pure.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import DocumentRecord, ItemRecord, Record
from followthrough.planning.adopting import twins
from followthrough.planning.identity import Evidence, Known
from followthrough.planning.plan import Action, Plan, Quiet, Step
from followthrough.planning.protocol import is_out
from followthrough.planning.readings import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What a plan over some documents must know of the others, scope by scope."""

    tracked: Mapping[str, int] = field(default_factory=Counter)
    """How many measures have a ticket there."""
    standing: frozenset[str] = frozenset()
    """Where some stand in their document, and their tickets were seen."""
    filed: frozenset[str] = frozenset()
    """Where something was filed or adopted."""


def elsewhere(snapshot: Snapshot, items: Iterable[str]) -> Elsewhere:
    """What there is to know of these items, which are those of quiet documents."""
    tracked: Counter[str] = Counter()
    standing: set[str] = set()
    filed: set[str] = set()
    for item in items:
        links = snapshot.links.get(item, ())
        scopes = {link.scope for link in links}
        tracked.update(scopes)
        filed |= {link.scope for link in links if link.relation.ours}
        if not snapshot.items[item].gone:
            standing |= scopes
    return Elsewhere(tracked=tracked, standing=frozenset(standing), filed=frozenset(filed))


def together(one: Elsewhere, other: Elsewhere) -> Elsewhere:
    """Of both."""
    return Elsewhere(
        tracked=Counter(one.tracked) + Counter(other.tracked),
        standing=one.standing | other.standing,
        filed=one.filed | other.filed,
    )


def seal_of(snapshot: Snapshot, path: str, items: Sequence[str], *more: object) -> str:
    """Names exactly what the ledger holds of a document, its items and their tickets, and ``more``."""
    held: list[object] = [*more, path, snapshot.documents.get(path)]
    for item in sorted(items):
        held += (
            snapshot.items.get(item),
            snapshot.intents.get(item),
            snapshot.bases.get(item),
            snapshot.links.get(item),
            snapshot.tickets_of(item),
        )
    return hashlib.blake2b(repr(held).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def at_home(lines: Iterable[Known], snapshot: Snapshot) -> dict[str, list[Known]]:
    """By document, the lines of those in which every line is a known item that was there before.

    Nothing in another document can then change who they are, unless it carries one of their marks.
    """
    found: dict[str, list[Known]] = {}
    strange: set[str] = set()
    for line in lines:
        found.setdefault(line.path, []).append(line)
        if not _at_home(line, snapshot):
            strange.add(line.path)
    return {path: lines for path, lines in found.items() if path not in strange}


def _at_home(line: Known, snapshot: Snapshot) -> bool:
    record = line.record
    if record is None or record.document != line.path or record.gone or line.trouble is not None:
        return False
    if line.evidence not in (Evidence.MARK, Evidence.TEXT) or line.merged:
        return False
    homes = {mark.id: snapshot.items.get(mark.id) for mark in line.seen.marks}
    return all(
        home is not None and home.document == line.path and id in snapshot.links for id, home in homes.items()
    )


def unsettled(snapshot: Snapshot) -> set[str]:
    """The documents with a measure that has more to it than its own tickets: a create without an answer, an
    issue that carries its marker beside its own, a ticket closed as a duplicate of another; or one that was
    filed and whose line is gone, as a like line elsewhere may be it.
    """
    items = {id for id, intent in snapshot.intents.items() if is_out(intent)} | twins(snapshot).keys()
    filed = snapshot.links.keys() | snapshot.intents.keys()
    items |= {id for id in filed if (item := snapshot.items.get(id)) is not None and item.gone}
    for id in snapshot.links:
        if any(ticket.duplicate_of or ticket.twin_of for ticket in snapshot.tickets_of(id)):
            items.add(id)
    return {snapshot.items[id].document for id in items if id in snapshot.items}


def quiet_in(
    plan: Plan, records: Iterable[Record], readings: Iterable[Reading], snapshot: Snapshot
) -> dict[str, Quiet]:
    """The quiet ones among documents that were planned without any other.

    ``records`` are what the plan teaches the ledger, and what would settle once it is carried out.
    """
    loud = {one.path for part in (plan.notes, plan.pushes, plan.matters) for one in part}
    found = {reading.path: Quiet() for reading in readings if reading.error is None}
    for record in records:
        about = _about(record, snapshot)
        loud |= found.keys() if about is None else {about}
    for step in plan.steps:
        counted = _counted(step)
        if counted is None:
            loud.add(step.path)
        else:
            old = found[step.path]
            found[step.path] = Quiet(
                old.kept + counted.kept, old.asked + counted.asked, old.waiting + counted.waiting
            )
    return {path: quiet for path, quiet in found.items() if path not in loud}


def _counted(step: Step) -> Quiet | None:
    """What a step adds to the counts; ``None`` for one that may come out otherwise tomorrow."""
    if step.action is Action.KEEP:
        return Quiet(kept=1)
    if step.action is Action.ASK and step.like is not None:
        return Quiet(asked=1)
    if step.action is Action.WAIT and not (step.scope or step.retry_at or step.held):
        return Quiet(waiting=1)
    return Quiet() if step.action in (Action.SKIP, Action.HISTORY) else None


def _about(record: Record, snapshot: Snapshot) -> str | None:
    """The document that a record is about; ``None`` where that cannot be told."""
    if isinstance(record, DocumentRecord):
        return record.path
    if isinstance(record, ItemRecord):
        return record.document
    item = snapshot.items.get(getattr(record, "item", ""))
    return item.document if item else None
