"""The documents that are as the last run left them and of which there is nothing to tell: for `status`.

It asks no tracker and writes nothing, so that what the last run found to be quiet is all it can rest on.
"""

from __future__ import annotations

from followthrough.engine.job import Job
from followthrough.engine.sifting import Paths, Sifted, sealed_by
from followthrough.ledger import Snapshot
from followthrough.planning.quiet import elsewhere, seal_of, together, unsettled
from followthrough.sources import SourceError


def recognise(job: Job, paths: Paths, whole: Snapshot, edition: str) -> Sifted:
    """Part the documents by what is remembered of them and by ``whole``, which is all of the ledger.

    One in which a measure waits, or somebody is asked, is read: that is told with its line and words.
    """
    sifted = Sifted(paths, job.ledger.contents())
    edition, loud = sealed_by(job, edition), unsettled(whole)
    for path, named in paths:
        old, held = job.memo.all().get(path), sifted.held.get(path, ())
        if old is None or path in loud or old.quiet.asked or old.quiet.waiting:
            continue
        try:
            version = job.source.read(path).version
        except SourceError:
            continue
        if seal_of(whole, path, held, edition, version, named) == old.seal:
            sifted.quiet[path] = old.quiet
            sifted.elsewhere = together(sifted.elsewhere, elsewhere(whole, held))
    return sifted
