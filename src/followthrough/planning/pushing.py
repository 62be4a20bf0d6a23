"""What was edited in a document since it agreed with its ticket, and which of it is carried there.

Pure. The tracker wins after filing: an edit is told, and pushed only where the settings name its field
or somebody asks for its item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from followthrough.connector import Features
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Base, TicketRecord
from followthrough.model import State
from followthrough.planning.deciding import Do
from followthrough.planning.deciding import Push as Allowed
from followthrough.planning.identity import Known
from followthrough.planning.plan import Matter, Push, Value
from followthrough.planning.readings import ScopeView
from followthrough.planning.rules import NoSuchItem, all_names_of
from followthrough.planning.syncing import cell
from followthrough.tickets import Assignee, title_of

Assign = Callable[[str, str], Assignee]
"""Who an owner's words name, in a scope."""
BOTH = "Both were changed since they agreed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be pushed: some fields of every item, and everything of some items."""

    fields: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    """By id, ticket key or ``PATH:LINE``."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that reads differently in the document than when both sides agreed."""

    field: str
    before: Value
    """As the ticket has it."""
    after: Value
    told: str = ""
    """What stands against what, as a sentence; empty for a box, of which :mod:`.syncing` tells."""
    doubt: str = ""
    """Why only a person may push it; empty where the settings may."""
    barred: bool = False
    """The tracker cannot take it."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What is pushed, and what is only told."""

    pushes: tuple[Push, ...]
    matters: tuple[Matter, ...]

    def foreseen(self, snapshot: Snapshot) -> list[TicketRecord]:
        """The tickets as they will be."""
        tickets: dict[tuple[str, str], TicketRecord] = {}
        for push in self.pushes:
            place = push.scope, push.ticket
            old = tickets.get(place, snapshot.tickets[place])
            tickets[place] = replace(old, **{push.field: push.after})  # type: ignore[arg-type]  # by name
        return list(tickets.values())


def account_of(line: Known, features: Features, scope: str, assign: Assign) -> Assignee:
    """Who an item's ticket is assigned to in a scope."""
    owner = line.seen.item.owners[0] if line.seen.item.owners else None
    assignee = assign(owner, scope) if owner else Assignee()
    if owner and features.any_assignee and assignee.account is None and not assignee.team:
        return Assignee(account=owner)
    return assignee


def push(
    known: Sequence[Known],
    snapshot: Snapshot,
    fingerprints: Mapping[str, str],
    views: Mapping[str, ScopeView],
    assign: Assign,
    wish: Wish,
) -> Pushed:
    """Compare every item that has a ticket of ours with what it said when both sides agreed.

    Raises :class:`NoSuchItem` for an item that was asked for and has nothing to push to.
    """
    _named(known, snapshot, wish.items)
    boxes = Counter((line.path, line.seen.item.place.block) for line in known)
    pushes: list[Push] = []
    matters: list[Matter] = []
    for line in known:
        ticket, base = _open(line, snapshot, views), snapshot.bases.get(line.id)
        if ticket is None:
            continue
        shared = boxes[line.path, line.seen.item.place.block] > 1
        edits = [*_box(line, ticket, snapshot, shared=shared)]
        if base is not None and base.ticket_title is not None and base.fingerprint != fingerprints[line.path]:
            features = views[ticket.scope].features
            account = account_of(line, features, ticket.scope, assign)
            edits += _fields(line, ticket, base, account, features.cannot_store)
        asked = bool(wish.items) and bool(wish.items & all_names_of(line, snapshot))
        for edit in edits:
            if not edit.barred and (asked or (edit.field in wish.fields and not edit.doubt)):
                pushes.append(_push(line, ticket, edit))
            elif edit.told:
                matters.append(_matter(line, ticket, edit))
    return Pushed(tuple(pushes), tuple(matters))


def _named(known: Iterable[Known], snapshot: Snapshot, items: Collection[str]) -> None:
    """Raise for an item by whose name nothing can be pushed."""
    if not items:
        return
    by_name = {name: line for line in known for name in all_names_of(line, snapshot)}
    for name in sorted(items):
        line = by_name.get(name)
        if line is None:
            raise NoSuchItem(f"{name}: no measure is there. `followthrough plan` shows them.")
        if line.trouble is not None:
            raise NoSuchItem(f"{name} {line.trouble}")
        ticket, link = snapshot.ticket_of(line.id), snapshot.link_of(line.id)
        if ticket is None or link is None:
            raise NoSuchItem(f"{name} has no ticket to push to. `file --item {name}` files it.")
        if not link.relation.ours:
            raise NoSuchItem(
                f"{name} follows {ticket.key}, which stands in its text and is not ours to change."
            )


