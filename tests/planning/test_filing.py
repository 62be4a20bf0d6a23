from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from followthrough.connector import Features
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Intent, IntentStatus
from followthrough.model import Incident, Kind, Reference, State
from followthrough.planning.learning import Occasion, applied
from followthrough.planning.limits import cut
from followthrough.planning.plan import Action, Plan, Step
from followthrough.planning.planner import Planned, Situation, make_plan
from followthrough.planning.readings import Reading, ScopeView, Seen
from followthrough.planning.rules import NoSuchItem, Rules

Line = Callable[..., Seen]
Page = Callable[..., Reading]
View = Callable[..., ScopeView]
Filed = Callable[..., Snapshot]
Planner = Callable[..., Planned]

READY = frozenset({"final", "published"})
NIGHTLY = Rules(ready=READY, by_hand=False)


@pytest.fixture
def planner(view: View, occasion: Occasion) -> Planner:
    """Plan from documents and a ledger, with one scope unless others are given."""

    def run(
        *readings: Reading,
        snapshot: Snapshot | None = None,
        rules: Rules | None = None,
        scopes: Mapping[str, ScopeView] | None = None,
        now: datetime | None = None,
        **more: Any,
    ) -> Planned:
        found = scopes or {"local": view()}
        return make_plan(
            Situation(
                readings=readings,
                snapshot=snapshot or Snapshot(),
                scopes=found,
                rules=rules or Rules(ready=READY),
                default_scope=next(iter(found)),
                namespace="k3v9q0z7",
                occasion=replace(occasion, now=now or occasion.now),
                exists=lambda _path: False,
                today=(now or occasion.now).date(),
                **more,
            )
        )

    return run


def verdicts(planned: Planned) -> list[tuple[Action, str]]:
    return [(step.action, step.reason) for step in planned.plan.steps]


def actions(planned: Planned) -> list[Action]:
    return [step.action for step in planned.plan.steps]


# --- one rule at a time ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"state": State.DONE}, "done in the document"),
        ({"state": State.DROPPED}, "won't do in the document"),
        ({"declined": True}, "declined in the document"),
        ({"references": (Reference("OPS-7"),)}, "tracked elsewhere: OPS-7 stands in the text"),
        (
            {"references": (Reference("the PR", "https://x.example/pull/3"),)},
            "tracked elsewhere: https://x.example/pull/3 stands in the text",
        ),
    ],
    ids=["done", "dropped", "declined", "a key", "a link"],
)
def test_what_an_item_says_against_filing_it(
    item: dict[str, Any], reason: str, line: Line, page: Page, planner: Planner
) -> None:
    assert verdicts(planner(page("a.md", line("Add an alert", **item)))) == [(Action.SKIP, reason)]


@pytest.mark.parametrize("state", [State.OPEN, State.IN_PROGRESS, State.BLOCKED])
def test_work_that_is_not_finished_is_filed(state: State, line: Line, page: Page, planner: Planner) -> None:
    assert actions(planner(page("a.md", line("Add an alert", state=state)))) == [Action.FILE]


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (None, Action.FILE),
        ("final", Action.FILE),
        ("published", Action.FILE),
        ("draft", Action.WAIT),
        ("in review", Action.WAIT),
        ("finally", Action.WAIT),
    ],
    ids=["no status", "final", "published", "draft", "in review", "unknown word"],
)
def test_a_document_is_ready_without_a_status_or_with_a_named_one(
    status: str | None, action: Action, page: Page, planner: Planner
) -> None:
    (verdict,) = verdicts(planner(page("a.md", "Add an alert", status=status)))
    assert verdict[0] is action
    assert action is Action.FILE or f"status: {status}" in verdict[1]


SINCE = date(2026, 8, 24)


@pytest.mark.parametrize("named", [False, True], ids=["found", "named"])
@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 8, 23), "before 2026-08-24"),
        (date(2026, 8, 24), None),
        (date(2026, 11, 1), None),
        (None, "the date of the incident is not known"),
    ],
    ids=["the day before", "the day itself", "later", "unknown"],
)
def test_older_incidents_are_history_unless_their_document_was_named(
    day: date | None, reason: str | None, named: bool, page: Page, planner: Planner
) -> None:
    reading = page("a.md", "Add an alert", incident=Incident(date=day), named=named)
    expected = (Action.FILE, "") if named or reason is None else (Action.HISTORY, reason)
    assert verdicts(planner(reading, rules=Rules(since=SINCE))) == [expected]


