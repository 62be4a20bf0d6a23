"""What a report is told beside its figures: accepted risks, and incidents that happened again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from followthrough.ledger.interface import Ledger, Part, Snapshot
from followthrough.policy.acceptance import in_force
from followthrough.reporting.accepting import accepted_by_item
from followthrough.reporting.asked import Asked
from followthrough.reporting.recurring import recurred


def beside(ledger: Ledger, asked: Asked) -> Asked:
    """The question, with both. Raises :class:`followthrough.ledger.LedgerError`."""
    contents = ledger.contents()

    def load(paths: Collection[str]) -> Snapshot:
        items = [item for path in paths for item in contents.get(path, ())]
        return ledger.snapshot(Part(documents=paths, items=items, light=True))

    documents = ledger.snapshot(Part(documents=contents, light=True)).documents
    taken = ledger.acceptances()
    held = in_force(taken, asked.as_of, asked.day_of)
    return replace(
        asked,
        accepted=accepted_by_item(taken, asked.day_of),
        recurrences=recurred(documents, load, asked.fallbacks, asked.as_of, held),
    )
