"""The figures against a second computation: SQL over the exported events, which shares no code with the first."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from benchmarks.histories import END, Histories

from followthrough.ledger import open_ledger
from followthrough.model import State
from followthrough.policy.effective import Fallbacks
from followthrough.reporting.asked import Asked
from followthrough.reporting.figures import By, Report
from followthrough.reporting.reading import report_of

# A measure's standing at every moment at which anything happened to it. An event comes no later than the
# one that was seen after it; before the first one holds what that one says was before.
STANDING = """
CREATE TEMP TABLE mine AS
  SELECT l.item, l.scope, l.ticket, l.target, l.relation, l.rowid AS nth, t.created, t.state, t.due,
         t.assignee, t.labels
  FROM links l JOIN tickets t ON t.scope = l.scope AND t.id = l.ticket
  JOIN items i ON i.id = l.item JOIN documents d ON d.path = i.document
  WHERE NOT l.retired AND i.merged_into IS NULL AND NOT d.confidential;
CREATE TEMP TABLE turn AS
  SELECT item, data ->> 'scope' AS scope, data ->> 'ticket' AS ticket, kind, seq, data ->> 'from' AS before,
         data ->> 'to' AS after,
         min(min(occurred_at, seen_at)) OVER (
           PARTITION BY item, data ->> 'scope', data ->> 'ticket', kind ORDER BY seq
           ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS at
  FROM events WHERE kind IN ('state', 'due', 'assignee');
CREATE INDEX temp.turns ON turn (item, scope, ticket, kind, seq);
CREATE TEMP TABLE point AS
  SELECT item, created AS at FROM mine UNION SELECT item, at FROM turn WHERE item IN (SELECT item FROM mine);
CREATE TEMP TABLE standing AS
  SELECT *, max(CASE WHEN state IS NOT was THEN at END) OVER (PARTITION BY item ORDER BY at) AS since FROM (
  SELECT *, lag(state) OVER (PARTITION BY item ORDER BY at) AS was FROM (
    SELECT told.*, row_number() OVER (PARTITION BY item, at ORDER BY
      CASE state WHEN 'open' THEN 0 WHEN 'blocked' THEN 1 WHEN 'in_progress' THEN 2 WHEN 'done' THEN 3
      ELSE 4 END, nth) AS rank
    FROM (
      SELECT point.at, {state} AS state, {due} AS due, {assignee} AS assignee, mine.item, mine.scope,
             mine.ticket, mine.target, mine.relation, mine.nth, mine.created, mine.labels
      FROM point JOIN mine ON mine.item = point.item AND mine.created <= point.at
    ) AS told
  ) WHERE rank = 1
  );
CREATE TEMP TABLE begun AS SELECT item, min(created) AS at FROM mine GROUP BY item;
CREATE UNIQUE INDEX temp.beginnings ON begun (item);
"""
VALUE = """
CASE WHEN EXISTS (SELECT 1 FROM turn u WHERE u.item = mine.item AND u.scope = mine.scope
                  AND u.ticket = mine.ticket AND u.kind = '{kind}' AND u.at <= point.at)
     THEN (SELECT u.after FROM turn u WHERE u.item = mine.item AND u.scope = mine.scope
           AND u.ticket = mine.ticket AND u.kind = '{kind}' AND u.at <= point.at ORDER BY u.seq DESC LIMIT 1)
     WHEN EXISTS (SELECT 1 FROM turn u WHERE u.item = mine.item AND u.scope = mine.scope
                  AND u.ticket = mine.ticket AND u.kind = '{kind}')
     THEN (SELECT u.before FROM turn u WHERE u.item = mine.item AND u.scope = mine.scope
           AND u.ticket = mine.ticket AND u.kind = '{kind}' ORDER BY u.seq LIMIT 1)
     ELSE mine.{kind} END
"""
# How everything stood just before a moment, with the date that counts: the ticket's, else the document's,
# else the policy's (a sev1 has 15 days, a P0 has 7, from the incident while that is after the ticket).
AS_OF = """
SELECT s.item, s.state, s.assignee, coalesce(s.assignee, i.owner) AS owner, s.scope, i.document, d.severity,
       d.team, d.services, coalesce(s.due, i.due, {target}) AS due,
       CASE WHEN s.due IS NOT NULL THEN s.target IS NULL OR s.target <> s.due ELSE i.due IS NOT NULL END
         AS promised,
       begun.at AS created,
       coalesce((SELECT e.value FROM json_each(s.labels) e
                 WHERE e.value IN ('corrective', 'preventive', 'detective', 'mitigative', 'process')
                 AND NOT (s.relation = 'filed' AND e.value = coalesce(i.kind, '')) ORDER BY e.key LIMIT 1),
                i.kind) AS kind,
       s.since
FROM (
  SELECT *, row_number() OVER (PARTITION BY item ORDER BY at DESC) AS latest FROM standing WHERE at < :cut
) s JOIN begun ON begun.item = s.item
JOIN items i ON i.id = s.item JOIN documents d ON d.path = i.document
WHERE s.latest = 1
"""
TARGET = """
(SELECT CASE WHEN date(coalesce(d.incident_date, date(s.created)), '+' || n || ' days') > date(s.created)
        THEN date(coalesce(d.incident_date, date(s.created)), '+' || n || ' days')
        ELSE date(s.created, '+' || n || ' days') END
 FROM (SELECT CASE WHEN i.priority = 'P0' THEN 7 WHEN d.severity = 'sev1' THEN 15 END AS n) WHERE n)
"""
TARGETS = {"sev1": timedelta(days=15), "p0": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Exported:
    """A ledger's file, asked in SQL."""

    ledger: Path
    database: sqlite3.Connection
    reports: dict[date, Report] = field(default_factory=dict)
    standings: dict[date, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def report(self, as_of: date) -> Report:
        if as_of not in self.reports:
            self.reports[as_of] = self._report(as_of)
        return self.reports[as_of]

    def as_of(self, day: date) -> dict[str, dict[str, Any]]:
        if day not in self.standings:
            self.standings[day] = self._as_of(day)
        return self.standings[day]

    def _report(self, as_of: date) -> Report:
        asked = Asked(as_of=as_of, now=END, fallbacks=Fallbacks(targets=TARGETS))
        with open_ledger("sqlite", self.ledger, create=False, random_name=str) as ledger:
            return report_of(ledger, asked)

    def _as_of(self, day: date) -> dict[str, dict[str, Any]]:
        cut = f"{day + timedelta(days=1)}T00:00:00.000000+00:00"
        rows = self.database.execute(AS_OF.format(target=TARGET), {"cut": cut})
        names = [column[0] for column in rows.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    def count(self, query: str) -> int:
        number: int = self.database.execute(query).fetchone()[0]
        return number


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    folder = tmp_path_factory.mktemp("ledger")
    with open_ledger("sqlite", folder, create=True, random_name=lambda: "x") as ledger:
        batch = []
        for records in Histories(11).records(1000):
            batch += records
        ledger.commit(batch)
    database = sqlite3.connect(folder / "ledger.db")
    values = {kind: VALUE.format(kind=kind) for kind in ("state", "due", "assignee")}
    database.executescript(STANDING.format(**values))
    yield Exported(folder, database)
    database.close()


def outstanding(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["state"] not in ("done", "dropped")]


def late(rows: Sequence[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    return [row for row in outstanding(rows) if row["due"] and row["due"] < day.isoformat()]


DAYS = [END.date(), END.date() - timedelta(days=40), date(2025, 12, 31)]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_measure_stands_as_sql_says(exported: Exported, day: date) -> None:
    there, found = exported.as_of(day), exported.report(day)
    assert len(there) > 1000
    assert {row.id for row in found.rows} == there.keys()
    for row in found.rows:
        one = there[row.id]
        told = (row.state.value, row.owner, row.due and row.due.isoformat(), row.kind, row.tracker)
        assert told == (one["state"], one["owner"], one["due"], one["kind"], one["scope"]), row.id
        assert row.promised == bool(one["promised"] and one["due"])
        assert row.created.isoformat() == one["created"][:10]
        assert (row.closed and row.closed.isoformat()) == (
            one["since"][:10] if one["state"] in ("done", "dropped") else None
        )


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_headline_and_what_is_not_known(exported: Exported, day: date) -> None:
    rows, found = list(exported.as_of(day).values()), exported.report(day)
    open_rows, late_rows = outstanding(rows), late(rows, day)
    assert (len(found.rows), len(found.outstanding), len(found.late)) == (
        len(rows),
        len(open_rows),
        len(late_rows),
    )
    states = {state.value: number for state, number in found.by_state().items()}
    assert states == {state.value: sum(row["state"] == state for row in rows) for state in State}
    unknown = found.unknown
    assert unknown.unowned == sum(row["owner"] is None for row in open_rows)
    assert unknown.undated == sum(row["due"] is None for row in open_rows)
    assert unknown.kind_unknown == sum(row["kind"] is None for row in open_rows)
    assert unknown.late_promised == sum(row["promised"] for row in late_rows)
    assert unknown.late_target == sum(not row["promised"] for row in late_rows)
    soon = [row for row in open_rows if row["due"] and day <= date.fromisoformat(row["due"])]
    soon = [row for row in soon if date.fromisoformat(row["due"]) <= day + timedelta(days=14)]
    assert len(found.due_soon) == len(soon)
    assert found.incidents == len({row["document"] for row in rows})


@pytest.mark.parametrize("by", [By.SEVERITY, By.TRACKER, By.KIND, By.TEAM, By.INCIDENT, By.SERVICE])
def test_groups(exported: Exported, by: By) -> None:
    day = END.date()
    column = {By.TRACKER: "scope", By.INCIDENT: "document", By.SERVICE: "services"}.get(by, by.value)
    rows = list(exported.as_of(day).values())
    expected: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows:
        names: list[str | None] = [row[column]]
        if by is By.SERVICE:
            names = json.loads(row["services"]) or [None]
        for name in names:
            expected.setdefault(name, []).append(row)
    found = {one.name: one for one in exported.report(day).by[by]}
    assert found.keys() == expected.keys()
    for name, mine in expected.items():
        one = found[name]
        assert (one.tracked, one.outstanding, one.late, one.done, one.dropped) == (
            len(mine),
            len(outstanding(mine)),
            len(late(mine, day)),
            sum(row["state"] == "done" for row in mine),
            sum(row["state"] == "dropped" for row in mine),
        )


def test_weeks_and_change(exported: Exported) -> None:
    day = DAYS[1]
    found = exported.report(day)
    days = [week.last for week in found.trend.weeks]
    monday = day - timedelta(days=day.weekday())
    assert days == [monday - timedelta(days=1 + 7 * n) for n in range(10, -1, -1)] + [day]
    before = exported.as_of(days[0] - timedelta(days=7))
    for week in found.trend.weeks:
        after = exported.as_of(week.last)
        assert counted(before, after) == (week.created, week.closed, week.reopened)
        rows = list(after.values())
        assert (week.outstanding, week.late) == (len(outstanding(rows)), len(late(rows, week.last)))
        before = after
    then = exported.as_of(day - timedelta(days=7))
    assert found.change is not None
    change = found.change
    assert (change.new, change.closed, change.reopened) == counted(then, exported.as_of(day))
    assert change.outstanding_before == len(outstanding(list(then.values())))
    assert change.late_before == len(late(list(then.values()), day - timedelta(days=7)))


def counted(before: dict[str, Any], after: dict[str, Any]) -> tuple[int, int, int]:
    """New ones, those that were not closed and are, those that were closed and are not."""
    ends = ("done", "dropped")
    was = {item: row["state"] in ends for item, row in before.items()}
    closed = {item: row["state"] in ends for item, row in after.items()}
    return (
        len(after.keys() - before.keys()),
        sum(is_closed and not was.get(item, False) for item, is_closed in closed.items()),
        sum(not is_closed and was.get(item, False) for item, is_closed in closed.items()),
    )


@pytest.mark.parametrize("day", DAYS[:2], ids=str)
def test_ages_rates_and_times(exported: Exported, day: date) -> None:
    rows, found = list(exported.as_of(day).values()), exported.report(day)
    ages = [(day - date.fromisoformat(row["created"][:10])).days for row in outstanding(rows)]
    for bucket in found.ageing:
        most = bucket.most if bucket.most is not None else 10**6
        assert bucket.outstanding == sum(bucket.least <= age <= most for age in ages)
    done = [row for row in rows if row["state"] == "done"]
    took = sorted(
        (date.fromisoformat(row["since"][:10]) - date.fromisoformat(row["created"][:10])).days for row in done
    )
    on_time = sum(row["due"] is not None and row["since"][:10] <= row["due"] for row in done)
    dated = sum(row["due"] is not None for row in done)
    rates = found.rates
    assert (rates.done, rates.tracked) == (len(done), len(rows))
    assert (rates.on_time, rates.on_time_of) == (on_time, dated + len(late(rows, day)))
    assert rates.median_days == median(took)
    assert sum(days <= (rates.p90_days or 0) for days in took) >= 0.9 * len(took)
    assert sum(days < (rates.p90_days or 0) for days in took) < 0.9 * len(took)


def test_dates_moved(exported: Exported) -> None:
    rows = exported.database.execute(
        "SELECT item, count(*) FROM turn WHERE kind = 'due' AND before < after GROUP BY item"
    )
    expected = dict(rows.fetchall())
    found = exported.report(END.date())
    assert {row.id: row.moved for row in found.rows if row.moved} == {
        row.id: expected[row.id] for row in found.rows if row.id in expected
    }


def test_what_is_left_out(exported: Exported) -> None:
    left_out = exported.report(END.date()).left_out
    untracked = (
        "SELECT count(*) FROM items i WHERE i.merged_into IS NULL AND NOT i.gone AND {} AND NOT EXISTS "
    )
    untracked += "(SELECT 1 FROM links l WHERE l.item = i.id AND NOT l.retired)"
    out = "EXISTS (SELECT 1 FROM intents n WHERE n.item = i.id AND n.status IN ('pending', 'unknown'))"
    plain = f"i.ignored IS NULL AND NOT {out}"
    assert left_out.indeterminate == exported.count(untracked.format(out))
    assert left_out.ignored == exported.count(untracked.format(f"i.ignored IS NOT NULL AND NOT {out}"))
    assert left_out.finished == exported.count(untracked.format(f"{plain} AND i.state = 'done'"))
    assert left_out.elsewhere == exported.count(untracked.format(f"{plain} AND i.elsewhere"))
    rest = f"{plain} AND i.state = 'open' AND NOT i.elsewhere"
    assert left_out.untracked == exported.count(untracked.format(rest))
    assert left_out.confidential == exported.count(
        "SELECT count(DISTINCT i.id) FROM items i JOIN documents d ON d.path = i.document "
        "JOIN links l ON l.item = i.id WHERE d.confidential AND NOT l.retired AND i.merged_into IS NULL"
    )
