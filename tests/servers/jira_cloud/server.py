"""The site behind a socket."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from typing import Any

import serving
from jira_cloud import issues_api, meta_api, search_api
from jira_cloud.exchange import Answer, Request, routes
from jira_cloud.limits import Limits
from jira_cloud.model import Problem, User
from jira_cloud.site import Site
from serving import Description, Front

__all__ = ["Server", "description", "issues_api", "meta_api", "search_api"]

GATEWAY = "/ex/jira/"
ELSEWHERE = ("/_edge/tenant_info",)
"""Served by the site, described nowhere."""


def description() -> Description | None:
    """Atlassian's own description of the REST API, where it lies beside the checkout."""
    return Description.load("jira-cloud-v3.openapi.json", ELSEWHERE)


class Server(Front):
    """Serves a site."""

    def __init__(self, site: Site | None = None, *, described: bool = True, **how: Any) -> None:
        super().__init__(description=description() if described else None, **how)
        self.site = site or Site()
        self.limits = Limits()
        self.broken: Callable[[Request], Answer | None] = lambda _request: None
        """Asked before everything else; what it gives is the answer."""

    @property
    def described(self) -> bool:
        """Whether requests and answers are held against the description."""
        return self._description is not None

    @property
    def gateway(self) -> str:
        """Where scoped tokens and service accounts go."""
        return f"{self.url}{GATEWAY}{self.site.cloud_id}"

    def request(self, method: str, path: str, query: serving.Query, headers: Mapping[str, str]) -> Request:
        return Request(method, path, query, None, headers, base=self.url)

    def unreadable(self) -> Problem:
        return Problem(400, "The request body is no JSON.")

    def date(self) -> str:
        return format_datetime(self.site.clock.now(), usegmt=True)

    def handled(self, request: serving.Request, data: bytes) -> Answer:
        assert isinstance(request, Request)
        try:
            self._enter(request)
            handler, arguments = routes.find(request)
            request.body = self.read(data)
            refused = self.broken(request) or self.limits.check(request, self.site.clock.now())
            if refused is not None:
                return refused
            self._log_in(request)
            answer = handler(self.site, request, *arguments)
        except Problem as problem:
            answer = Answer(problem.status, problem.body)
        if request.user is not None:
            answer.headers["X-AACCOUNTID"] = request.user.id.replace(":", "%3A")
        elif request.header("Authorization"):
            # Whoever is not known is nobody, and nobody may read what is public: with status 200.
            answer.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
        return answer

    def _enter(self, request: Request) -> None:
        """Take the gateway's part and the version out of the path."""
        if request.path.startswith(GATEWAY):
            cloud_id, _, rest = request.path.removeprefix(GATEWAY).partition("/")
            if cloud_id != self.site.cloud_id:
                raise Problem(404, "No message available")
            request.path, request.gateway = f"/{rest}", True
            request.base = f"https://api.atlassian.com{GATEWAY}{cloud_id}"
        for version in ("2", "latest"):
            prefix = f"/rest/api/{version}/"
            if request.path.startswith(prefix):
                request.version = "2" if version == "2" else "3"
                request.path = f"/rest/api/3/{request.path.removeprefix(prefix)}"

    def _log_in(self, request: Request) -> None:
        request.user = self._user(request)
        if request.gateway and request.user is None:
            raise Problem(401, "Unauthorized; scope does not match")

    def _user(self, request: Request) -> User | None:
        """The account of the credentials, ``None`` where they are nobody's, expired or for elsewhere."""
        kind, _, value = request.header("Authorization").partition(" ")
        email = None
        if kind.lower() == "basic":
            email, _, value = base64.b64decode(value).decode().partition(":")
        token = self.site.tokens.get(value)
        if token is None or token.bearer != (kind.lower() == "bearer"):
            return None
        if token.expires is not None and token.expires <= self.site.clock.now():
            return None
        user = self.site.users[token.user]
        if (email is not None and email.lower() != user.email) or (token.scoped and not request.gateway):
            return None
        return user if user.active else None
