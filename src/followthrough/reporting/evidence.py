"""The history of the ledger as lines that prove their order: each names the hash of the line before it.

The chain begins with the ledger's first event, whatever part of it is shown: two exports of one ledger
agree line by line where they overlap, and a line that was changed, left out or put in breaks it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, tzinfo
from typing import Any, Final

from followthrough.ledger import Event, EventKind

FIRST: Final = "0" * 64
"""What the first line names as the one before it."""
WORDS: Final = {EventKind.RETITLED: ("from", "to"), EventKind.GONE: ("text",), EventKind.BACK: ("text",)}
"""Values that hold a document's own words; they stay there, and only their hash is told."""


def lines(
    events: Iterable[Event], *, since: date | None, zone: tzinfo, hidden: Callable[[str], bool]
) -> Iterator[str]:
    """One line of JSON an event, without line breaks, of those seen on ``since`` or later.

    ``hidden`` says of an item that its postmortem is confidential: then nothing is told of what happened
    but that, when and by whom.
    """
    previous = FIRST
    for number, event in enumerate(events, 1):
        line = json.dumps(
            {**_fields(event, hidden(event.item)), "number": number, "previous": previous},
            ensure_ascii=False,
            sort_keys=True,
            default=str,
        )
        previous = hash_of(line)
        if since is None or event.seen_at.astimezone(zone).date() >= since:
            yield line


def hash_of(line: str) -> str:
    """SHA-256 of a line's bytes in UTF-8, without its line break."""
    return hashlib.sha256(line.encode()).hexdigest()


def _fields(event: Event, hidden: bool) -> dict[str, Any]:
    data = dict(event.data)
    confirmation = data.pop("confirmation", None)
    return {
        "schema": "followthrough.evidence/1",
        "kind": event.kind.value,
        "item": event.item,
        "occurred_at": event.occurred_at.isoformat(),
        "seen_at": event.seen_at.isoformat(),
        "run": event.run,
        "command": event.command,
        "account": event.account or None,
        "plan_hash": event.plan_hash or None,
        "confirmation": confirmation,
        "data": {"confidential": True} if hidden else _told(event.kind, data),
    }


def _told(kind: EventKind, data: Mapping[str, Any]) -> dict[str, Any]:
    words = WORDS.get(kind, ())
    return {
        name: f"sha256:{hash_of(value)}" if name in words and isinstance(value, str) else value
        for name, value in data.items()
    }
