from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.connector import (
    Change,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Features,
    NotFound,
    RateLimited,
    Refused,
    Rejected,
    State,
    Ticket,
    Unauthorized,
    Unknown,
    Unreachable,
)
from followthrough.http import Transport
from followthrough.testing import ConnectorContract, Fault, MemoryConnector, MemoryPlugin, MemoryTracker


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


class TestMemory(ConnectorContract):
    def setup_method(self) -> None:
        self.clock = Clock()
        self.tracker = MemoryTracker(self.clock, lag=timedelta(seconds=30))

    def connector(self) -> Connector:
        return MemoryConnector(self.tracker)

    def by_stranger(self, draft: Draft) -> str:
        self.tracker.add(draft.title, marker=draft.id, author="mallory")
        return "mallory"

    def move(self, ticket: Ticket) -> None:
        self.tracker.move(ticket.id, "ELSE-7")

    def delete(self, ticket: Ticket) -> None:
        self.tracker.delete(ticket.id)

    def duplicate(self, ticket: Ticket, of: Ticket) -> None:
        self.tracker.duplicate(ticket.id, of.id)

    def settle(self) -> None:
        self.clock.time += timedelta(minutes=1)

    def traffic(self) -> object:
        return sum(self.tracker.reads.values()), sum(self.tracker.writes.values())

    def broken(self, kind: type[ConnectorError]) -> Connector:
        faults = {
            Unauthorized: Fault.UNAUTHORIZED,
            NotFound: Fault.GONE,
            Unreachable: Fault.LOST_BEFORE,
            RateLimited: Fault.RATE_LIMITED,
        }
        self.tracker.break_down(faults[kind])
        return self.connector()


class TestMemoryWithOurIds(TestMemory):
    def setup_method(self) -> None:
        self.clock = Clock()
        features = Features(settle=timedelta(0), idempotent=True, cannot_store=frozenset({"due", "labels"}))
        self.tracker = MemoryTracker(self.clock, features=features)


class TestMemoryThatGivesNewIds(TestMemory):
    """As where an issue that is transferred is a new one, and the old one leads to it."""

    def move(self, ticket: Ticket) -> None:
        self.tracker.move(ticket.id, "ELSE-7", id="77777")


def tracker(**more: Any) -> tuple[MemoryTracker, MemoryConnector, Clock]:
    clock = Clock()
    tracker = MemoryTracker(clock, **more)
    return tracker, MemoryConnector(tracker), clock


def draft(id: str, **fields: Any) -> Draft:
    return Draft(**{"id": id, "document": "pm.md", "title": f"Measure {id}", "body": (), **fields})


def test_lost_answers_with_and_without_effect() -> None:
    memory, connector, _ = tracker()
    memory.fail("create", Fault.LOST_BEFORE, Fault.LOST_AFTER)
    outcomes = connector.create([draft("a"), draft("b"), draft("c")])
    assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown, Created]
    assert [ticket.marker for ticket in memory.tickets] == ["b", "c"]
    assert memory.writes["create"] == 3


def test_same_marker_twice_is_two_issues_where_ids_are_not_accepted() -> None:
    _, connector, _ = tracker()
    connector.create([draft("a"), draft("a")])
    assert [ticket.marker for ticket in connector.owned()] == ["a", "a"]


def test_refusals_and_rate_limits_are_outcomes_of_their_draft() -> None:
    memory, connector, _ = tracker()
    memory.fail("create", Fault.REFUSED, Fault.RATE_LIMITED)
    refused, limited, created = connector.create([draft("a"), draft("b"), draft("c")])
    assert isinstance(refused, Refused)
    assert refused.retry_after is None
    assert isinstance(limited, Refused)
    assert limited.retry_after == timedelta(minutes=1)
    assert isinstance(created, Created)


def test_refused_token_raises_only_where_nothing_was_sent_before() -> None:
    memory, connector, _ = tracker()
    memory.fail("create", Fault.UNAUTHORIZED)
    with pytest.raises(Unauthorized):
        connector.create([draft("a"), draft("b")])
    assert memory.writes["create"] == 1
    outcomes = connector.create([draft("a")])
    memory.break_down(Fault.FORBIDDEN, "create")
    with pytest.raises(Unauthorized, match="permission"):
        connector.create([draft("b")])
    memory.break_down(None, "create")
    outcomes = [*outcomes, *connector.create([draft("b")])]
    assert [type(outcome) for outcome in outcomes] == [Created, Created]


