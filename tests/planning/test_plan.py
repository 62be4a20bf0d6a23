from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from followthrough.connector import Draft, Inline, Paragraph
from followthrough.ledger.records import Acceptance
from followthrough.model import Incident, State
from followthrough.planning.plan import Action, Brake, Matter, Note, Plan, Push, Step
from followthrough.planning.plan_json import to_json
from followthrough.planning.readings import Reading
from followthrough.planning.recurrence import Again, Unfinished
from followthrough.policy.due import Due, DueOrigin
from followthrough.policy.effective import Effective, Fact, Origin
from followthrough.tickets import Assignee

Page = Callable[..., Reading]
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)

DRAFT = Draft(
    id="7f3k9q2m8dxa",
    document="a.md",
    title="Add an alert",
    body=(Paragraph((Inline("Promised"),)),),
    assignee="sam",
    due=date(2026, 11, 27),
    labels=("postmortem",),
)
NOTHING = {name: {"value": None, "origin": None} for name in ("owner", "due", "priority", "kind", "team")}
FILE = Step(
    action=Action.FILE,
    item="7f3k9q2m8dxa",
    path="a.md",
    line=41,
    text="Add an alert",
    scope="ops",
    draft=DRAFT,
    owner="Sam",
    assignee=Assignee(account="sam", note="found by e-mail address"),
    due=Due(date(2026, 11, 27), DueOrigin.TARGET, "sev1, 15 d"),
    values=Effective(owner=Fact("Sam", Origin.DOCUMENT)),
)
WAIT = Step(
    action=Action.WAIT,
    item="k2m8xdp4w9sb",
    path="a.md",
    line=42,
    text="Rehearse",
    reason="no answer came",
    retry_at=datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
)
NOTE = Note(
    item="p4w9sb7f3k9q",
    path="a.md",
    line=43,
    words="OPS-3, done",
    target="https://x.example/OPS-3",
    ticked=True,
    key="OPS-3",
    before=State.OPEN,
    after=State.DONE,
    scope="ops",
)
PUSH = Push(
    item="p4w9sb7f3k9q",
    path="a.md",
    line=43,
    scope="ops",
    ticket="10003",
    key="OPS-3",
    field="due",
    before=None,
    after=date(2026, 12, 1),
)
MATTER = Matter(code="ticked-by-hand", path="a.md", line=44, item="q", key="OPS-4", message="was ticked")


@pytest.fixture
def plan(page: Page) -> Plan:
    incident = Incident(title="Checkout down", date=date(2026, 11, 12), severity="sev1")
    return Plan(
        steps=(FILE, WAIT),
        notes=(NOTE,),
        pushes=(PUSH,),
        matters=(MATTER,),
        brakes=(Brake(scope="web", message="51 issues"),),
        readings=(page("a.md", "Add an alert", incident=incident, version="v1", status="final"),),
        since=date(2026, 8, 24),
        remarks=("ids depend on this machine",),
    )


# --- the hash -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"item": "p4w9sb7f3k9q"},
        {"scope": "web"},
        {"draft": replace(DRAFT, title="Add two alerts")},
        {"draft": replace(DRAFT, body=())},
        {"draft": replace(DRAFT, assignee=None)},
        {"draft": replace(DRAFT, due=None)},
        {"draft": replace(DRAFT, priority="P1")},
        {"draft": replace(DRAFT, labels=())},
        {"action": Action.LATER},
    ],
    ids=["item", "scope", "title", "body", "assignee", "due", "priority", "labels", "not created"],
)
def test_hash_changes_with_any_create(change: dict[str, Any], plan: Plan) -> None:
    assert replace(plan, steps=(replace(FILE, **change), WAIT)).hash != plan.hash


@pytest.mark.parametrize(
    "change",
    [
        {"item": "7f3k9q2m8dxa"},
        {"path": "b.md"},
        {"words": "OPS-3, open"},
        {"words": None},
        {"target": "https://y.example"},
        {"ticked": None},
    ],
    ids=["item", "path", "words", "taken out", "target", "box"],
)
def test_hash_changes_with_any_write(change: dict[str, Any], plan: Plan) -> None:
    assert replace(plan, notes=(replace(NOTE, **change),)).hash != plan.hash


