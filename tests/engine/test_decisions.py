"""What people decide by hand, and what is followed, judged by trackers and documents afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from followthrough.connector import Change, Features, NotFound, State
from followthrough.engine.decisions import Refusal
from followthrough.engine.exits import Exit
from followthrough.ledger import EventKind, Relation
from followthrough.planning.plan import Action
from followthrough.planning.rules import NoSuchItem
from followthrough.testing import Fault, MemoryTracker

TWO = """\
# Postmortem: cache poisoned

## Action items

- [ ] Sign every cache entry
- [ ] Alert when the hit rate falls by half
"""
SIGN, ALERT = "pm.md:5", "pm.md:6"


def referring(words: str) -> str:
    return f"# Postmortem: cache poisoned\n\n## Action items\n\n- [ ] Sign every cache entry {words}\n"


# --- references in the text -----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["({key})", "([the ticket]({url}))", "{url}"])
def test_a_reference_that_the_tracker_knows_is_followed(form: str, office: Any) -> None:
    there = office.ops.add("Sign the cache")
    document = office.write("pm.md", referring(form.format(key=there.key, url=there.url)))
    done = office.file()
    assert [step.action for step in done.plan.steps] == [Action.FOLLOW]
    assert "[OPS-1, open](https://memory.invalid/browse/OPS-1#ft-" in document.read_text()
    ((link,),) = office.ledger.snapshot().links.values()
    assert link.relation is Relation.FOLLOWED
    office.ops.edit(there.id, Change(state=State.DONE))
    office.run()
    assert "- [x] Sign every cache entry" in document.read_text()
    assert "[OPS-1, done](" in document.read_text()
    assert office.ops.writes.total() == 0, "a followed issue is never edited"
    assert len(office.ops.tickets) == 1
    before = document.read_bytes()
    office.run()
    assert document.read_bytes() == before


def test_a_reference_that_no_tracker_knows_is_tracked_elsewhere(office: Any) -> None:
    document = office.write("pm.md", referring("(OPS-99)"))
    before = document.read_bytes()
    done = office.file()
    assert [(step.action, step.reason) for step in done.plan.steps] == [
        (Action.SKIP, "tracked elsewhere: OPS-99 stands in the text")
    ]
    assert office.ops.tickets == []
    assert document.read_bytes() == before


def test_several_references_are_done_when_all_are_closed_and_one_is_done(office: Any) -> None:
    first, second = office.ops.add("One"), office.ops.add("Two")
    document = office.write("pm.md", referring("(OPS-1, OPS-2)"))
    office.ops.edit(first.id, Change(state=State.DONE))
    office.file()
    assert "- [ ] Sign" in document.read_text()
    assert "[OPS-2, open](" in document.read_text()
    office.ops.edit(second.id, Change(state=State.DROPPED))
    office.sync()
    assert "- [x] Sign" in document.read_text()
    assert "[OPS-1, done](" in document.read_text()
    office.ops.edit(first.id, Change(state=State.DROPPED))
    office.sync()
    assert "- [ ] Sign" in document.read_text()
    assert ", won't do](" in document.read_text()


# --- confidential and public ----------------------------------------------------------------------


def test_a_confidential_document_waits_until_a_route_takes_it(office: Any) -> None:
    office.configure()
    document = office.write("pm.md", f"---\nconfidential: true\n---\n{TWO}")
    done = office.file()
    assert {step.action for step in done.plan.steps} == {Action.WAIT}
    assert document.read_text().endswith(TWO)
    office.configure(routes=[{"tracker": "web", "confidential": True}])
    office.file()
    assert (len(office.ops.tickets), len(office.web.tickets)) == (0, 2)


@pytest.mark.parametrize("options", [{}, {"limit": 100}, {"confirmed": True}], ids=str)
def test_a_public_tracker_is_filed_into_only_where_that_is_allowed(
    options: dict[str, Any], office: Any
) -> None:
    office.ops.public = True
    office.write("pm.md", TWO)
    done = office.file(**options)
    assert done.exit is Exit.HUMAN
    assert "OPS in memory is public" in done.plan.brakes[0].message
    assert "public = true under [trackers.ops]" in done.plan.brakes[0].message
    assert office.ops.tickets == []
    office.configure(trackers={"ops": {"kind": "memory", "public": True}})
    assert office.file(**options).exit is Exit.OK
    assert len(office.ops.tickets) == 2


# --- adopt ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["OPS-1", "ops:OPS-1", "https://memory.invalid/browse/OPS-1"])
def test_adopt_links_an_issue_and_leaves_it_alone(name: str, office: Any) -> None:
    there = office.ops.add("Sign the cache")
    document = office.write("pm.md", TWO)
    for _time in range(2):
        assert office.adopt(name, SIGN).exit is Exit.OK
    assert "Sign every cache entry [OPS-1, open](" in document.read_text()
    assert office.ops.tickets == [there]
    assert office.ops.writes.total() == 0
    office.file()
    assert [ticket.title for ticket in office.ops.tickets] == [
        "Sign the cache",
        "Alert when the hit rate falls by half",
    ]
    office.ops.edit(there.id, Change(state=State.DONE))
    office.run()
    assert "- [x] Sign every cache entry [OPS-1, done](" in document.read_text()


def test_adopt_refuses_what_it_cannot_do(office: Any) -> None:
    office.write("pm.md", TWO)
    office.file()
    office.ops.add("Another")
    with pytest.raises(Refusal, match="has a ticket already"):
        office.adopt("OPS-3", SIGN)
    with pytest.raises(Refusal, match="TRACKER:KEY"):
        office.adopt("ZZZ-1", SIGN)
    with pytest.raises(NotFound, match="OPS-99"):
        office.adopt("OPS-99", SIGN)
    with pytest.raises(NoSuchItem, match=r"pm\.md:99"):
        office.adopt("OPS-3", "pm.md:99")


# --- ignore ---------------------------------------------------------------------------------------


def test_an_ignored_item_is_skipped_until_somebody_names_it(office: Any) -> None:
    office.at_once = None  # every measure has its step
    office.write("pm.md", TWO)
    office.ignore(SIGN, "advice to readers")
    for file in (office.file, office.run):
        done = file()
        assert [step.reason for step in done.plan.steps if step.action is Action.SKIP] == [
            "ignored: advice to readers"
        ]
    assert [ticket.title for ticket in office.ops.tickets] == ["Alert when the hit rate falls by half"]
    assert EventKind.IGNORED in {event.kind for event in office.ledger.events()}
    for _time in range(2):
        office.file(items=[SIGN])
    assert [ticket.title for ticket in office.ops.tickets][1:] == ["Sign every cache entry"]
    with pytest.raises(Refusal, match="has a ticket"):
        office.ignore(SIGN, "too late")


# --- move -----------------------------------------------------------------------------------------


def test_move_files_once_closes_the_old_one_and_replaces_the_link(office: Any) -> None:
    office.configure()
    document = office.write("pm.md", TWO)
    office.file()
    office.move("OPS-1", "web")
    (there,) = office.web.tickets
    assert (there.title, there.state) == ("Sign every cache entry", State.OPEN)
    assert [ticket.state for ticket in office.ops.tickets] == [State.DROPPED, State.OPEN]
    text = document.read_text()
    assert "Sign every cache entry [WEB-1, open](https://memory.invalid/browse/WEB-1#ft-" in text
    assert "OPS-1" not in text
    assert text.count("#ft-") == 2
    assert EventKind.MOVED in {event.kind for event in office.ledger.events()}
    writes = office.ops.writes.total() + office.web.writes.total()
    for item in (SIGN, "WEB-1"):
        assert office.move(item, "web").exit is Exit.OK
    for again in (office.file, office.run, office.sync):
        assert again().exit is Exit.OK
    assert office.ops.writes.total() + office.web.writes.total() == writes
    assert document.read_text() == text


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.LOST_BEFORE])
def test_a_move_without_an_answer_never_files_twice(fault: Fault, office: Any) -> None:
    office.configure()
    document = office.write("pm.md", TWO)
    office.file()
    office.web.fail("create", fault)
    office.move("OPS-1", "web")
    assert office.ops.tickets[0].state is State.OPEN, "the old one is closed once the new one stands"
    for _time in range(2):
        office.move(SIGN, "web")
    assert len(office.web.tickets) == 1
    assert [ticket.state for ticket in office.ops.tickets] == [State.DROPPED, State.OPEN]
    assert "Sign every cache entry [WEB-1, open](" in document.read_text()


def test_a_move_back_files_a_new_one(office: Any) -> None:
    office.configure()
    document = office.write("pm.md", TWO)
    office.file()
    office.move("OPS-1", "web")
    office.move("WEB-1", "ops")
    assert [ticket.state for ticket in office.web.tickets] == [State.DROPPED]
    assert [ticket.state for ticket in office.ops.tickets] == [State.DROPPED, State.OPEN, State.OPEN]
    office.run()
    assert "Sign every cache entry [OPS-3, open](" in document.read_text()


def test_move_refuses_an_item_without_a_ticket(office: Any) -> None:
    office.configure()
    office.write("pm.md", TWO)
    with pytest.raises(Refusal, match="has no ticket to move"):
        office.move(SIGN, "web")
    assert office.web.tickets == []


# --- undo -----------------------------------------------------------------------------------------


def test_undo_closes_what_nobody_touched_and_takes_the_links_out(office: Any) -> None:
    document = office.write("pm.md", TWO)
    run = office.file().run
    office.clock.time += timedelta(hours=1)
    office.ops.edit("OPS-2", Change(assignee="kim"))
    done = office.undo(run)
    assert done.taken_out == ["pm.md"]
    assert [ticket.state for ticket in office.ops.tickets] == [State.DROPPED, State.OPEN]
    text = document.read_text()
    assert "- [ ] Sign every cache entry\n" in text
    assert "[OPS-2, open](" in text
    office.run()
    assert document.read_text() == text
    assert len(office.ops.tickets) == 2


@pytest.mark.parametrize(
    "change",
    [Change(title="In my own words"), Change(assignee="kim"), Change(labels=("mine",))],
    ids=["title", "assignee", "labels"],
)
def test_undo_keeps_what_somebody_changed_at_once(change: Change, office: Any) -> None:
    office.write("pm.md", TWO)
    run = office.file().run
    office.ops.edit("OPS-2", change)
    office.undo(run)
    assert [ticket.state for ticket in office.ops.tickets] == [State.DROPPED, State.OPEN]


def test_what_was_taken_back_stays_so_when_the_tracker_is_listed_again(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.undo(office.file().run)
    assert document.read_text() == TWO
    office.write("other.md", TWO.replace("Sign every", "Compress each"))
    for file in (office.run, office.file):
        file()
        assert document.read_text() == TWO
    assert len(office.ops.tickets) == 4
    with pytest.raises(Refusal, match="filed nothing that is still linked"):
        office.undo("20261122-1")


def test_what_was_taken_back_is_filed_by_name(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.undo(office.file().run)
    office.file(items=[SIGN])
    assert "Sign every cache entry [OPS-3, open](" in document.read_text()
    assert "- [ ] Alert when the hit rate falls by half\n" in document.read_text()
    office.run()
    assert len(office.ops.tickets) == 3


def test_what_was_refiled_after_an_undo_is_found_again_when_the_ledger_is_lost(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.undo(office.file().run)
    office.file(items=[SIGN])
    office.ledger = type(office.ledger)("another")
    office.run()
    assert "Sign every cache entry [OPS-3, open](" in document.read_text()
    assert len(office.ops.tickets) == 3


@pytest.mark.parametrize("fault", [Fault.LOST_AFTER, Fault.LOST_BEFORE])
def test_naming_an_ignored_measure_again_sends_no_second_create_while_an_answer_is_out(
    fault: Fault, office: Any
) -> None:
    features = Features(settle=timedelta(hours=6))
    office.trackers["ops"] = MemoryTracker(office.clock.now, features=features, lag=timedelta(hours=5))
    office.write("pm.md", TWO)
    office.ignore(SIGN, "advice")
    office.ops.fail("create", fault)
    office.file(items=[SIGN])
    sent = office.ops.writes["create"]
    for _hour in range(3):
        assert office.file(items=[SIGN]).filed.created == []
    assert office.ops.writes["create"] == sent
    for _hour in range(8):
        office.file(items=[SIGN])
    assert len(office.ops.tickets) == 1


def test_undo_finds_its_links_in_a_document_that_was_renamed(office: Any) -> None:
    document = office.write("pm.md", TWO)
    run = office.file().run
    renamed = document.rename(document.with_name("2026-11-22-cache.md"))
    done = office.undo(run)
    assert (done.exit, done.taken_out) == (Exit.OK, ["2026-11-22-cache.md"])
    assert renamed.read_text() == TWO
    assert {ticket.state for ticket in office.ops.tickets} == {State.DROPPED}
    office.run()
    assert (renamed.read_text(), len(office.ops.tickets)) == (TWO, 2)


def test_undo_closes_what_stood_in_a_document_that_is_gone(office: Any) -> None:
    document = office.write("pm.md", TWO)
    run = office.file().run
    document.unlink()
    done = office.undo(run)
    assert (done.exit, done.taken_out) == (Exit.OK, [])
    assert "pm.md is gone" in done.said[0]
    assert {ticket.state for ticket in office.ops.tickets} == {State.DROPPED}
    with pytest.raises(Refusal, match="filed nothing that is still linked"):
        office.undo(run)


def test_a_ticket_that_was_moved_on_is_named_by_its_new_key(office: Any) -> None:
    office.configure()
    office.write("pm.md", TWO)
    office.file()
    office.move("OPS-1", "web")
    writes = office.ops.writes.total() + office.web.writes.total()
    for _time in range(2):
        done = office.move("OPS-1", "web")
        assert (done.exit, done.said) == (
            Exit.OK,
            ["OPS-1 was moved to web already, it is WEB-1 there; nothing was done."],
        )
    with pytest.raises(Refusal, match="OPS-1 was moved and is WEB-1 by now"):
        office.move("OPS-1", "ops")
    assert office.ops.writes.total() + office.web.writes.total() == writes
