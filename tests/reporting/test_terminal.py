from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.cli.screens.report import report_lines
from followthrough.cli.screens.words import cells
from followthrough.ledger.interface import Snapshot
from followthrough.reporting.figures import By, Report

Ledger = Callable[..., Snapshot]
Figures = Callable[..., Report]


def test_the_first_screen_and_the_list(shown: Report) -> None:
    lines = list(report_lines(shown))
    assert lines[: lines.index("WEEK BY WEEK")] == [
        "OUTSTANDING WORK FROM INCIDENTS" + " " * 66 + "Monday 23 November 2026",
        "2 of 3 measures from 1 incident are outstanding; 1 is late, from sev1.",
        "Since last Monday: 1 closed, 0 new, 3 → 2. Late: 1 → 1.",
        "Of the 2: preventive 1, process 1 (kind stated for 1, inferred for 1).",
        "",
        "TWO TO ASK ABOUT",
        "     measure                      ticket  severity  team  promised for  why it is here",
        "  1  Fail over the payment queue  OPS-1   sev1            20 Oct        34 days late",
        "  2  Rehearse the region switch   #231    sev1                          no owner",
        "",
        "WHAT WE DO NOT KNOW                                          LEFT OUT",
        "  1 has no owner                                               1 measure without a ticket yet",
        "  1 has no date",
        "",
    ]
    assert lines[lines.index("OUTSTANDING: 2") : lines.index("WHAT THE FIGURES MEAN")] == [
        "OUTSTANDING: 2",
        "  OPS-1  Fail over the payment queue",
        "         in progress, Sam, due 20 Oct, 34 days late, preventive (stated), sev1, a.md:11",
        "  #231   Rehearse the region switch",
        "         open, no owner, no date, process (inferred), sev1, a.md:12",
        "",
        "CLOSED SINCE 17 NOV: 1",
        "  FT-3  Alert on the pool",
        "        done, no owner, closed 20 Nov, sev1, a.md:13",
        "",
    ]


def test_nothing_tracked_is_a_report_too(figures: Figures) -> None:
    lines = list(report_lines(figures(Snapshot())))
    assert lines[1] == "No measure has a ticket yet."
    assert lines[3] == "WHAT THE FIGURES MEAN"


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
def test_a_terminal_s_width_is_kept(columns: int, ledger: Ledger, figures: Figures) -> None:
    rows = [
        {"item_text": "Fail over 東京 the payment queue without hands " * 3, "due": date(2026, 10, 1)}
        for _ in range(6)
    ]
    lines = list(report_lines(figures(ledger(*rows)), columns))
    assert max(cells(line) for line in lines) <= columns
    (heading,) = (line for line in lines if "WHAT WE DO NOT KNOW" in line)
    assert heading.startswith("WHAT WE DO NOT KNOW")


def test_persons_are_a_table_only_where_somebody_asks_for_them(ledger: Ledger, figures: Figures) -> None:
    snapshot = ledger({"assignee": "Sam"}, {"assignee": "Sam", "due": date(2026, 11, 1)}, {})
    assert "BY PERSON" not in "\n".join(report_lines(figures(snapshot)))
    found = figures(snapshot, by=list(By))
    lines = list(report_lines(found, by=By.PERSON))
    at = lines.index("BY PERSON")
    assert lines[at + 1 : at + 4] == [
        "  person  outstanding  late  done  dropped",
        "  Sam               2     1     0        0",
        "  nobody            1     0     0        0",
    ]
    assert "SAM: 2 outstanding, 1 late" in lines
    assert "NOBODY: 1 outstanding" in lines
    assert not any(line.startswith("OUTSTANDING: ") for line in lines)


def test_a_measure_of_two_services_is_listed_under_both(ledger: Ledger, figures: Figures) -> None:
    snapshot = ledger({})
    for document in snapshot.documents.values():
        object.__setattr__(document, "services", ("mail", "search"))
    lines = list(report_lines(figures(snapshot), by=By.SERVICE))
    assert [line for line in lines if line.endswith(": 1 outstanding")] == [
        "MAIL: 1 outstanding",
        "SEARCH: 1 outstanding",
    ]
    assert sum("Measure 1" in line for line in lines) == 3, "once to ask about, and once for each"


HOSTILE = [
    "\x1b[2J\x1b]0;title\x07 red\x1b[31m",
    "right to left \u202etxt.exe \u2066inside\u2069",
    "first\nsecond\r\n\u2028third\x85fourth",
    "\x9b31m \x00 \x7f",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_words_drive_no_terminal(hostile: str, ledger: Ledger, figures: Figures) -> None:
    def lines(words: str) -> list[str]:
        row = {"item_text": words, "assignee": words, "key": words, "item_kind": words, "scope": words}
        found = figures(ledger({**row, "due": date(2026, 11, 1)}), by=list(By))
        return [line for by in (None, *By) for line in report_lines(found, 400, by)]

    assert len("\n".join(lines(hostile)).splitlines()) == len(lines("x"))
    assert all(line.isprintable() for line in lines(hostile))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_no_words_leave_their_line(ledger: Ledger, figures: Figures, text: str, owner: str) -> None:
    for line in report_lines(figures(ledger({"item_text": text, "assignee": owner})), 300):
        assert "\n" not in line
        assert line.replace("\u200d", "").replace("\u200c", "").isprintable()
