"""``report`` as people run it: its options, its formats, and files it writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from followthrough.ledger import open_ledger
from followthrough.ledger.records import DocumentRecord, Event, EventKind, ItemRecord, Link, Run, TicketRecord
from followthrough.model import State

Shop = Any
Told = Callable[..., list[Any]]


def measure(number: int, **ticket: Any) -> list[Any]:
    """A measure, its ticket and the link between them."""
    made = datetime(2026, 9, 1, 9, tzinfo=UTC)
    given = {
        "scope": "ops",
        "id": str(number),
        "key": f"OPS-{number}",
        "url": f"https://acme.example/browse/OPS-{number}",
        "title": "",
        "state": State.OPEN,
        "native_status": "To Do",
        "created": made,
        "updated": made,
        **ticket,
    }
    return [
        ItemRecord(
            id=f"item{number:08}",
            document="a.md",
            identity_text="",
            line=number,
            text=f"Measure {number}",
            kind="preventive" if number % 2 else "process",
            first_seen=made,
        ),
        Link(item=f"item{number:08}", scope="ops", ticket=str(number)),
        TicketRecord(**given),
    ]


@pytest.fixture
def told(shop: Shop) -> Shop:
    """A project whose ledger knows of a measure closed in October, one moved, and an open one."""
    shop.write("followthrough.toml", 'documents = ["*.md"]\ntimezone = "Europe/Berlin"\n')
    state = shop.folder / ".followthrough"
    state.mkdir()
    closed = datetime(2026, 10, 9, 23, 30, tzinfo=UTC)
    run = datetime(2026, 10, 20, 2, tzinfo=UTC)
    document = DocumentRecord(
        path="a.md", fingerprint="", title="Checkout down", incident_date=closed.date() - timedelta(days=40)
    )
    event = Event(
        kind=EventKind.STATE,
        item="item00000001",
        occurred_at=closed,
        seen_at=run,
        run="20261020-1",
        command="run",
        data={"from": "open", "to": "done", "scope": "ops", "ticket": "1"},
    )
    with open_ledger("sqlite", state, create=True, random_name=lambda: "x") as ledger:
        ledger.commit(
            [
                document,
                *measure(1, state=State.DONE, closed=closed, assignee="Sam"),
                *measure(2, due=datetime(2026, 10, 1, tzinfo=UTC).date(), assignee="Kim"),
                *measure(3),
                event,
                Run(id="20261020-1", command="run", started=run, finished=run, exit_code=0),
            ]
        )
    return shop


def test_a_past_day_is_what_it_was(told: Shop) -> None:
    # 23:30 in London is the next day in Berlin, where the team is.
    for day, outstanding, done in (("2026-10-09", 3, 0), ("2026-10-10", 2, 1), ("2026-08-31", 0, 0)):
        found = told.ok("report", "--as-of", day, "--format", "json").json
        assert (found["outstanding"], found["done"]) == (outstanding, done), day
    assert "data of 20 Oct, 04:00" in told.ok("report", "--as-of", "2026-10-21").out


def test_every_format_says_the_same(told: Shop) -> None:
    record = told.ok("report", "--as-of", "2026-10-12", "--format", "json").json
    sentence = "2 of 3 measures from 1 incident are outstanding; 1 is late."
    assert (record["outstanding"], record["tracked"], record["late"]) == (2, 3, 1)
    for format in ("text", "markdown"):
        assert sentence in told.ok("report", "--as-of", "2026-10-12", "--format", format).out
    rows = list(csv.DictReader(StringIO(told.ok("report", "--format", "csv").out)))
    assert [row["key"] for row in rows] == ["OPS-2", "OPS-3", "OPS-1"]
    assert "<title>" in told.ok("report", "--as-of", "2026-10-12", "--format", "html").out


def test_narrowed_to_a_kind_and_to_later_incidents(told: Shop) -> None:
    found = told.ok("report", "--only", "process", "--format", "json").json
    assert ([item["key"] for item in found["items"]], found["left_out"]["other_kinds"]) == (["OPS-2"], 2)
    found = told.ok("report", "--since", "2026-09-01", "--format", "json").json
    assert (found["items"], found["left_out"]["before_since"]) == ([], 3)


def test_persons_are_for_the_terminal_only(told: Shop) -> None:
    shown = told.ok("report", "--by", "person").out
    assert "BY PERSON" in shown
    assert "KIM: 1 outstanding, 1 late" in shown
    for arguments in (
        ("--format", "json"),
        ("--format", "html"),
        ("--format", "markdown"),
        ("--format", "csv"),
        ("-o", "x.txt"),
    ):
        refused = told.run("report", "--by", "person", *arguments)
        assert refused.code == 2
        assert "--by person is for the terminal only" in refused.err
    assert not (told.folder / "x.txt").exists()


@pytest.mark.parametrize("format", ["text", "json", "markdown", "csv", "html"])
def test_a_file_holds_what_would_be_printed(format: str, told: Shop) -> None:
    arguments = ("report", "--as-of", "2026-10-12", "--format", format)
    printed = told.ok(*arguments).out
    done = told.ok(*arguments, "-o", "report.out")
    assert (done.out, done.err.strip()) == ("", "Report written to report.out.")
    with Path(told.folder, "report.out").open(encoding="utf-8", newline="") as file:
        assert file.read() == printed


def test_what_cannot_be_written_or_read_is_a_usage_error(told: Shop) -> None:
    refused = told.run("report", "-o", "nowhere/report.txt")
    assert refused.code == 2
    assert "nowhere/report.txt: cannot be written" in refused.err
    for option in ("--as-of", "--since"):
        assert told.run("report", option, "yesterday").code == 2
    assert told.run("report", "--by", "colour").code == 2


def test_a_report_writes_nothing_of_its_own(told: Shop) -> None:
    before = {path: path.read_bytes() for path in told.folder.rglob("*") if path.is_file()}
    told.ok("report")
    assert {path: path.read_bytes() for path in told.folder.rglob("*") if path.is_file()} == before
    assert json.loads(told.ok("report", "--format", "json").out)["schema"] == "followthrough.report/1"
