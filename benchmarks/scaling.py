"""From 1,000 to 100,000 measures: what each costs, command by command, with the embedded tracker."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.generate import Generator
from benchmarks.measure import Series, Took, process, program
from benchmarks.rerunning import SETTINGS, contents, run
from benchmarks.results import Row, milliseconds, size

from followthrough.connector import State, Ticket
from followthrough.ledger import Intent, IntentStatus, Ledger, Relation, open_ledger
from followthrough.ledger.files import Journal, JournalLine
from followthrough.ledger.memory import MemoryLedger
from followthrough.planning.learning import Occasion, linked

TEN = (8, 9, 10, 10, 11, 12, 13, 14)
"""Measures of a document: ten of them are open."""
NIGHT = (60.0, 300 * 2**20)
"""Seconds of processor and bytes that a night without change may take, at the largest size."""


def scaling(*, counts: Sequence[int]) -> list[Row]:
    """Every command over so many documents of ten measures each; ratios are of one measure's cost."""
    took: dict[int, dict[str, Took]] = {}
    tickets: dict[int, int] = {}
    for count in counts:
        # In memory: the disk is measured by itself, below.
        with tempfile.TemporaryDirectory(prefix="followthrough-bench-", dir=memory()) as name:
            folder = Path(name)
            took[count] = {"first plan": first(folder, count), **filing(folder)}
            tickets[count] = len(keys(folder))
            took[count] |= nights(folder)
    return [row for stage in took[counts[0]] for row in _rows(stage, took, tickets)]


def memory() -> Path | None:
    """A disk in memory, where the system has one."""
    found = Path("/dev/shm")  # noqa: S108  (a folder of its own is made in it)
    return found if found.is_dir() else None


def first(folder: Path, count: int) -> Took:
    """Documents, and the first plan over them."""
    (folder / "postmortems").mkdir(parents=True)
    (folder / "followthrough.toml").write_text(SETTINGS)
    generator = Generator(count, TEN)
    for _ in range(count):
        document = generator.document()
        (folder / "postmortems" / document.name).write_bytes(document.data)
    return process([program(), "plan"], folder)


def filing(folder: Path) -> dict[str, Took]:
    """Everything filed and linked."""
    return {"first file": process([program(), "file", "--limit", "1000000", "--yes"], folder)}


