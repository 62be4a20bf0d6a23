"""The one way out to the network: clients pinned to one origin, careful with secrets.

A client sends nothing to any other origin than its own, follows no redirect, waits for no answer
without end and keeps none of any size. It sends a read again where the tracker had no time for it
(:mod:`followthrough.retrying`), a write never, and nothing faster than the tracker wants
(:mod:`followthrough.limiting`).

:class:`Secret` stands here for connectors: it is the type of a token in a settings model, and its
``resolve()`` belongs where the headers of a client are put together, never earlier.
"""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from followthrough.connector import Rejected, Unreachable
from followthrough.limiting import Halted, Limiter, Pace, Window
from followthrough.no_answer import no_answer
from followthrough.pinned import Pinned, origin_of
from followthrough.redaction import redact, secrets_in
from followthrough.retrying import READ, Breaker, Retries, Retrying, account_of, is_limit, retry_after
from followthrough.secrets import Secret, SecretError, SecretText

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = [
    "READ",
    "RESPONSE_LIMIT",
    "Breaker",
    "Network",
    "Pace",
    "Retries",
    "Secret",
    "SecretError",
    "SecretText",
    "Transport",
    "Window",
    "check_url",
    "is_limit",
    "no_answer",
    "redact",
    "retry_after",
]

RESPONSE_LIMIT: Final = 32 * 1024 * 1024
"""Bytes of one answer, unpacked: many times what any tracker sends."""


VERIFY_X509_STRICT: Final = 0x20
"""OpenSSL's flag X509_V_FLAG_X509_STRICT (the module ``ssl`` is slow to import)."""


CLOCKS_DIFFER: Final = timedelta(minutes=2)
"""What an answer may take on its way, and servers be wrong by."""


