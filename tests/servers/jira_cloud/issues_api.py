"""Creating, reading and changing issues."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from jira_cloud.exchange import Answer, Request, routes
from jira_cloud.model import Issue, Problem, User
from jira_cloud.site import Site
from jira_cloud.values import show, show_status

API = "/rest/api/3"
GONE = "Issue does not exist or you do not have permission to see it."
BULK, FETCH = 50, 100
NAVIGABLE_NOT = frozenset({"description", "issuelinks", "comment"})


def seen(site: Site, ref: str, user: User | None) -> Issue:
    """The issue, for those who may see it."""
    issue = site.find(ref)
    if issue is None or not site.visible(issue, user):
        raise Problem(404, GONE)
    return issue


def chosen(site: Site, wanted: Sequence[str], issue: Issue, default: str) -> list[str]:
    """The ids of the fields that were asked for: ``*all``, ``*navigable``, names, names left out."""
    have = [
        field.id
        for field in site.fields.values()
        if not field.custom or field.id in issue.fields or field.id in issue.type.edit
    ]
    names: list[str] = []
    for name in wanted or [default]:
        if name == "*all":
            names += have
        elif name == "*navigable":
            names += [one for one in have if one not in NAVIGABLE_NOT]
        elif name.startswith("-"):
            names = [one for one in names or have if one != name[1:]]
        elif name in site.fields:
            names.append(name)
    return list(dict.fromkeys(names))


def bean(
    site: Site,
    request: Request,
    issue: Issue,
    fields: Sequence[str],
    properties: Collection[str] = (),
    default: str = "*all",
) -> dict[str, Any]:
    """An issue as it is answered."""
    shown: dict[str, Any] = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": issue.id,
        "self": f"{request.api}/issue/{issue.id}",
        "key": issue.key,
    }
    names = chosen(site, fields, issue, default)
    if names or fields:
        shown["fields"] = {
            name: show(site, request.api, issue, site.fields[name], version=request.version)
            for name in names
            if name in site.fields
        }
    if properties:
        shown["properties"] = {
            key: value for key, value in issue.properties.items() if key in properties or "*all" in properties
        }
    return shown


def made(request: Request, issue: Issue) -> dict[str, Any]:
    return {"id": issue.id, "key": issue.key, "self": f"{request.api}/issue/{issue.id}"}


@routes.on("POST", f"{API}/issue")
def create(site: Site, request: Request) -> Answer:
    issue = site.create(request.known(), request.body, version=request.version)
    return Answer(201, made(request, issue))


@routes.on("POST", f"{API}/issue/bulk")
def create_many(site: Site, request: Request) -> Answer:
    """Each for itself: those that are refused do not keep the others."""
    user = request.known()
    updates = request.body.get("issueUpdates") if isinstance(request.body, dict) else None
    if not updates or len(updates) > BULK:
        words = [f"The number of issues to create has to be between 1 and {BULK}."]
        error = {"status": 400, "elementErrors": {"errorMessages": words, "errors": {}}}
        return Answer(400, {"issues": [], "errors": [error]})
    issues, errors = [], []
    for number, update in enumerate(updates):
        try:
            issues.append(made(request, site.create(user, update, version=request.version)))
        except Problem as problem:
            errors.append({"status": 400, "elementErrors": problem.body, "failedElementNumber": number})
    return Answer(201 if issues else 400, {"issues": issues, "errors": errors})


@routes.on("POST", f"{API}/issue/bulkfetch")
def fetch(site: Site, request: Request) -> Answer:
    """Ids and keys mixed; who is moved is found, who is gone or hidden is left out; in the order of ids."""
    refs = request.body.get("issueIdsOrKeys")
    if not refs or len(refs) > FETCH:
        raise Problem(400, f"Between 1 and {FETCH} issues can be fetched at once.")
    properties = request.body.get("properties") or ()
    if len(properties) > 5:
        raise Problem(400, "At most 5 properties can be asked for.")
    found = {
        issue.id: issue
        for ref in refs
        if (issue := site.find(ref)) is not None and site.visible(issue, request.user)
    }
    fields = request.body.get("fields") or ["*navigable"]
    ordered = sorted(found.values(), key=lambda issue: int(issue.id))
    beans = [bean(site, request, issue, fields, properties) for issue in ordered]
    return Answer(200, {"issueErrors": [], "issues": beans})


@routes.on("GET", f"{API}/issue/{{issueIdOrKey}}")
def read(site: Site, request: Request, ref: str) -> Answer:
    issue = seen(site, ref, request.user)
    return Answer(200, bean(site, request, issue, request.many("fields"), request.many("properties")))


@routes.on("PUT", f"{API}/issue/{{issueIdOrKey}}")
def edit(site: Site, request: Request, ref: str) -> Answer:
    issue = seen(site, ref, request.known())
    site.edit(request.user, issue, request.body, version=request.version)
    if request.one("returnIssue") == "true":
        return Answer(200, bean(site, request, issue, []))
    return Answer(204)


@routes.on("PUT", f"{API}/issue/{{issueIdOrKey}}/assignee")
def assign(site: Site, request: Request, ref: str) -> Answer:
    issue = seen(site, ref, request.known())
    account = request.body.get("accountId")
    site.edit(request.user, issue, {"fields": {"assignee": {"accountId": account} if account else None}})
    return Answer(204)


@routes.on("GET", f"{API}/issue/{{issueIdOrKey}}/properties/{{propertyKey}}")
def read_property(site: Site, request: Request, ref: str, key: str) -> Answer:
    issue = seen(site, ref, request.user)
    if key not in issue.properties:
        raise Problem(404, f"The property {key} does not exist.")
    return Answer(200, {"key": key, "value": issue.properties[key]})


@routes.on("PUT", f"{API}/issue/{{issueIdOrKey}}/properties/{{propertyKey}}")
def set_property(site: Site, request: Request, ref: str, key: str) -> Answer:
    issue = seen(site, ref, request.known())
    if not site.allowed(issue.project, request.user, "EDIT_ISSUES"):
        raise Problem(403, "You do not have permission to edit issues in this project.")
    new = key not in issue.properties
    issue.properties[key] = request.body
    return Answer(201 if new else 200, {})


@routes.on("GET", f"{API}/issue/{{issueIdOrKey}}/transitions")
def transitions(site: Site, request: Request, ref: str) -> Answer:
    issue = seen(site, ref, request.user)
    shown = []
    for move in site.moves(issue, request.user):
        if request.one("transitionId", move.id) != move.id:
            continue
        entry: dict[str, Any] = {
            "id": move.id,
            "name": move.name,
            "to": show_status(request.api, issue.type.workflow.status(move.to)),
            "hasScreen": bool(move.screen),
            "isGlobal": move.sources is None,
            "isInitial": False,
            "isAvailable": True,
            "isConditional": False,
            "looped": False,
        }
        if "transitions.fields" in request.one("expand"):
            entry["fields"] = {
                name: field_shape(site, issue.project.security, name, required=name in move.required)
                for name in move.screen
            }
        shown.append(entry)
    return Answer(200, {"expand": "transitions", "transitions": shown})


def field_shape(
    site: Site,
    security: dict[str, str],
    name: str,
    *,
    required: bool,
    components: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What a screen says of a field."""
    field = site.fields[name]
    schema: dict[str, Any] = {"type": field.type}
    if field.items:
        schema["items"] = field.items
    if field.custom:
        schema |= {"custom": field.custom, "customId": int(name.partition("_")[2])}
    else:
        schema["system"] = name
    shape: dict[str, Any] = {
        "required": required,
        "schema": schema,
        "name": field.name,
        "key": name,
        "hasDefaultValue": field.has_default,
        "operations": ["add", "set", "remove"] if field.type == "array" else ["set"],
    }
    options: Sequence[tuple[str, str]] = field.options
    if name == "components":
        options = tuple((components or {}).items())
    if name == "security":
        options = tuple(security.items())
    if options:
        word = "value" if field.custom else "name"
        shape["allowedValues"] = [{"id": id, word: value} for id, value in options]
    return shape


