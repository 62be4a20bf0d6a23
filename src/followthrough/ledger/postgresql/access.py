"""Two ways into a ledger on a server: leading it, as the only one that writes, or reading it.

A leader holds an advisory lock of its session, which the server gives back when the session ends. That
alone does not keep two from writing: a leader may not have noticed yet that its session has ended. So
each one that comes to lead counts an epoch up, and every transaction that writes looks, under a lock
on that row, whether the epoch is still its own (``fencing``, see docs/explanation/architecture.md).
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NoReturn

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import SQLAlchemyError

from followthrough.ledger import faults as common
from followthrough.ledger.interface import LedgerError
from followthrough.ledger.postgresql import faults
from followthrough.ledger.postgresql.address import Address
from followthrough.ledger.postgresql.connecting import Password, connect, engine_for, prepare
from followthrough.ledger.postgresql.faults import Lost
from followthrough.ledger.postgresql.making import bring_up, version_of
from followthrough.ledger.schema import HEAD
from followthrough.ledger.sql import T, Work

READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
LOCK: Final = 0x66740001
"""Our class of advisory locks; the other half of the key is the schema."""
_HOLDER = text("SELECT holder FROM leader")
_FENCE = text("SELECT epoch, pg_backend_pid(), (SELECT serial FROM ledger) FROM leader FOR UPDATE")
_SERIAL = text("SELECT serial FROM ledger")


class Session:
    """A connection that comes back when it was lost, and what is the same on both ways."""

    def __init__(self, address: Address, password: Password, patience: float) -> None:
        self.address = address
        self.patience = patience
        self.made: Any = None
        """The driver's own connection."""
        self._password = password
        self._engine = engine_for(self._make)
        self._connection: Connection | None = None

        @event.listens_for(self._engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql(connection.get_execution_options().get("ledger_begin", READ))

    def _make(self) -> Any:
        self.made = connect(self.address, self._password)
        try:
            prepare(self.made, self.address.schema)
        except BaseException:
            with suppress(Exception):
                self.made.close()
            raise
        return self.made

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    def open(self) -> None:
        """Connect. Raises :class:`Lost` or :class:`LedgerError`."""
        with self.translated():
            self._connection = self._engine.connect()

    def run(self, work: Work[T], begin: str) -> T:
        """Do ``work`` in one transaction. Raises :class:`Lost` or :class:`LedgerError`."""
        if self._connection is None:
            raise Lost("not connected")
        with self.translated():
            self._connection.execution_options(ledger_begin=begin)
            with self._connection.begin():
                return work(self._connection)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """No exception of SQLAlchemy, the driver or the system leaves this; one that is lost is let go."""
        try:
            yield
        except (LedgerError, Lost):
            raise
        except ValueError as error:
            raise common.unknown_value(str(self.address), error) from error
        except Exception as error:
            found = self._sorted(error)
            if isinstance(found, Lost):
                self.drop()
            raise found from error

    def _sorted(self, error: Exception) -> BaseException:
        known = isinstance(error, OSError | SQLAlchemyError) or type(error).__module__.startswith("pg8000")
        return faults.sorted_out(self.address, error) if known else error

    def drop(self) -> None:
        """Let go of the connection, whatever state it is in; the server gives back what it held."""
        connection, self._connection = self._connection, None
        made, self.made = self.made, None
        if connection is not None:
            with suppress(Exception):
                connection.invalidate()
                connection.close()
        if made is not None:
            with suppress(Exception):
                made._usock.shutdown(socket.SHUT_RDWR)
            with suppress(Exception):
                made.close()

    def close(self) -> None:
        connection, self._connection, self.made = self._connection, None, None
        if connection is not None:
            with suppress(Exception):  # it may be lost already: the server gives back what it held
                connection.close()
        self._engine.dispose()

    def again(self, attempt: Callable[[], T]) -> T:
        """Try until the connection lasts; :class:`LedgerUnreachable` when patience ends."""
        deadline, pause = time.monotonic() + self.patience, 0.05
        while True:
            try:
                return attempt()
            except Lost as error:
                self.drop()
                if time.monotonic() + pause > deadline:
                    raise faults.unreachable(self.address, error.why) from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)


class Reading:
    """Reads a ledger that may not exist; leaves no trace and waits for nobody."""

    def __init__(self, address: Address, password: Password, patience: float) -> None:
        self._session = Session(address, password, patience)
        self._mutex = threading.Lock()
        self._closed = False
        try:
            self._session.again(self._session.open)
        except BaseException:
            self.close()
            raise

    @property
    def called(self) -> str:
        return str(self._session.address)

    def read(self, work: Work[T], /) -> T | None:
        address = self._session.address

        def found(connection: Connection) -> T | None:
            version = version_of(connection, address)
            if version is None:
                return None
            if version != HEAD:
                raise faults.older(address, version, HEAD)
            return work(connection)

        def attempt() -> T | None:
            if not self._session.is_open:
                self._session.open()
            return self._session.run(found, READ)

        with self._mutex:
            if self._closed:
                raise common.closed(str(address))
            return self._session.again(attempt)

    def write(self, _work: Work[T], /) -> NoReturn:
        raise common.for_reading(str(self._session.address))

    def close(self) -> None:
        self._closed = True
        self._session.close()


