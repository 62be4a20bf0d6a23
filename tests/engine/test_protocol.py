"""Exactly once where answers are lost, listings lag, and ledgers go backwards or are lost."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from followthrough.connector import Connector, Draft, Features, Outcome, Outside
from followthrough.engine.exits import Exit
from followthrough.ledger import HoldReason, IntentStatus
from followthrough.ledger.memory import MemoryLedger
from followthrough.ledger.sqlite import open_sqlite
from followthrough.planning.identity import UNKNOWN_LINK
from followthrough.planning.plan import Action
from followthrough.testing import Fault, MemoryConnector, MemoryPlugin, MemoryTracker

SETTLE = timedelta(hours=12)


def page(*measures: str) -> str:
    lines = "".join(f"- [ ] {measure}\n" for measure in measures)
    return f"# Postmortem: cache\n\n## Action items\n\n{lines}"


@pytest.fixture
def slow(office: Any) -> Any:
    """A tracker that may show an issue twelve hours late, in which one was filed."""
    features = Features(settle=SETTLE)
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", features=features)
    office.write("first.md", page("Alert on the pool"))
    assert office.file().exit is Exit.OK
    office.clock.time += timedelta(days=1)
    return office


def later(office: Any, **time: float) -> None:
    office.clock.time += timedelta(**time) - timedelta(hours=1)  # each job takes one hour


def markers(office: Any) -> list[str]:
    return [ticket.marker for ticket in office.ops.tickets]


def held(office: Any) -> set[HoldReason | None]:
    return {scope.held_why for scope in office.ledger.snapshot().scopes.values()} - {None}


def waits(done: Any) -> list[Any]:
    return [step for step in done.plan.steps if step.action is Action.WAIT]


# --- a create without an answer -------------------------------------------------------------------


def unanswered(office: Any, fault: Fault = Fault.LOST_BEFORE) -> Any:
    office.write("second.md", page("Rehearse the restore"))
    office.ops.fail("create", fault)
    done = office.run()
    assert len(done.filed.unknown) == 1
    return done


def test_it_is_sent_again_after_the_waiting_time_and_two_listings_a_minute_apart(slow: Any) -> None:
    sent = slow.clock.time
    unanswered(slow)
    for hours in (1, 10):
        later(slow, hours=hours)
        done = slow.run()
        assert (len(waits(done)), len(slow.ops.tickets)) == (1, 1)
        assert waits(done)[0].retry_at - sent < SETTLE + timedelta(hours=2)
    later(slow, hours=2)
    slow.ops.reads.clear()
    started = slow.clock.time
    done = slow.run()
    assert (done.exit, len(done.filed.created), len(slow.ops.tickets)) == (Exit.OK, 1, 2)
    assert slow.ops.reads["owned"] == 2
    assert slow.clock.time - started >= timedelta(hours=1, seconds=60)
    assert slow.ledger.snapshot().intents[slow.ops.tickets[1].marker].attempt == 2


def test_listings_before_the_waiting_time_do_not_count(slow: Any) -> None:
    unanswered(slow)
    for _look in range(4):
        slow.run()
    (intent,) = [one for one in slow.ledger.snapshot().intents.values() if one.status is IntentStatus.UNKNOWN]
    assert intent.clean_listings == ()


def test_it_ends_too_where_its_measure_was_ticked_meanwhile(slow: Any) -> None:
    unanswered(slow)
    slow.write("second.md", page("Rehearse the restore").replace("[ ]", "[x]"))
    for _night in range(2):
        later(slow, hours=24)
        assert slow.run().exit is Exit.OK
    assert {one.status for one in slow.ledger.snapshot().intents.values()} == {
        IntentStatus.CREATED,
        IntentStatus.REFUSED,
    }
    slow.ops.reads.clear()
    slow.run()
    assert slow.ops.reads["owned"] == 0
    assert len(slow.ops.tickets) == 1


def test_an_issue_that_the_last_look_shows_is_adopted(slow: Any) -> None:
    slow.ops.lag = timedelta(hours=14, seconds=30)
    unanswered(slow, Fault.LOST_AFTER)
    slow.ops.lag = timedelta()
    later(slow, hours=14)
    done = slow.run()
    assert (len(done.filed.found), done.filed.created) == (1, [])
    assert len(slow.ops.tickets) == 2
    assert "[OPS-2, open]" in (slow.root / "second.md").read_text()
    assert slow.run().exit is Exit.OK


def test_an_issue_that_shows_up_while_waiting_is_adopted_at_once(slow: Any) -> None:
    slow.ops.lag = timedelta(minutes=30)
    unanswered(slow, Fault.LOST_AFTER)
    done = slow.run()
    assert waits(done) == []
    assert len(slow.ops.tickets) == 2
    assert "[OPS-2, open]" in (slow.root / "second.md").read_text()


def test_a_last_look_that_fails_sends_nothing(slow: Any) -> None:
    unanswered(slow)
    later(slow, hours=14)
    calls = []
    listed = slow.ops.listed

    def once() -> Any:
        calls.append(1)
        if len(calls) == 2:
            slow.ops.fail("owned", Fault.UNREACHABLE)
        return listed()

    slow.ops.listed = once
    slow.step = lambda name: slow.ops.fail("owned", Fault.UNREACHABLE) if name == "learned" else None
    done = slow.run()
    assert (done.exit, len(slow.ops.tickets)) == (Exit.LATER, 1)
    slow.step = lambda _name: None
    slow.ops.listed = listed
    assert slow.run().exit is Exit.OK
    assert len(slow.ops.tickets) == 2


def test_the_first_look_of_one_night_and_that_of_the_next_are_two(slow: Any) -> None:
    unanswered(slow)
    later(slow, hours=14)
    slow.step = lambda name: slow.ops.fail("owned", Fault.UNREACHABLE) if name == "learned" else None
    slow.run()
    slow.step = lambda _name: None
    slow.ops.reads.clear()
    assert len(slow.run().filed.created) == 1
    assert slow.ops.reads["owned"] == 1, "yesterday's look and today's"


def test_an_answer_that_is_out_for_a_line_that_is_gone_is_not_forgotten(slow: Any) -> None:
    unanswered(slow, Fault.LOST_AFTER)
    slow.write("second.md", page("Something else entirely"))
    slow.run()
    snapshot = slow.ledger.snapshot()
    (gone,) = [item.id for item in snapshot.items.values() if item.gone]
    assert [ticket.key for ticket in snapshot.tickets_of(gone)] == ["OPS-2"]
    assert not any(intent.status is IntentStatus.UNKNOWN for intent in snapshot.intents.values())


def test_in_a_new_scope_nothing_follows_a_first_create_without_an_answer(office: Any) -> None:
    office.write("pm.md", page("Alert on the pool", "Rehearse the restore"))
    office.ops.fail("create", Fault.LOST_BEFORE)
    done = office.file()
    assert (done.exit, len(done.filed.unknown), office.ops.tickets) == (Exit.LATER, 1, [])
    assert office.file().exit is Exit.OK
    assert len(office.ops.tickets) == 2


def test_nothing_is_filed_in_a_scope_that_was_not_listed(slow: Any) -> None:
    slow.write("second.md", page("Rehearse the restore"))
    done = slow.file(offline=True)
    assert (done.exit, len(slow.ops.tickets)) == (Exit.LATER, 1)
    assert slow.file().exit is Exit.OK


def test_one_complete_listing_comes_before_the_first_create(slow: Any) -> None:
    seen: list[str] = []
    fault = slow.ops.fault

    def noticed(method: str) -> Any:
        seen.append(method)
        return fault(method)

    slow.ops.fault = noticed
    slow.write("second.md", page("Rehearse the restore"))
    slow.file()
    assert seen.index("owned") < seen.index("create")
    assert seen.count("create") == 1


# --- a ledger that went backwards -----------------------------------------------------------------


@pytest.fixture
def kept(slow: Any, tmp_path: Path) -> Any:
    """The same with a ledger in a file; ``backup`` holds it as it was before the second document."""
    slow.ledger = open_sqlite(tmp_path / "ledger.db", create=True, random_name=lambda: "one")
    (slow.root / "runs.jsonl").unlink()
    slow.run()
    later(slow, hours=24)
    assert slow.run().exit is Exit.OK
    slow.ledger.close()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "backup.db")
    slow.ledger = open_sqlite(tmp_path / "ledger.db", create=True, random_name=str)
    return slow


def put_back(office: Any) -> None:
    office.ledger.close()
    shutil.copy(office.root / "backup.db", office.root / "ledger.db")
    office.ledger = open_sqlite(office.root / "ledger.db", create=True, random_name=str)


def test_a_ledger_put_back_waits_out_the_settle_time_and_goes_on_by_itself(kept: Any) -> None:
    kept.ops.lag = timedelta(hours=11)  # what the forgotten run filed is not listed yet
    kept.write("second.md", page("Rehearse the restore"))
    text = (kept.root / "second.md").read_text()
    assert kept.run().exit is Exit.OK
    put_back(kept)
    kept.write("second.md", text)  # and the document was put back with it
    kept.ops.lag = timedelta()
    kept.write("third.md", page("Sign every entry"))
    done = kept.run()
    assert done.exit is Exit.HUMAN
    assert done.plan.went_backwards
    assert held(kept) == {HoldReason.BEHIND}
    assert [step.held for step in waits(done)] == [HoldReason.BEHIND] * 2
    assert "the ledger went backwards" in waits(done)[0].reason
    assert len(kept.ops.tickets) == 2
    assert kept.sync().exit is Exit.HUMAN, "until the time is over"
    later(kept, hours=12)
    done = kept.run()
    assert (done.exit, done.plan.holds) == (Exit.OK, ())
    assert len(kept.ops.tickets) == len(set(markers(kept))) == 3
    assert kept.run().exit is Exit.OK


def test_sync_goes_on_while_a_ledger_that_went_backwards_is_waited_for(kept: Any) -> None:
    kept.write("second.md", page("Rehearse the restore"))
    assert kept.run().exit is Exit.OK
    put_back(kept)
    done = kept.run()
    assert done.exit is Exit.HUMAN
    assert kept.ledger.snapshot().links.keys() == set(markers(kept)), "its own marks are adopted at once"


def test_a_plan_sees_that_the_ledger_went_backwards_and_writes_nothing(kept: Any) -> None:
    kept.write("second.md", page("Rehearse the restore"))
    kept.run()
    put_back(kept)
    before = kept.ledger.position()
    assert kept.plan().went_backwards
    assert kept.ledger.position() == before


def test_a_ledger_is_noticed_each_time_it_goes_backwards(kept: Any) -> None:
    for number in range(2):
        kept.write(f"more{number}.md", page(f"Rehearse restore number {number}"))
        later(kept, hours=24)
        kept.run()
        put_back(kept)
        assert kept.run().exit is Exit.HUMAN
        later(kept, hours=24)
        assert kept.run().exit is Exit.OK
    assert len(markers(kept)) == len(set(markers(kept))) == 3


class Killed(BaseException):
    """The process ends here."""


class Deadly(MemoryConnector):
    """The process is killed while the answer to its first create is on its way."""

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        super().create(drafts)
        raise Killed


class DeadlyPlugin(MemoryPlugin):
    def connect(self, settings: Any, outside: Outside, /) -> Connector:
        return Deadly(self.trackers["ops"])


def die_while_creating(office: Any) -> None:
    """A run that its first create outlives; a listing does not show the issue yet."""
    office.ops.lag = timedelta(hours=11)
    office.load = lambda _kind: DeadlyPlugin(ops=office.ops)
    with pytest.raises(Killed):
        office.run()
    office.load = None
    office.ops.lag = timedelta()


def test_a_run_killed_while_it_creates_is_known_to_a_ledger_that_is_put_back(kept: Any) -> None:
    kept.write("second.md", page("Rehearse the restore"))
    die_while_creating(kept)
    assert len(kept.ops.tickets) == 2
    put_back(kept)
    done = kept.run()
    assert (done.exit, held(kept), done.filed.created) == (Exit.HUMAN, {HoldReason.BEHIND}, [])
    later(kept, hours=24)
    assert kept.run().exit is Exit.OK
    assert len(markers(kept)) == len(set(markers(kept))) == 2


def test_a_first_run_ever_killed_while_it_creates_is_known_after_its_ledger_is_lost(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", features=Features(settle=SETTLE))
    office.write("first.md", page("Alert on the pool"))
    die_while_creating(office)
    assert len(office.ops.tickets) == 1
    office.ledger = MemoryLedger("another")
    done = office.run()
    assert (held(office), done.filed.created) == ({HoldReason.REBUILT}, [])
    later(office, hours=13)
    assert office.run().exit is Exit.OK
    assert len(office.ops.tickets) == 1


# --- a ledger that is lost ------------------------------------------------------------------------


def test_a_lost_ledger_is_rebuilt_by_itself_and_files_from_the_waiting_time_on(slow: Any) -> None:
    slow.ledger = MemoryLedger("another")
    slow.write("second.md", page("Rehearse the restore"))
    done = slow.run()
    assert (done.exit, held(slow)) == (Exit.OK, {HoldReason.REBUILT})
    assert [step.held for step in waits(done)] == [HoldReason.REBUILT]
    assert len(slow.ledger.snapshot().links) == 1
    assert len(slow.ops.tickets) == 1
    later(slow, hours=13)
    assert slow.run().exit is Exit.OK
    assert len(slow.ops.tickets) == 2


def test_a_document_without_measures_does_not_hide_that_the_ledger_is_new(slow: Any) -> None:
    slow.write("empty.md", "# Postmortem: nothing learnt\n\nDate: 2026-11-03\n\n## Action items\n\nNone.\n")
    slow.ledger = MemoryLedger("another")
    slow.write("second.md", page("Rehearse the restore"))
    slow.run()
    assert held(slow) == {HoldReason.REBUILT}
    assert len(slow.ops.tickets) == 1


@pytest.mark.parametrize("evidence", ["links", "journal", "tracker"])
def test_each_trace_of_an_earlier_ledger_is_enough(evidence: str, slow: Any) -> None:
    slow.ledger = MemoryLedger("another")
    if evidence != "journal":
        (slow.root / "runs.jsonl").unlink()
    if evidence != "links":
        slow.write("first.md", page("Alert on the pool"))
    if evidence != "tracker":
        slow.ops.delete("OPS-1")
    slow.write("second.md", page("Rehearse the restore"))
    done = slow.run()
    assert (held(slow), done.filed.created) == ({HoldReason.REBUILT}, [])


def test_a_first_run_ever_waits_for_nothing(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", features=Features(settle=SETTLE))
    office.write("first.md", page("Alert on the pool"))
    assert len(office.run().filed.created) == 1
    assert held(office) == set()


def test_a_line_with_our_link_is_not_filed_beside_a_tracker_that_was_not_listed(office: Any) -> None:
    """Its document goes to another tracker now, and the one that has its ticket does not answer."""
    office.configure(default_tracker="ops")
    office.write("first.md", page("Alert on the pool"))
    assert office.run().exit is Exit.OK
    office.configure(default_tracker="web")
    office.ledger = MemoryLedger("another")
    for _night in range(3):  # far beyond every waiting time
        office.ops.break_down(Fault.UNREACHABLE, "owned")
        later(office, hours=48)
        done = office.run()
        assert [step.reason for step in waits(done)] == [
            "carries a link that may lead to ops, which was not listed: "
            "The memory does not answer. Try again later."
        ]
    office.ops.break_down(None, "owned")
    assert office.run().exit is Exit.OK
    assert (len(office.ops.tickets), office.web.tickets) == (1, [])


def test_a_line_with_our_link_is_not_filed_again_because_its_ticket_is_found_nowhere(slow: Any) -> None:
    slow.ledger = MemoryLedger("another")
    slow.ops.delete("OPS-1")
    for _night in range(3):
        later(slow, hours=48)
        asked = [step.reason for step in slow.run().plan.steps if step.action is Action.ASK]
        assert asked == [UNKNOWN_LINK]
    assert slow.ops.tickets == []
    text = (slow.root / "first.md").read_text()
    slow.write("first.md", page("Alert on the pool"))
    assert "#ft-" in text
    assert len(slow.run().filed.created) == 1, "once somebody took the link out"


def test_a_forgetful_ledger_files_nowhere_before_every_tracker_that_may_have_it_was_listed(
    office: Any,
) -> None:
    """No link tells whose the measure is, and it goes to another tracker now."""
    office.configure(default_tracker="ops")
    for tracker in (office.ops, office.web):
        tracker.features = Features(settle=SETTLE)
    office.write("first.md", page("Alert on the pool"))
    assert office.run().exit is Exit.OK
    office.write("first.md", page("Alert on the pool"))
    office.configure(default_tracker="web")
    office.ledger = MemoryLedger("another")
    for _night in range(3):
        office.ops.break_down(Fault.UNREACHABLE, "owned")
        later(office, hours=24)
        assert len(waits(office.run())) == 1
        assert office.web.tickets == []
    assert office.plan().steps[0].reason == (
        "the ledger has forgotten issues, and ops was not listed since: "
        "The memory does not answer. Try again later."
    )
    office.ops.break_down(None, "owned")
    assert (office.run().exit, held(office)) == (Exit.OK, set())
    assert "[OPS-1, open]" in (office.root / "first.md").read_text()
    office.write("second.md", page("Rehearse the restore"))
    later(office, hours=24)
    assert len(office.run().filed.created) == 1
    assert (len(office.ops.tickets), len(office.web.tickets)) == (1, 1)
    office.ops.break_down(Fault.UNREACHABLE, "owned")
    office.write("third.md", page("Sign every entry"))
    assert len(office.run().filed.created) == 1, "one that fails stops no other any more"


def test_where_our_ids_are_accepted_nothing_has_to_be_waited_for(slow: Any) -> None:
    slow.ops.features = Features(settle=timedelta(), idempotent=True)
    slow.ledger = MemoryLedger("another")
    slow.write("second.md", page("Rehearse the restore"))
    assert len(slow.run().filed.created) == 1


# --- an issue of ours that the ledger does not know -----------------------------------------------


def test_an_unknown_issue_of_ours_is_adopted_and_others_may_follow(slow: Any) -> None:
    slow.write("second.md", page("Rehearse the restore", "Sign every entry"))
    step = next(step for step in slow.plan().steps if step.text == "Rehearse the restore")
    slow.ops.add("Rehearse the restore", marker=step.item, author="bot")
    done = slow.run()
    assert (done.exit, held(slow)) == (Exit.OK, {HoldReason.STRANGE})
    assert [step.text for step in waits(done)] == ["Sign every entry"]
    assert "[OPS-2, open]" in (slow.root / "second.md").read_text()
    later(slow, hours=13)
    slow.run()
    assert len(slow.ops.tickets) == len(set(markers(slow))) == 3


def test_issues_of_other_documents_in_the_same_project_hold_nobody_up(slow: Any) -> None:
    slow.ops.add("Somebody else's", marker="0123456789ab", author="bot")
    slow.write("second.md", page("Rehearse the restore"))
    assert len(slow.run().filed.created) == 1
    assert held(slow) == set()


def test_a_document_that_came_with_its_links_holds_nobody_up(slow: Any) -> None:
    """A colleague filed it elsewhere, and the branch was merged."""
    text = (slow.root / "first.md").read_text()
    slow.ops.add("Alert on the pool", marker="0123456789ab", author="bot")
    slow.write("theirs.md", text.replace(markers(slow)[0], "0123456789ab").replace("OPS-1", "OPS-2"))
    slow.write("second.md", page("Rehearse the restore"))
    done = slow.run()
    assert len(done.filed.created) == 1
    assert len(slow.ledger.snapshot().links) == 3


# --- a tracker that does not list what was filed ---------------------------------------------------


def test_while_no_listing_shows_the_first_issue_no_run_files_another(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", lag=timedelta(days=30))
    office.write("first.md", page("Alert on the pool", "Rehearse the restore", "Sign every entry"))
    for _night in range(3):
        done = office.run()
        assert done.exit is Exit.LATER
        assert "OPS-1 is not found by its marker yet" in done.waits[0]
        assert len(office.ops.tickets) == 1
        later(office, hours=24)
    later(office, hours=24 * 30)
    assert (office.run().exit, len(office.ops.tickets)) == (Exit.OK, 3)


def test_a_first_issue_that_is_deleted_unlisted_keeps_nobody_waiting(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", lag=timedelta(days=30))
    office.write("first.md", page("Alert on the pool", "Rehearse the restore"))
    office.run()
    office.ops.delete("OPS-1")
    office.ops.lag = timedelta()
    for _night in range(3):
        later(office, hours=24)
        office.run()
    assert [ticket.key for ticket in office.ops.tickets] == ["OPS-2"]
