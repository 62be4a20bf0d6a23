"""What Jira knows of a request, and the table of what is answered where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import serving
from jira_cloud.model import Problem, User
from jira_cloud.site import Site
from serving import Answer


@dataclass
class Request(serving.Request):
    """Its path is without the gateway's part in front, and of one version."""

    base: str = ""
    """Where the site is, as this request named it."""
    user: User | None = None
    gateway: bool = False
    version: str = "3"

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


class Routes(serving.Routes):
    """Refuses as Jira does."""

    def nowhere(self, request: serving.Request, *, allowed: bool) -> Problem:
        if allowed:
            return Problem(405, "Method Not Allowed")
        return Problem(404, f"null for uri: {request.path}")


routes = Routes()


def page(items: list[Any], request: Request, limit: int = 50, most: int = 200) -> dict[str, Any]:
    """Where a page begins, how long it is, and how much there is."""
    start, size = request.number("startAt", 0), min(request.number("maxResults", limit), most)
    return {"startAt": start, "maxResults": size, "total": len(items), "items": items[start : start + size]}


__all__ = ["Answer", "Request", "Routes", "Site", "page", "routes"]