@pytest.mark.parametrize(
    "change",
    [{"item": "7f3k9q2m8dxa"}, {"ticket": "99"}, {"field": "title"}, {"after": None}, {"path": "b.md"}],
    ids=str,
)
def test_hash_changes_with_any_push(change: dict[str, Any], plan: Plan, page: Page) -> None:
    plan = replace(plan, readings=(*plan.readings, page("b.md", "Rehearse", version="v1")))
    assert replace(plan, pushes=(replace(PUSH, **change),)).hash != plan.hash


def test_a_braked_plan_does_nothing_in_that_scope_and_all_in_the_others(plan: Plan) -> None:
    assert plan.braked == plan, "a brake elsewhere"
    stopped = replace(plan, brakes=(Brake(scope="ops", message="too many", code="changes"),)).braked
    assert (stopped.steps, stopped.notes, stopped.pushes) == ((WAIT,), (), ())


@pytest.mark.parametrize(
    "parts",
    [{"steps": (WAIT,)}, {"notes": ()}, {"pushes": ()}, {"doubts": ("?",)}, {"steps": (FILE, FILE, WAIT)}],
)
def test_hash_changes_with_how_many(parts: dict[str, Any], plan: Plan) -> None:
    assert replace(plan, **parts).hash != plan.hash


def test_hash_changes_with_the_bytes_that_are_written_into(plan: Plan) -> None:
    edited = tuple(replace(reading, version="v2") for reading in plan.readings)
    assert replace(plan, readings=edited).hash != plan.hash


@pytest.mark.parametrize(
    "parts",
    [
        {"steps": (FILE, replace(WAIT, reason="other words", line=9))},
        {"steps": (replace(FILE, reason="why", line=9, owner="Kim"), WAIT)},
        {"notes": (replace(NOTE, line=9, why="because", before=None),)},
        {"matters": ()},
        {"brakes": ()},
        {"remarks": ()},
        {"since": None},
        {"accepted": {"x": Acceptance(item="x", since=NOW, until=NOW.date(), reason="r", by="b")}},
    ],
    ids=[
        "what waits",
        "words about a create",
        "words about a write",
        "matters",
        "brakes",
        "remarks",
        "since",
        "accepted risks",
    ],
)
def test_hash_does_not_change_with_what_is_only_told(parts: dict[str, Any], plan: Plan) -> None:
    assert replace(plan, **parts).hash == plan.hash


def test_hash_does_not_change_with_a_document_that_nothing_is_written_into(plan: Plan, page: Page) -> None:
    others = [page("b.md", "Rehearse", version=version) for version in ("v1", "v2")]
    hashes = {replace(plan, readings=(*plan.readings, other)).hash for other in others}
    assert hashes == {plan.hash}


def test_hash_is_frozen_for_an_empty_plan() -> None:
    assert Plan().hash == Plan(remarks=("x",)).hash
    assert len(Plan().hash) == 16


# --- figures --------------------------------------------------------------------------------------


def test_counts_name_every_action(plan: Plan) -> None:
    assert dict(plan.counts()) == {
        "file": 1,
        "later": 0,
        "follow": 0,
        "keep": 0,
        "skip": 0,
        "wait": 1,
        "ask": 0,
        "history": 0,
        "write": 1,
        "push": 1,
        "move": 0,
    }


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"steps": (FILE,)}, True),
        ({"notes": (NOTE,)}, True),
        ({"pushes": (PUSH,)}, True),
        ({"steps": (WAIT,), "matters": (MATTER,)}, False),
    ],
    ids=["a create", "a write", "a push", "neither"],
)
def test_a_plan_changes_something_with_a_create_a_write_or_a_push(
    parts: dict[str, Any], expected: bool
) -> None:
    assert Plan(**parts).changes_anything is expected


# --- JSON -----------------------------------------------------------------------------------------


