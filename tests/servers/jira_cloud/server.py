"""The site behind a socket: HTTP/1.1 on a free port of this machine, plain or over TLS."""

from __future__ import annotations

import base64
import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from jira_cloud import issues_api, meta_api, search_api
from jira_cloud.description import Description
from jira_cloud.exchange import Answer, Request, routes
from jira_cloud.limits import Limits
from jira_cloud.model import Problem, User
from jira_cloud.site import Site

__all__ = ["Exchange", "Server", "issues_api", "meta_api", "search_api"]

GATEWAY = "/ex/jira/"


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, for those who count."""

    method: str
    path: str
    template: str
    query: Mapping[str, list[str]]
    body: Any
    status: int
    sent: int
    """Bytes of the request's body."""
    received: int
    """Bytes of the answer's body, as they went over the wire."""


class Server:
    """A context manager that serves a site. What breaks Atlassian's description is in ``violations``."""

    def __init__(
        self,
        site: Site | None = None,
        *,
        latency: float = 0.0,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        described: bool = True,
    ) -> None:
        self.site = site or Site()
        self.latency = latency
        self.host = host
        self.limits = Limits()
        self.journal: list[Exchange] = []
        self.violations: list[str] = []
        self.broken: Callable[[Request], Answer | None] = lambda _request: None
        """Asked before everything else; what it gives is the answer."""
        self._description = Description.load() if described else None
        self._lock = threading.RLock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.front = self
        self._tls = tls
        if tls is not None:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def described(self) -> bool:
        """Whether requests and answers are held against the description."""
        return self._description is not None

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.host}:{self._http.server_port}"

    @property
    def gateway(self) -> str:
        """Where scoped tokens and service accounts go."""
        return f"{self.url}{GATEWAY}{self.site.cloud_id}"

    def count(self, method: str = "", ending: str = "") -> int:
        """How many requests there were, of that method and to paths that end so."""
        return sum(one.method.startswith(method) and one.template.endswith(ending) for one in self.journal)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, method: str, target: str, headers: Mapping[str, str], data: bytes) -> Answer:
        """One request, from its first line to its answer."""
        parts = urlsplit(target)
        request = Request(
            method=method,
            path=unquote(parts.path),
            query=parse_qs(parts.query, keep_blank_values=True),
            body=None,
            headers=headers,
            base=self.url,
        )
        with self._lock:
            answer = self._answered(request, data)
            if self._description is not None:
                self.violations += self._description.faults(request, answer)
            return self._journaled(request, data, answer)

    def _answered(self, request: Request, data: bytes) -> Answer:
        try:
            self._enter(request)
            handler, arguments = routes.find(request)
            request.body = _json(data)
            refused = self.broken(request) or self.limits.check(request, self.site.clock.now())
            if refused is not None:
                return refused
            self._log_in(request)
            answer = handler(self.site, request, *arguments)
        except Problem as problem:
            answer = Answer(problem.status, problem.body)
        if request.user is not None:
            answer.headers["X-AACCOUNTID"] = request.user.id.replace(":", "%3A")
        elif "authorization" in {name.lower() for name in request.headers}:
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
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
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

    def _journaled(self, request: Request, data: bytes, answer: Answer) -> Answer:
        body = answer.raw if answer.raw is not None else _bytes(answer.body)
        if len(body) > 500 and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            answer.headers["Content-Encoding"] = "gzip"
        self.journal.append(
            Exchange(
                request.method,
                request.path,
                request.template,
                request.query,
                request.body,
                answer.status,
                len(data),
                len(body),
            )
        )
        return Answer(answer.status, answer.body, {**answer.headers}, body)


def _json(data: bytes) -> Any:
    if not data:
        return None
    try:
        return json.loads(data)
    except ValueError as error:
        raise Problem(400, "The request body is no JSON.") from error


def _bytes(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


class _Http(ThreadingHTTPServer):
    front: Server
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away, or do not trust us, are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        front = self.server.front
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        if front.latency:
            time.sleep(front.latency)
        answer = front.answer(self.command, self.path, dict(self.headers.items()), data)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(answer.raw or b"")))
        self.end_headers()
        if answer.status != 204:
            self.wfile.write(answer.raw or b"")

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(self.server.front.site.clock.now(), usegmt=True)

    def log_message(self, *_: object) -> None:
        pass