def test_without_since_nothing_is_history(page: Page, planner: Planner) -> None:
    old = page("a.md", "Add an alert", incident=Incident(date=date(1999, 1, 1)))
    assert actions(planner(old, page("b.md", "Add another"))) == [Action.FILE, Action.FILE]


def test_an_item_with_a_ticket_is_never_history(page: Page, planner: Planner, filed: Filed) -> None:
    reading = page("a.md", "Add an alert", incident=Incident(date=date(1999, 1, 1)))
    first = planner(reading)
    snapshot = filed(first.snapshot, first.plan.steps[0].item)
    assert verdicts(planner(reading, snapshot=snapshot, rules=Rules(since=SINCE))) == [
        (Action.KEEP, "FT-1, open")
    ]


@pytest.mark.parametrize(
    ("second", "asks"),
    [("Add an alert", True), ("ADD AN ALERT", True), ("Add two alerts", False)],
    ids=["same words", "other case", "other words"],
)
def test_the_same_work_twice_in_a_document_is_one_question(
    second: str, asks: bool, page: Page, planner: Planner
) -> None:
    found = verdicts(planner(page("a.md", "Add an alert", second)))
    asked = (Action.ASK, "same work as L10? (the same words)")
    assert found == [(Action.FILE, ""), asked if asks else (Action.FILE, "")]


def test_work_that_is_filed_further_down_is_one_question_too(
    line: Line, page: Page, planner: Planner, filed: Filed
) -> None:
    before = planner(page("a.md", "Add an alert"))
    item = before.plan.steps[0].item
    reading, snapshot = page("a.md", "Add an alert", line("Add an alert", item)), filed(before.snapshot, item)
    asked, kept = verdicts(planner(reading, snapshot=snapshot))
    assert asked == (Action.ASK, "same work as L11? (the same words)")
    assert kept == (Action.KEEP, "FT-1, open")


def test_the_same_words_in_two_documents_are_two_tickets(page: Page, planner: Planner) -> None:
    planned = planner(page("a.md", "Add an alert"), page("b.md", "Add an alert"))
    assert actions(planned) == [Action.FILE, Action.FILE]
    assert len({step.item for step in planned.plan.steps}) == 2


# --- the first rule that fails --------------------------------------------------------------------

IN_ORDER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("before", {}, {"incident": Incident(date=date(1999, 1, 1))}),
    ("declined", {"declined": True}, {}),
    ("done", {"state": State.DONE}, {}),
    ("its kind", {"kind": Kind.PROCESS}, {}),
    ("tracked elsewhere", {"references": (Reference("OPS-7"),)}, {}),
    ("front matter", {}, {"status": "draft"}),
]


@pytest.mark.parametrize("first", range(len(IN_ORDER)), ids=[words for words, _, _ in IN_ORDER])
def test_the_first_rule_that_fails_is_the_one_that_is_named(
    first: int, line: Line, page: Page, planner: Planner
) -> None:
    item: dict[str, Any] = {"kind": Kind.DETECTIVE}
    document: dict[str, Any] = {"incident": Incident(date=SINCE)}
    for _, of_item, of_document in IN_ORDER[first:]:
        item |= of_item
        document |= of_document
    rules = Rules(ready=READY, since=SINCE, kinds=frozenset({"detective"}))
    (step,) = planner(page("a.md", line("Add an alert", **item), **document), rules=rules).plan.steps
    assert step.reason.startswith(IN_ORDER[first][0])


# --- named by hand --------------------------------------------------------------------------------


def test_an_item_named_by_hand_is_filed_past_what_a_human_may_overrule(
    line: Line, page: Page, planner: Planner
) -> None:
    reading = page(
        "a.md",
        "Another",
        line("Add an alert", references=(Reference("OPS-7"),)),
        status="draft",
        incident=Incident(date=date(1999, 1, 1)),
    )
    rules = Rules(since=SINCE, only=frozenset({"a.md:11"}))
    assert verdicts(planner(reading, rules=rules)) == [(Action.SKIP, "not named"), (Action.FILE, "")]


