from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from followthrough.connector import Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Base, DocumentRecord
from followthrough.model import State
from followthrough.planning.identity import Identified
from followthrough.planning.learning import record_of
from followthrough.planning.plan import Note
from followthrough.planning.readings import Reading, Seen
from followthrough.planning.syncing import Synced, sync
from followthrough.planning.words import words_of

Line = Callable[..., Seen]
Page = Callable[..., Reading]
Who = Callable[..., Identified]
Learnt = Callable[..., Snapshot]
Filed = Callable[..., Snapshot]
MakeTicket = Callable[..., Ticket]
Compare = Callable[..., Synced]

TEXT = "Add an alert"


@pytest.fixture
def compare(line: Line, page: Page, who: Who, learnt: Learnt, filed: Filed, ticket: MakeTicket) -> Compare:
    """One filed item: its box and link in the document, what both sides agreed on, and its ticket."""

    def run(
        *,
        box: bool | None = None,
        words: str | None = "FT-1, open",
        target: str = "",
        base: Base | None = None,
        agreed: bool | None = None,
        detached: bool = False,
        **fields: Any,
    ) -> Synced:
        (id,) = (snapshot := learnt([page("a.md", TEXT)])).items
        snapshot = filed(snapshot, id, ticket("1", **fields))
        marks = [] if words is None else [id]
        reading = page("a.md", line(TEXT, *marks, ticked=box, words=words or "", target=target))
        if base is not None:
            snapshot = replace(snapshot, bases={id: replace(base, item=id)})
        if agreed is not None:
            snapshot = replace(snapshot, bases={id: Base(item=id, ticked=agreed, words=words)})
        if detached:
            documents = {"a.md": DocumentRecord(path="a.md", fingerprint="", detached=True)}
            snapshot = replace(snapshot, documents=documents)
        return sync(who([reading], snapshot).known, snapshot)

    return run


def boxes(found: Synced) -> bool | None:
    """What happens to the box: ticked, unticked, or ``None``."""
    return next((note.ticked for note in found.notes), None)


# --- the box: document x base x tracker, one row each ---------------------------------------------

OP, IP, BL, DO, DR = State.OPEN, State.IN_PROGRESS, State.BLOCKED, State.DONE, State.DROPPED
TICK, UNTICK, LEAVE, DRIFT = "tick", "untick", "leave", "drift"
# document's box, agreed box, state in the tracker, what is done
TABLE: list[tuple[bool | None, bool | None, State, str]] = [
    # no box: nothing to do, whatever was agreed
    *[(None, base, state, LEAVE) for base in (None, False, True) for state in State],
    # an empty box, agreed as empty: the tracker decides
    (False, False, OP, LEAVE),
    (False, False, IP, LEAVE),
    (False, False, BL, LEAVE),
    (False, False, DO, TICK),
    (False, False, DR, LEAVE),
    # a ticked box, agreed as ticked: the tracker decides
    (True, True, OP, UNTICK),
    (True, True, IP, UNTICK),
    (True, True, BL, UNTICK),
    (True, True, DO, LEAVE),
    (True, True, DR, UNTICK),
    # ticked by hand
    (True, False, OP, DRIFT),
    (True, False, IP, DRIFT),
    (True, False, BL, DRIFT),
    (True, False, DO, LEAVE),
    (True, False, DR, DRIFT),
    # unticked by hand
    (False, True, OP, LEAVE),
    (False, True, IP, LEAVE),
    (False, True, BL, LEAVE),
    (False, True, DO, DRIFT),
    (False, True, DR, LEAVE),
    # nothing was agreed yet: equal is agreed, anything else is never guessed
    (False, None, OP, LEAVE),
    (False, None, IP, LEAVE),
    (False, None, BL, LEAVE),
    (False, None, DO, DRIFT),
    (False, None, DR, LEAVE),
    (True, None, OP, DRIFT),
    (True, None, IP, DRIFT),
    (True, None, BL, DRIFT),
    (True, None, DO, LEAVE),
    (True, None, DR, DRIFT),
]


