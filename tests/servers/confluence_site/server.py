"""The site behind a socket, as Cloud or as Data Center."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from confluence_site.cql import search
from confluence_site.model import Page
from confluence_site.site import Site
from confluence_site.storage import fault
from serving import Answer, Front, Problem, Request, Routes
from serving.orders import Orders

routes = Routes()
MOST_BODIES, MOST = 50, 200
"""What one answer to a search holds, with bodies and without."""


class Server(Front):
    """Serves a site. ``cloud`` says which; the other answers 404 to what it does not have."""

    def __init__(
        self, site: Site | None = None, *, cloud: bool = True, context: str = "", **how: Any
    ) -> None:
        super().__init__(**how)
        self.site = site or Site()
        self.cloud = cloud
        self.context = context
        """The path that a Data Center lies below."""
        self.orders = Orders()
        self.broken: Callable[[Request], Answer | None] = lambda _request: None
        """Asked before everything else; what it gives is the answer."""
        self.oauth = False
        """Whether the login is one for which v1 has no pages any more."""
        self.most = MOST
        self.who = ""

    @property
    def address(self) -> str:
        """Where people open it."""
        return f"{self.url}{'/wiki' if self.cloud else self.context}"

    def answered(self, request: Request) -> Answer:
        refused = self.broken(request) or self.orders.met(request)
        if refused is not None:
            return refused
        request.path = request.path.removeprefix("/ex/confluence/cloud-1")
        home = "/wiki" if self.cloud else self.context
        if not request.path.startswith(f"{home}/"):
            raise Problem(404, {"message": "Not Found"})
        request.path = request.path.removeprefix(home)
        if request.path.startswith("/api/v2") and not self.cloud:
            raise Problem(404, {"message": "null for uri"})
        self.who = self._user(request)
        handler, arguments = routes.find(request)
        return handler(self, request, *arguments)

    def _user(self, request: Request) -> str:
        kind, _, value = request.header("Authorization").partition(" ")
        email = ""
        if kind == "Basic":
            email, _, value = base64.b64decode(value).decode().partition(":")
        user = self.site.tokens.get(value)
        if user is None or (email and email != user) or (self.cloud and kind == "Basic") != bool(email):
            raise Problem(401, {"message": "Client must be authenticated"})
        return user

    def page(self, id: str) -> Page:
        """A page for whoever asks. Raises 404, as for one that is not there."""
        page = self.site.pages.get(id)
        if page is None or not self.site.sees(self.who, page):
            raise Problem(404, {"message": f"No content found with id: {id}", "statusCode": 404})
        return page

    def next(self, request: Request, link: str) -> dict[str, Any]:
        home = "/wiki" if self.cloud else self.context
        return {"base": f"http://{request.header('Host')}{home}", "context": home, "next": link}


# Version 1.


@routes.on("GET", "/rest/api/user/current")
def current(server: Server, _request: Request) -> Answer:
    name = {"publicName": server.who, "accountId": server.who} if server.cloud else {"username": server.who}
    return Answer(200, {"type": "known", "displayName": server.who, **name})


@routes.on("GET", "/rest/api/content/search")
def find(server: Server, request: Request) -> Answer:
    found = search(server.site, request.one("cql"), server.who)
    expand = request.one("expand").split(",")
    most = min(server.most, MOST_BODIES if any(one.startswith("body") for one in expand) else MOST)
    size = min(int(request.one("limit", "25")), most)
    start = int(request.one("cursor") or request.one("start") or 0)
    told = [_v1(server, page, expand) for page in found[start : start + size]]
    body: dict[str, Any] = {"results": told, "start": start, "limit": size, "size": len(told), "_links": {}}
    if not server.cloud:
        body["totalSize"] = len(found)
    if start + size < len(found):
        place = f"cursor={start + size}" if server.cloud else f"start={start + size}"
        body["_links"] = server.next(request, f"/rest/api/content/search?next=true&{place}&limit={size}")
    return Answer(200, body)


@routes.on("GET", "/rest/api/content/{id}")
def one(server: Server, request: Request, id: str) -> Answer:
    _no_pages_in_v1(server)
    return Answer(200, _v1(server, server.page(id), request.one("expand").split(",")))


@routes.on("GET", "/rest/api/content/{id}/restriction/byOperation/read")
def restriction(server: Server, _request: Request, id: str) -> Answer:
    return Answer(200, _limits(server.page(id)))


@routes.on("PUT", "/rest/api/content/{id}")
def put(server: Server, request: Request, id: str) -> Answer:
    _no_pages_in_v1(server)
    sent = request.body
    page = server.page(id)
    if sent.get("type") != "page":
        raise Problem(400, {"message": "The type is required"})
    _save(server, page, sent, sent["body"]["storage"])
    return Answer(200, _v1(server, page, ["body.storage", "version"]))


def _no_pages_in_v1(server: Server) -> None:
    if server.cloud and server.oauth:
        raise Problem(410, {"message": "This deprecated endpoint has been removed", "authorized": True})


def _v1(server: Server, page: Page, expand: list[str]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": page.id, "type": page.kind, "status": page.status, "title": page.title}
    for name in expand:
        match name.split("."):
            case ["body", "storage"]:
                told["body"] = {"storage": {"value": page.body, "representation": "storage"}}
            case ["version"]:
                # What was sent as a minor edit reads back as none.
                told["version"] = {
                    "number": page.number,
                    "message": page.now.message,
                    "minorEdit": False,
                    "by": {"displayName": page.now.by},
                }
            case ["space"]:
                told["space"] = {"key": page.space}
            case ["ancestors"]:
                told["ancestors"] = [{"id": one.id, "type": one.kind} for one in server.site.above(page)]
            case ["operations"]:
                names = ["read", *(["update"] if server.site.edits(server.who, page) else [])]
                told["operations"] = [{"operation": name, "targetType": "page"} for name in names]
            case ["restrictions", *_]:
                told["restrictions"] = {"read": _limits(page)}
    return told


def _limits(page: Page) -> dict[str, Any]:
    users = [{"type": "known", "username": name} for name in sorted(page.readers or ())]
    return {
        "operation": "read",
        "restrictions": {
            "user": {"results": users, "start": 0, "limit": 200, "size": len(users)},
            "group": {"results": [], "start": 0, "limit": 200, "size": 0},
        },
    }


# Version 2.


@routes.on("GET", "/rest/api/space/{key}")
def space(server: Server, _request: Request, key: str) -> Answer:
    if key not in server.site.spaces:
        raise Problem(404, {"message": f"No space with key : {key}", "statusCode": 404})
    return Answer(200, {"key": key, "type": "global"})


@routes.on("GET", "/api/v2/spaces")
def spaces(server: Server, request: Request) -> Answer:
    keys = request.query.get("keys", list(server.site.spaces))
    found = [{"id": f"s-{key}", "key": key} for key in server.site.spaces if key in keys]
    return Answer(200, {"results": found, "_links": {}})


@routes.on("GET", "/api/v2/pages")
def many(server: Server, request: Request) -> Answer:
    ids = [part for text in request.query.get("id", ()) for part in text.split(",")]
    wanted = set(request.query.get("status", ["current"]))
    found = [
        page
        for page in server.site.pages.values()
        if page.id in ids and page.status in wanted and server.site.sees(server.who, page)
    ]
    size, start = min(int(request.one("limit", "25")), server.most, 250), int(request.one("cursor") or 0)
    told = [_v2(server, page, request) for page in found[start : start + size]]
    more = start + size < len(found)
    links = server.next(request, f"/wiki/api/v2/pages?limit={size}&cursor={start + size}") if more else {}
    return Answer(200, {"results": told, "_links": links})


@routes.on("GET", "/api/v2/pages/{id}")
def page(server: Server, request: Request, id: str) -> Answer:
    return Answer(200, _v2(server, server.page(id), request))


@routes.on("GET", "/api/v2/pages/{id}/ancestors")
def ancestors(server: Server, _request: Request, id: str) -> Answer:
    above = [{"id": one.id, "type": one.kind} for one in server.site.above(server.page(id))]
    return Answer(200, {"results": above, "_links": {}})


@routes.on("PUT", "/api/v2/pages/{id}")
def update(server: Server, request: Request, id: str) -> Answer:
    sent = request.body
    page = server.page(id)
    if sent.get("id") != id or sent.get("status") != "current":
        raise Problem(400, {"errors": [{"status": 400, "title": "Provided id does not match"}]})
    _save(server, page, sent, sent["body"])
    return Answer(200, _v2(server, page, request))


def _v2(server: Server, page: Page, request: Request) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": page.id,
        "status": page.status,
        "title": page.title,
        "spaceId": page.space,
        "parentId": page.parent,
        "version": {"number": page.number, "message": page.now.message, "minorEdit": False},
        "body": {},
    }
    if request.one("body-format") == "storage" or request.method == "PUT":
        told["body"] = {"storage": {"value": page.body, "representation": "storage"}}
    if request.one("include-operations") == "true":
        names = ["read", *(["update"] if server.site.edits(server.who, page) else [])]
        told["operations"] = {"results": [{"operation": name, "targetType": "page"} for name in names]}
    return told


def _save(server: Server, page: Page, sent: dict[str, Any], storage: dict[str, Any]) -> None:
    """The next version, if it is the next."""
    if not server.site.edits(server.who, page):
        raise Problem(403, {"message": "Could not update Content of type page: no permission"})
    version = sent["version"]
    if storage["representation"] != "storage" or not isinstance(sent["title"], str):
        raise Problem(400, {"message": "Could not read the page"})
    if page.status != "current" or version["number"] != page.number + 1:
        raise Problem(
            409,
            {
                "message": "Version must be incremented when updating a page. "
                f"Current Version: [{page.number}]. Provided version: [{version['number']}]"
            },
        )
    wrong = fault(storage["value"])
    if wrong:
        raise Problem(400, {"message": wrong})
    server.site.save(
        page,
        storage["value"],
        sent["title"],
        server.who,
        version.get("message", ""),
        minor=bool(version.get("minorEdit")),
    )
