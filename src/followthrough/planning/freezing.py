"""Something that flips to and fro every night is not synced, it is fought over: it freezes. Pure.

What is written of an item is remembered for a few runs. A flip is a write that takes the last one back,
or has to be done again because somebody else took it back: progress is none, and a reopening is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Base
from followthrough.model import State
from followthrough.planning.identity import Known
from followthrough.planning.plan import Matter, Note, Push, Value
from followthrough.planning.rules import all_names_of
from followthrough.planning.words import due_in

WINDOW = 7
"""Runs that are looked back."""
MOST = 2
"""Flips of one field within them that are still believed."""
COMMANDS = frozenset({"file", "sync", "run"})
"""The commands whose runs count."""


@dataclass(frozen=True, slots=True)
class Write:
    """A value that replaced another in one field."""

    field: str
    before: Value
    after: Value

    def entry(self, run: str) -> str:
        """As :attr:`Base.history` keeps it."""
        return f"{run} {self.field} {_plain(self.before)} {_plain(self.after)}"


def of_note(note: Note, old_words: str | None) -> Iterator[Write]:
    """What a note changes in a document: the state, and the date in our link."""
    if old_words is None or note.words is None:
        return
    if note.before is not None and note.before is not note.after:
        yield Write("state", note.before, note.after)
    before, after = due_in(old_words), due_in(note.words)
    if before and after and before != after:
        yield Write("due", before, after)


def of_push(push: Push) -> Write:
    """What a push changes in a ticket."""
    return Write(push.field, push.before, push.after)


def written(base: Base, writes: Iterable[Write], run: str, recent: Sequence[str]) -> tuple[str, ...]:
    """The history with these writes, without what is older than the window."""
    kept = [entry for entry in base.history if entry.partition(" ")[0] in recent[: WINDOW - 1]]
    new = [write.entry(run) for write in writes]
    return (*kept, *new) if new else base.history


def flips(history: Iterable[str], recent: Collection[str], field: str) -> int:
    """How often a write took the last one back, or had to be done again, within these runs."""
    found = (entry.split(" ", 3) for entry in history)
    writes = [(before, after) for run, name, before, after in found if run in recent and name == field]
    return sum(new in (old, old[::-1]) for old, new in pairwise(writes))


def frozen(
    known: Iterable[Known],
    snapshot: Snapshot,
    writes: Mapping[str, Sequence[Write]],
    recent: Sequence[str],
    asked: Set[str],
) -> dict[str, str]:
    """The items that a plan may not write now, with the field that flips; ``asked`` ones it may."""
    window = recent[: WINDOW - 1]  # this run is the last of them
    found = {}
    for line in known:
        base, mine = snapshot.bases.get(line.id), writes.get(line.id, ())
        if base is None or not mine or (asked and asked & all_names_of(line, snapshot)):
            continue
        for write in mine:
            if flips((*base.history, write.entry("now")), {*window, "now"}, write.field) > MOST:
                found[line.id] = write.field
    return found


def matters(known: Iterable[Known], snapshot: Snapshot, found: Mapping[str, str]) -> list[Matter]:
    """What to tell of frozen items."""
    told = []
    for line in known:
        ticket = snapshot.ticket_of(line.id)
        if line.id not in found or ticket is None:
            continue
        place, field = f"{line.path}:{line.seen.item.line}", found[line.id]
        told.append(
            Matter(
                code="frozen",
                path=line.path,
                line=line.seen.item.line,
                item=line.id,
                key=ticket.key,
                message=f"is frozen: its {field} went to and fro more than {MOST} times in {WINDOW} runs, so "
                "somebody or something works against this sync. Nothing is written for it until it has "
                f"rested for {WINDOW} runs.",
                choices=f"settle it in {ticket.key}, then `sync --push {place}`",
            )
        )
    return told


def _plain(value: Value) -> str:
    if isinstance(value, State):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return "none" if value is None else "-".join(value.split())
