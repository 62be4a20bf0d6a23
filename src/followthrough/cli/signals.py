"""Ctrl-C and SIGTERM: heard while a command is at work, and only between two requests that write."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from followthrough.limiting import Halted

GRACE: Final = 30.0
"""Seconds that a request under way is waited for once a signal has come."""
SLICE: Final = 0.2
"""Seconds of a wait, after which a signal that came meanwhile is seen."""


class Interrupted(BaseException):
    """SIGINT arrived while a command was at work."""

    number = signal.SIGINT


class Terminated(BaseException):
    """SIGTERM arrived while a command was at work."""

    number = signal.SIGTERM


class Ears:
    """Signals are heard only while a command is at work: before and after, there is nothing to stop.

    What is done within :meth:`hold` is finished first, within :data:`GRACE` seconds: an answer that
    nobody waits for would leave an issue that may or may not exist. A second signal ends that at once.
    """

    def __init__(self) -> None:
        self.listening = False
        self._held = 0
        self._waiting: type[BaseException] | None = None
        for meaning in (Interrupted, Terminated):
            signal.signal(meaning.number, self._handler(meaning))
        sys.unraisablehook = self._swallowed

    def _handler(self, meaning: type[BaseException]) -> Callable[[int, FrameType | None], None]:
        def hear(_signal: int, _frame: FrameType | None) -> None:
            if not self.listening:
                return
            if self._held and self._waiting is None:
                self._waiting = meaning
                signal.signal(signal.SIGALRM, self._too_long)
                signal.setitimer(signal.ITIMER_REAL, GRACE)
                return
            self.listening = False
            raise meaning

        return hear

    def _too_long(self, _signal: int, _frame: FrameType | None) -> None:
        if self.listening and self._waiting is not None:
            self.listening = False
            raise self._waiting

    def _swallowed(self, dropped: sys.UnraisableHookArgs) -> None:
        """Python drops what is raised while it clears an object away: the next such signal is heard again."""
        if isinstance(dropped.exc_value, Interrupted | Terminated):
            self.listening = True
        else:
            sys.__unraisablehook__(dropped)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Finish what is done within before a signal ends the command."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            if not self._held and self._waiting is not None and self.listening:
                self.listening = False
                signal.setitimer(signal.ITIMER_REAL, 0)
                raise self._waiting

    def halted(self) -> bool:
        """Whether a signal waits: nothing more is to be begun."""
        return self._waiting is not None

    def sleep(self, seconds: float) -> None:
        """Wait. Raises :class:`~followthrough.limiting.Halted` once a signal waits."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            if self.halted():
                raise Halted
            time.sleep(min(rest, SLICE))
