"""The host behind a socket."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from github_site import graphql_api, rest_api
from github_site.limits import Limits
from github_site.site import Site
from serving import Answer, Description, Front, Problem, Request

__all__ = ["Server"]

ELSEWHERE = (
    "/graphql",
    "/api/graphql",
    "/app/installations/{id}/access_tokens",
    "/repositories/{id}",
)
"""Served by the host, described elsewhere or nowhere."""


class _Caller:
    def __init__(self, site: Site, base: str, login: str) -> None:
        self.site, self.base, self.login = site, base, login


class Server(Front):
    """Serves a site. With ``enterprise`` its API lies below ``/api/v3``, as on Enterprise Server."""

    def __init__(
        self, site: Site | None = None, *, enterprise: bool = False, described: bool = True, **how: Any
    ) -> None:
        description = Description.load("github-issues.openapi.json", ELSEWHERE) if described else None
        super().__init__(description=description, **how)
        self.site = site or Site()
        self.enterprise = enterprise
        self.limits = Limits()
        self.broken: Callable[[Request], Answer | None] = lambda _request: None
        """Asked before everything else; what it gives is the answer."""
        self.documents: set[str] = set()
        """Every GraphQL document that was sent."""

    @property
    def api(self) -> str:
        """Base address of the REST API."""
        return f"{self.url}/api/v3" if self.enterprise else self.url

    def answered(self, request: Request) -> Answer:
        prefix = "/api/v3" if self.enterprise else ""
        graphql = "/api/graphql" if self.enterprise else "/graphql"
        refused = self.broken(request) or self.limits.check(request, self.site.clock.now())
        if request.path == graphql:
            request.template = graphql
            return refused or self._graphql(request)
        request.path = request.path.removeprefix(prefix)
        if request.path.startswith("/app/installations/") and request.method == "POST":
            request.template = ELSEWHERE[2]
            return refused or self._installation(request)
        if request.path.startswith("/repositories/"):
            request.template = ELSEWHERE[3]
            request.path = rest_api.by_name(self._caller(request), request.path)
        handler, arguments = rest_api.routes.find(request)
        if refused is not None:
            return refused
        answer = handler(self._caller(request), request, *arguments)
        answer.headers.setdefault("X-RateLimit-Remaining", "4990")
        token = request.header("Authorization").partition(" ")[2]
        if token in self.site.scopes:
            answer.headers["X-OAuth-Scopes"] = self.site.scopes[token]
        return answer

    def _caller(self, request: Request) -> _Caller:
        token = request.header("Authorization").partition(" ")[2]
        login = self.site.tokens.get(token)
        if login is None or token in self.site.expired:
            raise Problem(401, {"message": "Bad credentials", "status": "401"})
        # As the request named it: there may be a proxy in between.
        base = f"{self.url.partition('://')[0]}://{request.header('Host')}{self.api.removeprefix(self.url)}"
        return _Caller(self.site, base, login)

    def _graphql(self, request: Request) -> Answer:
        caller = self._caller(request)
        if not self.site.graphql or request.method != "POST":
            raise Problem(404, {"message": "Not Found"})
        self.documents.add(request.body["query"])
        return graphql_api.answer(caller, request)

    def _installation(self, request: Request) -> Answer:
        """A token for an App that proves itself with a JWT signed by its key."""
        import jwt

        proof = request.header("Authorization").partition(" ")[2]
        claims = json.loads(base64.urlsafe_b64decode(proof.split(".")[1] + "=="))
        key = self.site.apps.get(int(claims["iss"]))
        try:
            jwt.decode(
                proof, key or "", algorithms=["RS256"], options={"verify_iat": False, "verify_exp": False}
            )
        except jwt.PyJWTError:
            raise Problem(
                401, {"message": "A JSON web token could not be decoded", "status": "401"}
            ) from None
        token = f"installation-{len(self.site.tokens)}"
        self.site.tokens[token] = "followthrough[bot]"
        expires = self.site.clock.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
        return Answer(
            201,
            {
                "token": token,
                "expires_at": expires,
                "permissions": self.site.app_permissions,
                "repository_selection": "all",
            },
        )
