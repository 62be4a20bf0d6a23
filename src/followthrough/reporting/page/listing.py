"""The list of all measures, as far as the page has room for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from followthrough.reporting.figures import By, Report
from followthrough.reporting.page.leads import SHOWS
from followthrough.reporting.tokens import Choice, Tokens

MOST = 1000
"""Measures that the list shows; further ones are counted."""
CHOICES = 100
"""Groups to choose from in one field."""
CHOOSABLE = (By.KIND, By.TEAM, By.SEVERITY, By.SERVICE, By.TRACKER)


def listing(report: Report, tokens: Tokens, environment: Environment, room: int) -> str:
    """The section with its controls, in at most ``room`` bytes."""
    template = environment.get_template("list.html")
    around: Mapping[str, Any] = {
        "shows": [(true.value, name) for true, name in SHOWS.items() if tokens.count(true)],
        "choosable": tuple(_choosable(tokens)),
    }
    rows: list[Markup] = []
    room -= len(template.render(rows=rows, **around).encode())
    for row in _rows(report, tokens, environment):
        room -= len(row.encode())
        if room < 0:
            break
        rows.append(row)
    return template.render(rows=rows, **around)


def _rows(report: Report, tokens: Tokens, environment: Environment) -> Iterator[Markup]:
    """In the report's order, so that what is left out is closed, or due last."""
    write: Any = environment.get_template("row.html").module
    for row in report.rows[:MOST]:
        yield write.row(row, " ".join(tokens.of[row.id]))


def _choosable(tokens: Tokens) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    for by in CHOOSABLE:
        choices = tokens.choices[by]
        if len(choices) > 1:
            largest = sorted(choices, key=lambda choice: -tokens.count(choice.token))[:CHOICES]
            yield by.value, tuple(choice for choice in choices if choice in largest)
