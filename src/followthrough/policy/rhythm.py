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
