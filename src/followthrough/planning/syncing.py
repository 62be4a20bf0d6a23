"""Three ways: what stands in the document, what the tracker says, what both agreed on last.

Pure: the notes that bring documents up to date, and the matters that only a human can settle.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Base, TicketRecord
from followthrough.model import State
from followthrough.planning.identity import Evidence, Known
from followthrough.planning.plan import Matter, Note

OUR_WORDS = re.compile(r"\S+, (?:open|in progress|blocked|done|won't do)(?:, due \d{4}-\d\d-\d\d)?")
"""What our links read; anything else inside one is a human edit."""


def words_of(ticket: TicketRecord) -> str:
    """What our link beside an item reads: key, state, and the date while it still matters."""
    due = f", due {ticket.due.isoformat()}" if ticket.due and not ticket.state.closed else ""
    return f"{ticket.key}, {ticket.state.words}{due}"


@dataclass(frozen=True, slots=True)
class Synced:
    """What to write, and what to tell."""

    notes: tuple[Note, ...]
    matters: tuple[Matter, ...]


def sync(known: Sequence[Known], snapshot: Snapshot) -> Synced:
    """Compare every item that has a ticket, against the base of both sides.

    Detached documents are left alone; read-only ones are compared and not written.
    """
    notes: list[Note] = []
    matters: list[Matter] = []
    for line in known:
        document = snapshot.documents.get(line.path)
        ticket = snapshot.ticket_of(line.id)
        if line.trouble is not None:
            matters.append(_trouble(line))
        elif ticket and not (document and document.detached):
            note, found = _compare(line, ticket, snapshot.bases.get(line.id))
            notes += [note] if note else []
            matters += found
    return Synced(tuple(notes), tuple(matters))


def _trouble(line: Known) -> Matter:
    code = "retitled" if line.evidence is Evidence.NEW else "link-copied"
    return Matter(
        code=code,
        path=line.path,
        line=line.seen.item.line,
        item=line.id,
        message=line.trouble or "",
        choices="`file --item PATH:LINE` files it as new" if code == "retitled" else "",
    )


def _compare(line: Known, ticket: TicketRecord, base: Base | None) -> tuple[Note | None, list[Matter]]:
    if ticket.missing_since is not None:
        return None, [_missing(line, ticket)]
    words, matters = _words(line, ticket, base)
    ticked, drift = _box(line, ticket, base)
    matters += drift
    if words is None and ticked is None:
        return None, matters
    note = Note(
        item=line.id,
        path=line.path,
        line=line.seen.item.line,
        words=words or (line.mark.words if line.mark else words_of(ticket)),
        target=ticket.url,
        ticked=ticked,
        key=ticket.key,
        before=_state_in(line.mark.words) if line.mark else None,
        after=ticket.state,
        closed=ticket.closed if ticket.state.closed else None,
        why=_box_words(line, ticket, ticked),
    )
    return note, matters


def _box_words(line: Known, ticket: TicketRecord, ticked: bool | None) -> str:
    """What a reader should know of the box, where the state alone does not tell it."""
    if ticked is False:
        return "box unticked"
    if ticket.state is State.DROPPED:
        return "box left open; counted as dropped, not done" if line.seen.ticked is False else ""
    return ""


def _missing(line: Known, ticket: TicketRecord) -> Matter:
    since = f"{ticket.missing_since:%d %b}" if ticket.missing_since else ""
    return Matter(
        code="ticket-missing",
        path=line.path,
        line=line.seen.item.line,
        item=line.id,
        key=ticket.key,
        message=f"{ticket.key} is not to be found since {since}: deleted, moved or hidden from us. "
        "The document stays as it is, and nothing is filed again.",
        choices=f"bring {ticket.key} back, or give us access to it",
    )


def _words(line: Known, ticket: TicketRecord, base: Base | None) -> tuple[str | None, list[Matter]]:
    """The words that the mark is to read, ``None`` where it is right or not ours to change."""
    wanted, mark = words_of(ticket), line.mark
    if mark is None:
        return wanted, []
    if mark.words == wanted and mark.target == ticket.url:
        return None, []
    agreed = base.words if base and base.words else None
    ours = mark.words == agreed if agreed else bool(OUR_WORDS.fullmatch(mark.words))
    if ours or mark.words == wanted:
        return wanted, []
    matter = Matter(
        code="link-edited",
        path=line.path,
        line=line.seen.item.line,
        item=line.id,
        key=ticket.key,
        message=f"the link was edited by hand ({mark.words!r}) and stays; "
        f"{ticket.key} is {ticket.state.words}.",
        choices="take the link out, and the next sync writes a new one",
    )
    return None, [matter]


def _box(line: Known, ticket: TicketRecord, base: Base | None) -> tuple[bool | None, list[Matter]]:
    """Whether to tick or untick, ``None`` to leave the box alone."""
    document, tracker = line.seen.ticked, ticket.state is State.DONE
    if document is None or document == tracker:
        return None, []
    agreed = base.ticked if base else None
    if agreed is not None and document == agreed:
        return tracker, []
    how, way = ("ticked", "untick") if document else ("unticked", "tick it again")
    cure = f"Close {ticket.key} or {way}." if document else f"Reopen {ticket.key} or {way}."
    now = f"{ticket.key} is {ticket.state.words}"
    matter = Matter(
        code=f"{how}-by-hand",
        path=line.path,
        line=line.seen.item.line,
        item=line.id,
        key=ticket.key,
        message=f"was {how} by hand, {now}. Your {'tick' if document else 'box'} stays. {cure}",
        choices=cure.rstrip("."),
    )
    return None, [matter]


def _state_in(words: str) -> State | None:
    """The state that a mark's words tell."""
    return next((state for state in State if f", {state.words}" in words), None)