def test_the_table_is_whole() -> None:
    cells = [(box, base, state) for box, base, state, _ in TABLE]
    assert len(set(cells)) == len(cells) == 3 * 3 * 5


@pytest.mark.parametrize(
    ("box", "base", "state", "done"),
    TABLE,
    ids=[f"{box}-{base}-{state.value}" for box, base, state, _ in TABLE],
)
def test_box(box: bool | None, base: bool | None, state: State, done: str, compare: Compare) -> None:
    # Where nothing was agreed there is no link either: what that reads was agreed.
    found = compare(box=box, agreed=base, state=state, words=None if base is None else "FT-1, open")
    assert boxes(found) == {TICK: True, UNTICK: False}.get(done)
    drift = [matter.code for matter in found.matters]
    assert drift == ([f"{'ticked' if box else 'unticked'}-by-hand"] if done == DRIFT else [])


@pytest.mark.parametrize(
    ("words", "box", "state", "done"),
    [
        # as we left it: it follows the ticket
        ("FT-1, open", False, State.DONE, TICK),
        ("FT-1, in progress, due 2026-12-01", False, State.DONE, TICK),
        ("FT-1, done", True, State.OPEN, UNTICK),
        ("FT-1, won't do", False, State.DONE, TICK),
        # not as our words say: somebody touched it
        ("FT-1, open", True, State.OPEN, DRIFT),
        ("FT-1, done", False, State.DONE, DRIFT),
        # words of somebody else say nothing
        ("see below", False, State.DONE, DRIFT),
    ],
)
def test_without_a_ledger_our_own_words_say_what_was_agreed(
    words: str, box: bool, state: State, done: str, compare: Compare
) -> None:
    found = compare(box=box, words=words, state=state)
    assert boxes(found) == {TICK: True, UNTICK: False}.get(done)
    drift = [m.code for m in found.matters if m.code.endswith("-by-hand")]
    assert drift == ([f"{'ticked' if box else 'unticked'}-by-hand"] if done == DRIFT else [])


def test_a_document_that_was_put_back_is_nobodys_edit(compare: Compare) -> None:
    """A revert brings our older words back, and the box as it was with them."""
    base = Base(item="", words="FT-1, done", ticked=True)
    found = compare(box=False, words="FT-1, open, due 2026-12-01", base=base, state=State.DONE)
    assert [(note.words, note.ticked) for note in found.notes] == [("FT-1, done", True)]
    assert found.matters == ()


def test_a_tick_beside_words_that_were_changed_to_match_it_is_not_undone(compare: Compare) -> None:
    base = Base(item="", words="FT-1, open", ticked=False)
    found = compare(box=True, words="FT-1, done", base=base, state=State.OPEN)
    assert [note.ticked for note in found.notes] == [None]
    assert [matter.code for matter in found.matters] == ["ticked-by-hand"]


def test_a_link_to_another_issue_than_ours_is_a_human_edit(compare: Compare) -> None:
    found = compare(words="FT-99, open", base=Base(item="", words="FT-1, open"), state=State.DONE)
    assert (found.notes, [matter.code for matter in found.matters]) == ((), ["link-edited"])


def test_a_base_without_a_box_is_no_base_for_one(compare: Compare) -> None:
    found = compare(box=False, base=Base(item="", words="FT-1, open"), state=State.DONE)
    assert boxes(found) is None
    assert [matter.code for matter in found.matters] == ["unticked-by-hand"]


@pytest.mark.parametrize(
    ("box", "agreed", "state", "says"),
    [
        (True, False, State.OPEN, "was ticked by hand, FT-1 is open. Your tick stays. Close FT-1 or untick."),
        (
            False,
            True,
            State.DONE,
            "was unticked by hand, FT-1 is done. Your box stays. Reopen FT-1 or tick it again.",
        ),
    ],
    ids=["ticked", "unticked"],
)
def test_drift_says_what_was_found_and_both_ways_out(
    box: bool, agreed: bool, state: State, says: str, compare: Compare
) -> None:
    (matter,) = compare(box=box, agreed=agreed, state=state).matters
    assert matter.message == says
    assert (matter.path, matter.line, matter.key) == ("a.md", 10, "FT-1")


