"""The charts of the page: what each draws, and the same numbers as a table for whoever does not see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from followthrough.reporting.figures import LEAST, Bucket, By, Report
from followthrough.reporting.page import charts
from followthrough.reporting.page.charts import Drawing, Series
from followthrough.reporting.sentences import Count, Figure, day
from followthrough.reporting.tokens import AGE, CLOSED, CREATED, Is


@dataclass(frozen=True, slots=True)
class Part:
    """A number of measures that only tokens tell apart, and words for what they are."""

    number: int
    tokens: tuple[str, ...]
    words: str


Cell = str | Figure | Count | Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing or, where there is too little to draw, the reason; and its numbers."""

    drawing: Drawing
    svg: str = ""
    note: str = ""
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    means: tuple[str, ...]
    """The figures whose definitions stand beside it."""


def drawings(report: Report) -> Iterator[Chart]:
    """The charts in the order in which they stand on the page."""
    yield _kinds(report)
    yield _ageing(report)
    yield _course(report)
    yield _flow(report)


def _kinds(report: Report) -> Chart:
    labels = tuple(share.kind or "unknown" for share in report.kinds)
    drawing = Drawing(
        id="kinds",
        title="Outstanding by kind",
        description=_listed(labels, [share.outstanding for share in report.kinds]),
        labels=labels,
        series=(Series("outstanding", tuple(share.outstanding for share in report.kinds)),),
    )
    return Chart(
        drawing=drawing,
        svg=charts.bars(drawing) if labels else "",
        note="" if labels else "Nothing is outstanding.",
        columns=("Kind", "Outstanding", "Late", "Kind stated", "Kind inferred"),
        rows=tuple(
            (
                share.kind or "unknown",
                Figure(share.outstanding, (Is.OUTSTANDING,), By.KIND, share.kind),
                Figure(share.late, (Is.LATE,), By.KIND, share.kind),
                Figure(share.stated, (Is.STATED,), By.KIND, share.kind),
                Figure(share.inferred, (Is.INFERRED,), By.KIND, share.kind),
            )
            for share in report.kinds
        ),
        means=("kind",),
    )


def _ageing(report: Report) -> Chart:
    labels = tuple(_days(bucket) for bucket in report.ageing)
    numbers = [bucket.outstanding for bucket in report.ageing]
    drawing = Drawing(
        id="ages",
        title="Outstanding by age in days",
        description=_listed([f"{label} days" for label in labels], numbers),
        labels=labels,
        series=(Series("outstanding", tuple(numbers)),),
    )
    return Chart(
        drawing=drawing,
        svg=charts.columns(drawing) if any(numbers) else "",
        note="" if any(numbers) else "Nothing is outstanding.",
        columns=("Age in days", "Outstanding", "Late"),
        rows=tuple(
            (
                label,
                Part(bucket.outstanding, (Is.OUTSTANDING, f"{AGE}{number}"), f"{label} days old"),
                Part(bucket.late, (Is.LATE, f"{AGE}{number}"), f"{label} days old"),
            )
            for number, (label, bucket) in enumerate(zip(labels, report.ageing, strict=True))
        ),
        means=("age",),
    )


def _course(report: Report) -> Chart:
    weeks = report.trend.weeks
    drawing = Drawing(
        id="course",
        title=f"Outstanding over {_weeks(len(weeks))}",
        description=_from_to(report),
        labels=_ends(report),
        series=(
            Series("outstanding", tuple(week.outstanding for week in weeks)),
            Series("late", tuple(week.late for week in weeks)),
        ),
    )
    return Chart(
        drawing=drawing,
        svg=charts.lines(drawing) if report.trend.enough else "",
        note=_too_few(report),
        columns=("Week to", "Outstanding", "Late"),
        rows=tuple(
            (label, Count(week.outstanding), Count(week.late))
            for label, week in zip(_ends(report), weeks, strict=True)
        ),
        means=("weeks",),
    )


def _flow(report: Report) -> Chart:
    weeks = report.trend.weeks
    created, closed = sum(week.created for week in weeks), sum(week.closed for week in weeks)
    drawing = Drawing(
        id="flow",
        title="Created and closed per week",
        description=f"{created:,} created and {closed:,} closed in {_weeks(len(weeks))}.",
        labels=_ends(report),
        series=(
            Series("created", tuple(week.created for week in weeks)),
            Series("closed", tuple(week.closed for week in weeks)),
        ),
    )
    return Chart(
        drawing=drawing,
        svg=charts.columns(drawing) if report.trend.enough else "",
        note=_too_few(report),
        columns=("Week to", "Created", "Closed", "Reopened"),
        rows=tuple(
            (
                label,
                Part(week.created, (f"{CREATED}{number}",), f"created in the week to {label}"),
                Part(week.closed, (f"{CLOSED}{number}",), f"closed in the week to {label}"),
                Count(week.reopened),
            )
            for number, (label, week) in enumerate(zip(_ends(report), weeks, strict=True))
        ),
        means=("weeks", "closed"),
    )


def _too_few(report: Report) -> str:
    """Why nothing is drawn; empty where something is."""
    if report.trend.enough:
        return ""
    start = report.trend.history_start
    if start is None:
        return "Nothing has happened yet."
    return (
        f"History starts {day(start, report.as_of)}: {_weeks(len(report.trend.weeks))} so far, and fewer "
        f"than {LEAST} make no trend."
    )


def _from_to(report: Report) -> str:
    weeks = report.trend.weeks
    if not weeks:
        return "No week is known."
    first, last = weeks[0], weeks[-1]
    return (
        f"From {first.outstanding:,} in the week to {day(first.last, report.as_of)} to {last.outstanding:,} "
        f"on {day(last.last, report.as_of)}, at most {max(week.outstanding for week in weeks):,}; "
        f"late from {first.late:,} to {last.late:,}."
    )


def _ends(report: Report) -> tuple[str, ...]:
    return tuple(day(week.last, report.as_of) for week in report.trend.weeks)


def _listed(labels: Sequence[str], numbers: Sequence[int]) -> str:
    return ", ".join(f"{label}: {number:,}" for label, number in zip(labels, numbers, strict=True)) + "."


def _days(bucket: Bucket) -> str:
    return f"over {bucket.least - 1}" if bucket.most is None else f"{bucket.least}–{bucket.most}"


def _weeks(number: int) -> str:
    return f"{number} week{'' if number == 1 else 's'}"
