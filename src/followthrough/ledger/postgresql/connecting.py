"""One connection to a server: its socket, TLS and password, and what PostgreSQL is told first."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine, NullPool, create_engine

from followthrough.ledger.interface import LedgerError
from followthrough.ledger.postgresql.address import Address

if TYPE_CHECKING:
    import pg8000.dbapi

SILENCE: Final = 60.0
"""Seconds without a word of the server after which a connection counts as lost. No statement of ours lasts
so long: they wait for locks no longer than :data:`LOCKS`."""
LOCKS: Final = 10
_SETTINGS: Final = {
    # Whoever turned these down by default did not think of a ledger.
    "synchronous_commit": "on",
    "lock_timeout": f"{LOCKS}s",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "60s",
    "idle_session_timeout": "0",
    "standard_conforming_strings": "on",
    # A machine that vanished without a word loses its lock after half a minute.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "client_connection_check_interval": "5s",
}

Password = Callable[[], str | None]


def driver() -> Any:
    """The library that speaks to PostgreSQL; :class:`LedgerError` says how to install it."""
    try:
        import pg8000.dbapi
    except ImportError:
        raise LedgerError(
            "A ledger in PostgreSQL needs a library that is not installed: "
            "`pip install 'followthrough[postgresql]'`."
        ) from None
    return pg8000.dbapi


def connect(address: Address, password: Password) -> pg8000.dbapi.Connection:
    """A connection without a transaction of its own.

    Raises ``OSError``, and what the driver raises.
    """
    dbapi = driver()
    sock = _socket(address)
    try:
        connection = dbapi.connect(
            user=address.user,
            database=address.database,
            password=password(),
            host=address.host,
            sock=sock,
            ssl_context=_tls(address),
            application_name="followthrough",
        )
    except BaseException:
        sock.close()
        raise
    connection.autocommit = True  # no transaction but those that the ledger begins
    # One that is lost cannot say goodbye, and SQLAlchemy would show that to whoever looks at the screen.
    connection.close = partial(_closed, connection.close)
    return connection


def _closed(close: Callable[[], None]) -> None:
    with suppress(Exception):
        close()


def _socket(address: Address) -> socket.socket:
    if address.socket:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.settimeout(address.patience)
        try:
            sock.connect(address.socket)
        except BaseException:
            sock.close()
            raise
    else:
        sock = socket.create_connection((address.host, address.port), address.patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.settimeout(SILENCE)
    return sock


def _tls(address: Address) -> ssl.SSLContext | bool | None:
    """How the driver is to speak: ``False`` plainly, ``None`` with TLS where the server has it."""
    if address.socket or address.mode in ("disable", "allow"):
        return False
    if address.mode == "prefer":
        return None
    context = ssl.create_default_context(cafile=address.authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if address.mode == "require" and address.authorities is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif address.mode != "verify-full":
        context.check_hostname = False
    if address.certificate is not None:
        context.load_cert_chain(address.certificate, address.key)
    return context


def engine_for(make: Callable[[], Any]) -> Engine:
    """SQLAlchemy's way to the connections that ``make`` gives."""
    return create_engine(
        "postgresql+pg8000://",
        creator=make,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
    )


def prepare(connection: pg8000.dbapi.Connection, schema: str) -> None:
    """Tell the session what a ledger relies on; a server too old to know a setting goes without it."""
    cursor = connection.cursor()
    try:
        names = ", ".join(f"'{name}'" for name in _SETTINGS)
        cursor.execute(f"SELECT name FROM pg_settings WHERE name IN ({names})")  # noqa: S608  our own names
        known = {row[0] for row in cursor.fetchall()}
        settings = {name: value for name, value in _SETTINGS.items() if name in known}
        calls = [f"set_config('{name}', '{value}', false)" for name, value in settings.items()]
        cursor.execute(f"SELECT {', '.join(calls)}, set_config('search_path', '{schema}', false)")
    finally:
        cursor.close()
