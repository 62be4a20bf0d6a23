"""When a create may be sent, and when again: what nobody can know yet, and how long that lasts. Pure.

No tracker tells whether a request without an answer took effect, and its listing may show a new issue
late. So an unanswered create is sent again only after the tracker's waiting time and two complete
listings without its marker; and where the ledger may have forgotten issues of ours, nothing is created
for one waiting time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import HoldReason, Intent, IntentStatus, Relation, Scope
from followthrough.planning.identity import Evidence, Known
from followthrough.planning.readings import ScopeView

APART = timedelta(minutes=1)
"""Two listings nearer than this are one look."""
LOOKS = 2
"""So many complete listings without the marker, after the waiting time, say that nothing was created."""
NO_EFFECT = "No issue came of it: two complete listings after the waiting time show none."
LONGEST = timedelta(hours=12)
"""The waiting time of a scope that is not configured any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What the journal says of the ledger beside it."""

    behind: int = 0
    """The serial it tells of, where the ledger has forgotten commits; else 0."""
    replaced: bool = False
    """It knows a ledger of another name."""
    elsewhere: bool = False
    """The ledger holds more than what it is asked for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A scope in which nothing is created for now; it ends by itself."""

    scope: str
    reason: HoldReason
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Again:
    """What becomes of an item whose create has no answer."""

    wait: datetime | None = None
    """Not sent before then; a time that is past means the next run that lists its tracker."""
    confirm: datetime | None = None
    """Sent once a last listing, no earlier than this, shows no marker either."""


def waiting_time(view: ScopeView | None) -> timedelta:
    """How long an issue may stay unseen in a scope; nothing where the tracker takes our ids."""
    if view is None:
        return LONGEST
    return timedelta() if view.features.idempotent else view.features.settle


def is_out(intent: Intent | None) -> bool:
    """Whether nobody knows what became of a create. A pending one is that of a run that was killed."""
    return intent is not None and intent.status in (IntentStatus.PENDING, IntentStatus.UNKNOWN)


def retry_at(intent: Intent, view: ScopeView | None) -> datetime:
    """When an intent without an answer may be sent again, if the listings show nothing by then."""
    return intent.at + waiting_time(view)


def again(intent: Intent, view: ScopeView | None, now: datetime) -> Again:
    """Whether a create without an answer may be sent again."""
    earliest = retry_at(intent, view)
    if earliest > now:
        return Again(wait=earliest)
    if view is None or view.features.idempotent:
        return Again()
    looks = clean(intent, view)
    if not looks:
        return Again(wait=earliest)
    return Again() if len(looks) >= LOOKS else Again(confirm=looks[-1] + APART)


def clean(intent: Intent, view: ScopeView | None) -> tuple[datetime, ...]:
    """The listings that count: after the waiting time, and apart from each other."""
    looks: list[datetime] = []
    for at in intent.clean_listings:
        if at >= retry_at(intent, view) and (not looks or at >= looks[-1] + APART):
            looks.append(at)
    return tuple(looks)


def looked(intent: Intent, view: ScopeView, at: datetime) -> Intent:
    """The intent after a complete listing of its scope, begun at ``at``, did not show its marker."""
    seen = replace(intent, clean_listings=(*intent.clean_listings, at))
    looks = clean(seen, view)
    return replace(intent, clean_listings=looks) if len(looks) > len(clean(intent, view)) else intent


def listings(snapshot: Snapshot, views: Iterable[ScopeView], now: datetime) -> list[Intent]:
    """The unanswered intents that learnt something from the complete listings just taken.

    One that enough of them do not show took no effect: so that it ends also where its measure was
    ticked or taken out meanwhile, and nothing is sent again.
    """
    changed = []
    taken = {view.name: view for view in views if view.owned is not None and view.error is None}
    for intent in snapshot.intents.values():
        view = taken.get(intent.scope)
        if view is None or not is_out(intent) or view.features.idempotent or _shown(intent.item, view):
            continue
        seen = looked(intent, view, view.listed_at or now)
        if len(seen.clean_listings) >= LOOKS:
            seen = replace(seen, status=IntentStatus.REFUSED, reason=NO_EFFECT, clean_listings=())
        if seen != intent:
            changed.append(seen)
    return changed


def _shown(item: str, view: ScopeView) -> bool:
    return item in (view.owned or ()) or item in view.strangers


def proven(snapshot: Snapshot, views: Iterable[ScopeView], now: datetime) -> list[Scope]:
    """The scopes whose listing shows an issue of ours by its marker: that it is found there is proven."""
    found = []
    for view in views:
        scope = snapshot.scopes.get(view.name, Scope(name=view.name))
        if view.owned and not view.features.idempotent and scope.proven_at is None:
            found.append(replace(scope, proven_at=now))
    return found


def holds(scopes: Mapping[str, Scope], views: Mapping[str, ScopeView], now: datetime) -> dict[str, Hold]:
    """The scopes that are held now, by name."""
    found = {}
    for name, view in views.items():
        known = scopes.get(name)
        if known is None or known.held_since is None or known.held_why is None:
            continue
        until = known.held_since + waiting_time(view)
        if until > now:
            found[name] = Hold(scope=name, reason=known.held_why, since=known.held_since, until=until)
    return found


FORGETFUL = (HoldReason.BEHIND, HoldReason.REBUILT)
"""Reasons that concern all scopes: a measure may have been filed in another one than it would be now."""


def unsure(scopes: Mapping[str, Scope], views: Mapping[str, ScopeView]) -> list[ScopeView]:
    """The scopes that may hold forgotten issues, and were not listed whole since: beside one of them nothing
    is created anywhere.
    """
    held = (name for name, known in scopes.items() if known.held_why in FORGETFUL)
    return [views[name] for name in sorted(held) if name in views and views[name].owned is None]


def listed_since(scopes: Mapping[str, Scope], views: Iterable[ScopeView], now: datetime) -> list[Scope]:
    """The scopes of which a complete listing after the waiting time shows what the ledger had forgotten.

    When it began to wait stays, because it tells late issues from strange ones.
    """
    found = []
    for view in views:
        known = scopes.get(view.name)
        if view.owned is None or known is None or known.held_since is None or known.held_why not in FORGETFUL:
            continue
        if (view.listed_at or now) >= known.held_since + waiting_time(view):
            found.append(replace(known, held_why=None))
    return found


def newly_held(
    before: Snapshot,
    after: Snapshot,
    known: Iterable[Known],
    views: Mapping[str, ScopeView],
    recall: Recall,
    now: datetime,
) -> list[Scope]:
    """The scopes in which the ledger may have forgotten issues, to be held from now on.

    ``before`` is the ledger as it was found, ``after`` with what the trackers have taught since.
    """
    lines = {line.id: line for line in known}
    reasons: dict[str, HoldReason] = {}
    if recall.behind:
        reasons = dict.fromkeys(views, HoldReason.BEHIND)
    elif _is_new(before) and not recall.elsewhere:
        if recall.replaced or _traces(lines.values(), after):
            reasons = dict.fromkeys(views, HoldReason.REBUILT)
    else:
        reasons = dict.fromkeys(_strange(before, after, lines), HoldReason.STRANGE)
    return [
        replace(after.scopes.get(name, Scope(name=name)), held_since=now, held_why=reason)
        for name, reason in sorted(reasons.items())
        if name in views and waiting_time(views[name])
    ]


def _is_new(before: Snapshot) -> bool:
    return not (before.items or before.links or before.intents)


def _traces(lines: Collection[Known], after: Snapshot) -> bool:
    """Whether documents or trackers show that there was a ledger before this one."""
    adopted = (link.relation is Relation.ADOPTED for links in after.links.values() for link in links)
    return any(line.seen.marks for line in lines) or any(adopted)


def _strange(before: Snapshot, after: Snapshot, lines: Mapping[str, Known]) -> set[str]:
    """The scopes with an issue of ours that was found by its marker alone: no intent, no link beside it."""
    found = set()
    for item, links in after.links.items():
        if before.links.get(item) or item in before.intents:
            continue
        line = lines.get(item)
        if line is not None and line.evidence is Evidence.MARK:
            continue  # it came with its document, from whoever filed it
        found |= {
            link.scope
            for link in links
            if link.relation is Relation.ADOPTED and not _waited_for(after, link.scope, link.ticket)
        }
    return found


def _waited_for(after: Snapshot, scope: str, ticket: str) -> bool:
    """Whether an issue is one of those that an earlier hold has been waiting for."""
    known, issue = after.scopes.get(scope), after.tickets.get((scope, ticket))
    since = known.held_since if known else None
    return since is not None and issue is not None and issue.created <= since
