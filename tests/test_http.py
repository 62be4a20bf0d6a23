from __future__ import annotations

import contextlib
import gzip
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from followthrough.connector import Rejected
from followthrough.http import Network, Transport, check_url

SECRET = {"Authorization": "Bearer s3cret"}
Answer = tuple[int, dict[str, str], bytes]


class Server:
    """A real server on loopback that keeps what it was asked."""

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((self.command, self.path, headers))
                self.rfile.read(int(headers.get("content-length", 0)))
                code, more, body = answer(self.path)
                self.send_response(code)
                for name, value in {"Content-Length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                # The client may have gone away, which is what some tests are about.
                with contextlib.suppress(OSError):
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(body)

            do_GET = do_POST = do_HEAD = do_CONNECT = _do  # noqa: N815  http.server asks for these names

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def serve(answer: Answer | Callable[[str], Answer] = (200, {}, b"{}")) -> Server:
        servers.append(Server(answer if callable(answer) else lambda _: answer))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


# --- how many there are ---------------------------------------------------------------------------


def test_every_request_that_goes_out_is_counted_over_all_clients(serve: Callable[..., Server]) -> None:
    server = serve()
    outside = Transport()
    assert outside.requests == 0
    with outside.client(server.url) as first, outside.through(Network()).client(server.url) as second:
        first.get("/a")
        second.get("/b")
        with pytest.raises(Rejected):
            first.get("http://127.0.0.1:9/elsewhere")
    assert outside.requests == len(server.requests) == 2


# --- where requests go ----------------------------------------------------------------------------


def test_headers_go_with_each_request(serve: Callable[..., Server]) -> None:
    server = serve()
    with Transport().client(server.url + "/api/", headers=SECRET) as client:
        assert client.get("/issues", params={"a": "b c"}).json() == {}
        assert client.post("issues", json={}).status_code == 200
        # A link to the next page is an absolute address of the same origin.
        assert client.get(server.url + "/api/issues?page=2").status_code == 200
    assert [path for _, path, _ in server.requests] == [
        "/api/issues?a=b+c",
        "/api/issues",
        "/api/issues?page=2",
    ]
    assert {headers["authorization"] for _, _, headers in server.requests} == {"Bearer s3cret"}


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirect_to_another_origin_gets_nothing(serve: Callable[..., Server], code: int) -> None:
    thief = serve()
    server = serve((code, {"Location": thief.url + "/"}, b""))
    with Transport().client(server.url, headers=SECRET) as client:
        assert client.get("/").status_code == code
        assert client.post("/", json={}).status_code == code
        # Even a caller who asks for it cannot follow it.
        with pytest.raises(Rejected, match="was not sent"):
            client.get("/", follow_redirects=True)
    assert thief.requests == []


def test_redirect_on_the_same_origin_is_not_followed_either(serve: Callable[..., Server]) -> None:
    server = serve((307, {"Location": "/elsewhere"}, b""))
    with Transport().client(server.url, headers=SECRET) as client:
        assert client.post("/", json={}).status_code == 307
    assert len(server.requests) == 1


def test_absolute_address_of_another_origin_is_not_asked(serve: Callable[..., Server]) -> None:
    other, server = serve(), serve()
    port = server.url.rsplit(":", 1)[1]
    with Transport().client(server.url, headers=SECRET) as client:
        for url in (
            other.url + "/",
            f"http://localhost:{port}/",
            f"https://127.0.0.1:{port}/",
            f"http://127.0.0.1:{port}@evil.example/",
            f"http://user:pw@127.0.0.1:{port}/",
            "http://127.0.0.1/",
        ):
            with pytest.raises(Rejected, match=r"was not sent: this tracker is http://127\.0\.0\.1"):
                client.get(url)
        client.get("//evil.example/x")
    assert other.requests == []
    # Two slashes are a path here, not a host.
    assert [(path, headers["host"]) for _, path, headers in server.requests] == [("/x", f"127.0.0.1:{port}")]


def test_default_ports_are_the_same_origin() -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200)

    with Transport(wire=httpx.MockTransport(handle)).client("https://Jira.Acme.example/x/") as client:
        client.get("https://jira.acme.example:443/x/y")
        client.get("z")
        with pytest.raises(Rejected):
            client.get("https://jira.acme.example:8443/x")
    assert asked == ["https://jira.acme.example/x/y", "https://jira.acme.example/x/z"]


