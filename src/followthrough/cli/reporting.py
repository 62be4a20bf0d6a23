"""From options and settings to the figures of a day, for what is shown and for what is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from followthrough.collector import no_collection

if TYPE_CHECKING:
    from followthrough.engine.job import Job
    from followthrough.ledger import Snapshot
    from followthrough.reporting.asked import Asked
    from followthrough.reporting.figures import By, Report
    from followthrough.reporting.rows import Row

READERS = ("run", "sync", "file", "rebuild")
"""Commands that read the trackers."""
RECENT = 50
"""Runs that are looked through for one that did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to see; without anything, today's report of all measures."""

    as_of: date | None = None
    since: date | None = None
    only: str | None = None
    by: By | None = None
    sent_at: datetime | None = None
    """When whoever reads it got the last one, which the change is counted from; else a week before."""


def make_report(job: Job, wanted: Wanted) -> Report:
    """The figures."""
    from followthrough.reporting.beside import beside
    from followthrough.reporting.reading import report_of

    asked = _asked(job, wanted)
    with no_collection():  # rows hold no cycles, and walking them takes a third of the time
        return report_of(job.ledger, beside(job.ledger, asked))


def rows_in(job: Job, snapshot: Snapshot) -> tuple[Row, ...]:
    """Today's rows of these measures alone, as they stand in ``snapshot``."""
    from followthrough.reporting.accepting import accepted_by_item
    from followthrough.reporting.computing import report

    asked = _asked(job, Wanted())
    accepted = accepted_by_item(job.ledger.acceptances(), asked.day_of)
    with no_collection():
        return report(snapshot, (), replace(asked, accepted=accepted)).rows


def _asked(job: Job, wanted: Wanted) -> Asked:
    from followthrough.reporting.asked import Asked
    from followthrough.reporting.figures import By

    ended = (run.finished for run in job.ledger.runs(RECENT) if run.command in READERS and run.finished)
    return Asked(
        as_of=wanted.as_of or job.today,
        now=job.world.now(),
        zone=job.settings.zone,
        since=wanted.since,
        history_before=job.settings.since,
        only=wanted.only,
        sent_at=wanted.sent_at,
        fallbacks=job.office.fallbacks,
        address=job.document_url,
        data_of=next(ended, None),
        by=[one for one in By if one is not By.PERSON or wanted.by is By.PERSON],
    )
