"""The plan on the screen: document by document what would be done and why, then what it comes to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from followthrough.cli.screens.changes import planned_pushes
from followthrough.cli.screens.words import (
    Screen,
    cells,
    count,
    day,
    fit,
    matter_line,
    nothing_in,
)
from followthrough.ledger.records import Acceptance
from followthrough.planning.braking import backwards_line, brake_line
from followthrough.planning.plan import Action, Move, Note, Plan, Step
from followthrough.planning.readings import Reading
from followthrough.planning.recurrence import Again, Unfinished
from followthrough.policy.due import Due, DueOrigin
from followthrough.tickets import title_of

SIGNS = {
    Action.FILE: "+ file",
    Action.LATER: "+ later",
    Action.FOLLOW: "= follow",
    Action.KEEP: "= keep",
    Action.SKIP: "- skip",
    Action.WAIT: ". wait",
    Action.ASK: "? ask",
    Action.HISTORY: ". history",
}
TEXT_WIDTH = 72
LEAST = 38
"""Columns that a text needs on a narrow terminal; with less, the reason stands below it."""
GAP = "   "
FEW = 5
"""Measures of an earlier incident that are named."""


def plan_lines(plan: Plan, screen: Screen) -> Iterator[str]:
    """The whole plan."""
    for line in _lines(plan, screen):
        yield from screen.flow(line)


def _lines(plan: Plan, screen: Screen) -> Iterator[str]:
    yield from plan.remarks
    yield from _head(plan)
    steps = {path: list(group) for path, group in groupby(plan.steps, key=lambda step: step.path)}
    rows = _Rows(
        screen,
        {(note.path, note.item): note for note in plan.notes},
        {(move.path, move.line): move for move in plan.moves},
        plan.accepted,
    )
    asked = {(step.path, step.line) for step in plan.steps if step.action is Action.ASK}
    again = {path: list(group) for path, group in groupby(plan.again, key=lambda one: one.path)}
    unfinished: dict[str, Sequence[str]] = {}
    unlike = 0
    if plan.readings:
        yield ""
    for reading in plan.readings:
        shown = [step for step in steps.get(reading.path, []) if step.action is not Action.HISTORY]
        if reading.error:
            yield f"! {reading.error}"
        elif shown:
            yield _document(reading, detached=reading.path in plan.detached)
            yield from rows.of(shown)
            yield from _happened(again.get(reading.path, ()), unfinished)
        elif not reading.looks_like_postmortem and not reading.named:
            unlike += 1
        elif not reading.items:
            yield nothing_in(reading)
    if unlike:
        do, were = ("does", "was") if unlike == 1 else ("do", "were")
        yield f"{count(unlike, 'document')} found here {do} not look like a postmortem and {were} left out."
    if plan.excluded:
        some = ", ".join(plan.excluded[:3]) + (", …" if len(plan.excluded) > 3 else "")
        yield f"{count(len(plan.excluded), 'file')} left out by name (exclude): {some}."
    yield from planned_pushes(plan.pushes)
    for matter in plan.matters:
        if (matter.path, matter.line) not in asked:
            yield matter_line(matter)
    yield ""
    yield totals(plan)


def _happened(again: Sequence[Again], unfinished: dict[str, Sequence[str]]) -> Iterator[str]:
    """Earlier incidents that this one resembles, and what was promised then and is not done.

    ``unfinished`` keeps, by document, the lines of the latter: many incidents may resemble the same one.
    """
    for one in again:
        why = f"{', '.join(one.services)}; {', '.join(one.words)}"
        yield f'  ! again   like "{one.title}", {day(one.date)} ({why}), of which is not done:'
        if one.earlier not in unfinished:
            unfinished[one.earlier] = _unfinished(one.items)
        yield from unfinished[one.earlier]


def _unfinished(items: Sequence[Unfinished]) -> Sequence[str]:
    """The first of them, and how many more there are."""
    lines = []
    for item in items[:FEW]:
        key = item.key or f"{item.path}:{item.line}"
        lines.append(f"            {key}  {title_of(item.text)}{GAP}{item.words}")
    if len(items) > FEW:
        lines.append(f"            and {count(len(items) - FEW, 'measure')} more")
    return lines


def _head(plan: Plan) -> Iterator[str]:
    if plan.since:
        yield _documents(plan, plan.since)
    tried = {step.scope for step in plan.steps if step.action in (Action.FILE, Action.LATER) and step.scope}
    for scope, facts in plan.trackers.items():
        if scope not in tried:
            continue
        who = f" as {facts.account}" if facts.account and not facts.reach else ""
        first = plan.first_runs.get(scope)
        limit = f": first run here, at most {count(first, 'issue')} (--limit)" if first else ""
        yield f"{facts.place or scope}{who}{limit}.{f' {facts.reach}' if facts.reach else ''}"
        yield from (f"!  {scope}: {sentence}" for sentence in facts.wrong)
    if plan.went_backwards:
        yield backwards_line(plan)
    for brake in plan.brakes:
        yield f"Brake: {brake_line(brake, plan.hash)}"


def _documents(plan: Plan, since: date) -> str:
    older, undated = plan.history()
    fresh = sum(bool(reading.items) for reading in plan.readings) - len(older) - len(undated)
    sentences = [f"{count(fresh, 'document')} since {day(since)}."]
    if older:
        are = "one is" if len(older) == 1 else "ones are"
        measures = count(older.total(), "measure")
        sentences.append(f"{len(older):,} older {are} history: {measures} counted, none filed (since).")
    if undated:
        have = "has" if len(undated) == 1 else "have"
        measures = count(undated.total(), "measure")
        sentences.append(f"{len(undated):,} {have} no date: {measures} left out. Name one to file it.")
    return " ".join(sentences)


def _document(reading: Reading, *, detached: bool) -> str:
    facts = [
        reading.incident.severity,
        day(reading.incident.date) if reading.incident.date else None,
        f"status: {reading.status}" if reading.status else None,
        "read only" if reading.read_only else None,
        "detached by unlink" if detached else None,
    ]
    known = ", ".join(fact for fact in facts if fact)
    return f"{reading.path}{GAP}{known}".rstrip()


@dataclass
class _Rows:
    """The lines of a document's measures, aligned; reason below text where both do not fit."""

    screen: Screen
    notes: dict[tuple[str, str], Note]
    moves: dict[tuple[str, int], Move]
    accepted: Mapping[str, Acceptance]
    rules: set[str] = field(default_factory=set)
    """Lines of the policy that were named above already."""

    def of(self, steps: Sequence[Step]) -> Iterator[str]:
        self.rules = set()
        waiting = [step for step in steps if step.action is Action.WAIT and step.retry_at is None]
        if len(waiting) > 1 and len({step.reason for step in waiting}) == 1:
            yield f"  . wait    {count(len(waiting), 'measure')}: {waiting[0].reason}"
            steps = [step for step in steps if step not in waiting]
        if not steps:
            return
        digits = max(len(str(step.line)) for step in steps)
        leads = [f"  {self._sign(step):<9} L{step.line:<{digits}}  " for step in steps]
        indent = len(leads[0])
        texts, whys = [title_of(step.text) for step in steps], [self._why(step) for step in steps]
        room = min(TEXT_WIDTH, max((self.screen.columns or 200) - indent, 20))
        width = min(room, max(cells(text) for text in texts))
        beside = (self.screen.columns or 200) - indent - len(GAP) - max(cells(why) for why in whys)
        stacked = self.screen.columns is not None and beside < min(width, LEAST)
        width = width if stacked or self.screen.columns is None else min(width, beside)
        for lead, text, why in zip(leads, texts, whys, strict=True):
            if not stacked:
                yield f"{lead}{fit(text, width)}{GAP}{why}".rstrip()
                continue
            yield f"{lead}{fit(text, min(room, cells(text)))}"
            if why:
                yield " " * indent + why

    def _sign(self, step: Step) -> str:
        if (step.path, step.line) in self.moves:
            return "> move"
        noted = (step.path, step.item) in self.notes and step.action is Action.KEEP
        return "~ write" if noted else SIGNS[step.action]

    def _why(self, step: Step) -> str:
        taken = self.accepted.get(step.item)
        why = self._reason(step)
        return f"{why}; risk accepted until {self.screen.day(taken.until)} by {taken.by}" if taken else why

    def _reason(self, step: Step) -> str:
        move, note = self.moves.get((step.path, step.line)), self.notes.get((step.path, step.item))
        if move is not None:
            return f"{move.key} → {move.scope}: `{move.command}`"
        if note is not None and step.action is Action.KEEP:
            return f"{note.key}: {change(note)}"
        if step.action is Action.FILE:
            return f"{_who(step)}, {self._when(step.due, step.due_note)}"
        if step.retry_at is not None:
            return f"{step.reason} {self.screen.moment(step.retry_at)}"
        return step.reason

    def _when(self, due: Due | None, note: str) -> str:
        told = [note] if note else []
        if due is not None and due.origin is DueOrigin.TARGET:
            rule = "" if due.rule in self.rules else f": {due.rule}"
            self.rules.add(due.rule)
            told.insert(0, f"target{rule}")
        words = self.screen.day(due.day) if due else "no date"
        return f"{words} ({'; '.join(told)})" if told else words


