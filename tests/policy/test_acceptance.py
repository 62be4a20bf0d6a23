from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.ledger import Acceptance
from followthrough.policy.acceptance import back_on, ended, in_force
from followthrough.reporting.accepting import accepted_by_item

BEGUN = datetime(2026, 11, 20, 12, tzinfo=UTC)
TAKEN = Acceptance(item="x", since=BEGUN, until=date(2027, 2, 1), reason="replaced in January", by="Kim")


def utc(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


@pytest.mark.parametrize(
    ("today", "held"),
    [
        (date(2026, 11, 19), False),
        (date(2026, 11, 20), True),
        (date(2027, 1, 31), True),
        (date(2027, 2, 1), False),
        (date(2030, 1, 1), False),
    ],
    ids=["before", "that day", "the day before", "back on its day", "long after"],
)
def test_it_holds_from_its_day_and_is_back_on_its_day_by_itself(today: date, held: bool) -> None:
    assert in_force([TAKEN], today, utc) == ({"x": TAKEN} if held else {})


def test_one_that_was_ended_counts_again_on_that_day() -> None:
    over = replace(TAKEN, ended=BEGUN + timedelta(days=3))
    assert back_on(over, utc) == date(2026, 11, 23)
    assert in_force([over], date(2026, 11, 22), utc) == {"x": over}
    assert in_force([over], date(2026, 11, 23), utc) == {}


def test_an_end_behind_its_day_moves_nothing() -> None:
    assert back_on(replace(TAKEN, ended=datetime(2027, 3, 1, tzinfo=UTC)), utc) == TAKEN.until


def test_the_day_is_that_of_the_team() -> None:
    late = replace(TAKEN, since=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    berlin = ZoneInfo("Europe/Berlin")
    assert in_force([late], date(2026, 11, 20), lambda moment: moment.astimezone(berlin).date()) == {}
    assert in_force([late], date(2026, 11, 20), utc) == {"x": late}


def test_of_several_the_latest_holds() -> None:
    later = replace(TAKEN, since=BEGUN + timedelta(days=1), until=date(2026, 12, 1), by="Lee")
    first = ended([TAKEN], "x", later.since)
    assert in_force([*first, later], date(2026, 11, 25), utc) == {"x": later}
    assert in_force([*first, later], date(2026, 12, 24), utc) == {}


def test_only_what_runs_is_ended() -> None:
    over = replace(TAKEN, since=BEGUN - timedelta(days=9), ended=BEGUN - timedelta(days=5))
    other = replace(TAKEN, item="y")
    assert ended([over, TAKEN, other], "x", BEGUN) == [replace(TAKEN, ended=BEGUN)]


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.lists(
        st.builds(
            Acceptance,
            item=st.sampled_from("xyz"),
            since=moments,
            until=st.dates(date(2026, 1, 1), date(2027, 6, 1)),
            reason=st.just("r"),
            by=st.just("b"),
            ended=st.none() | moments,
        ),
        max_size=8,
    ),
    st.dates(date(2025, 12, 1), date(2027, 7, 1)),
)
def test_a_report_and_the_policy_agree_on_every_day(taken: list[Acceptance], day: date) -> None:
    told = accepted_by_item(taken, utc)
    held = {item for item, all_of in told.items() if any(utc(one.since) <= day < one.until for one in all_of)}
    assert held == in_force(taken, day, utc).keys()
    assert sum(map(len, told.values())) == len(taken)