def test_an_item_named_by_its_id_is_filed(page: Page, planner: Planner) -> None:
    reading = page("a.md", "Add an alert", "Add an alert", status="draft")
    id = planner(reading).plan.steps[1].item
    assert actions(planner(reading, rules=Rules(only=frozenset({id})))) == [Action.SKIP, Action.FILE]


@pytest.mark.parametrize("item", [{"state": State.DONE}, {"declined": True}], ids=["done", "declined"])
def test_finished_or_declined_work_is_not_filed_even_by_name(
    item: dict[str, Any], line: Line, page: Page, planner: Planner
) -> None:
    reading = page("a.md", line("Add an alert", **item))
    assert actions(planner(reading, rules=Rules(only=frozenset({"a.md:10"})))) == [Action.SKIP]


def test_a_filed_item_named_by_hand_is_not_filed_again(page: Page, planner: Planner, filed: Filed) -> None:
    first = planner(page("a.md", "Add an alert"))
    snapshot = filed(first.snapshot, first.plan.steps[0].item)
    rules = Rules(only=frozenset({"a.md:10"}))
    assert actions(planner(page("a.md", "Add an alert"), snapshot=snapshot, rules=rules)) == [Action.KEEP]


def test_a_line_with_somebody_elses_mark_is_not_filed_even_by_name(
    line: Line, page: Page, planner: Planner
) -> None:
    reading = page("a.md", line("Add an alert", "zzzzzzzzzzzz"))
    assert actions(planner(reading, rules=Rules(only=frozenset({"a.md:10"})))) == [Action.ASK]


def test_a_retitled_looking_item_is_filed_by_name_and_asks_no_more(
    page: Page, planner: Planner, filed: Filed
) -> None:
    first = planner(page("a.md", "Alert when the pool is over 90 %"))
    snapshot = filed(first.snapshot, first.plan.steps[0].item)
    reading = page("a.md", "Alert when the pool is over 90 % busy")
    assert actions(planner(reading, snapshot=snapshot)) == [Action.ASK]
    by_name = planner(reading, snapshot=snapshot, rules=Rules(only=frozenset({"a.md:10"})))
    assert actions(by_name) == [Action.FILE]
    after = filed(by_name.snapshot, by_name.plan.steps[0].item)
    later = planner(reading, snapshot=after)  # no mark was written: the document is read-only
    assert actions(later) == [Action.KEEP]
    assert later.plan.steps[0].item in later.snapshot.items


def test_a_name_that_no_document_holds_is_an_error(page: Page, planner: Planner) -> None:
    with pytest.raises(NoSuchItem, match=r"a\.md:99"):
        planner(page("a.md", "Add an alert"), rules=Rules(only=frozenset({"a.md:99"})))


# --- waiting for an answer ------------------------------------------------------------------------

HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("status", "minutes", "idempotent", "action"),
    [
        (IntentStatus.UNKNOWN, 0, False, Action.WAIT),
        (IntentStatus.UNKNOWN, 29, False, Action.WAIT),
        (IntentStatus.UNKNOWN, 30, False, Action.WAIT),
        (IntentStatus.PENDING, 29, False, Action.WAIT),
        (IntentStatus.PENDING, 30, False, Action.WAIT),
        (IntentStatus.UNKNOWN, 0, True, Action.FILE),
        (IntentStatus.PENDING, 0, True, Action.FILE),
        (IntentStatus.REFUSED, 0, False, Action.FILE),
    ],
)
def test_a_create_without_an_answer_waits_out_the_trackers_time(
    status: IntentStatus,
    minutes: int,
    idempotent: bool,
    action: Action,
    page: Page,
    planner: Planner,
    view: View,
    now: datetime,
) -> None:
    reading = page("a.md", "Add an alert")
    first = planner(reading)
    sent = now - timedelta(minutes=minutes)
    intent = Intent(item=first.plan.steps[0].item, scope="local", status=status, at=sent, run="1")
    snapshot = applied(first.snapshot, [intent])
    scopes = {"local": view(settle=HALF_HOUR, idempotent=idempotent)}
    (step,) = planner(reading, snapshot=snapshot, scopes=scopes).plan.steps
    assert step.action is action
    assert step.retry_at == (sent + HALF_HOUR if action is Action.WAIT else None)


