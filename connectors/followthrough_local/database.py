"""Opening the tracker's SQLite file, and SQLite's failures as sentences.

Several processes share the file: write-ahead logging lets readers read while one writes, and
``synchronous=FULL`` means that an answered write survives power loss.
"""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from followthrough.connector import ConnectorError, Unauthorized, Unreachable

APPLICATION: Final = 0x66744C54
"""``PRAGMA application_id``: tells our file from any other SQLite file."""
SCHEMA_VERSION: Final = 1

_SCHEMA: Final = """
CREATE TABLE tickets (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'in_progress', 'blocked', 'done', 'dropped')),
    assignee TEXT,
    due TEXT,
    priority TEXT,
    labels TEXT NOT NULL,
    backlink TEXT,
    created TEXT NOT NULL,
    closed TEXT,
    updated TEXT NOT NULL,
    change INTEGER NOT NULL
);
CREATE INDEX tickets_by_change ON tickets (change);
CREATE TABLE history (
    change INTEGER PRIMARY KEY AUTOINCREMENT,
    token TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES tickets (number),
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    field TEXT NOT NULL,
    old TEXT,
    new TEXT,
    note TEXT
);
CREATE INDEX history_by_ticket ON history (number);
CREATE TRIGGER history_stays BEFORE UPDATE ON history
    BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
CREATE TRIGGER history_is_kept BEFORE DELETE ON history
    BEGIN SELECT RAISE (ABORT, 'the history is append-only'); END;
"""


class Busy(Unreachable):
    """Another process held the file for longer than we wait."""


class UncertainCommit(Unreachable):
    """The disk failed while a commit was written: it may or may not have lasted."""


def open_existing(path: Path, *, wait: float) -> sqlite3.Connection | None:
    """Open the file; ``None`` if it is missing or another process has only begun to make it.

    Nothing is made. Raises :class:`~followthrough.connector.ConnectorError`.
    """
    with _sentences(path, wait):
        try:
            # Not exists(): newer Pythons take a folder we may not look into for a missing file.
            path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        connection = _open(path, create=False, wait=wait)
        with _closed_on_error(connection):
            if _is_ready(connection, path):
                return connection
            connection.close()
            return None


def open_or_create(path: Path, *, wait: float) -> sqlite3.Connection:
    """Open the file, made with its folder and schema where missing.

    Raises :class:`~followthrough.connector.ConnectorError`.
    """
    with _sentences(path, wait):
        _make_folder(path.parent)
        connection = _open(path, create=True, wait=wait)
        with _closed_on_error(connection):
            if not _is_ready(connection, path):
                _write_ahead(connection, wait)
                _make_schema(connection, path)
            return connection


@contextmanager
def _sentences(path: Path, wait: float) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, path, wait) from error
    except OSError as error:
        raise _file_error(error, path) from error


@contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _open(path: Path, *, create: bool, wait: float) -> sqlite3.Connection:
    # A reader, too, opens for writing where it may: the last one out then removes the -wal and -shm
    # files, so that reading leaves nothing behind.
    modes = ("rwc",) if create else ("rw", "ro", "ro&immutable=1")
    for mode in modes:
        # `immutable` is for a folder we may not write to; with a -wal file it would show old data.
        if mode.endswith("immutable=1") and path.with_name(path.name + "-wal").exists():
            break
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _set_up(connection)
        except sqlite3.Error as error:
            connection.close()
            if mode == modes[-1] or _primary(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
        else:
            return connection
    raise Unauthorized(
        f"{path} cannot be read: its folder may not be written to while another process uses it.",
        hint="Run this as the user who owns the folder.",
    )


def _set_up(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = FULL")
    # On macOS a plain fsync does not reach the disk itself; elsewhere this does nothing.
    connection.execute("PRAGMA fullfsync = ON")
    # The first look into the file: here it shows whether it can be read at all.
    connection.execute("PRAGMA schema_version").fetchone()


def _make_schema(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have made it while we waited for the lock.
        if not _is_ready(connection, path):
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _is_ready(connection: sqlite3.Connection, path: Path) -> bool:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application == 0 and tables == 0:
        return False
    if application != APPLICATION:
        raise Unreachable(
            f"{path} is an SQLite file of another program, not an embedded tracker.",
            hint="Give the tracker a path of its own (path under [trackers.X]); nothing was changed.",
        )
    if version > SCHEMA_VERSION:
        raise Unreachable(
            f"{path} is of a newer followthrough (schema {version}, this one knows {SCHEMA_VERSION}).",
            hint="Upgrade followthrough on this machine; nothing was changed.",
        )
    return True


def _write_ahead(connection: sqlite3.Connection, wait: float) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself when two processes do so at once."""
    end = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if _primary(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _statements() -> list[str]:
    # executescript() would commit the open transaction first, so the script is cut up here.
    statements, text = [], ""
    for line in _SCHEMA.strip().splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return statements


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    state = folder.name == ".followthrough"
    folder.mkdir(mode=0o700 if state else 0o777, parents=True, exist_ok=True)
    if state:
        # The state folder looks after itself: tickets are no part of the documents' history.
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def translated(error: sqlite3.Error, path: Path, wait: float, *, committing: bool = False) -> ConnectorError:
    """SQLite's error as one of the seam's, with a sentence and the next step."""
    code = _primary(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(
            f"{path} has been in use by another process for {wait:g} s.",
            hint="Try again when it has finished; nothing was changed.",
        )
    if code == sqlite3.SQLITE_FULL:
        return _disk_full(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH):
        return _not_writable(path)
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return Unreachable(
            f"{path} is damaged or no tracker file ({error}).",
            hint="Put a backup in its place, or move it away to begin with an empty tracker.",
        )
    kind = UncertainCommit if committing else Unreachable
    return kind(f"{path} could not be read or written ({error}).", hint="Check the disk, then try again.")


def _file_error(error: OSError, path: Path) -> ConnectorError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _not_writable(path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _disk_full(path)
    return Unreachable(
        f"The folder of {path} cannot be made ({error.strerror}).",
        hint="Set path under [trackers.X] to a place that can be written to.",
    )


def _not_writable(path: Path) -> Unauthorized:
    return Unauthorized(
        f"{path} cannot be opened or written to: no permission, or the disk is read-only.",
        hint="Run this as the user who owns the folder, or set path under [trackers.X]; nothing was changed.",
    )


def _disk_full(path: Path) -> Unreachable:
    return Unreachable(f"The disk of {path} is full.", hint="Make room, then try again; nothing was changed.")
