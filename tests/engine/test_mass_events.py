"""Things that happen to everything at once, and are rarely what somebody meant: all stop before any write."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from followthrough.connector import Change, State
from followthrough.engine.exits import Exit

COUNT = 30
DUE = date(2026, 12, 1)
Event = Callable[[Any], None]


def page(first: int, count: int = COUNT) -> str:
    lines = "".join(
        f"- [ ] Check valve number {number} of the boiler\n" for number in range(first, first + count)
    )
    return f"# Postmortem: boiler\n\n## Action items\n\n{lines}"


@pytest.fixture
def filed(office: Any) -> Any:
    """30 measures with tickets, dates and links, everything agreed."""
    office.configure(brakes={"creates": 50, "first_run": 100})
    office.named = False
    office.write("boiler.md", page(0))
    assert office.run().exit is Exit.OK
    for ticket in office.ops.tickets:
        office.ops.edit(ticket.id, Change(due=DUE))
    office.run(confirmed=True)
    assert office.run().written.documents == []
    assert len(office.ops.tickets) == COUNT
    return office


def each(office: Any, do: Callable[[Any], None], share: float = 1.0) -> None:
    for ticket in office.ops.tickets[: int(COUNT * share)]:
        do(ticket)


def bulk_close(office: Any) -> None:
    each(office, lambda ticket: office.ops.edit(ticket.id, Change(state=State.DONE)))


def bulk_close_of_two_fifths(office: Any) -> None:
    each(office, lambda ticket: office.ops.edit(ticket.id, Change(state=State.DONE)), 0.4)


def bulk_dropped(office: Any) -> None:
    each(office, lambda ticket: office.ops.edit(ticket.id, Change(state=State.DROPPED)))


def time_zone_shift(office: Any) -> None:
    each(office, lambda ticket: office.ops.edit(ticket.id, Change(due=DUE - timedelta(days=1))))


def dates_lost(office: Any) -> None:
    each(office, lambda ticket: office.ops.edit(ticket.id, Change(due=None)))


def project_renamed(office: Any) -> None:
    each(office, lambda ticket: office.ops.move(ticket.id, ticket.key.replace("OPS", "NEW")))


def all_made_duplicates_of_one(office: Any) -> None:
    other = office.ops.add("One for all")
    each(office, lambda ticket: office.ops.duplicate(ticket.id, of=other.id))


def all_deleted(office: Any) -> None:
    each(office, lambda ticket: office.ops.delete(ticket.id))


def token_loses_the_issues(office: Any) -> None:
    each(office, lambda ticket: office.ops.hide(ticket.id))


def token_loses_half_of_them(office: Any) -> None:
    each(office, lambda ticket: office.ops.hide(ticket.id), 0.5)


def scope_points_to_another_project(office: Any) -> None:
    office.ops.find = lambda _ref: None
    office.ops.listed = lambda: iter(())


def empty_listing(office: Any) -> None:
    office.write("pump.md", page(100, 1))
    office.ops.listed = lambda: iter(())


def folder_not_checked_out(office: Any) -> None:
    (office.root / "boiler.md").unlink()


def documents_emptied(office: Any) -> None:
    office.write("boiler.md", "# Postmortem: boiler\n")


def another_branch(office: Any) -> None:
    office.write("boiler.md", page(500, 1))


def links_swept_out(office: Any) -> None:
    path = office.root / "boiler.md"
    path.write_text(re.sub(r" \[[^]]*\]\([^)]*#ft-[^)]*\)", "", path.read_text()))


def boxes_swept(office: Any) -> None:
    office.configure(brakes={"creates": 50, "first_run": 100}, sync={"push": ["state"]})
    path = office.root / "boiler.md"
    path.write_text(path.read_text().replace("[ ]", "[x]"))


def titles_swept(office: Any) -> None:
    office.configure(brakes={"creates": 50, "first_run": 100}, sync={"push": ["title"]})
    path = office.root / "boiler.md"
    path.write_text(path.read_text().replace("Check valve", "Replace valve"))


def an_archive_appears(office: Any) -> None:
    for number in range(3):
        office.write(f"archive{number}.md", page(1000 + 20 * number, 20))


EVENTS: list[tuple[Event, str, str]] = [
    (bulk_close, "changes", "30 of 30 measures tracked in ops would change (30 in documents)"),
    (bulk_close_of_two_fifths, "changes", "12 of 30 measures tracked in ops would change"),
    (bulk_dropped, "changes", "30 of 30 measures"),
    (time_zone_shift, "changes", "30 of 30 measures"),
    (dates_lost, "changes", "30 of 30 measures"),
    (project_renamed, "changes", "30 of 30 measures"),
    (all_made_duplicates_of_one, "changes", "30 of 30 measures"),
    (all_deleted, "tracker-empty", "ops shows none of the 30 tickets known there"),
    (token_loses_the_issues, "tracker-empty", "ops shows none of the 30 tickets known there"),
    (token_loses_half_of_them, "tracker-lost", "15 of 30 tickets known in ops are suddenly not found"),
    (scope_points_to_another_project, "tracker-empty", "ops shows none of the 30 tickets known there"),
    (empty_listing, "tracker-empty", "ops shows none of the 30 tickets known there"),
    (folder_not_checked_out, "documents-empty", "None of the 30 measures tracked in ops stands"),
    (documents_emptied, "documents-empty", "None of the 30 measures tracked in ops stands"),
    (another_branch, "documents-empty", "None of the 30 measures tracked in ops stands"),
    (links_swept_out, "changes", "30 of 30 measures"),
    (
        boxes_swept,
        "changes",
        "30 of 30 measures tracked in ops would change (30 in documents, 30 in the tracker)",
    ),
    (
        titles_swept,
        "changes",
        "30 of 30 measures tracked in ops would change (0 in documents, 30 in the tracker)",
    ),
    (an_archive_appears, "creates", "60 issues would be created in ops, the brake is at 50"),
]


def files(office: Any) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in office.root.glob("*.md")}


@pytest.mark.parametrize(("event", "code", "figures"), EVENTS, ids=[event.__name__ for event, _, _ in EVENTS])
def test_it_is_stopped_with_its_figures_and_nothing_is_written(
    event: Event, code: str, figures: str, filed: Any
) -> None:
    event(filed)
    before, writes = files(filed), filed.ops.writes.total()
    links, gone = filed.ledger.snapshot().links, filed.ledger.snapshot().items
    for _night in range(2):
        done = filed.run(whole=True)
        assert done.exit is Exit.HUMAN
        assert [brake.code for brake in done.plan.brakes] == [code]
        assert figures in done.plan.brakes[0].message
        assert "Nothing done there" in done.plan.brakes[0].message
    assert (files(filed), filed.ops.writes.total()) == (before, writes), "0 writes on both sides"
    snapshot = filed.ledger.snapshot()
    assert snapshot.links == links, "no ticket was given up"
    assert not any(item.gone for item in snapshot.items.values())
    assert not any(ticket.absences for ticket in snapshot.tickets.values())
    assert snapshot.items.keys() >= gone.keys()
    (stop,) = filed.ledger.runs()[0].stops
    assert figures in stop
    assert f"--confirm {filed.plan().hash}" in stop, "how to go on"


def test_the_list_is_long_enough() -> None:
    assert len({event for event, _, _ in EVENTS}) >= 12
    assert {code for _, code, _ in EVENTS} == {
        *("changes", "creates", "tracker-empty", "tracker-lost", "documents-empty")
    }


@pytest.mark.parametrize("event", [bulk_close, time_zone_shift, project_renamed, links_swept_out])
def test_confirmed_it_goes_through_once(event: Event, filed: Any) -> None:
    event(filed)
    stopped = filed.run()
    done = filed.run(confirmed=True)
    assert (done.exit, done.plan.hash) == (Exit.OK, stopped.plan.hash)
    assert done.written.documents
    done = filed.run()
    assert (done.exit, done.written.documents) == (Exit.OK, [])


def test_half_of_the_tickets_confirmed_as_lost_are_missing_from_the_second_run_on(filed: Any) -> None:
    token_loses_half_of_them(filed)
    assert filed.run().exit is Exit.HUMAN
    assert filed.run(confirmed=True).exit is Exit.OK
    done = filed.run()
    assert done.exit is Exit.OK
    assert [matter.code for matter in done.plan.matters] == ["ticket-missing"] * 15


def test_both_sides_empty_is_no_event(office: Any) -> None:
    office.named = False
    office.write("boiler.md", "# Postmortem: boiler\n\nNothing to do.\n")
    assert office.run().exit is Exit.OK


def test_what_a_scope_does_not_answer_is_no_event_of_its_own(filed: Any) -> None:
    """An error is told as an error, and not taken for an empty tracker."""
    from followthrough.testing import Fault

    filed.ops.break_down(Fault.GONE)
    done = filed.run(whole=True)
    assert (done.exit, done.plan.brakes) == (Exit.PARTIAL, ())
    before = filed.ledger.snapshot().tickets
    assert all(ticket == replace(ticket, absences=0) for ticket in before.values())
