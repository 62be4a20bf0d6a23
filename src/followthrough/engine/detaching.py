"""Documents that are left alone until `file` names them again."""

from __future__ import annotations

from dataclasses import replace

from followthrough.documents import marks
from followthrough.engine.job import Job
from followthrough.engine.reading import Parsed, open_again
from followthrough.ledger import EventKind, Part, Record
from followthrough.sources import Content

NOT_KEPT = (
    "what was stored does not hold our link as it was written. Its document is left alone from now on, its "
    "measures are tracked in the ledger; `file` with its name tries again."
)


def detached(job: Job, path: str) -> list[Record]:
    """What the ledger is told where a document is to be left alone."""
    items = job.ledger.contents().get(path, ())
    snapshot = job.ledger.snapshot(Part(documents=[path], items=items))
    document = snapshot.documents.get(path)
    if document is None or document.detached:
        return []
    records: list[Record] = [replace(document, detached=True)]
    for item in snapshot.items.values():
        base = snapshot.bases.get(item.id)
        if item.document == path and base is not None and base.words is not None:
            records.append(replace(base, words=None, target=None))
            records.append(job.occasion.event(EventKind.DETACHED, item.id, {"path": path}))
    return records


def not_kept(job: Job, opened: Parsed, sent: bytes, stored: Content) -> set[str]:
    """The items whose link does not stand in what the place made of a document as it was sent there."""
    wanted, found = (
        {
            (mark.id, mark.words, mark.target)
            for _, mark in marks(open_again(one, opened.reading, job.settings).document)
        }
        for one in (replace(opened.content, data=sent), stored)
    )
    return {id for id, _, _ in wanted - found}
