"""The rules that keep a measure from being filed, in order: the first that it fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from followthrough.ledger.interface import Snapshot
from followthrough.model import ActionItem
from followthrough.planning.earlier import Earlier
from followthrough.planning.identity import UNKNOWN_LINK, Evidence, Known
from followthrough.planning.plan import Action
from followthrough.planning.protocol import again, is_out
from followthrough.planning.readings import Reading, ScopeView
from followthrough.planning.rules import Rules

Verdict = tuple[Action, str, datetime | None]


def settled(
    line: Known, snapshot: Snapshot, scopes: Mapping[str, ScopeView], now: datetime, *, by_name: bool = False
) -> Verdict | None:
    """What no rule can change: it has a ticket, or a create is out, or somebody must decide."""
    ticket = snapshot.ticket_of(line.id)
    if line.trouble is not None:
        return Action.ASK, line.trouble, None
    ignored = line.record.ignored if line.record else None
    if ticket:
        return Action.KEEP, f"{ticket.key}, {ticket.state.words}", None
    if snapshot.links.get(line.id):
        return Action.KEEP, "has a ticket that was not read yet", None
    intent = snapshot.intents.get(line.id)
    if intent is not None and is_out(intent):
        earliest = again(intent, scopes.get(intent.scope), now).wait
        # After the waiting time an issue of somebody else with its marker is all that is still looked at.
        stranger = _strangers(line, scopes) if earliest is not None and earliest <= now else None
        if stranger is not None and not by_name:
            return Action.ASK, stranger, None
        if earliest is not None and stranger is None:
            reason = f"indeterminate: no answer came from {intent.scope}. Next look"
            return Action.WAIT, reason, earliest
    if ignored is not None:
        return Action.SKIP, ignored, None
    return None


def judged(
    line: Known,
    reading: Reading,
    snapshot: Snapshot,
    scopes: Mapping[str, ScopeView],
    rules: Rules,
    earlier: Earlier,
    now: datetime,
) -> Verdict:
    """The first rule that keeps the item from being filed, else ``FILE``."""
    by_name = rules.only is not None
    fixed = settled(line, snapshot, scopes, now, by_name=by_name)
    if fixed and not (by_name and _overruled(fixed, line)):
        return fixed
    if by_name:
        return _item_rules(line.seen.item, rules) or (Action.FILE, "", None)
    verdict = _history(reading, rules) or _item_rules(line.seen.item, rules) or _not_ready(reading, rules)
    verdict = verdict or _linked_elsewhere(line, scopes)
    if verdict:
        return verdict
    stranger = _strangers(line, scopes)
    if stranger is not None:
        return Action.ASK, stranger, None
    first = earlier.like(line)
    if first is not None:
        return Action.ASK, f"same work as L{first.seen.item.line}? ({_alike(first, line)})", None
    if newly_extracted(line, reading, snapshot) and not rules.by_hand:
        reason = "found by a newer version of this program in an unchanged document; `file` files it"
        return Action.ASK, reason, None
    return Action.FILE, "", None


def _linked_elsewhere(line: Known, scopes: Mapping[str, ScopeView]) -> Verdict | None:
    """What carries our link was filed, wherever that is: not to find it is no reason to file it again."""
    if line.mark is None:
        return None
    for view in scopes.values():
        if view.owned is None:
            why = view.error or "it is listed by the next run that may ask it"
            reason = f"carries a link that may lead to {view.name}, which was not listed: {why}"
            return Action.WAIT, reason, None
    return Action.ASK, UNKNOWN_LINK, None


def _strangers(line: Known, scopes: Mapping[str, ScopeView]) -> str | None:
    """An issue with the item's marker that is not known to be ours: filing beside it could be twice."""
    for view in scopes.values():
        for ticket in view.strangers.get(line.id, ()):
            return (
                f"{ticket.key} carries its marker, but {ticket.author} created that: is it ours? Then add "
                f"the account to `authors` under [trackers.{view.name}]; else `file --item` files a new one"
            )
    return None


def _alike(first: Known, second: Known) -> str:
    """What makes it look so, in a few words."""
    one, other = first.seen.item, second.seen.item
    if one.text.casefold().rstrip(".") == other.text.casefold().rstrip("."):
        return "the same words"
    return "both in one section" if one.section == other.section else f'that one under "{one.section[-1]}"'


def _overruled(fixed: Verdict, line: Known) -> bool:
    """What naming an item by hand overrules: a question about a new one, and an earlier ``ignore``."""
    action = fixed[0]
    return action is Action.SKIP or (action is Action.ASK and line.evidence is Evidence.NEW)


def newly_extracted(line: Known, reading: Reading, snapshot: Snapshot) -> bool:
    """Whether nobody wrote this line since the ledger last saw its document: a newer extractor found it."""
    document = snapshot.documents.get(line.path)
    unchanged = document is not None and document.fingerprint == reading.fingerprint
    return unchanged and line.evidence is Evidence.NEW and line.id not in snapshot.links


def _item_rules(item: ActionItem, rules: Rules) -> Verdict | None:
    """What the item itself says against filing it."""
    if item.declined:
        return Action.SKIP, "declined in the document", None
    if item.state.closed:
        return Action.SKIP, f"{item.state.words} in the document", None
    if rules.only is not None:
        return None
    if rules.kinds is not None and (item.kind is None or item.kind.value not in rules.kinds):
        return Action.SKIP, f"its kind is {item.kind.value if item.kind else 'not known'}", None
    if item.references:
        return Action.SKIP, f"tracked elsewhere: {item.references[0]} stands in the text", None
    return None


def _not_ready(reading: Reading, rules: Rules) -> Verdict | None:
    """What the report's own status says against filing anything in it."""
    if reading.status is not None and reading.status not in rules.ready:
        return Action.WAIT, f"front matter says `status: {reading.status}`", None
    return None


def _history(reading: Reading, rules: Rules) -> Verdict | None:
    """Whether ``since`` shuts the document out; then what else its measures say is nobody's concern."""
    if rules.since is None or reading.named:
        return None
    if reading.incident.date is None:
        return Action.HISTORY, "the date of the incident is not known", None
    if reading.incident.date < rules.since:
        return Action.HISTORY, f"before {rules.since.isoformat()}", None
    return None