def _who(step: Step) -> str:
    if step.owner is None:
        return "no owner"
    if step.assignee is None or step.assignee.account is not None:
        return step.owner
    note = step.assignee.note
    return f'no owner ("{step.owner}" {note})' if note else f"{step.owner} (no account)"


def change(note: Note) -> str:
    """What a note changes, such as ``open → done``."""
    before = note.before.words if note.before else ""
    after = note.after.words if note.after else ""
    if before == after:
        return before
    reopened = note.before and note.before.closed and note.after and not note.after.closed
    return f"{before} → {after}{' (reopened)' if reopened else ''}".strip()


def totals(plan: Plan) -> str:
    """The end of a plan: how many, where, and who will hear of it."""
    counts = plan.counts()
    done = [f"{action} {counts[action]}" for action in ("file", "follow", "ask", "move") if counts[action]]
    words = (("skip", "skipped"), ("wait", "waiting"), ("keep", "filed already"), ("later", "later"))
    rest = ", ".join(f"{word} {counts[action]}" for action, word in words if counts[action])
    parts = [f"To do: {', '.join(done) or 'nothing'}."]
    if rest:
        parts.append(f"{rest[:1].upper()}{rest[1:]}.")
    parts += [_writes(plan), *mails(plan), *_times(plan)]
    return " ".join(part for part in parts if part)


