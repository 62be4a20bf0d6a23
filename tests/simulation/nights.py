"""One simulation: nights of runs by the production engine, with everything else made up from a seed."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.simulation.connector import VirtualConnector, VirtualPlugin, Weather
from tests.simulation.disk import Files, VirtualDisk, VirtualFolder
from tests.simulation.library import Library
from tests.simulation.people import Users, Writers
from tests.simulation.server import GITHUB, JIRA, Profile, Server
from tests.simulation.stage import Died, Stage
from tests.simulation.store import Store, VirtualJournal, VirtualLedger
from tests.simulation.truth import MARK_ID, Truth, foreign

from followthrough.connector import Connector
from followthrough.engine.budget import Budget
from followthrough.engine.job import Job
from followthrough.engine.memo import Memo
from followthrough.engine.mutations import Recorder, WatchedSource
from followthrough.engine.office import office_of
from followthrough.engine.reading import understand
from followthrough.engine.running import Done, carry_out
from followthrough.engine.survey import Request
from followthrough.engine.trackers import Trackers
from followthrough.engine.world import World
from followthrough.http import Transport
from followthrough.planning.learning import Occasion
from followthrough.planning.rules import Rules
from followthrough.settings import Settings

PROFILES = {"github": GITHUB, "jira": JIRA}
ROOT = Path("/simulated")


@dataclass(frozen=True)
class Parts:
    """The collaborators that the engine is given; a planted bug replaces one of them."""

    connector: Callable[[Server, Weather, Store], Connector] = lambda server, weather, _store: (
        VirtualConnector(server, weather)
    )
    ledger: type[VirtualLedger] = VirtualLedger
    journal: type[VirtualJournal] = VirtualJournal


@dataclass(frozen=True)
class Size:
    """How much happens in one simulation."""

    documents: int = 3
    items: int = 8
    nights: int = 6


LARGE = Size(documents=10, items=29, nights=5)
"""More measures for the time it takes, and mostly more than the hundred from which on changes are asked for."""


@dataclass
class Simulation:
    """One seed. :meth:`chaos`, then :meth:`quiet`; what is wrong stands in ``wrong``."""

    seed: str
    profile: Profile
    parts: Parts = field(default_factory=Parts)
    size: Size = field(default_factory=Size)
    remembering: bool = True
    """Whether bytes that were read before are not read again."""
    wrong: list[str] = field(default_factory=list)
    runs: int = 0
    deaths: int = 0
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.stage = Stage(f"{self.profile.name} {self.seed}")
        self.files = Files()
        self.disk = VirtualDisk(self.files, self.stage)
        self.truth = Truth(self.stage)
        self.writers = Writers(self.stage, self.files, self.truth)
        self.servers = {name: Server(self.stage, name, self.profile) for name in ("ops", "web")}
        self.store = Store(self.stage, self.parts.ledger, self.parts.journal)
        self.users = Users(
            self.stage, self.servers, lambda scope, id: (scope, id) in self.store.ledger.snapshot().tickets
        )
        self.weather = Weather()
        self.settings = Settings.model_validate(
            {
                "namespace": "simulation",
                "trackers": {name: {"kind": "virtual", "project": name} for name in self.servers},
                "routes": [{"when": {"severity": ["sev1"]}, "tracker": "web"}],
                "timezone": "Europe/Berlin",
                "brakes": {"creates": 500, "first_run": 500 if self.stage.often(0.8) else 10},
            }
        )
        self.last: Done | None = None
        self.library = Library()
        self.memo = Memo()
        self.page: int | None = self.stage.chance.choice((1, 3, 200))
        """How many documents nightly runs look at together."""

    def chaos(self) -> None:
        """Nights on which everything may go wrong."""
        self.writers.start(self.size.documents, self.size.items)
        for _ in range(self.size.nights):
            self.disturb()
            self.run(self.stage.chance.choices(("run", "file", "sync"), (6, 3, 1))[0])
            self.stage.meanwhile, self.stage.intrusion, self.stage.deadly = None, 0, 0
            self.between()

    def disturb(self) -> None:
        """What this night brings."""
        stage = self.stage
        storm = stage.chance.choice((0.0, 0.05, 0.1, 0.3))
        self.weather = Weather(
            lost=storm,
            silent=storm,
            late=storm,
            broken=storm / 2,
            garbled=storm / 3,
            limited=storm / 6,
            refused=storm / 6,
            unauthorized=storm / 20,
            short=storm / 2,
        )
        self.disk.trouble = stage.chance.choice((0.0, 0.0, 0.0, 0.05))
        for server in self.servers.values():
            server.hidden = stage.often(0.03)
        if stage.often(0.5):
            kinds = (("", 20), ("", 150), ("answer", 10), ("created", 3))
            stage.fatal, most = stage.chance.choice(kinds)
            stage.deadly = stage.chance.randint(1, most)
        if stage.often(0.3):
            stage.meanwhile, stage.intrusion = self.writers.edit, stage.chance.randint(1, 60)

    def between(self) -> None:
        """What happens until the next run: people, time, losses."""
        stage = self.stage
        for _ in range(stage.chance.randint(0, 6)):
            self.writers.edit()
        for server in self.servers.values():
            server.hidden = False
        for _ in range(stage.chance.randint(0, 3)):
            self.users.work()
        if stage.often(0.5):
            self.writers.mend()
        how = stage.chance.random()
        if how < 0.45:
            stage.pass_time(timedelta(hours=22), timedelta(hours=26))
            if stage.often(0.15):  # a wrong clock, an hour more or less at a change of the time of the year
                stage.skew = timedelta(hours=stage.chance.choice((-25, -1, 0, 1, 25)))
        elif how < 0.9:
            stage.pass_time(timedelta(minutes=1), timedelta(minutes=20))
        else:
            stage.pass_time(timedelta(hours=1), timedelta(hours=9))
        stage.note(f"time {stage.time.isoformat()} skew {stage.skew}")
        soon = 0.45 <= how < 0.9  # whoever puts a backup back tries again at once
        if self.store.backups and stage.often(0.2 if soon else 0.05):
            self.truth.forget(self.files.seen)
            self.store.go_back()
        elif stage.often(0.02):
            self.truth.forget(self.files.seen)
            # Before the first link only the journal tells that there was a ledger: see the README.
            linked = any(MARK_ID.search(data) for data in self.files.seen.values())
            if whole := stage.often(0.5) and linked:
                self.memo = Memo()
            self.store.lose(journal=whole)

    def run(self, command: str, *, confirmed: bool = False) -> None:
        """One run of one command, until its end or the end of its process."""
        self.runs += 1
        self.stage.note(f"{command} {self.runs} at {self.stage.now().isoformat()}")
        try:
            self.last = self._carry_out(command, confirmed)
            self.stage.note(f"exit {int(self.last.exit)} {self.last.counts()}")
            self.stage.deadly = 0
            self.store.back_up()
        except Died:
            self.deaths += 1
            self.last = None
            if self.stage.often(0.5):
                self.files.lose_power(self.stage)
            self.store.ledger.died()
        except Exception:  # noqa: BLE001  whatever it is, it is a finding
            self.last = None
            self.wrong.append(f"run {self.runs} failed: {traceback.format_exc()}")
        self.documents_are_whole()
        self.holds_stand()

    def _carry_out(self, command: str, confirmed: bool) -> Done:
        world = World(
            now=self.stage.now,
            monotonic=self.stage.seconds,
            sleep=self.stage.sleep,
            random_name=self.stage.name,
            disk=self.disk,
            step=self.stage.moment,
        )
        plugin = VirtualPlugin(
            self.servers,
            lambda server, weather: self.parts.connector(server, weather, self.store),
            self.weather,
        )
        outside = Transport(clock=world.now, sleep=world.sleep)
        occasion = Occasion(run=f"night-{self.runs}", command=command, now=world.now())
        recorder = Recorder(self.store.journal, self.store.ledger, occasion, world.now)
        source = WatchedSource(VirtualFolder(self.disk), recorder.note)
        load = lambda _kind: plugin  # noqa: E731  the registry of this world
        with Trackers(self.settings, ROOT, None, outside, load, note=recorder.note) as trackers:
            job = Job(
                root=ROOT,
                settings=self.settings,
                source=source,
                ledger=self.store.ledger,
                trackers=trackers,
                world=world,
                occasion=occasion,
                namespace="simulation",
                journal=self.store.journal,
                office=office_of(self.settings),
                memo=self.memo,
                understand=self.library.understand if self.remembering else understand,
                budget=Budget(now=world.monotonic),
                recorder=recorder,
            )
            return carry_out(job, self._request(command, source.find(), confirmed))

    def _request(self, command: str, paths: Iterable[str], confirmed: bool) -> Request:
        rules = Rules(
            ready=frozenset(self.settings.ready),
            first_run=self.settings.brakes.first_run,
            creates=self.settings.brakes.creates,
            by_hand=command == "file",
        )
        return Request(
            paths=[(path, False) for path in paths],
            rules=rules,
            filing=command != "sync",
            confirmed=confirmed,
            whole=command != "file",
            at_once=self.page if command != "file" else None,
        )

    def documents_are_whole(self) -> None:
        """Every byte that is not ours is as people left it, and no document is missing or torn."""
        for path, expected in self.truth.expected.items():
            data = self.files.seen.get(path)
            if data is None or foreign(data) != expected:
                self.wrong.append(f"run {self.runs}: {path} is {data!r}, of which people wrote {expected!r}")

    def holds_stand(self) -> None:
        """What a run holds because the ledger may have forgotten issues, the next run finds held."""
        scopes = self.store.ledger.snapshot().scopes
        for hold in self.last.plan.holds if self.last else ():
            if scopes[hold.scope].held_since != hold.since:
                self.wrong.append(f"run {self.runs}: {hold.scope} is held no more, because {hold.reason}")

    def quiet(self) -> list[Any]:
        """Nights on which nothing goes wrong and nobody does anything; what each wrote.

        Two of them settle everything, but for tickets that are gone, which two whole nights have to miss. A
        ledger that was made to forget waits for one more, and a limit on first runs leaves the rest of a
        scope to one more. The last one plans all documents together, so that all its steps are told.
        """
        self.stage.note("quiet")
        self.weather, self.disk.trouble = Weather(), 0.0
        self.writers.mend()
        wrote = []
        nights = 4 + self.store.forgot + (self.settings.brakes.first_run < 500)
        for night in range(nights):
            if night == nights - 1:
                self.page = None
            self.stage.pass_time(timedelta(hours=24), timedelta(hours=25))
            before = self._written()
            self.store.ledger.committed.clear()
            self.run("file" if night < nights - 3 else "run", confirmed=True)
            records = {kind: number for kind, number in self.store.ledger.committed.items() if kind != "Run"}
            wrote.append((self._written() - before, records))
        return wrote

    def _written(self) -> int:
        return self.disk.writes + sum(server.writes for server in self.servers.values())
