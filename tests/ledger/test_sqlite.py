"""Reading without a trace, writing beside others."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from followthrough.ledger import Base, Intent, LedgerBusy, LedgerError, Snapshot, open_ledger
from followthrough.ledger.access import Reading, Writing
from followthrough.ledger.sql import SqlLedger
from followthrough.ledger.sqlite import open_sqlite

MakeIntent = Callable[[str], Intent]


def writing(path: Path, **options: float) -> SqlLedger:
    return open_sqlite(path, create=True, random_name=lambda: "abc", **options)


def reading(path: Path, **options: float) -> SqlLedger:
    return open_sqlite(path, create=False, random_name=lambda: "never used", **options)


def listing(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_a_missing_ledger_reads_as_empty_and_is_not_made(tmp_path: Path) -> None:
    for path in (tmp_path / "ledger.db", tmp_path / "no folder" / "ledger.db"):
        with reading(path) as ledger:
            assert ledger.snapshot() == Snapshot()
            assert list(ledger.events()) == []
            assert list(ledger.runs()) == []
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_made_later_is_seen(tmp_path: Path) -> None:
    with reading(tmp_path / "ledger.db") as ledger:
        assert not ledger.snapshot().lineage
        writing(tmp_path / "ledger.db").close()
        assert ledger.snapshot().lineage == "abc"


def test_reading_leaves_no_trace(path: Path) -> None:
    before = listing(path.parent)
    with reading(path) as ledger:
        assert list(ledger.snapshot().intents) == ["a"]
        assert list(ledger.events()) == []
        assert listing(path.parent) == before
    assert listing(path.parent) == before


def test_reading_does_not_write(path: Path) -> None:
    before = listing(path.parent)
    with reading(path) as ledger, pytest.raises(LedgerError, match="for reading only"):
        ledger.commit([Base(item="a")])
    assert listing(path.parent) == before


def test_an_abandoned_log_is_read_without_a_trace(abandoned: Path) -> None:
    before = listing(abandoned.parent)
    assert before.keys() == {"ledger.db", "ledger.db-wal"}
    with reading(abandoned) as ledger:
        assert list(ledger.snapshot().intents) == ["a"]
    assert listing(abandoned.parent) == before
    with writing(abandoned) as ledger:
        assert list(ledger.snapshot().intents) == ["a"]


def test_reading_beside_a_writer(path: Path, intent: MakeIntent) -> None:
    with writing(path) as writer, reading(path) as reader:
        writer.commit([intent("b")])
        before = listing(path.parent).keys()
        assert list(reader.snapshot().intents) == ["a", "b"]
        writer.commit([intent("c")])
        assert list(reader.snapshot().intents) == ["a", "b", "c"]
        assert listing(path.parent).keys() == before
    with writing(path) as writer:
        writer.commit([intent("d")])
    assert listing(path.parent).keys() == {"ledger.db"}


@pytest.mark.parametrize("torn", [False, True])
def test_a_ledger_that_changes_while_it_is_read_is_read_again(
    path: Path, intent: MakeIntent, torn: bool
) -> None:
    """Unlocked reading may mix the pages of two commits: that must be noticed, whatever came of it."""
    seen: list[int] = []

    def work(connection: Connection) -> int:
        seen.append(connection.exec_driver_sql("SELECT count(*) FROM intents").scalar_one())
        if len(seen) == 1:
            with writing(path) as ledger:
                ledger.commit([intent("b")])
            if torn:
                raise ValueError("what the pages of two commits may look like")
        return seen[-1]

    assert Reading(path, 5).read(work) == 2
    assert seen == [1, 2]


def test_a_ledger_that_never_stands_still_is_busy(path: Path) -> None:
    def work(_: Connection) -> None:
        with writing(path) as ledger:
            ledger.commit([])

    with pytest.raises(LedgerBusy, match="try again"):
        Reading(path, 0.1).read(work)


@pytest.mark.parametrize("begin", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_making_a_ledger_waits_for_another_process(tmp_path: Path, begin: str) -> None:
    path = tmp_path / "ledger.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(other):
        other.execute(begin)
        timer = threading.Timer(0.2, other.execute, ["COMMIT"])
        timer.start()
        with writing(path) as ledger:
            assert ledger.snapshot().lineage == "abc"
        timer.join()


def test_the_disk_is_asked_for_durability(path: Path) -> None:
    with writing(path) as ledger:
        access = ledger._access
        assert isinstance(access, Writing)

        def pragma(name: str) -> object:
            return access.read(lambda connection: connection.exec_driver_sql(f"PRAGMA {name}").scalar())

        assert [pragma("journal_mode"), pragma("synchronous"), pragma("fullfsync")] == ["wal", 2, 1]
        assert pragma("busy_timeout") == 5000


def test_a_writer_that_takes_too_long_makes_the_ledger_busy(path: Path) -> None:
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        writing(path, patience=0.05) as ledger,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusy, match="a later run"):
            ledger.commit([Base(item="a")])
        assert ledger.snapshot().serial == 1  # readers never wait for a writer
        other.execute("ROLLBACK")
        assert ledger.commit([Base(item="a")]) == 2


def test_a_writer_waits_for_another(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(other), writing(path) as ledger:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.2, other.execute, ["COMMIT"])
        timer.start()
        assert ledger.commit([Base(item="a")]) == 2
        timer.join()


def test_threads_take_turns(path: Path) -> None:
    with writing(path) as ledger:
        serials: list[int] = []

        def work(name: str) -> None:
            for n in range(50):
                serials.append(ledger.commit([Base(item=f"{name}{n}")]))
                ledger.snapshot()

        threads = [threading.Thread(target=work, args=[name]) for name in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(serials) == list(range(2, 102))
        assert len(ledger.snapshot().bases) == 100


def test_a_closed_ledger_says_so(path: Path) -> None:
    ledger = writing(path)
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.commit([Base(item="a")])
    with pytest.raises(LedgerError, match="closed"):
        ledger.snapshot()


@pytest.mark.parametrize("name", ["with space", "100%25", "a?mode=memory", "a#b", "größe", "file:x"])
def test_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with writing(folder / "ledger.db") as ledger:
        ledger.commit([Base(item="a")])
    assert [file.name for file in folder.iterdir()] == ["ledger.db"]
    with reading(folder / "ledger.db") as ledger:
        assert list(ledger.snapshot().bases) == ["a"]


def test_a_relative_path_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with writing(Path("ledger.db")) as ledger, reading(Path("ledger.db")) as other:
        ledger.commit([Base(item="a")])
        assert list(other.snapshot().bases) == ["a"]


def test_a_kind_of_ledger_that_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match='"mysql" is not built yet'):
        open_ledger("mysql://bot:hunter2@db", tmp_path, create=True, random_name=str)


def test_a_random_name_is_asked_for_once(tmp_path: Path) -> None:
    names = iter(["first"])
    for _ in range(2):
        with open_sqlite(tmp_path / "ledger.db", create=True, random_name=names.__next__) as ledger:
            assert ledger.snapshot().lineage == "first"
