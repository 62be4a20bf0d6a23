"""Who we are, what the site is, which fields a screen has, and what we may."""

from __future__ import annotations

from typing import Any

from jira_cloud.exchange import Answer, Request, page, routes
from jira_cloud.issues_api import API, field_shape
from jira_cloud.model import ALL_PERMISSIONS, WIDE_PERMISSIONS, IssueType, Problem, Project, User
from jira_cloud.site import Site
from jira_cloud.standard import PRIORITIES, RESOLUTIONS
from jira_cloud.values import show_status, show_user, stamp


@routes.on("GET", "/_edge/tenant_info")
def tenant(site: Site, request: Request) -> Answer:
    return Answer(200, {"cloudId": site.cloud_id})


@routes.on("GET", f"{API}/serverInfo")
def server_info(site: Site, request: Request) -> Answer:
    return Answer(
        200,
        {
            "baseUrl": request.base,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100284,
            "buildDate": "2026-11-20T10:00:00.000+0000",
            "serverTime": stamp(site.clock.now()),
            "scmInfo": "0",
            "serverTitle": "Jira",
            "serverTimeZone": "UTC",
        },
    )


@routes.on("GET", f"{API}/myself")
def myself(site: Site, request: Request) -> Answer:
    return Answer(200, {**show_user(request.api, request.known()), "locale": "en_US"})


def seen(site: Site, request: Request, ref: str) -> Project:
    """The project, for those who may look at it."""
    project = site.project(ref)
    if project is None or not site.allowed(project, request.user, "BROWSE_PROJECTS"):
        raise Problem(404, f"No project could be found with key '{ref}'.")
    return project


def _type(request: Request, kind: IssueType) -> dict[str, Any]:
    return {
        "self": f"{request.api}/issuetype/{kind.id}",
        "id": kind.id,
        "description": "",
        "iconUrl": f"{request.base}/images/{kind.id}.png",
        "name": kind.name,
        "subtask": kind.subtask,
        "hierarchyLevel": kind.level,
    }


@routes.on("GET", f"{API}/project/{{projectIdOrKey}}")
def project(site: Site, request: Request, ref: str) -> Answer:
    found = seen(site, request, ref)
    body = {
        "self": f"{request.api}/project/{found.id}",
        "id": found.id,
        "key": found.key,
        "name": found.name,
        "issueTypes": [_type(request, kind) for kind in found.types],
        "components": [
            {"self": f"{request.api}/component/{id}", "id": id, "name": name}
            for id, name in found.components.items()
        ],
        "projectTypeKey": "software",
        "simplified": found.style == "next-gen",
        "style": found.style,
        "isPrivate": not found.public,
        "properties": {},
    }
    return Answer(200, body)


@routes.on("GET", f"{API}/project/{{projectIdOrKey}}/statuses")
def statuses(site: Site, request: Request, ref: str) -> Answer:
    found = seen(site, request, ref)
    return Answer(
        200,
        [
            {
                "self": f"{request.api}/issuetype/{kind.id}",
                "id": kind.id,
                "name": kind.name,
                "subtask": kind.subtask,
                "statuses": [show_status(request.api, status) for status in kind.workflow.statuses],
            }
            for kind in found.types
        ],
    )


@routes.on("GET", f"{API}/project/{{projectIdOrKey}}/components")
def components(site: Site, request: Request, ref: str) -> Answer:
    found = seen(site, request, ref)
    return Answer(
        200,
        [
            {"self": f"{request.api}/component/{id}", "id": id, "name": name}
            for id, name in found.components.items()
        ],
    )


@routes.on("GET", f"{API}/issue/createmeta/{{projectIdOrKey}}/issuetypes")
def create_types(site: Site, request: Request, ref: str) -> Answer:
    found = seen(site, request, ref)
    may = site.allowed(found, request.user, "CREATE_ISSUES")
    types = [_type(request, kind) for kind in found.types] if may else []
    shown = page(types, request)
    return Answer(200, {**shown, "issueTypes": shown.pop("items")})


@routes.on("GET", f"{API}/issue/createmeta/{{projectIdOrKey}}/issuetypes/{{issueTypeId}}")
def create_fields(site: Site, request: Request, ref: str, type_id: str) -> Answer:
    found = seen(site, request, ref)
    kind = next((kind for kind in found.types if kind.id == type_id), None)
    if kind is None or not site.allowed(found, request.user, "CREATE_ISSUES"):
        raise Problem(400, "The issue kind is not valid for this project.")
    fields = [
        {
            "fieldId": name,
            **field_shape(site, found.security, name, required=required, components=found.components),
        }
        for name, required in site.create_screen(found, kind, request.user).items()
    ]
    shown = page(fields, request)
    return Answer(200, {**shown, "fields": shown.pop("items")})


