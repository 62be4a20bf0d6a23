"""The durable memory: intents, what was last seen of both sides, events and runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from followthrough.ledger.interface import (
    Ledger,
    LedgerBusy,
    LedgerError,
    LedgerUnauthorized,
    LedgerUnreachable,
    Part,
    Snapshot,
)
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
    "LedgerUnauthorized",
    "LedgerUnreachable",
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

SERVED = ("postgresql://", "postgres://")
"""How the address of a ledger on a server begins."""


def open_ledger(
    url: str,
    folder: Path,
    *,
    create: bool,
    random_name: Callable[[], str],
    password: Callable[[], str | None] | None = None,
) -> Ledger:
    """Open the ledger that the settings' ``url`` names; ``folder`` is the state folder.

    With ``create=False`` nothing is created or changed, and a missing ledger reads as an empty one.
    ``password`` is asked when a server is connected to; ``None`` leaves it to the server's own ways.
    """
    if url.startswith(SERVED):
        from followthrough.ledger.postgresql import open_postgresql

        return open_postgresql(url, create=create, random_name=random_name, password=password)
    if url != "sqlite":
        raise LedgerError(
            f'A ledger of kind "{url.partition(":")[0]}" is not built yet; set url = "sqlite" under [ledger].'
        )
    # Here, so that commands which never open a ledger do not wait for SQLAlchemy to load.
    from followthrough.ledger.sqlite import open_sqlite

    return open_sqlite(folder / "ledger.db", create=create, random_name=random_name)
