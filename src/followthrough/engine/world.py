"""The world outside, as arguments: what a test replaces and a simulator makes up."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

from followthrough.sources.disk import RealDisk
from followthrough.sources.interface import Disk


def _now() -> datetime:
    return datetime.now(UTC)


def _name() -> str:
    return secrets.token_hex(16)


def _nothing(_step: str) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Clock, randomness and disk, and a hook that is told each step's name as it is reached."""

    now: Callable[[], datetime] = _now
    monotonic: Callable[[], float] = time.monotonic
    """Seconds for deadlines and pace: it does not jump when the clock is set."""
    sleep: Callable[[float], None] = time.sleep
    random_name: Callable[[], str] = _name
    disk: Disk = field(default_factory=RealDisk)
    hold: Callable[[], AbstractContextManager[None]] = nullcontext
    """What is done within is finished before a signal ends the run: a request, and the record of it."""
    halted: Callable[[], bool] = bool
    """Whether such a signal waits: nothing more may be begun."""
    step: Callable[[str], None] = _nothing
    """Called with one of :data:`STEPS`; tests end the process there."""


STEPS = (
    "surveyed",
    "learned",
    "looked again",
    "intents written",
    "announced",
    "created",
    "opened again",
    "recorded",
    "read back",
    "pushed",
    "push recorded",
    "document written",
    "base recorded",
    "published",
    "journal written",
)
"""The named steps of ``file``, ``sync`` and ``run``, in their order."""