def test_a_drifted_box_does_not_keep_the_link_from_being_brought_up_to_date(compare: Compare) -> None:
    (note,) = compare(box=True, agreed=False, state=State.BLOCKED).notes
    assert (note.words, note.ticked) == ("FT-1, blocked", None)


# --- the words of the link ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": State.OPEN}, "FT-1, open"),
        ({"state": State.IN_PROGRESS}, "FT-1, in progress"),
        ({"state": State.BLOCKED}, "FT-1, blocked"),
        ({"state": State.DONE}, "FT-1, done"),
        ({"state": State.DROPPED}, "FT-1, won't do"),
        ({"state": State.OPEN, "due": date(2026, 12, 1)}, "FT-1, open, due 2026-12-01"),
        ({"state": State.DONE, "due": date(2026, 12, 1)}, "FT-1, done"),
        ({"state": State.DROPPED, "due": date(2026, 12, 1)}, "FT-1, won't do"),
        ({"key": "OPS-12", "native_status": "To Do"}, "OPS-12, open"),
        ({"key": "#231", "state": State.DONE}, "#231, done"),
    ],
    ids=[
        "open",
        "in progress",
        "blocked",
        "done",
        "dropped",
        "due",
        "due and done",
        "due and dropped",
        "not the tracker's own word",
        "key with a hash",
    ],
)
def test_words_of_a_link(fields: dict[str, Any], words: str, ticket: MakeTicket) -> None:
    assert words_of(record_of("local", ticket("1", **fields))) == words


@pytest.mark.parametrize(
    ("words", "agreed", "written"),
    [
        (None, None, True),
        (None, "FT-1, open", True),
        ("FT-1, open", None, True),
        ("FT-1, open", "FT-1, open", True),
        ("FT-1, open, due 2026-11-01", None, True),
        ("OPS-9, won't do", None, True),
        ("FT-1, in progress", None, False),
        ("FT-1, in progress", "FT-1, open", False),
        ("see FT-1", None, None),
        ("FT-1, nearly done", None, None),
        ("FT-1, open (ask Sam)", "FT-1, open", None),
        ("", "FT-1, open", None),
    ],
    ids=[
        "missing",
        "taken out by hand",
        "ours, nothing agreed",
        "ours, as agreed",
        "ours with a date",
        "ours, another key",
        "right already",
        "right, though not as agreed",
        "edited, nothing agreed",
        "edited state",
        "edited after agreement",
        "emptied",
    ],
)
def test_a_link_is_written_unless_somebody_edited_it(
    words: str | None, agreed: str | None, written: bool | None, compare: Compare
) -> None:
    """``written`` is ``None`` where a human edit is left alone and told."""
    base = Base(item="", words=agreed) if agreed else None
    found = compare(words=words, base=base, state=State.IN_PROGRESS)
    assert [note.words for note in found.notes] == (["FT-1, in progress"] if written else [])
    assert [matter.code for matter in found.matters] == (["link-edited"] if written is None else [])


def test_an_edited_link_is_told_with_its_words(compare: Compare) -> None:
    (matter,) = compare(words="ask Sam", state=State.DONE).matters
    assert "edited by hand ('ask Sam')" in matter.message
    assert "FT-1 is done" in matter.message


def test_an_edited_link_does_not_keep_the_box_from_being_ticked(compare: Compare) -> None:
    base = Base(item="", words="FT-1, open", ticked=False)
    (note,) = compare(box=False, words="ask Sam", base=base, state=State.DONE).notes
    assert (note.words, note.ticked) == ("ask Sam", True)


