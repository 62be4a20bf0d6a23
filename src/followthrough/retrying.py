"""When a request is sent again, and when a tracker that fails is asked no more.

Reads are sent again where the tracker or the network had no time for them; what changes something is
sent once, whatever becomes of it. Full jitter and the quota that retries draw on are those of the AWS
SDKs' standard mode: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from followthrough.connector import RateLimited, Unreachable
from followthrough.limiting import Halted, Limiter, Pace, TooLong

if TYPE_CHECKING:
    import httpx

__all__ = ["READ", "Breaker", "Hopeless", "Retries", "Retrying", "is_limit", "retry_after"]

READ: Final[dict[str, str]] = {"followthrough": "read"}
"""``extensions`` of a request that reads although its method is POST: a search, a GraphQL query."""

_TIRED: Final = frozenset({429, 502, 503, 504})
_LONGEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How patient a run is with one scope; times in seconds."""

    tries: int = 4
    """How often one read is sent at most."""
    first: float = 0.5
    """The first retry comes within so much, each further one within twice as much."""
    longest: float = 20.0
    patience: float = 120.0
    """How long one request may wait for its turns, all its tries together."""
    quota: float = 5.0
    """So many retries are free; then they must be earned."""
    earned: float = 0.2
    """By a request that went well, in retries."""
    failures: int = 5
    """So many failed requests in a row, and the scope is asked no more."""


class Hopeless(Exception):
    """The cause of an error that sending again would only repeat, such as an answer that is too large."""


class Breaker:
    """Whether one scope is still asked in this run; shared by its clients."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._lock = threading.Lock()
        self._quota = retries.quota
        self._in_a_row = 0
        self.wasted = 0
        """Requests that were answered by nothing, by "too many", or by an error of the server's own."""
        self.off = ""
        """Why the scope is asked no more; empty while it is."""

    def check(self, host: str) -> None:
        """Raises :class:`~followthrough.connector.Unreachable` where the scope is asked no more."""
        if self.off:
            raise Unreachable(
                f"{host} is asked no more in this run: {self.off}.", hint="The next run tries again."
            )

    def went_well(self) -> None:
        """An answer came; that it was a refusal does not matter."""
        with self._lock:
            self._in_a_row = 0
            self._quota = min(self._retries.quota, self._quota + self._retries.earned)

    def failed(self) -> None:
        """No answer, or none that can be used."""
        with self._lock:
            self.wasted += 1
            self._in_a_row += 1
            if self._in_a_row >= self._retries.failures:
                self._turn_off(f"{self._in_a_row} requests in a row failed")

    def take_retry(self) -> bool:
        """Whether a request may be sent again; where the quota is used up the scope is turned off."""
        with self._lock:
            if self.off:
                return False
            if self._quota < 1:
                self._turn_off(f"too many requests had to be sent again ({self.wasted} failed)")
                return False
            self._quota -= 1
            return True

    def _turn_off(self, why: str) -> None:
        self.off = self.off or why


