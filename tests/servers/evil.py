"""Answers of a server that means harm, each made of an honest one.

A list, so that a new idea is a line. ``Elsewhere`` is where an evil server wants a client to go.
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import os
import shutil
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from fault_proxy import Answered, Rewrite
from sweeping import ENDS, Case

__all__ = ["CASES", "Elsewhere", "endured", "evils", "forms", "kept"]

JSON = {"Content-Type": "application/json"}


class Elsewhere:
    """A context manager: another origin, which keeps whatever anybody sends it and answers nothing."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._listen, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(1)
                try:
                    self.heard.append(connection.recv(65536))
                except OSError:
                    self.heard.append(b"a connection without a word")


def fixed(status: int, headers: dict[str, str], body: bytes = b"") -> Rewrite:
    return lambda _request, _answer: (status, headers, body)


def raw(text: bytes) -> Rewrite:
    return lambda _request, _answer: text


def with_header(name: str, value: str) -> Rewrite:
    return lambda _, answer: (answer[0], {**answer[1], name: value}, answer[2])


def with_values(leaf: Callable[[Any], Any]) -> Rewrite:
    return lambda _, answer: changed(answer, leaf)


def redirects(to: str) -> Iterator[tuple[str, Rewrite]]:
    """Ways of sending a client elsewhere."""
    for status in (301, 302, 303, 307, 308):
        yield f"{status} elsewhere", fixed(status, {"Location": f"{to}/x"})
    host = to.removeprefix("http://")
    for name, place in {
        "name and password": f"http://user:word@{host}/x",
        "no scheme": f"//{host}/x",
        "a file": "file:///etc/passwd",
        "a script": "javascript:alert(1)",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "a loop": "?again",
        "odd characters": f"http://\\\\{host}\t/ä",
    }.items():
        yield f"307 with {name}", fixed(307, {"Location": place.encode().decode("latin-1")})
    for header in ("Content-Location", "Refresh", "Alt-Svc", "Location"):
        yield f"{header} on an honest answer", with_header(header, f"0; url={to}/x")
    pages = f'<{to}/x?page=2>; rel="next", <{to}/x?page=9>; rel="last"'
    yield "Link to the next page", with_header("Link", pages)
    yield "401 that asks for more", fixed(401, {"Www-Authenticate": f'Basic realm="{to}"'})
    yield "407 of a proxy", fixed(407, {"Proxy-Authenticate": "Basic"})
    yield "cookies", with_header("Set-Cookie", "session=evil; Domain=127.0.0.1; Path=/")

    def addresses(_: Mapping[str, str], answer: Answered) -> Answered:
        return changed(answer, lambda value: f"{to}/x" if str(value).startswith("http") else value)

    yield "addresses in the body", addresses


def changed(answer: Answered, leaf: Callable[[Any], Any]) -> Answered:
    """The answer with every value in it that holds no other replaced."""
    status, headers, body = answer

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner) for inner in value]
        return leaf(value)

    try:
        value = json.loads(unpacked(headers, body))
    except ValueError:
        return answer
    return status, {**without(headers), **JSON}, json.dumps(walk(value)).encode()


def unpacked(headers: Mapping[str, str], body: bytes) -> bytes:
    return gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body


