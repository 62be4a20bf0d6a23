"""Processes that share a ledger on a server: the one that leads is killed, or the server is, again and again."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import pytest

from followthrough.ledger.postgresql import open_postgresql
from postgres_server import PASSWORD, PostgresServer

Helper = Callable[..., "Popen[str]"]
PROCESSES = 8


@dataclass
class Crew:
    """Eight processes that write the same items; whoever is killed is replaced by another one."""

    server: PostgresServer
    start: Callable[[], Popen[str]]
    period: float
    share: int
    crew: list[Popen[str]] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def work(self, fault: Callable[[], str], until: Callable[[], bool]) -> None:
        """Meet the fault once a period, or sooner where such a share of the items was written in it.

        After one in which nothing was, periods are twice as long: the machine is too slow for them.
        """
        self.crew = [self.start() for _ in range(PROCESSES)]
        period, before = self.period, 0
        while not until():
            end = time.monotonic() + period
            while time.monotonic() < end and self.serial() < before + self.share:
                time.sleep(0.05)
            now = self.serial()
            period *= 1 if now > before else 2
            before = now
            self.done[fault()] += 1
            for at, process in enumerate(self.crew):
                if process.poll() not in (None, 0):
                    assert process.returncode == -signal.SIGKILL
                    self.crew[at] = self.start()
        for process in self.crew:
            process.wait(300)

    def serial(self) -> int:
        number: int = self.server.ask("SELECT serial FROM shared.ledger")[0][0]
        return number

    def kill_leader(self) -> str:
        holder = self.server.ask(
            "SELECT holder FROM shared.leader WHERE EXISTS "
            "(SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted)"
        )
        pid = json.loads(holder[0][0])["pid"] if holder else None
        for process in self.crew:
            if process.pid == pid and process.poll() is None:
                process.kill()
                process.wait()
                return "killed"
        return "nobody led"

    def restart(self) -> str:
        how = "crashed" if self.done["restarted"] > self.done["crashed"] else "restarted"
        self.server.stop(signal.SIGQUIT if how == "crashed" else signal.SIGINT)
        self.server.start()
        return how


@pytest.mark.parametrize("fault", ["kill_leader", "restart"])
def test_eight_processes_write_each_item_once(
    fault: str, own_postgres: PostgresServer, helper: Helper, tmp_path: Path, nightly: bool
) -> None:
    count, period, times = (10_000, 5.0, 25) if nightly else (200, 1.0, 4)
    url, told = own_postgres.url("shared"), tmp_path / "told"
    crew = Crew(own_postgres, lambda: helper("lead", url, PASSWORD, count, told), period, count // times)
    acknowledged: dict[str, int] = {}
    open_postgresql(url, create=True, random_name=str, password=lambda: PASSWORD).close()

    def finished() -> bool:
        lines = told.read_text().splitlines() if told.exists() else []
        words = [line.split() for line in lines]
        assert len(words) == len({item for item, _ in words}), "one item was acknowledged twice"
        acknowledged.update({item: int(serial) for item, serial in words})
        return crew.serial() >= count

    began = time.monotonic()
    crew.work(getattr(crew, fault), finished)
    finished()
    with open_postgresql(url, create=False, random_name=str, password=lambda: PASSWORD) as ledger:
        state, events = ledger.snapshot(), Counter(event.item for event in ledger.events())
    leaders = own_postgres.ask("SELECT epoch FROM shared.leader")[0][0] - 1
    print(f"{fault}: {count} items, {time.monotonic() - began:.0f} s, {dict(crew.done)}, {leaders} leaders")
    assert state.intents.keys() == state.bases.keys() == events.keys() == {str(n) for n in range(count)}
    assert {*events.values()} == {1}, "an item was written twice"
    assert state.serial == count
    assert acknowledged.keys() <= events.keys(), "what was acknowledged is lost"
    assert len(set(acknowledged.values())) == len(acknowledged), "two commits have one serial"
    assert crew.done["killed"] + crew.done["restarted"] + crew.done["crashed"] >= times // 2
