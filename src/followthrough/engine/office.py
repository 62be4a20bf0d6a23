"""What the settings say of people, services, routes and policy, in the form in which planning asks."""

from __future__ import annotations

from followthrough.engine.job import Office
from followthrough.planning.filing import Routed
from followthrough.planning.identity import Known
from followthrough.planning.readings import Reading
from followthrough.settings import Settings, account, is_team, labels_of, person, route, team_of
from followthrough.tickets import Assignee


def office_of(settings: Settings) -> Office:
    """The settings' answers; without any, everything goes to the default tracker and nobody is assigned."""

    def routed(line: Known, reading: Reading) -> Routed:
        item, incident = line.seen.item, reading.incident
        kind = item.kind.value if item.kind else None
        team = incident.team or team_of(settings, incident.services)
        found = route(
            settings, kind, incident.severity, incident.services, team, confidential=reading.confidential
        )
        scope = found.tracker if found else settings.default_scope()
        templates = found.labels if found and found.labels is not None else settings.scopes()[scope].labels
        values = {
            "kind": _known(kind),
            "severity": _known(incident.severity),
            "service": incident.services,
            "team": _known(team),
            "priority": _known(item.priority),
        }
        return Routed(scope, labels_of(templates, values), bool(found and found.confidential))

    def assign(words: str, scope: str) -> Assignee:
        tracker = settings.scopes()[scope]
        found = person(settings, words)
        if found is None:
            note = "is a team" if is_team(settings, words) else "is not in [people]"
            team = words if is_team(settings, words) else None
            return Assignee(note=note if settings.people else None, team=team)
        name = account(found, scope, tracker.kind)
        if name is None:
            return Assignee(note=f"has no account for {scope} in [people]", team=found.team)
        return Assignee(account=name if tracker.assign == "new" else None, team=found.team)

    targets = {name.casefold(): allowed for name, allowed in settings.policy.due.items()}
    return Office(targets=targets, route=routed, assign=assign)


def _known(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
