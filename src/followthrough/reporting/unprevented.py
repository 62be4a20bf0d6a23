"""Incidents none of whose measures keeps their class of incident from coming back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from followthrough.ledger.records import DocumentRecord, ItemRecord
from followthrough.model import Kind, State
from followthrough.policy.effective import Effective, Origin
from followthrough.reporting.asked import Asked
from followthrough.reporting.matters import Unprevented


@dataclass(slots=True)
class _Incident:
    document: DocumentRecord
    measures: int = 0
    inferred: int = 0
    prevented: bool = False


class Prevention:
    """Looks for a preventive measure in each incident, with or without a ticket; dropped is none."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._incidents: dict[str, _Incident] = {}

    def add(
        self, item: ItemRecord, document: DocumentRecord, values: Effective, state: State, *, tracked: bool
    ) -> None:
        """Look at one item; without a ticket its ``state`` is the document's word."""
        left_out = state is State.DROPPED or (not tracked and (item.gone or item.ignored is not None))
        if left_out or not self._looked_at(document):
            return
        found = self._incidents.get(document.path)
        if found is None:
            found = self._incidents[document.path] = _Incident(document)
        found.measures += 1
        found.inferred += values.kind is None or values.kind.origin is Origin.INFERRED
        found.prevented = found.prevented or (
            values.kind is not None and values.kind.value == Kind.PREVENTIVE.value
        )

    def _looked_at(self, document: DocumentRecord) -> bool:
        begins = max(self._asked.since or date.min, self._asked.history_before or date.min)
        day = document.incident_date
        return not document.confidential and (day is None or begins <= day <= self._asked.as_of)

    def lacking(self) -> tuple[Unprevented, ...]:
        """Those without, the worst and latest first."""
        found = [
            Unprevented(
                document=path,
                title=one.document.title,
                incident_date=one.document.incident_date,
                severity=one.document.severity,
                measures=one.measures,
                inferred=one.inferred,
                postmortem=self._asked.address(path, None),
            )
            for path, one in self._incidents.items()
            if not one.prevented
        ]
        found.sort(key=lambda one: (one.incident_date or date.min, one.document), reverse=True)
        found.sort(key=lambda one: one.severity or "sev9")
        return tuple(found)
