"""What could be moved: tickets on one machine, once their route leads to a tracker that all can open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from followthrough.ledger.interface import Snapshot
from followthrough.planning.filing import Route, Value
from followthrough.planning.identity import Known
from followthrough.planning.plan import Move
from followthrough.planning.readings import Reading, ScopeView


def moves(
    known: Sequence[Known],
    readings: Mapping[str, Reading],
    snapshot: Snapshot,
    scopes: Mapping[str, ScopeView],
    *,
    value: Value,
    route: Route,
) -> tuple[Move, ...]:
    """Open tickets that not everybody can open, where the route leads to a tracker that is for all by now.

    Only offered: a person moves them.
    """
    found: list[Move] = []
    if all(view.features.reach for view in scopes.values()):
        return ()  # there is none that everybody can open
    for line in known:
        old = snapshot.ticket_of(line.id)
        own = [link for link in snapshot.links.get(line.id, ()) if link.relation.ours]
        if line.trouble is not None or old is None or old.state.closed or old.missing_since or len(own) != 1:
            continue
        home, reading = scopes.get(old.scope), readings[line.path]
        if own[0].ticket != old.id or home is None or not home.features.reach:
            continue
        routed = route(line, reading, value(line, reading))
        view = scopes[routed.scope]
        private = reading.confidential and not routed.confidential
        if not (view.features.reach or private or (view.public and not view.may_publish)):
            found.append(
                Move(
                    item=line.id,
                    key=old.key,
                    path=line.path,
                    line=line.seen.item.line,
                    source=old.scope,
                    scope=routed.scope,
                )
            )
    return tuple(found)
