"""The report for another program; ``docs/reference/schemas/report.json`` is its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from followthrough.model import State
from followthrough.reporting.figures import By, Report, Week
from followthrough.reporting.rows import Row

SCHEMA = "followthrough.report/1"


def json_text(report: Report) -> Iterator[str]:
    """The whole object, indented, in pieces: as one text it takes 400 MB for 100,000 measures."""
    head = json.dumps(to_json(report, items=False), ensure_ascii=False, indent=2)
    yield head.removesuffix("\n}") + ',\n  "items": ['
    gap = "\n"
    for row in report.rows:
        yield gap + "    " + json.dumps(_row(row), ensure_ascii=False)
        gap = ",\n"
    yield ("\n  " if report.rows else "") + "]\n}\n"


def to_json(report: Report, *, items: bool = True) -> dict[str, Any]:
    """The object; without ``items`` the list of measures is left away."""
    states = report.by_state()
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "as_of": report.as_of.isoformat(),
        "since": _iso(report.since),
        "history_before": _iso(report.history_before),
        "only": report.only,
        "data_of": _iso(report.data_of),
        "tracked": len(report.rows),
        "outstanding": len(report.outstanding),
        "late": len(report.late),
        "late_promised": report.unknown.late_promised,
        "late_target": report.unknown.late_target,
        "due_soon": len(report.due_soon),
        "done": states[State.DONE],
        "dropped": states[State.DROPPED],
        "unowned": report.unknown.unowned,
        "undated": report.unknown.undated,
        "untracked": report.left_out.untracked,
        "confidential": report.left_out.confidential,
        "incidents": report.incidents,
        "by_state": {state.value: number for state, number in states.items()},
        "by_kind": {one.kind or "unknown": one.outstanding for one in report.kinds},
        "kinds": [asdict(one) for one in report.kinds],
        "by": {
            by.value: [asdict(group) for group in groups]
            for by, groups in report.by.items()
            if by is not By.PERSON
        },
        "change": _change(report),
        "ask": [
            {
                "item": one.row.id,
                "key": one.row.key,
                "text": one.row.text,
                "reasons": [
                    {"why": reason.why.value, "number": reason.number, "words": reason.words}
                    for reason in one.reasons
                ],
            }
            for one in report.ask
        ],
        "ageing": [asdict(one) for one in report.ageing],
        "trend": {
            "history_start": _iso(report.trend.history_start),
            "enough": report.trend.enough,
            "weeks": [_week(one) for one in report.trend.weeks],
        },
        "rates": _rates(report),
        "moved": {"measures": len(report.moved), "times": sum(row.moved for row in report.moved)},
        "accepted": [row.id for row in report.accepted],
        "unprevented": [
            asdict(one) | {"incident_date": _iso(one.incident_date)} for one in report.unprevented
        ],
        "recurrences": [
            asdict(one) | {"incident_date": _iso(one.incident_date)} for one in report.recurrences
        ],
        "unknown": asdict(report.unknown),
        "left_out": asdict(report.left_out),
        "definitions": dict(report.definitions),
    }
    if items:
        found["items"] = [_row(row) for row in report.rows]
    return found


def _iso(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _change(report: Report) -> dict[str, Any] | None:
    now = report.change
    if now is None:
        return None
    return asdict(now) | {
        "since": now.since.isoformat(),
        "outstanding": len(report.outstanding),
        "late": len(report.late),
    }


def _week(one: Week) -> dict[str, Any]:
    return asdict(one) | {"first": one.first.isoformat(), "last": one.last.isoformat()}


def _rates(report: Report) -> dict[str, Any]:
    found = report.rates
    return {
        "completion": found.completion,
        "on_time_rate": found.on_time_rate,
        "on_time": found.on_time,
        "on_time_of": found.on_time_of,
        "median_days": found.median_days,
        "p90_days": found.p90_days,
    }


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
        "due": _iso(row.due),
        "promised": row.promised,
        "days_late": row.days_late,
        "priority": row.priority,
        "kind": row.kind,
        "kind_stated": row.kind_stated,
        "team": row.team,
        "services": list(row.services),
        "effective": row.values.to_json(),
        "document": row.document,
        "postmortem": row.postmortem,
        "line": row.line,
        "incident": row.incident,
        "incident_date": _iso(row.incident_date),
        "severity": row.severity,
        "created": row.created.isoformat(),
        "closed": _iso(row.closed),
        "touched": row.touched.isoformat(),
        "moved": row.moved,
        "reopened": row.reopened,
        "missing": row.missing,
        "accepted": None
        if row.accepted is None
        else {"until": row.accepted.until.isoformat(), "reason": row.accepted.reason, "by": row.accepted.by},
    }
