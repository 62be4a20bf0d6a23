"""Processes that die, and processes that meet."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import Popen

from followthrough.ledger.sqlite import open_sqlite

Helper = Callable[..., "Popen[str]"]


def check(path: Path, acknowledged: dict[str, int]) -> None:
    """All that was acknowledged is there, whole, and so is the database."""
    with open_sqlite(path, create=False, random_name=str) as ledger:
        reading = ledger.snapshot()
    with open_sqlite(path, create=True, random_name=lambda: "new") as ledger:
        state, events = ledger.snapshot(), list(ledger.events())
    assert reading == state or not reading.lineage
    assert acknowledged.keys() <= state.intents.keys()
    assert state.serial >= max(acknowledged.values(), default=0)
    # Each commit wrote one record of each kind.
    assert state.intents.keys() == state.bases.keys() == {event.item for event in events}
    assert state.serial == len(state.intents) == len(events)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, helper: Helper, size: int) -> None:
    chance = random.Random(20261120)
    lives = helper("lives")
    assert lives.stdin
    assert lives.stdout
    acknowledged: dict[str, int] = {}
    total = 0
    for life in range(size):
        if life % 5 == 0:
            # A new ledger now and then: a writer may die while making it.
            acknowledged = {}
        path = tmp_path / f"ledger{life // 5}.db"
        order = {"path": str(path), "prefix": f"{life}-", "seconds": chance.uniform(0, 0.15)}
        order["busy"] = life % 2 == 0
        print(json.dumps(order), file=lives.stdin, flush=True)
        answer = json.loads(lives.stdout.readline())
        assert answer["status"] == signal.SIGKILL
        told = [line.split() for line in answer["told"].splitlines()]
        acknowledged |= {item: int(serial) for item, serial in told}
        total += len(told)
        check(path, acknowledged)
    assert total >= size // 2


def test_two_writers_at_once(tmp_path: Path, helper: Helper) -> None:
    path = tmp_path / "ledger.db"
    writers = [helper("write", path, prefix, 100) for prefix in "ab"]
    told = [writer.communicate()[0].split() for writer in writers]
    acknowledged = {
        item: int(serial) for words in told for item, serial in zip(words[::2], words[1::2], strict=True)
    }
    assert len(acknowledged) == 200
    assert sorted(acknowledged.values()) == list(range(1, 201))
    check(path, acknowledged)
    with open_sqlite(path, create=False, random_name=str) as ledger:
        assert ledger.snapshot().lineage in {f"made-by-{writer.pid}" for writer in writers}


def test_readers_of_a_ledger_whose_writers_come_and_go(tmp_path: Path, helper: Helper) -> None:
    """Each time the last writer goes, SQLite moves pages into the file that readers read unlocked."""
    path = tmp_path / "ledger.db"
    writer = helper("reopen", path, 60)
    seen = set()
    with open_sqlite(path, create=False, random_name=str) as ledger:
        while writer.poll() is None:
            state, events = ledger.snapshot(), list(ledger.events())
            assert state.serial == len(state.intents) == len(state.bases) <= len(events)
            seen.add(state.serial)
        assert ledger.snapshot().serial == 60
    assert len(seen) > 3


def test_a_disk_that_takes_no_more(tmp_path: Path, helper: Helper) -> None:
    path = tmp_path / "ledger.db"
    writer = helper("limited", path)
    answer = json.loads(writer.communicate()[0])
    assert "nothing was written" in answer["error"]
    assert str(path) in answer["error"]
    with open_sqlite(path, create=True, random_name=str) as ledger:
        state = ledger.snapshot()
        assert state.serial == answer["serial"] == len(state.intents) == len(state.bases)
        assert ledger.commit([]) == state.serial + 1
