"""The page of ``status``: the last run, what is tracked, what waits for a human, and what waits by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from followthrough.cli.screens.words import Names, Screen, cells, count, fit
from followthrough.ledger import Acceptance, HoldReason, Intent, Run, Snapshot, TicketRecord
from followthrough.model import State
from followthrough.planning.plan import Action, Matter, Plan, Step
from followthrough.planning.protocol import is_out

MOST = 5
"""Sentences of the last run that are repeated."""
TITLE = 12
"""Columns of a section's name."""
SUBJECTS = {
    "ticked-by-hand": "ticked by hand, ticket open",
    "unticked-by-hand": "unticked by hand, ticket done",
    "link-edited": "link edited by hand",
    "link-copied": "same link twice",
    "retitled": "retitled, or new?",
    "ticket-missing": "ticket not found",
    "two-issues": "two issues, one measure",
    "frozen": "goes to and fro: frozen",
    "title-edited": "words edited here",
    "due-edited": "date edited here",
    "owner-edited": "owner edited here",
    "read-only": "cannot be written",
}
HELD = {
    HoldReason.BEHIND: "ledger went backwards",
    HoldReason.REBUILT: "ledger is new",
    HoldReason.STRANGE: "unknown issue of ours",
}
ENDINGS = {
    0: "ok",
    3: "some measures failed",
    4: "waits for a human",
    5: "credentials refused",
    75: "to be continued by the next run",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that the page tells."""

    last: Run | None
    expected: datetime | None
    """By when the next run should have begun."""
    snapshot: Snapshot
    plan: Plan
    failed: tuple[str, ...] = ()
    """What the last run could not do,"""
    goes_on: tuple[str, ...] = ()
    """and what it left to the next."""
    stops: tuple[str, ...] = ()
    """What the latest run that may write did not do before somebody decides."""
    accepted: Sequence[Acceptance] = ()
    """Risks that somebody has taken for now, the first that comes back first."""

    @property
    def states(self) -> Mapping[str, int]:
        """How many tracked measures are in each state."""
        items = self.snapshot.items
        alone = (id for id in self.snapshot.links if id not in items or items[id].merged_into is None)
        tracked = (self.snapshot.ticket_of(id) for id in alone)
        return Counter(ticket.state.value for ticket in tracked if ticket)

    @property
    def documents(self) -> int:
        """How many documents they stand in."""
        items = self.snapshot.items
        return len({items[id].document for id in self.snapshot.links if id in items})

    @property
    def asks(self) -> list[Step]:
        """Questions that no matter tells already."""
        told = {(matter.path, matter.line) for matter in self.plan.matters}
        return [
            step
            for step in self.plan.steps
            if step.action is Action.ASK and (step.path, step.line) not in told
        ]

    @property
    def news(self) -> list[str]:
        """What people should know of the trackers."""
        return [said for facts in self.plan.trackers.values() for said in facts.news]

    @property
    def waits(self) -> list[Step]:
        """What is not filed yet."""
        return [step for step in self.plan.steps if step.action is Action.WAIT]

    @property
    def unanswered(self) -> list[Intent]:
        """Creates without an answer whose lines are not in sight."""
        shown = {step.item for step in self.plan.steps}
        return [one for one in self.snapshot.intents.values() if is_out(one) and one.item not in shown]

    @property
    def unseen(self) -> list[TicketRecord]:
        """Tickets that the last run did not find, for the first time."""
        return [one for one in self.snapshot.tickets.values() if one.absences and not one.missing]

    @property
    def drafts(self) -> Counter[str]:
        """Documents still being written, with the number of measures that wait for them."""
        status = {reading.path: f"`status: {reading.status}`" for reading in self.plan.readings}
        return Counter(step.path for step in self.waits if status[step.path] in step.reason)


Row = tuple[str, str, str]


def status_lines(standing: Standing, screen: Screen) -> Iterator[str]:
    """The page as people read it."""
    names = Names(standing.plan.paths)
    yield from _titled("Last run", _last_run(standing, screen), screen)
    for title, sentences in (("Failed", standing.failed), ("Goes on", standing.goes_on)):
        for number, sentence in enumerate(_first(sentences)):
            yield from _titled("" if number else title, sentence, screen)
    yield from _titled("Tracking", _tracking(standing), screen)
    mine = list(_mine(standing, names))
    for number, stop in enumerate(standing.stops):
        yield from _titled("Stopped" if number == 0 else "", stop, screen)
    sections = {
        f"For you ({len(mine)})": mine,
        "By itself": list(_by_itself(standing, names, screen)),
        "In writing": list(_drafts(standing, names)),
        "Accepted": list(_accepted(standing, names, screen)),
    }
    rows = [row for section in sections.values() for row in section]
    widths = [max((cells(row[at]) for row in rows), default=0) for at in range(2)]
    for title, section in sections.items():
        yield from _section(title, section, widths, screen)
    for number, said in enumerate(standing.news):
        yield from _titled("" if number else "Trackers", said, screen)
    filing = len(standing.plan.creates) + standing.plan.counts()["later"]
    if filing:
        yield from _titled("To file", f"{count(filing, 'measure')}: `followthrough plan` shows them", screen)


def _first(sentences: Sequence[str]) -> list[str]:
    """So many that the rest of the page is still seen."""
    more = len(sentences) - MOST
    return [*sentences[:MOST], *([f"and {more} more: see runs.jsonl."] if more > 0 else [])]


def _titled(title: str, text: str, screen: Screen) -> Iterator[str]:
    yield from screen.flow(f"{title:<{TITLE}}{text}", TITLE)


def _last_run(standing: Standing, screen: Screen) -> str:
    last = standing.last
    if last is None:
        return "none yet. Start with `followthrough plan`."
    name = last.id if last.command == "run" else f"{last.id} ({last.command})"
    if last.finished is None or last.exit_code is None:
        return f"{name}, {screen.moment(last.started)}, did not come to its end. Run it again."
    how = ENDINGS.get(last.exit_code, f"exit code {last.exit_code}")
    facts = f"{name}, {screen.moment(last.finished)}{_took(last)}, {how}."
    expected = standing.expected
    if expected is None:
        return facts
    late = " It is late: see your scheduler." if expected < screen.now else ""
    return f"{facts} Next expected before {screen.moment(expected)}.{late}"


def _took(run: Run) -> str:
    """How long it took: by a clock that nobody sets, else as far as the two times make sense."""
    seconds = run.counts.get("seconds")
    if seconds is None and run.finished is not None:
        seconds = round((run.finished - run.started).total_seconds())
    return f", {seconds} s" if seconds is not None and 0 <= seconds < 86_400 else ""


def _tracking(standing: Standing) -> str:
    counted = standing.states
    words = {state: "dropped" if state is State.DROPPED else state.words for state in State}
    known = ", ".join(f"{counted[state]} {words[state]}" for state in State if counted.get(state))
    where = f"{count(sum(counted.values()), 'measure')} in {count(standing.documents, 'document')}"
    return f"{where}: {known}" if known else where


def _mine(standing: Standing, names: Names) -> Iterator[Row]:
    for matter in standing.plan.matters:
        where = f"{names(matter.path)}:{matter.line}"
        yield _subject(matter), f"{where}, {matter.key}" if matter.key else where, _cure(matter)
    for step in standing.asks:
        name = names(step.path)
        if step.like is None:
            yield "file it?", f"{name}:{step.line}", step.reason
        else:
            cure = f"`file --item {step.path}:{step.line}`, or add <!-- ft:ignore -->"
            yield "same work twice?", f"{name}:{step.line} and :{step.like}", cure
    for step in standing.waits:
        if step.retry_at is None and step.held is None and step.path not in standing.drafts:
            yield "not filed", f"{names(step.path)}:{step.line}", step.reason


def _by_itself(standing: Standing, names: Names, screen: Screen) -> Iterator[Row]:
    """What resolves itself, and when it is looked at again."""
    plan = standing.plan
    for step in standing.waits:
        if step.retry_at and step.held is None:
            yield _waiting(step.scope, plan), f"{names(step.path)}:{step.line}", _looks(step.retry_at, screen)
    for intent in standing.unanswered:
        item = standing.snapshot.items.get(intent.item)
        where = f"{names(item.document)}, line gone" if item else intent.item
        facts = plan.trackers.get(intent.scope)
        until = intent.at + facts.settle if facts else None
        yield _waiting(intent.scope, plan), where, _looks(until, screen)
    for ticket in standing.unseen:
        yield "ticket not found, once", ticket.key, "the next run looks again"
    for hold in plan.holds:
        waiting = sum(step.held is not None and step.scope == hold.scope for step in standing.waits)
        what = count(waiting, "measure") if waiting else "nothing waits"
        yield HELD[hold.reason], f"{hold.scope}, {what}", f"files again {screen.moment(hold.until)}"
    over = [step.held for step in standing.waits if step.held is not None and step.retry_at is None]
    if over:
        yield HELD[over[0]], count(len(over), "measure"), "filed once every tracker was listed"


def _looks(until: datetime | None, screen: Screen) -> str:
    if until is None or until <= screen.now:
        return "the next run looks again"
    return f"looks again {screen.moment(until)}"


def _subject(matter: Matter) -> str:
    return SUBJECTS.get(matter.code, matter.code.replace("-", " "))


def _cure(matter: Matter) -> str:
    cure = matter.choices or matter.message
    return cure[:1].lower() + cure[1:]


def _waiting(scope: str | None, plan: Plan) -> str:
    facts = plan.trackers.get(scope or "")
    name = facts.called if facts else "tracker"
    return f"no answer from {name if name[:1].isupper() else f'the {name}'}"


def _accepted(standing: Standing, names: Names, screen: Screen) -> Iterator[Row]:
    for one in standing.accepted:
        item, ticket = standing.snapshot.items.get(one.item), standing.snapshot.ticket_of(one.item)
        where = f"{names(item.document)}:{item.line}" if item else one.item
        where = f"{where}, {ticket.key}" if ticket else where
        yield f"risk until {screen.day(one.until)}", where, f"{one.by}: {one.reason}"


def _drafts(standing: Standing, names: Names) -> Iterator[Row]:
    drafts = standing.drafts
    if drafts:
        shown = [names(path) for path in drafts][:2]
        more = f" and {len(drafts) - len(shown)} more" if len(drafts) > len(shown) else ""
        yield (
            f"{count(drafts.total(), 'measure')} in {count(len(drafts), 'draft')}",
            f"{', '.join(shown)}{more}",
            "",
        )


def _section(title: str, rows: list[Row], widths: list[int], screen: Screen) -> Iterator[str]:
    """Three columns; what is to be done goes below where the terminal is too narrow for it."""
    for number, (what, where, cure) in enumerate(rows):
        head = f"{title if number == 0 else '':<{TITLE}}{fit(what, widths[0])}   {where}"
        line = f"{fit(head, TITLE + sum(widths) + 3)}   {cure}".rstrip()
        if screen.columns is None or cells(line) <= screen.columns:
            yield line
            continue
        yield from screen.flow(head.rstrip(), TITLE)
        if cure:
            yield from screen.flow(f"{'':<{TITLE}}{cure}", TITLE)


def to_json(standing: Standing) -> dict[str, Any]:
    """The same for another program."""
    last = standing.last
    return {
        "schema": "followthrough.status/1",
        "last_run": None
        if last is None
        else {
            "id": last.id,
            "command": last.command,
            "started": last.started.isoformat(),
            "finished": last.finished.isoformat() if last.finished else None,
            "exit": last.exit_code,
            "counts": dict(last.counts),
            "failed": list(standing.failed),
            "waits": list(standing.goes_on),
        },
        "next_run_before": standing.expected.isoformat() if standing.expected else None,
        "stops": list(standing.stops),
        "news": standing.news,
        "holds": [
            {"tracker": hold.scope, "reason": hold.reason.value, "until": hold.until.isoformat()}
            for hold in standing.plan.holds
        ],
        "unanswered": [
            {"item": one.item, "tracker": one.scope, "since": one.at.isoformat()}
            for one in standing.unanswered
        ],
        "not_found_once": [{"tracker": one.scope, "key": one.key} for one in standing.unseen],
        "tracking": dict(standing.states),
        "documents": standing.documents,
        "matters": [
            {
                "code": m.code,
                "path": m.path,
                "line": m.line,
                "item": m.item,
                "key": m.key,
                "message": m.message,
                "choices": m.choices,
            }
            for m in standing.plan.matters
        ],
        "waiting": [
            {
                "item": s.item,
                "path": s.path,
                "line": s.line,
                "reason": s.reason,
                "draft": s.path in standing.drafts,
                "retry_at": s.retry_at.isoformat() if s.retry_at else None,
                "held": s.held.value if s.held else None,
            }
            for s in standing.waits
        ],
        "asks": [
            {"item": s.item, "path": s.path, "line": s.line, "reason": s.reason, "like": s.like}
            for s in standing.plan.steps
            if s.action is Action.ASK
        ],
        "accepted": [
            {
                "item": one.item,
                "key": ticket.key if (ticket := standing.snapshot.ticket_of(one.item)) else None,
                "since": one.since.isoformat(),
                "until": one.until.isoformat(),
                "reason": one.reason,
                "by": one.by,
            }
            for one in standing.accepted
        ],
        "to_file": len(standing.plan.creates) + standing.plan.counts()["later"],
    }