def test_a_ticket_that_moved_gets_its_new_address(compare: Compare) -> None:
    (note,) = compare(
        words="OPS-1, open",
        target="https://x.example/OPS-1",
        base=Base(item="", words="OPS-1, open"),
        key="WEB-7",
        url="https://x.example/WEB-7",
    ).notes
    assert (note.words, note.target) == ("WEB-7, open", "https://x.example/WEB-7")


def test_a_right_link_with_a_wrong_address_is_written_again(compare: Compare) -> None:
    (note,) = compare(words="FT-1, open", target="https://old.example/1", url="https://x.example/1").notes
    assert (note.words, note.target) == ("FT-1, open", "https://x.example/1")


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("FT-1, open", State.OPEN, State.DONE),
        ("FT-1, done", State.DONE, State.OPEN),
        ("FT-1, won't do", State.DROPPED, State.BLOCKED),
        (None, None, State.OPEN),
    ],
)
def test_a_note_tells_from_what_to_what(
    words: str | None, before: State | None, after: State, compare: Compare
) -> None:
    (note,) = compare(words=words, state=after).notes
    assert (note.before, note.after, note.key) == (before, after, "FT-1")


# --- what is left alone ---------------------------------------------------------------------------


def test_what_is_right_on_both_sides_gives_nothing(compare: Compare) -> None:
    assert compare(box=True, agreed=True, words="FT-1, done", state=State.DONE) == Synced((), ())


@pytest.mark.parametrize("words", [None, "FT-1, open", "edited"], ids=["no link", "ours", "edited"])
def test_a_detached_document_is_left_alone(words: str | None, compare: Compare) -> None:
    assert compare(box=False, words=words, state=State.DONE, detached=True) == Synced((), ())


def test_an_item_without_a_ticket_gives_nothing(page: Page, who: Who) -> None:
    assert sync(who([page("a.md", TEXT)]).known, Snapshot()) == Synced((), ())


def test_a_ticket_that_is_missing_changes_nothing_in_the_document(
    line: Line, page: Page, who: Who, learnt: Learnt, filed: Filed, ticket: MakeTicket
) -> None:
    (id,) = (snapshot := learnt([page("a.md", TEXT)])).items
    snapshot = filed(snapshot, id)
    tickets = {
        key: replace(one, missing_since=one.updated, absences=2) for key, one in snapshot.tickets.items()
    }
    reading = page("a.md", line(TEXT, id, ticked=False))
    assert sync(who([reading], snapshot).known, replace(snapshot, tickets=tickets)).notes == ()


@pytest.mark.parametrize("copy", ["copy.md", "a.md"], ids=["in another document", "in the same"])
def test_a_copied_link_is_told_and_nothing_is_written_beside_it(
    copy: str, line: Line, page: Page, who: Who, learnt: Learnt, filed: Filed, ticket: MakeTicket
) -> None:
    (id,) = (snapshot := learnt([page("a.md", TEXT)])).items
    snapshot = filed(snapshot, id, ticket("1", state=State.DONE))
    if copy == "a.md":
        readings = [page("a.md", line(TEXT, id, ticked=False), line("Reworded", id, ticked=False))]
    else:
        readings = [page(path, line(TEXT, id, ticked=False)) for path in ("a.md", copy)]
    found = sync(who(readings, snapshot).known, snapshot)
    assert [(note.path, note.line) for note in found.notes] == [("a.md", 10)]
    assert ("link-copied", copy) in [(matter.code, matter.path) for matter in found.matters]


def test_what_a_note_holds(compare: Compare) -> None:
    found = compare(box=False, agreed=False, state=State.DONE, url="https://x.example/1")
    (note,) = found.notes
    assert note == Note(
        item=note.item,
        path="a.md",
        line=10,
        words="FT-1, done",
        target="https://x.example/1",
        ticked=True,
        key="FT-1",
        before=State.OPEN,
        after=State.DONE,
        scope="local",
    )
