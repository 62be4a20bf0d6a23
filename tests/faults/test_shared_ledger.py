"""Eight hosts and one ledger in PostgreSQL: whoever leads is killed, or the server is, and nothing is filed twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from followthrough.ledger import IntentStatus, Snapshot
from followthrough.ledger.postgresql import open_postgresql
from postgres_server import PASSWORD, PostgresServer

HOSTS = 8
MEASURES = 10
"""In each document."""
RUN = ["--config", "followthrough.toml", "run"]
"""Settings that are named are trusted with the password."""
MORTAL = Path(__file__).with_name("mortal.py")
HOLDER = (
    "SELECT holder FROM followthrough.leader "
    "WHERE EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted)"
)


@dataclass
class Team:
    """The hosts' folders, each with its own copy of the same documents, and their processes."""

    server: PostgresServer
    places: list[Any]
    environ: dict[str, str]
    ended: dict[str, int] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)

    @property
    def tracker(self) -> Any:
        return self.places[0].tracker

    def promise(self, documents: int) -> None:
        for place in self.places:
            for _ in range(documents):
                place.postmortem(MEASURES)

    def ledger(self) -> Snapshot:
        url = self.server.url("followthrough")
        with open_postgresql(url, create=False, random_name=str, password=lambda: PASSWORD) as ledger:
            return ledger.snapshot()

    def work(self, fault: str, period: float, share: int) -> None:
        """All hosts run without end until there is an intent for each measure.

        They meet the fault once a period, or sooner where such a share of the measures was filed in it; after one
        in which nothing was, periods are twice as long: the machine is too slow for them.
        """
        log = str(self.places[0].mortal.log)
        how = {"arguments": RUN, "log": log, "hours": 24.0, "ends": [0, 75, -signal.SIGKILL]}
        relay = subprocess.Popen(
            [sys.executable, str(MORTAL), "relay"],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert relay.stdin is not None

        def order(**what: Any) -> None:
            print(json.dumps(what), file=relay.stdin, flush=True)

        try:
            order(**how, folders=[str(place.folder) for place in self.places])
            filed = 0
            while len(self.ledger().intents) < len(self.places[0].measures):
                assert relay.poll() is None, self.places[0].told()[-3000:]
                end = time.monotonic() + period
                while time.monotonic() < end and len(self.tracker.issues) < filed + share:
                    time.sleep(0.02)
                period *= 1 if len(self.tracker.issues) > filed else 2
                filed = len(self.tracker.issues)
                self.meet(fault, order)
            order(stop=True)
            self.ended = json.loads(relay.communicate(timeout=300)[0])
        finally:
            relay.kill()
            relay.communicate()

    def meet(self, fault: str, order: Callable[..., None]) -> None:
        if fault == "the leader is killed":
            holder = self.server.ask(HOLDER)
            self.met["killed" if holder else "nobody led"] += 1
            if holder:
                order(kill=json.loads(holder[0][0])["pid"])
            return
        crash = self.met["started anew"] > self.met["crashed"]
        self.met["crashed" if crash else "started anew"] += 1
        self.server.stop(signal.SIGQUIT if crash else signal.SIGINT)
        self.server.start()

    def nights(self) -> None:
        """Nights without a fault, past the time that what has no answer waits."""
        for night, place in enumerate((self.places[0], *self.places)):
            code = place.mortal.run(place.folder, *RUN, hours=48.0 + 24 * night)
            assert code == 0, place.told()[-3000:]


@pytest.fixture
def team(
    new_place: Callable[[str], Any], mortal_of: Callable[..., Any], own_postgres: PostgresServer
) -> Team:
    url = own_postgres.url("followthrough")
    open_postgresql(url, create=True, random_name=lambda: "team", password=lambda: PASSWORD).close()
    mortal = mortal_of(PGPASSWORD=PASSWORD)
    places = [new_place(f"host{number}") for number in range(HOSTS)]
    for place in places:
        place.mortal = mortal
        path = place.folder / "followthrough.toml"
        # Nobody merges the copies, so that each host finds the links of all others gone from its own.
        settings = path.read_text().replace("creates = 500", 'creates = 20000\nchanges = "100%"')
        settings = settings.replace("first_run = 500", "first_run = 20000")
        path.write_text(f'{settings}batch = 10\n[ledger]\nurl = "{url}"\n')
    return Team(own_postgres, places, mortal.environ)


@pytest.mark.parametrize("fault", ["the leader is killed", "the server is started anew"])
def test_eight_hosts_file_each_measure_once(fault: str, team: Team, nightly: bool) -> None:
    team.promise(1000 if nightly else 12)
    measures = len(team.places[0].measures)
    began, times = time.monotonic(), 25 if nightly else 4
    team.work(fault, 5.0 if nightly else 1.0, measures // times)
    took = time.monotonic() - began
    team.nights()
    print(f"{fault}: {measures} measures, {took:.0f} s, {dict(team.met)}, exit codes {team.ended}")
    for place in team.places:
        place.whole()
        place.settled()
    state = team.ledger()
    assert len(state.intents) == len(state.links) == measures
    assert {one.status for one in state.intents.values()} == {IntentStatus.CREATED}
    assert team.met["killed"] + team.met["started anew"] + team.met["crashed"] >= times // 2
