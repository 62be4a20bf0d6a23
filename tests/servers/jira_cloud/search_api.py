"""Searching: tokens instead of offsets, no total, and an index that is behind."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from jira_cloud.exchange import Answer, Request, routes
from jira_cloud.issues_api import API, bean
from jira_cloud.jql import ORDERS, parse
from jira_cloud.model import Face, Issue, Problem, User
from jira_cloud.site import Site

PAGE, LARGE_PAGE, DEFAULT = 100, 5_000, 50
RECONCILED = 50


@routes.on("POST", f"{API}/search/jql")
def post(site: Site, request: Request) -> Answer:
    return answer(site, request, request.body)


@routes.on("GET", f"{API}/search/jql")
def get(site: Site, request: Request) -> Answer:
    wanted: dict[str, Any] = {
        "jql": request.one("jql"),
        "nextPageToken": request.one("nextPageToken"),
        "maxResults": request.number("maxResults", DEFAULT),
        "fields": request.many("fields"),
        "properties": request.many("properties"),
        "reconcileIssues": [int(one) for one in request.many("reconcileIssues")],
    }
    return answer(site, request, wanted)


@routes.on("GET", f"{API}/search")
@routes.on("POST", f"{API}/search")
def removed(site: Site, request: Request) -> Answer:
    raise Problem(
        410, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
    )


@routes.on("POST", f"{API}/search/approximate-count")
def count(site: Site, request: Request) -> Answer:
    return Answer(200, {"count": len(search(site, request.user, request.body["jql"]))})


def answer(site: Site, request: Request, wanted: dict[str, Any]) -> Answer:
    """One page. A token goes on where the last page ended, whatever came in between."""
    query, fields = str(wanted.get("jql") or ""), wanted.get("fields") or ["id"]
    properties = wanted.get("properties") or ()
    fresh = [str(one) for one in wanted.get("reconcileIssues") or ()]
    if len(properties) > 5 or len(fresh) > RECONCILED:
        raise Problem(400, "Too many properties or issues to reconcile.")
    lean = {*fields} <= {"id", "key"} and not properties
    size = max(1, min(int(wanted.get("maxResults") or DEFAULT), LARGE_PAGE if lean else PAGE))
    found = search(site, request.user, query, fresh)
    start = _after(wanted.get("nextPageToken"), query, [issue.id for issue in found])
    part = found[start : start + size]
    body: dict[str, Any] = {
        "issues": [bean(site, request, issue, fields, properties) for issue in part],
        "isLast": start + size >= len(found),
    }
    for shown in body["issues"]:
        if [*fields] == ["id"]:
            for name in ("key", "self", "expand", "fields"):
                shown.pop(name, None)
    if not body["isLast"]:
        body["nextPageToken"] = _token(query, part[-1].id, start + size)
    return Answer(200, body)


def _token(query: str, last: str, at: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([query, last, at]).encode()).decode()


def _after(token: Any, query: str, ids: list[str]) -> int:
    if not token:
        return 0
    try:
        asked, last, at = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise Problem(400, "The provided next page token is invalid or expired.") from error
    if asked != query:
        raise Problem(400, "The provided next page token belongs to another query.")
    return ids.index(last) + 1 if last in ids else int(at)


def search(site: Site, user: User | None, jql: str, fresh: Sequence[str] = ()) -> list[Issue]:
    """The issues that a query finds among what the index has by now; ``fresh`` ids are reconciled."""
    query = parse(jql, site, user)
    found: list[tuple[Issue, Face]] = []
    for issue in site.issues.values():
        face = _indexed(site, issue, fresh)
        if face is not None and site.visible(issue, user) and query.test(issue, face):
            found.append((issue, face))
    found.sort(key=lambda pair: int(pair[0].id), reverse=True)
    for field, turned in reversed(query.order):
        found.sort(key=lambda pair: ORDERS[field](*pair), reverse=turned)
    return [issue for issue, _ in found]


def _indexed(site: Site, issue: Issue, fresh: Sequence[str]) -> Face | None:
    if issue.id in fresh:
        return issue.faces[-1]
    seen = site.clock.now() - site.lag_of.get(issue.id, site.lag)
    return next((face for face in reversed(issue.faces) if face.at <= seen), None)
