"""A ledger as another one of any kind: everything it holds, its name and its serial."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from followthrough.ledger.interface import Ledger, LedgerError
from followthrough.ledger.rows import SHAPES


@dataclass(frozen=True, slots=True)
class Tally:
    """What tells one ledger from another, whatever store it has."""

    lineage: str
    serial: int
    counts: Mapping[str, int]
    """Records by the name of their table."""
    digest: str
    """SHA-256 over every value of every record in its order, as JSON."""

    @property
    def records(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


def tally(ledger: Ledger) -> Tally:
    """Read a ledger whole. Raises :class:`LedgerError` where somebody writes meanwhile."""
    lineage, serial = ledger.position()
    counts: Counter[str] = Counter()
    digest = hashlib.sha256()
    for record in ledger.records():
        shape = SHAPES[type(record)]
        counts[shape.table] += 1
        digest.update(json.dumps([shape.table, shape.row(record)], sort_keys=True).encode() + b"\n")
    if ledger.position() != (lineage, serial):
        raise LedgerError("The ledger changed while it was read. Nothing is lost; run the command again.")
    return Tally(lineage, serial, dict(counts), digest.hexdigest())


def copied(source: Ledger, target: Ledger) -> Tally:
    """Fill ``target``, which is empty, with what ``source`` holds, and compare the two.

    Raises :class:`LedgerError`, with nothing in the target but where the comparison fails.
    """
    before = tally(source)
    target.fill(before.lineage, before.serial, source.records)
    after = tally(target)
    if after != before:
        raise LedgerError(
            "The copy differs from the ledger it was made of, so do not use it. Please report this: "
            f"{dict(before.counts)} at {before.serial}, copied {dict(after.counts)} at {after.serial}."
        )
    return after
