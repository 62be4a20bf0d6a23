"""The report on a terminal: one screen to begin with, the tables below it, then every outstanding measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from followthrough.cli.screens.columns import laid_out
from followthrough.cli.screens.words import cells, fit, flow
from followthrough.reporting import sections, sentences
from followthrough.reporting.figures import By, Group, Report
from followthrough.reporting.plain import one_line
from followthrough.reporting.rows import Row
from followthrough.reporting.sections import Table
from followthrough.reporting.sentences import Sentence, day, plain
from followthrough.reporting.summing import names

USUAL = 120
"""Columns where nobody says how many there are: a file, or a pipe."""
BESIDE = 100
"""Columns from which on three blocks stand beside each other."""
GAP = "   "
MEANT = ("outstanding", "late", "kind", "closed", "completion", "unprevented", "ask")
"""What is explained here; the other formats explain every figure."""
TEAMS = 37
"""Columns of the block of teams."""


def report_lines(report: Report, columns: int | None = None, by: By | None = None) -> Iterator[str]:
    """The whole report; ``by`` puts the measures together in the table and in the list."""
    width = columns or USUAL
    yield from _top(report, width)
    ask = sections.ask(report)
    if ask:
        yield ""
        yield from _table(ask, width) if width >= BESIDE else _asked(report, ask.title, width)
    yield from _blocks(report, width, by)
    for table in (*([sections.groups(report, by)] if by else []), *sections.below(report)):
        yield ""
        yield from _table(table, width)
    yield from _list(report, by, width)
    yield ""
    yield "WHAT THE FIGURES MEAN"
    for name in MEANT:
        yield from flow(f"  {name}: {report.definitions[name]}", width, 4)
    yield from flow("  All others stand in `--format markdown`, html and json.", width, 4)


def _top(report: Report, width: int) -> Iterator[str]:
    title, when = "OUTSTANDING WORK FROM INCIDENTS", sentences.when(report)
    room = width - cells(title) - cells(when)
    yield from [f"{title}{' ' * room}{when}"] if room >= len(GAP) else [title, *flow(when, width)]
    for said in (
        sentences.headline(report),
        sentences.change(report),
        sentences.kinds(report),
        sentences.soon(report),
    ):
        if said:
            yield from flow(one_line(plain(said)), width, 2)


def _asked(report: Report, title: str, width: int) -> Iterator[str]:
    """The five on a narrow terminal: what is asked about, and why below it."""
    yield title.upper()
    for number, one in enumerate(report.ask, start=1):
        facts = (one.row.key, one.row.severity, one.row.team, sections.dated(one.row, report.as_of))
        why = ", ".join(reason.words for reason in one.reasons[: sections.REASONS])
        yield from flow(f"  {number} {one_line(one.row.text)}", width, 4)
        yield from flow(f"    {one_line(', '.join(fact for fact in facts if fact))}: {why}", width, 4)


def _blocks(report: Report, width: int, by: By | None) -> Iterator[str]:
    """Teams, what is not known, and what is left out: beside each other where there is room."""
    teams = list(_teams(report)) if by is not By.TEAM else []
    unknown = ["WHAT WE DO NOT KNOW", *_said(sentences.unknown(report))]
    left_out = ["LEFT OUT", *_said(sentences.left_out(report))]
    blocks = [block for block in (teams, unknown, left_out) if len(block) > 1]
    if width < BESIDE or not blocks:
        for block in blocks:
            yield ""
            for line in block:
                yield from flow(line, width, 4)
        return
    fixed = TEAMS if teams else 0
    others = [block for block in blocks if block is not teams]
    room = (width - fixed - len(GAP) * (len(blocks) - 1)) // max(len(others), 1)
    widths = [fixed if block is teams else room for block in blocks]
    folded = [
        [part for line in block for part in flow(line, size, 4)]
        for block, size in zip(blocks, widths, strict=True)
    ]
    yield ""
    for parts in zip_longest(*folded, fillvalue=""):
        yield GAP.join(map(fit, parts, widths)).rstrip()


def _teams(report: Report) -> Iterator[str]:
    found = report.by.get(By.TEAM, ())
    if not found or (len(found) == 1 and found[0].name is None):
        return
    yield f"{'TEAMS':<18}outstanding    late"
    for team in found[: sections.FIRST]:
        name = fit(one_line(sections.named(team, By.TEAM)), 16)
        yield f"  {name}{team.outstanding:>11,}{team.late:>8,}"
    if len(found) > sections.FIRST:
        yield f"  {len(found) - sections.FIRST:,} more"


def _said(said: Iterable[Sentence]) -> Iterator[str]:
    return (f"  {one_line(plain(one))}" for one in said)


def _table(table: Table, width: int) -> Iterator[str]:
    yield table.title.upper()
    for note in table.notes:
        yield from flow(f"  {note}", width, 2)
    yield from laid_out(table, width)
    if table.more:
        yield f"  and {table.more:,} more; `--format json` has all"


def _list(report: Report, by: By | None, width: int) -> Iterator[str]:
    for title, rows in _lists(report, by):
        yield ""
        yield title
        room = min(max((cells(one_line(row.key)) for row in rows), default=0), 20)
        for row in rows:
            lead = f"  {fit(one_line(row.key), room)}  "
            yield from flow(f"{lead}{one_line(row.text)}", width, len(lead))
            yield from flow(f"{' ' * len(lead)}{_facts(report, row)}", width, len(lead))


def _lists(report: Report, by: By | None) -> Iterator[tuple[str, Sequence[Row]]]:
    outstanding = report.outstanding
    if by is None:
        if outstanding:
            yield f"OUTSTANDING: {len(outstanding):,}", outstanding
    else:
        of = _grouped(outstanding, by)
        for group in report.by.get(by, ()):
            if group.outstanding:
                yield _heading(group, by), of.get(group.name, ())
    closed = sections.closed_since(report)
    if closed:
        since = f" SINCE {day(report.change.since.date(), report.as_of).upper()}" if report.change else ""
        yield f"CLOSED{since}: {len(closed):,}", closed


def _heading(group: Group, by: By) -> str:
    late = f", {group.late:,} late" if group.late else ""
    return f"{one_line(sections.named(group, by)).upper()}: {group.outstanding:,} outstanding{late}"


def _grouped(rows: Iterable[Row], by: By) -> Mapping[str | None, list[Row]]:
    found: dict[str | None, list[Row]] = {}
    for row in rows:
        for name in names(row, by):
            found.setdefault(name, []).append(row)
    return found


def _facts(report: Report, row: Row) -> str:
    due = "no date"
    if row.due is not None:
        due = f"{'due' if row.promised else 'target'} {day(row.due, report.as_of)}"
    facts = (
        row.state.words,
        row.owner or "no owner",
        due if row.outstanding else None,
        f"closed {day(row.closed, report.as_of)}" if row.closed else None,
        f"{row.days_late:,} day{'' if row.days_late == 1 else 's'} late" if row.days_late else None,
        f"accepted until {day(row.accepted.until, report.as_of)}" if row.accepted else None,
        "ticket not found" if row.missing else None,
        f"{row.kind} ({'stated' if row.kind_stated else 'inferred'})" if row.kind else None,
        row.severity,
        f"{row.document}:{row.line}",
    )
    return one_line(", ".join(fact for fact in facts if fact))
