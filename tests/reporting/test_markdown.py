from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pyromark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.ledger.interface import Snapshot
from followthrough.reporting.figures import By, Report
from followthrough.reporting.markdown import markdown
from followthrough.reporting.plain import one_line
from followthrough.reporting.rows import Accepted

Ledger = Callable[..., Snapshot]
Figures = Callable[..., Report]

OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_GFM


def cells(page: str) -> list[list[list[Any]]]:
    """The rows of the page's tables below their heads: each cell as its events."""
    rows: list[list[list[Any]]] = []
    cell: list[Any] | None = None
    in_row = False
    for event in pyromark.events(page, options=OPTIONS):
        if event == {"Start": "TableRow"}:
            rows.append([])
            in_row = True
        elif event == {"End": "TableRow"}:
            in_row = False
        elif event == {"Start": "TableCell"}:
            cell = []
        elif event == {"End": "TableCell"}:
            if in_row and cell is not None:
                rows[-1].append(cell)
            cell = None
        elif cell is not None:
            cell.append(event)
    return rows


def words(cell: list[Any]) -> str:
    return "".join(event["Text"] for event in cell if isinstance(event, dict) and "Text" in event)


def listed(page: str) -> list[list[list[Any]]]:
    """The rows of the list of measures: no other table has eight columns."""
    return [row for row in cells(page) if len(row) == 8]


def test_the_wiki_page(shown: Report) -> None:
    page = list(markdown(shown))
    assert page[: page.index("## Week by week")] == [
        "# Outstanding work from incidents",
        "",
        "Monday 23 November 2026.",
        "",
        "2 of 3 measures from 1 incident are outstanding; 1 is late, from sev1.",
        "Since last Monday: 1 closed, 0 new, 3 → 2. Late: 1 → 1.",
        "Of the 2: preventive 1, process 1 (kind stated for 1, inferred for 1).",
        "",
        "## Two to ask about",
        "",
        "|  | Measure | Ticket | Severity | Team | Promised for | Why it is here |",
        "| ---: | --- | --- | --- | --- | --- | --- |",
        "| 1 | Fail over the payment queue | [OPS-1](https://x.example/OPS-1) | sev1 |  | 20 Oct |"
        " 34 days late |",
        "| 2 | Rehearse the region switch | [\\#\u200b231](https://x.example/OPS-2) | sev1 |  |  | no owner |",
        "",
        "## What we do not know",
        "",
        "- 1 has no owner",
        "- 1 has no date",
        "",
        "## Left out",
        "",
        "- 1 measure without a ticket yet",
        "",
    ]
    assert page[page.index("## Outstanding: 2") : page.index("## What the figures mean")] == [
        "## Outstanding: 2",
        "",
        "| Ticket | Measure | State | Owner | Due | Late | Kind | From |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| [OPS-1](https://x.example/OPS-1) | Fail over the payment queue | in progress | Sam | 20 Oct | 34 d |"
        " preventive | Checkout down |",
        "| [\\#\u200b231](https://x.example/OPS-2) | Rehearse the region switch | open |  |  |  | process |"
        " Checkout down |",
        "",
        "## Closed since 17 Nov",
        "",
        "| Ticket | Measure | State | Owner | Due | Late | Kind | From |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| FT-3 | Alert on the pool | done |  |  |  |  | Checkout down |",
        "",
    ]
    assert [line for line in page if line.startswith("- **late**: Outstanding, ")]


def test_nothing_tracked_is_a_page_too(figures: Figures) -> None:
    page = "\n".join(markdown(figures(Snapshot())))
    assert "No measure has a ticket yet." in page
    assert "|" not in page


def test_a_grouping_is_a_table(ledger: Ledger, figures: Figures) -> None:
    found = figures(ledger({"item_kind": "process"}, {"item_kind": "process"}, {"scope": "web"}))
    page = "\n".join(markdown(found, By.KIND))
    assert "## By kind" in page
    assert "| process | 2 | 0 | 0 | 0 |" in page
    assert "| no kind | 1 | 0 | 0 | 0 |" in page
    assert "## By kind" not in "\n".join(markdown(found))


