"""A night that leaves quiet documents alone does exactly what one that reads and plans all of them does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followthrough.cli.screens import status
from followthrough.cli.screens.sync import run_lines, synced_lines
from followthrough.cli.screens.words import Screen
from followthrough.cli.sync import to_json
from followthrough.connector import Change, State
from followthrough.engine.decisions import Refusal
from followthrough.engine.memo import Memo, Remembered, installed
from followthrough.planning.plan import Quiet
from followthrough.planning.rules import NoSuchItem
from followthrough.testing import Fault

NAMES = ("a.md", "b.md", "c.md", "d.md")
MEASURES = (
    "Sign every cache entry",
    "Alert when the hit rate falls by half",
    "Sign all cache entries",
    "Write a runbook for the failover (Mara, by 2026-12-24)",
    "Rotate the keys of billing by next week",
    "Do what OPS-1 says",
    "Do what OPS-4 says",
    "Update the proxy to v2",
)
HEADS = ("date: 2026-11-01\n", "date: 2026-01-05\n", "", "date: 2026-11-02\nstatus: draft\n")


def document(head: int, measures: list[int]) -> str:
    lines = "".join(f"- [ ] {MEASURES[one]}\n" for one in measures)
    return f"---\n{HEADS[head]}---\n# Postmortem\n\nImpact: all.\n\n## Action items\n\n{lines}"


name = st.integers(0, len(NAMES) - 1)
measure = st.integers(0, len(MEASURES) - 1)
small = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("write"), name, st.integers(0, len(HEADS) - 1), st.lists(measure, max_size=5)),
    st.tuples(st.just("append"), name, measure),
    st.tuples(st.just("drop_line"), name, small),
    st.tuples(st.just("double_line"), name, small),
    st.tuples(st.just("tick"), name, small),
    st.tuples(st.just("reword"), name, small),
    st.tuples(st.just("take_link_out"), name, small),
    st.tuples(st.just("copy"), name, name),
    st.tuples(st.just("rename"), name, name),
    st.tuples(st.just("delete"), name),
    st.tuples(st.just("edit_ticket"), small, st.sampled_from(list(State))),
    st.tuples(st.just("retitle_ticket"), small),
    st.tuples(st.just("delete_ticket"), small),
    st.tuples(st.just("strange_ticket"), name, small),
    st.tuples(st.just("break_down"), st.sampled_from([None, Fault.UNREACHABLE, Fault.RATE_LIMITED])),
    st.tuples(st.just("lose_answer")),
    st.tuples(st.just("empty_listing"), st.booleans()),
    st.tuples(st.just("write"), name, st.just(0), st.just([0, 1, 7])),
    st.tuples(st.just("ignore"), name, small),
    st.tuples(st.just("unlink")),
    st.tuples(st.just("file")),
    st.tuples(st.just("settings"), st.sampled_from(["since", "ready", "push", "brake", "plain"])),
    st.tuples(st.just("day")),
)
NIGHTS = st.lists(st.tuples(st.lists(STEPS, max_size=3), st.sampled_from(["run", "run", "sync"])), max_size=8)
"""What people do on a day, and what is run in the night after it."""
START = st.lists(
    st.tuples(st.integers(0, len(HEADS) - 1), st.lists(measure, max_size=4)), min_size=1, max_size=3
)


@dataclass
class History:
    """One root to which things happen."""

    office: Any

    def do(self, step: tuple[Any, ...]) -> Any:
        """Let one thing happen; what a run told of it."""
        kind, *args = step
        try:
            return getattr(self, kind)(*args)
        except (NoSuchItem, Refusal) as error:
            return str(error)

    def path(self, name: int) -> Path:
        return Path(self.office.root / NAMES[name])

    def write(self, name: int, head: int, measures: list[int]) -> None:
        self.path(name).write_text(document(head, measures))

    def edit(self, name: int, number: int, change: Callable[[str], str]) -> None:
        """Change one measure's line, as the file then has it."""
        path = self.path(name)
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        items = [at for at, line in enumerate(lines) if line.startswith("- [")]
        if items:
            at = items[number % len(items)]
            lines[at] = change(lines[at])
            path.write_text("".join(lines))

    def append(self, name: int, measure: int) -> None:
        if self.path(name).exists():
            with self.path(name).open("a") as file:
                file.write(f"- [ ] {MEASURES[measure]}\n")

    def drop_line(self, name: int, number: int) -> None:
        self.edit(name, number, lambda _line: "")

    def double_line(self, name: int, number: int) -> None:
        self.edit(name, number, lambda line: line + line)

    def tick(self, name: int, number: int) -> None:
        swap = str.maketrans("x ", " x")
        self.edit(name, number, lambda line: line[:3] + line[3].translate(swap) + line[4:])

    def reword(self, name: int, number: int) -> None:
        self.edit(name, number, lambda line: line.replace("] ", "] Soon: ", 1))

    def take_link_out(self, name: int, number: int) -> None:
        self.edit(name, number, lambda line: line.partition(" [OPS")[0].rstrip() + "\n")

    def copy(self, name: int, other: int) -> None:
        if self.path(name).exists():
            self.path(other).write_bytes(self.path(name).read_bytes())

    def rename(self, name: int, other: int) -> None:
        if self.path(name).exists():
            self.path(name).rename(self.path(other))

    def delete(self, name: int) -> None:
        self.path(name).unlink(missing_ok=True)

    def ticket(self, number: int) -> Any:
        tickets = self.office.ops.tickets
        return tickets[number % len(tickets)].id if tickets else None

    def edit_ticket(self, number: int, state: State) -> None:
        if id := self.ticket(number):
            self.office.ops.edit(id, Change(state=state))

    def retitle_ticket(self, number: int) -> None:
        if id := self.ticket(number):
            self.office.ops.edit(id, Change(title="Otherwise"))

    def delete_ticket(self, number: int) -> None:
        if id := self.ticket(number):
            self.office.ops.delete(id)

    def strange_ticket(self, name: int, number: int) -> None:
        """Somebody else's issue with the marker of a measure that has no ticket, or has one."""
        items = sorted(self.office.ledger.snapshot().items)
        if items:
            marker = items[(name + number) % len(items)]
            self.office.ops.add("Copied", marker=marker, author="eve" if number % 2 else "bot")

    def break_down(self, fault: Fault | None) -> None:
        self.office.ops.break_down(fault)

    def lose_answer(self) -> None:
        self.office.ops.fail("create", Fault.LOST_AFTER)

    def empty_listing(self, on: bool) -> None:
        tracker = self.office.ops
        tracker.__dict__.pop("listed", None)
        if on:
            tracker.listed = lambda: iter(())

    def ignore(self, name: int, number: int) -> None:
        steps = [step for step in self.office.plan().steps if step.path == NAMES[name]]
        if steps:
            self.office.ignore(steps[number % len(steps)].item, "not worth it")

    def unlink(self) -> None:
        self.office.unlink()

    def settings(self, what: str) -> None:
        values: dict[str, dict[str, Any]] = {
            "since": {"since": "2026-10-01"},
            "ready": {"ready": ["draft"]},
            "push": {"sync": {"push": ["state", "title"]}},
            "brake": {"brakes": {"changes": "1%", "first_run": 1}},
            "plain": {},
        }
        self.office.configure(**values[what])

    def day(self) -> None:
        self.office.clock.time += timedelta(days=1)

    def file(self) -> None:
        self.office.file()

    def sync(self) -> Any:
        return self.told(self.office.sync(), synced_lines)

    def run(self) -> Any:
        return self.told(self.office.run(), run_lines)

    def standing(self, remembered: bool) -> Any:
        """The page of `status`, for people and for programs."""
        standing = self.office.standing(remembered=remembered)
        return list(status.status_lines(standing, self.screen())), status.to_json(standing)

    def screen(self) -> Screen:
        return Screen(zone=self.office.settings.zone, now=self.office.clock.time, columns=100, in_git=False)

    def told(self, done: Any, lines: Any) -> Any:
        """Everything that a caller can see of a run, but for how many requests it took."""
        plan = done.plan
        told = [list(lines(done, self.screen())), to_json(done) | {"requests": 0}, done.exit, done.counts()]
        decided = [plan.creates, plan.notes, plan.pushes, plan.brakes, plan.doubts, plan.remarks, plan.asks]
        return [*told, *decided, done.waits, done.failures, done.where]

    def state(self) -> Any:
        """What stands in documents and tracker."""
        documents = {path.name: path.read_bytes() for path in self.office.root.glob("*.md")}
        return documents, self.office.ops.tickets

    def ledger(self) -> list[Any]:
        known = self.office.ledger.snapshot()
        parts = (known.documents, known.items, known.intents, known.links, known.tickets, known.bases)
        return [dict(part) for part in parts] + [list(self.office.ledger.events())]


