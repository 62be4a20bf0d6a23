"""Two ways into one SQLite file: writing and reading it, or reading it without leaving a trace."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, insert, select, update
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from followthrough.ledger import faults
from followthrough.ledger.interface import LedgerBusy, LedgerError
from followthrough.ledger.schema import HEAD, LEDGER, VERSION, VERSIONS, metadata
from followthrough.ledger.sql import T, Work

Files = Mapping[str, tuple[int, int]]
"""Size and time of the database and of what SQLite has put beside it, by what is added to its name."""


class Writing:
    """Opens the ledger for good, making it or bringing it up to date first.

    ``called`` is the path to name in errors, where it is not ``path``.
    """

    def __init__(
        self, path: Path, random_name: Callable[[], str], patience: float, called: Path | None = None
    ) -> None:
        self._path = called or path
        self._mutex = threading.Lock()
        with _translated(self._path):
            if path.exists() and not os.access(path, os.W_OK):
                # SQLite would open it for reading and fail only later, in the middle of a run.
                raise PermissionError(13, "Permission denied")
            self._connection = _engine(lambda: _connect_for_writing(path, patience)).connect()
        try:
            self._prepare(random_name)
        except BaseException:
            self.close()
            raise

    @property
    def called(self) -> str:
        return str(self._path)

    def _prepare(self, random_name: Callable[[], str]) -> None:
        if self._run(lambda connection: _version(connection, self._path), "BEGIN") == HEAD:
            return

        def make(connection: Connection) -> None:
            # Looked at again, because another process may have made it in between.
            version = _version(connection, self._path)
            if version != HEAD:
                _bring_up(connection, version, random_name)

        self._run(make, "BEGIN IMMEDIATE")

    def read(self, work: Work[T], /) -> T | None:
        return self._run(work, "BEGIN")

    def write(self, work: Work[T], /) -> T:
        return self._run(work, "BEGIN IMMEDIATE")

    def _run(self, work: Work[T], begin: str) -> T:
        with self._mutex, _translated(self._path):
            if self._connection.closed:
                raise faults.closed(self._path)
            self._connection.execution_options(ledger_begin=begin)
            with self._connection.begin():
                return work(self._connection)

    def close(self) -> None:
        with self._mutex, _translated(self._path):
            self._connection.close()


class Reading:
    """Reads a ledger that may not exist, may not be writable, and may be written meanwhile.

    SQLite's own read-only mode makes two files beside a database with a write-ahead log, and leaves
    them there. So a ledger that nobody writes is read as immutable, without locks, and looked at
    again afterwards; one that is being written has those files already, and is shared with its
    writer; one whose writer died without them, or of an older version, is read from a copy.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._mutex = threading.Lock()
        self._query = ""
        self._copy: tuple[Files, Writing, tempfile.TemporaryDirectory[str]] | None = None
        """Kept while the file stands still: a report reads a large ledger a hundred times."""
        self._engine = _engine(lambda: _connect(path, self._query, patience))

    @property
    def called(self) -> str:
        return str(self._path)

    def read(self, work: Work[T], /) -> T | None:
        deadline = time.monotonic() + self._patience
        while True:
            with self._mutex:
                found, settled = self._try(work)
            if settled:
                return found
            if time.monotonic() > deadline:
                raise LedgerBusy(f"The ledger {self._path} changed whenever it was read; try again.")
            time.sleep(0.02)

    def _try(self, work: Work[T]) -> tuple[T | None, bool]:
        """The answer, and whether the file stood still for it."""
        files = self._files()
        if "" not in files:
            return None, True
        try:
            return self._found(work, files)
        except LedgerError:
            if self._still(files):
                raise
            return None, False

    def _found(self, work: Work[T], files: Files) -> tuple[T | None, bool]:
        with suppress(_OlderError):
            if {"-wal", "-shm"} <= files.keys():
                # Should the writer go this very moment, SQLite leaves both files there, empty.
                return self._once("mode=ro", work), True
            if files.keys() == {""}:
                return self._immutable(work)
        return self._copied(work, files)

    def _immutable(self, work: Work[T]) -> tuple[T | None, bool]:
        # Pages move into the file only while there is a log, and each commit moves the serial. So,
        # looked at in this order, no change goes unseen. Each look needs a connection of its own:
        # it keeps the pages it has read.
        query = "mode=ro&immutable=1"
        before = self._once(query, _serial)
        if self._files().keys() != {""}:
            return None, False
        found = self._once(query, work)
        return found, self._files().keys() == {""} and self._once(query, _serial) == before

    def _once(self, query: str, work: Work[T]) -> T | None:
        self._query = query
        with _translated(self._path), self._engine.connect() as connection, connection.begin():
            version = _version(connection, self._path)
            if version is None:
                return None
            if version != HEAD:
                raise _OlderError
            return work(connection)

    def _copied(self, work: Work[T], files: Files) -> tuple[T | None, bool]:
        if self._copy is None or self._copy[0] != files:
            self._forget()
            with _translated(self._path), ExitStack() as stack:
                folder = tempfile.TemporaryDirectory(prefix="followthrough-")
                stack.callback(folder.cleanup)
                copy = Path(folder.name, self._path.name)
                for suffix in files.keys() - {"-shm"}:
                    shutil.copyfile(f"{self._path}{suffix}", f"{copy}{suffix}")
                if not self._still(files):
                    return None, False
                self._copy = files, Writing(copy, lambda: "", self._patience, called=self._path), folder
                stack.pop_all()
        return self._copy[1].read(work), True

    def _forget(self) -> None:
        """Take the copy away."""
        if self._copy is not None:
            _, access, folder = self._copy
            self._copy = None
            with _translated(self._path):
                try:
                    access.close()
                finally:
                    folder.cleanup()

    def _files(self) -> Files:
        found = {}
        with _translated(self._path):
            for suffix in ("", "-wal", "-shm", "-journal"):
                with suppress(FileNotFoundError, NotADirectoryError):
                    stat = Path(f"{self._path}{suffix}").stat()
                    # Readers write to the shared memory too: that it is there is all it says.
                    found[suffix] = (0, 0) if suffix == "-shm" else (stat.st_size, stat.st_mtime_ns)
        return found

    def _still(self, files: Files) -> bool:
        return self._files() == files

    def write(self, _work: Work[T], /) -> NoReturn:
        raise faults.for_reading(self._path)

    def close(self) -> None:
        self._engine.dispose()
        with self._mutex:
            self._forget()