class Leading:
    """Leads a ledger for as long as it is open, making it or bringing it up to date first.

    ``queue`` is how many seconds to wait for another leader to end: one that was killed is given a
    moment by its server. Raises :class:`followthrough.ledger.LedgerBusy` when it goes on.
    """

    def __init__(
        self,
        address: Address,
        password: Password,
        random_name: Callable[[], str],
        *,
        patience: float,
        queue: float,
    ) -> None:
        self._session = Session(address, password, patience)
        self._random_name = random_name
        self._queue = queue
        self._mutex = threading.Lock()
        self._closed = False
        self._epoch: int | None = None
        self._backend: int | None = None
        try:
            self._session.again(self._lead)
        except BaseException:
            self.close()
            raise

    @property
    def _address(self) -> Address:
        return self._session.address

    @property
    def called(self) -> str:
        return str(self._address)

    def _lead(self) -> None:
        """Connect and take the lock: for the first time, or again where nobody has led since."""
        self._session.open()
        refuse_pooler(self._session)
        self._take_lock()
        if self._epoch is None:
            self._session.run(self._prepared, WRITE)
            self._epoch = self._session.run(_succeed, WRITE)

    def _take_lock(self) -> None:
        deadline = time.monotonic() + self._queue
        while not self._session.run(self._locked, READ):
            if time.monotonic() > deadline:
                holder = self._holder()
                if self._epoch is not None:
                    raise faults.fenced(self._address, holder)
                raise faults.busy(self._address, holder)
            time.sleep(0.05)

    def _locked(self, connection: Connection) -> bool:
        query = text("SELECT pg_try_advisory_lock(:ours, hashtext(:schema)), pg_backend_pid()")
        taken, self._backend = connection.execute(query, {"ours": LOCK, "schema": self._address.schema}).one()
        return bool(taken)

    def _holder(self) -> str:
        try:
            found = self._session.run(
                lambda connection: connection.execute(_HOLDER).scalar_one_or_none(), READ
            )
            return "A run on {host} (process {pid}, since {start})".format(**json.loads(found or "{}"))
        except (LedgerError, ValueError, KeyError):
            return "Another run"  # it is making the ledger just now

    def _prepared(self, connection: Connection) -> None:
        if version_of(connection, self._address) != HEAD:
            bring_up(connection, self._address, self._random_name)

    def read(self, work: Work[T], /) -> T | None:
        def attempt() -> T:
            self._come_back()
            return self._session.run(work, READ)

        with self._mutex:
            self._refuse_closed()
            return self._session.again(attempt)

    def write(self, work: Work[T], /) -> T:
        before: int | None = None
        result: list[T] = []

        def fenced(connection: Connection) -> T:
            nonlocal before
            serial = self._fence(connection)
            if result and before is not None and serial > before:
                return result[0]  # the commit whose answer was lost was done; nobody else could write
            before = serial
            result[:] = [work(connection)]
            return result[0]

        def attempt() -> T:
            self._come_back()
            return self._session.run(fenced, WRITE)

        with self._mutex:
            self._refuse_closed()
            return self._session.again(attempt)

    def _fence(self, connection: Connection) -> int:
        """Refuse a leader that was followed, in the transaction that would write; the serial otherwise."""
        epoch, backend, serial = connection.execute(_FENCE).one()
        if backend != self._backend:
            raise faults.pooled(self._address)
        if epoch != self._epoch:
            found = connection.execute(_HOLDER).scalar_one()
            holder = "run on {host} (process {pid}, since {start})".format(**json.loads(found))
            raise faults.fenced(self._address, f"a {holder}")
        return int(serial)

    def _come_back(self) -> None:
        if not self._session.is_open:
            self._lead()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise common.closed(str(self._address))

    def close(self) -> None:
        self._closed = True
        self._session.close()


def _succeed(connection: Connection) -> int:
    """Come to lead: from now on whoever led before is refused."""
    started = connection.execute(
        text("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SSZ')")
    )
    holder = {"host": socket.gethostname(), "pid": os.getpid(), "start": started.scalar_one()}
    query = text("UPDATE leader SET epoch = epoch + 1, holder = :holder RETURNING epoch")
    epoch: int = connection.execute(query, {"holder": json.dumps(holder)}).scalar_one()
    return epoch


def refuse_pooler(session: Session) -> None:
    """Raise :class:`LedgerError` where something between us and the server may change our session.

    A pooler gives its clients keys of its own for cancelling, so that the process named in the key is
    not the one that answers. Should one pass them on, a session that changes between transactions, or
    forgets what it was told, shows it; and each write looks again.
    """
    ask = "SELECT pg_backend_pid(), current_setting('followthrough.probe', true), current_setting('fsync')"
    key = session.made._backend_key_data
    named = int.from_bytes(key[:4], "big") if key else None
    session.run(
        lambda connection: connection.exec_driver_sql("SELECT set_config('followthrough.probe', 'x', false)"),
        READ,
    )
    answers = [session.run(lambda one: one.exec_driver_sql(ask).one(), READ) for _ in range(2)]
    if any((backend, probe) != (named, "x") for backend, probe, _ in answers):
        raise faults.pooled(session.address)
    if any(synced == "off" for _, _, synced in answers):
        raise faults.forgetful(session.address)