def test_an_unanswered_create_waits_even_when_its_scope_is_no_longer_configured(
    page: Page, planner: Planner, view: View, now: datetime
) -> None:
    reading = page("a.md", "Add an alert")
    first = planner(reading)
    intent = Intent(item=first.plan.steps[0].item, scope="old", status=IntentStatus.UNKNOWN, at=now, run="1")
    (step,) = planner(reading, snapshot=applied(first.snapshot, [intent])).plan.steps
    assert step.action is Action.WAIT
    assert step.retry_at is not None
    assert step.retry_at >= now + timedelta(minutes=10)


def test_a_tracker_that_cannot_be_asked_is_waited_for(page: Page, planner: Planner, view: View) -> None:
    planned = planner(page("a.md", "Add an alert"), scopes={"ops": view("ops", error="OPS does not answer.")})
    assert verdicts(planned) == [(Action.WAIT, "OPS does not answer.")]
    assert planned.unreachable == {"ops": "OPS does not answer."}


# --- what a newer extractor finds -----------------------------------------------------------------


def test_a_nightly_run_never_files_what_a_newer_extractor_finds_in_an_unchanged_document(
    page: Page, planner: Planner
) -> None:
    old = page("a.md", "Add an alert", fingerprint="same")
    new = page("a.md", "Add an alert", "Rehearse", fingerprint="same")
    snapshot = planner(old, rules=NIGHTLY).snapshot
    for _night in range(3):
        planned = planner(new, snapshot=snapshot, rules=NIGHTLY)
        assert actions(planned) == [Action.FILE, Action.ASK]
        snapshot = planned.snapshot
        snapshot = planner(new, snapshot=snapshot, filing=False).snapshot  # a `sync` between teaches nothing
    assert actions(planner(new, snapshot=snapshot)) == [Action.FILE, Action.FILE]


def test_what_somebody_wrote_into_a_document_is_filed_at_night(page: Page, planner: Planner) -> None:
    snapshot = planner(page("a.md", "Add an alert"), rules=NIGHTLY).snapshot
    planned = planner(page("a.md", "Add an alert", "Rehearse"), snapshot=snapshot, rules=NIGHTLY)
    assert actions(planned) == [Action.FILE, Action.FILE]


# --- limits ---------------------------------------------------------------------------------------


def creates(scope: str, count: int) -> list[Step]:
    return [
        Step(action=Action.FILE, item=f"{scope}{n}", path="a.md", line=n, text=f"Measure {n}", scope=scope)
        for n in range(count)
    ]


OPEN_SCOPES = {
    name: ScopeView(name=name, features=Features(settle=timedelta())) for name in ("ops", "web", "old")
}


def shape(steps: tuple[Step, ...]) -> str:
    return "".join({Action.FILE: "+", Action.LATER: ".", Action.KEEP: "="}[step.action] for step in steps)


@pytest.fixture
def known_scope(filed: Filed) -> Callable[..., Snapshot]:
    """A ledger with one ticket in each of these scopes."""

    def make(*scopes: str) -> Snapshot:
        snapshot = Snapshot()
        for scope in scopes:
            snapshot = filed(snapshot, f"earlier in {scope}", scope=scope)
        return snapshot

    return make


@pytest.mark.parametrize(
    ("count", "limit", "first", "expected"),
    [
        (10, None, 10, "+" * 10),
        (11, None, 10, "+" * 10 + "."),
        (60, None, 10, "+" * 10 + "." * 50),
        (3, None, 2, "++."),
        (12, 12, 10, "+" * 12),
        (12, 1, 10, "+" + "." * 11),
        (60, 60, 10, "+" * 60),
    ],
)
def test_the_first_run_in_a_scope_is_cut_and_nothing_stops(
    count: int, limit: int | None, first: int, expected: str
) -> None:
    found = cut(creates("ops", count), Snapshot(), OPEN_SCOPES, Rules(limit=limit, first_run=first))
    assert shape(found.steps) == expected
    assert found.stopped == {}
    assert list(found.limited) == ([] if limit else ["ops"])


