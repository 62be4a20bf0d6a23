"""A stand-in behind a socket: HTTP/1.1 on a free port of this machine, plain or over TLS."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from serving.description import Description
from serving.exchange import Answer, Exchange, Problem, Query, Request

__all__ = ["Front"]


class Front:
    """A context manager that serves ``answered``. What breaks the description is in ``violations``."""

    def __init__(
        self,
        *,
        latency: float = 0.0,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        description: Description | None = None,
    ) -> None:
        self.latency = latency
        self.host = host
        self.journal: list[Exchange] = []
        self.violations: list[str] = []
        self._description = description
        self._lock = threading.RLock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.front = self
        self._tls = tls
        if tls is not None:
            self._http.socket = tls.wrap_socket(
                self._http.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def request(self, method: str, path: str, query: Query, headers: Mapping[str, str]) -> Request:
        """A request without its body; a subclass may know more of it."""
        return Request(method, path, query, None, headers)

    def handled(self, request: Request, data: bytes) -> Answer:
        """The answer to a request with that body, a refusal too."""
        try:
            request.body = self.read(data)
            return self.answered(request)
        except Problem as problem:
            return Answer(problem.status, problem.body, problem.headers)

    def answered(self, request: Request) -> Answer:
        """What a subclass answers. A :class:`Problem` is a refusal."""
        raise NotImplementedError

    def unreadable(self) -> Problem:
        """What a body gets that is no JSON."""
        return Problem(400, {"message": "Problems parsing JSON"})

    def date(self) -> str:
        """The header ``Date``; without one here, since the clock may be virtual."""
        return ""

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.host}:{self._http.server_port}"

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
        query = parse_qs(parts.query, keep_blank_values=True)
        request = self.request(method, unquote(parts.path), query, headers)
        with self._lock:
            answer = self.handled(request, data)
            if self._description is not None:
                self.violations += self._description.faults(request, answer)
            return self._journaled(request, data, answer)

    def read(self, data: bytes) -> Any:
        """The body. Raises what ``unreadable`` tells."""
        if not data:
            return None
        try:
            return json.loads(data)
        except ValueError as error:
            raise self.unreadable() from error

    def _journaled(self, request: Request, data: bytes, answer: Answer) -> Answer:
        body = answer.raw if answer.raw is not None else _bytes(answer.body)
        headers = dict(answer.headers)
        if len(body) > 500 and "gzip" in request.header("Accept-Encoding"):
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        self.journal.append(
            Exchange(
                request.method,
                request.path,
                request.template,
                request.query,
                request.body,
                request.headers,
                answer.status,
                len(data),
                len(body),
            )
        )
        return Answer(answer.status, answer.body, headers, body)


def _bytes(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


class _Http(ThreadingHTTPServer):
    front: Front
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

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _serve(self) -> None:
        front = self.server.front
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if front.latency:
            time.sleep(front.latency)
        answer = front.answer(self.command, self.path, dict(self.headers.items()), data)
        self.send_response_only(answer.status)
        if date := front.date():
            self.send_header("Date", date)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(answer.raw or b"")))
        self.end_headers()
        if answer.status not in (204, 304):
            self.wfile.write(answer.raw or b"")

    def log_message(self, *_: object) -> None:
        pass
