"""The report in Markdown, for a wiki. Nobody's words become markup, a link or a mention in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from followthrough.reporting import sections, sentences
from followthrough.reporting.figures import By, Report
from followthrough.reporting.plain import one_line, web_address
from followthrough.reporting.rows import Row
from followthrough.reporting.sections import Cell, Table
from followthrough.reporting.sentences import day

LIVE = re.compile(r"(?<=:)(?=//)|(?<=@)|(?<=#)(?=\d)|(?<=\bwww)(?=\.)|(?<=\bgh)(?=-\d)", re.IGNORECASE)
"""Where sites find addresses, mentions and references, even in words that are no markup."""
GROUPS = (By.TEAM, By.SERVICE, By.SEVERITY, By.TRACKER)
LIST = ("Ticket", "Measure", "State", "Owner", "Due", "Late", "Kind", "From")


def markdown(report: Report, by: By | None = None) -> Iterator[str]:
    """Its lines; ``by`` adds a table, and is never persons: a wiki is read by everybody."""
    yield "# Outstanding work from incidents"
    yield ""
    yield f"{_words(sentences.when(report))}."
    yield ""
    for said in (
        sentences.headline(report),
        sentences.change(report),
        sentences.kinds(report),
        sentences.soon(report),
    ):
        if said:
            yield _words(sentences.plain(said))
    for table in _first(report, by):
        yield from _table(table)
    yield from _bullets("What we do not know", map(sentences.plain, sentences.unknown(report)))
    yield from _bullets("Left out", map(sentences.plain, sentences.left_out(report)))
    for table in sections.below(report):
        yield from _table(table)
    yield from _list(report)
    yield ""
    yield "## What the figures mean"
    yield ""
    for name, meaning in report.definitions.items():
        yield f"- **{name.replace('_', ' ')}**: {_words(meaning)}"


def _first(report: Report, by: By | None) -> Iterator[Table]:
    ask = sections.ask(report)
    if ask:
        yield ask
    for one in GROUPS:
        if len(report.by.get(one, ())) > 1:
            yield sections.groups(report, one, None if one is by else sections.MANY)
    if by is not None and (by not in GROUPS or len(report.by.get(by, ())) <= 1):
        yield sections.groups(report, by)


def _table(table: Table) -> Iterator[str]:
    yield ""
    yield f"## {_words(table.title)}"
    if table.notes:
        yield ""
        yield from map(_words, table.notes)
    if table.rows:
        yield ""
        yield f"| {' | '.join(head[:1].upper() + head[1:] for head in table.heads)} |"
        yield f"| {' | '.join('---:' if cell.number else '---' for cell in table.rows[0])} |"
        for row in table.rows:
            yield _row(row)
    if table.more:
        yield ""
        yield f"{table.more:,} more are left out here."


def _bullets(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"- {_words(line)}" for line in lines]
    if found:
        yield from ("", f"## {title}", "", *found)


def _list(report: Report) -> Iterator[str]:
    since = f" since {day(report.change.since.date(), report.as_of)}" if report.change else ""
    for title, rows in (
        (f"Outstanding: {len(report.outstanding):,}", report.outstanding),
        (f"Closed{since}", sections.closed_since(report)),
    ):
        if rows:
            yield from ("", f"## {title}", "")
            yield f"| {' | '.join(LIST)} |"
            yield f"| {' | '.join('---' for _ in LIST)} |"
            for row in rows:
                yield _row(_cells(report, row))


def _cells(report: Report, row: Row) -> tuple[Cell, ...]:
    late = f"accepted until {row.accepted.until}" if row.accepted else f"{row.days_late:,} d"
    return (
        sections.ticket(row),
        Cell(row.text),
        Cell(row.state.words),
        Cell(row.owner or ""),
        Cell(sections.dated(row, report.as_of)),
        Cell(late if row.accepted or row.days_late else ""),
        Cell(row.kind or ""),
        Cell(row.incident or row.document, url=row.postmortem),
    )


def _row(cells: Sequence[Cell]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(cell: Cell) -> str:
    words, address = _words(cell.text), web_address(cell.url)
    return f"[{words}]({address})" if address and words else words


def _words(words: str) -> str:
    """Words of a document or tracker, kept from becoming markup of the table or the page."""
    harmless = LIVE.sub("\u200b", one_line(words))
    return "".join(f"\\{sign}" if sign in "\\`*_~^$[]<>|#&" else sign for sign in harmless)
