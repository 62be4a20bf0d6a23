"""The one way out to the network: clients pinned to one origin, careful with secrets.

A client sends nothing to any other origin than its own, follows no redirect, repeats nothing,
waits for no answer without end and keeps none of any size.

:class:`Secret` stands here for connectors: it is the type of a token in a settings model, and its
``resolve()`` belongs where the headers of a client are put together, never earlier.
"""

from __future__ import annotations

import ipaddress
import json
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, cast
from urllib.parse import quote, quote_plus, urlsplit

from followthrough.connector import Rejected
from followthrough.no_answer import no_answer
from followthrough.secrets import Secret, SecretError, SecretText

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = [
    "RESPONSE_LIMIT",
    "Network",
    "Secret",
    "SecretError",
    "SecretText",
    "Transport",
    "check_url",
    "no_answer",
    "redact",
]

RESPONSE_LIMIT: Final = 32 * 1024 * 1024
"""Bytes of one answer, unpacked: many times what any tracker sends."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Network:
    """How one tracker is reached: ``ca_file``, ``client_cert`` and ``proxy`` of its section."""

    ca_file: Path | None = None
    """Authorities that are believed beside the usual ones."""
    client_cert: Path | None = None
    """A certificate and its key in one PEM file, shown to the tracker."""
    proxy: str | None = None

    def context(self) -> ssl.SSLContext:
        """TLS with these files. Raises :class:`~followthrough.connector.Rejected` where one is unfit."""
        import httpx

        context = httpx.create_ssl_context(trust_env=False)
        try:
            if self.ca_file is not None:
                context.load_verify_locations(self.ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise Rejected(
                f"ca_file {self.ca_file} cannot be used ({error.strerror or error}).",
                hint="It is a PEM file of certificates.",
            ) from error
        try:
            if self.client_cert is not None:
                # An answer, be it a wrong one, keeps OpenSSL from asking on the terminal.
                context.load_cert_chain(self.client_cert, password=lambda: b"")
        except OSError as error:
            raise Rejected(
                f"client_cert {self.client_cert} cannot be used ({error.strerror or error}).",
                hint="It is a PEM file with a certificate and its key, the key without a password.",
            ) from error
        return context


@dataclass(slots=True)
class Tally:
    """What was sent so far, over all clients of one run."""

    requests: int = 0


class Transport:
    """What connectors are given of the world outside; see :class:`followthrough.connector.Outside`.

    Tests give a clock, a sleep that does not wait, and a ``wire``: an httpx transport that takes the
    place of the network, below everything promised here.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], None] = time.sleep,
        wire: httpx.BaseTransport | None = None,
        network: Network | None = None,
        tally: Tally | None = None,
    ) -> None:
        self._tally = tally or Tally()
        self._clock = clock
        self._sleep = sleep
        self._wire = wire
        self._network = network

    def through(self, network: Network) -> Transport:
        """The same, its clients' connections made this way."""
        return Transport(
            clock=self._clock, sleep=self._sleep, wire=self._wire, network=network, tally=self._tally
        )

    @property
    def requests(self) -> int:
        """How many requests its clients have sent, those of :meth:`through` included."""
        return self._tally.requests

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._clock().astimezone(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._sleep(seconds)

    def client(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60.0,
        deadline: float = 300.0,
        limit: int = RESPONSE_LIMIT,
        trust_env: bool = False,
    ) -> httpx.Client:
        """An httpx client for the origin of ``base_url`` and no other; it requests nothing yet.

        ``headers``, the credentials among them, go with each request. ``timeout`` is for each step
        of a request, ``deadline`` for reading an answer's body as a whole, both in seconds. With
        ``trust_env`` the environment may name a proxy and certificates.

        Raises :class:`~followthrough.connector.Rejected` if ``base_url`` is unfit. The client raises
        the same for a request to another origin, which is not sent, and ``httpx.HTTPError`` where
        an answer does not come, is broken off or is too large.
        """
        try:
            base_url = check_url(base_url)
        except ValueError as error:
            raise Rejected(str(error)) from error
        # httpx is heavy, and most commands never reach the network.
        import httpx

        wire = self._wire or self._connections(base_url, trust_env)
        pinned = _Pinned(wire, _origin(httpx.URL(base_url)), self._tally, deadline=deadline, limit=limit)
        return httpx.Client(
            base_url=base_url,
            # gzip is the one packing whose size we can bound while unpacking it.
            headers={"Accept-Encoding": "gzip", **(headers or {})},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            follow_redirects=False,
            trust_env=False,
            transport=cast("httpx.BaseTransport", pinned),
        )

    def _connections(self, base_url: str, trust_env: bool) -> httpx.HTTPTransport:
        import httpx

        network = self._network or Network()
        proxy = _proxy_for(base_url) if trust_env else None
        if network.proxy and urlsplit(base_url).scheme == "https":
            proxy = network.proxy
        own = network.ca_file or network.client_cert
        verify: ssl.SSLContext | bool = network.context() if own else True
        return httpx.HTTPTransport(retries=0, trust_env=trust_env, verify=verify, proxy=proxy)


class _Pinned:
    """An ``httpx.BaseTransport`` (by shape: its class would import httpx) in front of the network.

    The check sits here because nothing that httpx does to a request (base URL, redirect, proxy)
    comes after it.
    """

    def __init__(
        self,
        wire: httpx.BaseTransport,
        origin: tuple[str, str, int | None],
        tally: Tally,
        *,
        deadline: float,
        limit: int,
    ) -> None:
        self._tally = tally
        self._wire = wire
        self._origin = origin
        self._deadline = deadline
        self._limit = limit

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import httpx

        if _origin(request.url) != self._origin or request.url.userinfo:
            scheme, host, _ = self._origin
            raise Rejected(
                f"A request to {request.url.scheme}://{request.url.host} was not sent: this tracker is {scheme}://{host}.",
                hint="If the tracker has moved, set its new url in the settings.",
            )
        self._tally.requests += 1
        response = self._wire.handle_request(request)
        try:
            body = b"".join(self._unpacked(response))
        finally:
            response.close()
        # The body is unpacked and whole now, so these would no longer be true.
        gone = {"content-encoding", "content-length", "transfer-encoding"}
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in gone]
        return httpx.Response(
            response.status_code, headers=headers, content=body, extensions=response.extensions
        )

    def _unpacked(self, response: httpx.Response) -> Iterator[bytes]:
        import httpx

        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip"):
            raise httpx.DecodingError(f"The answer is packed as {coding}, which was not asked for.")
        unzip = zlib.decompressobj(wbits=31) if coding == "gzip" else None
        end, size = time.monotonic() + self._deadline, 0
        for chunk in cast("httpx.SyncByteStream", response.stream):
            if time.monotonic() > end:
                raise httpx.ReadTimeout(f"The answer was not complete after {self._deadline:g} s.")
            try:
                # One byte over the limit is enough to know that it is too large.
                data = unzip.decompress(chunk, self._limit - size + 1) if unzip else chunk
            except zlib.error as error:
                raise httpx.DecodingError(f"The answer is badly packed ({error}).") from error
            size += len(data)
            if size > self._limit:
                raise httpx.ReadError(f"The answer is larger than {self._limit} bytes.")
            yield data
        if unzip and size and not unzip.eof:
            raise httpx.DecodingError("The answer is cut off.")

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Self:
        self._wire.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._wire.close()


