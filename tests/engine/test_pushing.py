"""Edits made in a document after filing: told every night, pushed only where that was asked for."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import Any

import pytest

from followthrough.connector import Change, Features, State
from followthrough.engine.exits import Exit
from followthrough.ledger import EventKind
from followthrough.planning.rules import NoSuchItem
from followthrough.testing import Fault, MemoryTracker

THREE = """\
# Postmortem: cache poisoned

## Action items

- [ ] Sign every cache entry (owner: Sam, due: 2027-01-15)
- [ ] Alert when the hit rate falls by half
- [ ] Rehearse a cold start of the cache
"""
SIGN, ALERT = "pm.md:5", "pm.md:6"
PEOPLE = {"sam": {"names": ["Sam"], "ops": "sam-1"}, "ada": {"names": ["Ada"], "ops": "ada-1"}}
FIELDS = ["state", "title", "due", "assignee"]
EDITS = {
    "state": ("- [ ] Sign", "- [x] Sign"),
    "title": ("Sign every cache entry", "Sign and check every cache entry"),
    "due": ("due: 2027-01-15)", "due: 2027-02-01)"),
    "assignee": ("owner: Sam", "owner: Ada"),
}
AFTER: dict[str, Any] = {
    "state": State.DONE,
    "title": "Sign and check every cache entry",
    "due": date(2027, 2, 1),
    "assignee": "ada-1",
}
CODES = {
    "state": "ticked-by-hand",
    "title": "title-edited",
    "due": "due-edited",
    "assignee": "owner-edited",
}


class Killed(BaseException):
    """What ends a run as a power cut does: nothing catches it."""


@pytest.fixture
def filed(office: Any) -> Any:
    """Three measures, filed."""
    push(office)
    office.write("pm.md", THREE)
    office.file()
    assert len(office.ops.tickets) == 3
    return office


def push(office: Any, *fields: str) -> None:
    office.configure(people=PEOPLE, sync={"push": list(fields)})


def edit(office: Any, *fields: str) -> None:
    path = office.root / "pm.md"
    text = path.read_text()
    for field in fields:
        assert EDITS[field][0] in text
        text = text.replace(*EDITS[field])
    path.write_text(text)


def first(office: Any) -> Any:
    return office.ops.tickets[0]


def codes(done: Any) -> list[str]:
    return [matter.code for matter in done.plan.matters]


def kill_at(office: Any, name: str) -> None:
    def step(reached: str) -> None:
        if reached == name:
            raise Killed

    office.step = step


# --- told, not pushed -----------------------------------------------------------------------------


@pytest.mark.parametrize("field", FIELDS)
def test_an_edit_is_told_every_night_and_nothing_is_pushed(field: str, filed: Any) -> None:
    before = first(filed)
    edit(filed, field)
    text = (filed.root / "pm.md").read_text()
    for night in (filed.sync, filed.run, filed.sync):
        done = night()
        assert (done.exit, codes(done), done.pushed) == (Exit.OK, [CODES[field]], [])
    assert first(filed) == before
    assert (filed.root / "pm.md").read_text() == text
    (matter,) = filed.plan().matters
    assert "`sync --push pm.md:5`" in matter.choices
    assert matter.choices.startswith("close OPS-1, or") is (field == "state")


@pytest.mark.parametrize("field", FIELDS)
def test_the_old_words_back_in_place_settle_it(field: str, filed: Any) -> None:
    edit(filed, field)
    filed.sync()
    path = filed.root / "pm.md"
    path.write_text(path.read_text().replace(*reversed(EDITS[field])))
    assert codes(filed.sync()) == []
    push(filed, *FIELDS)
    assert filed.sync().pushed == []


@pytest.mark.parametrize("field", FIELDS)
def test_the_same_edit_in_the_tracker_settles_it(field: str, filed: Any) -> None:
    edit(filed, field)
    filed.sync()
    filed.ops.edit("OPS-1", Change(**{field: AFTER[field]}))
    assert codes(filed.sync()) == []
    filed.ops.edit("OPS-1", Change(**{field: getattr(first(filed), field)}))
    assert codes(filed.sync()) == []


def test_what_the_tracker_changes_is_no_edit_of_the_document(filed: Any) -> None:
    push(filed, *FIELDS)
    change = Change(title="Sign it all", due=date(2027, 3, 1), assignee="ada-1", state=State.IN_PROGRESS)
    filed.ops.edit("OPS-1", change)
    now = first(filed)
    for night in (filed.sync, filed.run):
        done = night()
        assert (done.pushed, codes(done)) == ([], [])
    assert first(filed) == now


# --- pushed by the settings -----------------------------------------------------------------------


@pytest.mark.parametrize("command", ["sync", "run", "file"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_named_field_is_pushed_once(field: str, command: str, filed: Any) -> None:
    push(filed, field)
    edit(filed, *FIELDS)
    done = getattr(filed, command)()
    assert done.exit is Exit.OK
    assert [(one.field, one.after, one.key) for one in done.pushed] == [(field, AFTER[field], "OPS-1")]
    assert getattr(first(filed), field) == AFTER[field]
    assert sorted(codes(done)) == sorted(CODES[other] for other in FIELDS if other != field)
    writes, text = filed.ops.writes["update"], (filed.root / "pm.md").read_text()
    assert writes == 1
    for again in (filed.sync, filed.run, filed.file):
        assert again().pushed == []
    assert filed.ops.writes["update"] == writes
    assert (filed.root / "pm.md").read_text() == text
    assert EventKind.PUSHED in {event.kind for event in filed.ledger.events()}


def test_a_pushed_tick_closes_as_done_and_an_unticked_box_opens_again(filed: Any) -> None:
    push(filed, "state")
    edit(filed, "state")
    filed.sync()
    path = filed.root / "pm.md"
    assert "- [x] Sign every cache entry" in path.read_text()
    assert "[OPS-1, done](" in path.read_text()
    assert first(filed).state is State.DONE
    path.write_text(path.read_text().replace("- [x] Sign", "- [ ] Sign"))
    filed.sync()
    assert first(filed).state is State.OPEN
    assert "- [ ] Sign every cache entry" in path.read_text()
    assert "[OPS-1, open, due 2027-01-15](" in path.read_text()


def test_an_owner_and_a_date_taken_out_of_the_document_are_cleared(filed: Any) -> None:
    push(filed, *FIELDS)
    path = filed.root / "pm.md"
    path.write_text(path.read_text().replace(" (owner: Sam, due: 2027-01-15)", ""))
    filed.sync()
    assert (first(filed).assignee, first(filed).due) == (None, None)
    assert filed.sync().pushed == []


def test_a_decision_against_it_is_not_overruled_by_a_tick_overnight(filed: Any) -> None:
    push(filed, "state")
    filed.ops.edit("OPS-1", Change(state=State.DROPPED))
    filed.sync()
    edit(filed, "state")
    assert codes(filed.run()) == ["ticked-by-hand"]
    assert first(filed).state is State.DROPPED
    filed.sync(SIGN)
    assert first(filed).state is State.DONE


@pytest.mark.parametrize("field", ["title", "due", "assignee"])
def test_what_both_sides_changed_is_pushed_by_name_only(field: str, filed: Any) -> None:
    push(filed, *FIELDS)
    theirs: Any = {"title": "Sign it all", "due": date(2027, 3, 1), "assignee": "kim-1"}[field]
    edit(filed, field)
    filed.ops.edit("OPS-1", Change(**{field: theirs}))
    for night in (filed.sync, filed.run):
        done = night()
        assert (codes(done), done.pushed) == ([CODES[field]], [])
        assert done.plan.matters[0].message.endswith("Both were changed since they agreed.")
    assert getattr(first(filed), field) == theirs
    filed.sync("OPS-1")
    assert getattr(first(filed), field) == AFTER[field]


def test_an_owner_without_an_account_is_told_and_never_pushed(filed: Any) -> None:
    push(filed, *FIELDS)
    path = filed.root / "pm.md"
    path.write_text(path.read_text().replace("owner: Sam", "owner: Kim"))
    for done in (filed.sync(), filed.sync(SIGN)):
        (matter,) = done.plan.matters
        assert "Kim is not in [people]" in matter.message
        assert "--push" not in matter.choices
    assert first(filed).assignee == "sam-1"


def test_what_a_tracker_cannot_store_is_no_edit(office: Any) -> None:
    features = Features(settle=office.ops.features.settle, cannot_store=frozenset({"due"}))
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", features=features)
    push(office, *FIELDS)
    office.write("pm.md", THREE)
    office.file()
    edit(office, "due")
    done = office.sync()
    assert (codes(done), done.pushed) == ([], [])


# --- pushed by name -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [SIGN, "OPS-1", "id"])
def test_an_item_is_pushed_with_all_its_edits(name: str, filed: Any) -> None:
    edit(filed, *FIELDS)
    path = filed.root / "pm.md"
    path.write_text(path.read_text().replace("- [ ] Alert", "- [x] Alert"))
    item = next(id for id, one in filed.ledger.snapshot().items.items() if one.line == 5)
    done = filed.sync(item if name == "id" else name)
    assert {one.field for one in done.pushed} == set(FIELDS)
    assert {field: getattr(first(filed), field) for field in FIELDS} == AFTER
    assert filed.ops.tickets[1].state is State.OPEN, "the other tick was not asked for"
    assert codes(done) == ["ticked-by-hand"]
    assert codes(filed.sync(SIGN)) == ["ticked-by-hand"]
    assert filed.sync(SIGN).pushed == []


def test_push_names_what_it_cannot_push(filed: Any) -> None:
    with pytest.raises(NoSuchItem, match=r"pm\.md:99: no measure is there"):
        filed.sync("pm.md:99")
    filed.write("new.md", "# Postmortem: disk full\n\n## Action items\n\n- [ ] Rotate the logs\n")
    with pytest.raises(NoSuchItem, match=r"has no ticket to push to\. `file --item new\.md:5` files it"):
        filed.sync("new.md:5")
    filed.ops.add("Compact the disk")
    filed.write("old.md", "# Postmortem: disk full\n\n## Action items\n\n- [x] Compact it (OPS-4)\n")
    filed.file()
    with pytest.raises(NoSuchItem, match="follows OPS-4, which stands in its text and is not ours"):
        filed.sync("old.md:5")
    assert filed.ops.writes["update"] == 0


@pytest.mark.parametrize("words", ["(OPS-4)", ""], ids=["followed", "adopted"])
def test_a_tick_that_was_never_agreed_stays_and_is_not_pushed_overnight(words: str, filed: Any) -> None:
    push(filed, "state")
    filed.ops.add("Compact the disk")
    document = filed.write(
        "old.md", f"# Postmortem: disk full\n\n## Action items\n\n- [x] Compact it {words}\n"
    )
    if not words:
        filed.adopt("OPS-4", "old.md:5")
    for night in (filed.run, filed.sync, filed.run):
        night()
        assert "- [x] Compact it" in document.read_text()
        assert filed.ops.tickets[3].state is State.OPEN
    assert ("--push" in filed.plan().matters[0].choices) is (not words)


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.REFUSED, Exit.PARTIAL),
        (Fault.LOST_BEFORE, Exit.PARTIAL),
        (Fault.LOST_AFTER, Exit.PARTIAL),
        (Fault.RATE_LIMITED, Exit.LATER),
        (Fault.UNAUTHORIZED, Exit.CREDENTIALS),
    ],
)
def test_a_push_that_fails_is_told_and_made_up_for(fault: Fault, code: Exit, filed: Any) -> None:
    push(filed, *FIELDS)
    edit(filed, "title")
    filed.ops.edit("OPS-2", Change(state=State.DONE))
    filed.ops.fail("update", fault)
    done = filed.sync()
    assert done.exit is code
    assert done.pushed == []
    assert "- [x] Alert" in (filed.root / "pm.md").read_text(), "the rest is done"
    assert filed.sync().exit is Exit.OK
    assert first(filed).title == AFTER["title"]
    updates = filed.ops.writes["update"]
    assert filed.sync().pushed == []
    assert filed.ops.writes["update"] == updates


def test_one_refused_push_stops_no_other(filed: Any) -> None:
    push(filed, *FIELDS)
    edit(filed, *FIELDS)
    filed.ops.fail("update", Fault.REFUSED)
    done = filed.sync()
    assert (done.exit, len(done.pushed), len(done.failures)) == (Exit.PARTIAL, 3, 1)
    assert "pm.md:5: the state of OPS-1 was not changed: The memory refuses a value." in done.failures[0]
    assert "- [x] Sign" in (filed.root / "pm.md").read_text()
    assert filed.sync().exit is Exit.OK
    assert {field: getattr(first(filed), field) for field in FIELDS} == AFTER


@pytest.mark.parametrize("step", ["learned", "pushed", "push recorded", "document written", "base recorded"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_run_that_is_killed_converges(field: str, step: str, filed: Any) -> None:
    push(filed, *FIELDS)
    edit(filed, field)
    kill_at(filed, step)
    with contextlib.suppress(Killed):  # a step that this field does not come to
        filed.sync()
    filed.step = lambda _name: None
    assert filed.sync().exit is Exit.OK
    assert getattr(first(filed), field) == AFTER[field]
    assert filed.ops.writes["update"] == 1
    path = filed.root / "pm.md"
    stamp = path.stat().st_mtime_ns
    done = filed.sync()
    assert (done.pushed, codes(done), path.stat().st_mtime_ns) == ([], [], stamp)
    assert filed.ops.writes["update"] == 1


def test_a_plan_shows_a_push_with_the_write_that_follows(filed: Any) -> None:
    push(filed, "state")
    edit(filed, "state")
    plan = filed.plan()
    assert [(one.field, one.before, one.after) for one in plan.pushes] == [("state", State.OPEN, State.DONE)]
    assert [(note.words, note.before, note.after) for note in plan.notes] == [
        ("OPS-1, done", State.OPEN, State.DONE)
    ]
    assert plan.matters == ()
    assert first(filed).state is State.OPEN


def test_a_detached_document_is_not_pushed(filed: Any) -> None:
    push(filed, *FIELDS)
    filed.unlink()
    edit(filed, *FIELDS)
    assert filed.sync().pushed == []


def test_a_lost_ledger_pushes_nothing(filed: Any) -> None:
    push(filed, *FIELDS)
    edit(filed, *FIELDS)
    before = first(filed)
    filed.ledger = type(filed.ledger)("another")
    for _night in range(2):
        assert filed.run().pushed == []
    assert first(filed) == before
