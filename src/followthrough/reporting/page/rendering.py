"""From the figures to the page: templates that escape whatever is put into them, and what a page may not exceed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from followthrough.reporting.figures import By, Group, Report
from followthrough.reporting.page.drawings import Part, drawings
from followthrough.reporting.plain import one_line, web_address
from followthrough.reporting.rows import Row
from followthrough.reporting import sentences
from followthrough.reporting.sentences import Count, Figure, Sentence, day
from followthrough.reporting.tokens import Choice, Is, Tokens

TEMPLATES = Path(__file__).parent / "templates"
MOST = 1000
"""Measures that the list shows; further ones are counted."""
ROOM = 380_000
"""Bytes that the list may take, so that a page with long addresses can still be sent around."""
FEW = 100
"""Rows of every other table."""
SHORT = 6
"""Teams on the first screen."""
LONG = 300
"""Characters of a text; the ticket has all of it."""
SHOWS = {
    Is.OUTSTANDING: "outstanding",
    Is.LATE: "late",
    Is.SOON: "due soon",
    Is.UNOWNED: "without owner",
    Is.UNDATED: "without date",
    Is.ACCEPTED: "accepted risks",
    Is.DONE: "done",
    Is.DROPPED: "dropped",
}
CHOOSABLE = {By.KIND: "Kind", By.TEAM: "Team", By.SEVERITY: "Severity", By.SERVICE: "Service", By.TRACKER: "Tracker"}
NUMBERS = ("Nothing", "One", "Two", "Three", "Four", "Five")


def page(report: Report) -> str:
    """The whole page."""
    environment = _environment(report)
    named = {id for one in report.recurrences for id in one.items}
    style, script = _asset("page.css"), _asset("page.js")
    return environment.get_template("page.html").render(
        report=report,
        said=sentences,
        policy=f"default-src 'none'; img-src data:; style-src {_allowed(style)}; script-src {_allowed(script)}; "
        "base-uri 'none'; form-action 'none'",
        style=Markup(style),
        script=Markup(script),
        charts=[(chart, Markup(chart.svg)) for chart in drawings(report)],
        list=_Listed.of(report, named, environment),
        breakdowns=tuple(_breakdowns(report)),
        shows=tuple(_shows(environment.globals["tokens"])),
        choosable=tuple(_choosable(environment.globals["tokens"])),
        named={row.id: row for row in report.rows if row.id in named},
        addresses=_addresses(report),
        few=FEW,
        short=SHORT,
        numbers=NUMBERS,
    )


@dataclass(frozen=True, slots=True)
class _Listed:
    """The rows that fit on the page."""

    rows: Markup
    ids: Set[str]

    @property
    def number(self) -> int:
        return len(self.ids)

    @staticmethod
    def of(report: Report, named: Set[str], environment: Environment) -> _Listed:
        tokens: Tokens = environment.globals["tokens"]
        row: Callable[[Row, str, bool], Markup] = environment.get_template("row.html").module.row
        written, room = {}, ROOM
        for one in report.rows[:MOST]:
            text = row(one, " ".join(tokens.of[one.id]), one.id in named)
            room -= len(text.encode())
            if room < 0:
                break
            written[one.id] = text
        return _Listed(Markup("").join(written.values()), written.keys())


@dataclass(frozen=True, slots=True)
class _Breakdown:
    by: By
    title: str
    groups: tuple[Group, ...]


def _breakdowns(report: Report) -> Iterator[_Breakdown]:
    """By what the report's measures can be told apart."""
    for by, title in ((By.TEAM, "team"), (By.SERVICE, "service"), (By.SEVERITY, "severity"), (By.TRACKER, "tracker")):
        groups = report.by.get(by, ())
        if len(groups) > (SHORT if by is By.TEAM else 1):
            yield _Breakdown(by, title, groups)


def _shows(tokens: Tokens) -> Iterator[tuple[str, str]]:
    """What the list can be narrowed to by one choice, where there is any such measure."""
    for true, name in SHOWS.items():
        if tokens.count(true):
            yield true.value, name


def _choosable(tokens: Tokens) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    for by, title in CHOOSABLE.items():
        if len(tokens.choices[by]) > 1:
            yield title, tokens.choices[by]


def _addresses(report: Report) -> Mapping[str, str | None]:
    """Where the postmortems of recurrences are, as far as a measure of theirs tells."""
    found: dict[str, str | None] = {one.document: None for one in report.recurrences}
    for row in report.rows:
        if row.document in found:
            found[row.document] = row.postmortem
    return found


def _environment(report: Report) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    tokens = Tokens(report)
    environment.globals.update(
        tokens=tokens,
        By=By,
        figure=lambda number, true, by, name: _lead(tokens, Figure(number, tuple(map(Is, true)), by, name)),
    )
    environment.filters.update(
        address=web_address,
        day=partial(day, as_of=report.as_of),
        full_day=sentences.full_day,
        short=_short,
        lead=partial(_lead, tokens),
        said=partial(_said, tokens),
    )
    return environment


def _shown(value: Any) -> Any:
    """Whatever stands between double braces: nobody else's words drive a terminal or turn text around."""
    if value is None:
        return ""
    if isinstance(value, Markup):
        return value
    if isinstance(value, bool | int):
        return f"{value:,}"
    return one_line(str(value))


def _short(words: str) -> str:
    return words if len(words) <= LONG else words[: LONG - 1] + "…"


def _said(tokens: Tokens, sentence: Sentence) -> Markup:
    return Markup("").join(part if isinstance(part, str) else _lead(tokens, part) for part in sentence)


def _lead(tokens: Tokens, figure: Figure | Count | Part | str) -> Markup:
    """A figure as a link to what it counts, where the list can show exactly that."""
    if isinstance(figure, str):
        return Markup.escape(one_line(figure))
    if isinstance(figure, Count) or not figure.number:
        return Markup.escape(str(figure.number) if isinstance(figure, Part) else str(figure))
    wanted = list(figure.tokens if isinstance(figure, Part) else figure.true)
    if isinstance(figure, Figure) and figure.by is not None:
        wanted.append(tokens.group(figure.by, figure.name))
    if tokens.count(*wanted) != figure.number:
        return Markup.escape(f"{figure.number:,}")
    return Markup('<a class="n" href="#list" data-want="{}">{}</a>').format(" ".join(wanted), f"{figure.number:,}")


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _allowed(content: str) -> str:
    """The source expression that lets exactly this inline content through, of Content Security Policy Level 3."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
