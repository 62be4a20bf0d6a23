"""How long a run may go on, and what the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from followthrough.ledger import Run
from followthrough.retrying import spoken

PATIENCE: Final = timedelta(minutes=2)
"""How long filing waits where a tracker says "too many" before its scope is left to a later run."""
RESENDS: Final = 3
"""How often what a tracker had no time for is sent again."""
_LONGEST: Final = timedelta(hours=1)
"""A measure never takes so long: a run whose clock was set tells nothing."""


class Budget:
    """The time of one run. Without ``limit`` it never ends.

    ``now`` counts seconds and never goes back: setting the clock neither ends a run nor keeps it going.
    """

    def __init__(self, limit: timedelta | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._now = now
        self._begun = now()

    @property
    def deadline(self) -> float:
        """The end, as ``now`` counts."""
        return float("inf") if self.limit is None else self._begun + self.limit.total_seconds()

    @property
    def is_over(self) -> bool:
        """Nothing more may be begun."""
        return self._now() >= self.deadline

    @property
    def left(self) -> timedelta:
        """What remains, never less than nothing and at most a year."""
        return timedelta(seconds=min(max(self.deadline - self._now(), 0.0), 365 * 86_400.0))

    @property
    def spent(self) -> timedelta:
        """How long the run has been going on."""
        return timedelta(seconds=self._now() - self._begun)

    def stopwatch(self) -> Callable[[], timedelta]:
        """Counts from now."""
        begun = self._now()
        return lambda: timedelta(seconds=self._now() - begun)


def usual_cost(runs: Sequence[Run]) -> timedelta | None:
    """What one measure took in the newest run that filed several; ``None`` where none tells."""
    for run in runs:
        created = run.counts.get("created", 0)
        if run.finished is None or created < 5:
            continue
        each = (run.finished - run.started) / created
        if timedelta() < each < _LONGEST:
            return each
    return None


def forecast(count: int, each: timedelta | None, limit: timedelta | None) -> str:
    """What ``count`` measures will take: ``about 12 min, 3 more runs like this``; empty if unknown."""
    if not count or each is None:
        return ""
    needed = each * count
    about = f"about {spoken(needed)}"
    if limit is None or limit <= timedelta():
        return about
    runs = -(-needed // limit)
    return f"{about}, {runs} more {'run' if runs == 1 else 'runs'} like this"
