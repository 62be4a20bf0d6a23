"""Ranges and lengths of time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from followthrough.extraction.times import Times

UTC = timezone(timedelta(0))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("May 12, 2026 3:00 PM PST - May 12, 2026 6:00 PM PST", (12, 15, -8), (12, 18, -8)),
        ("2026-05-12 14:00 UTC to 2026-05-12 16:30 UTC", (12, 14, 0), (12, 16.5, 0)),
        ("2026-05-12, 14:00 - 16:30 UTC (2 hours 30 minutes)", (12, 14, 0), (12, 16.5, 0)),
        ("May 12, 2026, 10:00 PM - May 13, 2026, 2:00 AM (UTC+2)", (12, 22, 2), (13, 2, 2)),
        ("2026-05-12 23:00–01:00 CEST", (12, 23, 2), (13, 1, 2)),
        ("12 May 2026 (21:11 - 21:33)", (12, 21 + 11 / 60, None), (12, 21.55, None)),
    ],
)
def test_range(
    times: Times, text: str, start: tuple[int, float, int | None], end: tuple[int, float, int | None]
) -> None:
    def moment(day: int, hours: float, zone: int | None) -> datetime:
        tz = None if zone is None else timezone(timedelta(hours=zone))
        return datetime(2026, 5, day, tzinfo=tz) + timedelta(minutes=round(hours * 60))

    assert times.span(text)[:2] == (moment(*start), moment(*end))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("3 hours", 180),
        ("2 h 10 min", 130),
        ("16h 45m", 1005),
        ("~15 minutes", 15),
        ("1 day, 2 hours", 1560),
        ("three hours", 180),
        ("1.5 hours", 90),
        ("2 horas", 120),
        ("3 Stunden", 180),
        ("30分", 30),
    ],
)
def test_length(times: Times, text: str, minutes: int) -> None:
    assert times.length(text) == timedelta(minutes=minutes)


def test_nothing(times: Times) -> None:
    assert times.length("a long time") is None
    assert times.span("all day") == (None, None, None)
