"""Days counted from another: "tomorrow", "end of next week", "this quarter"."""

from __future__ import annotations

from datetime import date, timedelta

from .partial import last_day

RELATIVE = (
    "today",
    "tomorrow",
    "this_week",
    "next_week",
    "this_month",
    "next_month",
    "this_quarter",
    "next_quarter",
    "this_year",
    "next_year",
)
TODAYS = frozenset(
    ("today", "tonight", "hoy", "aujourd hui", "hoje", "heute", "今日", "本日", "今天", "오늘")
)


def relative_day(name: str, base: date) -> date:
    """The day that the phrase of ``name`` allows at the latest, counted from ``base``."""
    if name in ("today", "tomorrow"):
        return base + timedelta(days=name == "tomorrow")
    ahead = name.startswith("next_")
    if name.endswith("week"):
        return base + timedelta(days=6 - base.weekday() + 7 * ahead)
    if name.endswith("month"):
        month = base.month + ahead
        return last_day(base.year + (month > 12), (month - 1) % 12 + 1)
    if name.endswith("quarter"):
        month = (base.month - 1) // 3 * 3 + 3 + 3 * ahead
        return last_day(base.year + (month > 12), (month - 1) % 12 + 1)
    return date(base.year + ahead, 12, 31)
