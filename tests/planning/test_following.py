from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Event, EventKind, Link, Relation
from followthrough.model import Reference, State
from followthrough.planning.filing import Routed
from followthrough.planning.following import wanted
from followthrough.planning.learning import Occasion
from followthrough.planning.plan import Action
from followthrough.planning.planner import Planned, Situation, make_plan
from followthrough.planning.readings import Reading, ScopeView, Seen
from followthrough.planning.rules import Rules
from followthrough.policy.due import DueOrigin
from followthrough.policy.effective import Fallbacks

Line = Callable[..., Seen]
Page = Callable[..., Reading]
View = Callable[..., ScopeView]
MakeTicket = Callable[..., Ticket]
Planner = Callable[..., Planned]


def resolve(reference: Reference) -> tuple[str, str] | None:
    """Tracker ``ops`` by its keys and pages, ``web`` by its keys; nothing else is a reference."""
    word = (reference.url or reference.text).rsplit("/", 1)[-1]
    name = {"OPS": "ops", "WEB": "web"}.get(word.partition("-")[0])
    return (name, word) if name else None


@pytest.fixture
def planner(occasion: Occasion) -> Planner:
    def run(
        *readings: Reading, scopes: Mapping[str, ScopeView], snapshot: Snapshot | None = None, **more: object
    ) -> Planned:
        values: dict[str, object] = {"rules": Rules(), "resolve": resolve, **more}
        return make_plan(
            Situation(
                readings=readings,
                snapshot=snapshot or Snapshot(),
                scopes=scopes,
                default_scope="ops",
                namespace="k3v9q0z7",
                occasion=occasion,
                exists=lambda _path: False,
                today=occasion.now.date(),
                **values,  # type: ignore[arg-type]  # fields of a situation, given by a test
            )
        )

    return run


@pytest.mark.parametrize(
    "reference",
    [Reference("OPS-7"), Reference("the ticket", "https://ops.example/browse/OPS-7")],
    ids=["key", "page"],
)
def test_a_confirmed_reference_is_followed_and_never_filed(
    reference: Reference, line: Line, page: Page, view: View, ticket: MakeTicket, planner: Planner
) -> None:
    reading = page("a.md", line("Add an alert", references=(reference,)))
    ops = view("ops", by_key={"OPS-7": ticket("70", key="OPS-7", state=State.IN_PROGRESS)})
    planned = planner(reading, scopes={"ops": ops})
    (step,) = planned.plan.steps
    assert (step.action, step.draft) == (Action.FOLLOW, None)
    assert step.reason == "OPS-7 stands in the text; read only"
    (link,) = (record for record in planned.records if isinstance(record, Link))
    assert link == Link(item=step.item, scope="ops", ticket="70", relation=Relation.FOLLOWED)
    assert [note.words for note in planned.plan.notes] == ["OPS-7, in progress"]
    kinds = [getattr(record, "kind", None) for record in planned.records]
    assert kinds.count(EventKind.FOLLOWED) == 1
    again = planner(reading, scopes={"ops": ops}, snapshot=planned.snapshot)
    assert [step.action for step in again.plan.steps] == [Action.KEEP]
    assert not [record for record in again.records if isinstance(record, Link)]


def test_what_was_closed_before_it_was_followed_was_closed_at_its_own_time(
    line: Line, page: Page, view: View, ticket: MakeTicket, planner: Planner, occasion: Occasion
) -> None:
    created, closed = occasion.now - timedelta(days=40), occasion.now - timedelta(days=9)
    ours = ticket("70", key="OPS-7", state=State.DONE, created=created, closed=closed)
    reading = page("a.md", line("Add an alert", references=(Reference("OPS-7"),)))
    planned = planner(reading, scopes={"ops": view("ops", by_key={"OPS-7": ours})})
    told = [record for record in planned.records if isinstance(record, Event)]
    assert [(one.kind, one.occurred_at) for one in told] == [
        (EventKind.FOLLOWED, created),
        (EventKind.STATE, closed),
    ]
    which = {"scope": "ops", "ticket": "70"}
    assert dict(told[1].data) == {"from": "open", "to": "done", "native": ours.native_status, **which}


