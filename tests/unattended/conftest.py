"""The installed program against a tracker on a real socket, through a connector installed as pip does it."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from postmortems import postmortem

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    at: float
    method: str
    path: str
    body: bytes
    token: str

    @property
    def writes(self) -> bool:
        return self.method == "PUT" or (self.method, self.path) == ("POST", "/issues")


@dataclass(frozen=True)
class Answer:
    """What a request gets instead of, or besides, what it asks for."""

    status: int = 0
    """0: what it asks for."""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """How long it takes after it has taken effect."""
    reset: bool = False
    """No answer at all, after it has taken effect."""


class Tracker:
    """Issues by id; ``behave`` says how each request is treated."""

    def __init__(self) -> None:
        self.issues: dict[str, dict[str, Any]] = {}
        self.asked: list[Asked] = []
        self.answered: list[Asked] = []
        self.behave: Callable[[Asked], Answer] = lambda _asked: Answer()
        self._lock = threading.Lock()
        tracker = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                token = self.headers.get("authorization", "").removeprefix("Bearer ")
                asked = Asked(time.monotonic(), self.command, self.path, body, token)
                with tracker._lock:
                    tracker.asked.append(asked)
                answer = tracker.behave(asked)
                status, record = (answer.status, {}) if answer.status else tracker.handle(asked)
                if answer.seconds:
                    time.sleep(answer.seconds)
                if answer.reset:
                    self.close_connection = True
                    self.connection.close()
                    return
                data = json.dumps(record).encode()
                with contextlib.suppress(OSError):  # whoever asked may have died
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(data)), **answer.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(data)
                    tracker.answered.append(asked)

            do_GET = do_POST = do_PUT = _do  # noqa: N815  http.server asks for these names

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def handle(self, asked: Asked) -> tuple[int, Any]:
        """What the request asks for."""
        with self._lock:
            if (asked.method, asked.path) == ("POST", "/issues"):
                number = max((int(id) - 1000 for id in self.issues), default=0) + 1
                record = {
                    **json.loads(asked.body),
                    "id": str(1000 + number),
                    "key": f"SOC-{number}",
                    "state": "open",
                    "created": datetime.now(UTC).isoformat(),
                    "scope": asked.token,
                }
                self.issues[record["id"]] = record
                return 201, record
            if asked.method == "PUT":
                record = self.issues[asked.path.rpartition("/")[2]]
                record.update(json.loads(asked.body))
                return 200, record
            if asked.path == "/search":
                refs = json.loads(asked.body)["refs"]
                return 200, {ref: self.issues[ref] for ref in refs if ref in self.issues}
            if asked.path == "/issues":
                return 200, [record for record in self.issues.values() if record["scope"] == asked.token]
            return 200, {}

    def hide(self, id: str) -> dict[str, dict[str, Any]]:
        """Take an issue out of all that is shown; to be put back into ``issues``."""
        with self._lock:
            return {id: self.issues.pop(id)}

    @property
    def markers(self) -> list[str]:
        with self._lock:
            return [record["marker"] for record in self.issues.values()]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH that holds the connector ``socket``."""
    folder = tmp_path_factory.mktemp("socket")
    info = folder / "ft_socket-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ft_socket\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[followthrough.connectors]\nsocket = ft_socket:plugin\n")
    shutil.copy(HERE / "ft_socket.py", folder)
    return folder


@pytest.fixture
def serve() -> Iterator[Callable[[], Tracker]]:
    """Starts trackers, or other servers."""
    running: list[Tracker] = []

    def start() -> Tracker:
        running.append(Tracker())
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture
def tracker(serve: Callable[[], Tracker]) -> Tracker:
    return serve()


@pytest.fixture
def night(shop: Any, plugin: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A scratch folder whose user has no settings and no proxy, and the connector ``socket`` installed."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in shop.environ.items() if not name.lower().endswith("_proxy")}
    shop.environ = {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "PYTHONPATH": str(plugin),
    }
    return shop


def _settings(*trackers: Tracker | str, more: str = "") -> str:
    """Settings with scopes ``one``, ``two`` and so on; sev1 goes to the second."""
    names = ("one", "two", "three")
    text = 'namespace = "night"\ndocuments = ["*.md"]\ndefault_tracker = "one"\n'
    for name, tracker in zip(names, trackers, strict=False):
        url = tracker if isinstance(tracker, str) else tracker.url
        text += f'[trackers.{name}]\nkind = "socket"\nurl = "{url}"\n'
    if len(trackers) > 1:
        text += '[[routes]]\nwhen = { severity = ["sev1"] }\ntracker = "two"\n'
    return text + more


@pytest.fixture
def settings() -> Callable[..., str]:
    return _settings


@pytest.fixture
def document() -> Callable[..., str]:
    return postmortem


@pytest.fixture
def answer() -> type[Answer]:
    """How a request is to be treated."""
    return Answer
