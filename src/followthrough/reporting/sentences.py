"""The sentences of a report, the same on every screen.

A figure in one keeps what it counts, so that a page can lead from it to the measures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from followthrough.reporting.figures import LEAST, By, Report
from followthrough.reporting.tokens import Is

NUMBERS = ("Nothing", "One", "Two", "Three", "Four", "Five")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a sentence, and what it counts: things that are true of a measure, and a group of it."""

    number: int
    true: tuple[Is, ...] = ()
    by: By | None = None
    name: str | None = None

    def __str__(self) -> str:
        return f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of something that is no measure of the report: what it leaves out, or incidents."""

    number: int
    of: By | None = None
    """What the report is put together by, where it has them."""

    def __str__(self) -> str:
        return f"{self.number:,}"


Sentence = Sequence[str | Figure | Count]


def plain(sentence: Sentence) -> str:
    """As text."""
    return "".join(str(part) for part in sentence)


def day(value: date, as_of: date) -> str:
    """``20 Oct``, with the year where it is not the report's."""
    return f"{value.day} {value:%b}" + ("" if value.year == as_of.year else f" {value.year}")


def full_day(value: date) -> str:
    """``Monday 23 November 2026``."""
    return f"{value:%A} {value.day} {value:%B} {value.year}"


def when(report: Report) -> str:
    """The report's day, how far it looks back, and how old its data is."""
    parts = [full_day(report.as_of)]
    since = report.since or report.history_before
    if since:
        parts.append(f"since {day(since, report.as_of)}")
    if report.only:
        parts.append(f"{report.only} measures only")
    if report.data_of:
        of = report.data_of
        on = "" if of.date() == report.as_of else f"{day(of.date(), report.as_of)}, "
        parts.append(f"data of {on}{of:%H:%M}")
    return " · ".join(parts)


def headline(report: Report) -> Sentence:
    """What is outstanding and what is late."""
    tracked, late = len(report.rows), len(report.late)
    kind = f"{report.only} " if report.only else ""
    if not tracked:
        return (f"No {kind}measure has a ticket yet.",)
    found: list[str | Figure | Count] = [
        Figure(len(report.outstanding), (Is.OUTSTANDING,)),
        " of ",
        Figure(tracked),
        f" {kind}measure{_s(tracked)} from ",
        Count(report.incidents, By.INCIDENT),
        f" incident{_s(report.incidents)} {'is' if len(report.outstanding) == 1 else 'are'} outstanding; ",
    ]
    if not late:
        return (*found, "none is late.")
    found += [Figure(late, (Is.LATE,)), f" {'is' if late == 1 else 'are'} late"]
    severities = Counter(row.severity for row in report.late if row.severity)
    if severities:
        worst = min(severities)
        number = severities[worst]
        if number == late:
            found.append(f", {'' if late == 1 else 'all '}from {worst}")
        else:
            found += [", ", Figure(number, (Is.LATE,), By.SEVERITY, worst), f" of those from {worst}"]
    return (*found, ".")


def change(report: Report) -> Sentence:
    """What happened since the last report, or since a week before."""
    now = report.change
    if now is None:
        return ("Nothing is known of a week earlier, so nothing is said of change.",) if report.rows else ()
    parts: list[tuple[int, Is, str]] = [
        (now.closed, Is.CLOSED_SINCE, "closed"),
        (now.new, Is.NEW, "new"),
    ]
    if now.reopened:
        parts.append((now.reopened, Is.REOPENED_SINCE, "reopened"))
    then = f"the last report, sent on {full_day(now.since.date())}" if now.sent else f"last {report.as_of:%A}"
    found: list[str | Figure | Count] = [f"Since {then}: "]
    for number, true, word in parts:
        found += [Figure(number, (true,)), f" {word}, "]
    found += [
        f"{now.outstanding_before:,} → ",
        Figure(len(report.outstanding), (Is.OUTSTANDING,)),
        f". Late: {now.late_before:,} → ",
        Figure(len(report.late), (Is.LATE,)),
        ".",
    ]
    return found


def kinds(report: Report) -> Sentence:
    """What the outstanding ones are for, and how sure that is."""
    if not report.kinds:
        return ()
    outstanding = len(report.outstanding)
    found: list[str | Figure | Count] = [f"Of the {outstanding:,}: " if outstanding > 1 else "By kind: "]
    for number, share in enumerate(report.kinds):
        found += [
            f"{', ' if number else ''}{share.kind or 'unknown'} ",
            Figure(share.outstanding, (Is.OUTSTANDING,), By.KIND, share.kind),
        ]
    stated = sum(share.stated for share in report.kinds)
    inferred = report.unknown.kind_inferred
    found += [
        " (kind stated for ",
        Figure(stated, (Is.STATED,)),
        ", inferred for ",
        Figure(inferred, (Is.INFERRED,)),
        ").",
    ]
    return found


