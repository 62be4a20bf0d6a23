"""The report as comma-separated values, which no spreadsheet takes for formulas.

RFC 4180. Each field is quoted, so that a spreadsheet which separates by semicolons splits none of them,
and one that begins like a formula gets an apostrophe before it, as OWASP advises ("CSV Injection").
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO

from followthrough.reporting.figures import By, Report
from followthrough.reporting.plain import one_line
from followthrough.reporting.rows import Row

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these a spreadsheet begins a formula; some read the signs of full width as well."""
COLUMNS = (
    *("id", "key", "url", "text", "state", "status", "owner", "due", "promised", "days_late", "priority"),
    *("kind", "kind_stated", "team", "services", "severity", "incident", "incident_date", "document"),
    *("line", "postmortem", "tracker", "created", "closed", "touched", "moved", "reopened"),
    *("accepted_until", "missing"),
)
GROUP = ("title", "tracked", "outstanding", "late", "done", "dropped")

Value = str | int | bool | date | None


def spreadsheet(report: Report, by: By | None = None) -> Iterator[str]:
    """Its lines, each with its end: one for each measure, or, with ``by``, one for each group."""
    if by is None:
        yield _line(COLUMNS)
        for row in report.rows:
            yield _line(_values(row))
        return
    yield _line((by.value, *GROUP))
    for group in report.by.get(by, ()):
        yield _line((group.name, *(getattr(group, name) for name in GROUP)))


def _values(row: Row) -> tuple[Value, ...]:
    return (
        *(row.id, row.key, row.url, row.text, row.state.value, row.native_status, row.owner, row.due),
        *(row.promised if row.due else None, row.days_late, row.priority, row.kind, row.kind_stated),
        *(row.team, ", ".join(row.services), row.severity, row.incident, row.incident_date),
        *(row.document, row.line, row.postmortem, row.tracker, row.created, row.closed, row.touched),
        *(row.moved, row.reopened, row.accepted.until if row.accepted else None, row.missing),
    )


def _line(values: Sequence[Value]) -> str:
    out = StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(_field, values))
    return out.getvalue()


def _field(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        words = one_line(value)
        return f"'{words}" if words.startswith(FORMULA) else words
    return str(value)
