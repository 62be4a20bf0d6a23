"""Which commits tell only how something ended that this process had announced.

These may be written although another host has written meanwhile: they hold what nobody else can know,
the answers to requests that were sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import (
    Base,
    Delivery,
    DeliveryStatus,
    Event,
    Intent,
    IntentStatus,
    ItemRecord,
    Link,
    Record,
    TicketRecord,
)

Name = tuple[str, ...]


def _name(record: Intent | Delivery) -> Name:
    if isinstance(record, Intent):
        return "intent", record.item, record.run, str(record.attempt)
    return "delivery", record.audience.value, record.to, record.day.isoformat(), record.run


def _begins(record: Record) -> bool:
    """Whether it says that something is about to be sent."""
    pending = isinstance(record, Intent) and record.status is IntentStatus.PENDING
    return pending or (isinstance(record, Delivery) and record.status is DeliveryStatus.SENDING)


def announced(records: Iterable[Record], before: set[Name]) -> set[Name]:
    """What has been announced and has not ended, once ``records`` are written as well."""
    now = set(before)
    for record in records:
        if isinstance(record, Intent | Delivery):
            (now.add if _begins(record) else now.discard)(_name(record))
    return now


def settles(records: Sequence[Record], begun: set[Name]) -> bool:
    """Whether ``records`` tell how announced things ended, and nothing else."""
    ends = [one for one in records if isinstance(one, Intent | Delivery)]
    about = Intent | Delivery | Link | TicketRecord | Event | Base | ItemRecord
    return (
        bool(ends)
        and all(_name(one) in begun and not _begins(one) for one in ends)
        and all(isinstance(one, about) for one in records)
    )


def still_open(
    records: Sequence[Record], begun: set[Name], now: Snapshot, deliveries: Iterable[Delivery]
) -> list[Record]:
    """Those of ``records`` that the ledger as it is ``now`` does not know yet.

    Where the other host has found out by itself how a create ended, what it wrote stands.
    """
    known: list[Intent | Delivery] = [*now.intents.values(), *deliveries]
    waiting = {_name(one) for one in known if _begins(one)} & begun
    items = {name[1] for name in waiting if name[0] == "intent"}
    left: list[Record] = []
    for record in records:
        if isinstance(record, Delivery):
            keep = _name(record) in waiting
        elif isinstance(record, TicketRecord):
            keep = (record.scope, record.id) not in now.tickets
        elif isinstance(record, ItemRecord):
            keep = record.id in items
        else:
            keep = getattr(record, "item", None) in items
        if keep:
            left.append(record)
    return left
