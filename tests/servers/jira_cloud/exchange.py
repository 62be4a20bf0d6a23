"""One request and its answer, and the table of what is answered where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jira_cloud.model import Problem, User
from jira_cloud.site import Site

Query = dict[str, list[str]]


@dataclass
class Request:
    method: str
    path: str
    """Without query, and without the gateway's part in front."""
    query: Query
    body: Any
    headers: Mapping[str, str]
    base: str
    """Where the site is, as this request named it."""
    user: User | None = None
    gateway: bool = False
    template: str = ""
    """The path as Atlassian's description writes it."""
    version: str = "3"

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def number(self, name: str, default: int) -> int:
        text = self.one(name, str(default))
        try:
            return int(text)
        except ValueError as error:
            raise Problem(400, f"'{text}' is not a number.") from error

    def many(self, name: str) -> list[str]:
        """A parameter that may come again, or once with commas."""
        return [part for text in self.query.get(name, []) for part in text.split(",") if part]

    @property
    def api(self) -> str:
        """Address of the API, for ``self`` links."""
        return f"{self.base}/rest/api/{self.version}"

    def known(self) -> User:
        """Who asks. Raises 401 for somebody unknown."""
        if self.user is None:
            raise Problem(401, "Client must be authenticated to access this resource.")
        return self.user


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Sent instead of the body, as it is."""


Handler = Callable[..., Answer]


class Routes:
    """Handlers by method and path, those of Atlassian's description among them."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, str, re.Pattern[str], Handler]] = []

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template)))

        def add(handler: Handler) -> Handler:
            self._routes.append((method, template, pattern, handler))
            return handler

        return add

    def find(self, request: Request) -> tuple[Handler, tuple[str, ...]]:
        """Whoever answers it, literal paths before those with names in them."""
        allowed = False
        for method, template, match in self._matching(request.path):
            allowed = True
            if method[0] == request.method:
                request.template = template
                return method[1], match.groups()
        if allowed:
            raise Problem(405, "Method Not Allowed")
        raise Problem(404, "null for uri: " + request.path)

    def _matching(self, path: str) -> Iterator[tuple[tuple[str, Handler], str, re.Match[str]]]:
        for method, template, pattern, handler in sorted(self._routes, key=lambda route: "{" in route[1]):
            if match := pattern.fullmatch(path):
                yield (method, handler), template, match


routes = Routes()


def page(items: list[Any], request: Request, limit: int = 50, most: int = 200) -> dict[str, Any]:
    """Where a page begins, how long it is, and how much there is."""
    start, size = request.number("startAt", 0), min(request.number("maxResults", limit), most)
    return {"startAt": start, "maxResults": size, "total": len(items), "items": items[start : start + size]}


__all__ = ["Answer", "Handler", "Query", "Request", "Routes", "Site", "page", "routes"]
