"""Write notes into documents: smallest edit, re-read, compare, replace whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from followthrough.documents import Altered, Unreadable, Wanted, fingerprint, parse, rewrite
from followthrough.engine.detaching import NOT_KEPT, detached, not_kept
from followthrough.engine.job import Job
from followthrough.engine.publishing import Publishing
from followthrough.engine.reading import Parsed, open_again
from followthrough.ledger import Base, Part, Record, Snapshot, TicketRecord
from followthrough.model import State
from followthrough.planning import freezing
from followthrough.planning.identity import Known, identify, lines_by_id
from followthrough.planning.plan import Note, Plan
from followthrough.planning.pushing import account_of, agreed
from followthrough.planning.syncing import own_ticket, sync, told_of
from followthrough.sources import Changed, PlaceError, SourceError
from followthrough.tickets import Assignee

SOME_RUNS = 40
"""Runs that are looked through for those that may have written."""


@dataclass(slots=True)
class Written:
    """What became of the notes of one run."""

    documents: list[tuple[str, list[Note]]] = field(default_factory=list)
    """Documents written, with the notes each now carries."""
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    """Path, line and reason of each note that could not be written."""
    unlinked: list[tuple[str, int, str]] = field(default_factory=list)
    """Path, line and reason of each item that has no place for a link; the ledger tracks it."""
    read_only: list[tuple[str, str]] = field(default_factory=list)
    """Documents that take no links, and why; the ledger tracks their measures."""
    held_back: list[str] = field(default_factory=list)
    """Documents whose place takes nothing at present; why is told once, of the place."""
    changed: list[str] = field(default_factory=list)
    """Documents that somebody edited at that moment; a later run takes them up."""
    left: int = 0
    """Documents that were not reached in the time given."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is not written whatever document and ticket say, and the runs that are looked back."""

    scopes: frozenset[str]
    items: frozenset[str]
    recent: Sequence[str]

    def lets(self, note: Note) -> bool:
        return note.scope not in self.scopes and note.item not in self.items


def sweep(job: Job, plan: Plan) -> list[str]:
    """Remove what writes that were killed left beside the documents of a plan; what was not removed.

    A kill in the moment in which names are exchanged may leave there what somebody saved just then: what
    holds other words than the document is theirs to look at.
    """
    told = []
    for reading in plan.readings:
        left = job.source.leftover(reading.path) if reading.error is None else None
        if left is None:
            continue
        try:
            ours = not left or fingerprint(parse(left, reading.path)) == reading.fingerprint
        except Unreadable:
            ours = False
        if ours:
            job.source.discard(reading.path)
        else:
            told.append(
                f"{reading.path}: a file that begins with `.followthrough-` lies beside it, left by a run "
                "that was killed, and holds other words. Compare the two, and delete it."
            )
    return told


def write_documents(job: Job, plan: Plan, paths: Iterable[str], begun: Collection[str] = ()) -> Written:
    """Bring the documents up to date with the ledger, one at a time; one that fails stops no other.

    Those in ``begun`` come first and are written even when the time is over.
    """
    written = Written()
    readings = {reading.path: reading for reading in plan.readings}
    planned = {path: tuple(lines) for path, lines in groupby(plan.known, key=lambda line: line.path)}
    frame = _Frame(frozenset(brake.scope for brake in plan.brakes), plan.frozen, recent_runs(job))
    todo = sorted({*paths, *begun}, key=lambda path: (path not in begun, path))
    publishing = Publishing(job)
    if not todo:
        publishing.end()
        return written
    ids = [id for path in todo for line in planned.get(path, ()) for id in (line.id, *line.merged)]
    snapshot = job.ledger.snapshot(Part(documents=todo, items=ids))
    for number, path in enumerate(todo, start=1):
        if job.budget.is_over and path not in begun:
            written.left = len(todo) - number + 1
            break
        try:
            content, old = job.source.read(path), readings[path]
            lines: Sequence[Known] = planned.get(path, ())
            known = snapshot
            opened: Parsed
            if content.version == old.version:
                opened = open_again(content, old, job.settings)
            else:
                opened = job.understand(
                    content, path, named=old.named, settings=job.settings, today=job.today
                )
                known = job.ledger.snapshot()
                lines = identify([opened.reading], known, job.namespace, exists=job.source.exists).known
            _write(job, opened, lines, known, frame, written, publishing)
        except (SourceError, Unreadable, Altered) as error:
            _refuse(written, path, error)
        job.progress("Writing documents", number, len(todo))
    failed = publishing.end()
    written.documents = [(path, notes) for path, notes in written.documents if path not in failed]
    for path, why in failed.items():
        _refuse(written, path, why)
    return written


def _refuse(written: Written, path: str, error: Exception) -> None:
    if isinstance(error, PlaceError):
        written.held_back.append(path)
    elif isinstance(error, Changed):
        written.changed.append(path)
    else:
        written.refused.append((path, 0, str(error).removeprefix(f"{path}: ")))