def test_environment_is_not_asked_for_a_proxy(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, server = serve(), serve()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for trust_env in (False, True):
        # Over plain http a proxy would see the token, so that one is never used.
        with Transport().client(server.url, headers=SECRET, trust_env=trust_env) as client:
            client.get("/")
    assert proxy.requests == []
    assert len(server.requests) == 2


def test_environment_may_name_a_proxy_where_it_is_trusted(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve((403, {}, b""))
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    transport = Transport()
    with (
        transport.client("https://jira.acme.example", headers=SECRET, trust_env=True) as client,
        pytest.raises(httpx.ProxyError),
    ):
        client.get("/")
    ((method, _, headers),) = proxy.requests
    assert method == "CONNECT"
    assert "authorization" not in headers


# --- which addresses are fit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://acme.atlassian.net", "https://acme.atlassian.net"),
        ("https://acme.atlassian.net/", "https://acme.atlassian.net"),
        ("https://ghe.acme.example:8443/api/v3/", "https://ghe.acme.example:8443/api/v3"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.9.9.9:1/x", "http://127.9.9.9:1/x"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_fit_addresses(url: str, clean: str) -> None:
    assert check_url(url) == clean


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://jira.acme.example", "use https"),
        ("http://127.0.0.1.evil.example", "use https"),
        ("http://localhost.evil.example", "use https"),
        ("http://0.0.0.0", "use https"),
        ("http://2130706433", "use https"),
        ("http://10.0.0.1", "use https"),
        ("https://bot:pw@acme.example", "must not hold a user name"),
        ("https://@acme.example", "must not hold a user name"),
        ("https://acme.example@evil.example", "must not hold a user name"),
        ("https://acme.example\\@evil.example", "holds characters"),
        ("https://acme.example /x", "holds characters"),
        ("https://acme.example\n", "holds characters"),
        ("https://аcme.example", "holds characters"),
        ("https://acme.example?x=1", "goes on after"),
        ("https://acme.example#x", "goes on after"),
        ("acme.atlassian.net", "write it as https://"),
        ("ftp://acme.example", "write it as https://"),
        ("file:///etc/passwd", "write it as https://"),
        ("https://", "write it as https://"),
        ("https:///x", "write it as https://"),
        ("https://acme.example:99999", "not a web address"),
        ("https://acme.example:0", "not a web address"),
        ("https://[::1", "not a web address"),
        ("", "write it as https://"),
    ],
)
def test_unfit_addresses(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        check_url(url)
    assert "pw" not in str(caught.value)
    with pytest.raises(Rejected, match=said):
        Transport().client(url)


# --- what comes back ------------------------------------------------------------------------------


def test_nothing_is_repeated(serve: Callable[..., Server]) -> None:
    server = serve((503, {"Retry-After": "0"}, b""))
    with Transport().client(server.url) as client:
        assert client.post("/", json={}).status_code == 503
    assert len(server.requests) == 1


def test_closed_port_is_an_error_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with Transport().client(f"http://127.0.0.1:{port}") as client, pytest.raises(httpx.ConnectError):
        client.get("/")


def test_silence_ends(serve: Callable[..., Server]) -> None:
    gone = threading.Event()

    def wait(_: str) -> Answer:
        gone.wait(10)
        return 200, {}, b""

    server = serve(wait)
    with Transport().client(server.url, timeout=0.1) as client, pytest.raises(httpx.ReadTimeout):
        client.get("/")
    gone.set()


def test_dripping_ends() -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                time.sleep(0.02)
                yield b"x"

    wire = httpx.MockTransport(lambda _: httpx.Response(200, stream=Drip()))
    with (
        Transport(wire=wire).client("https://acme.example", deadline=0.1) as client,
        pytest.raises(httpx.ReadTimeout, match=r"not complete after 0\.1 s"),
    ):
        client.get("/")


def test_large_answers_are_cut_off(serve: Callable[..., Server]) -> None:
    server = serve(lambda path: (200, {}, b"x" * int(path[1:])))
    with Transport().client(server.url, limit=100_000) as client:
        assert len(client.get("/100000").content) == 100_000
        with pytest.raises(httpx.ReadError, match="larger than 100000 bytes"):
            client.get("/100001")
        # The client goes on to work.
        assert len(client.get("/5").content) == 5


def test_packed_answers_are_unpacked_up_to_the_limit(serve: Callable[..., Server]) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    answers = {
        "/small": gzip.compress(b'{"a": 1}'),
        "/bomb": bomb,
        "/torn": gzip.compress(b"abc" * 99)[:-9],
        "/bad": b"no",
    }
    server = serve(lambda path: (200, {"Content-Encoding": "gzip"}, answers[path]))
    with Transport().client(server.url, limit=1_000_000) as client:
        assert client.get("/small").json() == {"a": 1}
        with pytest.raises(httpx.ReadError, match="larger"):
            client.get("/bomb")
        with pytest.raises(httpx.DecodingError, match="cut off"):
            client.get("/torn")
        with pytest.raises(httpx.DecodingError, match="badly packed"):
            client.get("/bad")
        assert client.head("/small").status_code == 200
    assert server.requests[0][2]["accept-encoding"] == "gzip"


def test_unasked_packing_is_an_error(serve: Callable[..., Server]) -> None:
    server = serve((200, {"Content-Encoding": "br"}, b"x"))
    with Transport().client(server.url) as client, pytest.raises(httpx.DecodingError, match="br"):
        client.get("/")


def test_repeated_headers_are_kept() -> None:
    headers = [("Link", "<a>"), ("Link", "<b>"), ("X-Rate", "1")]
    wire = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=b"x"))
    with Transport(wire=wire).client("https://acme.example") as client:
        answer = client.get("/")
    assert answer.headers.get_list("link") == ["<a>", "<b>"]
    assert answer.content == b"x"