def both(new_office: Callable[[Path], Any], folder: Path, at_once: int) -> tuple[History, History]:
    histories = []
    for name, pages in (("all", None), ("pages", at_once)):
        (folder / name).mkdir()
        office = new_office(folder / name)
        office.named, office.at_once = False, pages
        office.configure()
        histories.append(History(office))
    return histories[0], histories[1]


@pytest.mark.parametrize("at_once", [1, 2, 10])
def test_what_is_left_alone_changes_nothing_that_is_done_told_or_remembered(
    new_office: Callable[[Path], Any], at_once: int, nightly: bool
) -> None:
    @settings(
        max_examples=2_000 if nightly else 60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(START, NIGHTS)
    def same(start: list[tuple[int, list[int]]], nights: list[tuple[list[tuple[Any, ...]], str]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            whole, paged = both(new_office, Path(folder), at_once)
            steps: list[tuple[Any, ...]] = [("write", number, *one) for number, one in enumerate(start)]
            steps += [("run",), ("run",)]  # filed and linked, and seen to be quiet
            steps += [step for day, night in nights for step in (*day, (night,))]
            for step in steps:
                assert whole.do(step) == paged.do(step), step
                assert whole.ledger() == paged.ledger(), step
                assert whole.standing(False) == paged.standing(True), step
            assert whole.state() == paged.state()

    same()


@pytest.fixture
def settled(office: Any) -> Any:
    """An office whose document has two filed measures, was seen to be quiet, and is remembered wrongly.

    So the count of a run tells whether the document was read or remembered.
    """
    office.named = False
    office.configure()
    office.write("pm.md", document(0, [0, 1]))
    office.memo = Memo(office.root / "quiet", lambda: "this program")
    office.run()
    assert office.run().plan.quiet == {"pm.md": Quiet(kept=2)}
    (seal,) = (one.seal for one in office.memo.all().values())
    office.memo.replace({"pm.md": Remembered(seal=seal, quiet=Quiet(kept=77))})
    office.memo = Memo(office.root / "quiet", lambda: "this program")
    return office


def test_a_quiet_document_that_is_as_it_was_is_remembered(settled: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in settled.root.iterdir() if path.name != "runs.jsonl"}
    for night in (settled.run, settled.sync, settled.run):
        assert night().plan.kept == 77
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_status_does_not_read_what_the_last_run_had_nothing_to_do_with(settled: Any) -> None:
    plan = settled.standing(remembered=True).plan
    assert (plan.readings, plan.kept) == ((), 77)
    other_bytes(settled)
    plan = settled.standing(remembered=True).plan
    assert ([reading.path for reading in plan.readings], plan.kept) == (["pm.md"], 2)


@pytest.mark.parametrize("told", [Quiet(kept=1, asked=1), Quiet(kept=1, waiting=1)])
def test_status_reads_where_somebody_is_asked_or_a_measure_waits(settled: Any, told: Quiet) -> None:
    (remembered,) = settled.memo.all().values()
    settled.memo.replace({"pm.md": replace(remembered, quiet=told)})
    assert [reading.path for reading in settled.standing(remembered=True).plan.readings] == ["pm.md"]


def another_program(office: Any) -> None:
    office.memo = Memo(office.root / "quiet", lambda: "a newer program")


def cut_off(office: Any) -> None:
    path = office.root / "quiet"
    path.write_bytes(path.read_bytes()[:-1])


def no_file(office: Any) -> None:
    (office.root / "quiet").unlink()


def other_bytes(office: Any) -> None:
    path = office.root / "pm.md"
    path.write_bytes(path.read_bytes() + b"\nMore words.\n")


def other_settings(office: Any) -> None:
    office.configure(ready=["done"])


def other_ledger(office: Any) -> None:
    item = next(iter(office.ledger.snapshot().items.values()))
    office.ledger.commit([replace(item, priority="P1")])


def other_ticket(office: Any) -> None:
    office.ops.edit(office.ops.tickets[0].id, Change(assignee="mara"))


@pytest.mark.parametrize(
    "change",
    [another_program, cut_off, no_file, other_bytes, other_settings, other_ledger, other_ticket],
)
def test_whatever_its_plan_rests_on_has_it_read_again(settled: Any, change: Callable[[Any], None]) -> None:
    change(settled)
    assert settled.run().plan.kept == 2
    assert settled.run().plan.kept == 2


def test_the_installed_program_has_one_name() -> None:
    assert installed() == installed()


def test_a_tracker_that_does_not_answer_is_asked_once(office: Any) -> None:
    office.named = False
    office.configure()
    for name in NAMES:
        office.write(name, document(0, [NAMES.index(name)]))
    office.run()
    office.run()
    office.ops.break_down(Fault.UNREACHABLE)
    before = office.ops.reads["fetch"]
    done = office.run()
    assert office.ops.reads["fetch"] == before + 1
    assert any("does not answer" in sentence for sentence in done.failures)
    assert done.plan.kept == len(NAMES)
