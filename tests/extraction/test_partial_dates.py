"""Deadlines that leave the year, or the day as well, to the reader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.extraction import default_vocabulary
from followthrough.extraction.dates import Dates
from followthrough.extraction.habits import day_first
from followthrough.model import ActionItem

BASE = date(2026, 3, 11)  # a Wednesday in week 11
DATES = Dates(default_vocabulary())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24/05", date(2026, 5, 24)),
        ("8/15", date(2026, 8, 15)),
        ("15/01", date(2027, 1, 15)),
        ("até 15/01", date(2027, 1, 15)),
        ("9.9.", date(2026, 9, 9)),
        ("24.05", date(2026, 5, 24)),
        ("9/20까지", date(2026, 9, 20)),
        ("6月30日前完成", date(2026, 6, 30)),
        ("CW 22", date(2026, 5, 31)),
        ("KW 10", date(2027, 3, 14)),
        ("W22", date(2026, 5, 31)),
        ("2026-W22", date(2026, 5, 31)),
        ("semaine 12", date(2026, 3, 22)),
        ("第22周", date(2026, 5, 31)),
        ("junio", date(2026, 6, 30)),
        ("January", date(2027, 1, 31)),
        ("en septembre", date(2026, 9, 30)),
        ("mid June", date(2026, 6, 15)),
        ("Mitte Juni", date(2026, 6, 15)),
        ("début juin", date(2026, 6, 10)),
        ("fim de junho", date(2026, 6, 30)),
        ("10월 말", date(2026, 10, 31)),
        ("10月末", date(2026, 10, 31)),
        ("四季度", date(2026, 12, 31)),
        ("2026年第2四半期", date(2026, 6, 30)),
        ("2. Quartal", date(2026, 6, 30)),
        ("III/2026", date(2026, 9, 30)),
        ("H2 2026", date(2026, 12, 31)),
        ("second semestre", date(2026, 12, 31)),
        ("下半年", date(2026, 12, 31)),
        ("2027", date(2027, 12, 31)),
    ],
)
def test_a_deadline_is_the_last_day_it_allows(text: str, day: date) -> None:
    found = DATES.deadline(text, BASE)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    "text", ["12", "12.5", "24/7", "Fx 124", "patch 1.0.3", "soon", "after the move", "40/50"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert DATES.deadline(text, BASE) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ship it by the end of April", "the end of April"),
        ("Ship it by June", "June"),
        ("Ship it by 24/05", "24/05"),
        ("Ship it by week 22", "week 22"),
        ("Umbau bis KW 20", "KW 20"),
        ("Umbau bis 24.05. fertig", "24.05."),
        ("criar alerta até 15/01", "15/01"),
        ("A review is scheduled for July", "July"),
    ],
)
def test_a_sentence_announces_it(text: str, words: str) -> None:
    found = DATES.announced(text, BASE)
    assert found is not None
    assert found.words == words


@pytest.mark.parametrize(
    "text",
    [
        "Run it before set up is complete",
        "Stop it before may fails",
        "Keep it staffed by 24/7 teams",
        "Reduce the load by 1/3",
        "Upgrade before 1.2.",
        "Follow the plan by May Day",
        "The disk filled up in June",
    ],
)
def test_other_words_announce_nothing(text: str) -> None:
    assert DATES.announced(text, BASE) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Outage of 24/05/2026", True),
        ("Outage of 05/24/2026", False),
        ("| Kim | 24/05 |\n| Lee | 05/06 |", True),
        ("Der Ausfall und die Folgen, der Plan und die Frist: 05/06", True),
        ("再発防止策 5/6", False),
        ("The outage and the plan: 05/06", None),
        ("24/05/2026 and 05/24/2026", None),
        ("No date", None),
    ],
)
def test_a_document_tells_which_number_is_the_month(text: str, first: bool | None) -> None:
    assert day_first(text.encode()) is first


@given(st.dates(date(2026, 3, 11), date(2027, 3, 10)), st.booleans())
def test_a_day_without_a_year_is_the_next_one(day: date, first: bool) -> None:
    text = f"{day.day}/{day.month}" if first else f"{day.month}/{day.day}"
    found = DATES.written(lambda: first).deadline(text, BASE)
    assert (found is None) == (text in ("24/7", "7/24"))
    assert found is None or found.day == day


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    DATES.deadline(text, BASE)
    DATES.announced(text, BASE)


def test_an_unclear_date_stays_as_written(items: Callable[..., tuple[ActionItem, ...]]) -> None:
    head = "# Disk full\n\nDate: 2026-03-11\n\n## Action items\n\n| Action | Owner | Due |\n|-|-|-|\n"
    first, second = items(head + "| Add a disk | Kim | 05/06 |\n| Watch it | Kim | release 12 |\n")
    assert (first.due, first.due_text) == (None, "05/06")
    assert (second.due, second.due_text) == (None, "release 12")


def test_a_column_that_says_when_it_was_noted_is_no_deadline(
    items: Callable[..., tuple[ActionItem, ...]],
) -> None:
    head = "# Disk full\n\n## Action items\n\n| Action | Owner | Date added |\n|-|-|-|\n"
    (item,) = items(head + "| Add a disk | Kim | 2026-12-01 |\n")
    assert item.due_text is None


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Add a disk. We expect to have it by the end of December.", date(2026, 12, 31)),
        ("Add a disk. Fertig bis Ende Dezember.", date(2026, 12, 31)),
        ("Add a disk (Estimated completion: December 2026)", date(2026, 12, 31)),
        ("Add a disk (planned for January)", date(2027, 1, 31)),
        ("Add a disk (Kim, today)", date(2026, 11, 20)),
        ("Add a disk. Sales will get a new one by the end of December and more.", None),
        ("Add a disk. The old one had been full by the end of December.", None),
    ],
)
def test_beside_the_words(bullet: Callable[[str], ActionItem], text: str, due: date | None) -> None:
    assert bullet(text).due == due


def test_a_deadline_without_a_date(bullet: Callable[[str], ActionItem]) -> None:
    item = bullet("Add a disk (Sam, before Christmas)")
    assert (item.text, item.owner, item.due, item.due_text) == ("Add a disk", "Sam", None, "before Christmas")
    assert bullet("Add a disk (Redis, before Postgres)").due_text is None
