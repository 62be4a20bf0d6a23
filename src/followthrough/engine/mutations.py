"""What a run changes, each change as one line of the journal: before, after, and how it ended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from followthrough.ledger import Ledger
from followthrough.ledger.files import Journal, JournalLine
from followthrough.planning.learning import Occasion
from followthrough.sources import Changed, Content, Source, SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change outside the ledger."""

    what: str
    """``create`` or ``update`` of an issue, ``write`` of a document."""
    scope: str = ""
    item: str = ""
    ticket: str = ""
    key: str = ""
    path: str = ""
    fields: tuple[str, ...] = ()
    before: str = ""
    """Hash of what was there; empty where nothing was, or where nobody looked."""
    after: str = ""
    """Hash of what was to be there."""
    outcome: str = ""
    """``done``, ``refused`` (nothing changed) or ``unknown``."""
    reason: str = ""

    def ended(self, outcome: str, **more: Any) -> Mutation:
        """With how it ended."""
        return replace(self, outcome=outcome, **more)

    def facts(self) -> dict[str, Any]:
        """What there is to say, for a line of JSON."""
        found = {name: value for name, value in asdict(self).items() if value}
        return {"event": found.pop("what"), **found}


Note = Callable[[Sequence[Mutation]], None]


def no_note(_mutations: Sequence[Mutation]) -> None:
    """Nobody wants to know."""


def fingerprint(value: object) -> str:
    """A short hash of a value, to tell one from another; the words themselves stay out of the journal."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


@dataclass(slots=True)
class Recorder:
    """Writes the mutations of one run into its journal, on the disk before it returns."""

    journal: Journal
    ledger: Ledger
    occasion: Occasion
    now: Callable[[], datetime]
    log: Callable[[Mapping[str, Any]], None] = lambda _facts: None

    def note(self, mutations: Sequence[Mutation]) -> None:
        """Add a line for each of them."""
        lineage, serial = self.ledger.position()
        lines = [
            JournalLine(
                run=self.occasion.run,
                lineage=lineage,
                serial=serial,
                command=self.occasion.command,
                at=self.now(),
                plan_hash=self.occasion.plan_hash,
                more=mutation.facts(),
            )
            for mutation in mutations
        ]
        self.journal.append(*lines)
        for mutation in mutations:
            self.log(mutation.facts())


@dataclass(frozen=True, slots=True)
class WatchedSource:
    """A source whose writes are told to ``tell``."""

    inner: Source
    tell: Note

    def find(self) -> Iterable[str]:
        return self.inner.find()

    def exists(self, path: str) -> bool:
        return self.inner.exists(path)

    def read(self, path: str) -> Content:
        return self.inner.read(path)

    def puts_off(self, path: str) -> bool:
        return self.inner.puts_off(path)

    def publish(self) -> Mapping[str, SourceError]:
        failed = self.inner.publish()
        for path, error in failed.items():
            self.tell([Mutation(what="write", path=path).ended("refused", reason=_reason(error))])
        return failed

    def nearby(self, path: str) -> Iterable[str]:
        return self.inner.nearby(path)

    def leftover(self, path: str) -> bytes | None:
        return self.inner.leftover(path)

    def discard(self, path: str) -> None:
        self.inner.discard(path)

    def write(self, path: str, data: bytes, version: str) -> Content | None:
        what = Mutation(what="write", path=path, before=version, after=hashlib.sha256(data).hexdigest())
        try:
            stored = self.inner.write(path, data, version)
        except SourceError as error:
            self.tell([what.ended("refused", reason=_reason(error))])
            raise
        self.tell([what.ended("done")])
        return stored


def _reason(error: SourceError) -> str:
    return "changed meanwhile" if isinstance(error, Changed) else str(error)
