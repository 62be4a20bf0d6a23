"""What people see of the engine's work, on trackers in memory: order, tone and amount."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followthrough.cli.screens.file import filed_lines, question
from followthrough.cli.screens.plan import plan_lines
from followthrough.cli.screens.status import Standing, status_lines
from followthrough.cli.screens.sync import synced_lines
from followthrough.cli.screens.words import Screen, cells, fit
from followthrough.connector import ASSIGNEE, Change, Features, Wording
from followthrough.engine.running import Done
from followthrough.ledger import Run
from followthrough.model import State
from followthrough.testing import Fault, MemoryTracker

CHECKOUT = """\
---
severity: sev1
status: final
date: 2026-11-12
---
# Checkout down

## Action items

- [ ] Alert when the connection pool is over 90 % for five minutes. (owner: Sam)
- [ ] Try a restore from backup every quarter. (owner: Platform)
- [ ] Review pool settings before each deploy (OPS-1)
- [x] Raise the pool limit to 400

## Follow-up

- [ ] Try a restore from backup every quarter
"""
DNS = """\
---
status: draft
date: 2026-11-19
---
# Names were not found

## Action items

- Check the zone file before it is loaded
- Alert on failed lookups
"""
OLD = "---\ndate: 2026-01-05\n---\n# Disk full\n\n## Action items\n\n- Rotate the logs\n- Alert on the disk\n"
JIRA = Features(settle=timedelta(hours=12), mails=ASSIGNEE, wording=Wording(name="Jira"))


@pytest.fixture
def screen(office: Any) -> Callable[..., Screen]:
    return lambda **more: Screen(zone=UTC, now=office.clock.now(), **more)


@pytest.fixture
def shop(office: Any) -> Any:
    """A team with one tracker that speaks like Jira, two documents and an old one."""
    office.configure(
        since="2026-08-24",
        people={"sam": {"names": ["Sam"], "ops": "5b10ac"}},
        policy={"due": {"sev1": "15d"}},
        default_tracker="ops",
    )
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="OPS", features=JIRA)
    office.named = False
    office.ops.add("Review pool settings before each deploy")
    office.write("2026-11-12-checkout.md", CHECKOUT)
    office.write("2026-11-19-dns.md", DNS)
    office.write("2026-01-05-disk.md", OLD)
    return office


def test_plan(shop: Any, screen: Callable[..., Screen]) -> None:
    plan = shop.plan()
    assert list(plan_lines(plan, screen())) == [
        "2 documents since 24 Aug 2026. 1 older one is history: 2 measures counted, none filed (since).",
        "OPS in memory as bot: first run here, at most 10 issues (--limit).",
        "",
        "2026-11-12-checkout.md   sev1, 12 Nov 2026, status: final",
        "  + file    L10  Alert when the connection pool is over 90 % for five minutes"
        "   Sam, 27 Nov (target: sev1, 15 d)",
        "  + file    L11  Try a restore from backup every quarter                     "
        '   no owner ("Platform" is not in [people]), 27 Nov (target)',
        "  = follow  L12  Review pool settings before each deploy                     "
        "   OPS-1 stands in the text; read only",
        "  - skip    L13  Raise the pool limit to 400                                 "
        "   done in the document",
        "  ? ask     L17  Try a restore from backup every quarter                     "
        "   same work as L11? (the same words)",
        "2026-11-19-dns.md   19 Nov 2026, status: draft",
        "  . wait    2 measures: front matter says `status: draft`",
        "",
        "To do: file 2, follow 1, ask 1. Skipped 1, waiting 2. Writes: 2 issues in OPS, 3 notes in 1 file. "
        "Jira will mail: Sam.",
    ]


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120])
def test_no_row_of_a_plan_is_wider_than_its_terminal(
    columns: int, shop: Any, screen: Callable[..., Screen]
) -> None:
    lines = list(plan_lines(shop.plan(), screen(columns=columns)))
    assert [line for line in lines if cells(line) > columns] == []
    words = " ".join(" ".join(lines).split())
    for said in ("Sam, 27 Nov (target: sev1, 15 d)", "OPS-1 stands in the text", "same work as L11?"):
        assert said in words


def test_the_question_says_how_many_where_who_reads_and_who_is_assigned(shop: Any) -> None:
    plan = shop.plan()
    assert question(plan) == "File 2 issues in OPS in memory (private), 1 person assigned?"
    public = replace(plan, trackers={"ops": replace(plan.trackers["ops"], public=True)})
    assert "(public)" in question(public)


def test_file(shop: Any, screen: Callable[..., Screen]) -> None:
    shop.ops.lag = timedelta(seconds=5)
    done = shop.file()
    assert list(filed_lines(done, screen(in_git=True))) == [
        "OPS-2  Alert when the connection pool is over 90 % for five minutes",
        "       First issue here: waiting until Jira's search shows it (once per project) ... yes, 6 s",
        "OPS-3  Try a restore from backup every quarter",
        "2 links, 1 status written to 2026-11-12-checkout.md (3 lines; `git diff` shows them)",
        f"Filed 2, failed 0, unknown 0.   Run {done.run}",
        "These issues in Jira: https://memory.invalid/issues?keys=OPS-2,OPS-3",
        f"Not what you wanted? `followthrough undo {done.run}` closes them as won't do and "
        "takes the links out.",
    ]
    assert shop.ops.find("OPS-2").assignee == "5b10ac"


def test_a_first_issue_that_is_not_found_stops_the_filing_there(
    shop: Any, screen: Callable[..., Screen]
) -> None:
    shop.ops.lag = timedelta(minutes=5)
    shown = list(filed_lines(shop.file(), screen()))
    assert shown[1].endswith("(once per project) ... no")
    assert "Filed 1, failed 0, unknown 0." in shown[3]


def test_a_create_without_answer_says_when_it_is_looked_at_again(
    shop: Any, screen: Callable[..., Screen]
) -> None:
    shop.ops.fail("create", Fault.LOST_BEFORE)
    done = shop.file(limit=1)
    assert next(iter(filed_lines(done, screen()))) == (
        "OPS-?  Alert when the connection pool is over 90 % for five minutes: The memory did not answer; "
        "the issue may or may not exist. Not sent again; next look after Sun 15:00, nothing for you to do."
    )
    plan = shop.plan()
    page = "\n".join(status_lines(standing(shop, plan), screen()))
    assert "By itself   no answer from Jira" in page
    assert "looks again Sun 15:00" in page


def test_sync(shop: Any, screen: Callable[..., Screen]) -> None:
    shop.file()
    shop.ops.edit("OPS-1", Change(state=State.IN_PROGRESS))
    shop.ops.edit("OPS-2", Change(state=State.DONE))
    shop.ops.edit("OPS-3", Change(state=State.DROPPED))
    assert list(synced_lines(shop.sync(), screen())) == [
        "OPS-2  open → done          2026-11-12-checkout.md:10   resolved 22 Nov",
        "OPS-3  open → won't do      2026-11-12-checkout.md:11   box left open; counted as dropped, not done",
        "OPS-1  open → in progress   2026-11-12-checkout.md:12",
        "3 lines in 1 file, 0 measures unchanged.",
    ]
    shop.ops.edit("OPS-2", Change(state=State.OPEN))
    assert list(synced_lines(shop.sync(), screen())) == [
        "OPS-2  done → open (reopened)   2026-11-12-checkout.md:10   box unticked",
        "1 line in 1 file, 2 measures unchanged.",
    ]
    path = shop.root / "2026-11-12-checkout.md"
    path.write_text(path.read_text().replace("- [ ] Alert", "- [x] Alert"))
    lines = list(synced_lines(shop.sync(), screen()))
    assert lines[0].startswith(
        "!        2026-11-12-checkout.md:10 was ticked by hand, OPS-2 is open. Your tick stays."
    )
    assert lines[1:] == ["0 lines in 0 files, 3 measures unchanged."]


def standing(shop: Any, plan: Any, last: Run | None = None, expected: datetime | None = None) -> Standing:
    return Standing(last=last, expected=expected, snapshot=shop.ledger.snapshot(), plan=plan)


def test_status(shop: Any, screen: Callable[..., Screen]) -> None:
    shop.file()
    path = shop.root / "2026-11-12-checkout.md"
    path.write_text(path.read_text().replace("- [ ] Alert", "- [x] Alert"))
    began = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    last = Run(
        id="20261122-1", command="run", started=began, finished=began + timedelta(seconds=14), exit_code=0
    )
    found = standing(shop, shop.plan(), last, began + timedelta(hours=24, minutes=30))
    lines = list(status_lines(found, screen()))
    assert lines[:2] == [
        "Last run    20261122-1, Sun 02:00, 14 s, ok. Next expected before Mon 02:30.",
        "Tracking    3 measures in 1 document: 3 open",
    ]
    assert lines[2].startswith(
        "For you (2) ticked by hand, ticket open   2026-11-12-checkout.md:10, OPS-2    "
        "close OPS-2, or `sync --push 2026-11-12-checkout.md:10`"
    )
    assert lines[3:] == [
        "            same work twice?              2026-11-12-checkout.md:17 and :11   "
        "`file --item 2026-11-12-checkout.md:17`, or add <!-- ft:ignore -->",
        "In writing  2 measures in 1 draft         2026-11-19-dns.md",
    ]
    narrow = list(status_lines(found, screen(columns=80)))
    assert [line for line in narrow if cells(line) > 80] == []


def test_a_run_that_is_overdue_or_was_killed_says_so(shop: Any, screen: Callable[..., Screen]) -> None:
    began = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    ended = Run(id="20261120-1", command="run", started=began, finished=began, exit_code=3)
    late = next(status_lines(standing(shop, shop.plan(), ended, began + timedelta(hours=24)), screen()))
    assert late.endswith(
        "some measures failed. Next expected before Sat 02:00. It is late: see your scheduler."
    )
    killed = Run(id="20261120-1", command="file", started=began)
    assert next(status_lines(standing(shop, shop.plan(), killed), screen())) == (
        "Last run    20261120-1 (file), Fri 02:00, did not come to its end. Run it again."
    )


def test_assign_never_assigns_nobody_and_says_so(shop: Any, screen: Callable[..., Screen]) -> None:
    trackers = {"ops": {"kind": "memory", "assign": "never"}}
    shop.configure(people={"sam": {"names": ["Sam"], "ops": "5b10ac"}}, trackers=trackers, since="2026-08-24")
    plan = shop.plan()
    assert [step.draft.assignee for step in plan.creates] == [None, None]
    lines = "\n".join(plan_lines(plan, screen()))
    assert '("Sam" is not assigned, as assign = "never")' in lines
    assert lines.endswith("Jira will mail: nobody.")
    assert "nobody assigned?" in question(plan)


ONLY_HERE = Features(
    settle=timedelta(0), idempotent=True, any_assignee=True, reach="Only this machine can open them."
)


def test_any_name_is_assigned_where_names_need_no_account_but_never_with_assign_never(office: Any) -> None:
    for assign, assignees in (("new", ["Sam", "Platform"]), ("never", [None, None])):
        office.configure(
            people={"sam": {"names": ["Sam"], "team": "Core"}},
            trackers={"ops": {"kind": "memory", "assign": assign}},
        )
        office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="FT", features=ONLY_HERE)
        office.write("a.md", CHECKOUT)
        assert [step.draft.assignee for step in office.plan().creates] == assignees


def test_a_move_to_the_real_tracker_is_offered_and_never_done_by_itself(
    office: Any, screen: Callable[..., Screen]
) -> None:
    office.configure(default_tracker="ops")
    office.trackers["ops"] = MemoryTracker(office.clock.now, prefix="FT", features=ONLY_HERE)
    office.write("a.md", DNS.replace("draft", "final"))
    office.file()
    office.configure(default_tracker="web")
    plan = office.plan()
    assert [(move.key, move.scope, move.command) for move in plan.moves] == [
        ("FT-1", "web", "followthrough move FT-1 web"),
        ("FT-2", "web", "followthrough move FT-2 web"),
    ]
    assert (plan.counts()["move"], plan.changes_anything) == (2, False)
    lines = list(plan_lines(plan, screen()))
    assert lines[2] == (
        "  > move    L9   Check the zone file before it is loaded   FT-1 → web: `followthrough move FT-1 web`"
    )
    assert lines[-1] == "To do: move 2. Filed already 2."
    assert office.run().filed.created == []
    office.move("FT-1", "web")
    office.ops.edit("FT-2", Change(state=State.DONE))
    office.sync()
    assert office.plan().moves == ()


def test_what_was_filed_stands_in_the_ledger_with_its_origins(shop: Any) -> None:
    shop.file()
    filed = next(event for event in shop.ledger.events() if event.kind.value == "filed")
    assert filed.data["effective"]["owner"] == {"value": "Sam", "origin": "document"}
    assert filed.data["effective"]["due"] == {"value": "2026-11-27", "origin": "policy"}


def test_texts_are_measured_as_a_terminal_draws_them() -> None:
    assert cells("導入") == 4
    assert fit("導入する", 5) == "導入…"
    assert fit("e\u0301a", 3) == "e\u0301a "


def test_a_done_without_anything_filed_gives_no_hint(screen: Callable[..., Screen], shop: Any) -> None:
    done = Done(run="20261122-1", plan=shop.plan())
    assert list(filed_lines(done, screen())) == ["Filed 0, failed 0, unknown 0.   Run 20261122-1"]
