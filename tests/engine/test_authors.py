"""A marker counts only on issues that our own account created, or one of `authors`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from followthrough.ledger.memory import MemoryLedger
from followthrough.planning.plan import Action

ONE = "# Postmortem: cache poisoned\n\n## Action items\n\n- [ ] Sign every cache entry\n"


@pytest.fixture
def id(office: Any) -> str:
    """The id of the measure in ``pm.md``, of which nobody remembers anything."""
    document = office.write("pm.md", ONE)
    office.file()
    (ticket,) = office.ops.tickets
    office.ops.delete(ticket.id)
    office.ops.writes.clear()
    office.ledger = MemoryLedger()
    (office.root / "runs.jsonl").unlink()
    document.write_text(ONE)
    return str(ticket.marker)


def test_an_issue_of_our_own_account_is_taken_for_ours(id: str, office: Any) -> None:
    office.ops.add("Sign every cache entry", marker=id, author="bot")
    office.file()
    assert office.ops.writes.total() == 0
    assert "[OPS-2, open]" in (office.root / "pm.md").read_text()


def test_an_issue_of_somebody_else_with_our_marker_is_not_and_nothing_is_filed_beside_it(
    id: str, office: Any
) -> None:
    """Perhaps our account has changed its name: filing would be twice, so that somebody has to say."""
    office.ops.add("Sign every cache entry", marker=id, author="mallory")
    done = office.file()
    (step,) = done.plan.steps
    assert step.action is Action.ASK
    assert step.reason == (
        "OPS-2 carries its marker, but mallory created that: is it ours? Then add the account to `authors` "
        "under [trackers.ops]; else `file --item` files a new one"
    )
    assert done.exit == 0
    assert office.ops.writes.total() == 0
    assert (office.root / "pm.md").read_text() == ONE


@pytest.mark.parametrize("name", ["mallory", "@Mallory"])
def test_an_issue_of_an_account_that_the_settings_name_is_ours(name: str, id: str, office: Any) -> None:
    office.configure(
        trackers={"ops": {"kind": "memory", "authors": ["someone", name]}, "web": {"kind": "memory"}},
        default_tracker="ops",
    )
    office.ops.add("Sign every cache entry", marker=id, author="mallory")
    office.file()
    assert office.ops.writes.total() == 0
    assert "[OPS-2, open]" in (office.root / "pm.md").read_text()


def test_ours_is_adopted_whatever_somebody_else_copied_it_into(id: str, office: Any) -> None:
    office.ops.add("A copy", marker=id, author="mallory")
    office.ops.add("Sign every cache entry", marker=id, author="bot")
    assert [step.action for step in office.file().plan.steps] == [Action.KEEP]
    assert "[OPS-3, open]" in (office.root / "pm.md").read_text()
    assert office.ops.writes.total() == 0


def test_a_tracker_that_does_not_say_who_created_what_is_believed(id: str, office: Any) -> None:
    office.ops.add("Sign every cache entry", marker=id)
    office.file()
    assert office.ops.writes.total() == 0
    assert "[OPS-2, open]" in (office.root / "pm.md").read_text()


def test_what_somebody_asks_for_by_name_is_filed_beside_a_strangers_issue(id: str, office: Any) -> None:
    office.ops.add("Sign every cache entry", marker=id, author="mallory")
    office.file(items=["pm.md:5"])
    assert [ticket.author for ticket in office.ops.tickets] == ["mallory", "bot"]
    assert "[OPS-3, open]" in (office.root / "pm.md").read_text()
    before = (office.root / "pm.md").read_bytes()
    office.run()
    office.run()
    assert (office.root / "pm.md").read_bytes() == before
    assert len(office.ops.tickets) == 2


def test_a_lost_answer_is_not_answered_by_a_strangers_issue(office: Any) -> None:
    """A copy of the marker proves nothing about the create whose answer is still out."""
    from followthrough.testing import Fault

    office.write("pm.md", ONE)
    office.ops.fail("create", Fault.LOST_BEFORE)
    done = office.file()
    (lost,) = done.plan.steps
    office.ops.add("Sign every cache entry", marker=lost.item, author="mallory")
    office.run()
    assert "#ft-" not in (office.root / "pm.md").read_text()


def test_after_the_waiting_time_a_strangers_issue_is_a_question_and_no_wait_for_ever(office: Any) -> None:
    from followthrough.planning.plan import Action
    from followthrough.testing import Fault

    office.write("pm.md", ONE)
    office.ops.fail("create", Fault.LOST_BEFORE)
    (lost,) = office.file().plan.steps
    office.ops.add("Sign every cache entry", marker=lost.item, author="mallory")
    for _night in range(3):
        office.clock.time += timedelta(hours=24)
        (step,) = office.run().plan.steps
        assert step.action is Action.ASK
        assert "OPS-1 carries its marker, but mallory created that" in step.reason
    office.file(items=["pm.md:5"])
    assert [ticket.author for ticket in office.ops.tickets] == ["mallory", "bot"]
    assert "[OPS-2, open]" in (office.root / "pm.md").read_text()
