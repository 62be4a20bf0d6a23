"""What stands in the tables: values in, values out, and which texts they cannot hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from followthrough.connector import UNSET, Change, Rejected, State, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What is stored when a ticket is made; ``body`` is plain text."""

    id: str
    document: str
    title: str
    body: str
    assignee: str | None
    due: date | None
    priority: str | None
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ticket's history; ``note`` is what the person said about it."""

    at: datetime
    who: str
    field: str
    old: str | None
    new: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Details:
    """A ticket with all that the seam's :class:`~followthrough.connector.Ticket` has no place for."""

    ticket: Ticket
    document: str
    body: str
    backlink: str | None
    history: tuple[Entry, ...]


def ticket_of(row: sqlite3.Row, prefix: str) -> Ticket:
    """The ticket that a row of ``tickets`` holds."""
    state = State(row["state"])
    return Ticket(
        id=row["id"],
        key=f"{prefix}-{row['number']}",
        url="",
        title=row["title"],
        state=state,
        native_status=state.words,
        assignee=row["assignee"],
        due=date.fromisoformat(row["due"]) if row["due"] else None,
        priority=row["priority"],
        labels=tuple(json.loads(row["labels"])),
        created=time_of(row["created"]),
        closed=time_of(row["closed"]) if row["closed"] else None,
        updated=time_of(row["updated"]),
        marker=row["id"],
    )


def columns_of(change: Change) -> dict[str, str | None]:
    """The columns that a change asks for. Raises ``Rejected`` for a text that cannot be stored."""
    columns: dict[str, str | None] = {}
    for name in ("title", "assignee", "priority", "backlink"):
        value = getattr(change, name)
        if value is not UNSET:
            columns[name] = value
    texts = list(columns.items())
    if change.state is not UNSET:
        columns["state"] = change.state.value
    if change.due is not UNSET:
        columns["due"] = change.due.isoformat() if change.due else None
    if change.labels is not UNSET:
        columns["labels"] = labels_text(change.labels)
        texts += [("label", label) for label in change.labels]
    for name, text in texts:
        if reason := unfit(name, text):
            raise Rejected(reason)
    return columns


def unfit(name: str, text: str | None) -> str | None:
    """Why a text cannot be stored in that field, as a sentence; ``None`` if it can."""
    if name == "title" and not (text or "").strip():
        return "The title is empty."
    if text is not None and "\0" in text:
        return f"The {name} holds a NUL character, which cannot be stored."
    if text is not None and any("\ud800" <= character <= "\udfff" for character in text):
        return f"The {name} holds half a character (a lone surrogate), which cannot be stored."
    return None


def labels_text(labels: Sequence[str]) -> str:
    """Labels as they are stored, each once."""
    return json.dumps(list(dict.fromkeys(labels)), ensure_ascii=False)


def time_text(moment: datetime) -> str:
    """A time as it is stored."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def time_of(text: str) -> datetime:
    """A stored time."""
    return datetime.fromisoformat(text)
