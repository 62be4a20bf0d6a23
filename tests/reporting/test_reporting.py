from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyromark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import DocumentRecord, ItemRecord, Link, TicketRecord
from followthrough.model import State
from followthrough.policy.effective import Fallbacks
from followthrough.reporting.asked import Asked
from followthrough.reporting.computing import report
from followthrough.reporting.figures import Report
from followthrough.reporting.show import markdown, text, to_json

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
AS_OF = date(2026, 11, 23)
Row = dict[str, Any]


def ledger(*rows: Row) -> Snapshot:
    """A ledger with these measures; keys of a row go to the item (``item_…``) or its ticket."""
    documents, items, links, tickets = {}, {}, {}, {}
    for number, row in enumerate(rows, start=1):
        id = f"item{number:08}"
        mine = {name[5:]: value for name, value in row.items() if name.startswith("item_")}
        of_ticket = {
            name: value for name, value in row.items() if not name.startswith("item_") and name != "ticket"
        }
        item = ItemRecord(
            **{
                "id": id,
                "document": "a.md",
                "identity_text": "",
                "line": 10 + number,
                "text": f"Measure {number}",
                "first_seen": NOW,
                **mine,
            }
        )
        items[id] = item
        if item.document == "a.md":
            documents["a.md"] = DocumentRecord(
                path="a.md",
                fingerprint="",
                title="Checkout down",
                incident_date=date(2026, 10, 5),
                severity="sev1",
            )
        if row.get("ticket", True):
            links[id] = (Link(item=id, scope="ops", ticket=str(number)),)
            tickets["ops", str(number)] = TicketRecord(
                **{
                    "scope": "ops",
                    "id": str(number),
                    "key": f"OPS-{number}",
                    "url": f"https://x.example/OPS-{number}",
                    "title": "",
                    "state": State.OPEN,
                    "native_status": "To Do",
                    "created": NOW,
                    "updated": NOW,
                    **of_ticket,
                }
            )
    return Snapshot(documents=documents, items=items, links=links, tickets=tickets)


def figures(
    snapshot: Snapshot, as_of: date, *, only: str | None = None, fallbacks: Fallbacks | None = None
) -> Report:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    return report(snapshot, [], Asked(as_of=as_of, now=now, only=only, fallbacks=fallbacks or Fallbacks()))


def keys(found: Report) -> list[str]:
    return [row.key for row in found.rows]


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "item_due", "state", "late"),
    [
        (date(2026, 11, 22), None, State.OPEN, 1),
        (date(2026, 11, 23), None, State.OPEN, 0),
        (date(2026, 11, 24), None, State.OPEN, 0),
        (date(2025, 11, 23), None, State.BLOCKED, 365),
        (date(2026, 11, 1), None, State.DONE, 0),
        (date(2026, 11, 1), None, State.DROPPED, 0),
        (None, date(2026, 11, 20), State.IN_PROGRESS, 3),
        (date(2026, 12, 24), date(2026, 11, 20), State.OPEN, 0),
        (None, None, State.OPEN, 0),
    ],
    ids=[
        "yesterday",
        "today",
        "tomorrow",
        "a year ago",
        "done",
        "dropped",
        "the document's date",
        "the tracker's date comes first",
        "no date",
    ],
)
def test_late_is_outstanding_and_past_its_date(
    due: date | None, item_due: date | None, state: State, late: int
) -> None:
    found = figures(ledger({"due": due, "item_due": item_due, "state": state}), AS_OF)
    assert [row.days_late for row in found.rows] == [late]
    assert len(found.late) == (1 if late else 0)


@pytest.mark.parametrize(
    ("as_of", "late"), [(date(2026, 11, 19), 0), (date(2026, 11, 20), 0), (date(2026, 11, 21), 1)]
)
def test_figures_are_as_of_a_day(as_of: date, late: int) -> None:
    assert len(figures(ledger({"due": date(2026, 11, 20)}), as_of).late) == late


