"""A reverse proxy that spoils chosen requests: before the server sees them, or after it has done them.

mitmproxy would do as well, for 153 MB in an environment of its own and 13 s of setting it up; this one is a
page, in the process of the test, so that a sweep over every call of a run costs milliseconds a call.
"""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What happens to a request. Those that name no time before it happen after the server has done its work."""

    TOO_MANY = "429 before the server"
    TOO_MANY_FOR_HOURS = "429 for two hours, before the server"
    SECONDARY = "403 of GitHub's secondary limit, before the server"
    SECONDARY_UNSAID = "the same without a word for how long"
    UNAVAILABLE = "503 before the server"
    UNAVAILABLE_AFTER = "503 after the server"
    BAD_GATEWAY_AFTER = "502 after the server"
    ERROR_AFTER = "500 with words of the tracker's, after the server"
    RESET_BEFORE = "the connection is reset before the server"
    RESET_AFTER = "the connection is reset after the server"
    TRUNCATED = "the answer ends half-way"
    NO_JSON = "the answer is a page of HTML with status 200, after the server"
    SLOW = "the answer comes a few bytes at a time"
    SILENT = "no answer comes, after the server"


GITHUBS = (Fault.SECONDARY, Fault.SECONDARY_UNSAID)


def plans(
    calls: Sequence[str], create: str, *, every: bool, more: Sequence[Fault] = ()
) -> Iterator[tuple[int, Fault]]:
    """Which fault meets which call: with ``every`` each at each and at each create, else each call one.

    ``create`` is how the paths of creates end, ``more`` are faults of that tracker alone.
    """
    faults = [fault for fault in Fault if fault not in (Fault.SILENT, *GITHUBS)] + [*more]
    for number, path in enumerate(calls, 1):
        for place, fault in enumerate(faults):
            if every or path.endswith(create) or (place - 3 * number) % 10 == 0:
                yield number, fault


BEFORE = frozenset(
    {Fault.TOO_MANY, Fault.TOO_MANY_FOR_HOURS, *GITHUBS, Fault.UNAVAILABLE, Fault.RESET_BEFORE}
)
STATUSES = {
    Fault.TOO_MANY: (429, {"Retry-After": "2", "RateLimit-Reason": "jira-burst-based"}),
    Fault.TOO_MANY_FOR_HOURS: (429, {"Retry-After": "7200", "RateLimit-Reason": "jira-quota-tenant-based"}),
    Fault.SECONDARY: (403, {"Retry-After": "60", "Content-Type": "application/json"}),
    Fault.SECONDARY_UNSAID: (403, {"Content-Type": "application/json"}),
    Fault.UNAVAILABLE: (503, {}),
    Fault.UNAVAILABLE_AFTER: (503, {}),
    Fault.BAD_GATEWAY_AFTER: (502, {}),
    Fault.ERROR_AFTER: (500, {"Content-Type": "application/json"}),
    Fault.NO_JSON: (200, {}),
}
PAGE = b"<!doctype html><title>Please wait</title>"
SAID = dict.fromkeys(GITHUBS, b'{"message": "You have exceeded a secondary rate limit."}')
WORDS = b'{"errorMessages": ["Something went wrong."], "errors": {}}'
SILENCE = 30.0
"""Seconds after which a silent proxy gives up, if the client has not."""


@dataclass(frozen=True)
class Call:
    """A request that came by, and what was done to it."""

    method: str
    path: str
    fault: Fault | None


Answered = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""
Rewrite = Callable[[Mapping[str, str], Answered], Answered | bytes]
"""From the headers of a request and its answer to what the client gets."""


class FaultProxy:
    """A context manager in front of one server. ``plan`` maps the number of a call, from 1, to its fault.

    Its answers bear the time ``now``, whatever the server says; without it, the time of the server.
    """

    def __init__(self, upstream: str, now: Callable[[], datetime] | None = None) -> None:
        self.now = now
        parts = urlsplit(upstream)
        self.upstream = (str(parts.hostname), int(parts.port or 80))
        self.plan: dict[int, Fault] = {}
        self.always: Callable[[str, str], Answered | None] = lambda _method, _path: None
        """Answers instead of the server where it gives something."""
        self.rewrite: Rewrite | None = None
        """Makes other answers of the server's; bytes are sent as they are, and then the connection ends."""
        self.calls: list[Call] = []
        self._waiting: list[tuple[str, Fault]] = []
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.proxy = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def restart(self, plan: dict[int, Fault]) -> None:
        """Count from 1 again."""
        with self._lock:
            self.calls.clear()
            self.plan = plan

    def spoil(self, ending: str, fault: Fault) -> None:
        """Let the next call whose path ends so meet the fault."""
        self._waiting.append((ending, fault))

    def next(self, method: str, path: str) -> Fault | None:
        with self._lock:
            fault = self.plan.get(len(self.calls) + 1)
            for one in self._waiting:
                if path.partition("?")[0].endswith(one[0]):
                    self._waiting.remove(one)
                    fault = one[1]
                    break
            self.calls.append(Call(method, path, fault))
            return fault


