from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from followthrough.model import ActionItem, Incident, Kind, Place, Span, State
from followthrough.policy.findings import Finding, Level, Rule, identity_of
from followthrough.policy.lint import Measure, Standards, Subject, lint

TODAY = date(2026, 11, 20)
EVERY = dict.fromkeys(Rule, Level.ERROR)
SEV1 = Incident(severity="sev1", date=date(2026, 11, 12))
COMPLETE: dict[str, Any] = {"owner": "Sam", "due": date(2026, 11, 25)}


@pytest.fixture
def measure() -> Callable[..., Measure]:
    def make(text: str = "Add an alert", *, ticketed: bool = False, **fields: Any) -> Measure:
        place = Place(3, cell=0) if fields.pop("row", False) else Place(3)
        item = ActionItem(
            text=text,
            span=Span(0, 9),
            line=fields.pop("line", 7),
            end_line=fields.pop("end_line", 7),
            section=("Action items",),
            place=place,
            reason="a bullet",
            **fields,
        )
        return Measure(item=item, identity=text, column=3, ticketed=ticketed)

    return make


def judged(*measures: Measure, incident: Incident = SEV1, **standards: Any) -> list[Finding]:
    subject = Subject(path="pm.md", incident=incident, measures=measures, line=5)
    return lint(subject, Standards(**{"levels": EVERY, "today": TODAY, **standards}))


def rules(found: list[Finding]) -> list[str]:
    return [one.rule.value for one in found]


def test_a_measure_with_neither_owner_nor_date_is_told_both_with_its_place(measure: Any) -> None:
    owner, day = judged(measure(line=7, end_line=9), incident=Incident())
    assert rules([owner, day]) == ["missing-owner", "missing-date"]
    assert (owner.path, owner.line, owner.end_line, owner.column) == ("pm.md", 7, 9, 3)
    assert owner.message == 'No owner is named for "Add an alert".'
    assert owner.suggestion == "Write `(owner: NAME)` at the end of the measure."
    assert day.suggestion == "Write `(due: YYYY-MM-DD)` at the end of the measure."


def test_a_row_of_a_table_is_told_of_its_cell(measure: Any) -> None:
    found = judged(measure(row=True, **COMPLETE | {"owner": None}))
    assert [one.suggestion for one in found] == [
        "Fill its cell of the row, or write `(owner: NAME)` behind the measure."
    ]


def test_words_that_name_no_day_are_shown(measure: Any) -> None:
    (found,) = judged(measure(owner="Sam", due_text="soon"))
    assert found.message == '"soon" names no day for "Add an alert".'


def test_a_missing_date_comes_with_the_target(measure: Any) -> None:
    (found,) = judged(measure(owner="Sam"), targets={"sev1": timedelta(days=15)})
    assert found.suggestion.endswith("The policy's target is 2026-11-27 (sev1, 15 d).")


@pytest.mark.parametrize(
    "fields",
    [{"state": State.DONE}, {"state": State.DROPPED}, {"declined": True}, {"ticketed": True}],
    ids=["done", "dropped", "declined", "with a ticket"],
)
def test_what_is_over_or_lives_in_a_ticket_is_not_looked_at(measure: Any, fields: dict[str, Any]) -> None:
    assert judged(measure("Investigate and improve", due=date(2020, 1, 1), **fields)) == []


def test_what_the_extraction_is_not_sure_of_gives_notes(measure: Any) -> None:
    assert {one.level for one in judged(measure(certain=False))} == {Level.NOTE}


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 11, 27), None),
        (date(2026, 11, 28), "1 day later than the policy's target, 2026-11-27 (sev1, 15 d)."),
        (date(2026, 12, 24), "27 days later than the policy's target, 2026-11-27 (sev1, 15 d)."),
    ],
)
def test_a_date_beyond_the_target_is_told_with_both(measure: Any, due: date, expected: str | None) -> None:
    found = judged(measure(owner="Sam", due=due), targets={"sev1": timedelta(days=15)})
    assert [one.rule for one in found] == ([Rule.BEYOND] if expected else [])
    assert all(expected and one.message.endswith(expected) for one in found)


