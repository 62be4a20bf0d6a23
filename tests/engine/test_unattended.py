"""A run that nobody watches: what fails stops its own scope, what takes long is gone on with next time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followthrough.connector import Change, Draft, Outcome, State, Ticket
from followthrough.engine.budget import forecast, usual_cost
from followthrough.engine.exits import Exit
from followthrough.engine.mutations import Mutation, WatchedSource
from followthrough.ledger import Run
from followthrough.sources import Changed, Content, SourceError, WriteRefused
from followthrough.sources.interface import AtOnce
from followthrough.testing import Fault, MemoryPlugin, MemoryTracker
from followthrough.testing.memory import MemoryConnector
from postmortems import postmortem

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def two_scopes(office: Any) -> None:
    """What is sev1 goes to ``web``, the rest to ``ops``."""
    office.configure(default_tracker="ops", routes=[{"when": {"severity": ["sev1"]}, "tracker": "web"}])


def proven(office: Any, *trackers: MemoryTracker) -> None:
    """Past the first run in each scope, where only ten are filed."""
    office.write("first.md", postmortem(1, first=19))
    if len(trackers) > 1:
        office.write("second.md", postmortem(1, first=18, severity="sev1"))
    assert office.file().exit is Exit.OK


# --- a scope that fails ---------------------------------------------------------------------------


def test_five_failures_in_a_row_turn_a_scope_off_and_the_others_go_on(office: Any) -> None:
    two_scopes(office)
    proven(office, office.ops, office.web)
    office.write("big.md", postmortem(12, severity="sev1"))
    office.write("small.md", postmortem(5, first=12))
    office.web.break_down(Fault.LOST_BEFORE, "create")
    sent = office.web.writes["create"]
    done = office.run()
    assert office.web.writes["create"] - sent == 5
    assert len(office.ops.tickets) == 6
    assert done.exit is Exit.PARTIAL
    (told,) = done.failures
    assert told == (
        "web: Left alone for the rest of this run after 5 failures in a row. Last: The memory did not answer; "
        "the issue may or may not exist. 5 requests were in vain; the next run tries again."
    )
    assert len(done.filed.unknown) == 5


def test_failures_that_are_not_in_a_row_turn_nothing_off(office: Any) -> None:
    proven(office)
    office.write("big.md", postmortem(12))
    office.ops.fail("create", *[Fault.LOST_BEFORE, Fault.REFUSED, Fault.LOST_BEFORE] * 4)
    done = office.run()
    assert len(done.filed.unknown) + len(done.filed.refused) == 12
    assert done.failures == []


def test_refused_credentials_stop_the_scope_at_the_first(office: Any) -> None:
    two_scopes(office)
    proven(office, office.ops, office.web)
    office.write("big.md", postmortem(8, severity="sev1"))
    office.write("small.md", postmortem(4, first=8))
    office.web.break_down(Fault.UNAUTHORIZED)
    sent = sum(office.web.writes.values()) + sum(office.web.reads.values())
    done = office.run()
    assert sum(office.web.writes.values()) + sum(office.web.reads.values()) - sent == 1
    assert done.exit is Exit.CREDENTIALS
    assert len(office.ops.tickets) == 5


class Broken(MemoryConnector):
    """A connector with a bug in it."""

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        raise KeyError("nodes")

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        super().create(drafts)
        raise AttributeError("'NoneType' object has no attribute 'id'")

    def update(self, ref: str, change: Change, /) -> Ticket:
        raise ZeroDivisionError


def test_a_bug_in_a_connector_stops_its_scope_and_no_other(office: Any) -> None:
    two_scopes(office)

    class Plugin(MemoryPlugin):
        def connect(self, settings: Any, outside: Any, /) -> Any:
            connector = super().connect(settings, outside)
            return Broken(office.web) if settings.project == "web" else connector

    office.load = lambda _kind: Plugin(**office.trackers)
    office.write("big.md", postmortem(3, severity="sev1"))
    office.write("small.md", postmortem(3, first=3))
    done = office.run()
    assert len(office.ops.tickets) == 3
    # Whether the first create took effect nobody can know, so that none follows it in a new scope.
    ((_, why),) = done.filed.unknown
    assert "failed in a way it must not (AttributeError)" in why
    assert done.exit is Exit.LATER


# --- a tracker that asks for patience -------------------------------------------------------------


def test_what_was_refused_for_the_moment_is_sent_again_after_the_time_asked_for(office: Any) -> None:
    proven(office)
    office.write("big.md", postmortem(6))
    office.ops.fail("create", Fault.RATE_LIMITED)
    start = office.clock.time
    done = office.run()
    assert (done.exit, len(done.filed.created), done.filed.refused) == (Exit.OK, 6, [])
    assert office.clock.time - start >= timedelta(minutes=1)
    assert len(office.ops.tickets) == 7


def test_a_tracker_that_never_has_time_is_left_to_a_later_run(office: Any) -> None:
    proven(office)
    office.write("big.md", postmortem(6))
    office.ops.break_down(Fault.RATE_LIMITED, "create")
    sent = office.ops.writes["create"]
    done = office.run()
    assert (done.exit, done.filed.refused) == (Exit.LATER, [])
    assert office.ops.writes["create"] - sent == 4
    assert done.waits == ["ops: The memory is asked too often."]
    office.ops.break_down(None)
    assert office.run().exit is Exit.OK
    assert len(office.ops.tickets) == 7


# --- a run with a deadline ------------------------------------------------------------------------


class Slow(MemoryTracker):
    """A create takes ten seconds."""

    sleep: Callable[[float], None]

    def add(self, title: str, **fields: Any) -> Ticket:
        self.sleep(10)
        return super().add(title, **fields)


def slow(office: Any) -> None:
    office.trackers["ops"] = tracker = Slow(office.clock.now, prefix="OPS")
    tracker.sleep = office.clock.sleep


def test_a_run_stops_at_its_deadline_and_the_next_ones_finish(office: Any) -> None:
    slow(office)
    proven(office)
    office.write("big.md", postmortem(18))
    office.limit = timedelta(seconds=75)
    done = office.run()
    assert done.exit is Exit.LATER
    assert len(done.filed.created) == 8
    assert done.waits == [
        "ops: The time given is over: 8 of 18 measures were taken up, the next run goes on "
        "(about 100 s, 2 more runs like this)."
    ]
    # What was begun is finished: each ticket is in the ledger, and linked now or by the next run.
    assert len(office.ledger.snapshot().links) == 9
    done = office.run()
    assert (done.exit, len(done.filed.created)) == (Exit.LATER, 8)
    done = office.run()
    assert (done.exit, len(done.filed.created), done.waits) == (Exit.OK, 2, [])
    assert len(office.ops.tickets) == 19
    assert (office.root / "big.md").read_text().count("#ft-") == 18
    assert len({ticket.marker for ticket in office.ops.tickets}) == 19


def test_documents_that_were_not_reached_are_written_by_the_next_run(office: Any) -> None:
    for number in range(4):
        office.write(f"{number}.md", postmortem(2, first=2 * number))
    office.file()
    for ticket in office.ops.tickets:
        office.ops.edit(ticket.id, Change(state=State.DONE))
    office.step = lambda name: office.clock.sleep(10) if name == "document written" else None
    office.limit = timedelta(seconds=15)
    done = office.run()
    assert done.exit is Exit.LATER
    assert done.waits == ["2 documents were not reached in the time given; the next run goes on."]
    office.limit = None
    assert office.run().exit is Exit.OK
    assert sum((office.root / f"{number}.md").read_text().count("[x]") for number in range(4)) == 8


def test_setting_the_clock_does_not_end_a_run() -> None:
    run = Run(id="1", command="run", started=AT, finished=AT + timedelta(seconds=50), counts={"created": 10})
    assert usual_cost([run]) == timedelta(seconds=5)
    ahead, back = (
        Run(id="2", command="run", started=AT, finished=AT + timedelta(hours=hours), counts={"created": 10})
        for hours in (25, -25)
    )
    assert usual_cost([ahead, back, run]) == timedelta(seconds=5)
    assert usual_cost([ahead, back]) is None


@pytest.mark.parametrize(
    ("count", "seconds", "limit", "told"),
    [
        (0, 1, 60, ""),
        (10, None, 60, ""),
        (10, 1, None, "about 10 s"),
        (100, 1.2, 30, "about 2 min, 4 more runs like this"),
        (30, 1, 60, "about 30 s, 1 more run like this"),
        (100_000, 7.2, 1800, "about 200 h, 400 more runs like this"),
    ],
)
def test_forecast(count: int, seconds: float | None, limit: float | None, told: str) -> None:
    each = None if seconds is None else timedelta(seconds=seconds)
    assert forecast(count, each, None if limit is None else timedelta(seconds=limit)) == told


# --- the journal ----------------------------------------------------------------------------------


def lines(office: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (office.root / "runs.jsonl").read_text().splitlines()]


def test_the_journal_tells_every_change_and_how_it_ended(office: Any) -> None:
    proven(office)
    office.configure(default_tracker="ops", sync={"push": ["title"]})
    (office.root / "runs.jsonl").unlink()
    path = office.write("pm.md", postmortem(4))
    before = path.read_bytes()
    office.ops.fail("create", Fault.REFUSED, Fault.LOST_AFTER)
    done = office.file()
    told = lines(office)
    assert [(line.get("event"), line.get("outcome")) for line in told] == [
        ("intend", None),
        ("create", "refused"),
        ("intend", None),
        ("create", "unknown"),
        ("intend", None),
        ("create", "done"),
        ("intend", None),
        ("create", "done"),
        ("write", "done"),
        (None, None),
    ]
    assert {line["run"] for line in told} == {done.run}
    assert {line["plan_hash"] for line in told} == {done.plan.hash}
    assert {line["command"] for line in told} == {"file"}
    assert len({line["lineage"] for line in told}) == 1
    serials = [line["serial"] for line in told]
    assert serials == sorted(serials)
    created, write = told[5], told[8]
    assert (created["scope"], created["key"], len(created["after"])) == ("ops", "OPS-3", 16)
    assert created["item"] in path.read_text()
    assert write["before"] == sha256(before)
    assert write["after"] == sha256(path.read_bytes())
    assert "slow" not in json.dumps(told), "the journal holds no words of a document"
    path.write_text(path.read_text().replace("when the replica", "if the big replica"))
    office.sync()
    update = next(line for line in lines(office) if line.get("event") == "update")
    assert (update["fields"], update["outcome"]) == (["title"], "done")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_document_that_was_not_written_is_told_with_the_reason() -> None:
    told: list[Mutation] = []

    class Closed(AtOnce):
        def find(self) -> list[str]:
            return ["pm.md"]

        def exists(self, path: str) -> bool:
            return path == "pm.md"

        def read(self, path: str) -> Content:
            return Content(b"old", "v1")

        def write(self, path: str, data: bytes, version: str) -> None:
            raise Changed("pm.md: somebody saved it") if version == "v1" else WriteRefused("pm.md: read-only")

        def nearby(self, path: str) -> list[str]:
            return []

        def leftover(self, path: str) -> bytes | None:
            return None

        def discard(self, path: str) -> None:
            raise AssertionError("there is nothing to discard")

    source = WatchedSource(Closed(), told.extend)
    assert (list(source.find()), source.exists("pm.md"), source.read("pm.md").data) == (
        ["pm.md"],
        True,
        b"old",
    )
    for version in ("v1", "v2"):
        with pytest.raises(SourceError):
            source.write("pm.md", b"new", version)
    assert [mutation.facts() for mutation in told] == [
        {
            "event": "write",
            "path": "pm.md",
            "before": version,
            "after": sha256(b"new"),
            "outcome": "refused",
            "reason": reason,
        }
        for version, reason in (("v1", "changed meanwhile"), ("v2", "pm.md: read-only"))
    ]
