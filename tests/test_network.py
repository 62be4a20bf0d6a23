"""A tracker behind a private authority, one that asks for a certificate, and one behind a proxy."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from followthrough.connector import Check, Finding, Outside, Rejected
from followthrough.engine.diagnosis import Diagnosis, Patient, diagnose
from followthrough.http import Network, Transport, no_answer
from followthrough.settings import Settings, Tracker
from followthrough.sources.disk import RealDisk
from followthrough.testing import MemoryConnector, MemoryPlugin, MemoryTracker


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


# --- why nobody answered, as doctor tells it ------------------------------------------------------


class Remote(MemoryConnector):
    """A connector that asks a server before it says that all is well."""

    def __init__(self, url: str, outside: Transport) -> None:
        super().__init__(MemoryTracker())
        self.url = url
        self.outside = outside

    def check(self) -> Check:
        with self.outside.client(self.url, timeout=2) as client:
            try:
                client.get("/")
            except httpx.HTTPError as error:
                raise no_answer(error, self.url) from error
        return Check(findings=(Finding("login", True, "bot is logged in."),), place="OPS there")


class RemotePlugin(MemoryPlugin):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def connect(self, settings: Any, outside: Outside, /) -> Remote:
        assert isinstance(outside, Transport)
        return Remote(self.url, outside)


@pytest.fixture
def diagnosed(tmp_path: Path) -> Callable[..., Diagnosis]:
    """What ``doctor`` says of a tracker at an address, with these keys in its section."""

    def run(url: str, **keys: object) -> Diagnosis:
        settings = Settings.model_validate({"trackers": {"ops": {"kind": "remote", **keys}}})
        patient = Patient(
            root=tmp_path,
            settings=settings,
            file=None,
            named=False,
            outside=Transport(),
            disk=RealDisk(),
            load=lambda _kind: RemotePlugin(url),
        )
        return next(
            one for one in diagnose(patient) if one.area == "ops" and one.subject in ("check", "login")
        )

    return run


def test_an_authority_that_nobody_knows_is_told_with_its_cure(
    private: str, certificates: Path, diagnosed: Callable[..., Diagnosis]
) -> None:
    found = diagnosed(private)
    assert found.ok is False
    assert found.message == (
        "The certificate of localhost is signed by an authority this machine does not know: set ca_file."
    )
    assert found.cure == "It is a PEM file with that authority's certificate, named in the tracker's section."
    assert diagnosed(private, ca_file=str(certificates / "ca.pem")).ok is True


def test_a_tracker_that_asks_for_a_certificate_of_ours(
    asking: str, certificates: Path, diagnosed: Callable[..., Diagnosis]
) -> None:
    authority = str(certificates / "ca.pem")
    found = diagnosed(asking, ca_file=authority)
    assert (found.ok, found.message) == (False, "localhost asks for a certificate of ours: set client_cert.")
    assert diagnosed(asking, ca_file=authority, client_cert=str(certificates / "one.pem")).ok is True


def test_a_server_that_is_not_there(diagnosed: Callable[..., Diagnosis]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    found = diagnosed(f"http://127.0.0.1:{port}")
    assert (found.message, found.cure) == (
        "127.0.0.1 refuses the connection.",
        "Check `url` and `proxy`, or try again later.",
    )


def test_a_server_that_does_not_answer_in_time(diagnosed: Callable[..., Diagnosis]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = diagnosed(f"http://127.0.0.1:{listener.getsockname()[1]}")
    assert (found.message, found.cure) == ("127.0.0.1 did not answer in time.", "Try again later.")


def unverified(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "it was signed too weakly"
    return error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (socket.gaierror(-2, "Name or service not known"), "acme.example has no address."),
        (ssl.SSLError(1, "WRONG_VERSION_NUMBER"), "acme.example and this machine could not agree on a secure connection."),
        (unverified(10), "The certificate of acme.example is not valid today."),
        (unverified(62), "The certificate of acme.example is made out to another name."),
        (unverified(68), "The certificate of acme.example cannot be believed (it was signed too weakly)."),
        (httpx.ProxyError("403 s3cret"), "The proxy does not let us through to acme.example."),
        (httpx.ReadError("s3cret"), "acme.example gave no usable answer (ReadError)."),
    ],
    ids=["no such name", "no TLS", "expired", "other name", "weak", "proxy", "anything else"],
)  # fmt: skip
def test_other_causes_are_told_without_what_was_sent(error: Exception, message: str) -> None:
    outer = httpx.ConnectError("outside")
    outer.__cause__ = error
    told = no_answer(
        error if isinstance(error, httpx.HTTPError) else outer, "https://acme.example/api?x=s3cret"
    )
    assert told.message == message
    assert told.hint
    assert "s3cret" not in str(told)
