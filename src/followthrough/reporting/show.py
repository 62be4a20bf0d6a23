"""One set of figures as plain text, Markdown or JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from followthrough.model import State
from followthrough.policy.effective import Origin
from followthrough.reporting.figures import Report
from followthrough.reporting.rows import Row

SCHEMA = "followthrough.report/1"
JOINERS = "\u200c\u200d"
"""Not printable by themselves, but part of words and emoji."""
LIVE = re.compile(r"(?<=:)(?=//)|(?<=@)|(?<=#)(?=\d)|(?<=\bwww)(?=\.)|(?<=\bgh)(?=-\d)", re.IGNORECASE)
"""Where sites find addresses, mentions and references, even in words that are no markup."""


def text(figures: Report) -> Iterator[str]:
    """For a terminal."""
    yield f"OUTSTANDING WORK FROM INCIDENTS   {_day(figures.as_of)}"
    yield _summary(figures)
    kinds = ", ".join(f"{kind} {number}" for kind, number in _by_kind(figures).items())
    if kinds:
        yield f"Of these: {kinds}."
    states = ", ".join(f"{number} {state.words}" for state, number in figures.by_state().items() if number)
    if states:
        yield f"All tracked: {states}."
    if figures.outstanding or figures.left_out.confidential:
        yield _unknown(figures)
        yield ""
    width = max((len(_line(row.key)) for row in figures.rows), default=0)
    for row in figures.outstanding:
        yield f"  {_line(row.key):<{width}}  {_line(row.text)}"
        yield f"  {'':<{width}}  {_facts(row)}"
    closed = [row for row in figures.rows if not row.outstanding]
    if closed:
        yield ""
        yield "Closed:"
        for row in closed:
            yield f"  {_line(row.key):<{width}}  {_line(row.text)} ({row.state.words})"


def markdown(figures: Report) -> Iterator[str]:
    """For a wiki."""
    yield "# Outstanding work from incidents"
    yield ""
    yield f"{_day(figures.as_of)}. {_summary(figures)}"
    yield ""
    if figures.rows:
        yield "| Ticket | Measure | State | Owner | Due | Late | Kind | From |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
        for row in figures.rows:
            yield f"| {' | '.join(_cells(row))} |"
        yield ""
    yield _unknown(figures)


def to_json(figures: Report) -> dict[str, Any]:
    """For another program."""
    return {
        "schema": SCHEMA,
        "as_of": figures.as_of.isoformat(),
        "tracked": len(figures.rows),
        "outstanding": len(figures.outstanding),
        "late": len(figures.late),
        "done": figures.by_state()[State.DONE],
        "dropped": figures.by_state()[State.DROPPED],
        "unowned": figures.unknown.unowned,
        "undated": figures.unknown.undated,
        "untracked": figures.left_out.untracked,
        "confidential": figures.left_out.confidential,
        "incidents": figures.incidents,
        "by_state": {state.value: number for state, number in figures.by_state().items()},
        "by_kind": _by_kind(figures),
        "items": [_row(row) for row in figures.rows],
    }


def _by_kind(figures: Report) -> dict[str, int]:
    return {one.kind or "unknown": one.outstanding for one in figures.kinds}


def _summary(figures: Report) -> str:
    measures, incidents = len(figures.rows), figures.incidents
    return (
        f"{len(figures.outstanding)} of {measures} measure{'' if measures == 1 else 's'} "
        f"from {incidents} incident{'' if incidents == 1 else 's'} "
        f"{'is' if len(figures.outstanding) == 1 else 'are'} outstanding; {len(figures.late)} late."
    )


def _unknown(figures: Report) -> str:
    counts = f"No owner: {figures.unknown.unowned}. No date: {figures.unknown.undated}."
    hidden = (
        f" In confidential postmortems, not shown: {figures.left_out.confidential}."
        if figures.left_out.confidential
        else ""
    )
    return f"{counts} Without a ticket: {figures.left_out.untracked}.{hidden}"


def _facts(row: Row) -> str:
    facts = [
        row.state.words,
        _line(row.owner or "no owner"),
        _due(row),
        f"{row.days_late} days late" if row.days_late else None,
        f"{row.kind} ({'stated' if row.kind_stated else 'inferred'})" if row.kind else None,
        f"{_line(row.document)}:{row.line}",
    ]
    return ", ".join(fact for fact in facts if fact)


def _due(row: Row) -> str:
    if row.due is None:
        return "no date"
    target = row.values.due is not None and row.values.due.origin is Origin.POLICY
    return f"{'target' if target else 'due'} {_day(row.due)}"


def _cells(row: Row) -> Iterator[str]:
    address = _address(row.url)
    yield f"[{_cell(row.key)}]({address})" if address else _cell(row.key)
    yield _cell(row.text)
    yield row.state.words
    yield _cell(row.owner or "")
    yield row.due.isoformat() if row.due else ""
    yield f"{row.days_late} d" if row.days_late else ""
    yield row.kind or ""
    yield _cell(row.incident or row.document)


def _cell(words: str) -> str:
    """Words of a document or tracker, kept from becoming markup of the table or the page."""
    harmless = LIVE.sub("\u200b", _line(words))
    return "".join(f"\\{sign}" if sign in "\\`*_~^$[]<>|#&" else sign for sign in harmless)


def _line(words: str) -> str:
    """Words on one line, without what drives a terminal or turns text around."""
    return "".join(sign for sign in " ".join(words.split()) if sign.isprintable() or sign in JOINERS)


def _address(url: str) -> str:
    """A ticket's address as it may stand in a link; empty for what is no web address."""
    from urllib.parse import quote

    return quote(url, safe="!$&'*+,/:=?@#%-._~") if re.match(r"https?://", url) else ""


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "text": row.text,
        "key": row.key,
        "url": row.url,
        "tracker": row.tracker,
        "state": row.state.value,
        "status": row.native_status,
        "owner": row.owner,
        "due": row.due.isoformat() if row.due else None,
        "days_late": row.days_late,
        "priority": row.priority,
        "kind": row.kind,
        "kind_stated": row.kind_stated,
        "team": row.team,
        "effective": row.values.to_json(),
        "document": row.document,
        "line": row.line,
        "incident": row.incident,
        "incident_date": row.incident_date.isoformat() if row.incident_date else None,
        "severity": row.severity,
        "created": row.created.isoformat(),
        "closed": row.closed.isoformat() if row.closed else None,
    }


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
