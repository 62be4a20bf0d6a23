"""Who is reminded of what: one message a person, a week at least between two. Pure.

The tracker is obeyed: a measure that was closed, given to somebody else or put off is not spoken of,
nor is one whose ticket carries the label ``no-reminder``. Whoever sends has looked at the tickets just
before, and hands in what they are now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Audience, Delivery, DeliveryStatus
from followthrough.notify.letters import Letter
from followthrough.notify.saying import count, link, marked, plain
from followthrough.policy.effective import Origin
from followthrough.reporting.figures import Report
from followthrough.reporting.plain import web_address
from followthrough.reporting.rows import Row
from followthrough.reporting.sentences import day
from followthrough.settings import Settings
from followthrough.settings.people import Person, account, who

__all__ = ["SILENCE", "Look", "Reminder", "Round", "reminders"]

SILENCE: Final = "no-reminder"
"""The label that keeps one ticket out of every reminder."""
WEEK: Final = timedelta(days=7)
MOST: Final = 12
"""Measures that one message names."""
WIDEST: Final = 60
NAMES: Final = {"jira": "Jira", "github": "GitHub"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What one person is told."""

    person: str
    """The name of their section in the settings."""
    measures: int
    late: int
    letter: Letter
    items: tuple[str, ...] = ()
    """The ids of the measures, also of those that a long message only counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at the trackers, just before, did not show: tickets, each by its scope and id."""

    absent: frozenset[tuple[str, str]] = frozenset()
    """The tracker was asked and has no such ticket."""
    unreached: frozenset[tuple[str, str]] = frozenset()
    """The tracker could not be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Everybody who is written to today, and what nobody is asked about."""

    reminders: tuple[Reminder, ...] = ()
    waiting: Mapping[str, date] = field(default_factory=dict)
    """People who would be written to, and when it is their turn again."""
    unsure: tuple[str, ...] = ()
    """Of those, the ones of whom nobody knows whether their last message arrived."""
    unreachable: tuple[str, ...] = ()
    """People without an address."""
    unowned: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Owners that are nobody in the settings, and how many measures are theirs."""
    confidential: int = 0
    silenced: int = 0
    missing: int = 0
    """Tickets that are no longer found."""
    accepted: int = 0
    """Risks that somebody has taken for now."""
    unchecked: Mapping[str, int] = field(default_factory=dict)
    """By scope, measures that somebody would be reminded of, could their tickets be read."""


def reminders(
    report: Report,
    snapshot: Snapshot,
    settings: Settings,
    deliveries: Iterable[Delivery],
    today: date,
    look: Look = Look(),
) -> Round:
    """Who is to be written to on this day; ``report`` is that of today, about all kinds of measures."""
    theirs: dict[str, list[Row]] = {}
    unknown: Counter[str] = Counter()
    left: Counter[str] = Counter()
    unchecked: Counter[str] = Counter()
    for row in report.outstanding:
        why = _left_out(row, snapshot, look)
        if why is None and (scope := _unreached(row, snapshot, look)) is not None:
            unchecked[scope] += 1
            continue
        person = _person(row, settings) if not why and row.owner else None
        if why or row.owner is None:
            left[why or "unowned"] += 1
        elif person is None:
            unknown[row.owner] += 1
        else:
            theirs.setdefault(person, []).append(row)
    last = _last(deliveries)
    found, waiting, unsure, unreachable = [], {}, [], []
    for name, rows in sorted(theirs.items()):
        if not _presses(rows, today, settings.notify.soon):
            continue
        sent = last.get(name)
        if not _reachable(settings.people[name], settings):
            unreachable.append(name)
        elif sent is not None and today - sent.day < WEEK:
            waiting[name] = sent.day + WEEK
            unsure += [name] if sent.status is not DeliveryStatus.DELIVERED else []
        else:
            found.append(_reminder(name, rows, settings, today))
    return Round(
        reminders=tuple(found),
        waiting=waiting,
        unsure=tuple(unsure),
        unreachable=tuple(unreachable),
        unknown=dict(sorted(unknown.items())),
        confidential=report.left_out.confidential,
        unchecked=dict(sorted(unchecked.items())),
        **left,
    )


def _unreached(row: Row, snapshot: Snapshot, look: Look) -> str | None:
    """The scope that would have to be asked about it, and could not be."""
    places = ((ticket.scope, ticket.id) for ticket in snapshot.tickets_of(row.id))
    return next((scope for scope, id in places if (scope, id) in look.unreached), None)


def _left_out(row: Row, snapshot: Snapshot, look: Look) -> str | None:
    """Why nobody is reminded of it, as the name of a count."""
    tickets = snapshot.tickets_of(row.id)
    if any(SILENCE in (label.casefold() for label in ticket.labels) for ticket in tickets):
        return "silenced"
    deciding = snapshot.ticket_of(row.id)
    if deciding is not None and (deciding.missing or (deciding.scope, deciding.id) in look.absent):
        return "missing"
    return "accepted" if row.accepted is not None else None


def _person(row: Row, settings: Settings) -> str | None:
    """Whose measure it is: by the tracker's account where the tracker names its owner, else by name."""
    owner = row.values.owner
    if owner is None:
        return None
    scope = settings.scopes().get(row.tracker)
    if owner.origin is Origin.TRACKER and scope is not None:
        for name, person in settings.people.items():
            if account(person, row.tracker, scope.kind) == owner.value:
                return name
    return who(settings, owner.value)