def without(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Content-Encoding"}


def echo(request: Mapping[str, str], answer: Answered) -> Answered:
    """Every text says what the client sent as its secret."""
    said = spoken(request)
    return changed(
        answer, lambda value: f"{value} {said}" if isinstance(value, str) and " " in value else value
    )


def spoken(request: Mapping[str, str]) -> str:
    """The secret as it came and, of a name and password, as it is."""
    sent = request.get("Authorization", "")
    if sent.startswith("Basic "):
        return f"{sent} {base64.b64decode(sent[6:]).decode()}"
    return sent


def refusing(status: int) -> Rewrite:
    """A refusal that tells the secret wherever a client might look for words."""

    def refused(request: Mapping[str, str], _answer: Answered) -> Answered:
        said = spoken(request)
        errors: object = {"summary": said} if status == 400 else [{"message": said}]
        body = {"message": f"No: {said}", "errorMessages": [f"No: {said}"], "errors": errors}
        told = {"X-Seraph-Loginreason": said, "X-Accepted-Github-Permissions": said}
        return status, {**JSON, **told}, json.dumps(body).encode()

    return refused


def refusals() -> Iterator[tuple[str, Rewrite]]:
    """The secret in what is told when something goes wrong."""
    yield "the secret in every text", echo
    for status in (400, 401, 403, 404, 422, 429, 500, 503):
        yield f"{status} with the secret", refusing(status)
    yield (
        "the secret as the reason",
        lambda request, _: f"HTTP/1.1 400 {spoken(request)}\r\nContent-Length: 0\r\n\r\n".encode(),
    )


def wrong_types() -> Iterator[tuple[str, Rewrite]]:
    """JSON, but not what was asked for."""
    texts = {
        "nothing": "",
        "null": "null",
        "true": "true",
        "a number": "7",
        "a text": '"text"',
        "a list": "[]",
        "an object": "{}",
        "a list of null": "[null, null]",
        "a list of lists": "[[], [[]]]",
        "a large number": "1" * 5000,
        "no number": '{"total": NaN, "id": Infinity, "number": 1e999}',
        "a key twice": '{"id": "1", "id": {"id": 2}}',
        "half of it": '{"issues": [{"id": "1", ',
        "deep": "[" * 100_000,
        "deep and closed": '{"a":' * 50_000 + "1" + "}" * 50_000,
        "many": "[" + "null," * 1_000_000 + "null]",
    }
    for name, text in texts.items():
        yield name, fixed(200, JSON, text.encode())
    leaves: dict[str, Callable[[Any], Any]] = {
        "every value null": lambda _: None,
        "every value an object": lambda value: {"value": value},
        "every value a list": lambda value: [value],
        "every number a text": lambda value: str(value) if isinstance(value, int) else value,
        "every text a number": lambda value: 7 if isinstance(value, str) else value,
        "every text empty": lambda value: "" if isinstance(value, str) else value,
        "every number negative": lambda value: -1 if type(value) is int else value,
        "every number large": lambda value: 10**30 if type(value) is int else value,
        "every text a path": lambda value: "../../../x?a=b#c" if isinstance(value, str) else value,
        "every text odd": lambda value: "\ud800\x00\x1b[31m\u202e\r\n" if isinstance(value, str) else value,
        "every text long": lambda value: "x" * 20_000 if isinstance(value, str) else value,
        "more behind every text": lambda value: (
            f"{value}\x00\x1b[2J\u202e" if isinstance(value, str) else value
        ),
        "every truth the other way": lambda value: not value if isinstance(value, bool) else value,
    }
    for name, leaf in leaves.items():
        yield name, with_values(leaf)
    yield "one more page for ever", more_pages


def more_pages(_: Mapping[str, str], answer: Answered) -> Answered:
    """There is always a next page, and it is the same one."""
    status, headers, body = answer
    try:
        value = json.loads(unpacked(headers, body))
    except ValueError:
        return answer
    if isinstance(value, dict):
        value |= {"isLast": False, "nextPageToken": "again", "total": 10**9}
    return status, {**without(headers), **JSON, "Link": '<?page=2>; rel="next"'}, json.dumps(value).encode()


def packings() -> Iterator[tuple[str, Rewrite]]:
    """Bytes that are not what the headers say, or too many."""
    zipped = {**JSON, "Content-Encoding": "gzip"}
    yield "40 MB", fixed(200, JSON, b"[" + b" " * 40_000_000 + b"]")
    yield "gzip of 100 MB", fixed(200, zipped, gzip.compress(b" " * 100_000_000, 1))
    yield "gzip that ends early", fixed(200, zipped, gzip.compress(b"{}" * 99)[:-9])
    yield "no gzip", fixed(200, zipped, b"{}")
    yield "deflate", fixed(200, {**JSON, "Content-Encoding": "deflate"}, zlib.compress(b"{}"))
    yield "br", fixed(200, {**JSON, "Content-Encoding": "br"}, b"{}")
    yield "UTF-16", fixed(200, JSON, '{"issues": []}'.encode("utf-16"))
    yield "bytes of no encoding", fixed(200, JSON, b'{"message": "\xff\xfe\x00"}')
    yield "a page", fixed(200, {"Content-Type": "text/html"}, b"<html><title>Sign in</title>")
    yield "a page that says it is JSON", fixed(200, JSON, b"<html><title>Sign in</title>")
    yield "204 for everything", fixed(204, {})
    yield "304 for everything", fixed(304, {})
    yield "a status nobody knows", fixed(799, JSON, b"{}")
    yield "years to wait", fixed(429, {"Retry-After": "9999999999"})
    yield "a wait of no number", fixed(429, {"Retry-After": "soon", "X-Ratelimit-Reset": "never"})
    yield "a date of no calendar", with_header("Last-Modified", "Thu, 99 Xxx 9999")


def no_http() -> Iterator[tuple[str, Rewrite]]:
    """Bytes that are no answer, or one that no client should take."""
    head = b"HTTP/1.1 200 OK\r\n"
    texts = {
        "nothing at all": b"\r\n",
        "another protocol": b"SSH-2.0-OpenSSH_9.9\r\n",
        "a page without a head": b"<html>hello</html>",
        "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: evil\r\nConnection: Upgrade\r\n\r\nevil",
        "a thousand hints": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 1000,
        "a header without end": head + b"X: " + b"x" * 2_000_000 + b"\r\n\r\n",
        "ten thousand headers": head + b"X: y\r\n" * 10_000 + b"\r\n",
        "two lengths": head + b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
        "a length below nothing": head + b"Content-Length: -1\r\n\r\n{}",
        "more than was said": head + b"Content-Length: 2\r\n\r\n{}" + head + b"\r\n",
        "chunks that are none": head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    }
    for name, text in texts.items():
        yield name, raw(text)


@cache
def evils(to: str) -> list[tuple[str, Rewrite]]:
    """All of them, by name; ``to`` is another origin."""
    return list(itertools.chain(redirects(to), refusals(), wrong_types(), packings(), no_http()))


NIGHTLY = os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"
CASES = [
    # Each idea once in every run, and by night before and after filing.
    (name, filed)
    for number, (name, _) in enumerate(evils("http://127.0.0.1:1"))
    for filed in (False, True)
    if NIGHTLY or (number + filed) % 2 == 0
]


def suffered(case: Case, rewrite: Rewrite, *commands: str) -> str:
    """Run commands against an evil server, then a few nights against the honest one; what was said."""
    case.proxy.rewrite = rewrite
    said = ""
    for command in commands:
        done = case.desk.run(*command.split())
        said += done.said
        assert done.code in {*ENDS, 5}, said
    case.proxy.rewrite = None
    return said


def endured(case: Case, elsewhere: Elsewhere, name: str, *, filed: bool, secrets: Sequence[str]) -> None:
    """Nothing leaks to an evil server, into words or onto the disk, and nothing is filed twice."""
    if filed:
        case.desk.ok("file", "--yes")
        case.clock.advance(hours=20)
    commands = ("doctor", "file --yes", "sync", "run") if NIGHTLY else ("doctor", "run")
    said = suffered(case, dict(evils(elsewhere.url))[name], *commands)
    assert elsewhere.heard == []
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in kept(case.desk.folder)
    case.nights(3)
    case.assert_whole()
    shutil.rmtree(case.desk.folder)


def kept(folder: Path) -> bytes:
    """All that lies in a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def forms(secret: str, name: str = "") -> list[str]:
    """How a secret may be written, also as the password of a name."""
    packed = base64.b64encode(f"{name}:{secret}".encode()).decode()
    alone = base64.b64encode(secret.encode()).decode().rstrip("=")
    return [secret, quote(secret, safe=""), packed.rstrip("="), alone]
