"""The REST API: issues, and what a client needs to know around them.

What is dropped and refused: docs.github.com, "Create an issue", "Update an issue".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from github_site import pictures
from github_site.site import Issue, Repository, Site
from serving import Answer, Problem, Request, Routes

__all__ = ["Caller", "routes"]

routes = Routes()
T = TypeVar("T")
TITLE, BODY = 256, 65_536


class Caller(Protocol):
    """Who asks, and where."""

    site: Site
    base: str
    login: str


Handler = Callable[..., Answer]


def not_found() -> Problem:
    return Problem(
        404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}
    )


def invalid(field: str, code: str = "invalid", **more: Any) -> Problem:
    error = {"resource": "Issue", "field": field, "code": code, **more}
    return Problem(422, {"message": "Validation Failed", "errors": [error], "status": "422"})


def forbidden(message: str) -> Problem:
    return Problem(
        403, {"message": message, "documentation_url": "https://docs.github.com/rest", "status": "403"}
    )


def there(caller: Caller, request: Request, owner: str, name: str) -> Repository:
    """The repository, if this account sees it. Raises a redirect for one that was renamed."""
    old = f"{owner}/{name}".lower()
    new = caller.site.renamed.get(old)
    repository = caller.site.repository(new or old)
    if repository is None or not repository.may_see(caller.login):
        raise not_found()
    if new is not None:
        rest = request.path.removeprefix(f"/repos/{owner}/{name}")
        location = f"{caller.base}/repositories/{repository.id}{rest}"
        status = 301 if request.method == "GET" else 307
        raise Problem(status, {"message": "Moved Permanently", "url": location}, {"Location": location})
    return repository


def by_name(caller: Caller, path: str) -> str:
    """The path of what a redirect names by the repository's id."""
    id, _, rest = path.removeprefix("/repositories/").partition("/")
    for one in caller.site.repositories.values():
        if str(one.id) == id and one.may_see(caller.login):
            return f"/repos/{one.name}/{rest}".rstrip("/")
    raise not_found()


@routes.on("GET", "/user")
def user(caller: Caller, _request: Request) -> Answer:
    if caller.login.endswith("[bot]"):
        raise forbidden("Resource not accessible by integration")
    return Answer(body=pictures.me(caller.base, caller.login))


@routes.on("GET", "/rate_limit")
def rate_limit(_caller: Caller, _request: Request) -> Answer:
    one = {"limit": 5000, "remaining": 4990, "reset": 1_800_000_000, "used": 10}
    return Answer(body={"resources": {"core": one, "search": one, "graphql": one}, "rate": one})


@routes.on("GET", "/repos/{owner}/{repo}")
def repository(caller: Caller, request: Request, owner: str, name: str) -> Answer:
    return Answer(body=pictures.repository(caller.base, there(caller, request, owner, name), caller.login))


@routes.on("GET", "/repos/{owner}/{repo}/assignees")
def assignees(caller: Caller, request: Request, owner: str, name: str) -> Answer:
    shown, headers = _paged(caller, request, list(there(caller, request, owner, name).rights))
    return Answer(body=[pictures.user(caller.base, login) for login in shown], headers=headers)


@routes.on("GET", "/repos/{owner}/{repo}/assignees/{assignee}")
def assignee(caller: Caller, request: Request, owner: str, name: str, login: str) -> Answer:
    if login not in there(caller, request, owner, name).rights:
        raise not_found()
    return Answer(204)


@routes.on("GET", "/repos/{owner}/{repo}/milestones")
def milestones(caller: Caller, request: Request, owner: str, name: str) -> Answer:
    one = there(caller, request, owner, name)
    shown, headers = _paged(caller, request, list(one.milestones))
    return Answer(body=[pictures.milestone(caller.base, one, number) for number in shown], headers=headers)


@routes.on("GET", "/repos/{owner}/{repo}/labels")
def labels(caller: Caller, request: Request, owner: str, name: str) -> Answer:
    one = there(caller, request, owner, name)
    shown, headers = _paged(caller, request, sorted(one.labels))
    return Answer(body=[pictures.label(caller.base, one, label) for label in shown], headers=headers)


@routes.on("GET", "/repos/{owner}/{repo}/issues")
def listed(caller: Caller, request: Request, owner: str, name: str) -> Answer:
    return _list(caller, request, there(caller, request, owner, name))


def _list(caller: Caller, request: Request, one: Repository) -> Answer:
    now = caller.site.clock.now()
    state, order = request.one("state", "open"), request.one("sort", "created")
    since = request.one("since")
    found = [
        issue
        for issue in one.issues.values()
        if (issue.listed_from or now) <= now
        and state in ("all", issue.state)
        and (not since or issue.updated.replace(microsecond=0) >= datetime.fromisoformat(since))
        and request.one("creator", issue.user) == issue.user
    ]
    found.sort(
        key=lambda issue: (getattr(issue, order), issue.number),
        reverse=request.one("direction", "desc") == "desc",
    )
    on_page, headers = _paged(caller, request, found)
    shown = [pictures.issue(caller.base, issue) for issue in on_page]
    tag = f'W/"{hashlib.sha256(json.dumps(shown).encode()).hexdigest()}"'
    if request.header("If-None-Match") == tag:
        return Answer(304, headers={"ETag": tag})
    return Answer(body=shown, headers={"ETag": tag, **headers})


