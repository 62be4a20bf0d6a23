"""Between two nights that read every ticket, a run asks a tracker only for what has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from followthrough.connector import Change, Features, State
from followthrough.engine import delta
from followthrough.http import Transport
from followthrough.ledger.records import HoldReason
from followthrough.planning.learning import record_of
from followthrough.settings import Settings
from followthrough.testing import Fault, MemoryPlugin

MANY = 120
TEXT = "# Postmortem: queue {n}\n\nDate: 2026-11-{n:02}\n\n## Action items\n\n{items}\n"


@pytest.fixture
def filed(office: Any) -> Any:
    """Twelve documents of ten measures, all filed, and one night on."""
    office.settings = office.settings.model_copy(update={"documents": ("*.md",)})
    for n in range(1, 13):
        items = "\n".join(f"- [ ] Alert on queue {n} when consumer {m} is late" for m in range(100, 110))
        office.write(f"pm{n:02}.md", TEXT.format(n=n, items=items))
    office.file(limit=1000)
    assert len(office.ops.tickets) == MANY
    office.named = False
    office.clock.time += timedelta(hours=24)
    night(office)
    office.ops.reads.clear()
    return office


def night(office: Any) -> Any:
    return office.run()


def reads(office: Any) -> dict[str, int]:
    found = {name: number for name, number in office.ops.reads.items() if number}
    office.ops.reads.clear()
    return found


def box(office: Any, name: str, words: str) -> str:
    text: str = (office.root / name).read_text()
    return next(line for line in text.splitlines() if words in line)


def test_nothing_changed_is_one_question(filed: Any) -> None:
    night(filed)
    assert reads(filed) == {"changed": 1}


def test_what_changed_comes_back_as_if_all_had_been_read(filed: Any) -> None:
    ticket = next(
        one for one in filed.ops.tickets if one.title.startswith("Alert on queue 3 when consumer 104")
    )
    filed.ops.edit(ticket.id, Change(state=State.DONE))
    done = night(filed)
    assert reads(filed) == {"changed": 1}
    assert box(filed, "pm03.md", "consumer 104").startswith("- [x]")
    assert sum(len(notes) for _, notes in done.written.documents) == 1
    filed.ops.edit(ticket.id, Change(state=State.OPEN))
    night(filed)
    assert box(filed, "pm03.md", "consumer 104").startswith("- [ ]")
    night(filed)
    assert reads(filed) == {"changed": 2}


def test_once_in_twenty_hours_every_ticket_is_read(filed: Any) -> None:
    filed.clock.time += delta.WHOLE
    night(filed)
    assert "changed" not in filed.ops.reads
    assert reads(filed)["fetch"] >= 1
    night(filed)
    assert reads(filed) == {"changed": 1}


def test_a_deleted_issue_is_missed_by_the_next_whole_night(filed: Any) -> None:
    ticket = filed.ops.tickets[0]
    filed.ops.delete(ticket.id)
    night(filed)
    assert not filed.ledger.snapshot().tickets["ops", ticket.id].absences
    filed.clock.time += delta.WHOLE
    night(filed)
    assert filed.ledger.snapshot().tickets["ops", ticket.id].absences == 1


def test_what_a_brake_held_is_told_again(filed: Any) -> None:
    for ticket in filed.ops.tickets[:60]:
        filed.ops.edit(ticket.id, Change(state=State.DONE))
    braked = night(filed)
    assert [brake.code for brake in braked.plan.brakes] == ["changes"]
    again = night(filed)
    assert [brake.code for brake in again.plan.brakes] == ["changes"]
    done = filed.sync(confirmed=True)
    assert sum(len(notes) for _, notes in done.written.documents) == 60


def test_a_question_that_fails_is_asked_again(filed: Any) -> None:
    ticket = filed.ops.tickets[5]
    filed.ops.edit(ticket.id, Change(state=State.DONE))
    filed.ops.fail("changed", Fault.UNREACHABLE)
    failed = night(filed)
    assert failed.exit != 0
    night(filed)
    assert filed.ledger.snapshot().tickets["ops", ticket.id].state is State.DONE


def test_a_followed_ticket_is_read_by_its_id(filed: Any) -> None:
    other = filed.ops.add("Somebody's")
    (filed.root / "pm01.md").write_text(
        (filed.root / "pm01.md").read_text() + f"- Follow up on the pager ({other.key})\n"
    )
    night(filed)
    filed.ops.reads.clear()
    night(filed)
    assert reads(filed) == {"changed": 1, "fetch": 1}


def test_one_document_by_name_is_read_by_its_tickets(filed: Any) -> None:
    filed.named = True
    filed.sync()
    assert "changed" not in reads(filed)


@pytest.fixture
def forgetful(filed: Any) -> Any:
    """The same, with a tracker that may list an issue hours late, and a ledger that was put back since."""
    filed.ops.features = Features(settle=timedelta(hours=48))
    filed.clock.time += delta.WHOLE
    night(filed)
    backup = {shape: dict(kept) for shape, kept in filed.ledger._kept.items()}, filed.ledger._serial
    filed.ops.lag = timedelta(hours=40)  # what is filed now is listed later than the run after next
    text = filed.write("pm13.md", TEXT.format(n=13, items="- [ ] Rehearse the restore")).read_text()
    night(filed)
    assert len(filed.ops.tickets) == MANY + 1
    filed.ledger._kept, filed.ledger._serial = backup
    filed.write("pm13.md", text)  # the document was put back with the ledger
    return filed


@pytest.mark.parametrize("whole", [False, True], ids=["changes", "whole"])
def test_a_scope_that_a_run_holds_stays_held_once_its_cursor_is_noted(whole: bool, forgetful: Any) -> None:
    if whole:
        forgetful.clock.time += delta.WHOLE
    before = forgetful.ledger.snapshot().scopes["ops"]
    done = night(forgetful)
    assert done.plan.went_backwards
    scope = forgetful.ledger.snapshot().scopes["ops"]
    assert (scope.held_why, scope.held_since) == (HoldReason.BEHIND, done.plan.holds[0].since)
    assert (scope.cursor, scope.refreshed_at) != (before.cursor, before.refreshed_at)
    assert (scope.refreshed_at != before.refreshed_at) == whole
    assert scope.proven_at == before.proven_at
    night(forgetful)
    assert len(forgetful.ops.tickets) == MANY + 1


def test_a_scope_that_is_proven_keeps_its_cursor(filed: Any) -> None:
    filed.settings = Settings.model_validate(
        {
            **filed.settings.model_dump(exclude_unset=True),
            "trackers": {"ops": {"kind": "memory"}, "web": {"kind": "memory"}},
            "routes": [{"when": {"severity": ["sev1"]}, "tracker": "web"}],
        }
    )
    other = filed.web.add("Somebody's")
    text = TEXT.replace("## Action", "Severity: SEV1\n\n## Action")
    filed.write("pm13.md", text.format(n=13, items=f"- Follow up on the pager ({other.key})\n- [ ] Sign all"))
    done = night(filed)
    assert [step.scope for step, _ in done.filed.created] == ["web"]
    scope = filed.ledger.snapshot().scopes["web"]
    assert scope.proven_at is not None
    assert scope.cursor is not None
    assert scope.refreshed_at is not None


def test_a_list_of_changes_that_is_behind_takes_nothing_back(filed: Any) -> None:
    ticket = filed.ops.tickets[0]
    before = filed.ops.find(ticket.id)
    filed.clock.time += timedelta(minutes=1)
    filed.ops.edit(ticket.id, Change(state=State.DONE))
    known, scope = filed.ledger.snapshot(), filed.ledger.snapshot().scopes["ops"]
    record = record_of("ops", filed.ops.find(ticket.id), known.tickets["ops", ticket.id])
    known = replace(known, tickets={**known.tickets, ("ops", ticket.id): record})
    behind = delta.Delta({ticket.id: before}, scope.cursor or "")
    deltas = delta.Deltas(filed.clock.now(), {"ops": scope}, many=True, _asked={"ops": behind})
    connector = MemoryPlugin(ops=filed.ops).connect(SimpleNamespace(project="ops"), Transport())
    assert deltas.fetch("ops", connector, [ticket.id], known)[ticket.id].state is State.DONE
