"""A ledger on a server: who leads it, what a leader that was followed may still do, and what is refused."""

from __future__ import annotations

import itertools
import selectors
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from followthrough.ledger import Base, Ledger, LedgerBusy, LedgerError, LedgerUnauthorized, LedgerUnreachable
from followthrough.ledger.postgresql import open_postgresql
from postgres_server import PASSWORD, PostgresServer, running

Opener = Callable[..., Ledger]
KEY = b"K\0\0\0\x0c"
"""How the message begins in which a server tells which process answers, BackendKeyData."""


@pytest.fixture
def server(postgres_server: PostgresServer) -> PostgresServer:
    return postgres_server


@pytest.fixture
def schema(server: PostgresServer) -> str:
    return server.new_schema()


@pytest.fixture
def opened(server: PostgresServer, schema: str) -> Iterator[Opener]:
    """Opens the same ledger, again and again."""
    with ExitStack() as stack:

        def open_it(*, url: str = "", password: str = PASSWORD, **how: Any) -> Ledger:
            given = {"create": True, "queue": 0.0, "patience": 20.0, **how}
            ledger = open_postgresql(
                url or server.url(schema), random_name=lambda: "team", password=lambda: password, **given
            )
            return stack.enter_context(ledger)

        yield open_it


def cut_off(server: PostgresServer, schema: str) -> None:
    """End the leader's session, as a network does that is gone for too long: it hears nothing of it."""
    query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    assert server.ask(query) == [[True]]
    while server.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"):
        time.sleep(0.01)


def held(opened: Opener) -> set[str]:
    return set(opened(create=False).snapshot().bases)


class Between:
    """The way to a server. ``cut`` is told all that goes there, and says whether its answer gets lost.

    ``change`` is what becomes of all that comes back.
    """

    def __init__(
        self,
        port: int,
        cut: Callable[[bytes], bool] = lambda _data: False,
        change: Callable[[bytes], bytes] = lambda data: data,
    ) -> None:
        self._port, self._cut, self._change = port, cut, change
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near = self._listening.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self._port))
        with near, far, selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            cutting = False
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]  # a socket
                    if not data or (cutting and key.fileobj is far):
                        return  # the server has done what it was told, and its answer ends here
                    cutting |= key.fileobj is near and self._cut(data)
                    key.data.sendall(data if key.fileobj is near else self._change(data))

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


def test_a_second_leader_is_told_who_leads(opened: Opener) -> None:
    opened()
    with pytest.raises(LedgerBusy, match=r"A run on \S+ \(process \d+, since .*\) is at work"):
        opened()


def test_a_leader_that_ends_is_followed(opened: Opener) -> None:
    with opened() as first:
        assert first.commit([Base(item="a")]) == 1
    assert opened().commit([Base(item="b")]) == 2
    assert held(opened) == {"a", "b"}


def test_whoever_waits_leads_as_soon_as_the_one_before_has_ended(
    opened: Opener, server: PostgresServer
) -> None:
    first = opened()
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with ThreadPoolExecutor() as others:
        second = others.submit(opened, queue=50.0)
        while server.ask(waiting) == [[0]]:
            time.sleep(0.01)
        first.commit([Base(item="a")])
        first.close()
        assert second.result().commit([Base(item="b")]) == 2


def test_whoever_has_waited_for_long_enough_is_told_who_leads(opened: Opener) -> None:
    opened()
    with pytest.raises(LedgerBusy, match=r"A run on \S+ \(process \d+, since .*\) is at work"):
        opened(queue=0.2)