HOSTILE = [
    "a | b",
    "a \\| b \\",
    "`code` ``x``",
    "*strong* __and__ ~~gone~~ _it_",
    "[words](https://evil.example) ![img](x) [ref][1]",
    "<script>alert(1)</script> <!-- x --> &lt; &#60;",
    "https://evil.example and www.evil.example and mail@evil.example",
    "@team and @acme/sre, see #12, acme/web#3, GH-4",
    "first\nsecond\r\n\r\n# third\u2028fourth",
    "$x$ ^a^ {{ template }} :smile: ~tilde~",
    "tab\tbell\x07 escape\x1b[31m right to left \u202etxt.exe",
    "| --- | --- |",
]


def hostile_report(ledger: Ledger, figures: Figures, hostile: str) -> Report:
    """A report all of whose words are somebody else's."""
    snapshot = ledger(
        {
            "item_text": hostile,
            "key": hostile,
            "assignee": hostile,
            "labels": (hostile,),
            "native_status": hostile,
            "due": date(2026, 10, 1),
            "item_section": (hostile,),
        },
        {"item_text": hostile, "key": hostile, "due": date(2026, 10, 1)},
    )
    document = replace(
        snapshot.documents["a.md"], title=hostile, team=hostile, services=(hostile, "x"), severity=hostile
    )
    return figures(
        replace(snapshot, documents={"a.md": document}),
        accepted={
            "item00000002": [
                Accepted(
                    item="item00000002",
                    since=snapshot.tickets["ops", "1"].created,
                    until=date(2027, 1, 1),
                    reason=hostile,
                    by=hostile,
                )
            ]
        },
        address=lambda _path, heading: f"https://wiki.example/{heading}",
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_words_cannot_become_markup(hostile: str, ledger: Ledger, figures: Figures) -> None:
    page = "\n".join(markdown(hostile_report(ledger, figures, hostile), By.SERVICE))
    found = cells(page)
    assert len(listed(page)) == 2
    plain = one_line(hostile)
    for row in found:
        for cell in row:
            is_link = bool(cell) and "Link" in str(cell[0])
            inside = cell[1:-1] if is_link else cell
            assert all(isinstance(event, dict) and set(event) == {"Text"} for event in inside), cell
            # What sites turn into links and mentions after rendering is broken up.
            assert not re.search(r"://|www\.|@\w|#\d|GH-\d", words(cell))
    for at in (0, 1, 3, 7):
        assert words(listed(page)[0][at]).replace("\u200b", "") == plain
    for event in pyromark.events(page, options=OPTIONS):
        assert not any(
            kind in str(event) for kind in ("Html", "Image", "Emphasis", 'Strong"', "Code", "Strike")
        )
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)


@settings(max_examples=100, deadline=None)
@given(hostile=st.text(max_size=40), owner=st.text(max_size=20))
def test_no_words_at_all_break_the_table(ledger: Ledger, figures: Figures, hostile: str, owner: str) -> None:
    rows = listed("\n".join(markdown(figures(ledger({"item_text": hostile, "assignee": owner}, {})))))
    assert len(rows) == 2
    assert all(set(event) == {"Text"} for cell in rows[0][1:] for event in cell)


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://x.example/a(b)c|d e", "https://x.example/a%28b%29c%7Cd%20e"),
        ("https://x.example/<a>\\`", "https://x.example/%3Ca%3E%5C%60"),
        ("https://x.example/OPS-1?a=1&b=2#c", "https://x.example/OPS-1?a=1&b=2#c"),
        ("https://x.example/%41", "https://x.example/%41"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("", None),
    ],
    ids=["brackets", "angles", "plain", "encoded already", "script", "data", "none"],
)
def test_an_address_is_a_link_only_if_it_is_a_plain_one(
    url: str, href: str | None, ledger: Ledger, figures: Figures
) -> None:
    (cell, *_) = listed("\n".join(markdown(figures(ledger({"url": url})))))[0]
    links = [
        event["Start"]["Link"]["dest_url"]
        for event in cell
        if isinstance(event, dict) and "Link" in str(event.get("Start"))
    ]
    assert links == ([href] if href else [])
    assert words(cell) == "OPS-1"
