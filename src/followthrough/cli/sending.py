"""``report --send`` and ``report --to owners``: who is written to, in lines, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from followthrough.cli import output
from followthrough.cli.errors import UsageError
from followthrough.cli.opening import open_job
from followthrough.cli.reminding import make_round
from followthrough.cli.reporting import Wanted, make_report
from followthrough.engine.exits import Exit
from followthrough.engine.mutations import Mutation
from followthrough.notify import deciding, telling
from followthrough.notify.composing import letter_of
from followthrough.notify.dispatch import Dispatch, Parcel, Sent
from followthrough.notify.letters import Outcome
from followthrough.notify.reminders import Round

if TYPE_CHECKING:
    from followthrough.cli.workspace import Workspace
    from followthrough.engine.job import Job
    from followthrough.engine.rechecking import Recheck
    from followthrough.reporting.figures import Report
    from followthrough.settings.notify import Channel

FRESH = timedelta(hours=36)
"""How old what is known of the trackers may be when people are asked about it."""
CODES = {
    Outcome.DELIVERED: Exit.OK,
    Outcome.REFUSED: Exit.PARTIAL,
    Outcome.UNKNOWN: Exit.PARTIAL,
    Outcome.CREDENTIALS: Exit.CREDENTIALS,
    Outcome.LATER: Exit.LATER,
}
ENDED = {Outcome.DELIVERED: "done", Outcome.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Unread:
    """A tracker that could not be asked, and how many measures nobody is reminded of for that."""

    scope: str
    measures: int
    reason: str
    code: Exit


@dataclass(slots=True)
class Sending:
    """What became of everything that was to be sent."""

    dry: bool
    sent: list[Sent] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """Who is not written to, and why: a sentence."""
    round: Round | None = None
    unread: list[Unread] = field(default_factory=list)
    """Trackers that could not be asked whether people are to be written to."""

    @property
    def code(self) -> Exit:
        codes = [CODES[one.answer.outcome] for one in self.sent]
        return Exit.worst([*codes, *(one.code for one in self.unread)])


def send_report(workspace: Workspace, *, again: Sequence[str] = (), dry: bool = False) -> Sending:
    """One screen of today's report to each channel. Raises :class:`UsageError` where there is none."""
    channels = workspace.settings.notify.channels
    names = [channel.name for channel in channels]
    if not channels:
        raise UsageError(
            "Nobody is named who reads the report: add [[notify.channels]] to followthrough.toml."
        )
    for name in again:
        if name not in names:
            raise UsageError(f"--again {name}: is no channel. Known: {', '.join(names)}.")
    _require_ledger(workspace)
    workspace.guard()
    found = Sending(dry)
    with open_job(workspace, "report", writing=not dry) as job:
        wanted = [channel for channel in channels if not again or channel.name in again]
        _carry_out(job, _to_channels(workspace, job, wanted, again, found), found)
    return found


def _to_channels(
    workspace: Workspace, job: Job, channels: Sequence[Channel], again: Sequence[str], found: Sending
) -> Iterator[Parcel]:
    from followthrough.reporting.page import page

    ways = deciding.Ways(root=workspace.root, guard=workspace.guard)
    known = job.ledger.deliveries()
    for channel in channels:
        why = deciding.closed(channel, known, job.today, again)
        if why is None:
            report = make_report(
                job,
                Wanted(
                    only=channel.only,
                    sent_at=deciding.last_sent(known, channel.name, job.today),
                ),
            )
            why = deciding.idle(channel, report)
            if why is None:
                letter = letter_of(report, page(report), workspace.settings.notify.report_url)
                yield deciding.to_channel(channel, letter, ways)
        if why is not None:
            found.skipped.append((channel.name, why))


