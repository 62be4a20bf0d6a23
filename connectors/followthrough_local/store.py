"""Tickets and their history in one SQLite file.

Each change of a field is one row of ``history``, which is only ever added to; its number orders
all changes of the file, so that :meth:`Store.changed` can tell what came after a given one.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from followthrough.connector import Change, NotFound, State, Ticket
from followthrough_local import database
from followthrough_local.rows import (
    Details,
    Entry,
    NewTicket,
    columns_of,
    labels_text,
    ticket_of,
    time_of,
    time_text,
)

NOTHING: Final = "0"
"""The cursor of a store without any change."""


class Store:
    """The tickets of one file; several threads and processes may use it at once.

    Every method raises :class:`~followthrough.connector.ConnectorError` where the file cannot be
    used. The file is opened with the first use and made with the first ticket.
    """

    def __init__(self, path: Path, prefix: str, now: Callable[[], datetime], *, wait: float = 30.0) -> None:
        self.path = path
        self._prefix = prefix
        self._key = re.compile(rf"{re.escape(prefix)}-([1-9][0-9]{{0,14}})", re.IGNORECASE | re.ASCII)
        self._now = now
        self._wait = wait
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let the file go; a later call opens it again."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def is_key(self, text: str) -> bool:
        """Whether the text has the form of one of this tracker's keys."""
        return self._key.fullmatch(text.strip()) is not None

    # --- reading ----------------------------------------------------------------------------------

    def all(self) -> list[Ticket]:
        """Every ticket, oldest first."""
        with self._reading() as db:
            if db is None:
                return []
            return [self._ticket(row) for row in db.execute("SELECT * FROM tickets ORDER BY number")]

    def find(self, refs: Collection[str]) -> dict[str, Ticket]:
        """The tickets by id or key, under the ref each was asked by; absent ones are absent."""
        with self._reading() as db:
            if db is None:
                return {}
            return {ref: self._ticket(row) for ref, row in self._rows(db, refs).items()}

    def details(self, ref: str) -> Details | None:
        """One ticket with body and history, or ``None``."""
        with self._reading() as db:
            row = None if db is None else self._rows(db, [ref]).get(ref)
            if db is None or row is None:
                return None
            entries = db.execute(
                "SELECT at, who, field, old, new, note FROM history WHERE number = ? ORDER BY change",
                [row["number"]],
            )
            history = tuple(Entry(time_of(at), *rest) for at, *rest in entries)
            return Details(self._ticket(row), row["document"], row["body"], row["backlink"], history)

    def changed(self, since: str | None) -> tuple[list[Ticket], str]:
        """The tickets changed after a cursor, and the next cursor.

        A cursor that this file did not give, or gave before it was put back from a backup, counts
        from the beginning: rather too much than a change missed.
        """
        with self._reading() as db:
            if db is None:
                return [], NOTHING
            last = db.execute("SELECT change, token FROM history ORDER BY change DESC LIMIT 1").fetchone()
            if last is None:
                return [], NOTHING
            seen = _position(db, since)
            rows = db.execute("SELECT * FROM tickets WHERE change > ? ORDER BY change", [seen])
            return [self._ticket(row) for row in rows], f"{last['change']}-{last['token']}"

    # --- writing ----------------------------------------------------------------------------------

    def add(self, tickets: Sequence[NewTicket], who: str) -> list[Ticket]:
        """Store the tickets, all or none; one whose id is known stays as it is and is returned."""
        with self._writing() as db:
            return [self._ticket(self._add(db, ticket, who)) for ticket in tickets]

    def update(self, changes: Mapping[str, Change], who: str, note: str | None = None) -> dict[str, Ticket]:
        """Change tickets by id or key, all or none, and return each as it is now.

        A field that already has its value is no change; a note is kept in any case.
        Raises ``NotFound`` where one is absent, ``Rejected`` where a value cannot be stored.
        """
        if not changes:
            return {}
        first = next(iter(changes))
        if not self.find([first]):
            # Looked at before writing: a missing file is not made to say that a ticket is not in it.
            raise self._absent(first)
        with self._writing() as db:
            rows = self._rows(db, changes)
            for ref, change in changes.items():
                if ref not in rows:
                    raise self._absent(ref)
                self._change(db, rows[ref], change, who, note)
            return {ref: self._ticket(row) for ref, row in self._rows(db, changes).items()}

    # --- inside a transaction ---------------------------------------------------------------------

    def _add(self, db: sqlite3.Connection, new: NewTicket, who: str) -> sqlite3.Row:
        known: sqlite3.Row | None = db.execute("SELECT * FROM tickets WHERE id = ?", [new.id]).fetchone()
        if known is not None:
            return known
        now = time_text(self._now())
        due = new.due.isoformat() if new.due else None
        values = [new.id, new.document, new.title, new.body, new.assignee, due, new.priority]
        db.execute(
            "INSERT INTO tickets (id, document, title, body, assignee, due, priority, labels,"
            " state, created, updated, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, 0)",
            [*values, labels_text(new.labels), now, now],
        )
        row: sqlite3.Row = db.execute("SELECT * FROM tickets WHERE id = ?", [new.id]).fetchone()
        _record(db, row["number"], {"created": (None, new.title)}, (now, who, None))
        return row

    def _change(
        self, db: sqlite3.Connection, row: sqlite3.Row, change: Change, who: str, note: str | None
    ) -> None:
        columns = {name: value for name, value in columns_of(change).items() if row[name] != value}
        changed = {name: (row[name], value) for name, value in columns.items()}
        if not changed and note is None:
            return
        now = time_text(self._now())
        if "state" in columns:
            # From one closed state to another it stays closed since the first.
            columns["closed"] = (row["closed"] or now) if State(columns["state"] or "").closed else None
        columns["updated"] = now
        sets = ", ".join(f"{name} = ?" for name in columns)
        # The names are ours, and the values are bound.
        db.execute(f"UPDATE tickets SET {sets} WHERE number = ?", [*columns.values(), row["number"]])  # noqa: S608
        _record(db, row["number"], changed or {"note": (None, None)}, (now, who, note))

    def _rows(self, db: sqlite3.Connection, refs: Collection[str]) -> dict[str, sqlite3.Row]:
        numbers = {ref: int(match[1]) for ref in refs if (match := self._key.fullmatch(ref.strip()))}
        by_id = _chunked(db, "id", list(refs))
        by_number = _chunked(db, "number", list(numbers.values()))
        rows = {ref: by_id.get(ref) or by_number.get(numbers.get(ref, 0)) for ref in refs}
        return {ref: row for ref, row in rows.items() if row is not None}

    def _ticket(self, row: sqlite3.Row) -> Ticket:
        return ticket_of(row, self._prefix)

    def _absent(self, ref: str) -> NotFound:
        return NotFound(
            f"There is no ticket {ref} in {self.path}.",
            hint="`followthrough local list` shows those there are.",
        )

    # --- transactions -----------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with self._lock, self._translating():
            self._opened = self._opened or database.open_existing(self.path, wait=self._wait)
            if self._opened is None:
                yield None
                return
            self._opened.execute("BEGIN")
            try:
                yield self._opened
            finally:
                _roll_back(self._opened)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._translating():
            self._opened = self._opened or database.open_or_create(self.path, wait=self._wait)
            self._opened.execute("BEGIN IMMEDIATE")
            try:
                yield self._opened
                self._commit(self._opened)
            finally:
                _roll_back(self._opened)

    def _commit(self, db: sqlite3.Connection) -> None:
        try:
            db.execute("COMMIT")
        except sqlite3.Error as error:
            raise database.translated(error, self.path, self._wait, committing=True) from error

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise database.translated(error, self.path, self._wait) from error


