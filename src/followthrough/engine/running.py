"""The jobs: file, sync, the nightly run, and unlink. Each returns what it did as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from followthrough.documents import Unreadable, unlinked
from followthrough.engine.budget import usual_cost
from followthrough.engine.detaching import detached
from followthrough.engine.exits import Exit
from followthrough.engine.filing import Filed, file_tickets
from followthrough.engine.job import Job
from followthrough.engine.publishing import Publishing
from followthrough.engine.pushing import push_edits
from followthrough.engine.reading import open_document
from followthrough.engine.survey import Request, survey
from followthrough.engine.writing import Written, settle_bases, sweep, write_documents
from followthrough.ledger import Run
from followthrough.planning.braking import stops_of
from followthrough.planning.plan import NEEDS_HUMAN, Plan, Push
from followthrough.planning.planner import Planned
from followthrough.planning.rules import Rules
from followthrough.retrying import spoken
from followthrough.sources import Changed, PlaceError, SourceError


@dataclass(slots=True, kw_only=True)
class Done:
    """What a job did."""

    run: str
    plan: Plan
    filed: Filed = field(default_factory=Filed)
    pushed: list[Push] = field(default_factory=list)
    written: Written = field(default_factory=Written)
    taken_out: list[str] = field(default_factory=list)
    """Documents that ``unlink`` changed."""
    said: list[str] = field(default_factory=list)
    """Sentences about what a person decided, and what happens next."""
    failures: list[str] = field(default_factory=list)
    """Sentences about what could not be done."""
    waits: list[str] = field(default_factory=list)
    """Sentences about what a later run finishes by itself."""
    where: dict[str, str] = field(default_factory=dict)
    """By scope, where a person sees what was filed there: an address, or a command in backticks."""
    requests: int = 0
    """How many requests went over the network."""
    credentials_refused: bool = False
    declined: bool = False
    """A human said no; nothing was done."""

    def not_written(self, path: str, error: Exception) -> None:
        """A document out of which links could not be taken; its place tells itself what is wrong with it."""
        if isinstance(error, Changed):
            self.written.changed.append(path)
        elif isinstance(error, PlaceError):
            self.written.held_back.append(path)
        else:
            self.failures.append(str(error))

    def unpublished(self, failed: Mapping[str, SourceError]) -> None:
        """Documents out of which links were taken where nobody sees that."""
        self.taken_out = [path for path in self.taken_out if path not in failed]
        for path, error in failed.items():
            self.not_written(path, error)

    def troubled(self, troubles: Mapping[str, PlaceError]) -> None:
        """Places of documents that could not be asked or written."""
        held = len(self.written.held_back)
        left = f"{'1 document was' if held == 1 else f'{held} documents were'} not written: " if held else ""
        for name, trouble in troubles.items():
            self.credentials_refused = self.credentials_refused or trouble.refused
            (self.waits if trouble.later else self.failures).append(f"{name}: {left}{trouble}")

    def unreached(self, planned: Planned) -> None:
        """Trackers, and places of documents, that could not be asked."""
        for scope, error in planned.unreachable.items():
            (self.waits if scope in planned.come_back else self.failures).append(f"{scope}: {error}")

    @property
    def exit(self) -> Exit:
        """The exit code that tells it."""
        codes = []
        if self.credentials_refused:
            codes.append(Exit.CREDENTIALS)
        undecidable = any(matter.code in NEEDS_HUMAN for matter in self.plan.matters)
        if (self.plan.brakes or undecidable or self.plan.went_backwards) and not self.declined:
            codes.append(Exit.HUMAN)
        if self.failures or self.filed.refused or self.written.refused:
            codes.append(Exit.PARTIAL)
        if self.waits or self.written.changed:
            codes.append(Exit.LATER)
        return Exit.worst(codes)

    def failed(self) -> list[str]:
        """Everything that could not be done, a sentence each."""
        refused = [f"{step.path}:{step.line} was not filed: {reason}" for step, reason in self.filed.refused]
        unwritten = [
            f"{path}{f':{line}' if line else ''} was not written: {reason}"
            for path, line, reason in self.written.refused
        ]
        return [*self.failures, *refused, *unwritten]

    def counts(self) -> dict[str, int]:
        """For the journal and the last line on the screen."""
        return {
            "created": len(self.filed.created),
            "refused": len(self.filed.refused),
            "unknown": len(self.filed.unknown),
            "found": len(self.filed.found),
            "pushed": len(self.pushed),
            "documents": len(self.written.documents) + len(self.taken_out),
            "notes": sum(len(notes) for _, notes in self.written.documents),
            "failures": len(self.failures) + len(self.written.refused),
        }


Approve = Callable[[Plan], bool]
Judge = Callable[[Plan], str | None]


def carry_out(
    job: Job, request: Request, approve: Approve = lambda _plan: True, *, stale: Judge = lambda _plan: None
) -> Done:
    """Survey, learn, file, write back: in this order, so that a kill at any point loses nothing.

    ``approve`` may stop everything before the first write; ``stale`` names why a saved plan no
    longer holds. Raises :class:`StalePlan` then, with nothing written.
    """
    planned = survey(job, request)
    job.world.step("surveyed")
    reason = stale(planned.plan)
    if reason:
        raise StalePlan(reason)
    if request.filing and planned.plan.creates and not approve(planned.plan):
        return Done(run=job.occasion.run, plan=planned.plan, declined=True)
    return _carry_out(job, request, planned)


class StalePlan(Exception):
    """What was planned and what would be done now differ; nothing was done."""


def _carry_out(job: Job, request: Request, planned: Planned) -> Done:
    started = job.world.now()
    plan = planned.plan.braked
    job = replace(job, occasion=replace(job.occasion, plan_hash=planned.plan.hash))
    if job.recorder is not None:
        job.recorder.occasion = job.occasion
    run = Run(id=job.occasion.run, command=job.occasion.command, started=started)
    job.learn(planned, run)
    job.world.step("learned")
    unlearned = {*planned.unreachable, *(one.scope for one in planned.plan.brakes)}
    job.note_scopes(job.trackers.read_whole(unlearned))
    creates = len(plan.creates) if request.filing else 0
    job.tell("surveyed", documents=len(plan.readings), creates=creates, writes=len(plan.notes))
    if outlook := _outlook(job, creates):
        job.tell("budget", outlook, level="notice")
    filed = file_tickets(job, plan, planned) if request.filing else Filed()
    carried = push_edits(job, plan.pushes)
    touched = {note.path for note in plan.notes}
    unread, swept = job.unread(plan.readings), sweep(job, plan)
    written = write_documents(job, plan, touched, {step.path for step, _ in (*filed.created, *filed.found)})
    job.commit(settle_bases(job, plan), waits=True)
    done = Done(run=job.occasion.run, plan=planned.plan, filed=filed, written=written)
    done.pushed = carried.done
    done.requests = job.trackers.requests
    for scope in sorted({step.scope for step, _ in filed.created if step.scope}):
        keys = [ticket.key for step, ticket in filed.created if step.scope == scope]
        if where := job.trackers.where(scope, keys):
            done.where[scope] = where
    done.credentials_refused = bool(job.trackers.refused)
    done.failures = unread + swept
    done.failures += [
        f"{scope}: {reason}" for scope, reason in filed.stopped.items() if scope not in filed.later
    ]
    done.failures += [
        f"{push.path}:{push.line}: the {push.field} of {push.key} was not changed: {reason}"
        for push, reason in carried.failed
    ]
    done.waits = [f"{scope}: {filed.stopped[scope]}" for scope in sorted(filed.later)]
    done.waits += [f"{scope}: {reason}" for scope, reason in carried.later.items()]
    done.unreached(planned)
    done.troubled({k: v for k, v in job.remotes.troubles.items() if k not in planned.unreachable})
    if written.left:
        those = "1 document was" if written.left == 1 else f"{written.left} documents were"
        done.waits.append(f"{those} not reached in the time given; the next run goes on.")
    done.failures += [
        f"{scope}: {why}" for scope, why in job.trackers.off().items() if not _told(scope, why, done)
    ]
    done.failures += [f"{scope}: {why}" for scope, why in sorted(job.trackers.faults.items())]
    remember(job, done, started)
    return done


def _outlook(job: Job, creates: int) -> str:
    """What can be foreseen of a run with a deadline: that it will not reach everything."""
    each = usual_cost(job.ledger.runs())
    if job.budget.limit is None or each is None or each * creates <= job.budget.left:
        return ""
    return (
        f"{creates} measures to file, about {spoken(each * creates)} by what the last run took; "
        f"{spoken(job.budget.left)} are left, so the next runs go on."
    )


def _told(scope: str, why: str, done: Done) -> bool:
    return f"{scope}: {why}" in done.failures


def remember(job: Job, done: Done, started: datetime) -> Done:
    """The run's own record; the ledger first, then the journal, which may be behind but never ahead."""
    finished = job.world.now()
    counts: dict[str, Any] = {**done.counts(), "seconds": round(job.budget.spent.total_seconds())}
    run = Run(
        id=job.occasion.run,
        command=job.occasion.command,
        started=started,
        finished=finished,
        exit_code=int(done.exit),
        counts=counts,
        stops=stops_of(done.plan) if not done.declined else (),
    )
    job.commit([run])
    job.witness(exit=run.exit_code, **run.counts, failed=done.failed(), waits=done.waits)
    job.world.step("journal written")
    job.tell("finished", exit=run.exit_code, **counts)
    return done


def unlink(job: Job, paths: Sequence[tuple[str, bool]]) -> Done:
    """Take our links out of the documents and leave them detached; tickets are not touched."""
    planned = survey(job, Request(paths=paths, rules=Rules(), filing=False, offline=True))
    done = Done(run=job.occasion.run, plan=planned.plan)
    job.learn(planned)
    publishing = Publishing(job)
    for path, named in job.remotes.present(paths):
        try:
            opened = open_document(job.source, path, named=named, settings=job.settings, today=job.today)
            data = unlinked(opened.document)
            if data != opened.document.data:
                if opened.document.read_only is not None:
                    done.failures.append(f"{opened.document.read_only} Take its links out by hand.")
                    continue
                job.source.write(path, data, opened.content.version)
                job.world.step("document written")
                done.taken_out.append(path)
            publishing.written(path, detached(job, path), waits=False)
        except (SourceError, Unreadable) as error:
            done.not_written(path, error)
    done.unpublished(publishing.end())
    done.troubled(job.remotes.troubles)
    remember(job, done, job.occasion.now)
    return done
