"""What the settings, or somebody by hand, decide about filing; and how somebody names a measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from followthrough.ledger.interface import Snapshot
from followthrough.planning.identity import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What of the settings decides about filing."""

    since: date | None = None
    ready: frozenset[str] = frozenset()
    """Report statuses that count as finished, lower case."""
    first_run: int = 10
    """At most so many in a scope that nothing was filed in before."""
    creates: int = 50
    """More than so many stop a scope's plan."""
    limit: int | None = None
    """Given by hand, it replaces both."""
    only: frozenset[str] | None = None
    """Items named by hand (id or PATH:LINE): only these, past every rule that a human may overrule."""
    moving: tuple[str, str] | None = None
    """An item, by any of its names, and the scope it is moved to: nothing else is filed."""
    kinds: frozenset[str] | None = None
    """Only measures of these kinds."""
    by_hand: bool = True
    """Somebody asked for filing; a nightly run does not file what a newer extractor has just found."""


class NoSuchItem(Exception):
    """An item was named that no document holds, or not for this: a sentence with the next step."""


def all_names_of(line: Known, snapshot: Snapshot) -> set[str]:
    """What a person may call an item: its id, where it stands, or the key of a ticket of it."""
    return names_of(line) | {ticket.key for ticket in snapshot.tickets_of(line.id)}


def names_of(line: Known) -> set[str]:
    """What a person may call an unfiled item: its id, or where it stands."""
    return {line.id, f"{line.path}:{line.seen.item.line}"}
