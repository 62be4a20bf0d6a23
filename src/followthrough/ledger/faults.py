"""What SQLite and the system report, as sentences with the next step."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from followthrough.ledger.interface import LedgerBusy, LedgerError

_DAMAGED = (
    "The ledger {path} is damaged ({why}). Nothing was written. `followthrough rebuild` "
    "puts it aside and makes a new one from documents and trackers."
)
_UNWRITABLE = (
    "The ledger {path} cannot be opened or written ({why}); "
    "check that it and its folder are readable and writable for this user."
)
_FULL = "The disk of the ledger {path} is full, so nothing was written; free some space and run again."
_BUSY = "Another process is writing to the ledger {path}; a later run finishes the work."
_OTHER = "The ledger {path} could not be used ({why}), so nothing was written; check its disk and run again."

_SENTENCES = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_READONLY: _UNWRITABLE,
    sqlite3.SQLITE_PERM: _UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: _UNWRITABLE,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,  # a table or column is missing
    sqlite3.SQLITE_NOTADB: "{path} is no SQLite database, so it cannot be the ledger; move it away.",
}


def from_sqlite(path: Path, error: BaseException | None) -> LedgerError:
    """The error of a ledger at ``path`` for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    # Without a code Python itself could not make sense of what is stored, such as broken UTF-8.
    # With one, the low byte is the kind of error; the rest says where in SQLite it arose.
    sentence = _DAMAGED if code is None else _SENTENCES.get(code & 0xFF, _OTHER)
    kind = LedgerBusy if sentence is _BUSY else LedgerError
    return kind(sentence.format(path=path, why=error))


def from_system(path: Path, error: OSError) -> LedgerError:
    """The error for one of the system's, about a file or folder of the ledger."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LedgerError(_FULL.format(path=path))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return LedgerError(_UNWRITABLE.format(path=path, why=error.strerror))
    return LedgerError(_OTHER.format(path=path, why=error.strerror or error))


def unknown_value(path: Path | str, error: ValueError) -> LedgerError:
    """The error for a stored value that no record of this program can hold."""
    return LedgerError(_DAMAGED.format(path=path, why=error))


def newer(path: Path | str, version: str, head: str) -> LedgerError:
    """The error for a schema this program is too old for."""
    return LedgerError(
        f"The ledger {path} was written by a newer followthrough (its version is {version}, this program "
        f"knows {head}); update followthrough."
    )


def foreign(path: Path) -> LedgerError:
    """The error for a database of some other program."""
    return LedgerError(f"{path} is a database of another program, not a ledger; move it away.")


def journalled(path: Path) -> LedgerError:
    """The error for a disk on which SQLite has no write-ahead log."""
    return LedgerError(
        f"The disk of the ledger {path} cannot hold a write-ahead log; move the folder to a local disk."
    )


def not_empty(what: object) -> LedgerError:
    """The error for filling a ledger that holds something."""
    return LedgerError(
        f"There is a ledger already ({what}), so nothing was copied there: what it holds might be lost. "
        "Copy to a place without one."
    )


def closed(path: Path | str) -> LedgerError:
    """The error for using a ledger after its end."""
    return LedgerError(f"The ledger {path} is closed already; please report this.")


def for_reading(path: Path | str) -> LedgerError:
    """The error for a commit to a ledger opened without ``create``."""
    return LedgerError(f"The ledger {path} was opened for reading only, so nothing was written.")
