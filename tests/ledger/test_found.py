"""Files as they are found: read-only, foreign, damaged, newer, older."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from subprocess import Popen

import pytest

from followthrough.ledger import Base, Intent, LedgerBusy, LedgerError, Scope, Snapshot
from followthrough.ledger.sql import SqlLedger
from followthrough.ledger.sqlite import open_sqlite

MakeIntent = Callable[[str], Intent]


def writing(path: Path, **options: float) -> SqlLedger:
    return open_sqlite(path, create=True, random_name=lambda: "abc", **options)


def reading(path: Path, **options: float) -> SqlLedger:
    return open_sqlite(path, create=False, random_name=lambda: "never used", **options)


def listing(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


@pytest.fixture
def public_folder() -> Iterator[Path]:
    # Not below tmp_path, whose own folders are closed to other users.
    with tempfile.TemporaryDirectory(prefix="followthrough-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
        Path(name).chmod(0o755)


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
    path: Path, opener: Callable[[Path], SqlLedger], content: str | bytes, sentence: str
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
def test_an_empty_file_is_a_ledger_to_be_made(tmp_path: Path, opener: Callable[[Path], SqlLedger]) -> None:
    """What a process leaves that died just after opening."""
    path = tmp_path / "ledger.db"
    path.touch()
    with opener(path) as ledger:
        assert ledger.snapshot() == Snapshot(lineage="" if opener is reading else "abc")


@pytest.mark.parametrize("opener", [reading, writing])
def test_damaged_pages_are_told(path: Path, opener: Callable[[Path], SqlLedger]) -> None:
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
    path: Path, opener: Callable[[Path], SqlLedger], statement: str
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


def test_an_older_ledger_is_copied_once_for_many_readings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    with reading(path) as ledger:
        assert ledger.snapshot() == Snapshot()
        (first,) = copies.iterdir()
        assert (ledger.position(), list(ledger.events())) == (("", 0), [])
        assert list(copies.iterdir()) == [first]
        with writing(path) as other:
            other.commit([Scope(name="ops")])
        assert ledger.snapshot().scopes.keys() == {"ops"}
    assert not list(copies.iterdir())


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


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened or written"):
        writing(tmp_path / "none" / "ledger.db")
