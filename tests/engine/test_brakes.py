"""Too many changes at once, or one side suddenly empty: that scope stands still, the others go on."""

from __future__ import annotations

from typing import Any

import pytest

from followthrough.connector import Change, State
from followthrough.engine.exits import Exit

SETTINGS: dict[str, Any] = {
    "routes": [{"when": {"service": ["search"]}, "tracker": "web"}],
    "brakes": {"creates": 100, "first_run": 100},
}


def postmortem(title: str, count: int, **facts: str) -> str:
    head = "".join(f"**{name.title()}:** {value}\n" for name, value in facts.items())
    lines = "".join(f"- [ ] Check valve number {number} of the {title}\n" for number in range(count))
    return f"# Postmortem: {title}\n\n{head}\n## Action items\n\n{lines}"


@pytest.fixture
def filed(office: Any) -> Any:
    """20 measures in ``ops``, 6 of another document in ``web``."""
    office.configure(**SETTINGS)
    office.write("boiler.md", postmortem("boiler", 20))
    office.write("search.md", postmortem("search", 6, service="search"))
    office.file()
    assert (len(office.ops.tickets), len(office.web.tickets)) == (20, 6)
    return office


def texts(office: Any) -> tuple[str, str]:
    return (office.root / "boiler.md").read_text(), (office.root / "search.md").read_text()


def close(office: Any, count: int) -> None:
    for ticket in office.ops.tickets[:count]:
        office.ops.edit(ticket.id, Change(state=State.DONE))


def delete_all(office: Any) -> None:
    for ticket in office.ops.tickets:
        office.ops.delete(ticket.id)


@pytest.mark.parametrize("command", ["sync", "run", "file"])
def test_more_changes_than_the_brake_stop_a_scope_whole_and_no_other(command: str, filed: Any) -> None:
    close(filed, 11)
    filed.web.edit("WEB-1", Change(state=State.DONE))
    boiler, _ = texts(filed)
    tickets = filed.ledger.snapshot().tickets
    done = getattr(filed, command)()
    assert done.exit is Exit.HUMAN
    (brake,) = done.plan.brakes
    assert (brake.scope, brake.code) == ("ops", "changes")
    assert brake.message == (
        "11 of 20 measures tracked in ops would change (11 in documents), the brake is at 10. "
        "Nothing done there."
    )
    assert texts(filed)[0] == boiler
    assert texts(filed)[1].count("[x]") == 1, "the other scope went on"
    now = filed.ledger.snapshot().tickets
    assert {place: one for place, one in now.items() if place[0] == "ops"} == {
        place: one for place, one in tickets.items() if place[0] == "ops"
    }
    assert getattr(filed, command)().exit is Exit.HUMAN


@pytest.mark.parametrize("command", ["sync", "run", "file"])
def test_a_confirmed_plan_goes_past_the_brake(command: str, filed: Any) -> None:
    close(filed, 11)
    stopped = getattr(filed, command)().plan
    done = getattr(filed, command)(confirmed=True)
    assert (done.exit, done.plan.hash) == (Exit.OK, stopped.hash)
    assert texts(filed)[0].count("[x]") == 11
    assert filed.sync().exit is Exit.OK


def test_as_many_as_the_brake_go_through(filed: Any) -> None:
    close(filed, 10)
    assert filed.sync().exit is Exit.OK
    assert texts(filed)[0].count("[x]") == 10


def test_the_settings_say_how_many(filed: Any) -> None:
    filed.configure(**{**SETTINGS, "brakes": {"changes": 2}})
    close(filed, 3)
    assert filed.sync().exit is Exit.HUMAN
    filed.configure(**{**SETTINGS, "brakes": {"changes": "100%"}})
    assert filed.sync().exit is Exit.OK


def test_pushes_count_as_changes(filed: Any) -> None:
    filed.configure(**SETTINGS, sync={"push": ["state"]})
    path = filed.root / "boiler.md"
    path.write_text(path.read_text().replace("[ ]", "[x]", 11))
    done = filed.sync()
    assert done.exit is Exit.HUMAN
    assert "(11 in documents, 11 in the tracker)" in done.plan.brakes[0].message
    assert filed.ops.writes["update"] == 0
    assert filed.sync(confirmed=True).exit is Exit.OK
    assert [ticket.state for ticket in filed.ops.tickets].count(State.DONE) == 11


def test_a_brake_stops_creates_there_too(filed: Any) -> None:
    close(filed, 11)
    filed.write("pump.md", postmortem("pump", 1))
    assert filed.run().exit is Exit.HUMAN
    assert len(filed.ops.tickets) == 20


def test_new_links_are_no_changes(office: Any) -> None:
    office.configure(**SETTINGS)
    office.write("boiler.md", postmortem("boiler", 20))
    assert office.file().exit is Exit.OK
    office.ledger = type(office.ledger)("another")
    office.write("boiler.md", postmortem("boiler", 20))
    assert office.file().exit is Exit.OK
    assert texts_of(office, "boiler.md").count("#ft-") == 20
    assert len(office.ops.tickets) == 20


def texts_of(office: Any, name: str) -> str:
    text: str = (office.root / name).read_text()
    return text