def _record(
    db: sqlite3.Connection,
    number: int,
    changed: Mapping[str, tuple[str | None, str | None]],
    said: tuple[str, str, str | None],
) -> None:
    """Add to a ticket's history; ``said`` is when, by whom, and a note."""
    at, who, note = said
    for field, (old, new) in changed.items():
        change = db.execute(
            "INSERT INTO history (token, number, at, who, field, old, new, note)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [secrets.token_hex(4), number, at, who, field, old, new, note],
        ).lastrowid
        db.execute("UPDATE tickets SET change = ? WHERE number = ?", [change, number])


def _roll_back(db: sqlite3.Connection) -> None:
    if db.in_transaction:
        db.execute("ROLLBACK")


def _chunked(
    db: sqlite3.Connection, column: str, values: Sequence[str] | Sequence[int]
) -> dict[str | int, sqlite3.Row]:
    # SQLite takes a limited number of parameters in one statement.
    found: dict[str | int, sqlite3.Row] = {}
    for start in range(0, len(values), 500):
        chunk = list(values[start : start + 500])
        marks = ", ".join("?" * len(chunk))
        # The column is one of ours, and the values are bound.
        for row in db.execute(f"SELECT * FROM tickets WHERE {column} IN ({marks})", chunk):  # noqa: S608
            found[row[column]] = row
    return found


def _position(db: sqlite3.Connection, since: str | None) -> int:
    match = re.fullmatch(r"([0-9]{1,18})-([0-9a-f]+)", since or "", re.ASCII)
    if match is None:
        return 0
    row = db.execute("SELECT token FROM history WHERE change = ?", [int(match[1])]).fetchone()
    return int(match[1]) if row is not None and row["token"] == match[2] else 0