@pytest.mark.parametrize(
    ("assignee", "owner", "shown", "unowned"),
    [("kim", "Sam", "kim", 0), (None, "Sam", "Sam", 0), (None, None, None, 1), ("", None, None, 1)],
    ids=["the tracker's", "the document's", "nobody", "an empty name"],
)
def test_owner_is_the_trackers_else_the_documents(
    assignee: str | None, owner: str | None, shown: str | None, unowned: int
) -> None:
    found = figures(ledger({"assignee": assignee, "item_owner": owner}), AS_OF)
    assert ([row.owner for row in found.rows], found.unknown.unowned) == ([shown], unowned)


def test_closed_work_is_neither_unowned_nor_undated() -> None:
    found = figures(ledger({"state": State.DONE}, {"state": State.DROPPED}, {}), AS_OF)
    assert (found.unknown.unowned, found.unknown.undated, len(found.outstanding)) == (1, 1, 1)


def test_order_is_outstanding_then_latest_then_by_date_then_by_place() -> None:
    found = figures(
        ledger(
            {"state": State.DONE, "due": date(2026, 1, 1)},
            {},
            {"due": date(2026, 12, 2)},
            {"due": date(2026, 11, 20)},
            {"due": date(2026, 10, 1)},
            {"due": date(2026, 12, 1)},
            {"item_document": "0.md"},
        ),
        AS_OF,
    )
    assert keys(found) == ["OPS-5", "OPS-4", "OPS-6", "OPS-3", "OPS-7", "OPS-2", "OPS-1"]


def test_measures_without_a_ticket_are_counted_apart_unless_their_line_is_gone() -> None:
    found = figures(ledger({}, {"ticket": False}, {"ticket": False, "item_gone": True}), AS_OF)
    assert (len(found.rows), found.left_out.untracked) == (1, 1)


def test_a_ticket_whose_line_is_gone_still_counts() -> None:
    assert keys(figures(ledger({"item_gone": True}), AS_OF)) == ["OPS-1"]


def test_counts_by_state_and_kind() -> None:
    found = figures(
        ledger(
            {"item_kind": "preventive"},
            {"item_kind": "preventive", "state": State.BLOCKED},
            {"item_kind": "process", "state": State.DONE},
            {},
        ),
        AS_OF,
    )
    assert dict(found.by_state()) == {
        State.OPEN: 2,
        State.IN_PROGRESS: 0,
        State.BLOCKED: 1,
        State.DONE: 1,
        State.DROPPED: 0,
    }
    assert {one.kind: one.outstanding for one in found.kinds} == {"preventive": 2, None: 1}


def test_one_kind_only() -> None:
    snapshot = ledger(
        {"item_kind": "preventive"}, {}, {"ticket": False}, {"item_kind": "process", "ticket": False}
    )
    found = figures(snapshot, AS_OF, only="preventive")
    assert (keys(found), found.left_out.untracked) == (["OPS-1"], 0)


def test_incidents_are_the_documents_that_measures_come_from() -> None:
    assert figures(ledger({}, {}, {"item_document": "b.md"}), AS_OF).incidents == 2


def test_a_measure_of_an_unknown_document_is_shown_with_what_is_known() -> None:
    (row,) = figures(ledger({"item_document": "b.md"}), AS_OF).rows
    assert (row.incident, row.incident_date, row.severity) == (None, None, None)


# --- the three ways to show them ------------------------------------------------------------------

SHOWN = ledger(
    {
        "due": date(2026, 10, 20),
        "assignee": "Sam",
        "state": State.IN_PROGRESS,
        "item_text": "Fail over the payment queue",
        "item_kind": "preventive",
        "item_kind_stated": True,
    },
    {"item_text": "Rehearse the region switch", "item_kind": "process", "key": "#231"},
    {"item_text": "Alert on the pool", "state": State.DONE, "closed": NOW, "url": "", "key": "FT-3"},
    {"item_text": "Never filed", "ticket": False},
)