def _paged(caller: Caller, request: Request, found: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """What stands on the page that is asked for, and the header that names the next one."""
    size, page = int(request.one("per_page", "30")), int(request.one("page", "1"))
    headers = {}
    if page * size < len(found):
        query = "&".join(f"{key}={value[0]}" for key, value in request.query.items() if key != "page")
        headers["Link"] = f'<{caller.base}{request.path}?{query}&page={page + 1}>; rel="next"'
    return found[(page - 1) * size : page * size], headers


@routes.on("POST", "/repos/{owner}/{repo}/issues")
def create(caller: Caller, request: Request, owner: str, name: str) -> Answer:
    return _create(caller, request.body, there(caller, request, owner, name))


def _create(caller: Caller, body: Any, one: Repository) -> Answer:
    if not one.has_issues:
        raise Problem(410, {"message": "Issues has been disabled in this repository.", "status": "410"})
    if one.archived:
        raise forbidden("Repository was archived so is read-only.")
    if caller.login not in one.rights and one.private:
        raise forbidden("Resource not accessible by personal access token")
    fields = _fields(caller, body, one)
    title = fields.pop("title", "")
    if not title.strip():
        raise invalid("title", "missing_field")
    made = caller.site.add(one, caller.login, title, fields.pop("body", None), **fields)
    return Answer(201, pictures.issue(caller.base, made))


def _fields(caller: Caller, body: Any, one: Repository) -> dict[str, Any]:
    """The fields of a create or change; what this account may not set is left away without a word."""
    if len(body.get("title", "")) > TITLE:
        raise invalid("title", "custom", message=f"title is too long (maximum is {TITLE} characters)")
    if len(body.get("body") or "") > BODY:
        raise invalid("body", "custom", message=f"body is too long (maximum is {BODY} characters)")
    fields = {name: body[name] for name in ("title", "body") if name in body}
    rights = one.rights.get(caller.login)
    known = {label.lower() for label in one.labels}
    if rights != "push" and {label.lower() for label in body.get("labels", ())} - known:
        raise forbidden("You do not have permission to create labels on this repository.")
    if rights not in ("push", "triage"):
        return fields
    wrong = [login for login in body.get("assignees", ()) if login not in one.rights]
    if wrong:
        raise invalid("assignees", value=wrong)
    if body.get("milestone") is not None and body["milestone"] not in one.milestones:
        raise invalid("milestone")
    return fields | {
        name: body[name] for name in ("labels", "assignees", "milestone", "type") if name in body
    }


@routes.on("GET", "/repos/{owner}/{repo}/issues/{issue_number}")
def issue(caller: Caller, request: Request, owner: str, name: str, number: str) -> Answer:
    return Answer(body=pictures.issue(caller.base, _one(caller, there(caller, request, owner, name), number)))


@routes.on("PATCH", "/repos/{owner}/{repo}/issues/{issue_number}")
def change(caller: Caller, request: Request, owner: str, name: str, number: str) -> Answer:
    one = there(caller, request, owner, name)
    found = _one(caller, one, number)
    if not one.may_push(caller.login) and found.user != caller.login:
        raise forbidden("Must have push access to update this issue.")
    fields = _fields(caller, request.body, one)
    state = request.body.get("state")
    if state == "closed" and found.state == "open":
        reason = request.body.get("state_reason") or "completed"
        fields |= {"state": "closed", "reason": reason, "closed": caller.site.clock.now()}
    if state == "open" and found.state == "closed":
        fields |= {"state": "open", "reason": "reopened", "closed": None, "duplicate_of": None}
    one.labels |= set(fields.get("labels", ()))
    caller.site.edit(found, **fields)
    return Answer(body=pictures.issue(caller.base, found))


def _one(caller: Caller, one: Repository, number: str) -> Issue:
    """An issue, if this account sees it. Raises 301 for a transferred one, 410 for a deleted one."""
    wanted = int(number)
    if wanted in one.hidden:
        raise not_found()
    if wanted in one.moved:
        new = one.moved[wanted]
        if not new.repository.may_see(caller.login):
            raise not_found()
        location = f"{caller.base}/repositories/{new.repository.id}/issues/{new.number}"
        raise Problem(301, {"message": "Moved Permanently", "url": location}, {"Location": location})
    if wanted in one.gone:
        raise Problem(410, {"message": "This issue was deleted", "status": "410"})
    if wanted not in one.issues:
        raise not_found()
    return one.issues[wanted]
