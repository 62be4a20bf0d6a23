from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.ledger.interface import Snapshot
from followthrough.reporting.figures import By, Report
from followthrough.reporting.spreadsheet import COLUMNS, spreadsheet

Ledger = Callable[..., Snapshot]
Figures = Callable[..., Report]


def read(report: Report, by: By | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO("".join(spreadsheet(report, by)), newline="")))


def test_a_row_for_each_measure(shown: Report) -> None:
    rows = read(shown)
    assert list(rows[0]) == list(COLUMNS)
    assert [row["key"] for row in rows] == ["OPS-1", "#231", "FT-3"]
    told = {name: value for name, value in rows[0].items() if value}
    assert told == {
        "id": "item00000001",
        "key": "OPS-1",
        "url": "https://x.example/OPS-1",
        "text": "Fail over the payment queue",
        "state": "in_progress",
        "status": "To Do",
        "owner": "Sam",
        "due": "2026-10-20",
        "promised": "yes",
        "days_late": "34",
        "kind": "preventive",
        "kind_stated": "yes",
        "severity": "sev1",
        "incident": "Checkout down",
        "incident_date": "2026-10-05",
        "document": "a.md",
        "line": "11",
        "tracker": "ops",
        "created": "2026-11-01",
        "touched": "2026-11-01",
        "moved": "0",
        "reopened": "0",
        "missing": "no",
    }
    assert (rows[2]["closed"], rows[2]["state"]) == ("2026-11-20", "done")


def test_a_row_for_each_group(ledger: Ledger, figures: Figures) -> None:
    found = figures(ledger({"due": date(2026, 11, 1)}, {}, {"scope": "web"}))
    rows = read(found, By.TRACKER)
    assert [(row["tracker"], row["outstanding"], row["late"]) for row in rows] == [
        ("ops", "2", "1"),
        ("web", "1", "0"),
    ]


def test_lines_end_as_the_standard_says_and_every_field_is_quoted(shown: Report) -> None:
    lines = list(spreadsheet(shown))
    assert all(line.endswith("\r\n") for line in lines)
    assert all(field.startswith('"') for line in lines for field in line.rstrip("\r\n").split('","')[:1])
    # In a spreadsheet that separates by semicolons, no field is split into one that begins with a sign.
    assert lines[0].count('"') == 2 * len(COLUMNS)


FORMULAS = [
    '=HYPERLINK("https://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    '";=1;"',
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_field_is_a_formula(formula: str, ledger: Ledger, figures: Figures) -> None:
    row = {"item_text": formula, "assignee": formula, "key": formula, "native_status": formula}
    found = figures(ledger({**row, "scope": formula, "url": formula, "priority": formula}), by=list(By))
    for fields in [*read(found), *read(found, By.TRACKER), *read(found, By.PERSON)]:
        for field in fields.values():
            assert not field.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=30))
def test_any_words_come_back_as_one_field(ledger: Ledger, figures: Figures, text: str, key: str) -> None:
    (row,) = read(figures(ledger({"item_text": text, "key": key})))
    assert None not in row
    assert all(value is not None for value in row.values())
    assert not row["text"].lstrip().startswith(("=", "+", "-", "@"))
