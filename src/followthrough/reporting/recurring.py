"""Incidents that happened again, as a report asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from followthrough.ledger.records import EMPTY, Acceptance, DocumentRecord
from followthrough.planning.recurrence import Again, Load, recent, recurrences
from followthrough.policy.effective import Fallbacks
from followthrough.reporting.matters import Recurrence

FEW = 3
"""Measures that the evidence names of each earlier incident."""


def recurred(
    documents: Mapping[str, DocumentRecord],
    load: Load,
    fallbacks: Fallbacks,
    today: date,
    accepted: Mapping[str, Acceptance] = EMPTY,
) -> tuple[Recurrence, ...]:
    """Incidents that are news and resemble an earlier one with work left; no confidential ones."""
    found = recurrences(
        documents, recent(documents, today), load, fallbacks, today, accepted=accepted, confidential=False
    )
    return tuple(_one(documents[path], list(group)) for path, group in groupby(found, lambda one: one.path))


def _one(document: DocumentRecord, found: list[Again]) -> Recurrence:
    return Recurrence(
        document=document.path,
        incident=document.title,
        incident_date=document.incident_date,
        items=tuple(dict.fromkeys(item.item for one in found for item in one.items)),
        evidence=tuple(sentence for one in found for sentence in _evidence(one)),
    )


def _evidence(one: Again) -> Iterator[str]:
    day = f"{one.date.day} {one.date:%b %Y}"
    words = ", ".join(f'"{word}"' for word in one.words)
    yield f'Like "{one.title}" of {day}: {_listed(one.services)}, and {words} in both.'
    for item in one.items[:FEW]:
        text = item.text.rstrip(".")
        yield f'{f"{item.key} " if item.key else ""}"{text}" is {item.words}.'
    if len(one.items) > FEW:
        yield f"{len(one.items) - FEW} more of its measures are not done."


def _listed(names: Iterable[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last
