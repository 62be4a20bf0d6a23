"""What ``status`` tells without asking any tracker: what waits, what is held, what stands for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followthrough.cli.requests import request_for
from followthrough.cli.screens.status import Standing, status_lines, to_json
from followthrough.cli.screens.words import Screen
from followthrough.connector import Change, Features, State
from followthrough.engine.survey import survey
from followthrough.ledger.memory import MemoryLedger
from followthrough.planning.freezing import COMMANDS
from followthrough.testing import Fault, MemoryTracker

PAGE = "# Postmortem: cache\n\n## Action items\n\n- [ ] Alert on the pool\n"
MORE = "# Postmortem: queue\n\n## Action items\n\n- [ ] Rehearse the restore\n"


@pytest.fixture
def office(office: Any) -> Any:
    features = Features(settle=timedelta(hours=12))
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", features=features)
    office.named = False
    office.write("cache.md", PAGE)
    office.run()
    return office


def standing(office: Any) -> Standing:
    found = []

    def look(job: Any, space: Any) -> None:
        runs = job.ledger.runs(50)
        found.append(
            Standing(
                last=runs[0],
                expected=None,
                snapshot=job.ledger.snapshot(),
                plan=survey(job, request_for(space, offline=True)).plan,
                stops=next((run.stops for run in runs if run.command in COMMANDS), ()),
            )
        )

    office._job("status", look)
    return found[0]


def shown(office: Any) -> list[str]:
    """The lines, without the columns' padding."""
    now = office.clock.now() + timedelta(hours=1)
    screen = Screen(zone=ZoneInfo("UTC"), now=now, columns=None, in_git=False)
    return ["  ".join(line.split()) for line in status_lines(standing(office), screen)]


def line(office: Any, words: str) -> str:
    spaced = "  ".join(words.split())
    return next((one for one in shown(office) if spaced in one), f"none of {shown(office)}")


def test_a_create_without_an_answer_and_when_it_is_looked_at_again(office: Any) -> None:
    office.write("queue.md", MORE)
    office.ops.fail("create", Fault.LOST_BEFORE)
    office.run()
    assert "queue.md:5  looks  again" in line(office, "no answer from the tracker")
    office.write("queue.md", "# Postmortem: queue\n\n## Action items\n\n- [ ] Something else\n")
    assert "queue.md," in line(office, "line gone")
    (unanswered,) = to_json(standing(office))["unanswered"]
    assert unanswered["tracker"] == "ops"
    office.clock.time += timedelta(days=1)
    assert "the  next  run  looks  again" in line(office, "line gone")


def test_a_scope_that_is_held_and_until_when(office: Any) -> None:
    office.ledger = MemoryLedger("another")
    office.write("queue.md", MORE)
    office.run()
    assert "ops,  1  measure  files  again" in line(office, "ledger is new")
    record = to_json(standing(office))
    assert [hold["reason"] for hold in record["holds"]] == ["rebuilt"]
    assert [step["held"] for step in record["waiting"]] == ["rebuilt"]


def test_a_ticket_that_is_not_found_once_and_one_that_is_missing(office: Any) -> None:
    office.ops.delete("OPS-1")
    office.run()
    assert "OPS-1  the  next  run  looks  again" in line(office, "ticket not found, once")
    office.run()
    assert "bring  OPS-1  back" in line(office, "ticket not found")


def test_two_issues_for_one_measure(office: Any) -> None:
    office.ops.add("A copy", marker=office.ops.tickets[0].marker, author="bot")
    office.write("queue.md", MORE)
    office.run()
    assert "close  OPS-2  as  a  duplicate  of  OPS-1" in line(office, "two issues, one measure")


def test_what_goes_to_and_fro(office: Any) -> None:
    for night in range(4):
        office.ops.edit("OPS-1", Change(state=State.DONE if night % 2 == 0 else State.OPEN))
        office.run()
    assert "`sync  --push  cache.md:5`" in line(office, "goes to and fro: frozen")


def test_a_brake_and_how_to_go_on(office: Any) -> None:
    lines = "".join(f"- [ ] Check valve number {number}\n" for number in range(60))
    office.write("archive.md", f"# Postmortem: boiler\n\n## Action items\n\n{lines}")
    done = office.run()
    told = line(office, "Stopped 60 issues would be created in ops, the brake is at 50.")
    assert f"--confirm  {done.plan.hash}" in told
    assert to_json(standing(office))["stops"][0].startswith("60 issues would be created")
    (office.root / "archive.md").unlink()
    office.run()
    assert "none of" in line(office, "Stopped"), "the next run has nothing to stop"
