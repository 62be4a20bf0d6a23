"""How tickets are written: columns for people, JSON for programs."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer

from followthrough.connector import State, Ticket
from followthrough_local.rows import Details, Entry

_COLOURS = {
    State.IN_PROGRESS: "cyan",
    State.BLOCKED: "red",
    State.DONE: "green",
    State.DROPPED: "bright_black",
}


def visible(text: str) -> str:
    """The text without what a terminal would obey: control characters and changes of direction.

    Titles come from documents that anybody may have written.
    """
    return "".join(c if c.isprintable() or c in "\n\u200d" else "\N{REPLACEMENT CHARACTER}" for c in text)


def table(tickets: Sequence[Ticket]) -> str:
    """One line a ticket under a line of headings; the title comes last, so that it may be long."""
    cells = [["KEY", "STATE", "DUE", "PRIORITY", "ASSIGNEE", "TITLE"]]
    cells += [[_one_line(cell) for cell in _cells(ticket)] for ticket in tickets]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]) - 1)]
    lines = []
    for row, ticket in zip(cells, [None, *tickets], strict=True):
        padded = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        if ticket is not None:
            padded[1] = _coloured(padded[1], ticket.state)
        lines.append("  ".join([*padded, row[-1]]))
    return "\n".join(lines)


def page(details: Details) -> str:
    """One ticket with text and history."""
    ticket = details.ticket
    facts = {
        "State": _coloured(ticket.state.words, ticket.state),
        "Assignee": ticket.assignee,
        "Due": ticket.due.isoformat() if ticket.due else None,
        "Priority": ticket.priority,
        "Labels": ", ".join(ticket.labels),
        "Created": _minute(ticket.created),
        "Closed": _minute(ticket.closed) if ticket.closed else None,
        "Document": details.document,
        "Link": details.backlink,
        "Id": ticket.id,
    }
    lines = [f"{ticket.key}  {_one_line(ticket.title)}"]
    for name, value in facts.items():
        if value:
            lines.append(f"{name:<10}{value if name == 'State' else _one_line(value)}")
    if details.body:
        lines += ["", visible(details.body.replace("\r\n", "\n"))]
    lines += ["", "History", *(f"  {_entry(entry)}" for entry in details.history)]
    return "\n".join(lines)


def picture(ticket: Ticket) -> dict[str, Any]:
    """A ticket as ``followthrough.local-list/1`` shows it."""
    return {
        "id": ticket.id,
        "key": ticket.key,
        "title": ticket.title,
        "state": ticket.state.value,
        "assignee": ticket.assignee,
        "due": ticket.due.isoformat() if ticket.due else None,
        "priority": ticket.priority,
        "labels": list(ticket.labels),
        "created": _moment(ticket.created),
        "closed": _moment(ticket.closed) if ticket.closed else None,
        "updated": _moment(ticket.updated),
    }


def full_picture(details: Details) -> dict[str, Any]:
    """A ticket as ``followthrough.local-show/1`` shows it."""
    return {
        **picture(details.ticket),
        "document": details.document,
        "body": details.body,
        "backlink": details.backlink,
        "history": [
            {
                "at": _moment(entry.at),
                "who": entry.who,
                "field": entry.field,
                "old": _value(entry.field, entry.old),
                "new": _value(entry.field, entry.new),
                "note": entry.note,
            }
            for entry in details.history
        ],
    }


def write(name: str, pictures: Sequence[dict[str, Any]], *, lines: bool) -> None:
    """Write the tickets to standard output as one object, or as one object a line."""
    if lines:
        for one in pictures:
            typer.echo(json.dumps({"schema": "followthrough.local-ticket/1", **one}, ensure_ascii=False))
    else:
        whole = {"schema": f"followthrough.{name}/1", "tickets": list(pictures)}
        typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))


def _cells(ticket: Ticket) -> list[str]:
    due = ticket.due.isoformat() if ticket.due else "-"
    person = ticket.assignee or "-"
    return [ticket.key, ticket.state.words, due, ticket.priority or "-", person, ticket.title]


def _entry(entry: Entry) -> str:
    start = f"{_minute(entry.at)}  {_one_line(entry.who)}  "
    if entry.field == "created":
        what = "created"
    elif entry.field == "note":
        what = "note"
    else:
        what = f"{entry.field}: {_words(entry.field, entry.old)} → {_words(entry.field, entry.new)}"
    return start + _one_line(what + (f" ({entry.note})" if entry.note else ""))


def _words(field: str, stored: str | None) -> str:
    value = _value(field, stored)
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if field == "state" and value:
        return State(value).words
    return str(value or "none")


def _value(field: str, stored: str | None) -> Any:
    return json.loads(stored) if field == "labels" and stored else stored


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _minute(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))


def _width(text: str) -> int:
    # East Asian characters and most emoji take two columns, combining marks none.
    seen = [c for c in text if not unicodedata.combining(c) and c not in "\u200d\ufe0f"]
    return len(seen) + sum(unicodedata.east_asian_width(c) in "WF" for c in seen)


def _coloured(text: str, state: State) -> str:
    # typer.echo() takes colours out again where standard output is no terminal.
    colour = None if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else _COLOURS.get(state)
    return typer.style(text, fg=colour) if colour else text
