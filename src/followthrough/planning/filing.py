"""What is filed: the rules, in order, and the first that an item fails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from followthrough.connector import Draft
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import EMPTY, HoldReason
from followthrough.model import ActionItem
from followthrough.planning.earlier import Earlier
from followthrough.planning.identity import UNKNOWN_LINK, Evidence, Known
from followthrough.planning.plan import Action, Step
from followthrough.planning.protocol import Hold, again, is_out
from followthrough.planning.readings import Reading, ScopeView
from followthrough.policy.due import Due
from followthrough.policy.effective import Effective
from followthrough.tickets import LABELS, Assignee


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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A ticket as it would be filed, with the owner and date it carries and where they come from."""

    draft: Draft
    assignee: Assignee
    due: Due | None
    due_note: str = ""


@dataclass(frozen=True, slots=True)
class Routed:
    """Where an item goes, with which labels, and whether confidential documents may go there."""

    scope: str
    labels: tuple[str, ...] = LABELS
    confidential: bool = False


Draw = Callable[[Known, Reading, ScopeView, tuple[str, ...], Effective], Drawn]
Route = Callable[[Known, Reading, Effective], Routed]
Value = Callable[[Known, Reading], Effective]


def decide(
    known: Sequence[Known],
    readings: Mapping[str, Reading],
    snapshot: Snapshot,
    scopes: Mapping[str, ScopeView],
    rules: Rules,
    *,
    now: datetime,
    value: Value,
    draw: Draw,
    route: Route,
    followed: Collection[str] = (),
    holds: Mapping[str, Hold] = EMPTY,
    unsure: Sequence[ScopeView] = (),
) -> tuple[Step, ...]:
    """One step an item, in the order of the documents. Limits are applied afterwards, by :func:`cut`.

    ``followed`` are items whose references were confirmed just now, ``holds`` the scopes in which nothing
    is created for now, ``unsure`` those beside which nothing is.
    """
    earlier = Earlier.of(known, snapshot)
    steps = []
    for line in known:
        reading = readings[line.path]
        moving = rules.moving is not None and rules.moving[0] in all_names_of(line, snapshot)
        if moving and line.trouble is None:
            action, reason, retry = Action.FILE, "", None
        elif rules.moving is not None or (rules.only is not None and not rules.only & names_of(line)):
            action, reason, retry = _settled(line, snapshot, scopes, now) or (Action.SKIP, "not named", None)
        else:
            action, reason, retry = _judge(line, reading, snapshot, scopes, rules, earlier, now)
        if line.id in followed and action is Action.KEEP:
            action, reason = Action.FOLLOW, f"{_key(line, snapshot)} stands in the text; read only"
        like = earlier.like(line) if action is Action.ASK and line.trouble is None else None
        earlier.add(line)
        routed, drawn, held = None, None, None
        values = value(line, reading)
        if action is Action.FILE:
            routed = route(line, reading, values)
            if moving and rules.moving is not None:
                routed = replace(routed, scope=rules.moving[1])
            action, reason = _admitted(reading, routed, scopes[routed.scope])
            hold = holds.get(routed.scope)
            if action is Action.FILE and hold is not None:
                action, reason, retry, held = Action.WAIT, held_words(hold), hold.until, hold.reason
            elif action is Action.FILE and unsure:
                action, reason, held = Action.WAIT, _unsure_words(unsure[0]), HoldReason.REBUILT
        if action is Action.FILE and routed is not None:
            drawn = draw(line, reading, scopes[routed.scope], routed.labels, values)
        intent = snapshot.intents.get(line.id)
        waits_for = intent.scope if retry is not None and intent is not None else None
        confirm = None
        if intent is not None and is_out(intent) and action is Action.FILE:
            confirm = again(intent, scopes.get(intent.scope), now).confirm
        item = line.seen.item
        steps.append(
            Step(
                action=action,
                item=line.id,
                path=line.path,
                line=item.line,
                text=item.text,
                reason=reason,
                scope=routed.scope if routed else waits_for,
                draft=drawn.draft if drawn else None,
                owner=item.owner,
                assignee=drawn.assignee if drawn else None,
                due=drawn.due if drawn else None,
                due_note=drawn.due_note if drawn else "",
                retry_at=retry,
                like=like.seen.item.line if like else None,
                values=values,
                confirm_at=confirm,
                held=held,
            )
        )
    _all_found(known, rules)
    return tuple(steps)


def _all_found(known: Sequence[Known], rules: Rules) -> None:
    missing = (rules.only or frozenset()) - {name for line in known for name in names_of(line)}
    if missing:
        raise NoSuchItem(
            f"{', '.join(sorted(missing))}: no measure is there. `followthrough plan` shows them."
        )


