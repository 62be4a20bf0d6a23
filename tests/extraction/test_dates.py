"""Dates as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from followthrough.extraction.dates import Dates

BASE = date(2026, 3, 11)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("1 December 2026", date(2026, 12, 1)),
        ("December 1st, 2026", date(2026, 12, 1)),
        ("Dec 1", date(2026, 12, 1)),
        ("Jan 5", date(2027, 1, 5)),
        ("31/12/2026", date(2026, 12, 31)),
        ("12/31/2026", date(2026, 12, 31)),
        ("31.12.2026", date(2026, 12, 31)),
        ("4 décembre 2026", date(2026, 12, 4)),
        ("4 de mayo de 2026", date(2026, 5, 4)),
        ("12. März 2026", date(2026, 3, 12)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("12月1日", date(2026, 12, 1)),
        ("2026년 12월 1일", date(2026, 12, 1)),
        ("Q3", date(2026, 9, 30)),
        ("Q4 2026 - Q1 2027", date(2027, 3, 31)),
        ("end of Q3 2027", date(2027, 9, 30)),
        ("by the end of June", date(2026, 6, 30)),
        ("in two weeks", date(2026, 3, 25)),
        ("within 10 days", date(2026, 3, 21)),
        ("this week", date(2026, 3, 15)),
        ("next week", date(2026, 3, 22)),
        ("end of the month", date(2026, 3, 31)),
        ("next quarter", date(2026, 6, 30)),
        ("later this year", date(2026, 12, 31)),
        ("by Friday", date(2026, 3, 13)),
        ("cette semaine", date(2026, 3, 15)),
        ("aujourd’hui", date(2026, 3, 11)),
        ("fin de mes", date(2026, 3, 31)),
        ("来週", date(2026, 3, 22)),
        ("下周", date(2026, 3, 22)),
    ],
)
def test_due(dates: Dates, text: str, day: date) -> None:
    found = dates.due(text, BASE)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize("text", ["03/04/2026", "soon", "2026-13-40", "every week", "version 1.2.3"])
def test_not_a_date(dates: Dates, text: str) -> None:
    assert dates.due(text, BASE) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ship it by 1 June 2026", "1 June 2026"),
        ("Ship it later this year.", "later this year"),
        ("Ship it by end of Q2", "end of Q2"),
        ("Ship it in two weeks", "in two weeks"),
    ],
)
def test_announced(dates: Dates, text: str, words: str) -> None:
    found = dates.announced(text, BASE)
    assert found is not None
    assert found.words == words


@pytest.mark.parametrize(
    "text", ["It failed on 1 June 2026", "Keep logs for 30 days", "Run it in 5 minutes", "Do it today"]
)
def test_not_announced(dates: Dates, text: str) -> None:
    assert dates.announced(text, BASE) is None


@pytest.mark.parametrize(
    "text",
    [
        "7 days post-incident",
        "7 days after the incident",
        "seven days",
        "7 Tage nach dem Vorfall",
        "7 días tras el incidente",
    ],
)
def test_a_span_behind_the_incident_counts_from_it(dates: Dates, text: str) -> None:
    found = dates.counted(text, BASE)
    assert found is not None
    assert found.day == date(2026, 3, 18)
