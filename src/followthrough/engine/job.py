"""What one run works with: a root, its settings, documents, ledger and trackers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from followthrough.engine.budget import Budget
from followthrough.engine.memo import Memo
from followthrough.engine.mutations import Recorder
from followthrough.engine.reading import Understand, understand
from followthrough.engine.trackers import Trackers
from followthrough.engine.world import World
from followthrough.ledger import Ledger, Part, Record, Scope
from followthrough.ledger.files import Journal, JournalLine
from followthrough.planning.filing import Route
from followthrough.planning.learning import Occasion
from followthrough.planning.planner import Planned
from followthrough.planning.readings import Reading
from followthrough.policy.effective import Fallbacks
from followthrough.settings import Settings
from followthrough.sources import Source
from followthrough.sources.places import Remotes
from followthrough.tickets import Assignee


class Tell(Protocol):
    """Somebody who is told what the run does, an event at a time."""

    def __call__(self, event: str, message: str = "", /, *, level: str = "info", **facts: Any) -> None:
        """``message`` is for people; ``facts``, ``scope`` among them, for programs."""
        ...


def no_tale(_event: str, _message: str = "", /, *, level: str = "info", **_facts: Any) -> None:
    """Nobody listens."""


def _silent(_label: str, _done: int, _total: int) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the settings say of people, services, routes and policy, as planning asks for it."""

    fallbacks: Fallbacks = field(default_factory=Fallbacks)
    route: Route | None = None
    assign: Callable[[str, str], Assignee] = lambda _words, _scope: Assignee()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run over one root."""

    root: Path
    settings: Settings
    source: Source
    ledger: Ledger
    trackers: Trackers
    world: World
    occasion: Occasion
    namespace: str
    namespace_is_local: bool = False
    """It names this machine's folder, so that another machine derives other ids."""
    journal: Journal
    memo: Memo = field(default_factory=Memo)
    """Documents that earlier runs had nothing to do with."""
    understand: Understand = understand
    """How bytes are read. It is a pure function: whoever plays many runs may remember what it gave."""
    office: Office = field(default_factory=Office)
    budget: Budget = field(default_factory=Budget)
    recorder: Recorder | None = None
    """Writes down what is changed outside the ledger; it has to know the plan's hash."""
    tell: Tell = no_tale
    document_url: Callable[[str, str | None], str | None] = lambda _path, _heading: None
    remotes: Remotes = field(default_factory=Remotes)
    """Places of documents that are asked over the network; ``source`` reads and writes them like files."""
    progress: Callable[[str, int, int], None] = _silent
    """Told what is being worked on, how much of it is done, and how much there is."""

    def live(self, path: str, scope: str) -> str | None:
        """How a document's place knows a tracker whose state it shows by itself; ``None`` for most."""
        return self.remotes.live(path, scope)

    @property
    def today(self) -> date:
        """The day it is where the settings say the team is."""
        return self.day_of(self.world.now())

    def day_of(self, moment: datetime) -> date:
        """The day that a moment falls on, where the team is."""
        return moment.astimezone(self.settings.zone).date()

    def unread(self, readings: Sequence[Reading]) -> list[str]:
        """Why documents could not be read; of a place that could not be asked that is told once, not here."""
        return [one.error for one in readings if one.error and not self.remotes.silent(one.path)]

    def learn(self, planned: Planned, *more: Record) -> None:
        """Commit what making a plan taught; a ledger that went backwards is past its journal then."""
        if planned.plan.behind or planned.records or more:
            self.ledger.commit([*planned.records, *more], past=planned.plan.behind)

    def commit(self, records: Sequence[Record], *, waits: bool = False) -> None:
        """Commit, unless there is nothing to commit; see :meth:`followthrough.ledger.Ledger.commit`."""
        if records:
            self.ledger.commit(records, waits=waits)

    def witness(self, **more: Any) -> None:
        """Add a line to the journal; when this returns, it proves how far the ledger had come."""
        lineage, serial = self.ledger.position()
        line = JournalLine(
            run=self.occasion.run,
            lineage=lineage,
            serial=serial,
            command=self.occasion.command,
            at=self.world.now(),
            plan_hash=self.occasion.plan_hash,
            more=more,
        )
        self.journal.append(line)

    def note_scopes(self, fields: Mapping[str, Mapping[str, Any]]) -> None:
        """Change single fields of what the ledger knows of scopes, by name, as it stands now.

        Never write a record of an earlier snapshot: this very run may have held the scope since.
        """
        if not any(fields.values()):
            return
        known = self.ledger.snapshot(Part()).scopes
        new = [replace(known.get(name) or Scope(name=name), **some) for name, some in fields.items() if some]
        self.commit([scope for scope in new if scope != known.get(scope.name)])