def _write(
    job: Job,
    opened: Parsed,
    lines: Sequence[Known],
    snapshot: Snapshot,
    frame: _Frame,
    written: Written,
    publishing: Publishing,
) -> None:
    path = opened.reading.path
    notes = [note for note in sync(lines, snapshot, job.live).notes if frame.lets(note)]
    if not notes:
        return
    if opened.reading.read_only:
        written.read_only.append((path, opened.reading.read_only))
        return
    by_id = lines_by_id(lines)
    result = rewrite(opened.document, [_wanted(job, by_id[note.item], note) for note in notes])
    for id, reason in result.refusals.items():
        written.unlinked.append((path, by_id[id].seen.item.line, reason))
    done = [note for note in notes if note.item not in result.refusals]
    if result.edits:
        _verify(job, opened, result.data)
        stored = job.source.write(path, result.data, opened.reading.version)
        job.world.step("document written")
        written.documents.append((path, done))
        if stored is not None and (lost := not_kept(job, opened, result.data, stored)):
            written.refused += [(path, by_id[id].seen.item.line, NOT_KEPT) for id in sorted(lost)]
            job.commit(detached(job, path))
            return
    publishing.written(path, [_base(job, by_id[note.item], note, snapshot, frame.recent) for note in done])
    job.world.step("base recorded")


def _wanted(job: Job, line: Known, note: Note) -> Wanted:
    return Wanted(
        place=line.seen.item.place,
        id=note.item,
        words=note.words,
        target=note.target,
        ticked=note.ticked,
        live=job.live(note.path, note.scope),
    )


def _verify(job: Job, opened: Parsed, data: bytes) -> None:
    """The new bytes must give the same items in the same words; only our own may differ."""
    content = replace(opened.content, data=data, version="")
    after = job.understand(
        content, opened.reading.path, named=True, settings=job.settings, today=job.today
    ).reading
    before = [(seen.item.text, seen.identity_text, seen.item.section) for seen in opened.reading.items]
    now = [(seen.item.text, seen.identity_text, seen.item.section) for seen in after.items]
    if before != now or after.fingerprint != opened.reading.fingerprint:
        raise Altered(
            f"{opened.reading.path}: our link would change how its measures read. Nothing written; "
            "they are tracked in the ledger."
        )


def recent_runs(job: Job) -> list[str]:
    """The latest runs that may have written, newest first, as far back as anything is compared."""
    runs = job.ledger.runs(SOME_RUNS)
    mine = [run.id for run in runs if run.command in freezing.COMMANDS and run.id != job.occasion.run]
    return mine[: freezing.WINDOW]


def _base(job: Job, line: Known, note: Note, snapshot: Snapshot, recent: Sequence[str]) -> Base:
    old, mark = snapshot.bases.get(note.item) or Base(item=note.item), line.mark_of(note.item)
    writes = freezing.of_note(note, mark.words if mark else None)
    history = freezing.written(old, writes, job.occasion.run, recent)
    ticked = note.ticked
    if ticked is None:  # a box that says what the ticket says is agreed; one by hand stays a difference
        agree = line.seen.ticked is None or line.seen.ticked == (note.after is State.DONE)
        ticked = line.seen.ticked if agree else old.ticked
    return replace(old, ticked=ticked, words=note.words, target=note.target, history=history)


def settle_bases(job: Job, plan: Plan) -> list[Record]:
    """Bases of items on which document and tracker agree by themselves."""
    ids = [id for line in plan.known for id in (line.id, *line.merged)]
    return bases_of(job, plan, job.ledger.snapshot(Part(items=ids))) if ids else []


def bases_of(job: Job, plan: Plan, snapshot: Snapshot) -> list[Record]:
    """The same, with ``snapshot`` as the ledger."""
    stopped = {brake.scope for brake in plan.brakes}
    fingerprints = {reading.path: reading.fingerprint for reading in plan.readings}
    records: list[Record] = []
    for line in plan.known:
        ticket = snapshot.ticket_of(line.id)
        if line.trouble is not None or ticket is None or ticket.scope in stopped or ticket.absences:
            continue
        old = snapshot.bases.get(line.id)
        named = own_ticket(line.id, snapshot) or ticket
        base = _settled(line, ticket, told_of(line, named, job.live), old or Base(item=line.id))
        account = Assignee()
        if base.fingerprint != fingerprints[line.path]:
            account = account_of(line, job.trackers.features(ticket.scope), ticket.scope, job.office.assign)
        base = agreed(line, ticket, base, account, fingerprints[line.path])
        if base != old:
            records.append(base)
    return records


def _settled(line: Known, ticket: TicketRecord, words: str, base: Base) -> Base:
    """With box and link as they stand, where both are right."""
    done = ticket.state is State.DONE
    if line.mark is None or line.mark.words != words or line.seen.ticked not in (None, done):
        return base
    return replace(base, ticked=line.seen.ticked, words=line.mark.words, target=line.mark.target)