@routes.on("POST", f"{API}/issue/{{issueIdOrKey}}/transitions")
def transition(site: Site, request: Request, ref: str) -> Answer:
    issue = seen(site, ref, request.known())
    site.transition(request.user, issue, request.body, version=request.version)
    return Answer(204)


@routes.on("POST", f"{API}/issue/{{issueIdOrKey}}/remotelink")
def link(site: Site, request: Request, ref: str) -> Answer:
    """An upsert by ``globalId``; what is not given is emptied."""
    issue = seen(site, ref, request.known())
    if not site.allowed(issue.project, request.user, "LINK_ISSUES"):
        raise Problem(403, "No Link Issue Permission for issue.")
    known = request.body.get("globalId")
    if known is not None and len(known) > 255:
        raise Problem(400, globalId="The globalId is longer than 255 characters.")
    if not all(request.body.get("object", {}).get(name) for name in ("url", "title")):
        raise Problem(400, object="'url' and 'title' are required.")
    old = issue.remote_links.get(known) if known else None
    number = old["id"] if old else 30_000 + sum(len(one.remote_links) for one in site.issues.values())
    issue.remote_links[known or f"#{number}"] = {**request.body, "id": number}
    site.touch(issue)
    self_link = f"{request.api}/issue/{issue.key}/remotelink/{number}"
    return Answer(200 if old else 201, {"id": number, "self": self_link})


@routes.on("GET", f"{API}/issue/{{issueIdOrKey}}/remotelink")
def links(site: Site, request: Request, ref: str) -> Answer:
    issue = seen(site, ref, request.user)
    shown = [
        {**one, "self": f"{request.api}/issue/{issue.key}/remotelink/{one['id']}"}
        for one in issue.remote_links.values()
    ]
    wanted = request.one("globalId")
    if not wanted:
        return Answer(200, shown)
    for one in shown:
        if one.get("globalId") == wanted:
            return Answer(200, one)
    raise Problem(404, "There is no such remote link.")
