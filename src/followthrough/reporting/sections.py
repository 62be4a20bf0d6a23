"""The tables of a report, once for every way to show them: terminal and wiki. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from followthrough.reporting import sentences
from followthrough.reporting.figures import LEAST, Bucket, By, Group, Report
from followthrough.reporting.rows import Row
from followthrough.reporting.sentences import NUMBERS, Sentence, day

MANY = 20
"""Rows of a table that is not the list of measures; the rest is counted, and JSON has it."""
FIRST = 6
"""Groups on the first screen."""
REASONS = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """Somebody's words, or a number; ``url`` is where they lead, not yet checked."""

    text: str
    url: str | None = None
    number: bool = False
    wide: bool = False
    """May be cut where there is no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A title, sentences, and rows below their heads."""

    title: str
    heads: tuple[str, ...] = ()
    rows: Sequence[Sequence[Cell]] = ()
    notes: tuple[str, ...] = field(default=())
    """Sentences below the title."""
    more: int = 0
    """Rows that are left out."""


def ask(report: Report) -> Table | None:
    """The five to ask about."""
    if not report.ask:
        return None
    return Table(
        title=f"{NUMBERS[len(report.ask)]} to ask about",
        heads=("", "measure", "ticket", "severity", "team", "promised for", "why it is here"),
        rows=[
            (
                Cell(str(number), number=True),
                Cell(one.row.text, wide=True),
                ticket(one.row),
                Cell(one.row.severity or ""),
                Cell(one.row.team or ""),
                Cell(dated(one.row, report.as_of)),
                Cell(", ".join(reason.words for reason in one.reasons[:REASONS])),
            )
            for number, one in enumerate(report.ask, start=1)
        ],
    )


def ticket(row: Row) -> Cell:
    """A measure's ticket."""
    return Cell(row.key, url=row.url)


def dated(row: Row, as_of: date) -> str:
    """A measure's date, and whether anybody promised it."""
    if row.due is None:
        return ""
    return day(row.due, as_of) if row.promised else f"(target {day(row.due, as_of)})"


def groups(report: Report, by: By, most: int | None = None) -> Table:
    """What is outstanding by team, service, …"""
    found = report.by.get(by, ())
    shown = found if most is None else found[:most]
    return Table(
        title=f"By {by.value}",
        heads=(by.value, "outstanding", "late", "done", "dropped"),
        rows=[
            (
                Cell(named(one, by), wide=True),
                *map(_number, (one.outstanding, one.late, one.done, one.dropped)),
            )
            for one in shown
        ],
        notes=("A measure of two services counts for both.",) if by is By.SERVICE else (),
        more=len(found) - len(shown),
    )


def named(group: Group, by: By) -> str:
    """What a group is called."""
    if by is By.INCIDENT:
        return group.title or group.name or ""
    return group.name or ("nobody" if by is By.PERSON else f"no {by.value}")


def _number(number: int) -> Cell:
    return Cell(f"{number:,}", number=True)


def weeks(report: Report) -> Table | None:
    """Created against closed, and what was outstanding at the end of each week."""
    trend = report.trend
    if trend.history_start is None:
        return None
    start = f"history starts {day(trend.history_start, report.as_of)}"
    if not trend.enough:
        return Table(
            title="Week by week", notes=(f"Fewer than {LEAST} weeks are known: no trend yet ({start}).",)
        )
    return Table(
        title="Week by week",
        heads=("week to", "created", "reopened", "closed", "outstanding", "late"),
        rows=[
            (
                Cell(day(week.last, report.as_of)),
                *map(_number, (week.created, week.reopened, week.closed, week.outstanding, week.late)),
            )
            for week in trend.weeks
        ],
        notes=(f"{start[:1].upper()}{start[1:]}.",) if len(trend.weeks) < 12 else (),
    )


