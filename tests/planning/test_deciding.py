"""The whole table of decisions, cell by cell, judged by what a plan would write, push and tell.

What has to come out stands here once more, in other words than in the program: the box by what was
agreed, what stands in the document and what the tracker says, then what each loss makes of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Base, EventKind
from followthrough.model import State
from followthrough.planning.deciding import TABLE, Box, Do, Lost, Push, cells, row_of
from followthrough.planning.learning import Occasion, applied, learn_documents
from followthrough.planning.planner import Planned, Situation, make_plan
from followthrough.planning.pushing import Wish
from followthrough.planning.readings import Reading, ScopeView, Seen
from followthrough.planning.rules import Rules

TEXT = "Add an alert"
GOLDEN = Path(__file__).with_name("decisions.golden")
STATES = {
    "open": State.OPEN,
    "prog": State.IN_PROGRESS,
    "blkd": State.BLOCKED,
    "done": State.DONE,
    "drop": State.DROPPED,
}
LOSSES = {
    "-": Lost.NOTHING,
    "link": Lost.LINK,
    "line": Lost.LINE,
    "document": Lost.DOCUMENT,
    "once": Lost.UNSEEN,
    "twice": Lost.MISSING,
}


def test_each_cell_has_exactly_one_row() -> None:
    for cell in cells():
        assert sum(row.matches(*cell) for row in TABLE) == 1, cell
    assert len(list(cells())) == 3 * 3 * 5 * 6


def test_each_row_is_about_some_cell() -> None:
    assert {id(row_of(*cell)) for cell in cells()} == {id(row) for row in TABLE}


def ticked(box: Box) -> bool | None:
    return {Box.NONE: None, Box.UNTICKED: False, Box.TICKED: True}[box]


@pytest.fixture
def decide(
    line: Callable[..., Seen],
    page: Callable[..., Reading],
    learnt: Callable[..., Snapshot],
    filed: Callable[..., Snapshot],
    ticket: Callable[..., Any],
    view: Callable[..., ScopeView],
    occasion: Occasion,
) -> Callable[..., Planned]:
    """The plan for one item in one cell."""

    def run(agreed: Box, document: Box, tracker: State, lost: Lost, wish: Wish) -> Planned:
        # Where the two sides agreed, the link of that day still stands.
        words = "FT-1, done" if agreed is Box.TICKED else "FT-1, open"
        before = learnt([page("a.md", TEXT)])
        (id,) = before.items
        known = ticket("1", state=tracker)
        snapshot = filed(before, id, known)
        if agreed is not Box.NONE:
            base = Base(item=id, ticked=ticked(agreed), words=words, text=TEXT)
            snapshot = replace(snapshot, bases={id: base})
        if lost in (Lost.UNSEEN, Lost.MISSING):
            absences = 0 if lost is Lost.UNSEEN else 1
            tickets = {key: replace(one, absences=absences) for key, one in snapshot.tickets.items()}
            snapshot = replace(snapshot, tickets=tickets)
        marks = () if lost is Lost.LINK or agreed is Box.NONE else (id,)
        seen = line(TEXT, *marks, ticked=ticked(document), words=words)
        readings = [page("a.md", seen)]
        if lost is Lost.LINE:
            readings = [page("a.md", "Something else")]
        elif lost is Lost.DOCUMENT:
            readings = []
        there = lost not in (Lost.UNSEEN, Lost.MISSING)
        seen_there = view(asked=frozenset({"1"}), refreshed={"1": known} if there else {})
        return make_plan(
            Situation(
                readings=readings,
                snapshot=snapshot,
                scopes={"local": seen_there},
                rules=Rules(),
                default_scope="local",
                namespace="k3v9q0z7",
                occasion=occasion,
                exists=lambda _path: False,
                today=occasion.now.date(),
                filing=False,
                wish=wish,
                vanished=["a.md"] if lost is Lost.DOCUMENT else [],
            )
        )

    return run


def outcome(planned: Planned) -> str:
    """What comes of it, in one word each: box, link, what is told, what is pushed."""
    plan = planned.plan
    ticks = [note.ticked for note in plan.notes if note.ticked is not None]
    box = ("tick" if ticks[0] else "untick") if ticks else "-"
    link = "write" if any(note.words for note in plan.notes) else "-"
    told = ",".join(matter.code for matter in plan.matters) or "-"
    pushed = ",".join(str(push.after) for push in plan.pushes) or "-"
    assert all(step.action.value not in ("file", "later") for step in plan.steps if step.text == TEXT)
    return f"{box:<6} {link:<5} {told:<17} {pushed}"


def cell_lines(decide: Callable[..., Planned]) -> list[str]:
    """Every cell with what comes of it without any wish, with the setting, and by name."""
    names = {state: name for name, state in STATES.items()}
    lost_names = {lost: name for name, lost in LOSSES.items()}
    lines = []
    for agreed, document, tracker, lost in cells():
        wishes = (Wish(), Wish(fields=frozenset({"state"})), Wish(items=frozenset({"a.md:10"})))
        here = lost in (Lost.NOTHING, Lost.LINK, Lost.UNSEEN, Lost.MISSING)
        found = [
            outcome(decide(agreed, document, tracker, lost, wish))
            for wish in (wishes if here else wishes[:2])
        ]
        pushes = [one.split()[-1] for one in found[1:]]
        lines.append(
            f"{agreed:<8} {document:<8} {names[tracker]:<4} {lost_names[lost]:<8} | "
            f"{found[0].rsplit(maxsplit=1)[0]:<30} | setting {pushes[0]:<4} name {pushes[1] if here else '-'}"
        )
    return lines


def test_every_cell_comes_out_as_it_is_written_down(decide: Callable[..., Planned]) -> None:
    lines = cell_lines(decide)
    if os.environ.get("FOLLOWTHROUGH_GOLDEN") == "write":
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 270


def test_the_written_table_and_the_programs_agree_on_every_cell() -> None:
    """The golden lines hold what a plan does; the rows say it in words. Neither may drift from the other."""
    for text in GOLDEN.read_text(encoding="utf-8").splitlines():
        cell, did, pushed = (part.strip() for part in text.split("|"))
        agreed, document, tracker, lost = cell.split()
        row = row_of(Box(agreed), Box(document), STATES[tracker], LOSSES[lost])
        box, _link, told = did.split()
        assert box == {Do.TICK: "tick", Do.UNTICK: "untick"}.get(row.do, "-"), text
        assert told.endswith("-by-hand") == (row.do is Do.DRIFT), text
        assert (told == "ticket-missing") == (row.do is Do.TELL), text
        setting, name = re.match(r"setting (\S+)\s+name (\S+)", pushed).groups()  # type: ignore[union-attr]  # else it fails, too
        assert (setting != "-") == (row.push is Push.SETTING), text
        assert (name != "-") == (row.push in (Push.SETTING, Push.NAME)), text


@pytest.mark.parametrize("lost", [Lost.LINE, Lost.DOCUMENT])
def test_a_line_that_is_gone_is_told_once_and_nothing_else(
    lost: Lost, decide: Callable[..., Planned]
) -> None:
    planned = decide(Box.UNTICKED, Box.UNTICKED, State.OPEN, lost, Wish())
    kinds = [getattr(record, "kind", None) for record in planned.records]
    assert (EventKind.GONE in kinds) == (lost is Lost.LINE)
    assert planned.plan.changes_anything is False


def test_a_golden_table_for_each_loss_is_the_same_for_a_link_that_was_taken_out() -> None:
    """Only that the link is written again tells a lost link from nothing lost."""
    rows = [text.split("|") for text in GOLDEN.read_text(encoding="utf-8").splitlines()]
    whole = {
        tuple(cell.split()[:3]): (did.split()[0], push) for cell, did, push in rows if cell.split()[3] == "-"
    }
    without = {
        tuple(cell.split()[:3]): (did.split()[0], push)
        for cell, did, push in rows
        if cell.split()[3] == "link"
    }
    assert whole == without
    assert all("write" in did for cell, did, _ in rows if cell.split()[3] == "link")


def test_learning_a_gone_line_closes_nothing(
    page: Callable[..., Reading], learnt: Callable[..., Snapshot], who: Callable[..., Any], occasion: Occasion
) -> None:
    before = learnt([page("a.md", TEXT)])
    reading = page("a.md", "Something else")
    records = learn_documents([reading], who([reading], before), before, occasion)
    assert applied(before, records).tickets == {}


def test_the_documentation_prints_the_table_row_by_row() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "decisions.md").read_text(encoding="utf-8")
    for row in TABLE:
        tracker = ", ".join(state.words for state in State if state in row.tracker) or "any"
        lost = ", ".join(one for one in Lost if one in row.lost)
        boxes = [next(iter(allowed), "any") for allowed in (row.agreed, row.document)]
        cells_of_row = " | ".join((*boxes, tracker, lost, row.do, row.push, row.why))
        assert f"| {cells_of_row} |" in page
    assert page.count("\n| ") == len(TABLE) + 2