def send_reminders(workspace: Workspace, *, dry: bool = False) -> Sending:
    """One message to each person whose measures are late or due soon, as the trackers say now.

    Raises :class:`UsageError` where the settings do not allow it.
    """
    if not workspace.settings.notify.owners:
        raise UsageError("Reminders are off: set owners = true under [notify]. Nobody was written to.")
    _require_ledger(workspace)
    workspace.guard()
    found = Sending(dry)
    with open_job(workspace, "report", writing=not dry) as job:
        report = make_report(job, Wanted())
        if not dry:
            _require_fresh(report, job)
        found.round, again = make_round(job, report, learning=not dry)
        found.unread = _unread(job, found.round, again)
        ways = deciding.Ways(root=workspace.root, guard=workspace.guard)
        parcels = [deciding.to_owner(one, workspace.settings, ways) for one in found.round.reminders]
        found.skipped += telling.waiting(found.round, job.today)
        _carry_out(job, parcels, found)
    return found


def _unread(job: Job, found: Round, again: Recheck) -> list[Unread]:
    return [
        Unread(
            scope,
            measures,
            again.failed[scope].error or "",
            Exit.CREDENTIALS if scope in job.trackers.refused else Exit.LATER,
        )
        for scope, measures in found.unchecked.items()
    ]


def _require_ledger(workspace: Workspace) -> None:
    """A schedule that starts in the wrong folder tells nobody that all is done."""
    if not workspace.state.is_dir():
        raise UsageError(
            f"{workspace.root}: there is no ledger here, so there is nothing to send. "
            "Run `followthrough run` first, or go where it is."
        )


def _require_fresh(report: Report, job: Job) -> None:
    """Nobody is asked about what may be done long since. Raises :class:`TooOld`."""
    if report.data_of is None or job.world.now() - report.data_of > FRESH:
        raise TooOld(
            "The trackers were not read since yesterday, so nobody was asked about what may be done by now. "
            "Run `followthrough run`, then this again."
        )


class TooOld(Exception):
    """What is known is too old to write to people about: a sentence with the next step."""


def _carry_out(job: Job, parcels: Iterable[Parcel], found: Sending) -> None:
    def note(sent: Sent) -> None:
        outcome = sent.answer.outcome
        if job.recorder is not None:
            ended = ENDED.get(outcome, "refused")
            reason = sent.answer.trouble.value if sent.answer.trouble else ""
            what = Mutation(what="send", key=sent.parcel.to, outcome=ended, reason=reason)
            job.recorder.note([what])

    dispatch = Dispatch(
        ledger=job.ledger,
        now=job.world.now,
        day=job.today,
        run=job.occasion.run,
        hold=job.world.hold,
        step=job.world.step,
        note=note,
    )
    found.sent += dispatch.look(parcels) if found.dry else dispatch.send(parcels)


def say(found: Sending) -> int:
    """Tell a person what was sent, or would be, and return the exit code."""
    for _name, why in found.skipped:
        output.data(why)
    for sent in found.sent:
        if found.dry and sent.answer.taken is not None:
            for line in telling.shown(sent):
                output.data(line)
        elif sent.answer.outcome is Outcome.DELIVERED:
            output.data(telling.sentence(sent))
        else:
            tell(sent)
    if found.round is not None:
        for line in telling.left_out(found.round):
            output.data(line)
    tell_unread(found)
    if found.dry:
        output.talk("Nothing was sent, and nothing remembered.")
    return int(found.code)


def tell(sent: Sent) -> None:
    """Say what became of one message on standard error."""
    level = "info" if sent.answer.outcome is Outcome.DELIVERED else "error"
    output.talk(telling.sentence(sent), level=level, event="sent" if level == "info" else "failed")


def tell_unread(found: Sending) -> None:
    """Say on standard error which trackers could not be asked."""
    for one in found.unread:
        words = telling.unchecked(one.scope, one.measures, one.reason)
        output.talk(words, level="error", event="failed", scope=one.scope)


def say_json(found: Sending) -> int:
    """The same for a program."""
    output.as_json(to_json(found))
    return int(found.code)


def to_json(found: Sending) -> dict[str, Any]:
    """``followthrough.sent/1``."""
    return {
        "schema": "followthrough.sent/1",
        "dry_run": found.dry,
        "messages": [telling.facts(sent, dry=found.dry) for sent in found.sent],
        "skipped": [{"to": name, "reason": why} for name, why in found.skipped],
        "left_out": telling.counts(found.round),
        "unread": [
            {"tracker": one.scope, "measures": one.measures, "reason": one.reason} for one in found.unread
        ],
    }
