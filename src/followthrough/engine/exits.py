"""How a run ends, as a number for whatever started it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes; they are part of the interface."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    PARTIAL = 3
    HUMAN = 4
    CREDENTIALS = 5
    YES = 6
    LATER = 75

    @classmethod
    def worst(cls, codes: Sequence[Exit]) -> Exit:
        """The one to return when several apply."""
        for code in (cls.UNEXPECTED, cls.USAGE, cls.CREDENTIALS, cls.HUMAN, cls.PARTIAL, cls.LATER, cls.YES):
            if code in codes:
                return code
        return cls.OK