def ages(report: Report) -> Table | None:
    """How old the outstanding ones are."""
    shown = list(report.ageing)
    while shown and not shown[-1].outstanding:
        shown.pop()
    if not shown:
        return None
    return Table(
        title="Age of what is outstanding",
        heads=("days since the ticket", "outstanding", "late"),
        rows=[(Cell(_span(one)), _number(one.outstanding), _number(one.late)) for one in shown],
    )


def _span(bucket: Bucket) -> str:
    return f"{bucket.least} to {bucket.most}" if bucket.most is not None else f"{bucket.least} or more"


def unprevented(report: Report) -> Table | None:
    """Incidents without a preventive measure."""
    found = report.unprevented
    if not found:
        return None
    unsure = sum(one.inferred > 0 for one in found)
    whom = "all of them" if unsure == len(found) else f"{unsure:,} of them"
    note = f"For {whom} kinds are inferred, which may be a mistake." if unsure else ""
    return Table(
        title=f"Incidents without a preventive measure: {len(found):,}",
        heads=("incident", "date", "severity", "measures", "kind inferred"),
        rows=[
            (
                Cell(one.title or one.document, url=one.postmortem, wide=True),
                Cell(one.incident_date.isoformat() if one.incident_date else ""),
                Cell(one.severity or ""),
                _number(one.measures),
                _number(one.inferred),
            )
            for one in found[:MANY]
        ],
        notes=(note,) if note else (),
        more=max(len(found) - MANY, 0),
    )


def accepted(report: Report) -> Table | None:
    """Risks that somebody took."""
    found = report.accepted
    if not found:
        return None
    return Table(
        title=f"Accepted risks: {len(found):,}",
        heads=("measure", "ticket", "back on", "accepted by", "reason"),
        rows=[
            (
                Cell(row.text, wide=True),
                ticket(row),
                Cell(row.accepted.until.isoformat() if row.accepted else ""),
                Cell(row.accepted.by if row.accepted else ""),
                Cell(row.accepted.reason if row.accepted else "", wide=True),
            )
            for row in found[:MANY]
        ],
        more=max(len(found) - MANY, 0),
    )


def moved(report: Report) -> Table | None:
    """Outstanding measures whose date was moved."""
    found = report.moved
    if not found:
        return None
    total = sum(row.moved for row in found)
    return Table(
        title=f"Dates moved: {len(found):,}",
        heads=("measure", "ticket", "moved", "now"),
        rows=[
            (
                Cell(row.text, wide=True),
                ticket(row),
                Cell(f"{row.moved:,} ×", number=True),
                Cell(dated(row, report.as_of)),
            )
            for row in found[:MANY]
        ],
        notes=(f"To a later day, {total:,} time{'' if total == 1 else 's'} in all.",),
        more=max(len(found) - MANY, 0),
    )


def recurrences(report: Report) -> Table | None:
    """Incidents like earlier ones."""
    found = report.recurrences
    if not found:
        return None
    return Table(
        title=f"Happened again: {len(found):,}",
        heads=("incident", "date", "evidence"),
        rows=[
            (
                Cell((one.incident or one.document) if number == 0 else "", wide=True),
                Cell(one.incident_date.isoformat() if number == 0 and one.incident_date else ""),
                Cell(sentence),  # whole: evidence that is cut is none
            )
            for one in found[:MANY]
            for number, sentence in enumerate(one.evidence)
        ],
        more=max(len(found) - MANY, 0),
    )


def below(report: Report) -> Iterator[Table]:
    """What comes below the first screen, but the list of measures."""
    found = (
        recurrences(report),
        weeks(report),
        ages(report),
        Table(title="How much is finished", notes=_plain(sentences.rates(report))),
        unprevented(report),
        accepted(report),
        moved(report),
    )
    for table in found:
        if table is not None and (table.rows or table.notes):
            yield table


def _plain(said: Iterator[Sentence]) -> tuple[str, ...]:
    return tuple(sentences.plain(one) for one in said)


def closed_since(report: Report) -> tuple[Row, ...]:
    """What was closed since the change is counted from."""
    return tuple(
        row for row in report.rows if not row.outstanding and (row.was is None or not row.was.closed)
    )