def _open(line: Known, snapshot: Snapshot, views: Mapping[str, ScopeView]) -> TicketRecord | None:
    """The item's ticket, where it is ours to change and can be reached."""
    ticket, link = snapshot.ticket_of(line.id), snapshot.link_of(line.id)
    document = snapshot.documents.get(line.path)
    if ticket is None or link is None or line.trouble is not None or (document and document.detached):
        return None
    view = views.get(ticket.scope)
    lost = ticket.absences > 0 or not link.relation.ours
    return None if lost or view is None or view.error else ticket


def _box(line: Known, ticket: TicketRecord, snapshot: Snapshot, *, shared: bool) -> Iterable[Edit]:
    row = cell(line, ticket, snapshot)
    if row.do is not Do.DRIFT:
        return
    doubt = row.why if row.push is Allowed.NAME else ""
    if shared or line.merged:
        doubt = doubt or "Several measures share the box."
    yield Edit("state", ticket.state, State.DONE if line.seen.ticked else State.OPEN, doubt=doubt)


def _fields(
    line: Known, ticket: TicketRecord, base: Base, account: Assignee, cannot_store: Collection[str]
) -> Iterable[Edit]:
    """Title, owner and date, each where the document was edited and does not say what the ticket says."""
    item, key = line.seen.item, ticket.key
    same = agreeing(line, ticket, account)
    if title_of(item.text) != title_of(base.text) and not same["title"]:
        told = f"reads {title_of(item.text)!r} now, {key} {ticket.title!r}. The ticket keeps its title."
        doubt = BOTH if ticket.title != base.ticket_title else ""
        yield Edit("title", ticket.title, title_of(item.text), told, doubt)
    if item.due != base.due and not same["due"] and "due" not in cannot_store:
        told = f"says {_day(item.due)} now, {key} says {_day(ticket.due)}. The ticket keeps its date."
        yield Edit("due", ticket.due, item.due, told, BOTH if ticket.due != base.ticket_due else "")
    if item.owner != base.owner and not same["assignee"] and "assignee" not in cannot_store:
        told = (
            f"names {item.owner or 'nobody'} now, {key} has {ticket.assignee or 'nobody'}. "
            "The ticket keeps its assignee."
        )
        barred = account.account is None and item.owner is not None
        if barred:
            told += f" Nothing can be pushed: {item.owner} {account.note or 'has no account there'}."
        doubt = BOTH if ticket.assignee != base.ticket_assignee else ""
        yield Edit("assignee", ticket.assignee, account.account, told, doubt, barred)


def agreeing(line: Known, ticket: TicketRecord, account: Assignee) -> Mapping[str, bool]:
    """Of title, date and owner, whether document and ticket say the same."""
    item = line.seen.item
    owner = (item.owner or "").casefold()
    return {
        "title": title_of(item.text) == ticket.title,
        "due": item.due == ticket.due,
        "assignee": account.account == ticket.assignee
        if account.account or not owner
        else owner == (ticket.assignee or "").casefold(),
    }


def agreed(line: Known, ticket: TicketRecord, base: Base, account: Assignee, fingerprint: str) -> Base:
    """The base once document and ticket were looked at; an edit that nobody settled stays one."""
    item = line.seen.item
    now = replace(
        base,
        text=item.text,
        owner=item.owner,
        due=item.due,
        ticket_title=ticket.title,
        ticket_assignee=ticket.assignee,
        ticket_due=ticket.due,
        fingerprint=fingerprint,
    )
    if base.ticket_title is None or base.fingerprint == fingerprint:
        return now
    same = agreeing(line, ticket, account)
    kept: dict[str, Any] = {}
    if title_of(item.text) != title_of(base.text) and not same["title"]:
        kept |= {"text": base.text, "ticket_title": base.ticket_title}
    if item.due != base.due and not same["due"]:
        kept |= {"due": base.due, "ticket_due": base.ticket_due}
    if item.owner != base.owner and not same["assignee"]:
        kept |= {"owner": base.owner, "ticket_assignee": base.ticket_assignee}
    return replace(now, **kept, fingerprint=base.fingerprint) if kept else now


def _push(line: Known, ticket: TicketRecord, edit: Edit) -> Push:
    return Push(
        item=line.id,
        path=line.path,
        line=line.seen.item.line,
        scope=ticket.scope,
        ticket=ticket.id,
        key=ticket.key,
        field=edit.field,
        before=edit.before,
        after=edit.after,
    )


def _matter(line: Known, ticket: TicketRecord, edit: Edit) -> Matter:
    place = f"{line.path}:{line.seen.item.line}"
    way = f"change {ticket.key}" if edit.barred else f"`sync --push {place}`, or change {ticket.key}"
    return Matter(
        code=f"{'owner' if edit.field == 'assignee' else edit.field}-edited",
        path=line.path,
        line=line.seen.item.line,
        item=line.id,
        key=ticket.key,
        message=f"{edit.told} {edit.doubt}".strip(),
        choices=way,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else "no date"
