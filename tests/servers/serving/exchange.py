"""One request and its answer, and the table of what is answered where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Query = dict[str, list[str]]


class Problem(Exception):
    """A refusal, with the body that tells it."""

    def __init__(self, status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


@dataclass
class Request:
    method: str
    path: str
    query: Query
    body: Any
    headers: Mapping[str, str]
    template: str = ""
    """The path as the description writes it."""

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Sent instead of the body, as it is."""


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, for those who count."""

    method: str
    path: str
    template: str
    query: Mapping[str, list[str]]
    body: Any
    headers: Mapping[str, str]
    status: int
    sent: int
    """Bytes of the request's body."""
    received: int
    """Bytes of the answer's body, as they went over the wire."""


Handler = Callable[..., Answer]


class Routes:
    """Handlers by method and path, those of the description among them."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, str, re.Pattern[str], Handler]] = []

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        pattern = re.compile(re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(template)))

        def add(handler: Handler) -> Handler:
            self._routes.append((method, template, pattern, handler))
            return handler

        return add

    def find(self, request: Request) -> tuple[Handler, tuple[str, ...]]:
        """Whoever answers it, literal paths before those with names in them. Raises 404 or 405."""
        allowed = False
        for method, template, match, handler in self._matching(request.path):
            allowed = True
            if method == request.method:
                request.template = template
                return handler, match.groups()
        raise self.nowhere(request, allowed=allowed)

    def nowhere(self, request: Request, *, allowed: bool) -> Problem:
        """What a path gets that nobody answers, or answers with other methods (``allowed``)."""
        return Problem(405 if allowed else 404, {"message": "Not Found"})

    def _matching(self, path: str) -> Iterator[tuple[str, str, re.Match[str], Handler]]:
        for method, template, pattern, handler in sorted(self._routes, key=lambda route: "{" in route[1]):
            if match := pattern.fullmatch(path):
                yield method, template, match, handler
