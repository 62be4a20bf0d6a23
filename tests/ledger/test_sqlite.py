"""Files as they are found: missing, read-only, foreign, damaged, newer, busy."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from subprocess import Popen

import pytest
from sqlalchemy import Connection

from followthrough.ledger import Base, Intent, LedgerBusy, LedgerError, Scope, Snapshot, open_ledger
from followthrough.ledger.access import Reading, Writing
from followthrough.ledger.sqlite import SqliteLedger, open_sqlite

MakeIntent = Callable[[str], Intent]


def writing(path: Path, **options: float) -> SqliteLedger:
    return open_sqlite(path, create=True, random_name=lambda: "abc", **options)


def reading(path: Path, **options: float) -> SqliteLedger:
    return open_sqlite(path, create=False, random_name=lambda: "never used", **options)


def listing(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


@pytest.fixture
def path(tmp_path: Path, intent: MakeIntent) -> Path:
    """A ledger with one intent, closed."""
    path = tmp_path / "ledger.db"
    with writing(path) as ledger:
        ledger.commit([intent("a")])
    return path


@pytest.fixture
def abandoned(tmp_path: Path, intent: MakeIntent) -> Path:
    """A ledger whose one commit is only in the log, as a power cut leaves it."""
    path = tmp_path / "ledger.db"
    source = tmp_path / "source.db"
    with writing(source) as ledger:
        ledger.commit([intent("a")])
        for suffix in ("", "-wal"):
            shutil.copy(f"{source}{suffix}", f"{path}{suffix}")
    source.unlink()
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    return path


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


def test_an_error_in_a_copy_names_the_ledger(abandoned: Path) -> None:
    with closing(sqlite3.connect(f"{abandoned}.other")) as other:
        other.execute("CREATE TABLE alembic_version (version_num)")
        other.execute("INSERT INTO alembic_version VALUES ('9999')")
        other.commit()
        other.execute("PRAGMA journal_mode=WAL")
    shutil.move(f"{abandoned}.other", abandoned)
    Path(f"{abandoned}-wal").write_bytes(b"")
    with reading(abandoned) as ledger, pytest.raises(LedgerError, match=rf"{abandoned} was .* newer"):
        ledger.snapshot()


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


@pytest.fixture
def public_folder() -> Iterator[Path]:
    # Not below tmp_path, whose own folders are closed to other users.
    with tempfile.TemporaryDirectory(prefix="followthrough-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


@pytest.mark.parametrize("state", ["closed", "open", "abandoned", "missing", "file"])
def test_a_folder_or_file_that_may_only_be_read(
    public_folder: Path,
    state: str,
    abandoned: Path,
    intent: MakeIntent,
    helper: Callable[..., Popen[str]],
) -> None:
    path = public_folder / "ledger.db"
    if state == "abandoned":
        for suffix in ("", "-wal"):
            shutil.copy(f"{abandoned}{suffix}", f"{path}{suffix}")
    with ExitStack() as open_ledgers:
        if state in ("closed", "open", "file"):
            ledger = open_ledgers.enter_context(writing(path))
            ledger.commit([intent("a")])
            if state != "open":
                ledger.close()
        for file in public_folder.iterdir():
            file.chmod(0o444)
        public_folder.chmod(0o777 if state == "file" else 0o555)
        before = listing(public_folder)
        answer = json.loads(helper("read-as", path, 65534).communicate()[0])
        assert answer["items"] == ([] if state == "missing" else ["a"])
        assert f"{path} cannot be opened or written" in answer["opened"]
        assert listing(public_folder) == before


def test_a_file_that_may_not_even_be_read(public_folder: Path, helper: Callable[..., Popen[str]]) -> None:
    path = public_folder / "ledger.db"
    writing(path).close()
    path.chmod(0)
    answer = json.loads(helper("read-as", path, 65534).communicate()[0])
    assert "cannot be opened or written" in answer["read"]
    assert "cannot be opened or written" in answer["opened"]


@pytest.mark.parametrize("opener", [reading, writing])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"# notes\n" * 1000, "no SQLite database"),
        ("folder", "cannot be opened|could not be used"),
        ("foreign", "another program"),
        ("foreign alembic", "another program"),
        ("newer", "update followthrough"),
    ],
)
def test_what_is_no_ledger_of_ours_is_left_alone(
    path: Path, opener: Callable[[Path], SqliteLedger], content: str | bytes, sentence: str
) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "folder":
        path.unlink()
        path.mkdir()
    else:
        with closing(sqlite3.connect(path)) as connection:
            if content == "foreign":
                connection.execute("DROP TABLE alembic_version")
            else:
                version = "9999" if content == "newer" else "3f2a"
                connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            connection.commit()
    before = content if content == "folder" else path.read_bytes()
    with pytest.raises(LedgerError, match=sentence) as caught:
        opener(path).snapshot()
    assert str(path) in str(caught.value)
    assert not isinstance(caught.value, LedgerBusy)
    assert content == "folder" or path.read_bytes() == before


@pytest.mark.parametrize("opener", [reading, writing])
def test_an_empty_file_is_a_ledger_to_be_made(tmp_path: Path, opener: Callable[[Path], SqliteLedger]) -> None:
    """What a process leaves that died just after opening."""
    path = tmp_path / "ledger.db"
    path.touch()
    with opener(path) as ledger:
        assert ledger.snapshot() == Snapshot(lineage="" if opener is reading else "abc")


@pytest.mark.parametrize("opener", [reading, writing])
def test_damaged_pages_are_told(path: Path, opener: Callable[[Path], SqliteLedger]) -> None:
    with writing(path) as ledger:
        ledger.commit([Base(item=str(n), text="x" * 500) for n in range(500)])
    content = bytearray(path.read_bytes())
    for offset in range(4096 * 30, len(content), 4096):
        content[offset : offset + 16] = b"\xff" * 16
    path.write_bytes(content)
    with opener(path) as ledger, pytest.raises(LedgerError, match=r"damaged.*followthrough rebuild"):
        ledger.snapshot()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intents SET status = 'later'",
        "UPDATE intents SET at = 'yesterday'",
        "UPDATE intents SET clean_listings = '[{'",
        "UPDATE intents SET reason = CAST(x'ff' AS TEXT)",
        "DROP TABLE bases",
        "DELETE FROM ledger",
        "DROP TABLE ledger",
    ],
)
@pytest.mark.parametrize("opener", [reading, writing])
def test_values_that_mean_nothing_are_told(
    path: Path, opener: Callable[[Path], SqliteLedger], statement: str
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    with opener(path) as ledger, pytest.raises(LedgerError, match="damaged"):
        ledger.snapshot()


@pytest.mark.parametrize("log", [False, True], ids=["closed", "abandoned"])
def test_an_older_ledger_is_read_from_a_copy_and_written_in_place(tmp_path: Path, log: bool) -> None:
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(tmp_path / "older.db")) as connection:
        # As old as can be: Alembic's table, and nothing in it.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        if log:
            shutil.copy(tmp_path / "older.db-wal", tmp_path / "ledger.db-wal")
            shutil.copy(tmp_path / "older.db", path)
    if not log:
        shutil.copy(tmp_path / "older.db", path)
    before = listing(tmp_path)
    with reading(path) as ledger:
        assert ledger.snapshot() == Snapshot()
    assert listing(tmp_path) == before
    with writing(path) as ledger:
        assert ledger.commit([Scope(name="ops")]) == 1
    with reading(path) as ledger:
        assert ledger.snapshot() == Snapshot(lineage="abc", serial=1, scopes={"ops": Scope(name="ops")})


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


def test_a_full_disk_writes_nothing(path: Path) -> None:
    with writing(path) as ledger:
        access = ledger._access
        pages = access.read(lambda connection: connection.exec_driver_sql("PRAGMA page_count").scalar())
        access.read(lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar())
        before = ledger.snapshot()
        with pytest.raises(LedgerError, match="is full, so nothing was written"):
            ledger.commit([Base(item=str(n), text="x" * 5000) for n in range(10)])
        assert ledger.snapshot() == before
        assert ledger.commit([Base(item="a")]) == 2


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


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened or written"):
        writing(tmp_path / "none" / "ledger.db")


def test_a_kind_of_ledger_that_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match='"postgresql://db" is not built yet'):
        open_ledger("postgresql://db", tmp_path, create=True, random_name=str)


def test_a_random_name_is_asked_for_once(tmp_path: Path) -> None:
    names = iter(["first"])
    for _ in range(2):
        with open_sqlite(tmp_path / "ledger.db", create=True, random_name=names.__next__) as ledger:
            assert ledger.snapshot().lineage == "first"
