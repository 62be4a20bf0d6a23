"""What counts as to and fro, and how long it is remembered."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from followthrough.ledger.records import Base
from followthrough.model import State
from followthrough.planning.freezing import MOST, WINDOW, Write, flips, of_note, written
from followthrough.planning.plan import Note

OPEN, DONE, BUSY = State.OPEN, State.DONE, State.IN_PROGRESS
RUNS = [f"run-{number}" for number in range(20, 0, -1)]


@pytest.mark.parametrize(
    ("states", "count"),
    [
        ([OPEN, BUSY, DONE], 0),
        ([OPEN, BUSY, DONE, OPEN, BUSY, DONE], 0),
        ([OPEN, DONE, OPEN], 1),
        ([OPEN, DONE, OPEN, DONE], 2),
        ([OPEN, DONE, OPEN, DONE, OPEN], 3),
    ],
)
def test_a_flip_takes_the_last_write_back(states: list[State], count: int) -> None:
    writes = [Write("state", before, after) for before, after in pairwise(states)]
    history = [write.entry(run) for write, run in zip(writes, RUNS, strict=False)]
    assert flips(history, RUNS, "state") == count


def test_a_write_that_has_to_be_done_again_is_a_flip() -> None:
    history = [Write("state", OPEN, DONE).entry(run) for run in RUNS[:4]]
    assert flips(history, RUNS, "state") == 3 > MOST


def test_fields_are_counted_apart_and_old_runs_not_at_all() -> None:
    to, fro = Write("state", OPEN, DONE), Write("state", DONE, OPEN)
    history = [to.entry("a"), Write("due", date(2026, 1, 1), None).entry("a"), fro.entry("b"), to.entry("c")]
    assert flips(history, {"a", "b", "c"}, "state") == 2
    assert flips(history, {"b", "c"}, "state") == 1
    assert flips(history, {"a", "b", "c"}, "due") == 0


def test_only_the_window_is_kept_and_nothing_is_rewritten_without_a_write() -> None:
    base = Base(item="x", history=tuple(Write("state", OPEN, DONE).entry(run) for run in reversed(RUNS)))
    assert written(base, [], "now", RUNS) == base.history
    kept = written(base, [Write("title", "a b", "c\nd")], "now", RUNS)
    assert [entry.split()[0] for entry in kept] == [*RUNS[: WINDOW - 1][::-1], "now"]
    assert kept[-1] == "now title a-b c-d"


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("FT-1, open", "FT-1, done", ["state"]),
        ("FT-1, open, due 2026-12-01", "FT-1, open, due 2026-12-02", ["due"]),
        ("FT-1, open, due 2026-12-01", "FT-1, done", ["state"]),
        ("FT-1, open", "NEW-1, open", []),
        (None, "FT-1, done", []),
    ],
)
def test_what_a_note_changes(old: str | None, new: str, fields: list[str]) -> None:
    words = {"open": OPEN, "done": DONE}

    def state(text: str) -> State:
        return words[text.split(", ")[1]]

    note = Note(
        item="x", path="a.md", line=1, words=new, before=state(old) if old else None, after=state(new)
    )
    assert [write.field for write in of_note(note, old)] == fields
