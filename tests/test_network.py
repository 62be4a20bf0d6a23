"""A tracker behind a private authority, one that asks for a certificate, and one behind a proxy."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from followthrough.connector import Rejected
from followthrough.http import Network, Transport
from followthrough.settings import Tracker


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private authority, and a certificate with its key for localhost."""
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Private", "-days", "2")
    openssl("req", *key, "-keyout", "one.key", "-out", "one.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl("x509", "-req", "-in", "one.csr", "-out", "one.crt", *signed)
    (folder / "one.pem").write_text((folder / "one.crt").read_text() + (folder / "one.key").read_text())
    openssl("ec", "-in", "one.key", "-aes256", "-passout", "pass:x", "-out", "locked.key")
    (folder / "locked.pem").write_text((folder / "one.crt").read_text() + (folder / "locked.key").read_text())
    return folder


def served(certificates: Path, *, asks: bool) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "one.pem")
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificates / "ca.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that go away are the test
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def private(certificates: Path) -> Iterator[str]:
    yield from served(certificates, asks=False)


@pytest.fixture
def asking(certificates: Path) -> Iterator[str]:
    yield from served(certificates, asks=True)


def get(url: str, network: Network | None) -> str:
    transport = Transport() if network is None else Transport().through(network)
    with transport.client(url, timeout=5) as client:
        return client.get("/").text


def test_a_private_authority_is_believed_only_where_the_settings_name_it(
    private: str, certificates: Path
) -> None:
    with pytest.raises(httpx.ConnectError):
        get(private, None)
    assert get(private, Network(ca_file=certificates / "ca.pem")) == "ok"


def test_a_certificate_is_shown_where_one_is_asked_for(asking: str, certificates: Path) -> None:
    authority = certificates / "ca.pem"
    with pytest.raises(httpx.TransportError):
        get(asking, Network(ca_file=authority))
    assert get(asking, Network(ca_file=authority, client_cert=certificates / "one.pem")) == "ok"


@pytest.mark.parametrize("name", ["one.key", "names", "locked.pem", "nowhere.pem"])
def test_a_file_that_is_no_certificate_is_a_sentence_and_asks_nobody(name: str, certificates: Path) -> None:
    with pytest.raises(Rejected, match=r"client_cert .* cannot be used"):
        get("https://localhost:1", Network(client_cert=certificates / name))
    if name != "locked.pem":
        with pytest.raises(Rejected, match=r"ca_file .* cannot be used"):
            get("https://localhost:1", Network(ca_file=certificates / name))


def test_a_proxy_is_asked_for_the_tracker_and_learns_nothing_else() -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            connection, _ = listener.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = (
            Transport()
            .through(Network(proxy=proxy))
            .client("https://tracker.example/api", headers={"Authorization": "Bearer s3cret"})
        )
        with client, pytest.raises(httpx.ProxyError):
            client.get("/api/x")
        thread.join()
    assert heard[0].startswith(b"CONNECT tracker.example:443 ")
    assert b"s3cret" not in heard[0]


def test_the_keys_of_a_section_become_a_network(tmp_path: Path) -> None:
    assert Tracker(kind="x").network(tmp_path) is None
    tracker = Tracker.model_validate({"kind": "x", "ca_file": "ca.pem", "proxy": "http://p.example:3128/"})
    assert tracker.network(tmp_path) == Network(tmp_path / "ca.pem", None, "http://p.example:3128")
