"""How much is filed at once: the limit of a first run, the brake, the limit given by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from followthrough.ledger.interface import Snapshot
from followthrough.planning.plan import Action, Step
from followthrough.planning.readings import ScopeView
from followthrough.planning.rules import Rules


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
