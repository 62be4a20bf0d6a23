"""A time that stands still until somebody sleeps or a test moves it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta


class Clock:
    """Virtual time, in UTC; given to the program and to the server alike."""

    def __init__(self, start: datetime | None = None) -> None:
        self.time = start or datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        # Rounded up: whoever waits for a moment and still is before it would wait for ever.
        self.time += timedelta(microseconds=math.ceil(seconds * 1_000_000))

    def advance(self, **span: float) -> None:
        self.time += timedelta(**span)


class RealClock(Clock):
    """The time of the machine, for a server that people or benchmarks use."""

    def now(self) -> datetime:
        return datetime.now(UTC)