def _last(deliveries: Iterable[Delivery]) -> Mapping[str, Delivery]:
    """By person, the last message that may have arrived."""
    found: dict[str, Delivery] = {}
    for one in deliveries:
        if one.audience is Audience.OWNER and one.status is not DeliveryStatus.REFUSED:
            known = found.get(one.to)
            found[one.to] = one if known is None or one.day >= known.day else known
    return found


def _presses(rows: Sequence[Row], today: date, soon: timedelta) -> bool:
    """Whether there is reason to write: something is late, or due soon."""
    return any(row.days_late or (row.due is not None and row.due <= today + soon) for row in rows)


def _reachable(person: Person, settings: Settings) -> bool:
    return person.notify is not None or (settings.notify.mail is not None and person.mailbox is not None)


def _reminder(name: str, rows: Sequence[Row], settings: Settings, today: date) -> Reminder:
    late = sum(row.days_late > 0 for row in rows)
    head = f"{count(len(rows), 'postmortem measure')} {'carries' if len(rows) == 1 else 'carry'} your name"
    if late:
        head = f"{head}; {late} {'is' if late == 1 else 'are'} late"
    foot = _foot(rows, settings, "message" if settings.people[name].notify else "mail")
    shown = rows[:MOST]
    more = [f"And {len(rows) - MOST} more."] if len(rows) > MOST else []
    text = "\n".join([f"{head}.", *_lines(shown, today), *more, foot])
    items = [f"- {link(row.key, row.url)} {marked(row.text)}: {_facts(row, today, marked)}" for row in shown]
    markdown = "\n".join([f"**{head}.**", "", *items, "", *more, foot])
    return Reminder(
        person=name,
        measures=len(rows),
        late=late,
        letter=Letter(title=head, text=text, markdown=markdown),
        items=tuple(row.id for row in rows),
    )


def _lines(rows: Sequence[Row], today: date) -> Iterable[str]:
    keys = max(len(plain(row.key)) for row in rows)
    words = min(max(len(plain(row.text)) for row in rows), WIDEST)
    for row in rows:
        yield f"{plain(row.key):<{keys}}  {plain(row.text):<{words}}   {_facts(row, today, plain)}"
        if to := web_address(row.url):
            yield f"{'':<{keys}}  {to}"


def _facts(row: Row, today: date, words: Callable[[str], str]) -> str:
    """When it is due and, where that is over, what it is about."""
    if row.due is None:
        return "no date"
    due = f"{'promised for' if row.promised else 'target'} {day(row.due, today)}"
    if not row.days_late:
        return due
    incident = f'"{words(row.incident)}"' if row.incident else None
    return ", ".join(fact for fact in (due, row.severity, incident) if fact)


def _foot(rows: Collection[Row], settings: Settings, kind: str) -> str:
    scopes = settings.scopes()
    kinds = {scopes[row.tracker].kind if row.tracker in scopes else "" for row in rows}
    names = sorted({NAMES.get(one, "the tracker") for one in kinds})
    where = " or ".join(names)
    return (
        f"Move the date, reassign or close it in {where}: this {kind} follows {where}, nothing to answer. "
        f"Label `{SILENCE}` silences one issue."
    )
