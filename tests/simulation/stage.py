"""What everything in one simulation shares: chance, time, a log, and the moments at which the process may die."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Died(BaseException):
    """The process is gone: nothing after this moment runs, as after `kill -9` or a loss of power."""


@dataclass
class Stage:
    """One seed's chance, its true time and how wrong this machine's clock is, and all that happened."""

    seed: str
    chance: Random = field(init=False)
    time: datetime = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
    skew: timedelta = timedelta()
    """What this machine's clock shows beyond the true time, by which trackers go."""
    lines: list[str] = field(default_factory=list)
    deadly: int = 0
    """How many moments the process has left; 0 where it lives to the end."""
    fatal: str = ""
    """Only moments whose name begins so count for that."""
    meanwhile: Callable[[], None] | None = None
    """What people do while a run is at work; called at one of its moments."""
    intrusion: int = 0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)

    def note(self, line: str) -> None:
        """Log what happened: the same seed logs the same bytes."""
        self.lines.append(line)

    @property
    def digest(self) -> str:
        """SHA-256 of the log."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()

    def now(self) -> datetime:
        """What this machine's clock shows."""
        return self.time + self.skew

    def seconds(self) -> float:
        """The true time, as a clock that nobody sets counts it."""
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def pass_time(self, low: timedelta, high: timedelta) -> None:
        """Let some time pass between the two."""
        self.time += low + (high - low) * self.chance.random()

    def name(self) -> str:
        """A random name, as the world gives them."""
        return f"{self.chance.getrandbits(128):032x}"

    def often(self, share: float) -> bool:
        """Whether something that happens so often happens now."""
        return self.chance.random() < share

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.chance.random()

    def moment(self, name: str) -> None:
        """A moment at which the process may die, or people may be at work."""
        self.lines.append(f"  {name}")
        if self.deadly and name.startswith(self.fatal):
            self.deadly -= 1
            if not self.deadly:
                self.lines.append("  DIED")
                raise Died(name)
        if self.intrusion:
            self.intrusion -= 1
            if not self.intrusion and self.meanwhile is not None:
                self.meanwhile()