class _Http(ThreadingHTTPServer):
    proxy: FaultProxy
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are what this is about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def do_GET(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def do_PUT(self) -> None:
        self._pass()

    def do_PATCH(self) -> None:
        self._pass()

    def do_DELETE(self) -> None:
        self._pass()

    def _pass(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.proxy.next(self.command, self.path)
        given = self.server.proxy.always(self.command, self.path)
        if given is not None:
            self._answer(*given)
            return
        if fault in BEFORE:
            self._spoil(fault, 0, {}, b"")
            return
        status, headers, body = self._ask(data)
        rewrite = self.server.proxy.rewrite
        if rewrite is not None:
            self._rewritten(rewrite(dict(self.headers), (status, headers, body)))
        elif fault is None:
            self._answer(status, headers, body)
        else:
            self._spoil(fault, status, headers, body)

    def _ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(*self.server.proxy.upstream, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        connection.request(self.command, self.path, data or None, headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        gone = ("transfer-encoding", "connection", "content-length", "server")
        told = [(name.title(), value) for name, value in response.getheaders()]
        kept = {name: value for name, value in told if name.lower() not in gone}
        return response.status, kept, body

    def _rewritten(self, made: Answered | bytes) -> None:
        if isinstance(made, bytes):
            self.wfile.write(made)
            self.wfile.flush()
            self.close_connection = True
        else:
            self._answer(*made)

    def _answer(
        self, status: int, headers: dict[str, str], body: bytes, *, length: int | None = None
    ) -> None:
        self.send_response_only(status)
        now = self.server.proxy.now
        dated = {**headers, "Date": format_datetime(now(), usegmt=True)} if now else headers
        for name, value in dated.items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _spoil(self, fault: Fault, status: int, headers: dict[str, str], body: bytes) -> None:
        if fault in STATUSES:
            code, more = STATUSES[fault]
            said = WORDS if fault is Fault.ERROR_AFTER else SAID.get(fault, PAGE)
            self._answer(code, {"Content-Type": "text/html", **more}, said)
            return
        if fault is Fault.SLOW:
            self._slowly(status, headers, body)
            return
        if fault is Fault.TRUNCATED:
            self._answer(status, headers, body[: len(body) // 2], length=len(body) or 10)
            self.close_connection = True
            return
        if fault is Fault.SILENT:
            self.connection.settimeout(SILENCE)
            self.connection.recv(1)  # until the client has had enough
        self._reset()

    def _slowly(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self._answer(status, headers, b"", length=len(body))
        self.wfile.flush()
        size = max(1, len(body) // 4)
        for start in range(0, len(body), size):
            time.sleep(0.002)
            self.wfile.write(body[start : start + size])
            self.wfile.flush()

    def _reset(self) -> None:
        """End the connection as a crash would: with RST where nothing of an answer was sent yet."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *_: object) -> None:
        pass
