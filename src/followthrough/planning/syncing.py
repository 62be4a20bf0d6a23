"""Three ways: what stands in the document, what the tracker says, what both agreed on last.

Pure: the notes that bring documents up to date, and the matters that only a human can settle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Base, Relation, TicketRecord
from followthrough.model import State
from followthrough.planning.deciding import Box, Do, Lost, Row, box, row_of
from followthrough.planning.identity import Evidence, Known
from followthrough.planning.plan import Matter, Note
from followthrough.planning.words import Live, key_in, never, state_in, words_of


@dataclass(frozen=True, slots=True)
class Synced:
    """What to write, and what to tell."""

    notes: tuple[Note, ...]
    matters: tuple[Matter, ...]


def sync(known: Sequence[Known], snapshot: Snapshot, live: Live = never) -> Synced:
    """Compare every item that has a ticket, against the base of both sides.

    Detached documents are left alone; read-only ones are compared and not written. ``live`` tells where a
    ticket's state is shown without us.
    """
    notes: list[Note] = []
    matters: list[Matter] = []
    for line in known:
        document = snapshot.documents.get(line.path)
        ticket = snapshot.ticket_of(line.id)
        if line.trouble is not None:
            matters.append(_trouble(line))
        elif ticket and not (document and document.detached):
            view = _View(line, ticket, own_ticket(line.id, snapshot) or ticket, snapshot, live)
            note, found = view.compare()
            notes += [note] if note else []
            matters += found
            notes += [other for id in line.merged if (other := _merged(line, id, snapshot, live))]
    return Synced(tuple(notes), tuple(matters))


def own_ticket(item: str, snapshot: Snapshot) -> TicketRecord | None:
    """The ticket that an item's link names: of its own, not of those that were merged into its line."""
    links = [link for link in snapshot.links.get(item, ()) if link.relation is not Relation.MERGED]
    if len(links) == len(snapshot.links.get(item, ())):
        return snapshot.ticket_of(item)
    found = [snapshot.tickets.get((link.scope, link.ticket)) for link in links]
    return snapshot.deciding(ticket for ticket in found if ticket is not None)


def _merged(line: Known, id: str, snapshot: Snapshot, live: Live) -> Note | None:
    """What the link of an item that was merged into a line is to read; its box is the line's."""
    ticket, base = own_ticket(id, snapshot), snapshot.bases.get(id)
    mark = line.mark_of(id)
    if ticket is None or mark is None or ticket.absences:
        return None
    wanted = told_of(line, ticket, live)
    if (mark.words, mark.target) == (wanted, ticket.url):
        return None
    if mark.words != wanted and not _is_ours(mark.words, id, base, snapshot):
        return None
    return _note(line, id, ticket, wanted, None)


def told_of(line: Known, ticket: TicketRecord, live: Live) -> str:
    """What the link to a ticket reads in the line's document."""
    return words_of(ticket, live=live(line.path, ticket.scope) is not None)


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


