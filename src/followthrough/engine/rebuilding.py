"""Make the ledger anew from documents and trackers; what it still holds is kept."""

from __future__ import annotations

from dataclasses import replace

from followthrough.engine.job import Job
from followthrough.engine.running import Done, remember
from followthrough.engine.survey import Request, survey
from followthrough.engine.writing import settle_bases
from followthrough.ledger import HoldReason, Run, Snapshot
from followthrough.planning.protocol import Hold


def rebuild(job: Job, request: Request) -> Done:
    """Read every document, list every tracker whole, adopt what is ours. Writes nothing but the ledger.

    Safe to repeat: what the ledger knows stays, what it had forgotten is added.
    """
    started = job.world.now()
    before = job.ledger.snapshot()
    planned = survey(job, replace(request, filing=False, listing=True, whole=True))
    run = Run(id=job.occasion.run, command=job.occasion.command, started=started)
    job.learn(planned, run)
    job.commit(settle_bases(job, planned.plan))
    done = Done(run=job.occasion.run, plan=planned.plan)
    done.requests = job.trackers.requests
    done.credentials_refused = bool(job.trackers.refused)
    done.failures = job.unread(planned.plan.readings)
    done.unreached(planned)
    done.said = _told(before, job.ledger.snapshot(), planned.plan.holds)
    return remember(job, done, started)


def _told(before: Snapshot, after: Snapshot, holds: tuple[Hold, ...]) -> list[str]:
    linked = {item for item, links in after.links.items() if links}
    new = linked - before.links.keys()
    said = [
        f"The ledger knows {len(after.items)} measures in {len(after.documents)} documents, "
        f"{len(linked)} of them with a ticket; {len(new)} tickets were found that it did not know."
    ]
    forgotten = [hold for hold in holds if hold.reason is not HoldReason.STRANGE]
    said += [
        f"{hold.scope}: status and reports work at once; new measures are filed after "
        f"{hold.until:%Y-%m-%d %H:%M} UTC, in case an issue of ours is not listed yet."
        for hold in forgotten
    ]
    return said