def test_listing_shows_a_new_issue_later_and_the_cursor_waits_for_it() -> None:
    _, connector, clock = tracker(lag=timedelta(minutes=5))
    (first,) = connector.create([draft("a")])
    assert isinstance(first, Created)
    assert connector.owned() == []
    assert set(connector.fetch([first.ticket.id])) == {first.ticket.id}
    changes = connector.changed(None)
    assert changes.tickets == ()
    clock.time += timedelta(minutes=5)
    assert [t.marker for t in connector.owned()] == ["a"]
    assert [t.marker for t in connector.changed(changes.cursor).tickets] == ["a"]


def test_update_that_took_effect_without_an_answer() -> None:
    memory, connector, _ = tracker()
    ticket = memory.add("By hand")
    memory.fail("update", Fault.LOST_AFTER)
    with pytest.raises(Unreachable):
        connector.update(ticket.id, Change(state=State.DONE))
    assert memory.tickets[0].state is State.DONE


def test_moved_issue_is_found_by_id_and_both_keys_and_a_deleted_one_by_none() -> None:
    memory, connector, _ = tracker()
    ticket = memory.add("By hand", marker="a")
    memory.move(ticket.id, "NEW-7")
    found = connector.fetch([ticket.id, ticket.key, "new-7"])
    assert {t.key for t in found.values()} == {"NEW-7"}
    assert len(found) == 3
    memory.delete(ticket.id)
    assert connector.fetch([ticket.id, ticket.key, "NEW-7"]) == {}
    with pytest.raises(NotFound):
        connector.update(ticket.id, Change(title="x"))


def test_a_hidden_issue_is_absent_and_comes_back() -> None:
    memory, connector, _ = tracker()
    ticket = memory.add("By hand", marker="a")
    memory.hide(ticket.id)
    assert (connector.fetch([ticket.id]), connector.owned()) == ({}, [])
    assert memory.tickets == [ticket]
    memory.hide(ticket.id, hidden=False)
    assert connector.fetch([ticket.id]) == {ticket.id: ticket}


def test_a_duplicate_of_an_issue_elsewhere_names_its_address() -> None:
    memory, connector, _ = tracker()
    ticket = memory.add("By hand")
    memory.duplicate(ticket.id, "https://else.invalid/7")
    assert connector.fetch([ticket.id])[ticket.id].duplicate_of == "https://else.invalid/7"


def test_what_people_do_is_not_counted_and_is_seen() -> None:
    memory, connector, _ = tracker()
    ticket = memory.add("By hand")
    cursor = connector.changed(None).cursor
    memory.edit(ticket.key, Change(state=State.DONE))
    assert [t.state for t in connector.changed(cursor).tickets] == [State.DONE]
    assert connector.owned() == []
    assert (sum(memory.writes.values()), dict(memory.reads)) == (0, {"changed": 2, "owned": 1})


def test_a_state_or_field_that_the_tracker_has_not_is_rejected() -> None:
    features = Features(settle=timedelta(0), cannot_store=frozenset({"due"}))
    memory, connector, _ = tracker(states=(State.OPEN, State.DONE), features=features)
    ticket = memory.add("By hand")
    for change in (Change(state=State.BLOCKED), Change(due=date(2026, 12, 1))):
        with pytest.raises(Rejected):
            connector.update(ticket.id, change)
    assert connector.update(ticket.id, Change(due=None)) == ticket


def test_plugin_names_its_scopes_and_references() -> None:
    plugin = MemoryPlugin()
    model = plugin.settings_model()
    settings = model.model_validate({}, context={"scope": "ops", "root": Path("/")})
    with plugin.connect(settings, Transport(clock=Clock())) as connector:
        (outcome,) = connector.create([draft("a")])
    assert isinstance(outcome, Created)
    ticket = outcome.ticket
    assert plugin.trackers["ops"].tickets == [ticket]
    assert (plugin.reference(settings, ticket.key), plugin.reference(settings, ticket.url)) == (
        "OPS-1",
        "OPS-1",
    )
    assert plugin.reference(settings, "WEB-1") is None
    with pytest.raises(ValidationError):
        model.model_validate({"projct": "x"})


def test_module_needs_neither_pytest_nor_pydantic() -> None:
    code = (
        "import sys, followthrough.testing; print(sorted({'pytest', 'pydantic', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
