from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from benchmarks.histories import END, Histories

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.memory import MemoryLedger
from followthrough.reporting.asked import Asked
from followthrough.reporting.figures import By, Report
from followthrough.reporting.jsonable import SCHEMA, json_text, to_json
from followthrough.reporting.matters import Recurrence
from followthrough.reporting.reading import report_of
from followthrough.reporting.rows import Accepted
from published import keeps_to

Ledger = Callable[..., Snapshot]
Figures = Callable[..., Report]


def test_a_report_of_everything_keeps_to_the_schema() -> None:
    ledger = MemoryLedger()
    for records in Histories(3, hostile=True).records(60):
        ledger.commit(records)
    (first, second, *_) = ledger.snapshot().links
    asked = Asked(
        as_of=END.date(),
        now=END,
        data_of=END,
        history_before=date(2025, 6, 1),
        accepted={first: [Accepted(item=first, since=END, until=date(2027, 2, 1), reason="r", by="Kim")]},
        recurrences=[
            Recurrence(
                document="a.md", incident=None, incident_date=END.date(), items=(second,), evidence=("e",)
            )
        ],
    )
    found = report_of(ledger, asked)
    assert all((found.change, found.ask, found.unprevented, found.trend.enough))
    keeps_to(json.loads("".join(json_text(found))), SCHEMA)


def test_an_empty_report_keeps_to_the_schema(figures: Figures) -> None:
    keeps_to(json.loads("".join(json_text(figures(Snapshot())))), SCHEMA)


def test_the_pieces_make_the_object(shown: Report, figures: Figures) -> None:
    for report in (shown, figures(Snapshot())):
        assert json.loads("".join(json_text(report))) == to_json(report)


def test_persons_are_no_table_of_it(ledger: Ledger, figures: Figures) -> None:
    found = figures(ledger({"assignee": "Sam"}), by=list(By))
    assert found.by[By.PERSON]
    assert "person" not in to_json(found)["by"]


def test_the_object(shown: Report) -> None:
    record = to_json(shown)
    (late, *_, done) = record.pop("items")
    for name in ("definitions", "by", "trend", "ageing", "left_out"):
        record.pop(name)
    assert record == {
        "schema": "followthrough.report/1",
        "as_of": "2026-11-23",
        "since": None,
        "history_before": None,
        "only": None,
        "data_of": None,
        "tracked": 3,
        "outstanding": 2,
        "late": 1,
        "late_promised": 1,
        "late_target": 0,
        "due_soon": 0,
        "done": 1,
        "dropped": 0,
        "unowned": 1,
        "undated": 1,
        "untracked": 1,
        "confidential": 0,
        "incidents": 1,
        "by_state": {"open": 1, "in_progress": 1, "blocked": 0, "done": 1, "dropped": 0},
        "by_kind": {"preventive": 1, "process": 1},
        "kinds": [
            {"kind": "preventive", "outstanding": 1, "late": 1, "stated": 1, "inferred": 0},
            {"kind": "process", "outstanding": 1, "late": 0, "stated": 0, "inferred": 1},
        ],
        "change": {
            "since": "2026-11-17T00:00:00+00:00",
            "sent": False,
            "outstanding_before": 3,
            "late_before": 1,
            "new": 0,
            "closed": 1,
            "reopened": 0,
            "outstanding": 2,
            "late": 1,
        },
        "ask": [
            {
                "item": "item00000001",
                "key": "OPS-1",
                "text": "Fail over the payment queue",
                "reasons": [{"why": "late", "number": 34, "words": "34 days late"}],
            },
            {
                "item": "item00000002",
                "key": "#231",
                "text": "Rehearse the region switch",
                "reasons": [{"why": "unowned", "number": 0, "words": "no owner"}],
            },
        ],
        "rates": {
            "completion": 1 / 3,
            "on_time_rate": 0.0,
            "on_time": 0,
            "on_time_of": 1,
            "median_days": 19,
            "p90_days": 19,
        },
        "moved": {"measures": 0, "times": 0},
        "accepted": [],
        "unprevented": [],
        "recurrences": [],
        "unknown": {
            "unowned": 1,
            "undated": 1,
            "kind_inferred": 1,
            "kind_unknown": 0,
            "late_promised": 1,
            "late_target": 0,
            "missing": 0,
        },
    }
    assert late == {
        "id": "item00000001",
        "text": "Fail over the payment queue",
        "key": "OPS-1",
        "url": "https://x.example/OPS-1",
        "tracker": "ops",
        "state": "in_progress",
        "status": "To Do",
        "owner": "Sam",
        "due": "2026-10-20",
        "promised": True,
        "days_late": 34,
        "priority": None,
        "kind": "preventive",
        "kind_stated": True,
        "team": None,
        "services": [],
        "effective": {
            "owner": {"value": "Sam", "origin": "tracker"},
            "due": {"value": "2026-10-20", "origin": "tracker"},
            "priority": {"value": None, "origin": None},
            "kind": {"value": "preventive", "origin": "document"},
            "team": {"value": None, "origin": None},
        },
        "document": "a.md",
        "postmortem": None,
        "line": 11,
        "incident": "Checkout down",
        "incident_date": "2026-10-05",
        "severity": "sev1",
        "created": "2026-11-01",
        "closed": None,
        "touched": "2026-11-01",
        "moved": 0,
        "reopened": 0,
        "missing": False,
        "accepted": None,
    }
    assert done["closed"] == "2026-11-20"
