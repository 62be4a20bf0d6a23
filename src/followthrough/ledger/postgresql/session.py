"""One connection to a server, which comes back when it was lost, and its errors as sentences."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from followthrough.ledger import faults as common
from followthrough.ledger.interface import LedgerError
from followthrough.ledger.postgresql import faults
from followthrough.ledger.postgresql.address import Address
from followthrough.ledger.postgresql.connecting import Password, connect, engine_for, prepare
from followthrough.ledger.postgresql.faults import Lost
from followthrough.ledger.postgresql.patience import Patience
from followthrough.ledger.sql import T, Work

READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"


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
        self._opened = 0.0
        """When that was; by the clock of :func:`time.monotonic`."""

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
            self._opened = time.monotonic()

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
        patience = Patience(self.patience)
        while True:
            began, had = time.monotonic(), self.is_open
            try:
                return attempt()
            except Lost as error:
                self.drop()
                got = self._opened if self._opened >= began else time.monotonic()
                pause = patience.lost(0.0 if had else got - began)
                if pause is None:
                    raise faults.unreachable(self.address, error.why) from error
            time.sleep(pause)