def test_a_day_that_is_over_is_told_and_today_is_not(measure: Any) -> None:
    assert rules(judged(measure(owner="Sam", due=TODAY))) == []
    (found,) = judged(measure(owner="Sam", due=TODAY - timedelta(days=1)))
    assert (found.rule, "2026-11-19" in found.message) == (Rule.PAST, True)


def prevention(*measures: Measure, **more: Any) -> list[Finding]:
    levels = {Rule.PREVENTIVE: Level.ERROR}
    return judged(*measures, levels=levels, preventive=frozenset({"sev1"}), **more)


def test_stated_kinds_without_a_preventive_one_are_an_error_at_their_heading(measure: Any) -> None:
    (found,) = prevention(measure(kind=Kind.DETECTIVE, kind_stated=True))
    assert (found.level, found.line) == (Level.ERROR, 5)
    assert found.message == "This is a sev1, and none of its measures is preventive."


def test_inferred_kinds_without_a_preventive_one_are_a_warning(measure: Any) -> None:
    (found,) = prevention(
        measure(kind=Kind.DETECTIVE, kind_stated=True), measure(kind=Kind.PROCESS), measure()
    )
    assert found.level is Level.WARNING
    assert "the kind of 2 of 3 is inferred" in found.message


def test_a_note_stays_a_note(measure: Any) -> None:
    (found,) = judged(
        measure(kind=Kind.DETECTIVE, **COMPLETE),
        levels={Rule.PREVENTIVE: Level.NOTE},
        preventive=frozenset({"sev1"}),
    )
    assert found.level is Level.NOTE


def test_an_incident_without_any_measure_is_an_error() -> None:
    (found,) = prevention()
    assert (found.level, found.message) == (Level.ERROR, "This is a sev1, and it has no measure at all.")


@pytest.mark.parametrize("state", [State.DONE, State.IN_PROGRESS, State.OPEN])
def test_a_preventive_measure_counts_when_it_is_done_as_well(measure: Any, state: State) -> None:
    assert prevention(measure(kind=Kind.PREVENTIVE, state=state), measure(kind=Kind.PROCESS)) == []


@pytest.mark.parametrize("fields", [{"state": State.DROPPED}, {"declined": True}])
def test_one_that_nobody_does_counts_for_nothing(measure: Any, fields: dict[str, Any]) -> None:
    assert len(prevention(measure(kind=Kind.PREVENTIVE, kind_stated=True, **fields))) == 1


@pytest.mark.parametrize("severity", ["sev2", None])
def test_other_severities_need_none(measure: Any, severity: str | None) -> None:
    assert prevention(measure(kind=Kind.PROCESS), incident=Incident(severity=severity)) == []


def test_rules_that_are_off_find_nothing(measure: Any) -> None:
    assert judged(measure("Improve things", due=date(2020, 1, 1)), levels={}) == []


def test_findings_stand_in_the_order_of_lines(measure: Any) -> None:
    found = judged(measure("Add a test", line=20, end_line=20), measure("Add a limit", line=4))
    assert [(one.line, one.rule) for one in found] == [
        (4, Rule.OWNER),
        (4, Rule.DATE),
        (20, Rule.OWNER),
        (20, Rule.DATE),
    ]


def test_an_identity_knows_rule_words_and_turn_but_no_line(measure: Any) -> None:
    here, there = measure(line=4), measure(line=90, end_line=90)
    assert [one.identity for one in judged(here)] == [one.identity for one in judged(there)]
    second = replace(here, occurrence=1)
    assert not {one.identity for one in judged(here)} & {one.identity for one in judged(second)}
    assert identity_of(Rule.OWNER, "a", 0) != identity_of(Rule.DATE, "a", 0)


def test_a_long_measure_is_cut_in_messages(measure: Any) -> None:
    (found, _) = judged(measure("Add " + "very " * 40 + "much"))
    assert len(found.message) < 100
    assert "…" in found.message


def test_every_rule_says_what_it_asks_for() -> None:
    assert len({rule.asks for rule in Rule}) == len(Rule)
