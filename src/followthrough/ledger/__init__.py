"""The durable memory: intents, what was last seen of both sides, events and runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from followthrough.ledger.interface import Ledger, LedgerBusy, LedgerError, Part, Snapshot
from followthrough.ledger.records import (
    Acceptance,
    Audience,
    Base,
    Delivery,
    DeliveryStatus,
    DocumentRecord,
    Event,
    EventKind,
    HoldReason,
    Intent,
    IntentStatus,
    ItemRecord,
    Link,
    Record,
    Relation,
    Run,
    Scope,
    TicketRecord,
)

__all__ = [
    "Acceptance",
    "Audience",
    "Base",
    "Delivery",
    "DeliveryStatus",
    "DocumentRecord",
    "Event",
    "EventKind",
    "HoldReason",
    "Intent",
    "IntentStatus",
    "ItemRecord",
    "Ledger",
    "LedgerBusy",
    "LedgerError",
    "Link",
    "Part",
    "Record",
    "Relation",
    "Run",
    "Scope",
    "Snapshot",
    "TicketRecord",
    "open_ledger",
]


def open_ledger(url: str, folder: Path, *, create: bool, random_name: Callable[[], str]) -> Ledger:
    """Open the ledger that the settings' ``url`` names; ``folder`` is the state folder.

    With ``create=False`` nothing is created or changed, and a missing ledger reads as an empty one.
    """
    if url != "sqlite":
        raise LedgerError(f'A ledger of kind "{url}" is not built yet; set url = "sqlite" under [ledger].')
    # Here, so that commands which never open a ledger do not wait for SQLAlchemy to load.
    from followthrough.ledger.sqlite import open_sqlite

    return open_sqlite(folder / "ledger.db", create=create, random_name=random_name)
