"""Write notes into documents: smallest edit, re-read, compare, replace whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from followthrough.documents import Altered, Unreadable, Wanted, rewrite
from followthrough.engine.job import Job
from followthrough.engine.reading import Opened, open_document, understand
from followthrough.ledger import Base, Record, Snapshot
from followthrough.model import State
from followthrough.planning.identity import Known, identify
from followthrough.planning.plan import Note, Plan
from followthrough.planning.syncing import sync, words_of
from followthrough.sources import Changed, Content, SourceError


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
    changed: list[str] = field(default_factory=list)
    """Documents that somebody edited at that moment; a later run takes them up."""


def write_documents(job: Job, plan: Plan, paths: Iterable[str]) -> Written:
    """Bring the documents up to date with the ledger, one at a time; one that fails stops no other."""
    written = Written()
    readings = {reading.path: reading for reading in plan.readings}
    planned = {path: tuple(lines) for path, lines in groupby(plan.known, key=lambda line: line.path)}
    todo = sorted(set(paths))
    snapshot = job.ledger.snapshot()
    for number, path in enumerate(todo, start=1):
        try:
            opened = open_document(
                job.source, path, named=readings[path].named, settings=job.settings, today=job.today
            )
            lines: Sequence[Known] = planned.get(path, ())
            if opened.reading.version != readings[path].version:
                lines = identify([opened.reading], snapshot, job.namespace, exists=job.source.exists).known
            _write(job, opened, lines, snapshot, written)
        except Changed:
            written.changed.append(path)
        except (SourceError, Unreadable, Altered) as error:
            written.refused.append((path, 0, str(error).removeprefix(f"{path}: ")))
        job.progress("Writing documents", number, len(todo))
    return written


def _write(job: Job, opened: Opened, lines: Sequence[Known], snapshot: Snapshot, written: Written) -> None:
    path = opened.reading.path
    notes = sync(lines, snapshot).notes
    if not notes:
        return
    if opened.reading.read_only:
        written.read_only.append((path, opened.reading.read_only))
        return
    by_id = {line.id: line for line in lines if line.trouble is None}
    result = rewrite(opened.document, [_wanted(by_id[note.item], note) for note in notes])
    for id, reason in result.refusals.items():
        written.unlinked.append((path, by_id[id].seen.item.line, reason))
    done = [note for note in notes if note.item not in result.refusals]
    if result.edits:
        _verify(job, opened, result.data)
        job.source.write(path, result.data, opened.reading.version)
        job.world.step("document written")
        written.documents.append((path, done))
    job.commit([_base(by_id[note.item], note, snapshot) for note in done])
    job.world.step("base recorded")


def _wanted(line: Known, note: Note) -> Wanted:
    return Wanted(
        place=line.seen.item.place, id=note.item, words=note.words, target=note.target, ticked=note.ticked
    )


def _verify(job: Job, opened: Opened, data: bytes) -> None:
    """The new bytes must give the same items in the same words; only our own may differ."""
    content = Content(data, "", opened.content.read_only)
    after = understand(
        content, opened.reading.path, named=True, settings=job.settings, today=job.today
    ).reading
    before = [(seen.item.text, seen.identity_text, seen.item.section) for seen in opened.reading.items]
    now = [(seen.item.text, seen.identity_text, seen.item.section) for seen in after.items]
    if before != now or after.fingerprint != opened.reading.fingerprint:
        raise Altered(
            f"{opened.reading.path}: our link would change how its measures read. Nothing written; "
            "they are tracked in the ledger."
        )


def _base(line: Known, note: Note, snapshot: Snapshot) -> Base:
    old = snapshot.bases.get(line.id)
    ticked = note.ticked if note.ticked is not None else line.seen.ticked
    if note.ticked is None and old is not None and old.ticked is not None:
        ticked = old.ticked  # a tick by hand stays a difference from what both sides agreed on
    return Base(item=line.id, ticked=ticked, words=note.words, target=note.target, text=line.seen.item.text)


def settle_bases(plan: Plan, snapshot: Snapshot) -> list[Record]:
    """Bases of items on which document and tracker agree by themselves."""
    records: list[Record] = []
    for line in plan.known:
        ticket = snapshot.ticket_of(line.id)
        if line.trouble is not None or ticket is None or line.mark is None:
            continue
        done = ticket.state is State.DONE
        if line.mark.words != words_of(ticket) or line.seen.ticked not in (None, done):
            continue
        new = Base(
            item=line.id,
            ticked=line.seen.ticked,
            words=line.mark.words,
            target=line.mark.target,
            text=line.seen.item.text,
        )
        if new != snapshot.bases.get(line.id):
            records.append(new)
    return records
