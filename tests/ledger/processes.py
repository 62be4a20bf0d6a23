"""What other processes do to a ledger while the tests look on; started by the ``helper`` fixture."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, event

from followthrough.ledger import Base, Event, EventKind, Intent, IntentStatus, Ledger, LedgerBusy, LedgerError
from followthrough.ledger.files import run_lock
from followthrough.ledger.git import open_git
from followthrough.ledger.postgresql import open_postgresql
from followthrough.ledger.sqlite import open_sqlite

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def name() -> str:
    return f"made-by-{os.getpid()}"


def write_one(ledger: Ledger, item: str) -> int:
    """Three records of three kinds, which a reader must see together or not at all."""
    return ledger.commit(
        [
            Intent(item=item, scope="ops", status=IntentStatus.PENDING, at=NOW, run="r"),
            Base(item=item, text="a text that takes some room " * 20),
            Event(kind=EventKind.FILED, item=item, occurred_at=NOW, seen_at=NOW, run="r", command="run"),
        ]
    )


def write(path: Path, prefix: str, count: int) -> None:
    """``count`` commits; tells the serial of each once it is acknowledged."""
    with open_sqlite(path, create=True, random_name=name, patience=20) as ledger:
        for n in range(count):
            serial = write_one(ledger, f"{prefix}{n}")
            os.write(1, f"{prefix}{n} {serial}\n".encode())


def reopen(path: Path, count: int) -> None:
    """``count`` commits, each of a writer that comes and goes."""
    for n in range(count):
        with open_sqlite(path, create=True, random_name=name) as ledger:
            write_one(ledger, f"r{n}")
        os.write(1, b"x")


def lives() -> None:
    """For each line of input, a writer in a process of its own, killed after so many seconds.

    A busy one is killed no sooner than it has written something, however slow the machine is.
    """
    with tempfile.TemporaryDirectory() as warm:
        write_quietly(Path(warm, "ledger.db"))
    for line in sys.stdin:
        order = json.loads(line)
        acknowledged, writer_end = os.pipe()
        child = os.fork()
        if not child:
            os.dup2(writer_end, 1)
            write(Path(order["path"]), order["prefix"], 1_000_000)
        os.close(writer_end)
        begun = os.read(acknowledged, 4096) if order["busy"] else b""
        time.sleep(order["seconds"])
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        with os.fdopen(acknowledged, "rb") as pipe:
            told = (begun + pipe.read()).decode()
        print(json.dumps({"status": status, "told": told}), flush=True)


def write_quietly(path: Path) -> None:
    with open_sqlite(path, create=True, random_name=name) as ledger:
        write_one(ledger, "w")


def read_as(path: Path, user: int) -> None:
    """What a user without rights reads, and what happens when it opens to write."""
    with tempfile.TemporaryDirectory() as warm:
        # Modules that are loaded on first use might be out of this user's reach.
        write_quietly(Path(warm, "ledger.db"))
        with open_sqlite(Path(warm, "ledger.db"), create=False, random_name=name) as ledger:
            ledger.snapshot()
    if os.getuid() == 0:
        os.setuid(user)
    answer: dict[str, object] = {}
    try:
        with open_sqlite(path, create=False, random_name=name) as ledger:
            answer["items"] = sorted(ledger.snapshot().intents)
    except LedgerError as error:
        answer["read"] = str(error)
    try:
        open_sqlite(path, create=True, random_name=name).close()
    except LedgerError as error:
        answer["opened"] = str(error)
    print(json.dumps(answer))


def on_a_branch(root: Path, prefix: str, count: int) -> None:
    """``count`` commits to one branch, each by a ledger that is opened for it; who is second comes again."""
    for n in range(count):
        while True:
            try:
                with open_git("followthrough/ledger", root, create=True, random_name=name) as ledger:
                    serial = ledger.commit([Base(item=f"{prefix}{n}")])
            except LedgerBusy:
                continue
            os.write(1, f"{prefix}{n} {serial}\n".encode())
            break


def lead(url: str, password: str, count: int, told: Path) -> None:
    """Writes what the ledger on a server does not hold yet of so many items, leading for some of them at a time.

    Tells the serial of each, in a file, once it is acknowledged.
    """
    acknowledged = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        with suppress(LedgerBusy):
            with open_postgresql(
                url, create=True, random_name=name, password=lambda: password, queue=5
            ) as ledger:
                known = ledger.snapshot().intents
                left = [str(n) for n in range(count) if str(n) not in known]
                for item in left[: 20 + count // 50]:
                    serial = write_one(ledger, item)
                    os.write(acknowledged, f"{item} {serial}\n".encode())
            if not left:
                return


def hold(folder: Path) -> None:
    """Takes the run's lock, and keeps it until it is killed."""
    with run_lock(folder, run="20261120-1", at=NOW):
        print("held", flush=True)
        time.sleep(600)


def limited(path: Path) -> None:
    """Commits under a limit to the size of files, as on a disk with too little room."""
    import resource

    with open_sqlite(path, create=True, random_name=name) as ledger:
        serial = write_one(ledger, "before")
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
        try:
            while True:
                serial = write_one(ledger, f"n{serial}")
        except LedgerError as error:
            print(json.dumps({"serial": serial, "error": str(error)}), flush=True)
    os._exit(0)


def upgrades() -> None:
    """For each line of input, a process that brings a ledger up to date and is killed before its n-th statement."""
    with tempfile.TemporaryDirectory() as warm:
        write_quietly(Path(warm, "ledger.db"))
    importlib.import_module("followthrough.ledger.migrations")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            left = order["statement"]

            def count(*_: object) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(Engine, "before_cursor_execute", count)
            open_sqlite(Path(order["path"]), create=True, random_name=name).close()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(json.dumps(status), flush=True)


def main(what: str, *args: str) -> None:
    if what == "lives":
        lives()
    elif what == "upgrades":
        upgrades()
    elif what == "write":
        write(Path(args[0]), args[1], int(args[2]))
    elif what == "reopen":
        reopen(Path(args[0]), int(args[1]))
    elif what == "read-as":
        read_as(Path(args[0]), int(args[1]))
    elif what == "on-a-branch":
        on_a_branch(Path(args[0]), args[1], int(args[2]))
    elif what == "lead":
        lead(args[0], args[1], int(args[2]), Path(args[3]))
    elif what == "hold":
        hold(Path(args[0]))
    elif what == "limited":
        limited(Path(args[0]))
    else:
        raise SystemExit(f"unknown: {what}")


if __name__ == "__main__":
    main(*sys.argv[1:])
