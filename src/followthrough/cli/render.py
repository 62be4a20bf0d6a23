"""Plans and results as text: what is, what was done about it, what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby

from followthrough.cli.changes import brake_line, planned_pushes, pushed_lines
from followthrough.engine.running import Done
from followthrough.model import State
from followthrough.planning.plan import Action, Matter, Note, Plan, Step
from followthrough.planning.readings import Reading
from followthrough.policy.due import Due, DueOrigin

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


def day(value: date) -> str:
    """A date as people write it: 27 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def count(number: int, noun: str) -> str:
    """``1 issue``, ``2 issues``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plan_lines(plan: Plan) -> Iterator[str]:
    """The whole plan, document by document, then what it comes to."""
    yield from plan.remarks
    yield from _head(plan)
    steps = {path: list(group) for path, group in groupby(plan.steps, key=lambda step: step.path)}
    notes = {(note.path, note.item): note for note in plan.notes}
    asked = {(step.path, step.line) for step in plan.steps if step.action is Action.ASK}
    unlike = 0
    for reading in plan.readings:
        shown = [step for step in steps.get(reading.path, []) if step.action is not Action.HISTORY]
        if reading.error:
            yield f"! {reading.error}"
        elif shown:
            yield ""
            yield _document(reading, detached=reading.path in plan.detached)
            yield from _document_steps(shown, notes)
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
    yield from _totals(plan)


def _head(plan: Plan) -> Iterator[str]:
    history = [step for step in plan.steps if step.action is Action.HISTORY]
    if plan.since and history:
        paths = {step.path for step in history}
        shut = [reading for reading in plan.readings if reading.path in paths]
        fresh = len([reading for reading in plan.readings if reading.items]) - len(shut)
        undated = sum(reading.incident.date is None for reading in shut)
        left = [count(len(shut) - undated, "older one")] if len(shut) > undated else []
        left += [f"{undated:,} of unknown date"] if undated else []
        yield (
            f"{count(fresh, 'document')} since {day(plan.since)}. {' and '.join(left)} "
            f"{'is' if len(shut) == 1 else 'are'} history: "
            f"{count(len(history), 'measure')} counted, none filed (since)."
        )
    for scope, words in plan.first_runs.items():
        yield f"{plan.places.get(scope, scope)}: {words}."
    for brake in plan.brakes:
        yield f"Brake: {brake_line(brake, plan)}"


def nothing_in(reading: Reading) -> str:
    """A document without measures, and what a reader can do about it."""
    return f"{reading.path}   no measures found. Mark one with <!-- ft:item --> at the end of its line."


def _document(reading: Reading, *, detached: bool) -> str:
    facts = [
        reading.incident.severity,
        day(reading.incident.date) if reading.incident.date else None,
        f"status: {reading.status}" if reading.status else None,
        "read only" if reading.read_only else None,
        "detached by unlink" if detached else None,
    ]
    known = ", ".join(fact for fact in facts if fact)
    return f"{reading.path}   {known}".rstrip()


def _document_steps(steps: Sequence[Step], notes: dict[tuple[str, str], Note]) -> Iterator[str]:
    waiting = [step for step in steps if step.action is Action.WAIT and step.retry_at is None]
    if len(waiting) > 1 and len({step.reason for step in waiting}) == 1:
        yield f"  . wait    {count(len(waiting), 'measure')}: {waiting[0].reason}"
        steps = [step for step in steps if step not in waiting]
    width = min(TEXT_WIDTH, max((len(step.text) for step in steps), default=0))
    for step in steps:
        note = notes.get((step.path, step.item))
        sign = "~ write" if note and step.action is Action.KEEP else SIGNS[step.action]
        yield f"  {sign:<9} L{step.line:<4} {_fit(step.text, width)}   {_why(step, note)}".rstrip()


def _fit(text: str, width: int) -> str:
    return f"{text:<{width}}" if len(text) <= width else f"{text[: width - 1]}…"


def _why(step: Step, note: Note | None) -> str:
    if note is not None:
        return change(note)
    if step.action is Action.FILE:
        return f"{_who(step)}, {_when(step.due, step.due_note)}"
    if step.retry_at is not None:
        return f"{step.reason} {step.retry_at:%a %H:%M}"
    return step.reason


def _who(step: Step) -> str:
    if step.owner is None:
        return "no owner"
    if step.assignee is None or step.assignee.account is not None:
        return step.owner
    return (
        f'no owner ("{step.owner}" {step.assignee.note})'
        if step.assignee.note
        else f"{step.owner} (no account)"
    )


def _when(due: Due | None, note: str) -> str:
    target = f"target: {due.rule}" if due and due.origin is not DueOrigin.PROMISED else ""
    told = "; ".join(part for part in (target, note) if part)
    return f"{day(due.day) if due else 'no date'}{f' ({told})' if told else ''}"


def change(note: Note) -> str:
    """What a note changes, such as ``open → done``."""
    before = note.before.words if note.before else ""
    after = note.after.words if note.after else ""
    if before == after or not before:
        return "link brought up to date" if before else f"link written, {after}"
    reopened = " (reopened)" if note.before and note.before.closed and note.after is State.OPEN else ""
    return f"{before} → {after}{reopened}"


def _totals(plan: Plan) -> Iterator[str]:
    counts = plan.counts()
    done = [f"file {counts['file']}"] if counts["file"] else []
    if counts["follow"]:
        done.append(f"follow {counts['follow']}")
    if counts["ask"]:
        done.append(f"ask {counts['ask']}")
    rest = []
    for action, word in (
        ("skip", "Skipped"),
        ("wait", "waiting"),
        ("keep", "filed already"),
        ("later", "later"),
    ):
        if counts[action]:
            rest.append(f"{word} {counts[action]}")
    parts = [f"To do: {', '.join(done) or 'nothing'}."]
    if rest:
        joined = ", ".join(rest)
        parts.append(f"{joined[:1].upper()}{joined[1:]}.")
    parts.append(_writes(plan))
    yield " ".join(part for part in parts if part)


def _writes(plan: Plan) -> str:
    scopes = Counter(step.scope for step in plan.creates)
    issues = [
        f"{count(number, 'issue')} in {plan.places.get(scope or '', scope)}"
        for scope, number in scopes.items()
    ]
    paths = {note.path for note in plan.notes} | {step.path for step in plan.creates}
    notes = len(plan.notes) + len(plan.creates)
    if notes:
        issues.append(f"{count(notes, 'note')} in {count(len(paths), 'file')}")
    return f"Writes: {', '.join(issues)}." if issues else ""


def run_lines(done: Done, zone: tzinfo) -> Iterator[str]:
    """What the nightly run did: what it filed, then what it brought back, each item once."""
    yield from _filed(done, zone)
    filed = {step.item for step, _ in done.filed.created}
    yield from _synced(done, leave_out=filed)
    yield from troubles(done)
    yield _filed_counts(done)
    yield _synced_counts(done)


def filed_lines(done: Done, zone: tzinfo) -> Iterator[str]:
    """What ``file`` did."""
    yield from _filed(done, zone)
    yield from pushed_lines(done.pushed)
    yield from written_lines(done)
    yield _filed_counts(done)


def _filed(done: Done, zone: tzinfo) -> Iterator[str]:
    for step, ticket in done.filed.created:
        yield f"{ticket.key:<8} {step.text}"
    for step, reason in done.filed.unknown:
        yield f"{step.scope}-?  {step.text}: {reason} {_next_look(step, zone)}"
    for step, reason in done.filed.refused:
        yield f"!        {step.path}:{step.line} was not filed: {reason}"


def _filed_counts(done: Done) -> str:
    filed = done.filed
    counts = f"Filed {len(filed.created)}, failed {len(filed.refused)}, unknown {len(filed.unknown)}."
    return f"{counts}   Run {done.run}"


def _next_look(step: Step, zone: tzinfo) -> str:
    when = (
        step.retry_at.astimezone(zone).strftime("%a %H:%M")
        if isinstance(step.retry_at, datetime)
        else "a while"
    )
    return f"Not sent again; next look after {when}, nothing for you to do."


def written_lines(done: Done) -> Iterator[str]:
    """Which documents were written, and which were not."""
    written = done.written
    if written.documents:
        lines = sum(len(notes) for _, notes in written.documents)
        if len(written.documents) == 1:
            where = written.documents[0][0]
        else:
            where = count(len(written.documents), "file")
        yield f"{count(lines, 'line')} written in {where} (`git diff` shows them)"
    yield from troubles(done)


def troubles(done: Done) -> Iterator[str]:
    """What could not be written, and why."""
    written = done.written
    for path, line, reason in written.unlinked:
        yield f"!        {path}:{line} carries no link: {reason}. It is tracked in the ledger."
    for path, reason in written.read_only:
        yield f"!        {path} {reason} Its measures are tracked in the ledger."
    for path in written.changed:
        yield f"{path} was edited at that moment; nothing written there. The next run takes it up."
    for path, line, reason in written.refused:
        yield f"!        {path}{f':{line}' if line else ''} not written: {reason}"


def synced_lines(done: Done) -> Iterator[str]:
    """What ``sync`` changed, and what it left to a human."""
    yield from _synced(done)
    yield from troubles(done)
    yield _synced_counts(done)


def _synced(done: Done, leave_out: Collection[str] = ()) -> Iterator[str]:
    yield from pushed_lines(done.pushed)
    for path, notes in done.written.documents:
        for note in notes:
            if note.item in leave_out:
                continue
            yield f"{note.key:<8} {change(note):<28} {path}:{note.line}"
    for matter in done.plan.matters:
        yield matter_line(matter)


def _synced_counts(done: Done) -> str:
    lines = sum(len(notes) for _, notes in done.written.documents)
    counts = done.plan.counts()
    unchanged = counts["keep"] - lines
    return (
        f"{count(lines, 'line')} in {count(len(done.written.documents), 'file')}, "
        f"{count(max(unchanged, 0), 'measure')} unchanged."
    )


def matter_line(matter: Matter) -> str:
    """One standing matter, marked so that an eye finds it."""
    return f"!        {matter.path}:{matter.line} {matter.message}"
