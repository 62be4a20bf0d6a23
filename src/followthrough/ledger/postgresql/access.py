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
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final, NoReturn

from sqlalchemy import Connection, TextClause, text

from followthrough.ledger import faults as common
from followthrough.ledger.interface import LedgerBusy, LedgerError
from followthrough.ledger.postgresql import faults
from followthrough.ledger.postgresql.address import Address
from followthrough.ledger.postgresql.connecting import Password
from followthrough.ledger.postgresql.making import bring_up, version_of
from followthrough.ledger.postgresql.session import READ, WRITE, Session
from followthrough.ledger.schema import HEAD
from followthrough.ledger.sql import T, Work

LOCK: Final = 0x66740001
"""Our class of advisory locks; the other half of the key is the schema."""
_TRY = text("SELECT pg_try_advisory_lock(:ours, hashtext(:schema)), pg_backend_pid()")
_WAIT = text("SELECT pg_advisory_lock(:ours, hashtext(:schema)), pg_backend_pid()")
_HOLDER = text("SELECT holder FROM leader")
_FENCE = text("SELECT epoch, pg_backend_pid(), (SELECT serial FROM ledger) FROM leader FOR UPDATE")
_SERIAL = text("SELECT serial FROM ledger")


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
        if self._session.run(partial(self._locked, _TRY), READ):
            return
        if self._queue:
            with suppress(LedgerBusy):
                self._session.run(self._waited, READ)
                return
        holder = self._holder()
        if self._epoch is not None:
            raise faults.fenced(self._address, holder)
        raise faults.busy(self._address, holder)

    def _locked(self, query: TextClause, connection: Connection) -> bool:
        given = {"ours": LOCK, "schema": self._address.schema}
        taken, self._backend = connection.execute(query, given).one()
        return taken is not False

    def _waited(self, connection: Connection) -> None:
        # On the server, which wakes those who wait in their order: asking again and again costs both sides.
        limit = {"limit": f"{max(1, round(self._queue * 1000))}ms"}
        connection.execute(text("SELECT set_config('lock_timeout', :limit, true)"), limit)
        self._locked(_WAIT, connection)

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
