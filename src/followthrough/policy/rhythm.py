"""When the nightly run is expected again, as far as its past tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

LEAST = 3
"""Runs that make a rhythm."""
RECENT = 8
"""Runs that are looked at."""
SHORTEST = timedelta(minutes=15)
"""No schedule runs more often; runs nearer together were started by hand."""
TOLERANCE = 0.25
"""How much a gap may differ from the usual one."""


STEP = timedelta(minutes=5)
"""How far a clock may be set back without being noticed: what time servers correct."""


def too_old(ends: Sequence[datetime], oldest: timedelta, now: datetime) -> str:
    """Why the last run does not count as recent, as a sentence; empty where it does.

    ``ends`` are those of the runs that came to one, the newest first.
    """
    if not ends:
        return "No `run` has come to its end yet."
    age = now - ends[0]
    if age < -STEP:
        when = f"{ends[0]:%Y-%m-%d %H:%M %Z}"
        return f"The last `run` ended in the future ({when}): the clock of this machine was set back."
    if age > oldest:
        return f"The last `run` ended {_hours(age)} ago, more than {_hours(oldest)}: see your scheduler."
    return ""


def _hours(span: timedelta) -> str:
    hours, rest = divmod(int(span.total_seconds()), 3600)
    if not hours and rest < 120:
        return f"{rest} s"
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min"


def expected_before(starts: Sequence[datetime]) -> datetime | None:
    """By when the next run should have begun, ``None`` where the runs so far have no rhythm.

    A forty-eighth of the usual gap is allowed on top: half an hour for a nightly run.
    """
    recent = sorted(starts)[-RECENT:]
    if len(recent) < LEAST:
        return None
    gaps = [later - earlier for earlier, later in pairwise(recent)]
    usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps))
    if usual < SHORTEST or any(abs(gap - usual) > TOLERANCE * usual for gap in gaps):
        return None
    return recent[-1] + usual + usual / 48
