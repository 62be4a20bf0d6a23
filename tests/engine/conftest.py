"""The production engine on a tracker in memory, a ledger in memory, a clock of ours and real files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from followthrough.cli.opening import known_documents
from followthrough.cli.requests import request_for
from followthrough.cli.screens.status import Standing
from followthrough.cli.workspace import Workspace
from followthrough.connector import Plugin
from followthrough.engine.budget import Budget
from followthrough.engine.decisions import adopt, ignore, move
from followthrough.engine.job import Job
from followthrough.engine.memo import Memo
from followthrough.engine.mutations import Recorder, WatchedSource
from followthrough.engine.office import office_of
from followthrough.engine.running import Done, carry_out, unlink
from followthrough.engine.survey import survey
from followthrough.engine.trackers import Trackers
from followthrough.engine.undoing import plan_undo, undo
from followthrough.engine.world import World
from followthrough.http import Transport
from followthrough.ledger.files import Journal
from followthrough.ledger.memory import MemoryLedger
from followthrough.planning.learning import Occasion
from followthrough.planning.plan import Plan
from followthrough.settings import Settings
from followthrough.sources.folder import FolderSource
from followthrough.testing import MemoryPlugin, MemoryTracker

T = TypeVar("T")


class Clock:
    """A time that passes when somebody sleeps, or when a test says so."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def seconds(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Office:
    """One root with one tracker, run after run."""

    root: Path
    clock: Clock = field(default_factory=Clock)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    trackers: dict[str, MemoryTracker] = field(default_factory=dict)
    settings: Settings = field(
        default_factory=lambda: Settings.model_validate(
            {"namespace": "n", "trackers": {"ops": {"kind": "memory"}}, "documents": ["*.md"]}
        )
    )
    runs: int = 0
    load: Callable[[str], Plugin] | None = None
    """Finds connectors, where they are not those in memory."""
    step: Callable[[str], None] = lambda _name: None
    """Told each step's name; raises where a test wants the run to end."""
    limit: timedelta | None = None
    """How long a run may take."""
    named: bool = True
    """Documents are named by hand; otherwise their glob finds them, and ``since`` counts."""
    at_once: int | None = 1
    """How many documents `run` and `sync` look at together; ``None`` for all, with every one in the plan."""
    memo: Memo = field(default_factory=Memo)

    @property
    def ops(self) -> MemoryTracker:
        """The tracker behind scope ``ops``."""
        return self.trackers.setdefault("ops", MemoryTracker(self.clock.now, prefix="OPS"))

    @property
    def web(self) -> MemoryTracker:
        """The tracker behind scope ``web``, where the settings name one."""
        return self.trackers.setdefault("web", MemoryTracker(self.clock.now, prefix="WEB"))

    def configure(self, **settings: object) -> None:
        """Settings with the trackers ``ops`` and ``web``, and these besides."""
        trackers = {"ops": {"kind": "memory"}, "web": {"kind": "memory"}}
        base = {"namespace": "n", "trackers": trackers, "documents": ["*.md"]}
        self.settings = Settings.model_validate({**base, **settings})
        assert self.web is not None

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def plan(self) -> Plan:
        """What a plan would be now."""
        found: list[Plan] = []

        def look(job: Job, space: Workspace) -> Done:
            found.append(survey(job, request_for(space)).plan)
            return Done(run=job.occasion.run, plan=found[0])

        self._job("plan", look)
        return found[0]

    def standing(self, *, remembered: bool) -> Standing:
        """What `status` would tell now, by what the last run remembers or with all documents read."""
        found: list[Standing] = []

        def look(job: Job, space: Workspace) -> Done:
            request = request_for(space, offline=True, extra=known_documents(job))
            held = job.ledger.snapshot()
            plan = survey(job, request, held if remembered else None).plan
            found.append(Standing(last=None, expected=None, snapshot=held, plan=plan))
            return Done(run=job.occasion.run, plan=plan)

        self._job("status", look)
        return found[0]

    def file(self, **options: object) -> Done:
        return self._job("file", lambda job, space: carry_out(job, request_for(space, **options)))  # type: ignore[arg-type]  # options of a test

    def sync(self, *push: str, confirmed: bool = False) -> Done:
        return self._job(
            "sync",
            lambda job, space: carry_out(
                job,
                replace(
                    request_for(space, filing=False, push=push, confirmed=confirmed),
                    at_once=self.at_once,
                    whole=not self.named,
                ),
            ),
        )

    def run(self, **options: object) -> Done:
        def carried(job: Job, space: Workspace) -> Done:
            request = request_for(space, by_hand=False, **options)  # type: ignore[arg-type]  # options of a test
            return carry_out(job, replace(request, at_once=self.at_once, whole=not self.named))

        return self._job("run", carried)

    def unlink(self) -> Done:
        return self._job("unlink", lambda job, space: unlink(job, space.paths))

    def adopt(self, key: str, item: str) -> Done:
        return self._job("adopt", lambda job, space: adopt(job, request_for(space, filing=False), key, item))

    def ignore(self, item: str, reason: str) -> Done:
        return self._job(
            "ignore", lambda job, space: ignore(job, request_for(space, filing=False), item, reason)
        )

    def move(self, item: str, scope: str) -> Done:
        return self._job("move", lambda job, space: move(job, request_for(space), item, scope))

    def undo(self, run: str) -> Done:
        return self._job("undo", lambda job, space: undo(job, plan_undo(job, request_for(space), run)))

    def _job(self, command: str, do: Callable[[Job, Workspace], T]) -> T:
        assert self.ops is not None
        self.runs += 1
        self.clock.time += timedelta(hours=1)
        world = World(now=self.clock.now, sleep=self.clock.sleep, random_name=lambda: "name", step=self.step)
        source = FolderSource(root=self.root, disk=world.disk, patterns=self.settings.patterns)
        space = Workspace(
            root=self.root,
            settings=self.settings,
            settings_file=None,
            world=world,
            paths=tuple((path, self.named) for path in source.find()),
            explicit=True,
        )
        outside = Transport(clock=world.now, sleep=world.sleep)
        plugin = MemoryPlugin(**self.trackers)
        occasion = Occasion(run=f"20261122-{self.runs}", command=command, now=self.clock.now())
        journal = Journal(self.root / "runs.jsonl")
        recorder = Recorder(journal, self.ledger, occasion, self.clock.now)
        with Trackers(
            self.settings, self.root, None, outside, self.load or (lambda _kind: plugin), note=recorder.note
        ) as trackers:
            job = Job(
                root=self.root,
                settings=self.settings,
                source=WatchedSource(source, recorder.note),
                ledger=self.ledger,
                trackers=trackers,
                world=world,
                occasion=occasion,
                namespace="n",
                journal=journal,
                office=office_of(self.settings),
                budget=Budget(self.limit, self.clock.seconds),
                memo=self.memo,
                recorder=recorder,
            )
            return do(job, space)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture(scope="session")
def new_office() -> Callable[[Path], Office]:
    """Makes an office in a folder."""
    return Office
