"""What a report reads of the ledger beside its figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from followthrough.ledger import (
    Acceptance,
    DocumentRecord,
    ItemRecord,
    Link,
    Record,
    TicketRecord,
)
from followthrough.ledger.memory import MemoryLedger
from followthrough.model import State
from followthrough.reporting.asked import Asked
from followthrough.reporting.beside import beside
from followthrough.reporting.reading import report_of

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = NOW.date()
CAUSE = ("poisoned", "message", "consumer")


def measure(path: str, day: date, due: date) -> list[Record]:
    id = f"{path}-1"
    created = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return [
        DocumentRecord(
            path=path, fingerprint="f", title=path, incident_date=day, services=("payments",), cause=CAUSE
        ),
        ItemRecord(id=id, document=path, identity_text=id, text="Add an alert", first_seen=created, due=due),
        Link(item=id, scope="ops", ticket=id),
        TicketRecord(
            scope="ops",
            id=id,
            key=f"OPS-{path}",
            url="",
            title="Add an alert",
            state=State.OPEN,
            native_status="To Do",
            created=created,
            updated=created,
        ),
    ]


def test_accepted_risks_and_what_happened_again_reach_the_report() -> None:
    ledger = MemoryLedger()
    ledger.commit(measure("old.md", date(2026, 6, 1), date(2026, 7, 1)))
    ledger.commit(measure("new.md", date(2026, 11, 10), date(2026, 12, 1)))
    asked = Asked(as_of=TODAY, now=NOW)
    before = report_of(ledger, beside(ledger, asked))
    assert [row.id for row in before.late] == ["old.md-1"]
    (again,) = before.recurrences
    assert (again.document, again.items) == ("new.md", ("old.md-1",))
    assert again.evidence[1] == 'OPS-old.md "Add an alert" is open, 142 days late.'
    taken = Acceptance(
        item="old.md-1",
        since=NOW - timedelta(hours=1),
        until=date(2027, 2, 1),
        reason="replaced",
        by="Kim",
    )
    ledger.commit([taken])
    after = report_of(ledger, beside(ledger, asked))
    assert after.late == ()
    assert [row.id for row in after.accepted] == ["old.md-1"]
    later = replace(asked, as_of=taken.until, now=datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert [row.id for row in report_of(ledger, beside(ledger, later)).late] == ["old.md-1", "new.md-1"]
    ledger.commit([replace(taken, ended=NOW)])
    assert [row.id for row in report_of(ledger, beside(ledger, asked)).late] == ["old.md-1"]
