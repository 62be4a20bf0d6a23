"""What our link beside an item reads, written and read back. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from followthrough.ledger.records import TicketRecord
from followthrough.model import State

_OURS = re.compile(
    r"(?P<key>\S+), (?P<state>open|in progress|blocked|done|won't do)(?:, due (?P<due>\d{4}-\d\d-\d\d))?"
)
_STATES = {state.words: state for state in State}


Live = Callable[[str, str], str | None]
"""How the place of a document, by its path, knows a scope's tracker, where it shows the state of its tickets
by itself; ``None`` where it does not."""


def never(_path: str, _scope: str) -> str | None:
    """No place shows anything by itself."""
    return None


def words_of(ticket: TicketRecord, *, live: bool = False) -> str:
    """What our link beside an item reads: key, state, and the date while it still matters.

    Where the place shows the state by itself the key is all, so that nothing changes from night to night.
    """
    if live:
        return ticket.key
    due = f", due {ticket.due.isoformat()}" if ticket.due and not ticket.state.closed else ""
    return f"{ticket.key}, {ticket.state.words}{due}"


def key_in(words: str) -> str | None:
    """The key in words that we may have written; ``None`` for any others, which are a human edit."""
    found = _OURS.fullmatch(words)
    return found["key"] if found else None


def state_in(words: str) -> State | None:
    """The state that words of ours tell."""
    found = _OURS.fullmatch(words)
    return _STATES[found["state"]] if found else None


def due_in(words: str) -> date | None:
    """The date that words of ours tell."""
    found = _OURS.fullmatch(words)
    return date.fromisoformat(found["due"]) if found and found["due"] else None
