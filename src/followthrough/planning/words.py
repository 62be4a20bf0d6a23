"""What our link beside an item reads, written and read back. Pure."""

from __future__ import annotations

import re
from datetime import date

from followthrough.ledger.records import TicketRecord
from followthrough.model import State

_OURS = re.compile(
    r"(?P<key>\S+), (?P<state>open|in progress|blocked|done|won't do)(?:, due (?P<due>\d{4}-\d\d-\d\d))?"
)
_STATES = {state.words: state for state in State}


def words_of(ticket: TicketRecord) -> str:
    """What our link beside an item reads: key, state, and the date while it still matters."""
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
