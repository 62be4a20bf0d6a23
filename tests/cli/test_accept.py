"""``accept``: a risk that somebody takes until a day, and where it shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

PM = """\
# Queue stuck behind a poisoned message

- Date: 2026-01-05
- Severity: sev1
- Service: payments

## Root cause

A message with an unknown version stopped the consumer.

## Action items

- Fail over the queue without hands (owner: Omar) (due: 2026-02-01)
- Alert when a consumer restarts
"""
AGAIN = """\
# Payments stopped: poisoned message

- Date: {day}
- Service: Payments

## Root cause

An unknown version stopped the consumer again.

## Action items

- Refuse unknown versions where messages are written
"""
TODAY = datetime.now(UTC).date()
UNTIL = (TODAY + timedelta(days=70)).isoformat()
WHY = ("--until", UNTIL, "--reason", "replaced in spring", "--by", "Kim")


@pytest.fixture
def filed(shop: Any) -> Any:
    shop.write("followthrough.toml", 'documents = ["*.md"]\nnamespace = "x"\n')
    shop.write("pm.md", PM)
    shop.ok("file", "--yes")
    return shop


def late(shop: Any) -> int:
    number: int = shop.ok("report", "--format", "json").json["late"]
    return number


@pytest.mark.parametrize("item", ["FT-1", "pm.md:13"])
def test_an_accepted_risk_is_not_late_and_shows_where_people_look(filed: Any, item: str) -> None:
    before = (filed.folder / "pm.md").read_bytes()
    assert late(filed) == 1
    said = filed.ok("accept", item, *WHY).out
    assert said.startswith(f"pm.md:13 (FT-1): Kim accepts the risk until {UNTIL} (replaced in spring). ")
    assert late(filed) == 0
    (shown,) = filed.ok("status", "--format", "json").json["accepted"]
    assert (shown["key"], shown["until"], shown["reason"], shown["by"]) == (
        "FT-1",
        UNTIL,
        "replaced in spring",
        "Kim",
    )
    assert "pm.md:13, FT-1   Kim: replaced in spring" in filed.ok("status").out
    steps = filed.ok("plan", "--format", "json").json["steps"]
    assert [one["accepted_until"] for one in steps] == [UNTIL, None]
    assert "by Kim" in filed.ok("plan").out
    assert (filed.folder / "pm.md").read_bytes() == before
    assert [one["state"] for one in filed.tickets()] == ["open", "open"]


def test_it_is_back_on_its_day(filed: Any) -> None:
    filed.ok("accept", "FT-1", *WHY)
    on = (TODAY + timedelta(days=69)).isoformat(), UNTIL
    counted = [filed.ok("report", "--as-of", day, "--format", "json").json["late"] for day in on]
    assert counted == [0, 1]


def test_it_can_be_taken_back_and_taken_again(filed: Any) -> None:
    filed.ok("accept", "FT-1", *WHY)
    said = filed.ok("accept", "FT-1", "--revoke").out
    assert said == "pm.md:13 (FT-1) is no accepted risk any more and counts from today on.\n"
    assert late(filed) == 1
    assert filed.ok("status", "--format", "json").json["accepted"] == []
    again = filed.run("accept", "FT-1", "--revoke")
    assert (again.code, again.err) == (
        2,
        "pm.md:13 (FT-1) is no accepted risk now; nothing was done.\n",
    )
    filed.ok("accept", "FT-1", "--until", UNTIL, "--reason", "new plan", "--by", "Lee")
    filed.ok("accept", "FT-1", *WHY)
    (shown,) = filed.ok("status", "--format", "json").json["accepted"]
    assert shown["by"] == "Kim"
    assert late(filed) == 0


def test_a_risk_of_what_is_done_is_none(filed: Any) -> None:
    filed.ok("accept", "FT-1", *WHY)
    filed.ok("local", "close", "FT-1")
    filed.ok("sync")
    assert filed.ok("status", "--format", "json").json["accepted"] == []
    refused = filed.run("accept", "FT-1", *WHY)
    assert (refused.code, refused.err) == (
        2,
        "pm.md:13 (FT-1) is done: there is no risk left to accept.\n",
    )


def test_one_whose_line_is_gone_is_named_by_its_ticket(filed: Any) -> None:
    (filed.folder / "pm.md").unlink()
    assert "(FT-1): Kim accepts the risk" in filed.ok("accept", "FT-1", *WHY).out


def test_one_without_a_ticket_can_be_accepted_too(shop: Any) -> None:
    shop.write("pm.md", PM)
    assert shop.ok("accept", "pm.md:13", *WHY).out.startswith("pm.md:13: Kim accepts the risk until ")
    (step, _) = shop.ok("plan", "pm.md", "--format", "json").json["steps"]
    assert (step["action"], step["accepted_until"]) == ("file", UNTIL)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("FT-1",), "--until is missing: a risk is accepted until a day, never for good."),
        (
            ("FT-1", "--until", "soon", "--reason", "x", "--by", "y"),
            "--until soon: is no date; write it as 2026-08-24.",
        ),
        (
            ("FT-1", "--until", UNTIL, "--by", "y"),
            "--reason is missing: whoever reads the report wants to know.",
        ),
        (
            ("FT-1", "--until", UNTIL, "--reason", " ", "--by", "y"),
            "--reason is missing: whoever reads the report wants to know.",
        ),
        (
            ("FT-1", "--until", UNTIL, "--reason", "x"),
            "--by is missing: whoever reads the report wants to know.",
        ),
        (
            ("FT-1", "--revoke", "--by", "y"),
            "--revoke stands alone: it takes back what was accepted. Leave the others out.",
        ),
        (("FT-7", *WHY), "FT-7: no measure is there. `followthrough plan` shows them."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_taken(
    filed: Any, arguments: tuple[str, ...], says: str
) -> None:
    result = filed.run("accept", *arguments)
    assert (result.code, result.out, result.err) == (2, "", f"{says}\n")
    assert filed.ok("status", "--format", "json").json["accepted"] == []


@pytest.mark.parametrize("days", [-1, 0])
def test_a_day_that_is_not_in_the_future_is_refused(filed: Any, days: int) -> None:
    day = (datetime.now(UTC).date() + timedelta(days=days)).isoformat()
    result = filed.run("accept", "FT-1", "--until", day, "--reason", "x", "--by", "y")
    assert result.code == 2
    assert result.err == f"--until {day}: is not in the future. Name the day on which it counts again.\n"


def test_a_postmortem_that_repeats_an_earlier_one_says_so(filed: Any) -> None:
    filed.ok("local", "drop", "FT-2", "--reason", "too dear")
    filed.ok("sync")
    filed.write("new.md", AGAIN.format(day=date.today().isoformat()))  # noqa: DTZ011
    plan = filed.ok("plan", "--format", "json").json
    (found,) = plan["recurrences"]
    assert (found["path"], found["earlier"]["path"], found["services"]) == ("new.md", "pm.md", ["Payments"])
    assert {"poisoned", "consumer", "version"} <= set(found["words"])
    assert [(one["key"], one["state"], one["line"]) for one in found["measures"]] == [
        ("FT-1", "open", 13),
        ("FT-2", "dropped", 14),
    ]
    assert found["measures"][0]["days_late"] > 0
    text = filed.ok("plan").out
    assert '! again   like "Queue stuck behind a poisoned message", 5 Jan' in text
    assert "FT-2  Alert when a consumer restarts   dropped (won't do)" in text


def test_once_filed_the_plan_is_silent(filed: Any) -> None:
    filed.write("new.md", AGAIN.format(day=date.today().isoformat()))  # noqa: DTZ011
    filed.ok("file", "--yes")
    assert filed.ok("plan", "--format", "json").json["recurrences"] == []
