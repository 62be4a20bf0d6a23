"""Documents that everybody sees only later: the ledger is told of them no sooner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from followthrough.engine.job import Job
from followthrough.ledger import Record
from followthrough.sources import SourceError


@dataclass(slots=True)
class Publishing:
    """What was written by one job, and what the ledger is to know of it once it can be seen."""

    job: Job
    _waiting: dict[str, list[Record]] = field(default_factory=dict, init=False)

    def written(self, path: str, records: Sequence[Record], *, waits: bool = True) -> None:
        """Commit now, or with :meth:`end` where the document's place puts off what is written."""
        if self.job.source.puts_off(path):
            self._waiting.setdefault(path, []).extend(records)
        else:
            self.job.commit(records, waits=waits)

    def end(self) -> Mapping[str, SourceError]:
        """Publish, and commit what got there; by path, what did not, and why."""
        failed = self.job.source.publish()
        if self._waiting:
            self.job.world.step("published")
        arrived = [records for path, records in self._waiting.items() if path not in failed]
        self._waiting.clear()
        self.job.commit([record for records in arrived for record in records])
        return failed