def check_url(url: str) -> str:
    """The address of a tracker, without its last slash.

    Raises ``ValueError`` (so a settings model may use it as it is) unless it is https, or http to
    this machine, without user name, query and fragment.
    """
    # Two parsers may read odd characters differently, and one of them decides where a token goes.
    if not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        raise ValueError(f"{url!r} is not a web address: it holds characters that none has.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is not a web address ({error}).") from error
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        # Not shown: it may hold a password.
        raise ValueError("An address must not hold a user name or password: give them as email and token.")
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise ValueError(f"{url!r} is not a web address: write it as https://tracker.example.")
    if parts.query or parts.fragment:
        raise ValueError(f"{url!r} goes on after ? or #: leave that away.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError(
            f"{url} would send the token unprotected: use https (http is for this machine only)."
        )
    return url.rstrip("/")


def redact(text: str, secrets: Collection[str]) -> str:
    """The text with every secret, also as it stands in addresses and JSON, replaced by ``***``."""
    forms = {
        form
        for secret in secrets
        if secret
        for form in (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])
    }
    # The longest first: one secret may be the beginning of another.
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return text


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _proxy_for(url: str) -> str | None:
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    # To this machine no proxy is needed, and over plain http one would see the token.
    if parts.scheme == "http" or proxy_bypass(parts.netloc):
        return None
    proxies = getproxies()
    return proxies.get("https") or proxies.get("all")
