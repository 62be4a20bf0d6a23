"""What people do with issues: move, delete, hide, close as duplicates, reopen; each is told as what it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from followthrough.connector import Change, State
from followthrough.engine.exits import Exit
from followthrough.ledger import EventKind, Relation
from followthrough.planning.plan import Action
from followthrough.reporting.asked import Asked
from followthrough.reporting.computing import report
from followthrough.testing import Fault

PAGE = """\
# Postmortem: cache

## Action items

- [ ] Alert on the pool
- [ ] Rehearse the restore
"""


@pytest.fixture
def filed(office: Any) -> Any:
    office.configure()
    office.write("pm.md", PAGE)
    assert office.file().exit is Exit.OK
    return office


def text(office: Any) -> str:
    found: str = (office.root / "pm.md").read_text()
    return found


def kinds(office: Any) -> list[EventKind]:
    return [event.kind for event in office.ledger.events()]


def codes(done: Any) -> list[str]:
    return [matter.code for matter in done.plan.matters]


@pytest.mark.parametrize("new_id", [None, "77777"], ids=["the same id", "transferred: another id"])
def test_a_moved_issue_is_followed_and_the_link_brought_up_to_date(new_id: str | None, filed: Any) -> None:
    filed.ops.move("OPS-1", "NEW-7", id=new_id)
    done = filed.sync()
    assert done.exit is Exit.OK
    assert "[NEW-7, open](https://memory.invalid/browse/NEW-7#ft-" in text(filed)
    assert "OPS-1," not in text(filed)
    assert EventKind.REKEYED in kinds(filed)
    filed.ops.edit("NEW-7", Change(state=State.DONE))
    filed.run()
    assert "- [x] Alert on the pool [NEW-7, done]" in text(filed)
    assert len(filed.ops.tickets) == 2
    assert filed.run().written.documents == []


def test_after_a_move_words_that_we_wrote_before_it_are_no_edit(filed: Any) -> None:
    before = text(filed)
    filed.ops.move("OPS-1", "NEW-7")
    filed.sync()
    filed.write("pm.md", before)  # somebody put the document back
    done = filed.sync()
    assert codes(done) == []
    assert "[NEW-7, open]" in text(filed)


@pytest.mark.parametrize("how", ["deleted", "hidden from us"])
def test_an_issue_that_is_gone_is_missing_after_two_runs_and_the_document_stays(how: str, filed: Any) -> None:
    before = text(filed)
    (filed.ops.delete if how == "deleted" else filed.ops.hide)("OPS-1")
    first = filed.sync()
    assert (first.exit, codes(first)) == (Exit.OK, [])
    second = filed.run()
    assert (second.exit, codes(second)) == (Exit.OK, ["ticket-missing"])
    assert second.plan.matters[0].message.startswith("OPS-1 is not to be found since 22 Nov")
    assert codes(filed.sync()) == ["ticket-missing"], "it is told until somebody acts"
    assert filed.plan().matters[0].code == "ticket-missing"
    assert text(filed) == before
    assert len(filed.file().filed.created) == 0
    assert kinds(filed).count(EventKind.MISSING) == 1
    if how == "deleted":
        return
    filed.ops.hide("OPS-1", hidden=False)
    filed.ops.edit("OPS-1", Change(state=State.DONE))
    assert codes(filed.sync()) == []
    assert "- [x] Alert on the pool [OPS-1, done]" in text(filed)
    assert EventKind.FOUND in kinds(filed)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.FORBIDDEN, Exit.CREDENTIALS),
        (Fault.UNAUTHORIZED, Exit.CREDENTIALS),
        (Fault.GONE, Exit.PARTIAL),
        (Fault.UNREACHABLE, Exit.PARTIAL),
    ],
)
def test_a_lost_permission_is_the_scopes_and_no_issue_is_missing(
    fault: Fault, code: Exit, filed: Any
) -> None:
    before, tickets = text(filed), filed.ledger.snapshot().tickets
    filed.ops.break_down(fault)
    for _night in range(3):
        done = filed.run()
        assert (done.exit, codes(done)) == (code, [])
    assert text(filed) == before
    assert filed.ledger.snapshot().tickets == tickets
    filed.ops.break_down(None)
    assert filed.run().exit is Exit.OK


def test_a_duplicate_is_followed_to_its_target(filed: Any) -> None:
    target = filed.ops.add("The same, older", due=date(2026, 12, 24))
    filed.ops.duplicate("OPS-1", of=target.key)
    assert filed.sync().exit is Exit.OK
    assert "- [ ] Alert on the pool [OPS-3, open, due 2026-12-24]" in text(filed)
    assert EventKind.DUPLICATE in kinds(filed)
    filed.ops.edit(target.key, Change(state=State.DONE))
    assert filed.run().exit is Exit.OK
    assert "- [x] Alert on the pool [OPS-3, done]" in text(filed)
    assert filed.run().written.documents == []
    assert len(filed.ops.tickets) == 3


def test_a_duplicate_of_an_issue_in_another_tracker_is_followed_there(filed: Any) -> None:
    filed.web.add("The same, elsewhere")
    filed.ops.duplicate("OPS-1", of="https://memory.invalid/browse/WEB-1")
    filed.sync()
    assert "[WEB-1, open]" in text(filed)
    filed.web.edit("WEB-1", Change(state=State.DONE))
    filed.sync()
    assert "- [x] Alert on the pool [WEB-1, done]" in text(filed)


def test_a_duplicate_of_what_nobody_here_knows_reads_as_not_done(filed: Any) -> None:
    filed.ops.duplicate("OPS-1", of="https://else.invalid/7")
    assert filed.sync().exit is Exit.OK
    assert "[OPS-1, won't do]" in text(filed)


def test_duplicates_in_a_ring_come_to_rest(filed: Any) -> None:
    filed.ops.duplicate("OPS-1", of="OPS-2")
    filed.ops.duplicate("OPS-2", of="OPS-1")
    for _night in range(3):
        assert filed.sync().exit is Exit.OK
    assert text(filed).count("won't do") == 2
    assert filed.sync().written.documents == []


def test_a_duplicate_that_is_reopened_is_the_ticket_again(filed: Any) -> None:
    filed.ops.add("The same, older")
    filed.ops.duplicate("OPS-1", of="OPS-3")
    filed.sync()
    filed.ops.edit("OPS-3", Change(state=State.DONE))
    filed.ops.edit("OPS-1", Change(state=State.OPEN))
    filed.sync()
    assert "- [ ] Alert on the pool [OPS-1, open]" in text(filed)
    links = [link for links in filed.ledger.snapshot().links.values() for link in links]
    assert not [link for link in links if link.relation is Relation.DUPLICATE]


def test_nothing_is_pushed_to_the_target_of_a_duplicate(filed: Any) -> None:
    filed.configure(sync={"push": ["state", "title"]})
    filed.ops.add("The same, older")
    filed.ops.duplicate("OPS-1", of="OPS-3")
    filed.sync()
    path = filed.root / "pm.md"
    path.write_text(path.read_text().replace("- [ ] Alert", "- [x] Alert"))
    done = filed.sync()
    assert (done.pushed, codes(done)) == ([], ["ticked-by-hand"])
    assert filed.ops.tickets[2].state is State.OPEN


def test_each_state_is_shown_as_what_it_is(filed: Any) -> None:
    for state, line in (
        (State.IN_PROGRESS, "- [ ] Alert on the pool [OPS-1, in progress]"),
        (State.BLOCKED, "- [ ] Alert on the pool [OPS-1, blocked]"),
        (State.DROPPED, "- [ ] Alert on the pool [OPS-1, won't do]"),
        (State.DONE, "- [x] Alert on the pool [OPS-1, done]"),
        (State.OPEN, "- [ ] Alert on the pool [OPS-1, open]"),  # reopened
    ):
        filed.ops.edit("OPS-1", Change(state=state))
        done = filed.sync()
        assert (done.exit, codes(done)) == (Exit.OK, [])
        assert line in text(filed)
    assert [event.data["to"] for event in filed.ledger.events() if event.kind is EventKind.STATE] == [
        *("in_progress", "blocked", "dropped", "done", "open")
    ]


# --- to and fro -----------------------------------------------------------------------------------


def bot(office: Any, night: int) -> None:
    """Something that works against us."""
    office.ops.edit("OPS-1", Change(state=State.DONE if night % 2 == 0 else State.OPEN))


def test_a_state_that_flips_every_night_freezes_and_says_how_to_go_on(filed: Any) -> None:
    writes, frozen, matters = 0, [], []
    for night in range(30):
        bot(filed, night)
        before = text(filed)
        done = filed.run()
        assert done.exit is Exit.OK, "it turns no night red"
        writes += text(filed) != before
        frozen.append("frozen" in codes(done))
        matters += [matter for matter in done.plan.matters if matter.code == "frozen"]
    assert frozen[:3] == [False] * 3
    assert frozen[3]
    assert "went to and fro more than 2 times in 7 runs" in matters[0].message
    assert matters[0].choices == "settle it in OPS-1, then `sync --push pm.md:5`"
    assert writes <= 3 * (30 // 7 + 1)


def test_progress_and_one_reopening_freeze_nothing(filed: Any) -> None:
    path = (State.IN_PROGRESS, State.BLOCKED, State.IN_PROGRESS, State.DONE, State.OPEN)
    for state in (*path, State.IN_PROGRESS, State.DONE):
        filed.ops.edit("OPS-1", Change(state=state))
        assert "frozen" not in codes(filed.run())
    assert "[OPS-1, done]" in text(filed)


def test_a_frozen_item_thaws_once_it_rests(filed: Any) -> None:
    for night in range(5):
        bot(filed, night)
        filed.run()
    nights = [filed.run() for _night in range(8)]
    assert codes(nights[-1]) == []
    assert "[OPS-1, done]" in text(filed)


def test_what_somebody_asks_for_by_name_is_written_all_the_same(filed: Any) -> None:
    for night in range(4):
        bot(filed, night)
        filed.run()
    assert "[OPS-1, done]" in text(filed)
    filed.sync("pm.md:5")
    assert "[OPS-1, open]" in text(filed)


# --- documents that are gone ----------------------------------------------------------------------


def remarks(done: Any) -> list[str]:
    return [one for one in done.plan.remarks if one.startswith("Gone from disk")]


def test_a_document_that_is_gone_is_told_once_and_its_tickets_are_read_on(filed: Any) -> None:
    filed.named = False
    filed.write("other.md", PAGE.replace("pool", "queue").replace("restore", "region switch"))
    filed.file()
    content = text(filed)
    (filed.root / "pm.md").unlink()
    assert remarks(filed.run(whole=True)) == [
        "Gone from disk: pm.md. Tickets of measures there stay as they are and are read as before."
    ]
    assert remarks(filed.run(whole=True)) == []
    filed.ops.edit("OPS-1", Change(state=State.DONE))
    filed.run(whole=True)
    ticket = next(one for one in filed.ledger.snapshot().tickets.values() if one.key == "OPS-1")
    assert ticket.state is State.DONE
    filed.write("pm.md", content)
    filed.run(whole=True)
    assert "- [x] Alert on the pool [OPS-1, done]" in text(filed)
    (filed.root / "pm.md").unlink()
    assert len(remarks(filed.run(whole=True))) == 1, "gone again is news again"


# --- lines that people merge ----------------------------------------------------------------------


def merged(office: Any) -> str:
    first, second = (line for line in text(office).splitlines() if line.startswith("- "))
    line = first + " and rehearse the restore" + second[second.index(" [OPS-2") :]
    content = f"# Postmortem: cache\n\n## Action items\n\n{line}\n"
    office.write("pm.md", content)
    return content


def test_a_merged_line_is_linked_to_both_and_done_when_both_are(filed: Any) -> None:
    whole = text(filed)
    merged(filed)
    done = filed.run()
    assert (done.exit, len(done.filed.created), len(filed.ops.tickets)) == (Exit.OK, 0, 2)
    assert [step.action for step in done.plan.steps] == [Action.KEEP]
    asked = Asked(as_of=date(2026, 11, 22), now=datetime(2026, 11, 22, tzinfo=UTC))
    counted = report(filed.ledger.snapshot(), filed.ledger.events(), asked)
    assert (len(counted.rows), counted.left_out.untracked) == (1, 0), "one measure in the report, too"
    filed.ops.edit("OPS-2", Change(state=State.DONE))
    filed.run()
    assert "- [ ]" in text(filed)
    assert "[OPS-1, open]" in text(filed)
    assert "[OPS-2, done]" in text(filed)
    filed.ops.edit("OPS-1", Change(state=State.DONE))
    filed.run()
    assert "- [x]" in text(filed)
    assert "[OPS-1, done]" in text(filed)
    assert filed.run().written.documents == []
    filed.write("pm.md", whole)  # and split again
    done = filed.run()
    assert len(filed.ops.tickets) == 2
    assert (text(filed).count("[x]"), text(filed).count("#ft-")) == (2, 2)
    assert [len(links) for links in filed.ledger.snapshot().links.values()] == [1, 1]
