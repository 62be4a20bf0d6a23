from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from cloning import Hosts
from followthrough.ledger import (
    Acceptance,
    Audience,
    Base,
    Delivery,
    DeliveryStatus,
    DocumentRecord,
    Event,
    EventKind,
    HoldReason,
    Intent,
    IntentStatus,
    ItemRecord,
    Link,
    Record,
    Relation,
    Run,
    Scope,
    TicketRecord,
)
from followthrough.ledger.sqlite import open_sqlite
from followthrough.model import State

NOW = datetime(2026, 11, 20, 2, 0, 0, 123456, UTC)
ELSEWHERE = timezone(timedelta(hours=5, minutes=45))
Helper = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def size() -> int:
    """How many lives a fault test takes."""
    return 100 if os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly" else 10


@pytest.fixture
def helper() -> Iterator[Helper]:
    """Starts ``processes.py`` with some arguments; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*args: object) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("processes.py")
        process = subprocess.Popen(
            [sys.executable, str(script), *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def intent() -> Callable[[str], Intent]:
    def make(item: str) -> Intent:
        return Intent(item=item, scope="ops", status=IntentStatus.PENDING, at=NOW, run="20261120-1")

    return make


def _sparse() -> list[Record]:
    """One of every kind, with nothing but what it must have."""
    return [
        DocumentRecord(path="a.md", fingerprint=""),
        ItemRecord(id="", document="", identity_text="", first_seen=NOW),
        Intent(item="i", scope="", status=IntentStatus.PENDING, at=NOW, run=""),
        Link(item="i", scope="", ticket=""),
        TicketRecord(
            scope="",
            id="",
            key="",
            url="",
            title="",
            state=State.OPEN,
            native_status="",
            created=NOW,
            updated=NOW,
        ),
        Base(item="i"),
        Scope(name=""),
        Event(kind=EventKind.GONE, item="", occurred_at=NOW, seen_at=NOW, run="", command=""),
        Run(id="", command="", started=NOW),
        Delivery(
            audience=Audience.CHANNEL, to="", day=NOW.date(), at=NOW, status=DeliveryStatus.SENDING, run=""
        ),
        Acceptance(item="i", since=NOW, until=NOW.date(), reason="", by=""),
    ]


def _full() -> list[Record]:
    """One of every kind, with every field set to something a store might get wrong."""
    elsewhere = NOW.astimezone(ELSEWHERE)
    strange = "Ünïcødé → 🚒 'quoted' \"twice\" \\ \r\n\t\0 ; DROP TABLE items"
    return [
        DocumentRecord(
            path="postmortems/2026/größe.md",
            fingerprint="a" * 64,
            title=strange,
            incident_date=date(1, 1, 1),
            severity="sev1",
            services=("billing", "", strange),
            team="Platform",
            detached=True,
            gone=True,
            cause=("pool", "", strange),
        ),
        ItemRecord(
            id="7f3k9q2m8dxa",
            document="postmortems/2026/größe.md",
            identity_text=strange,
            occurrence=3,
            section=("Postmortem", strange),
            line=2**31,
            text=strange,
            kind="preventive",
            kind_stated=True,
            owner="@sam",
            due=date(2028, 2, 29),
            priority="P0",
            first_seen=elsewhere,
            gone=True,
            merged_into="k2m8xdp4w9sb",
        ),
        Intent(
            item="7f3k9q2m8dxa",
            scope="ops",
            status=IntentStatus.UNKNOWN,
            attempt=2,
            at=elsewhere,
            run="20261120-1",
            reason=strange,
            clean_listings=(elsewhere, NOW + timedelta(microseconds=1)),
        ),
        Link(item="7f3k9q2m8dxa", scope="ops", ticket="10012", relation=Relation.ADOPTED),
        TicketRecord(
            scope="ops",
            id="10012",
            key="OPS-12",
            url="https://acme.example/browse/OPS-12",
            title=strange,
            state=State.DROPPED,
            native_status="Won’t do",
            assignee="sam",
            due=date(9999, 12, 31),
            priority="High",
            labels=("a", "b"),
            created=NOW - timedelta(days=1),
            closed=elsewhere,
            updated=NOW.replace(microsecond=0),
            missing_since=NOW,
            former_keys=("OLD-1", strange),
            absences=3,
            duplicate_of="10013",
            twin_of="7f3k9q2m8dxa",
        ),
        Base(
            item="7f3k9q2m8dxa",
            ticked=False,
            words=strange,
            target="https://x#ft-1",
            text=strange,
            history=("20261120-1 state done", strange),
        ),
        Scope(name="ops", proven_at=elsewhere, cursor="{}", held_since=elsewhere, held_why=HoldReason.BEHIND),
        Event(
            kind=EventKind.STATE,
            item="7f3k9q2m8dxa",
            occurred_at=elsewhere,
            seen_at=NOW,
            run="20261120-1",
            command="run",
            account="bot",
            plan_hash="abc",
            data={"from": None, "to": ["done", 1, 0.5, True, {"x": strange}]},
        ),
        Run(
            id="20261120-1",
            command="run",
            started=NOW,
            finished=elsewhere,
            exit_code=0,
            counts={"filed": 3, "größe": -1},
            stops=("11 of 20 measures would change.", strange),
        ),
        Delivery(
            audience=Audience.OWNER,
            to=strange,
            day=date(2028, 2, 29),
            at=elsewhere,
            status=DeliveryStatus.UNKNOWN,
            run="20261120-1",
            reason=strange,
        ),
        Acceptance(
            item="7f3k9q2m8dxa",
            since=elsewhere,
            until=date(2028, 2, 29),
            reason=strange,
            by=strange,
            ended=NOW + timedelta(days=1),
        ),
    ]


@pytest.fixture
def hosts(tmp_path: Path) -> Hosts:
    return Hosts(tmp_path)


@pytest.fixture(params=["sparse", "full"])
def one_of_each(request: pytest.FixtureRequest) -> list[Record]:
    return _sparse() if request.param == "sparse" else _full()


@pytest.fixture
def full() -> list[Record]:
    return _full()


@pytest.fixture
def path(tmp_path: Path, intent: Callable[[str], Intent]) -> Path:
    """A ledger with one intent, closed."""
    path = tmp_path / "ledger.db"
    with open_sqlite(path, create=True, random_name=lambda: "abc") as ledger:
        ledger.commit([intent("a")])
    return path


@pytest.fixture
def abandoned(tmp_path: Path, intent: Callable[[str], Intent]) -> Path:
    """A ledger whose one commit is only in the log, as a power cut leaves it."""
    path = tmp_path / "ledger.db"
    source = tmp_path / "source.db"
    with open_sqlite(source, create=True, random_name=str) as ledger:
        ledger.commit([intent("a")])
        for suffix in ("", "-wal"):
            shutil.copy(f"{source}{suffix}", f"{path}{suffix}")
    source.unlink()
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    return path