# --- the rest -------------------------------------------------------------------------------------


def test_clock_and_sleep_are_given() -> None:
    slept: list[float] = []
    zone = timezone(timedelta(hours=2))
    transport = Transport(clock=lambda: datetime(2026, 11, 20, 4, 0, tzinfo=zone), sleep=slept.append)
    transport.sleep(2.5)
    assert transport.now() == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert transport.now().tzinfo is UTC
    assert slept == [2.5]
    assert Transport().now().tzinfo is UTC


@pytest.mark.parametrize("header", ["Bearer s3cret-token", "Basic Ym90OnMzY3JldC10b2tlbg==", "s3cret-token"])
def test_what_a_server_repeats_of_the_secret_comes_no_further(header: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        said = request.headers["authorization"]
        return httpx.Response(
            200,
            headers={"X-Why": said},
            json={"message": f"no: {said} s3cret-token"},
            extensions={"reason_phrase": said.encode()},
        )

    with Transport(wire=httpx.MockTransport(answer)).client(
        "https://acme.example", headers={"Authorization": header}
    ) as client:
        found = client.get("/")
    scheme = header.rpartition(" ")[0]
    assert found.headers["x-why"] == f"{scheme} ***".strip()
    assert found.reason_phrase == f"{scheme} ***".strip()
    assert found.json() == {"message": f"no: {scheme} *** ***".replace(":  ", ": ")}


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (r'"\ud83d\ude92"', "🚒"),
        (r'"\ud83d"', "\ufffd"),
        (r'"\uDE92\ud83d\ude92 \ud83d."', "\ufffd🚒 \ufffd."),
        (r'"\\ud83d \\\ud83d"', "\\ud83d \\\ufffd"),
    ],
    ids=["pair", "half", "halves", "backslash"],
)
def test_halves_of_pairs_which_nothing_can_store_are_replaced(sent: str, text: str) -> None:
    wire = httpx.MockTransport(lambda _: httpx.Response(200, content=sent.encode()))
    with Transport(wire=wire).client("https://acme.example") as client:
        assert client.get("/").json() == text


def test_importing_this_imports_no_httpx() -> None:
    code = "import sys, followthrough.http as h; h.Transport().now(); print(sorted({'httpx', 'ssl', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
