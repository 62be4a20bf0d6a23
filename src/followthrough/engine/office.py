"""What the settings say of people, services, routes and policy, in the form in which planning asks."""

from __future__ import annotations

from functools import cache

from followthrough.engine.job import Office
from followthrough.planning.filing import Routed
from followthrough.planning.identity import Known
from followthrough.planning.readings import Reading
from followthrough.policy.effective import Effective, Fact, Fallbacks, Origin, Teams
from followthrough.settings import (
    Settings,
    account,
    address,
    is_team,
    labels_of,
    person,
    person_at,
    route,
    team_named,
    team_of,
)
from followthrough.tickets import Assignee


def office_of(settings: Settings) -> Office:
    """The settings' answers; without any, everything goes to the default tracker and nobody is assigned."""

    def routed(_line: Known, reading: Reading, values: Effective) -> Routed:
        incident = reading.incident
        kind, team, priority = (
            fact.value if fact else None for fact in (values.kind, values.team, values.priority)
        )
        found = route(
            settings, kind, incident.severity, incident.services, team, confidential=reading.confidential
        )
        scope = found.tracker if found else settings.default_scope()
        templates = found.labels if found and found.labels is not None else settings.scopes()[scope].labels
        names = {
            "kind": _known(kind),
            "severity": _known(incident.severity),
            "service": incident.services,
            "team": _known(team),
            "priority": _known(priority),
        }
        return Routed(scope, labels_of(templates, names), bool(found and found.confidential))

    def assign(words: str, scope: str) -> Assignee:
        found = person(settings, words)
        email = address(words, found)
        if found is None:
            team = is_team(settings, words)
            note = "is a team" if team else "is not in [people]"
            return Assignee(note=note if settings.people else None, team=team, email=email)
        name = account(found, scope, settings.scopes()[scope].kind)
        lacking = None if name else f"has no account for {scope} in [people]"
        return Assignee(account=name, note=lacking, email=email)

    fallbacks = Fallbacks(targets=settings.policy.targets, team=_teams(settings))
    return Office(fallbacks=fallbacks, route=routed, assign=assign)


def _teams(settings: Settings) -> Teams:
    @cache
    def team(owner: str | None, scope: str | None, services: tuple[str, ...]) -> Fact[str] | None:
        if owner and (named := team_named(settings, owner)):
            return Fact(named, Origin.DOCUMENT)
        tracker = settings.scopes().get(scope or "")
        found = person(settings, owner) if owner else None
        if owner and found is None and scope and tracker:
            found = person_at(settings, owner, scope, tracker.kind)
        mapped = (found.team if found else None) or team_of(settings, services)
        return Fact(mapped, Origin.MAPPING) if mapped else None

    return lambda owner, scope, services: team(owner, scope, tuple(services))


def _known(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