def nights(folder: Path) -> dict[str, Took]:
    """The nights after the filing, each a whole process."""
    before = contents(folder)
    took = {"night without change, the first": run(folder)}
    state = {path: path.stat().st_mtime_ns for path in (folder / ".followthrough").iterdir()}
    took["night without change, any other"] = run(folder)
    kept = ("ledger.db", "runs.jsonl", "lock")  # they hold the run's own record
    assert before == contents(folder), "a night without change wrote into a document"
    assert all(path.stat().st_mtime_ns == at for path, at in state.items() if path.name not in kept)
    found = keys(folder)
    changed = found[:: max(1, len(found) // max(1, len(found) // 100))]
    for at in range(0, len(changed), 500):
        process([program(), "local", "close", *changed[at : at + 500]], folder)
    took["sync after 1 % of the tickets changed"] = process([program(), "sync"], folder)
    took["report"] = process([program(), "report"], folder)
    took["status"] = process([program(), "status"], folder)
    return took


def keys(folder: Path) -> list[str]:
    """The keys of all tickets."""
    command = [program(), "local", "list", "--format", "json"]
    listed = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return [ticket["key"] for ticket in json.loads(listed.stdout)["tickets"]]


def _rows(stage: str, took: dict[int, dict[str, Took]], tickets: dict[int, int]) -> list[Row]:
    """Each size against the one before it: seconds, memory, and what one measure more costs."""
    low = min(took)
    rows = []
    for count in took:
        mine, small = took[count][stage], took[low][stage]
        rows.append(
            Row(
                what=f"{stage}, {tickets[count]:,} measures; one of them, against {tickets[low]:,}",
                ours=milliseconds(mine.cpu / tickets[count]),
                other=milliseconds(small.cpu / tickets[low]),
                ratio=(small.cpu / tickets[low]) / (mine.cpu / tickets[count]),
                runs=[Series(stage, [mine])],
            )
        )
    counts = sorted(took)
    if len(counts) > 2:
        costs = [
            (took[b][stage].cpu - took[a][stage].cpu) / (tickets[b] - tickets[a]) for a, b in pairwise(counts)
        ]
        rows.append(
            Row(
                what="  one measure more, between the largest two; against the smallest two",
                ours=milliseconds(costs[-1]),
                other=milliseconds(costs[0]),
                ratio=costs[0] / costs[-1],
            )
        )
    most = took[counts[-1]][stage]
    limit, room = NIGHT if stage.startswith("night") else (0.0, 0)
    rows.append(
        Row(
            what=f"  all of {tickets[counts[-1]]:,}" + ("; against the goal" if limit else ""),
            ours=f"{most.cpu:.1f} s, {size(most.peak)}",
            other=f"{limit:.0f} s, {size(room)}" if limit else "",
            ratio=min(limit / most.cpu, room / most.peak) if limit else 1.0,
            goal=1.0 if limit else None,
        )
    )
    return rows


def durability(*, count: int, rounds: int) -> list[Row]:
    """What ledger and journal add to a filed measure: on this disk, against a ledger in memory."""
    rows = []
    for batch in (50, 1):
        disk, plain = Series("on disk"), Series("in memory")
        for _ in range(rounds):
            with (
                tempfile.TemporaryDirectory(prefix="followthrough-bench-", dir=Path.cwd()) as name,
                open_ledger("sqlite", Path(name), create=True, random_name=lambda: "bench") as ledger,
            ):
                disk.runs.append(_committed(ledger, Journal(Path(name, "runs.jsonl")), count, batch))
            plain.runs.append(_committed(MemoryLedger(), None, count, batch))
        cost = (disk.wall - plain.wall) / count
        rows.append(
            Row(
                what=f"durability of a filed measure, on the clock, {batch} in a batch; against the goal",
                ours=milliseconds(cost),
                other="1 ms",
                ratio=0.001 / cost,
                goal=1.0 if batch > 1 else None,
                runs=[disk, plain],
            )
        )
    return rows


def _witnessed(
    ledger: Ledger, journal: Journal | None, occasion: Occasion, told: Sequence[Mapping[str, object]]
) -> None:
    """A line for each of these, as the engine writes them before and after its requests."""
    if journal is None:
        return
    lineage, serial = ledger.position()
    journal.append(
        *(
            JournalLine(
                run=occasion.run, lineage=lineage, serial=serial, command="run", at=occasion.now, more=more
            )
            for more in told
        )
    )


def _committed(ledger: Ledger, journal: Journal | None, count: int, batch: int) -> Took:
    """The two commits of filing, and the two writes into the journal, for ``count`` measures."""
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    occasion = Occasion(run="20261120-1", command="run", now=at)
    wall, cpu = time.perf_counter(), time.process_time()
    for begin in range(0, count, batch):
        intents = [
            Intent(item=f"{number:012}", scope="ops", status=IntentStatus.PENDING, at=at, run=occasion.run)
            for number in range(begin, min(begin + batch, count))
        ]
        ledger.commit(intents)
        _witnessed(ledger, journal, occasion, [{"items": [intent.item for intent in intents]}])
        _witnessed(ledger, journal, occasion, [{"item": intent.item} for intent in intents])
        records: list[object] = []
        for intent in intents:
            records += linked(intent.item, "ops", _ticket(intent.item, at), intent, Relation.FILED, occasion)
        ledger.commit(records)  # type: ignore[arg-type]  # they are records
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def _ticket(item: str, at: datetime) -> Ticket:
    return Ticket(
        id=item,
        key=f"OPS-{item}",
        url=f"https://tracker.example/browse/OPS-{item}",
        title="Alert when the age of the oldest message passes ten minutes",
        state=State.OPEN,
        native_status="open",
        created=at + timedelta(seconds=1),
        updated=at + timedelta(seconds=1),
        marker=item,
    )
