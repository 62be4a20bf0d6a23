"""``doctor --with-test-issue``: one issue is created, found by its marker, and closed again; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followthrough.connector import Features, State, Ticket
from followthrough.engine.diagnosis import Diagnosis, Patient, diagnose, exit_of
from followthrough.engine.trial import TITLE, Trial
from followthrough.http import Transport
from followthrough.settings import Settings
from followthrough.sources.disk import RealDisk
from followthrough.testing import Fault, MemoryPlugin, MemoryTracker


class Clock:
    """A time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tried(clock: Clock, tmp_path: Path) -> Callable[..., dict[str, Diagnosis]]:
    """What a test issue shows of a tracker in memory, by subject."""

    def run(tracker: MemoryTracker, **keys: object) -> dict[str, Diagnosis]:
        settings = Settings.model_validate({"trackers": {"ops": {"kind": "memory", **keys}}})
        patient = Patient(
            root=tmp_path,
            settings=settings,
            file=None,
            named=False,
            outside=Transport(),
            disk=RealDisk(),
            load=lambda _kind: MemoryPlugin(ops=tracker),
            trial=Trial(now=clock.now, sleep=clock.sleep, random_name=lambda: "5f" * 16),
        )
        return {one.subject: one for one in diagnose(patient) if one.area == "ops"}

    return run


def the_one(tracker: MemoryTracker) -> Ticket:
    (ticket,) = tracker.tickets
    return ticket


def test_a_tracker_where_filing_works(clock: Clock, tried: Any) -> None:
    tracker = MemoryTracker(clock.now, prefix="OPS", lag=timedelta(seconds=7))
    found = tried(tracker, labels=["postmortem", "{kind}"])
    assert [found[name].message for name in ("test issue", "test listing", "test closing")] == [
        "OPS-1 was created at once.",
        "OPS-1 is found by its marker after 8 s.",
        "OPS-1 is closed: won't do.",
    ]
    assert all(one.ok for one in found.values())
    ticket = the_one(tracker)
    assert (ticket.title, ticket.state, ticket.labels) == (TITLE, State.DROPPED, ("postmortem",))
    assert tracker.writes == {"create": 1, "update": 1}


def test_a_listing_that_lags_is_told_and_the_issue_is_closed_all_the_same(clock: Clock, tried: Any) -> None:
    tracker = MemoryTracker(clock.now, prefix="OPS", lag=timedelta(minutes=10))
    found = tried(tracker)
    assert found["test listing"].ok is None
    assert found["test listing"].message == "OPS-1 is not found by its marker within 120 s."
    assert found["test closing"].ok is True
    assert exit_of(list(found.values())) == 0


@pytest.mark.parametrize(
    ("method", "fault", "subject", "message", "cure", "code", "left"),
    [
        ("create", Fault.REFUSED, "test issue", "It was refused: The memory refuses a value.", "Filing would be refused as well.", 3, []),
        ("create", Fault.FORBIDDEN, "test issue", "The token may not do this.", "Give it the permission.", 5, []),
        ("create", Fault.LOST_BEFORE, "test issue", "The memory did not answer; the issue may or may not exist.", f'If there is a "{TITLE}", close it by hand.', 3, []),
        ("owned", Fault.UNREACHABLE, "test listing", "The memory does not answer.", "Try again later.", 3, [State.DROPPED]),
        ("update", Fault.FORBIDDEN, "test closing", "The token may not do this.", "Give it the permission. Close OPS-1 by hand.", 5, [State.OPEN]),
    ],
)  # fmt: skip
def test_what_fails_is_told_with_its_cure(
    method: str,
    fault: Fault,
    subject: str,
    message: str,
    cure: str,
    code: int,
    left: list[State],
    clock: Clock,
    tried: Any,
) -> None:
    tracker = MemoryTracker(clock.now, prefix="OPS")
    tracker.break_down(fault, method)
    found = tried(tracker)
    one = found[subject]
    assert (one.ok, one.message, one.cure) == (False, message, cure)
    assert exit_of(list(found.values())) == code
    assert [ticket.state for ticket in tracker.tickets] == left
    assert tracker.writes["create"] == 1, "never sent twice"


@pytest.mark.parametrize(
    ("states", "end"),
    [((State.OPEN, State.DONE), State.DONE), ((State.OPEN,), State.OPEN)],
    ids=["only done", "neither"],
)
def test_a_tracker_without_wont_do(states: Any, end: State, clock: Clock, tried: Any) -> None:
    tracker = MemoryTracker(clock.now, prefix="OPS", states=states)
    closing = tried(tracker)["test closing"]
    assert the_one(tracker).state is end
    assert closing.ok is (end is State.DONE)
    assert closing.cure == ("" if closing.ok else "Close OPS-1 by hand.")


def test_a_public_place_gets_no_test_issue_unless_it_may_be_public(clock: Clock, tried: Any) -> None:
    tracker = MemoryTracker(clock.now, public=True)
    found = tried(tracker)
    assert found["test issue"].ok is None
    assert not tracker.writes
    assert tried(tracker, public=True)["test issue"].ok is True


def test_a_tracker_that_cannot_even_be_looked_at_is_not_tried(clock: Clock, tried: Any) -> None:
    tracker = MemoryTracker(clock.now)
    tracker.break_down(Fault.UNAUTHORIZED, "check")
    assert "test issue" not in tried(tracker)
    assert not tracker.writes


def test_features_say_nothing_against_it(clock: Clock, tried: Any) -> None:
    tracker = MemoryTracker(
        clock.now, features=Features(settle=timedelta(minutes=10), cannot_store=frozenset({"labels", "due"}))
    )
    assert tried(tracker)["test closing"].ok is True
    assert the_one(tracker).labels == ()


# --- the installed program ------------------------------------------------------------------------


def test_the_embedded_tracker_is_tried_and_no_measure_is_touched(shop: Any, dated: Any) -> None:
    document = shop.write("pm.md", dated("2026-11-03"))
    shop.write("followthrough.toml", 'documents = ["pm.md"]\nnamespace = "n"\n')
    before = document.read_bytes()
    out = shop.ok("doctor", "--with-test-issue").out
    assert "test issue   FT-1 was created at once.\n" in out
    assert "test listing FT-1 is found by its marker at once.\n" in out
    assert "test closing FT-1 is closed: won't do.\n" in out
    assert out.endswith("All is well.\n")
    assert document.read_bytes() == before
    assert [(ticket["title"], ticket["state"]) for ticket in shop.tickets()] == [(TITLE, "dropped")]
    shop.ok("file", "--yes")
    assert "[FT-2, open]" in document.read_text(), "it is in nobody's way"
    assert shop.ok("report", "--format", "json").json["outstanding"] == 2
    shop.ok("doctor", "--with-test-issue")
    assert len(shop.tickets()) == 4, "each one has an id of its own"


def test_without_the_option_nothing_is_created(shop: Any, dated: Any) -> None:
    shop.write("pm.md", dated("2026-11-03"))
    shop.ok("doctor")
    assert shop.tickets() == []
    assert not (shop.folder / ".followthrough").exists()
