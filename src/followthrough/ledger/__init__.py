"""The durable memory: intents, what was last seen of both sides, events and runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
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
from followthrough.ledger.lasting import is_elsewhere
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
    "kept_elsewhere",
    "open_ledger",
    "put_aside",
]

SERVED = ("postgresql:", "postgres:")
"""How the address of a ledger on a server begins."""


def open_ledger(
    url: str,
    folder: Path,
    *,
    create: bool,
    random_name: Callable[[], str],
    remote: str | None = None,
    offline: bool = False,
    password: Callable[[], str | None] | None = None,
) -> Ledger:
    """Open the ledger that the settings' ``url`` names; ``folder`` is the state folder.

    With ``create=False`` nothing is created or changed, and a missing ledger reads as an empty one.
    ``remote`` is git's name of the place that keeps a branch; ``offline`` reads what is known without
    asking it. ``password`` is asked when a server is connected to; ``None`` leaves it to its own ways.
    """
    kind, _, rest = url.partition(":")
    if kind == "git":
        from followthrough.ledger.git import open_git

        return open_git(
            rest, folder.parent, create=create, random_name=random_name, remote=remote, offline=offline
        )
    if url.startswith(SERVED):
        if offline:  # this machine keeps nothing of it
            from followthrough.ledger.memory import MemoryLedger

            return MemoryLedger("")
        from followthrough.ledger.postgresql import open_postgresql

        return open_postgresql(url, create=create, random_name=random_name, password=password)
    if url != "sqlite":
        raise LedgerError(
            f'A ledger of kind "{url.partition(":")[0]}" is not built yet; set url = "sqlite" under [ledger].'
        )
    # Here, so that commands which never open a ledger do not wait for SQLAlchemy to load.
    from followthrough.ledger.sqlite import open_sqlite

    return open_sqlite(folder / "ledger.db", create=create, random_name=random_name)


def put_aside(
    url: str, folder: Path, *, at: datetime, random_name: Callable[[], str], remote: str | None = None
) -> str | None:
    """Make room for a new ledger where one cannot be read, which is kept; returns as what.

    ``None`` where there was none.
    """
    kind, _, rest = url.partition(":")
    if kind == "git":
        from followthrough.ledger.git import put_aside

        return put_aside(rest, folder.parent, random_name=random_name, remote=remote)
    if url.startswith(SERVED):
        return None  # whoever keeps the server keeps its backups as well
    from followthrough.ledger.files import set_aside

    aside = set_aside(folder, at)
    return aside.name if aside else None


def kept_elsewhere(url: str, root: Path, remote: str | None = None) -> bool:
    """Whether another machine keeps that ledger, so that it outlives this one's disk.

    A branch does if it has a remote that is no folder and no server of this machine; so does a database
    on another host.
    """
    kind, _, _ = url.partition(":")
    if kind == "git":
        from followthrough.ledger.git import address_of

        address = address_of(root, remote)
        return address is not None and is_elsewhere(address)
    if url.startswith(SERVED):
        from followthrough.ledger.postgresql.address import said

        found = said(url)
        return "service" in found or is_elsewhere(f"postgresql://{found.get('host', '')}")
    return False