@pytest.mark.parametrize(
    ("count", "limit", "stopped", "expected"),
    [
        (50, None, False, "+" * 50),
        (51, None, True, "+" * 51),
        (51, 51, False, "+" * 51),
        (51, 2, False, "++" + "." * 49),
    ],
)
def test_the_brake_stops_a_known_scopes_plan_whole(
    count: int, limit: int | None, stopped: bool, expected: str, known_scope: Callable[..., Snapshot]
) -> None:
    found = cut(creates("ops", count), known_scope("ops"), OPEN_SCOPES, Rules(limit=limit))
    assert shape(found.steps) == expected
    assert list(found.stopped) == (["ops"] if stopped else [])
    assert found.limited == {}


def test_the_brake_holds_in_a_first_run_that_is_allowed_more(known_scope: Callable[..., Snapshot]) -> None:
    found = cut(creates("ops", 60), known_scope("web"), OPEN_SCOPES, Rules(first_run=100))
    assert list(found.stopped) == ["ops"]


def test_each_scope_has_its_own_limits(known_scope: Callable[..., Snapshot]) -> None:
    steps = [*creates("ops", 51), *creates("web", 11), *creates("old", 20)]
    found = cut(steps, known_scope("ops", "old"), OPEN_SCOPES, Rules())
    assert list(found.stopped) == ["ops"]
    assert list(found.limited) == ["web"]
    assert shape(found.steps) == "+" * 51 + "+" * 10 + "." + "+" * 20


def test_a_limit_given_by_hand_counts_all_scopes_together() -> None:
    found = cut([*creates("ops", 2), *creates("web", 2)], Snapshot(), OPEN_SCOPES, Rules(limit=3))
    assert shape(found.steps) == "+++."


def test_what_is_not_filed_counts_toward_no_limit() -> None:
    kept = Step(action=Action.KEEP, item="k", path="a.md", line=1, text="Kept")
    found = cut(
        [kept, *creates("ops", 1), kept, *creates("ops", 2)[1:]], Snapshot(), OPEN_SCOPES, Rules(limit=2)
    )
    assert shape(found.steps) == "=+=+"


def test_what_waits_behind_a_limit_carries_no_draft(page: Page, planner: Planner) -> None:
    planned = planner(page("a.md", "One", "Two"), rules=Rules(limit=1))
    assert [step.draft is not None for step in planned.plan.steps] == [True, False]
    assert planned.plan.steps[1].reason == "over this run's limit"


def test_confirming_lets_exactly_the_plan_through_that_the_brake_stopped(
    page: Page, planner: Planner, view: View, known_scope: Callable[..., Snapshot]
) -> None:
    reading = page("a.md", *(f"Measure {n}" for n in range(51)))
    snapshot = known_scope("local")
    stopped = planner(reading, snapshot=snapshot).plan
    assert [brake.scope for brake in stopped.brakes] == ["local"]
    passed = planner(reading, snapshot=snapshot, confirmed=True).plan
    assert passed.brakes == ()
    assert passed.hash == stopped.hash
    assert len(passed.creates) == 51


def test_confirming_does_not_lift_the_limit_of_a_first_run(page: Page, planner: Planner) -> None:
    reading = page("a.md", *(f"Measure {n}" for n in range(51)))
    plans: list[Plan] = [planner(reading, confirmed=confirmed).plan for confirmed in (False, True)]
    assert [len(plan.creates) for plan in plans] == [10, 10]
    assert plans[0].hash == plans[1].hash


def test_where_nothing_is_to_be_filed_the_plan_says_which_command_would(page: Page, planner: Planner) -> None:
    planned = planner(page("a.md", "One"), filing=False)
    assert verdicts(planned) == [(Action.LATER, "`file` files it")]
    assert planned.plan.steps[0].draft is None
