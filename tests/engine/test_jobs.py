"""What file, sync, run and unlink come to, judged by what tracker and documents hold afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from followthrough.connector import Change, Features, State
from followthrough.engine.exits import Exit
from followthrough.ledger import EventKind, IntentStatus
from followthrough.testing import Fault, MemoryTracker

TWO = """\
# Postmortem: cache poisoned

## Action items

- [ ] Sign every cache entry
- [ ] Alert when the hit rate falls by half
"""


def markers(office: Any) -> Counter[str | None]:
    return Counter(ticket.marker for ticket in office.ops.tickets)


def test_file_creates_each_once_and_links_it(office: Any) -> None:
    document = office.write("pm.md", TWO)
    done = office.file()
    assert done.exit is Exit.OK
    assert [ticket.title for ticket in office.ops.tickets] == [
        "Sign every cache entry",
        "Alert when the hit rate falls by half",
    ]
    text = document.read_text()
    assert "- [ ] Sign every cache entry [OPS-1, open](https://memory.invalid/browse/OPS-1#ft-" in text
    assert text.count("#ft-") == 2


def test_any_rerun_is_a_no_op(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    before, stamp, writes = document.read_bytes(), document.stat().st_mtime_ns, office.ops.writes.total()
    for again in (office.file, office.sync, office.run, office.file):
        assert again().exit is Exit.OK
    assert (document.read_bytes(), document.stat().st_mtime_ns) == (before, stamp)
    assert office.ops.writes.total() == writes


def test_sync_brings_states_back_and_ticks(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    first, second = (ticket.id for ticket in office.ops.tickets)
    office.ops.edit(first, Change(state=State.DONE))
    office.ops.edit(second, Change(state=State.DROPPED))
    office.sync()
    text = document.read_text()
    assert "- [x] Sign every cache entry [OPS-1, done](" in text
    assert "- [ ] Alert when the hit rate falls by half [OPS-2, won't do](" in text
    office.ops.edit(first, Change(state=State.IN_PROGRESS))
    office.sync()
    assert "- [ ] Sign every cache entry [OPS-1, in progress](" in document.read_text()


def test_a_tick_by_hand_stays_and_is_told_every_night(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    document.write_text(document.read_text().replace("- [ ] Sign", "- [x] Sign"))
    for _night in range(3):
        done = office.sync()
        assert done.exit is Exit.OK
        assert [matter.code for matter in done.plan.matters] == ["ticked-by-hand"]
    assert "- [x] Sign every cache entry [OPS-1, open](" in document.read_text()
    assert office.ops.tickets[0].state is State.OPEN


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_a_lost_answer_is_never_sent_again_at_once_and_never_lost(office: Any, fault: Fault) -> None:
    office.write("pm.md", TWO)
    office.ops.fail("create", fault)
    done = office.file()
    assert len(done.filed.unknown) == 1
    assert [intent.status for intent in office.ledger.snapshot().intents.values()].count(
        IntentStatus.UNKNOWN
    ) == 1
    for _night in range(4):
        office.run()
    assert len(office.ops.tickets) == 2
    assert set(markers(office).values()) == {1}


def test_a_lost_answer_waits_before_it_is_sent_again(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(
        office.clock.now, prefix="OPS", features=Features(settle=timedelta(hours=12))
    )
    office.write("pm.md", TWO)
    office.ops.fail("create", Fault.LOST_BEFORE)
    office.file()
    office.run()
    assert len(office.ops.tickets) == 1
    for _hour in range(14):
        office.run()
    assert len(office.ops.tickets) == 2


def test_a_refused_item_is_told_and_the_others_are_filed(office: Any) -> None:
    office.write("pm.md", TWO)
    office.ops.fail("create", Fault.REFUSED)
    done = office.file()
    assert done.exit is Exit.PARTIAL
    assert len(done.filed.refused) == 1
    assert len(office.ops.tickets) == 1
    assert office.file().exit is Exit.OK
    assert len(office.ops.tickets) == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.UNAUTHORIZED, Exit.CREDENTIALS),
        (Fault.UNREACHABLE, Exit.PARTIAL),
        (Fault.RATE_LIMITED, Exit.LATER),
    ],
)
def test_a_tracker_that_fails_leaves_everything_as_it_was(office: Any, fault: Fault, code: Exit) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    before = document.read_bytes()
    office.ops.edit(office.ops.tickets[0].id, Change(state=State.DONE))
    office.ops.break_down(fault, "fetch")
    assert office.sync().exit is code
    assert document.read_bytes() == before
    office.ops.break_down(None, "fetch")
    office.sync()
    assert "[x] Sign" in document.read_text()


def test_the_first_issue_is_proven_findable_before_the_second(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", lag=timedelta(seconds=30))
    office.write("pm.md", TWO)
    start = office.clock.time
    done = office.file()
    assert done.exit is Exit.OK
    assert len(office.ops.tickets) == 2
    assert office.clock.time - start >= timedelta(seconds=30)


def test_an_issue_that_listings_do_not_show_stops_filing_until_a_later_run(office: Any) -> None:
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", lag=timedelta(minutes=20))
    office.write("pm.md", TWO)
    assert office.file().exit is Exit.LATER
    assert len(office.ops.tickets) == 1
    office.run()
    assert len(office.ops.tickets) == 2


def test_a_lost_ledger_files_nothing_again(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    before = document.read_bytes()
    office.ledger = type(office.ledger)("another")
    office.file()
    assert len(office.ops.tickets) == 2
    assert document.read_bytes() == before
    kinds = [event.kind for event in office.ledger.events()]
    assert kinds.count(EventKind.ADOPTED) == 2


def test_a_vanished_line_closes_nothing_and_comes_back_as_itself(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    whole = document.read_text()
    document.write_text("\n".join(line for line in whole.splitlines() if "Sign" not in line) + "\n")
    office.sync()
    assert {ticket.state for ticket in office.ops.tickets} == {State.OPEN}
    document.write_text(whole)
    office.run()
    assert len(office.ops.tickets) == 2


def test_a_retitled_item_keeps_its_ticket(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    document.write_text(
        document.read_text().replace("Sign every cache entry", "Authenticate all entries of the cache")
    )
    office.run()
    assert len(office.ops.tickets) == 2
    assert EventKind.RETITLED in {event.kind for event in office.ledger.events()}


def test_a_copied_document_files_nothing_and_says_why(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    office.write("z-copy.md", document.read_text())
    done = office.run()
    assert len(office.ops.tickets) == 2
    assert {matter.code for matter in done.plan.matters} == {"link-copied"}


def test_a_renamed_document_keeps_its_tickets(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    document.rename(document.with_name("renamed.md"))
    done = office.run()
    assert len(office.ops.tickets) == 2
    assert not done.plan.matters


def test_unlink_gives_the_original_and_detaches(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    office.unlink()
    assert document.read_text() == TWO
    office.sync()
    assert document.read_text() == TWO
    office.file()
    assert document.read_text().count("#ft-") == 2
    assert len(office.ops.tickets) == 2


def test_the_brake_stops_the_plan_whole(office: Any) -> None:
    office.write("pm.md", TWO)
    office.file()
    many = "\n".join(f"- [ ] Check valve number {number}" for number in range(51))
    office.write("many.md", f"# Postmortem\n\n## Action items\n\n{many}\n")
    done = office.file()
    assert done.exit is Exit.HUMAN
    assert len(office.ops.tickets) == 2
    done = office.file(limit=100)
    assert done.exit is Exit.OK
    assert len(office.ops.tickets) == 53


def test_a_first_run_files_ten_at_most(office: Any) -> None:
    many = "\n".join(f"- [ ] Check valve number {number}" for number in range(12))
    office.write("many.md", f"# Postmortem\n\n## Action items\n\n{many}\n")
    assert office.file().exit is Exit.OK
    assert len(office.ops.tickets) == 10
    office.file()
    assert len(office.ops.tickets) == 12


def test_an_editor_who_saves_between_survey_and_write_loses_nothing(office: Any) -> None:
    document = office.write("pm.md", TWO)
    office.file()
    office.ops.edit(office.ops.tickets[0].id, Change(state=State.DONE))
    edited = document.read_text().replace(
        "# Postmortem: cache poisoned", "# Postmortem: cache poisoned twice"
    )
    fetch = office.ops.find

    def find(ref: str) -> Any:
        document.write_text(edited)
        return fetch(ref)

    office.ops.find = find
    office.sync()
    text = document.read_text()
    assert "poisoned twice" in text
    assert "[x] Sign every cache entry [OPS-1, done](" in text


def test_links_in_a_document_that_is_only_read_stay_and_unlink_says_so(office: Any) -> None:
    page = "<h2>Action items</h2><ul><li>Rotate the keys <a href='https://x.example/1#ft-7f3k9q2m8dxa'>OPS-1, open</a></li></ul>"
    path = office.write("pm.html", page)
    office.configure(documents=["*.html"])
    done = office.unlink()
    assert path.read_text() == page
    assert done.failures == [
        "pm.html is an HTML page, and HTML is only read: it carries no links. Take its links out by hand."
    ]