def _admitted(reading: Reading, routed: Routed, view: ScopeView) -> tuple[Action, str]:
    """Whether the tracker can be asked, and may have this document's words."""
    if view.error:
        return Action.WAIT, view.error
    if reading.confidential and not routed.confidential:
        return Action.WAIT, "the document is confidential and no route with `confidential = true` takes it"
    return Action.FILE, ""


class NoSuchItem(Exception):
    """An item was named that no document holds, or not for this: a sentence with the next step."""


def all_names_of(line: Known, snapshot: Snapshot) -> set[str]:
    """What a person may call an item: its id, where it stands, or the key of a ticket of it."""
    return names_of(line) | {ticket.key for ticket in snapshot.tickets_of(line.id)}


def names_of(line: Known) -> set[str]:
    """What a person may call an unfiled item: its id, or where it stands."""
    return {line.id, f"{line.path}:{line.seen.item.line}"}


Verdict = tuple[Action, str, datetime | None]


def _settled(
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


def held_words(hold: Hold) -> str:
    """Why nothing is created in a scope for now, before the time that follows."""
    return {
        HoldReason.BEHIND: f"the ledger went backwards, and {hold.scope} may hold issues it has forgotten",
        HoldReason.REBUILT: f"the ledger was made anew, and {hold.scope} may hold issues it does not know",
        HoldReason.STRANGE: f"{hold.scope} held an issue of ours unknown to the ledger, and may hold more",
    }[hold.reason] + ". Filed after"


def _unsure_words(view: ScopeView) -> str:
    """Why nothing is created anywhere before a scope was listed."""
    why = view.error or "it is listed by the next run that may ask it"
    return f"the ledger has forgotten issues, and {view.name} was not listed since: {why}"


def _judge(
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
    settled = _settled(line, snapshot, scopes, now, by_name=by_name)
    if settled and not (by_name and _overruled(settled, line)):
        return settled
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


def _key(line: Known, snapshot: Snapshot) -> str:
    return " and ".join(ticket.key for ticket in snapshot.tickets_of(line.id))


def _overruled(settled: Verdict, line: Known) -> bool:
    """What naming an item by hand overrules: a question about a new one, and an earlier ``ignore``."""
    action = settled[0]
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


@dataclass(frozen=True, slots=True)
class Cut:
    """Steps after the limits, and the scopes that a brake stops."""

    steps: tuple[Step, ...]
    stopped: Mapping[str, tuple[str, str]]
    """Scope to the brake's code and the sentence that says why."""
    limited: Mapping[str, int]
    """First runs, scope to their limit."""


def cut(
    steps: Sequence[Step],
    snapshot: Snapshot,
    scopes: Mapping[str, ScopeView],
    rules: Rules,
    *,
    confirmed: bool = False,
    filed: Collection[str] = (),
) -> Cut:
    """The first-run limit cuts a scope's plan, the brake stops it, ``limit`` replaces both.

    ``filed`` are scopes that something was filed in before, beside those that ``snapshot`` tells of.
    """
    tried: dict[str, int] = {}
    total: dict[str, int] = {}
    for step in steps:
        if step.action is Action.FILE and step.scope:
            total[step.scope] = total.get(step.scope, 0) + 1
    links = (link for links in snapshot.links.values() for link in links)
    known = {link.scope for link in links if link.relation.ours}
    first = {scope for scope in total if scope not in known and scope not in filed}
    stopped: dict[str, tuple[str, str]] = {}
    limited: dict[str, int] = {}
    for scope, count in total.items():
        view = scopes[scope]
        if view.public and not view.may_publish:
            message = (
                f"{view.place} is public, these postmortems are not known to be. Nothing filed. "
                f"Allow: public = true under [trackers.{scope}]."
            )
            stopped[scope] = "public", message
            continue
        if rules.limit is not None:
            continue
        if scope in first:
            limited[scope] = rules.first_run
        planned = min(count, rules.first_run) if scope in first else count
        if planned > rules.creates and not confirmed:
            message = (
                f"{planned} issues would be created in {scope}, the brake is at {rules.creates}. "
                "Nothing done there."
            )
            stopped[scope] = "creates", message
    result = []
    allowed = rules.limit if rules.limit is not None else rules.first_run
    for step in steps:
        kept = step
        if step.action is Action.FILE and step.scope:
            counted = step.scope if rules.limit is None else ""  # a limit by hand is one for all scopes
            tried[counted] = tried.get(counted, 0) + 1
            if (rules.limit is not None or step.scope in limited) and tried[counted] > allowed:
                kept = replace(step, action=Action.LATER, draft=None, reason="over this run's limit")
        result.append(kept)
    return Cut(tuple(result), stopped, limited)