# --- one side empty -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["sync", "run"])
def test_a_tracker_that_suddenly_shows_nothing_is_not_believed(command: str, filed: Any) -> None:
    find = filed.ops.find
    filed.ops.find = lambda _ref: None
    before, known = texts(filed), filed.ledger.snapshot().tickets
    for _night in range(2):
        done = getattr(filed, command)()
        assert done.exit is Exit.HUMAN
        assert [brake.code for brake in done.plan.brakes] == ["tracker-empty"]
        assert "ops shows none of the 20 tickets known there" in done.plan.brakes[0].message
        assert done.plan.matters == ()
    assert texts(filed) == before
    assert filed.ledger.snapshot().tickets == known
    filed.ops.find = find
    assert filed.run().exit is Exit.OK


def test_a_listing_without_any_of_ours_files_nothing(filed: Any) -> None:
    filed.write("pump.md", postmortem("pump", 1))
    filed.ops.listed = lambda: iter(())
    done = filed.run()
    assert done.exit is Exit.HUMAN
    assert [brake.code for brake in done.plan.brakes] == ["tracker-empty"]
    assert len(filed.ops.tickets) == 20


def test_confirmed_the_tickets_are_gone(filed: Any) -> None:
    delete_all(filed)
    stopped = filed.sync()
    done = filed.sync(confirmed=True)
    assert (done.exit, done.plan.hash, done.plan.matters) == (Exit.OK, stopped.plan.hash, ())
    done = filed.sync()
    assert done.exit is Exit.OK
    assert {matter.code for matter in done.plan.matters} == {"ticket-missing"}, "two runs did not find them"


def test_four_tickets_that_are_gone_are_gone(office: Any) -> None:
    office.write("boiler.md", postmortem("boiler", 4))
    office.file()
    delete_all(office)
    assert office.sync().exit is Exit.OK


@pytest.mark.parametrize("how", ["removed", "emptied"])
@pytest.mark.parametrize("command", ["sync", "run"])
def test_documents_that_suddenly_hold_nothing_are_not_believed(how: str, command: str, filed: Any) -> None:
    boiler = filed.root / "boiler.md"
    text = boiler.read_text()
    boiler.unlink() if how == "removed" else boiler.write_text("# Postmortem: boiler\n")
    filed.web.edit("WEB-1", Change(state=State.DONE))
    for _night in range(2):
        done = getattr(filed, command)()
        assert done.exit is Exit.HUMAN
        (brake,) = done.plan.brakes
        assert (brake.scope, brake.code) == ("ops", "documents-empty")
        assert "None of the 20 measures tracked in ops" in brake.message
        assert "boiler.md" in brake.message
    assert not any(item.gone for item in filed.ledger.snapshot().items.values())
    assert texts_of(filed, "search.md").count("[x]") == 1, "the other scope went on"
    boiler.write_text(text)
    assert filed.run().exit is Exit.OK
    assert len(filed.ops.tickets) == 20


@pytest.mark.parametrize("how", ["removed", "emptied"])
def test_confirmed_the_measures_are_gone_and_closed_nothing(how: str, filed: Any) -> None:
    boiler = filed.root / "boiler.md"
    text = boiler.read_text()
    boiler.unlink() if how == "removed" else boiler.write_text("# Postmortem: boiler\n")
    stopped = filed.sync()
    done = filed.sync(confirmed=True)
    assert (done.exit, done.plan.hash) == (Exit.OK, stopped.plan.hash)
    assert sum(item.gone for item in filed.ledger.snapshot().items.values()) == 20
    assert filed.run().exit is Exit.OK
    assert {ticket.state for ticket in filed.ops.tickets} == {State.OPEN}
    boiler.write_text(text)
    assert filed.run().exit is Exit.OK
    assert len(filed.ops.tickets) == 20
    assert not any(item.gone for item in filed.ledger.snapshot().items.values())


def test_a_renamed_document_is_not_gone(filed: Any) -> None:
    (filed.root / "boiler.md").rename(filed.root / "kettle.md")
    assert filed.run().exit is Exit.OK


@pytest.mark.parametrize("ledger", ["kept", "lost"])
def test_two_open_issues_with_one_marker_are_for_a_person(ledger: str, office: Any) -> None:
    office.write("boiler.md", postmortem("boiler", 2))
    office.file()
    office.ops.add("A copy", marker=office.ops.tickets[0].marker, author="bot")
    if ledger == "lost":
        office.ledger = type(office.ledger)("another")
    office.write("pump.md", postmortem("pump", 1))  # something to file, so that everything is listed
    before = texts_of(office, "boiler.md")
    for command in (office.run, office.file, office.sync):
        done = command()
        assert done.exit is Exit.HUMAN
        (matter,) = done.plan.matters
        assert (matter.code, matter.key) == ("two-issues", "OPS-1")
        assert matter.choices == "close OPS-3 as a duplicate of OPS-1"
    assert {ticket.state for ticket in office.ops.tickets} == {State.OPEN}, "nothing is closed by itself"
    assert texts_of(office, "boiler.md") == before
    office.ops.edit("OPS-3", Change(state=State.DROPPED))
    assert office.run().exit is Exit.OK
    assert sorted(ticket.key for ticket in office.ops.tickets) == ["OPS-1", "OPS-2", "OPS-3", "OPS-4"]


def test_of_two_issues_the_one_that_a_person_leaves_open_is_the_ticket(office: Any) -> None:
    office.write("boiler.md", postmortem("boiler", 1))
    office.file()
    office.ops.add("A copy", marker=office.ops.tickets[0].marker, author="bot")
    office.write("pump.md", postmortem("pump", 1))
    assert office.run().exit is Exit.HUMAN
    office.ops.edit("OPS-1", Change(state=State.DROPPED))
    assert office.run().exit is Exit.OK
    assert "[OPS-2, open]" in texts_of(office, "boiler.md")
    assert office.run().written.documents == []
