"""Ledger and journal in memory, with a process that may die beside each commit, backups and losses."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.simulation.stage import Stage

from followthrough.ledger import rows
from followthrough.ledger.files import Journal, JournalLine
from followthrough.ledger.memory import MemoryLedger
from followthrough.ledger.records import Record, Scope


class VirtualLedger(MemoryLedger):
    """What is acknowledged survives (`synchronous=FULL`); a commit under way when the process dies may not."""

    def __init__(self, stage: Stage, lineage: str) -> None:
        super().__init__(lineage)
        self.stage = stage
        self.committed = Counter[str]()
        self._lasting: Any = None
        """What there was before the commits that may still wait; ``None`` where none does."""

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        self.stage.moment("commit")
        self.committed.update(type(record).__name__ for record in records if not self._routine(record))
        lasting = self._lasting or (self.backup() if waits else None)
        serial = super().commit(records, past=past)
        self._lasting = lasting if waits else None
        self.stage.moment("committed")
        return serial

    def _routine(self, record: Record) -> bool:
        """Whether it says no more than when a scope was read."""
        if not isinstance(record, Scope):
            return False
        old = self._by_name(rows.SCOPES).get(record.name, Scope(name=record.name))
        return replace(record, cursor=old.cursor, refreshed_at=old.refreshed_at) == old

    def died(self) -> None:
        """The process ended just now; of what was acknowledged, only what may wait is gone."""
        if self._lasting:
            self.restore(self._lasting)

    def position(self) -> tuple[str, int]:
        return (self._lineage, self._lasting[1]) if self._lasting else super().position()

    def backup(self) -> Any:
        """All it holds, to be put back later."""
        return self._lineage, self._serial, {shape: dict(kept) for shape, kept in self._kept.items()}

    def restore(self, backup: Any) -> None:
        lineage, serial, kept = backup
        self._lineage, self._serial = lineage, serial
        self._kept = {shape: dict(records) for shape, records in kept.items()}
        self._lasting = None


class VirtualJournal(Journal):
    """The journal in memory: a line is synced, so that it survives whole or, under way, not at all."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(Path("runs.jsonl"))
        self.stage = stage
        self.kept: list[JournalLine] = []

    def append(self, *lines: JournalLine) -> None:
        self.stage.moment("journal")
        self.kept += lines

    def lines(self, holding: str = "") -> Iterator[JournalLine]:
        return (line for line in self.kept if holding in f'"{line.run}"')


@dataclass
class Store:
    """What lies in the state folder, and the backups of it."""

    stage: Stage
    make_ledger: Callable[[Stage, str], VirtualLedger] = VirtualLedger
    make_journal: Callable[[Stage], VirtualJournal] = VirtualJournal
    ledger: VirtualLedger = field(init=False)
    journal: VirtualJournal = field(init=False)
    backups: list[Any] = field(default_factory=list)
    forgot: bool = False
    """Whether the ledger ever went backwards or was lost."""

    def __post_init__(self) -> None:
        self.ledger = self.make_ledger(self.stage, self.stage.name())
        self.journal = self.make_journal(self.stage)

    def back_up(self) -> None:
        self.backups = [*self.backups[-3:], self.ledger.backup()]

    def go_back(self) -> None:
        """Put an earlier backup in place of the ledger; the journal stays, being another file."""
        self.forgot = True
        backup = self.stage.chance.choice(self.backups)
        self.stage.note(f"ledger put back to {backup[1]}")
        self.ledger.restore(copy.copy(backup))

    def lose(self, *, journal: bool) -> None:
        """The ledger is gone, and the journal with it where the whole folder is."""
        self.forgot = True
        self.stage.note(f"ledger lost{', and the journal' if journal else ''}")
        self.ledger = self.make_ledger(self.stage, self.stage.name())
        self.backups = []
        if journal:
            self.journal = self.make_journal(self.stage)