@pytest.mark.parametrize("answer", ["not found", "cannot be asked", "no such tracker"])
def test_a_reference_that_no_tracker_confirms_is_tracked_elsewhere(
    answer: str, line: Line, page: Page, view: View, planner: Planner
) -> None:
    text = "ABC-7" if answer == "no such tracker" else "OPS-7"
    ops = view("ops", error="OPS does not answer." if answer == "cannot be asked" else None)
    planned = planner(page("a.md", line("Add an alert", references=(Reference(text),))), scopes={"ops": ops})
    assert [(step.action, step.reason) for step in planned.plan.steps] == [
        (Action.SKIP, f"tracked elsewhere: {text} stands in the text")
    ]
    assert planned.plan.notes == ()


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ((State.DONE, State.DONE), "done"),
        ((State.DROPPED, State.DONE), "done"),
        ((State.DROPPED, State.DROPPED), "won't do"),
        ((State.DONE, State.OPEN), "open"),
        ((State.IN_PROGRESS, State.OPEN), "open"),
        ((State.IN_PROGRESS, State.BLOCKED), "blocked"),
        ((State.DONE, State.IN_PROGRESS), "in progress"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_several_tickets_the_least_advanced_open_one_decides(
    states: tuple[State, State],
    words: str,
    turned: bool,
    line: Line,
    page: Page,
    view: View,
    ticket: MakeTicket,
    planner: Planner,
) -> None:
    first, second = reversed(states) if turned else states
    scopes = {
        "ops": view("ops", by_key={"OPS-1": ticket("1", key="OPS-1", state=first)}),
        "web": view("web", by_key={"WEB-1": ticket("1", key="WEB-1", state=second)}),
    }
    references = (Reference("OPS-1"), Reference("WEB-1"))
    planned = planner(page("a.md", line("Add", references=references, ticked=False)), scopes=scopes)
    (note,) = planned.plan.notes
    assert note.words is not None
    assert note.words.partition(", ")[2] == words
    assert len(planned.snapshot.links[note.item]) == 2


def test_several_items_may_follow_one_ticket(
    line: Line, page: Page, view: View, ticket: MakeTicket, planner: Planner
) -> None:
    lines = [line(text, references=(Reference("OPS-7"),)) for text in ("Add an alert", "Rehearse")]
    ops = view("ops", by_key={"OPS-7": ticket("70", key="OPS-7")})
    planned = planner(page("a.md", *lines), scopes={"ops": ops})
    assert [step.action for step in planned.plan.steps] == [Action.FOLLOW, Action.FOLLOW]


def test_an_item_with_a_ticket_of_its_own_asks_for_no_reference(
    line: Line, page: Page, view: View, filed: Callable[..., Snapshot], planner: Planner
) -> None:
    reading = page("a.md", line("Add an alert", references=(Reference("OPS-7"),)))
    first = planner(reading, scopes={"ops": view("ops")})
    assert wanted(first.plan.known, first.snapshot, resolve) == {"ops": {"OPS-7"}}
    snapshot = filed(first.snapshot, first.plan.steps[0].item, scope="ops")
    assert wanted(first.plan.known, snapshot, resolve) == {}


def test_a_reference_that_is_followed_lifts_no_first_run_limit(
    line: Line, page: Page, view: View, ticket: MakeTicket, planner: Planner
) -> None:
    measures = [line("Review", references=(Reference("OPS-7"),)), *(f"Measure {n}" for n in range(12))]
    ops = view("ops", by_key={"OPS-7": ticket("70", key="OPS-7")})
    plan = planner(page("a.md", *measures), scopes={"ops": ops}).plan
    assert (len(plan.creates), plan.counts()["later"], dict(plan.first_runs)) == (10, 2, {"ops": 10})


# --- confidential documents -----------------------------------------------------------------------


@pytest.mark.parametrize("takes", [False, True])
def test_a_confidential_document_waits_for_a_route_that_takes_it(
    takes: bool, page: Page, view: View, planner: Planner
) -> None:
    planned = planner(
        page("a.md", "Add an alert", confidential=True),
        page("b.md", "Rehearse"),
        scopes={"ops": view("ops")},
        route=lambda _line, _reading, _values: Routed("ops", confidential=takes),
    )
    secret, other = planned.plan.steps
    assert other.action is Action.FILE
    assert secret.action is (Action.FILE if takes else Action.WAIT)
    if not takes:
        assert secret.draft is None
        assert "`confidential = true`" in secret.reason


# --- public trackers ------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [None, 1, 100])
@pytest.mark.parametrize("confirmed", [False, True])
def test_nothing_is_filed_in_a_public_tracker_unless_the_settings_say_so(
    limit: int | None, confirmed: bool, page: Page, view: View, planner: Planner
) -> None:
    ops = view("ops", public=True, place="acme/web")
    reading = page("a.md", "Add an alert", "Rehearse the failover")
    rules = Rules(limit=limit)
    planned = planner(reading, scopes={"ops": ops}, rules=rules, confirmed=confirmed)
    assert [(brake.scope, brake.message) for brake in planned.plan.brakes] == [
        (
            "ops",
            "acme/web is public, these postmortems are not known to be. Nothing filed. "
            "Allow: public = true under [trackers.ops].",
        )
    ]


@pytest.mark.parametrize("change", [{"public": False}, {"public": None}, {"may_publish": True}], ids=str)
def test_a_tracker_that_is_not_public_or_may_be_is_filed_into(
    change: dict[str, bool | None], page: Page, view: View, planner: Planner
) -> None:
    ops = replace(view("ops", public=True), **change)  # type: ignore[arg-type]  # two truths
    assert planner(page("a.md", "Add an alert"), scopes={"ops": ops}).plan.brakes == ()


# --- target dates ---------------------------------------------------------------------------------


def test_a_target_stands_in_the_step_and_in_the_draft(
    line: Line, page: Page, view: View, planner: Planner
) -> None:
    reading = page("a.md", line("Add an alert", priority="P1"), line("Rehearse", due=date(2026, 12, 1)))
    planned = planner(
        reading, scopes={"ops": view("ops")}, fallbacks=Fallbacks(targets={"p1": timedelta(days=7)})
    )
    target, promised = planned.plan.steps
    assert target.due is not None
    assert promised.due is not None
    assert (target.due.day, target.due.origin) == (date(2026, 11, 27), DueOrigin.TARGET)
    assert (promised.due.day, promised.due.origin) == (date(2026, 12, 1), DueOrigin.PROMISED)
    assert [step.draft.due for step in planned.plan.steps if step.draft] == [
        date(2026, 11, 27),
        date(2026, 12, 1),
    ]
