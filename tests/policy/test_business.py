from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.policy.business import BusinessDays, monday_to_friday, works_in
from followthrough.policy.due import Due, DueOrigin, target_day
from followthrough.policy.presets import PRESETS
from followthrough.settings import Settings

FRIDAY = date(2026, 11, 20)
NOBODY: frozenset[date] = frozenset()
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, date(2026, 11, 23)), (5, date(2026, 11, 27)), (6, date(2026, 11, 30)), (10, date(2026, 12, 4))],
)
def test_weekends_do_not_count(number: int, expected: date) -> None:
    assert BusinessDays(number).after(FRIDAY) == expected


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        (None, date(2026, 12, 28)),
        ("DE", date(2026, 12, 28)),
        ("GB", date(2026, 12, 29)),  # Boxing Day falls on a Saturday and is moved to the Monday
        ("US", date(2026, 12, 28)),
    ],
)
def test_holidays_are_those_of_the_country(country: str | None, expected: date) -> None:
    works = works_in(country, frozenset({date(2026, 12, 25)}))
    assert BusinessDays(1, works).after(date(2026, 12, 24)) == expected


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    corpus_christi = date(2026, 6, 4)
    assert works_in("DE-BE", NOBODY)(corpus_christi)
    assert not works_in("DE-BY", NOBODY)(corpus_christi)


def test_weekends_are_those_of_the_country() -> None:
    assert not works_in("IL", NOBODY)(FRIDAY)
    assert works_in("IL", NOBODY)(date(2026, 11, 22))


def test_days_of_the_settings_are_closed_too() -> None:
    works = works_in("DE", frozenset({date(2026, 11, 23)}))
    assert BusinessDays(1, works).after(FRIDAY) == date(2026, 11, 24)


@pytest.mark.parametrize("country", ["XX", "DE-XX", "", "Germany"])
def test_a_place_nobody_knows_is_refused(country: str) -> None:
    with pytest.raises(ValueError, match="no public holidays are known"):
        works_in(country, NOBODY)


@given(days, st.integers(1, 60))
def test_as_many_business_days_lie_behind_the_first_day(begin: date, number: int) -> None:
    end = BusinessDays(number).after(begin)
    between = [begin + timedelta(days=1 + one) for one in range((end - begin).days)]
    assert sum(map(monday_to_friday, between)) == number
    assert monday_to_friday(end)


def test_a_target_in_business_days_says_so() -> None:
    targets = {"sev1": BusinessDays(10), "sev2": BusinessDays(1)}
    assert target_day(targets, None, "sev1", FRIDAY, FRIDAY) == Due(
        date(2026, 12, 4), DueOrigin.TARGET, "sev1, 10 business days"
    )
    assert target_day(targets, None, "sev2", None, FRIDAY) == Due(
        date(2026, 11, 23), DueOrigin.TARGET, "sev2, 1 business day"
    )


def test_a_time_beyond_all_calendars_ends_with_the_last_day() -> None:
    late = date(9999, 12, 30)
    assert target_day({"sev1": BusinessDays(9)}, None, "sev1", late, late).day == date.max  # type: ignore[union-attr]
    assert target_day({"sev1": timedelta(9)}, None, "sev1", late, late).day == date.max  # type: ignore[union-attr]


def policy(**fields: object) -> Settings:
    return Settings.model_validate({"policy": fields})


def test_a_preset_gives_targets_and_own_ones_go_before() -> None:
    targets = policy(preset="PagerDuty", due={"sev2": "10 business days", "P0": "2bd"}).policy.targets
    assert targets == {
        "sev1": timedelta(days=15),
        "sev2": BusinessDays(10),
        "p0": BusinessDays(2),
    }


def test_business_days_of_the_settings_know_the_country() -> None:
    settings = policy(due={"sev1": "1 business day"}, country="gb", holidays=["2026-12-29"])
    assert settings.policy.country == "GB"
    day = target_day(settings.policy.targets, None, "sev1", date(2026, 12, 24), date(2026, 12, 24))
    assert day is not None
    assert day.day == date(2026, 12, 30)


def test_the_published_figures() -> None:
    assert {name: {key: one.days for key, one in due.items()} for name, due in PRESETS.items()} == {
        "atlassian": {"sev1": 28, "sev2": 28},
        "atlassian-8-weeks": {"sev1": 56, "sev2": 56},
        "gitlab": {"sev1": 7, "sev2": 30, "sev3": 60, "sev4": 90},
        "pagerduty": {"sev1": 15, "sev2": 30},
    }


def test_settings_come_back_as_they_were_written() -> None:
    settings = policy(due={"sev1": "10 Business Days", "sev2": "2w"})
    assert settings.model_dump(mode="json")["policy"]["due"] == {"sev1": "10bd", "sev2": "2w"}