def test_text() -> None:
    assert list(text(figures(SHOWN, AS_OF))) == [
        "OUTSTANDING WORK FROM INCIDENTS   23 November 2026",
        "2 of 3 measures from 1 incident are outstanding; 1 late.",
        "Of these: preventive 1, process 1.",
        "All tracked: 1 open, 1 in progress, 1 done.",
        "No owner: 1. No date: 1. Without a ticket: 1.",
        "",
        "  OPS-1  Fail over the payment queue",
        "         in progress, Sam, due 20 October 2026, 34 days late, preventive (stated), a.md:11",
        "  #231   Rehearse the region switch",
        "         open, no owner, no date, process (inferred), a.md:12",
        "",
        "Closed:",
        "  FT-3   Alert on the pool (done)",
    ]


def test_markdown() -> None:
    assert list(markdown(figures(SHOWN, AS_OF))) == [
        "# Outstanding work from incidents",
        "",
        "23 November 2026. 2 of 3 measures from 1 incident are outstanding; 1 late.",
        "",
        "| Ticket | Measure | State | Owner | Due | Late | Kind | From |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| [OPS-1](https://x.example/OPS-1) | Fail over the payment queue | in progress | Sam | 2026-10-20 | 34 d | preventive | Checkout down |",
        "| [\\#\u200b231](https://x.example/OPS-2) | Rehearse the region switch | open |  |  |  | process | Checkout down |",
        "| FT-3 | Alert on the pool | done |  |  |  |  | Checkout down |",
        "",
        "No owner: 1. No date: 1. Without a ticket: 1.",
    ]


@pytest.mark.parametrize("show", [text, markdown], ids=["text", "markdown"])
def test_nothing_tracked_is_a_report_too(show: Callable[[Report], Any]) -> None:
    shown = "\n".join(show(figures(Snapshot(), AS_OF)))
    assert "0 of 0 measures from 0 incidents are outstanding; 0 late." in shown
    assert "|" not in shown


def test_json() -> None:
    shown = to_json(figures(SHOWN, AS_OF))
    items = shown.pop("items")
    assert json.loads(json.dumps(shown)) == {
        "schema": "followthrough.report/1",
        "as_of": "2026-11-23",
        "tracked": 3,
        "outstanding": 2,
        "late": 1,
        "done": 1,
        "dropped": 0,
        "unowned": 1,
        "undated": 1,
        "untracked": 1,
        "confidential": 0,
        "incidents": 1,
        "by_state": {"open": 1, "in_progress": 1, "blocked": 0, "done": 1, "dropped": 0},
        "by_kind": {"preventive": 1, "process": 1},
    }
    assert [item["key"] for item in items] == ["OPS-1", "#231", "FT-3"]
    assert items[0] == {
        "id": "item00000001",
        "text": "Fail over the payment queue",
        "key": "OPS-1",
        "url": "https://x.example/OPS-1",
        "tracker": "ops",
        "state": "in_progress",
        "status": "To Do",
        "owner": "Sam",
        "due": "2026-10-20",
        "days_late": 34,
        "priority": None,
        "kind": "preventive",
        "kind_stated": True,
        "team": None,
        "effective": {
            "owner": {"value": "Sam", "origin": "tracker"},
            "due": {"value": "2026-10-20", "origin": "tracker"},
            "priority": {"value": None, "origin": None},
            "kind": {"value": "preventive", "origin": "document"},
            "team": {"value": None, "origin": None},
        },
        "document": "a.md",
        "line": 11,
        "incident": "Checkout down",
        "incident_date": "2026-10-05",
        "severity": "sev1",
        "created": "2026-11-01",
        "closed": None,
    }
    assert items[2]["closed"] == "2026-11-01"


def test_measures_of_confidential_postmortems_are_only_a_number() -> None:
    open_one, secret = {"item_text": "Rotate the key"}, {"item_text": "Hush", "item_document": "b.md"}
    snapshot = ledger(open_one, secret)
    secretive = DocumentRecord(path="b.md", fingerprint="", title="Breach", confidential=True)
    found = figures(replace(snapshot, documents={**snapshot.documents, "b.md": secretive}), AS_OF)
    assert (len(found.rows), found.left_out.confidential, found.incidents) == (1, 1, 1)
    for shown in (text(found), markdown(found), [json.dumps(to_json(found))]):
        page = "\n".join(shown)
        assert "Rotate the key" in page
        assert "Hush" not in page
        assert "Breach" not in page
    assert "In confidential postmortems, not shown: 1." in "\n".join(text(found))
    assert to_json(found)["confidential"] == 1


