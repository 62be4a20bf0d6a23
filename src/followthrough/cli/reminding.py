"""From the figures to who is reminded of what, with the tickets as they are at this moment."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from followthrough.cli.reporting import rows_in
from followthrough.engine.rechecking import Recheck
from followthrough.ledger import Part
from followthrough.notify.reminders import Look, Round, reminders
from followthrough.reporting.reading import pages

if TYPE_CHECKING:
    from followthrough.engine.job import Job
    from followthrough.reporting.figures import Report


def make_round(job: Job, report: Report, *, learning: bool) -> tuple[Round, Recheck]:
    """Everybody who is written to, once every ticket that they are told of was read.

    What one look shows may lead to others: somebody is given a measure, and is now told of theirs.
    With ``learning`` the ledger is told what has changed.
    """
    rows = report.outstanding
    part = Part(documents={row.document for row in rows}, items=[row.id for row in rows], light=True)
    again = Recheck(job, job.ledger.snapshot(part))
    known, found = job.ledger.deliveries(), Round()
    fresh = report
    while True:
        look = Look(absent=frozenset(again.absent), unreached=frozenset(again.unreached))
        found = reminders(fresh, again.snapshot, job.settings, known, job.today, look)
        if not again.ask(item for one in found.reminders for item in one.items):
            break
        fresh = replace(report, rows=rows_in(job, again.snapshot))
    if learning:
        again.learn(pages(job.ledger), Counter(row.tracker for row in report.rows))
    return found, again