@dataclass(frozen=True, slots=True)
class _View:
    """A line, the ticket that decides where it stands, and the one that its link names."""

    line: Known
    ticket: TicketRecord
    named: TicketRecord
    snapshot: Snapshot
    live: Live

    @property
    def base(self) -> Base | None:
        return self.snapshot.bases.get(self.line.id)

    def compare(self) -> tuple[Note | None, list[Matter]]:
        """The note that brings the line up to date, and what to tell."""
        line, ticket = self.line, self.ticket
        row = cell(line, ticket, self.snapshot)
        if row.do is Do.TELL:
            return None, [_missing(line, ticket)]
        if row.do is Do.LEAVE:
            return None, []
        words, matters = self.words()
        ticked = {Do.TICK: True, Do.UNTICK: False}.get(row.do)
        if row.do is Do.DRIFT:
            matters.append(self.drift())
        if words is None and ticked is None:
            return None, matters
        told = words or (line.mark.words if line.mark else told_of(line, self.named, self.live))
        return _note(line, line.id, self.named, told, ticked, ticket), matters

    def words(self) -> tuple[str | None, list[Matter]]:
        """The words that the mark is to read, ``None`` where it is right or not ours to change."""
        line, ticket = self.line, self.named
        wanted, mark = told_of(line, ticket, self.live), line.mark
        if mark is None:
            return wanted, []
        if (mark.words, mark.target) == (wanted, ticket.url):
            return None, []
        if mark.words == wanted or _is_ours(mark.words, line.id, self.base, self.snapshot):
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

    def drift(self) -> Matter:
        """A box that was changed by hand: told, never undone."""
        line, ticket = self.line, self.ticket
        link = self.snapshot.link_of(line.id)
        how, way = ("ticked", "untick") if line.seen.ticked else ("unticked", "tick it again")
        cure = f"Close {ticket.key} or {way}." if line.seen.ticked else f"Reopen {ticket.key} or {way}."
        choices = cure.rstrip(".")
        if link is not None and link.relation.ours:
            verb = "close" if line.seen.ticked else "reopen"
            choices = f"{verb} {ticket.key}, or `sync --push {line.path}:{line.seen.item.line}`"
        stays = "tick" if line.seen.ticked else "box"
        return Matter(
            code=f"{how}-by-hand",
            path=line.path,
            line=line.seen.item.line,
            item=line.id,
            key=ticket.key,
            message=f"was {how} by hand, {ticket.key} is {ticket.state.words}. Your {stays} stays. {cure}",
            choices=choices,
        )


def cell(line: Known, ticket: TicketRecord, snapshot: Snapshot) -> Row:
    """The row of the table of :mod:`.deciding` that a line in sight stands in."""
    lost = Lost.NOTHING if line.mark is not None else Lost.LINK
    if ticket.absences:
        lost = Lost.MISSING if ticket.missing else Lost.UNSEEN
    return row_of(agreed_box(line, snapshot), box(line.seen.ticked), ticket.state, lost)


def agreed_box(line: Known, snapshot: Snapshot) -> Box:
    """The box as it was agreed: by the ledger, or by what our own link beside it says where that is older.

    A document that was put back (a revert, an older branch, or beside a ledger that was lost) carries
    words that we wrote earlier. They say what the box was then, and where it still is so, nobody has
    touched it: it follows its ticket, and nobody is told of an edit that nobody made.
    """
    base, mark = snapshot.bases.get(line.id), line.mark
    agreed = box(base.ticked if base else None)
    state = state_in(mark.words) if mark and _is_ours(mark.words, line.id, base, snapshot) else None
    if mark is None or state is None or (base is not None and base.words == mark.words):
        return agreed
    lost = base is None or base.words is None
    untouched = line.seen.ticked == (state is State.DONE)
    # That we once wrote "done" is believed only without a ledger that says otherwise.
    return box(line.seen.ticked) if untouched and (lost or state is not State.DONE) else agreed


def _is_ours(words: str, item: str, base: Base | None, snapshot: Snapshot) -> bool:
    """Whether we may have written these words, now or earlier; any others are a human edit."""
    agreed = base.words if base else None
    key = key_in(words)
    if words == agreed or agreed is None:
        return words == agreed or key is not None
    known = {name for one in snapshot.tickets_of(item) for name in (one.key, *one.former_keys)}
    return key is not None and key in (known | {key_in(agreed)})


def _note(
    line: Known,
    id: str,
    named: TicketRecord,
    words: str,
    ticked: bool | None,
    deciding: TicketRecord | None = None,
) -> Note:
    ticket, mark = deciding or named, line.mark_of(id)
    return Note(
        item=id,
        path=line.path,
        line=line.seen.item.line,
        words=words,
        target=named.url,
        ticked=ticked,
        key=named.key,
        before=state_in(mark.words) if mark else None,
        after=ticket.state,
        scope=ticket.scope,
        closed=ticket.closed if ticket.state.closed else None,
        why=_box_words(line, ticket, ticked),
    )


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