MOST_BELIEVED: Final = timedelta(days=2)
"""A server that is wrong by more must not hold anything up for years."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _chance() -> float:
    """From 0 up to 1. (The module ``random`` is slow to import, and most commands never wait.)"""
    return int.from_bytes(os.urandom(6), "big") / 2**48


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
                # From Python 3.13 on, authorities without RFC 5280's extensions are refused, as many a
                # company's own is; whoever names one means it.
                context.verify_flags &= ~VERIFY_X509_STRICT
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
class _Run:
    """What all clients of one run share."""

    requests: int = 0
    until: float = float("inf")
    ahead: timedelta = timedelta()
    """How far the clock of a tracker was ahead of ours at most,"""
    behind: timedelta = timedelta()
    """and how far behind; small differences are none."""
    limiters: dict[tuple[str, str], Limiter] = field(default_factory=dict)
    """By origin and account."""

    def count(self) -> None:
        self.requests += 1

    def dated(self, skew: timedelta) -> None:
        if abs(skew) > CLOCKS_DIFFER:
            self.ahead = max(self.ahead, min(skew, MOST_BELIEVED))
            self.behind = min(self.behind, max(skew, -MOST_BELIEVED))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """What a transport works with; tests give their own."""

    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    halted: Callable[[], bool]
    wire: httpx.BaseTransport | None
    retries: Retries


class Transport:
    """What connectors are given of the world outside; see :class:`followthrough.connector.Outside`.

    Tests give a clock, a sleep that does not wait, randomness from 0 up to 1, and a ``wire``: an httpx
    transport that takes the place of the network, below everything promised here. ``monotonic``
    counts seconds for pace and patience; with a clock of one's own it is that clock. Once ``halted``
    nothing more is sent.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = _utc_now,
        monotonic: Callable[[], float] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = _chance,
        halted: Callable[[], bool] = bool,
        wire: httpx.BaseTransport | None = None,
        network: Network | None = None,
        retries: Retries | None = None,
    ) -> None:
        if monotonic is None:
            monotonic = time.monotonic if clock is _utc_now else lambda: clock().timestamp()
        self._means = _Means(
            clock=clock,
            monotonic=monotonic,
            sleep=sleep,
            random=random,
            halted=halted,
            wire=wire,
            retries=retries or Retries(),
        )
        self._run = _Run()
        self._network = network
        self.breaker = Breaker(self._means.retries)
        """Whether this scope is still asked, and how many requests were in vain."""

    def through(self, network: Network | None) -> Transport:
        """The same run as another scope sees it: its connections made this way, its failures its own."""
        scope = object.__new__(Transport)
        scope._means, scope._run, scope._network = self._means, self._run, network
        scope.breaker = Breaker(self._means.retries)
        return scope

    @property
    def requests(self) -> int:
        """How many requests its clients have sent, those of :meth:`through` included."""
        return self._run.requests

    def wait_no_longer_than(self, moment: float) -> None:
        """From that moment of ``monotonic`` on no client of the run waits for its turn or tries again."""
        self._run.until = moment

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._means.clock().astimezone(UTC)

    def earliest_now(self) -> datetime:
        """The time by whichever clock is behind, ours or that of a tracker that has answered.

        Whoever waits for a time to pass looks here, and notes its beginning by :meth:`latest_now`: then
        setting one of the clocks makes a wait longer, never shorter.
        """
        return self.now() + self._run.behind

    def latest_now(self) -> datetime:
        """The time by whichever clock is ahead."""
        return self.now() + self._run.ahead

    def sleep(self, seconds: float) -> None:
        """Wait. Raises :class:`~followthrough.connector.Unreachable` where the run is stopped meanwhile."""
        try:
            self._means.sleep(seconds)
        except Halted as error:
            raise Unreachable("The wait was broken off, because this run is being stopped.") from error

    def client(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60.0,
        deadline: float = 300.0,
        limit: int = RESPONSE_LIMIT,
        trust_env: bool = False,
        pace: Pace | None = None,
    ) -> httpx.Client:
        """An httpx client for the origin of ``base_url`` and no other; it requests nothing yet.

        ``headers``, the credentials among them, go with each request. ``timeout`` is for each step
        of a request, ``deadline`` for reading an answer's body as a whole, both in seconds. With
        ``trust_env`` the environment may name a proxy and certificates. All clients of one host and
        token keep ``pace`` together. ``GET``, ``HEAD`` and what has ``extensions=READ`` are sent
        again where that may help, all else is sent once.

        Raises :class:`~followthrough.connector.Rejected` if ``base_url`` is unfit. The client raises
        a :class:`~followthrough.connector.ConnectorError` only where nothing was sent: the same for a
        request to another origin, ``RateLimited`` where its turn comes too late, ``Unreachable``
        where the scope is asked no more in this run. It raises ``httpx.HTTPError`` where an answer
        does not come, is broken off or is too large.
        """
        try:
            base_url = check_url(base_url)
        except ValueError as error:
            raise Rejected(str(error)) from error
        # httpx is heavy, and most commands never reach the network.
        import httpx

        wire = self._means.wire or self._connections(base_url, trust_env)
        origin = origin_of(httpx.URL(base_url))
        hidden = secrets_in(headers or {})
        pinned = Pinned(wire, origin, self._run.count, deadline=deadline, limit=limit, hidden=hidden)
        patient = self._patient(pinned, f"{origin[1]}:{origin[2]}", account_of(headers or {}), pace or Pace())
        return httpx.Client(
            base_url=base_url,
            # gzip is the one packing whose size we can bound while unpacking it.
            headers={"Accept-Encoding": "gzip", **(headers or {})},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            follow_redirects=False,
            trust_env=False,
            transport=cast("httpx.BaseTransport", patient),
        )

    def _patient(self, pinned: Pinned, host: str, account: str, pace: Pace) -> Retrying:
        means = self._means
        limiter = self._run.limiters.setdefault((host, account), Limiter(means.monotonic, means.sleep))
        return Retrying(
            inner=cast("httpx.BaseTransport", pinned),
            limiter=limiter,
            pace=pace,
            breaker=self.breaker,
            retries=means.retries,
            now=means.monotonic,
            clock=means.clock,
            sleep=means.sleep,
            random=means.random,
            until=lambda: self._run.until,
            halted=means.halted,
            dated=self._run.dated,
        )

    def _connections(self, base_url: str, trust_env: bool) -> httpx.HTTPTransport:
        import logging

        import httpx

        # At its most talkative it repeats the headers of answers, in which a server may repeat our own.
        logging.getLogger("httpcore").setLevel(logging.INFO)
        network = self._network or Network()
        proxy = _proxy_for(base_url) if trust_env else None
        if network.proxy and urlsplit(base_url).scheme == "https":
            proxy = network.proxy
        own = network.ca_file or network.client_cert
        verify = network.context() if own else _usual_context(*_authorities(trust_env))
        return httpx.HTTPTransport(retries=0, trust_env=trust_env, verify=verify, proxy=proxy)


def _authorities(trust_env: bool) -> tuple[str | None, str | None]:
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    file, folder = (os.environ.get(name) if trust_env else None for name in names)
    return file, folder


@cache
def _usual_context(file: str | None, folder: str | None) -> ssl.SSLContext:
    """TLS with the authorities of the machine: read once for all clients, since it takes 25 ms."""
    import httpx

    return httpx.create_ssl_context(trust_env=bool(file or folder))


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