def test_whoever_lost_its_session_and_was_not_followed_goes_on(
    opened: Opener, server: PostgresServer, schema: str, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = opened()
    ledger.commit([Base(item="a")])
    cut_off(server, schema)
    assert ledger.commit([Base(item="b")]) == 2
    assert not caplog.records, "a traceback of a library is no sentence"
    with pytest.raises(LedgerBusy):
        opened()  # it leads again


@pytest.mark.parametrize("still_there", [True, False], ids=["who is there", "who has ended"])
def test_whoever_was_followed_writes_nothing_more(
    still_there: bool, opened: Opener, server: PostgresServer, schema: str
) -> None:
    late = opened()
    late.commit([Base(item="a")])
    cut_off(server, schema)
    second = opened()
    second.commit([Base(item="b")])
    if not still_there:
        second.close()
    for _ in range(2):
        with pytest.raises(LedgerBusy, match="lost the ledger"):
            late.commit([Base(item="late")])
    assert held(opened) == {"a", "b"}


def test_a_leader_whose_session_lives_is_fenced_by_the_epoch_alone(
    opened: Opener, server: PostgresServer, schema: str
) -> None:
    """The lock may be in nobody's hand and the session be the same: the write looks for itself."""
    late = opened()
    server.ask(f"UPDATE {schema}.leader SET epoch = epoch + 1")
    with pytest.raises(LedgerBusy, match="has taken over"):
        late.commit([Base(item="late")])
    assert held(opened) == set()


def test_a_commit_whose_answer_is_lost_is_done_once(
    opened: Opener, server: PostgresServer, schema: str
) -> None:
    left = itertools.count()
    between = Between(server.port, lambda data: b"COMMIT" in data.upper() and next(left) == 6)
    try:
        ledger = opened(url=server.url(schema, port=between.port))
        serials = [ledger.commit([Base(item=str(n))]) for n in range(10)]
    finally:
        between.close()
    assert next(left) > 7, "no answer was lost"
    assert serials == list(range(1, 11))
    assert opened(create=False).position() == ("team", 10)
    assert held(opened) == {str(n) for n in range(10)}


def test_a_commit_that_did_not_arrive_is_sent_again(
    opened: Opener, server: PostgresServer, schema: str
) -> None:
    ledger = opened()
    ledger.commit([Base(item="a")])
    server.stop(signal.SIGQUIT)
    server.start()
    assert ledger.commit([Base(item="b")]) == 2
    assert held(opened) == {"a", "b"}


def test_a_server_that_stays_away_is_told(opened: Opener, server: PostgresServer) -> None:
    ledger = opened(patience=0.2)
    ledger.commit([Base(item="a")])
    server.stop()
    try:
        with pytest.raises(LedgerUnreachable, match="a later run finishes the work"):
            ledger.commit([Base(item="b")])
        with pytest.raises(LedgerUnreachable):
            opened(patience=0.2)
    finally:
        server.start()
    assert held(opened) == {"a"}


def test_readers_wait_for_nobody_and_leave_nothing(
    opened: Opener, server: PostgresServer, schema: str
) -> None:
    assert opened(create=False).snapshot().lineage == ""
    assert server.ask(f"SELECT to_regnamespace('{schema}')") == [[None]]
    leader = opened()
    leader.commit([Base(item="a")])
    reader = opened(create=False)
    assert set(reader.snapshot().bases) == {"a"}
    with pytest.raises(LedgerError):
        reader.commit([Base(item="b")])
    cut_off(server, schema)
    server.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'followthrough'"
    )
    assert set(reader.snapshot().bases) == {"a"}, "it connects again"


def test_a_wrong_password_is_told(opened: Opener) -> None:
    with pytest.raises(LedgerUnauthorized, match="Nothing was written"):
        opened(password="wrong")


def test_a_role_that_may_not_write_is_told(opened: Opener, server: PostgresServer, schema: str) -> None:
    opened().close()
    server.ask(f"CREATE ROLE {schema}_reader LOGIN PASSWORD '{PASSWORD}'")
    server.ask(f"GRANT USAGE ON SCHEMA {schema} TO {schema}_reader")
    server.ask(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {schema}_reader")
    url = server.url(schema).replace("followthrough@", f"{schema}_reader@")
    assert opened(url=url, create=False).position() == ("team", 0)
    with pytest.raises(LedgerUnauthorized):
        opened(url=url)


def test_a_session_that_changes_between_transactions_is_refused(
    opened: Opener, server: PostgresServer, schema: str
) -> None:
    """A pooler gives its clients a key of its own; here the key is changed on its way."""
    keys: list[bytes] = []

    def change(data: bytes) -> bytes:
        head, key, rest = data.partition(KEY)
        keys.extend([rest[:4]] if key else [])
        return head + key + b"\0\0\0\7" + rest[4:] if key else data

    pooler = Between(server.port, change=change)
    try:
        with pytest.raises(LedgerError, match="stands a connection pooler"):
            opened(url=server.url(schema, port=pooler.port))
    finally:
        pooler.close()
    assert keys
    assert server.ask(f"SELECT to_regnamespace('{schema}')") == [[None]], "nothing was done"


def test_a_server_that_forgets_what_it_acknowledged_is_refused(schema: str) -> None:
    with running(fsync="off") as forgetful, pytest.raises(LedgerError, match="fsync off"):
        open_postgresql(forgetful.url(schema), create=True, random_name=str, password=lambda: PASSWORD)


def test_tables_of_another_program_are_left_alone(
    opened: Opener, server: PostgresServer, schema: str
) -> None:
    server.ask(f"CREATE SCHEMA {schema}")
    server.ask(f"CREATE TABLE {schema}.alembic_version (version_num text)")
    server.ask(f"INSERT INTO {schema}.alembic_version VALUES ('3f7e')")
    for create in (True, False):
        with pytest.raises(LedgerError, match="holds tables of another program"):
            opened(create=create).snapshot()
