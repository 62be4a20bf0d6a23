"""The rules that a postmortem is checked by before it is merged. Pure: a document in, findings out.

Done, dropped and declined measures are nobody's concern any more, and one with a ticket has owner and
date there: neither is looked at. What the extraction itself is not sure of gives notes only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from followthrough.model import ActionItem, Incident, Kind, State
from followthrough.policy.due import Targets, target_day
from followthrough.policy.findings import Finding, Level, Rule, identity_of
from followthrough.policy.phrasing import VAGUE, IsVerb, several, vague_words

SHOWN = 60
"""Characters of a measure that a message repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure as a rule looks at it."""

    item: ActionItem
    identity: str
    """See :func:`followthrough.planning.identity.identity_text`."""
    occurrence: int = 0
    column: int | None = None
    ticketed: bool = False
    """It carries our link, or names a ticket."""

    @property
    def pending(self) -> bool:
        """Whether anything is asked of it here."""
        return not (self.item.declined or self.item.state.closed or self.ticketed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A document as the rules look at it."""

    path: str
    incident: Incident
    measures: tuple[Measure, ...]
    line: int = 1
    """Where its measures begin: what is said of all of them is said there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standards:
    """Which rules are in force, and what they go by."""

    levels: Mapping[Rule, Level]
    """Rules that are not here are off."""
    today: date
    targets: Targets = field(default_factory=dict)
    preventive: frozenset[str] = frozenset()
    """Severities that need at least one preventive measure."""
    vague: Sequence[str] = VAGUE
    is_verb: IsVerb = lambda _word, _next: False
    """Whether a word, with the one behind it, begins an instruction."""


Saying = tuple[str, str]
"""A message, and what to do about it."""


def lint(subject: Subject, standards: Standards) -> list[Finding]:
    """All findings in one document, in the order of its lines."""
    found = [
        _finding(rule, level, subject.path, measure, said)
        for measure in subject.measures
        if measure.pending
        for rule, judge in _OF_ONE.items()
        if (level := standards.levels.get(rule)) and (said := judge(measure.item, subject, standards))
    ]
    found += _unprevented(subject, standards)
    return sorted(found, key=lambda one: (one.line, list(Rule).index(one.rule)))


def _finding(rule: Rule, level: Level, path: str, measure: Measure, said: Saying) -> Finding:
    item = measure.item
    return Finding(
        rule=rule,
        level=level if item.certain else Level.NOTE,
        path=path,
        line=item.line,
        end_line=max(item.line, item.end_line),
        column=measure.column,
        message=said[0],
        suggestion=said[1],
        identity=identity_of(rule, measure.identity, measure.occurrence),
    )


def _named(item: ActionItem) -> str:
    text = item.text.rstrip(".")
    return f'"{text}"' if len(text) <= SHOWN else f'"{text[: SHOWN - 1].rstrip()}…"'


def _where(item: ActionItem, example: str) -> str:
    """How to write something beside a measure, in its own shape."""
    if item.place.cell is not None:
        return f"Fill its cell of the row, or write {example} behind the measure."
    return f"Write {example} at the end of the measure."


def _owner(item: ActionItem, _subject: Subject, _standards: Standards) -> Saying | None:
    if item.owner:
        return None
    return f"No owner is named for {_named(item)}.", _where(item, "`(owner: NAME)`")


def _date(item: ActionItem, subject: Subject, standards: Standards) -> Saying | None:
    if item.due is not None:
        return None
    says = f'"{item.due_text}" names no day for' if item.due_text else "No date is given for"
    advice = _where(item, "`(due: YYYY-MM-DD)`")
    target = _target(item, subject, standards)
    if target is not None:
        advice += f" The policy's target is {target[0].isoformat()} ({target[1]})."
    return f"{says} {_named(item)}.", advice


def _target(item: ActionItem, subject: Subject, standards: Standards) -> tuple[date, str] | None:
    incident = subject.incident
    found = target_day(standards.targets, item.priority, incident.severity, incident.date, standards.today)
    return (found.day, found.rule) if found else None


def _beyond(item: ActionItem, subject: Subject, standards: Standards) -> Saying | None:
    target = _target(item, subject, standards)
    if item.due is None or target is None or item.due <= target[0]:
        return None
    days = (item.due - target[0]).days
    return (
        f"{_named(item)} is promised for {item.due.isoformat()}, {days} day{'' if days == 1 else 's'} "
        f"later than the policy's target, {target[0].isoformat()} ({target[1]}).",
        "Promise an earlier date, or split off a first part that can be done by then.",
    )


def _past(item: ActionItem, _subject: Subject, standards: Standards) -> Saying | None:
    if item.due is None or item.due >= standards.today:
        return None
    return (
        f"{_named(item)} is open and was promised for {item.due.isoformat()}, which is over.",
        "Mark it as done if it is, else write a date that can be kept.",
    )


def _several(item: ActionItem, _subject: Subject, standards: Standards) -> Saying | None:
    parts = several(item.text, item.description, standards.is_verb)
    if not parts:
        return None
    return (
        f"{_named(item)} looks like {len(parts)} actions: {'; '.join(map(_short, parts))}.",
        "Give each a line of its own, with owner and date; one ticket holds one action.",
    )


def _short(part: str) -> str:
    words = part.split()
    return " ".join(words[:4]) + (" …" if len(words) > 4 else "")


def _vague(item: ActionItem, _subject: Subject, standards: Standards) -> Saying | None:
    words = vague_words(item.text, standards.vague)
    if words is None:
        return None
    return (
        f'{_named(item)} says "{words}", and nobody can tell when that is done.',
        "Say what will be there afterwards, so that it can be seen: an alert, a limit, a test, a decision.",
    )


_OF_ONE: Mapping[Rule, Callable[[ActionItem, Subject, Standards], Saying | None]] = {
    Rule.OWNER: _owner,
    Rule.DATE: _date,
    Rule.SEVERAL: _several,
    Rule.BEYOND: _beyond,
    Rule.PAST: _past,
    Rule.VAGUE: _vague,
}


def _unprevented(subject: Subject, standards: Standards) -> Iterator[Finding]:
    """At least one preventive measure; where kinds are guessed from words, the guess may be wrong."""
    level, severity = standards.levels.get(Rule.PREVENTIVE), subject.incident.severity
    if level is None or severity is None or severity not in standards.preventive:
        return
    kept = [one.item for one in subject.measures if not one.item.declined and one.item.state != State.DROPPED]
    if any(item.kind is Kind.PREVENTIVE for item in kept):
        return
    guessed = [item for item in kept if not item.kind_stated]
    says = f"This is a {severity}, and none of its measures is preventive"
    if not kept:
        says = f"This is a {severity}, and it has no measure at all"
    elif guessed:
        says += f" (the kind of {len(guessed)} of {len(kept)} is inferred from the words)"
        level = level if level is not Level.ERROR else Level.WARNING
    yield Finding(
        rule=Rule.PREVENTIVE,
        level=level,
        path=subject.path,
        line=subject.line,
        end_line=subject.line,
        message=f"{says}.",
        suggestion="Add what keeps this class of incident from coming back; where one does, state its kind: "
        "`(kind: preventive)`, or a column `Kind`.",
        identity=identity_of(Rule.PREVENTIVE, severity, 0),
    )