@dataclass(slots=True, kw_only=True)
class Retrying:
    """An ``httpx.BaseTransport`` (by shape) that waits for turns and sends reads again.

    What it raises of its own, a :class:`~followthrough.connector.ConnectorError`, it raises before
    anything was sent. Whatever httpx raises may come after.
    """

    inner: httpx.BaseTransport
    limiter: Limiter
    pace: Pace
    breaker: Breaker
    retries: Retries
    now: Callable[[], float]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    until: Callable[[], float]
    """After this moment of ``now`` nothing is waited for."""
    halted: Callable[[], bool] = bool
    """Whether the run is being stopped: nothing more is sent."""
    dated: Callable[[timedelta], None] = lambda _skew: None
    """Told with each answer how far the server's clock is ahead of ours."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import httpx

        read = request.method in {"GET", "HEAD"} or request.extensions.get("followthrough") == "read"
        latest = min(self.now() + self.retries.patience, self.until())
        tries = self.retries.tries if read else 1
        for number in range(1, tries + 1):
            try:
                response = self._once(request, not read, latest)
            except httpx.RequestError as error:
                self.breaker.failed()
                if number == tries or not _passes(error) or not self._may_retry(number, latest):
                    raise
                continue
            if not self._is_bad(response):
                return response
            repeat = response.status_code in _TIRED or self._is_limit(response)
            if number == tries or not repeat or not self._may_retry(number, latest, response):
                return response
        raise AssertionError("the last try returns or raises")

    def _once(self, request: httpx.Request, write: bool, latest: float) -> httpx.Response:
        host = request.url.host
        self.breaker.check(host)
        try:
            with self.limiter.turn(self.pace, write=write, latest=latest):
                if self.halted():
                    raise Halted
                response = self.inner.handle_request(request)
        except Halted as error:
            raise Unreachable(f"{host} was not asked, because this run is being stopped.") from error
        except TooLong as error:
            wait = timedelta(seconds=math.ceil(error.seconds))
            raise RateLimited(
                f"{host} wants to be asked more slowly: the next request may go out in {spoken(wait)}.",
                retry_after=wait,
                hint="The next run goes on.",
            ) from error

        there = _date(response.headers.get("date", ""))
        if there is not None:
            self.dated(there - self.clock())
        return response

    def _is_bad(self, response: httpx.Response) -> bool:
        """Count the answer, and keep every client of this host and token quiet for as long as it asks."""
        limit = self._is_limit(response)
        if not limit and response.status_code < 500:
            self.breaker.went_well()
            return False
        self.breaker.failed()
        said = retry_after(response, self.clock())
        for_all = response.headers.get("ratelimit-reason", "").strip().lower() not in self.pace.one_only
        if for_all and (said is not None or limit):
            self.limiter.close_for(self.pace.unsaid if said is None else said.total_seconds())
        return True

    def _is_limit(self, response: httpx.Response) -> bool:
        return is_limit(response) or self.pace.in_words(response)

    def _may_retry(self, number: int, latest: float, response: httpx.Response | None = None) -> bool:
        """Wait before the next try. False where that would take too long, or the quota is used up."""
        said = retry_after(response, self.clock()) if response is not None else None
        if said is not None:
            # The limiter keeps this time; here it is only asked whether it can be waited for.
            pause, wait = 0.0, said.total_seconds()
        else:
            most = min(self.retries.longest, self.retries.first * 2 ** (number - 1))
            pause = wait = self.random() * most
        if self.now() + wait > latest or not self.breaker.take_retry():
            return False
        try:
            if pause:
                self.sleep(pause)
        except Halted:
            return False
        return not self.halted()

    def close(self) -> None:
        self.inner.close()

    def __enter__(self) -> Retrying:
        self.inner.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.inner.close()


def _passes(error: httpx.RequestError) -> bool:
    """Whether a second try may go better."""
    import ssl

    import httpx

    lasting = httpx.DecodingError | httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.ProxyError
    if isinstance(error, lasting):
        return False
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Hopeless | ssl.SSLError):
            return False
        cause = cause.__cause__ or cause.__context__
    return True


def is_limit(response: httpx.Response) -> bool:
    """Whether an answer says "too many requests": 429, or GitHub's 403 with its headers for that.

    <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>
    """
    if response.status_code == 403:
        headers = response.headers
        return "retry-after" in headers or headers.get("x-ratelimit-remaining", "").strip() == "0"
    return response.status_code == 429


def retry_after(response: httpx.Response, now: datetime) -> timedelta | None:
    """How long an answer asks to be left alone, at most a day; ``None`` where it does not say.

    ``Retry-After`` in seconds, also with decimals, or as a date (RFC 9110, 10.2.3), which counts from
    the answer's own ``Date``, since the clocks may differ; else ``X-RateLimit-Reset`` where nothing
    remains: seconds since 1970 at GitHub, ISO 8601 at Jira.
    """
    headers = response.headers
    here = _date(headers.get("date", "")) or now
    said = _wait(headers.get("retry-after", ""), here)
    if said is None and headers.get("x-ratelimit-remaining", "").strip() == "0":
        reset = _moment(headers.get("x-ratelimit-reset", ""))
        said = reset - here if reset else None
    return None if said is None else min(max(said, timedelta()), _LONGEST)


def _wait(value: str, here: datetime) -> timedelta | None:
    seconds = _number(value)
    if seconds is not None:
        # Rounded up, so that nothing is sent a moment too early.
        return timedelta(milliseconds=math.ceil(min(seconds, _LONGEST.total_seconds()) * 1000))
    date = _date(value)
    return date - here if date else None


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _date(value: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _moment(value: str) -> datetime | None:
    try:
        seconds = _number(value)
        moment = datetime.fromisoformat(value) if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def spoken(wait: timedelta) -> str:
    """A wait in its largest fitting units: ``45 s``, ``12 min``, ``7 h 30 min``."""
    seconds = math.ceil(wait.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    minutes = math.ceil(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def account_of(headers: Mapping[str, str]) -> str:
    """What tells one account's limiter from another's: a fingerprint of its credentials."""
    import hashlib

    shown = [value for name, value in headers.items() if name.lower() in {"authorization", "private-token"}]
    return hashlib.sha256("\n".join(shown).encode()).hexdigest() if shown else ""
