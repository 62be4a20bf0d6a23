"""What is in no other figure: counted apart, so that nothing is hidden. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from followthrough.ledger.records import DocumentRecord, Intent, IntentStatus, ItemRecord
from followthrough.reporting.asked import Asked
from followthrough.reporting.figures import LeftOut

_OUT = (IntentStatus.PENDING, IntentStatus.UNKNOWN)


class Apart:
    """Counts what a report leaves out."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._counted: Counter[str] = Counter()
        self._history: set[str] = set()

    def untracked(
        self, item: ItemRecord, document: DocumentRecord | None, intent: Intent | None, kind: str | None
    ) -> None:
        """Count an item without a ticket."""
        if item.gone or (self._asked.only is not None and kind != self._asked.only):
            return
        begun, shut = document.incident_date if document else None, self._asked.history_before
        if intent is not None and intent.status in _OUT:
            self._counted["indeterminate"] += 1
        elif item.ignored is not None:
            self._counted["ignored"] += 1
        elif begun is not None and shut is not None and begun < shut:
            self._history.add(item.document)
            self._counted["history_measures"] += 1
        elif item.state.closed:
            self._counted["finished"] += 1
        elif item.elsewhere:
            self._counted["elsewhere"] += 1
        else:
            self._counted["untracked"] += 1

    def counts(self, document: DocumentRecord | None, kind: str | None, begun: datetime) -> bool:
        """Whether an item with a ticket is in the figures; else it is counted here."""
        asked = self._asked
        day = (document.incident_date if document else None) or asked.day_of(begun)
        if asked.only is not None and kind != asked.only:
            self._counted["other_kinds"] += 1
        elif asked.since is not None and day < asked.since:
            self._counted["before_since"] += 1
        elif document is not None and document.confidential:
            self._counted["confidential"] += 1
        else:
            return True
        return False

    def left_out(self) -> LeftOut:
        """The counts."""
        return LeftOut(history_incidents=len(self._history), **self._counted)
