"""How long a server may be away."""

from __future__ import annotations

from typing import Final

FIRST: Final = 0.05
LONGEST: Final = 1.0
"""Seconds between two attempts: twice as many each time, and no more."""


class Patience:
    """What is left of it in one command.

    Only the time in which the server gave no connection counts, and the pauses: a server that is started
    anew again and again is there in between, and a run that waited behind another one for long had it.
    """

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._pause = FIRST

    def lost(self, away: float) -> float | None:
        """Seconds to wait before the next attempt, after so many without a connection; ``None`` ends it."""
        self._left -= away
        if self._pause > self._left:
            return None
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST)
        self._left -= pause
        return pause