class _OlderError(Exception):
    """A ledger opened for reading needs a migration, which only a copy may get."""


def _serial(connection: Connection) -> int:
    serial: int = connection.execute(select(LEDGER.c.serial)).scalar_one()
    return serial


def _version(connection: Connection, path: Path) -> str | None:
    """The schema's version, ``""`` where Alembic has not begun, ``None`` in an empty file."""
    try:
        version = connection.execute(select(VERSION.c.version_num)).scalar_one_or_none() or ""
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
            raise
        if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
            raise faults.foreign(path) from error
        return None
    if version and version not in VERSIONS:
        raise faults.newer(path, version, HEAD) if version.isdigit() else faults.foreign(path)
    return version


def _bring_up(connection: Connection, version: str | None, random_name: Callable[[], str]) -> None:
    if version is None:
        metadata.create_all(connection, checkfirst=False)
        connection.execute(insert(VERSION).values(version_num=HEAD))
    else:
        # Here, because Alembic takes longer to load than a run of a small project takes.
        from followthrough.ledger.migrations import upgrade

        upgrade(connection)
    # Readers without locks know by the serial that the file has changed.
    moved = connection.execute(update(LEDGER).values(serial=LEDGER.c.serial + 1))
    if not moved.rowcount:
        connection.execute(insert(LEDGER).values(id=1, lineage=random_name(), serial=0))


def _engine(connect: Callable[[], sqlite3.Connection]) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("ledger_begin", "BEGIN"))

    return engine


def _connect(path: Path, query: str, patience: float) -> sqlite3.Connection:
    name = quote(os.fsencode(path.absolute()))
    connection = sqlite3.connect(
        f"file:{name}?{query}",
        uri=True,
        timeout=patience,
        isolation_level=None,  # the driver begins no transaction of its own
        check_same_thread=False,  # one at a time all the same, by a mutex
    )
    # A ledger may lie in a folder that came from elsewhere: its schema gets to run nothing.
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def _connect_for_writing(path: Path, patience: float) -> sqlite3.Connection:
    connection = _connect(path, "mode=rwc", patience)
    try:
        _refuse_foreign(connection, path)
        if _log_mode(connection, patience) != "wal":
            raise faults.journalled(path)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=ON")  # macOS: to the disk itself, not to its cache
        connection.execute("PRAGMA checkpoint_fullfsync=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    """Before the log mode is set, which changes the file: another program's database is left as it is."""
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if names and not {LEDGER.name, VERSION.name} & names:
        raise faults.foreign(path)


def _log_mode(connection: sqlite3.Connection, patience: float) -> object:
    deadline = time.monotonic() + patience
    while True:
        try:
            return connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself here while another process makes the same file.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """No exception of SQLAlchemy, SQLite or the system leaves the ledger."""
    try:
        yield
    except DBAPIError as error:
        raise faults.from_sqlite(path, error.orig) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise faults.from_sqlite(path, error) from error
    except OSError as error:
        raise faults.from_system(path, error) from error
    except ValueError as error:
        raise faults.unknown_value(path, error) from error