@routes.on("GET", f"{API}/mypermissions")
def permissions(site: Site, request: Request) -> Answer:
    wanted = request.many("permissions")
    if not wanted:
        raise Problem(400, "The 'permissions' query parameter is required.")
    if unknown := [one for one in wanted if one not in ALL_PERMISSIONS | WIDE_PERMISSIONS]:
        raise Problem(400, f"Unrecognized permission(s): {', '.join(unknown)}")
    ref = request.one("projectKey") or request.one("projectId")
    issue = request.one("issueKey") or request.one("issueId")
    if ref:
        place: Project | None = seen(site, request, ref)
    else:
        found = site.find(issue) if issue else None
        place = found.project if found else None
    shown = {
        name: {
            "id": str(number),
            "key": name,
            "name": name.replace("_", " ").title(),
            "type": "PROJECT",
            "description": "",
            "havePermission": place is not None and site.allowed(place, request.user, name),
        }
        for number, name in enumerate(wanted)
    }
    return Answer(200, {"permissions": shown})


@routes.on("GET", f"{API}/field")
def fields(site: Site, request: Request) -> Answer:
    shown = []
    for field in site.fields.values():
        schema = field_shape(site, {}, field.id, required=False)["schema"]
        shown.append(
            {
                "id": field.id,
                "key": field.id,
                "name": field.name,
                "custom": bool(field.custom),
                "orderable": True,
                "navigable": True,
                "searchable": True,
                "clauseNames": [field.id],
                "schema": schema,
            }
        )
    return Answer(200, shown)


@routes.on("GET", f"{API}/priority")
def priorities(site: Site, request: Request) -> Answer:
    request.known()
    return Answer(200, [_priority(request, id, name) for id, name in PRIORITIES])


@routes.on("GET", f"{API}/priority/search")
def priority_page(site: Site, request: Request) -> Answer:
    request.known()
    shown = page([_priority(request, id, name) for id, name in PRIORITIES], request)
    items = shown.pop("items")
    return Answer(200, {**shown, "values": items, "isLast": shown["startAt"] + len(items) >= shown["total"]})


def _priority(request: Request, id: str, name: str) -> dict[str, Any]:
    return {
        "self": f"{request.api}/priority/{id}",
        "statusColor": "#d04437",
        "description": "",
        "iconUrl": f"{request.base}/images/priority/{id}.svg",
        "name": name,
        "id": id,
        "isDefault": id == "3",
    }


@routes.on("GET", f"{API}/resolution")
def resolutions(site: Site, request: Request) -> Answer:
    request.known()
    return Answer(
        200,
        [
            {"self": f"{request.api}/resolution/{id}", "id": id, "description": "", "name": name}
            for id, name in RESOLUTIONS
        ],
    )


@routes.on("GET", f"{API}/status")
def all_statuses(site: Site, request: Request) -> Answer:
    request.known()
    found = {
        status.id: status
        for project in site.projects.values()
        for kind in project.types
        for status in kind.workflow.statuses
    }
    return Answer(200, [show_status(request.api, status) for status in found.values()])


@routes.on("GET", f"{API}/issueLinkType")
def link_types(site: Site, request: Request) -> Answer:
    kinds = (
        ("10002", "Duplicate", "is duplicated by", "duplicates"),
        ("10000", "Blocks", "is blocked by", "blocks"),
    )
    shown = [
        {
            "id": id,
            "name": name,
            "inward": inward,
            "outward": outward,
            "self": f"{request.api}/issueLinkType/{id}",
        }
        for id, name, inward, outward in kinds
    ]
    return Answer(200, {"issueLinkTypes": shown})


def _matching(users: list[User], request: Request) -> list[User]:
    wanted, account = request.one("query").casefold(), request.one("accountId")
    found = []
    for user in users:
        # A hidden e-mail address is found by whoever knows it whole.
        known = user.email_visible and wanted in user.email.casefold()
        names = [*user.name.casefold().split(), user.name.casefold()]
        by_words = known or wanted == user.email.casefold() or any(n.startswith(wanted) for n in names)
        if (account and user.id == account) or (not account and by_words):
            found.append(user)
    start, size = request.number("startAt", 0), request.number("maxResults", 50)
    return found[start : start + size]


@routes.on("GET", f"{API}/user/search")
def users(site: Site, request: Request) -> Answer:
    request.known()
    if not request.one("query") and not request.one("accountId"):
        raise Problem(400, "Either query, accountId or property has to be given.")
    found = _matching(list(site.users.values()), request)
    return Answer(200, [show_user(request.api, user) for user in found])


@routes.on("GET", f"{API}/user/assignable/search")
def assignable(site: Site, request: Request) -> Answer:
    """Only those who are active and may be assigned issues of the project."""
    request.known()
    issue = site.find(request.one("issueKey") or request.one("issueId"))
    ref = request.one("project") or (issue.project.key if issue else "")
    if not ref:
        raise Problem(400, "Either project or issueKey has to be given.")
    place = seen(site, request, ref)
    can = [user for user in site.users.values() if site.assignable(place, user.id)]
    return Answer(200, [show_user(request.api, user) for user in _matching(can, request)])


@routes.on("GET", f"{API}/user")
def user(site: Site, request: Request) -> Answer:
    request.known()
    found = site.users.get(request.one("accountId"))
    if found is None:
        raise Problem(404, "The user does not exist or you do not have permission to view it.")
    return Answer(200, show_user(request.api, found))
