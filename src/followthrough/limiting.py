"""How fast a tracker may be asked: one limiter for each host and token, over all clients of a run."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Halted", "Limiter", "Pace", "TooLong", "Window"]

NEVER: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many ``requests`` in any stretch of so many ``seconds``."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a tracker asks of those who call it; a connector states it once."""

    writes: tuple[Window, ...] = ()
    """For requests that change something. GitHub's creates: ``(Window(1, 1), Window(80, 60),
    Window(500, 3600))``."""
    reads: tuple[Window, ...] = ()
    at_once: int = 4
    """How many requests may be under way together."""
    unsaid: float = 1.0
    """Seconds to leave it alone where it says "too many" but not for how long; GitHub asks for 60."""
    in_words: Callable[[Any], bool] = lambda _response: False
    """Whether an answer (of httpx) says "too many" in words of the tracker's own, where no header does."""
    one_only: frozenset[str] = frozenset()
    """Values of an answer's ``RateLimit-Reason`` that concern what was asked for and nothing else, such
    as one issue that was changed too often: nobody else has to wait."""


class TooLong(Exception):
    """The turn comes later than the caller can wait: in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Halted(Exception):
    """The run is being stopped; raised by a sleep, and instead of sending anything more."""


class Limiter:
    """Lets requests through one after another, no faster than asked and not before it is allowed.

    ``now`` counts seconds and never goes back: a clock that is set must neither hold a request for
    a day nor let a thousand through.
    """

    def __init__(self, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._now = now
        self._sleep = sleep
        self._closed_until = NEVER
        self._under_way = 0
        self._changed = threading.Condition()
        # Whoever waits for a turn holds the queue of its kind; the others wait behind.
        self._queues = {True: threading.Lock(), False: threading.Lock()}
        self._sent: dict[bool, deque[float]] = {True: deque(), False: deque()}

    def close_for(self, seconds: float) -> None:
        """Nothing more is let through for so long; a longer time already set stands."""
        with self._changed:
            self._closed_until = max(self._closed_until, self._now() + seconds)

    @contextmanager
    def turn(self, pace: Pace, *, write: bool, latest: float) -> Iterator[None]:
        """Wait for a turn and keep it while the request is under way.

        Raises :class:`TooLong`, at once, if it does not come by ``latest``.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._under_way < pace.at_once)
            self._under_way += 1
        try:
            self._wait(pace.writes if write else pace.reads, write, latest)
            yield
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify()

    def _wait(self, windows: tuple[Window, ...], write: bool, latest: float) -> None:
        sent = self._sent[write]
        with self._queues[write]:
            while True:
                now = self._now()
                at = max(self._closed_until, _turn(sent, windows))
                if at <= now:
                    break
                if at > latest:
                    raise TooLong(at - now)
                self._sleep(at - now)
            if windows:
                sent.append(now)
                while len(sent) > max(window.requests for window in windows):
                    sent.popleft()


def _turn(sent: deque[float], windows: tuple[Window, ...]) -> float:
    """The first moment at which one more request keeps every window."""
    return max(
        (sent[-window.requests] + window.seconds for window in windows if len(sent) >= window.requests),
        default=NEVER,
    )