def soon(report: Report) -> Sentence:
    """What is due next."""
    number = len(report.due_soon)
    if not number:
        return ()
    return (
        Figure(number, (Is.SOON,)),
        f" {'is' if number == 1 else 'are'} due within {report.soon_days} days.",
    )


def moved(report: Report) -> Sentence:
    """How often dates were put off."""
    rows = report.moved
    if not rows:
        return ()
    times = sum(row.moved for row in rows)
    whose = "The date of " if len(rows) == 1 else "The dates of "
    return (
        whose,
        Figure(len(rows), (Is.MOVED,)),
        f" outstanding one{_s(len(rows))} {'was' if len(rows) == 1 else 'were'} put off, "
        f"{times:,} time{_s(times)} in all.",
    )


def unknown(report: Report) -> Iterator[Sentence]:
    """What the figures cannot know, a line each."""
    found = report.unknown
    if found.unowned:
        yield Figure(found.unowned, (Is.UNOWNED,)), f" {_have(found.unowned)} no owner"
    if found.undated:
        yield Figure(found.undated, (Is.UNDATED,)), f" {_have(found.undated)} no date"
    if found.late_target:
        late = found.late_promised + found.late_target
        yield (
            Figure(found.late_promised, (Is.PROMISED,)),
            " of ",
            Figure(late, (Is.LATE,)),
            f" late one{_s(late)} missed a promised date, ",
            Figure(found.late_target, (Is.TARGET,)),
            " only a policy target",
        )
    if found.kind_unknown:
        yield (
            Figure(found.kind_unknown, (Is.OUTSTANDING,), By.KIND),
            f" {_have(found.kind_unknown)} no known kind",
        )
    if found.missing:
        number = found.missing
        yield (
            Figure(number, (Is.MISSING,)),
            f" {'stands as its ticket was' if number == 1 else 'stand as their tickets were'}"
            f" last seen: {'it is' if number == 1 else 'they are'} no longer found",
        )


def left_out(report: Report) -> Iterator[Sentence]:
    """What is in no other figure, a line each."""
    found, as_of = report.left_out, report.as_of
    if found.history_incidents:
        before = f" before {day(report.history_before, as_of)}" if report.history_before else ""
        number = found.history_incidents
        yield (
            Count(number),
            f" incident{_s(number)}{before} with ",
            *_measures(found.history_measures),
            " (history)",
        )
    if report.accepted:
        first = report.accepted[0].accepted
        back = f" (first back on {day(first.until, as_of)})" if first else ""
        number = len(report.accepted)
        yield Figure(number, (Is.ACCEPTED,)), f" accepted risk{_s(number)}, not counted as late{back}"
    if found.indeterminate:
        yield Count(found.indeterminate), f" create{_s(found.indeterminate)} without answer"
    for number, words in (
        (found.untracked, "without a ticket yet"),
        (found.elsewhere, "tracked elsewhere"),
        (found.finished, "done or dropped in the document, without a ticket"),
        (found.ignored, "set aside by hand"),
        (found.before_since, f"of incidents before {day(report.since, as_of) if report.since else 'then'}"),
        (found.other_kinds, "of other kinds"),
        (found.confidential, "in confidential postmortems"),
    ):
        if number:
            yield *_measures(number), f" {words}"
    if report.trend.history_start and not report.trend.enough:
        yield (f"history starts {day(report.trend.history_start, as_of)}: no older trend",)


def rates(report: Report) -> Iterator[Sentence]:
    """How much is finished, how much of it in time, and how long it takes."""
    found = report.rates
    if found.completion is None:
        return
    yield (
        Figure(found.done, (Is.DONE,)),
        " of ",
        Figure(found.tracked),
        f" {'is' if 1 in (found.done, found.tracked) else 'are'} done ({_percent(found.completion)}), ",
        Figure(found.dropped, (Is.DROPPED,)),
        " dropped.",
    )
    if found.on_time_rate is not None:
        yield (
            "Of ",
            Figure(found.on_time_of, (Is.DATED,)),
            " whose date came, ",
            Figure(found.on_time, (Is.ON_TIME,)),
            f" {'was' if found.on_time == 1 else 'were'} done by it ({_percent(found.on_time_rate)}).",
        )
    if found.done < LEAST:
        yield (f"Fewer than {LEAST} are done: too few to tell a usual time.",)
    elif found.median_days is not None and found.p90_days is not None:
        yield (
            f"Half of those done took {found.median_days:g} day{_s(found.median_days)} or less, "
            f"nine of ten {found.p90_days:,} or less.",
        )


def _measures(number: int) -> tuple[Count, str]:
    return Count(number), f" measure{_s(number)}"


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _s(number: float) -> str:
    return "" if number == 1 else "s"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
