"""What becomes of each measure: filed, kept, waiting, asked about; with the ticket as it would be filed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from followthrough.connector import Draft
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import EMPTY, HoldReason
from followthrough.planning.earlier import Earlier
from followthrough.planning.identity import Known
from followthrough.planning.plan import Action, Step
from followthrough.planning.protocol import Hold, again, is_out
from followthrough.planning.readings import Reading, ScopeView
from followthrough.planning.rules import NoSuchItem, Rules, all_names_of, names_of
from followthrough.planning.verdicts import judged, settled
from followthrough.policy.due import Due
from followthrough.policy.effective import Effective
from followthrough.tickets import LABELS, Assignee


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
    """One step an item, in the order of the documents. Limits are applied afterwards, in :mod:`.limits`.

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
            action, reason, retry = settled(line, snapshot, scopes, now) or (Action.SKIP, "not named", None)
        else:
            action, reason, retry = judged(line, reading, snapshot, scopes, rules, earlier, now)
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


def _key(line: Known, snapshot: Snapshot) -> str:
    return " and ".join(ticket.key for ticket in snapshot.tickets_of(line.id))
