"""From the figures to the page, by templates that escape whatever is put into them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from followthrough.reporting import sentences
from followthrough.reporting.figures import By, Group, Report
from followthrough.reporting.page.drawings import drawings
from followthrough.reporting.page.leads import Leads
from followthrough.reporting.page.listing import listing
from followthrough.reporting.plain import one_line, web_address
from followthrough.reporting.tokens import Tokens

TEMPLATES = Path(__file__).parent / "templates"
LARGEST = 490_000
"""Bytes of a page that mail servers and readers still take; the list has what the rest leaves."""
FEW = 50
"""Rows of every table but the list, at most."""
SHORT = 6
"""Teams on the first screen."""
LONG, BRIEF = 300, 60
"""Characters of a sentence and of a name; the ticket has all of them."""


def page(report: Report) -> str:
    """The whole page."""
    tokens = Tokens(report)
    environment = _environment(report, tokens)
    top = _top(report, environment)
    script = _asset("page.js")
    bottom = environment.get_template("bottom.html").render(script=_own(script))
    room = LARGEST - len(top.encode()) - len(bottom.encode())
    return top + listing(report, tokens, environment, room) + bottom


def _top(report: Report, environment: Environment) -> str:
    """All but the list; where words and addresses are long, with shorter tables rather than a larger page."""
    template, above, few = environment.get_template("top.html"), _above(report), FEW
    text = template.render(few=few, **above)
    while len(text.encode()) > LARGEST // 2 and few > 1:
        few //= 2
        text = template.render(few=few, **above)
    return text


def _above(report: Report) -> Mapping[str, Any]:
    style = _asset("page.css")
    named = {id for one in report.recurrences[:FEW] for id in one.items}
    return {
        "policy": (
            f"default-src 'none'; img-src data:; style-src {_allowed(style)}; "
            f"script-src {_allowed(_asset('page.js'))}; base-uri 'none'; form-action 'none'"
        ),
        "style": _own(style),
        "charts": [(chart, _own(chart.svg)) for chart in drawings(report)],
        "breakdowns": tuple(_breakdowns(report)),
        "accepted": report.accepted,
        "named": {row.id: row for row in report.rows if row.id in named},
        "addresses": _addresses(report),
        "incidents": report.by.get(By.INCIDENT, ()),
        "numbers": sentences.NUMBERS,
        "teams": SHORT,
    }


@dataclass(frozen=True, slots=True)
class _Breakdown:
    by: By
    title: str
    groups: tuple[Group, ...]


def _breakdowns(report: Report) -> Iterator[_Breakdown]:
    """By what the report's measures can be told apart."""
    for by in (By.TEAM, By.SERVICE, By.SEVERITY, By.TRACKER):
        groups = report.by.get(by, ())
        if len(groups) > (SHORT if by is By.TEAM else 1):
            yield _Breakdown(by, by.value, groups)


def _addresses(report: Report) -> Mapping[str, str | None]:
    """Where the postmortems of recurrences and other incidents are, as far as a measure of theirs tells."""
    known: dict[str, str | None] = {one.document: None for one in report.recurrences}
    return known | {row.document: row.postmortem for row in report.rows}


def _environment(report: Report, tokens: Tokens) -> Environment:
    leads = Leads(tokens)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.globals.update(report=report, said=sentences, By=By, figure=leads.group)
    environment.filters.update(
        address=web_address,
        day=partial(sentences.day, as_of=report.as_of),
        full_day=sentences.full_day,
        short=partial(_cut, most=LONG),
        brief=partial(_cut, most=BRIEF),
        lead=leads.lead,
        said=leads.said,
    )
    return environment


def _shown(value: Any) -> Any:
    """What stands between double braces: nobody else's words drive a terminal or turn text around."""
    if value is None:
        return ""
    if isinstance(value, Markup):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    return one_line(str(value))


def _cut(words: str, most: int) -> str:
    line = one_line(words)
    return line if len(line) <= most else line[: most - 1] + "…"


def _own(content: str) -> Markup:
    """What is ours alone: a file of this folder, or a drawing, whose words its XML writer has escaped."""
    return Markup(content)  # noqa: S704


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _allowed(content: str) -> str:
    """The source expression that lets exactly this content through (Content Security Policy Level 3)."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