def mails(plan: Plan) -> Iterator[str]:
    """Whom each tracker will mail, in a sentence."""
    for scope, facts in plan.trackers.items():
        if facts.mails and any(step.scope == scope for step in plan.creates):
            yield f"{called(facts.called)} will mail: {', '.join(plan.mailed(scope)) or 'nobody'}."


def _times(plan: Plan) -> Iterator[str]:
    """How long each tracker takes for the new issues, where it is a minute or more."""
    numbers = Counter(step.scope for step in plan.creates if step.scope)
    for scope, number in numbers.items():
        facts = plan.trackers[scope]
        minutes = math.ceil(facts.time_for(number).total_seconds() / 60)
        if facts.time_for(number) >= timedelta(minutes=1):
            yield f"{called(facts.called)} takes {number} issues in about {count(minutes, 'minute')}."


def called(name: str) -> str:
    """A kind of tracker at the beginning of a sentence: ``Jira``, ``The tracker``."""
    return name if name[:1].isupper() else f"The {name}"


def _writes(plan: Plan) -> str:
    scopes = Counter(step.scope for step in plan.creates if step.scope)
    parts = [f"{count(number, 'issue')} in {plan.trackers[scope].short}" for scope, number in scopes.items()]
    closed = {reading.path for reading in plan.readings if reading.read_only} | plan.detached
    written = [*(note.path for note in plan.notes), *(step.path for step in plan.creates)]
    notes = [path for path in written if path not in closed]
    if notes:
        parts.append(f"{count(len(notes), 'note')} in {count(len(set(notes)), 'file')}")
    return f"Writes: {', '.join(parts)}." if parts else ""