def test_a_policy_s_date_is_called_a_target_and_can_be_missed() -> None:
    fallbacks = Fallbacks(targets={"sev1": timedelta(days=15)})
    found = figures(ledger({}), AS_OF, fallbacks=fallbacks)
    (row,) = found.rows
    assert (row.due, row.days_late) == (date(2026, 11, 16), 7)
    assert "target 16 November 2026, 7 days late" in "\n".join(text(found))
    assert to_json(found)["items"][0]["effective"]["due"] == {"value": "2026-11-16", "origin": "policy"}


# --- hostile words --------------------------------------------------------------------------------

OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_GFM


def cells(page: str) -> list[list[list[Any]]]:
    """The rows of the page's table below its head: each cell as its events."""
    rows: list[list[list[Any]]] = []
    cell: list[Any] | None = None
    for event in pyromark.events(page, options=OPTIONS):
        if event == {"Start": "TableRow"}:
            rows.append([])
        elif event == {"Start": "TableCell"}:
            cell = []
        elif event == {"End": "TableCell"}:
            if rows and cell is not None:
                rows[-1].append(cell)
            cell = None
        elif cell is not None:
            cell.append(event)
    return rows


def words(cell: list[Any]) -> str:
    return "".join(event["Text"] for event in cell if isinstance(event, dict) and "Text" in event)


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


@pytest.mark.parametrize("column", ["text", "owner", "incident", "key"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_words_cannot_become_markup(hostile: str, column: str) -> None:
    snapshot = ledger(
        {"key": hostile if column == "key" else "OPS-1", "assignee": hostile if column == "owner" else None}
    )
    (id,) = snapshot.items
    if column == "text":
        snapshot = replace(snapshot, items={id: replace(snapshot.items[id], text=hostile)})
    if column == "incident":
        documents = {"a.md": replace(snapshot.documents["a.md"], title=hostile)}
        snapshot = replace(snapshot, documents=documents)
    page = "\n".join(markdown(figures(snapshot, AS_OF)))
    (row,) = cells(page)
    assert len(row) == 8
    at = {"key": 0, "text": 1, "owner": 3, "incident": 7}[column]
    for number, cell in enumerate(row):
        inside = cell[1:-1] if number == 0 else cell
        assert all(isinstance(event, dict) and set(event) == {"Text"} for event in inside), cell
    plain = words(row[at]).replace("\u200b", "")
    assert plain == "".join(c for c in " ".join(hostile.split()) if c.isprintable())
    # What sites turn into links and mentions after rendering is broken up.
    assert not re.search(r"://|www\.|@\w|#\d|GH-\d", words(row[at]))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.text(max_size=20))
def test_no_words_at_all_break_the_table(hostile: str, owner: str) -> None:
    page = "\n".join(markdown(figures(ledger({"item_text": hostile, "assignee": owner}, {}), AS_OF)))
    rows = cells(page)
    assert [len(row) for row in rows] == [8, 8]
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
def test_an_address_is_a_link_only_if_it_is_a_plain_one(url: str, href: str | None) -> None:
    ((cell, *_),) = cells("\n".join(markdown(figures(ledger({"url": url}), AS_OF))))
    links = [
        event["Start"]["Link"]["dest_url"]
        for event in cell
        if isinstance(event, dict) and "Link" in str(event.get("Start"))
    ]
    assert links == ([href] if href else [])
    assert words(cell) == "OPS-1"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_words_stay_on_their_line_in_text(hostile: str) -> None:
    plain = list(text(figures(ledger({"item_text": "x", "assignee": "x", "key": "x"}), AS_OF)))
    shown = list(text(figures(ledger({"item_text": hostile, "assignee": hostile, "key": hostile}), AS_OF)))
    assert len("\n".join(shown).splitlines()) == len(plain)
    assert all(line.isprintable() for line in shown)