def test_json_of_a_plan(plan: Plan) -> None:
    measure = Unfinished(
        item="x", text="Alert", path="b.md", line=7, state=State.OPEN, key="OPS-9", days_late=3
    )
    again = Again(
        path="a.md",
        earlier="b.md",
        title="Pool empty",
        date=date(2026, 3, 1),
        services=("pay",),
        words=("pool", "empty"),
        items=(measure,),
    )
    until = Acceptance(item="k2m8xdp4w9sb", since=NOW, until=date(2027, 2, 1), reason="replaced", by="Kim")
    plan = replace(plan, again=(again,), accepted={until.item: until})
    assert json.loads(json.dumps(to_json(plan, ("a.md",), limit=5))) == {
        "schema": "followthrough.plan/1",
        "hash": plan.hash,
        "paths": ["a.md"],
        "options": {"limit": 5},
        "counts": dict(plan.counts()),
        "since": "2026-08-24",
        "remarks": ["ids depend on this machine"],
        "excluded": [],
        "brakes": [{"scope": "web", "code": "creates", "message": "51 issues"}],
        "documents": [
            {
                "path": "a.md",
                "version": "v1",
                "title": "Checkout down",
                "date": "2026-11-12",
                "severity": "sev1",
                "status": "final",
                "items": 1,
                "read_only": None,
                "error": None,
            }
        ],
        "history": {
            "older": {"documents": 0, "measures": 0},
            "undated": {"documents": 0, "measures": 0},
        },
        "trackers": [],
        "moves": [],
        "steps": [
            {
                "action": "file",
                "item": "7f3k9q2m8dxa",
                "path": "a.md",
                "line": 41,
                "text": "Add an alert",
                "reason": "",
                "tracker": "ops",
                "title": "Add an alert",
                "assignee": "sam",
                "owner": "Sam",
                "assignee_origin": "found by e-mail address",
                "due": "2026-11-27",
                "due_origin": "target",
                "due_note": None,
                "labels": ["postmortem"],
                "effective": {**NOTHING, "owner": {"value": "Sam", "origin": "document"}},
                "retry_at": None,
                "like": None,
                "accepted_until": None,
            },
            {
                "action": "wait",
                "item": "k2m8xdp4w9sb",
                "path": "a.md",
                "line": 42,
                "text": "Rehearse",
                "reason": "no answer came",
                "tracker": None,
                "title": None,
                "assignee": None,
                "owner": None,
                "assignee_origin": None,
                "due": None,
                "due_origin": None,
                "due_note": None,
                "labels": [],
                "effective": NOTHING,
                "retry_at": "2026-11-20T14:00:00+00:00",
                "like": None,
                "accepted_until": "2027-02-01",
            },
        ],
        "recurrences": [
            {
                "path": "a.md",
                "earlier": {"path": "b.md", "title": "Pool empty", "date": "2026-03-01"},
                "services": ["pay"],
                "words": ["pool", "empty"],
                "measures": [
                    {
                        "item": "x",
                        "path": "b.md",
                        "line": 7,
                        "text": "Alert",
                        "key": "OPS-9",
                        "state": "open",
                        "days_late": 3,
                        "accepted_until": None,
                    }
                ],
            }
        ],
        "writes": [
            {
                "item": "p4w9sb7f3k9q",
                "path": "a.md",
                "line": 43,
                "words": "OPS-3, done",
                "ticked": True,
                "key": "OPS-3",
                "from": "open",
                "to": "done",
                "closed": None,
                "why": "",
            }
        ],
        "pushes": [
            {
                "item": "p4w9sb7f3k9q",
                "path": "a.md",
                "line": 43,
                "tracker": "ops",
                "key": "OPS-3",
                "field": "due",
                "from": None,
                "to": "2026-12-01",
            }
        ],
        "matters": [
            {
                "code": "ticked-by-hand",
                "path": "a.md",
                "line": 44,
                "item": "q",
                "key": "OPS-4",
                "message": "was ticked",
                "choices": "",
            }
        ],
    }


def test_json_of_an_empty_plan_has_every_field() -> None:
    empty = to_json(Plan())
    assert empty["since"] is None
    assert [
        empty[name] for name in ("steps", "writes", "pushes", "matters", "brakes", "documents", "paths")
    ] == [[]] * 7
