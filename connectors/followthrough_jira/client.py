"""One request and its answer: the API's root, the login, and the way out that everything takes.

The SDK takes the same way (:mod:`followthrough_jira.sdk`), so that certificates, proxy, patience and
limits are the same for both.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from followthrough.connector import ConnectorError, Outside, Unauthorized, Unreachable
from followthrough.http import READ, Pace, Transport, Window, no_answer, retry_after
from followthrough_jira.addresses import GATEWAY_PATH, host_of, is_cloud_host
from followthrough_jira.answers import Answer, Asked, error_of, login_failed, token_refused

if TYPE_CHECKING:
    import httpx

    from followthrough_jira.settings import JiraSettings

__all__ = ["Client", "Lost", "NeverSent"]

TIMEOUT: Final = 90.0
"""Seconds for one step of a request: fifty issues are created in one."""
LONGEST: Final = 60.0
"""Seconds that one issue is waited for."""
TRIES: Final = 3
"""How often a change is sent that Jira has not looked at yet."""
PER_ISSUE: Final = "jira-per-issue-on-write"
PACE: Final = Pace(writes=(Window(10, 1.0),), unsaid=5.0, one_only=frozenset({PER_ISSUE}))
"""Far below what a site allows in a burst, and below twenty changes of one issue in two seconds."""


class NeverSent(Unreachable):
    """No connection came about, so that the request had no effect."""


class Lost(Unreachable):
    """The request went out; what became of it is not known."""


class Client:
    """Requests to one Jira with one login.

    Opening it requests nothing; the token is read when first needed.
    """

    def __init__(self, settings: JiraSettings, outside: Outside) -> None:
        self.settings = settings
        self.outside = cast("Transport", outside)
        self.asked = Asked(host_of(settings.url), settings.who, settings.project)
        self._http: httpx.Client | None = None
        self._site: httpx.Client | None = None
        self._cloud: bool | None = None
        self._cloud_id = settings.cloud_id

    # Which kind of Jira.

    @property
    def known_as_cloud(self) -> bool | None:
        """Cloud or Data Center, as far as it is known without asking."""
        if self._cloud is None and self.settings.deployment != "auto":
            self._cloud = self.settings.deployment == "cloud"
        if self._cloud is None and (self.settings.gateway or is_cloud_host(self.settings.url)):
            self._cloud = True
        return self._cloud

    @property
    def cloud(self) -> bool:
        """Cloud or Data Center; asked once where neither settings nor address tell it."""
        if self.known_as_cloud is None:
            answer = self.send("GET", f"{self._root()}/rest/api/2/serverInfo")
            if not answer.ok:
                raise error_of(answer, self.asked)
            kind = answer.body.get("deploymentType") if isinstance(answer.body, Mapping) else None
            # Servers older than 7.x do not say; the Cloud always does.
            self._cloud = str(kind).casefold() == "cloud"
        return bool(self._cloud)

    @property
    def api(self) -> str:
        """The path of the REST API, below the client's address."""
        return f"{self._root()}/rest/api/{'3' if self.cloud else '2'}"

    def _root(self) -> str:
        """The path below the origin that everything lies under."""
        if self.settings.gateway is None:
            return urlsplit(self.settings.url).path
        path = urlsplit(self.settings.gateway).path
        return path if GATEWAY_PATH in path else f"{path}{GATEWAY_PATH}/{self._id_of_cloud()}"

    def _id_of_cloud(self) -> str:
        if self._cloud_id is None:
            answer = self.as_stranger("/_edge/tenant_info")
            found = answer.body.get("cloudId") if isinstance(answer.body, Mapping) else None
            if not answer.ok or not isinstance(found, str) or not found:
                raise Unreachable(
                    f"{self.asked.host} does not tell its cloud id ({answer.status}).",
                    hint="Check `url`, or write `cloud_id` into the settings.",
                )
            self._cloud_id = found
        return self._cloud_id

    # Asking.

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        read: bool = False,
        or_missing: bool = False,
    ) -> Answer:
        """An answer of the API that is 2xx, or with ``or_missing`` one that says there is nothing there.

        ``read`` says that a POST only reads, so that it may be sent again. Raises the seam's errors.
        """
        if method == "GET" or read:
            answer = self.send(method, f"{self.api}{path}", body, params=params, read=read)
        else:
            answer = self.write(method, path, body)
        if login_failed(answer):
            raise token_refused(self.asked)
        if answer.ok or (or_missing and answer.missing):
            return answer
        raise error_of(answer, self.asked)

    def ask_json(self, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """The parsed body of :meth:`ask`. Raises ``Unreachable`` for one that is no JSON."""
        answer = self.ask(method, path, body, **how)
        if answer.body is None and answer.ok:
            raise Unreachable(
                f"{self.asked.host} gave an answer that is not Jira's ({answer.status}, no JSON).",
                hint="Check `url`: is there a login page or a proxy in between?",
            )
        return answer.body

    def write(self, method: str, path: str, body: Any) -> Answer:
        """Send a change; again only after "too many requests", with which Jira did nothing.

        Raises :class:`NeverSent`, :class:`Lost`, and ``RateLimited`` where the wait is too long, before
        anything was sent. Every answer, refusals too, is returned.
        """
        answer = self.send(method, f"{self.api}{path}", body)
        for _ in range(TRIES - 1):
            if answer.status != 429 or not self._may_repeat(answer):
                break
            answer = self.send(method, f"{self.api}{path}", body)
        return answer

    def _may_repeat(self, answer: Answer) -> bool:
        """Whether to try again: the transport keeps the time that Jira asks of all, we that of one issue."""
        if answer.headers.get("ratelimit-reason", "").strip().lower() != PER_ISSUE:
            return True
        wait = (answer.retry_after or timedelta(seconds=2)).total_seconds()
        if wait <= LONGEST:
            self.outside.sleep(wait)
        return wait <= LONGEST

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        read: bool = False,
        content: bytes | None = None,
    ) -> Answer:
        """One request with our login to a path below the origin; any answer is returned."""
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
        return self._sent(self._with_login(), method, path, content, params, READ if read else {})

    def forward(self, method: str, path: str, content: bytes | None) -> tuple[Answer, bytes]:
        """A request of the SDK, its path whole; raises the seam's errors for what is not 2xx."""
        response = self._raw(self._with_login(), method, path, content, None, {})
        answer = _answer(response, self.outside)
        if login_failed(answer):
            raise token_refused(self.asked)
        if not answer.ok:
            raise error_of(answer, self.asked)
        return answer, response.content

    @property
    def origin(self) -> str:
        """Where the requests go, without path."""
        return _origin(self.settings.gateway or self.settings.url)

    def as_stranger(self, path: str) -> Answer:
        """What anybody on the internet is answered, at the address of the site; a path below ``url``."""
        if self._site is None:
            self._site = self.outside.client(_origin(self.settings.url), trust_env=True, pace=PACE)
        return self._sent(self._site, "GET", f"{urlsplit(self.settings.url).path}{path}", None, None, {})

    def _with_login(self) -> httpx.Client:
        if self._http is None:
            token = self.settings.token.resolve()
            if self.settings.email:
                pair = base64.b64encode(f"{self.settings.email}:{token}".encode()).decode()
                login = f"Basic {pair}"
            else:
                login = f"Bearer {token}"
            if not login.isascii():
                raise Unauthorized(
                    "The token holds characters that none has.", hint="Copy it again; nothing was sent."
                )
            self._http = self.outside.client(
                self.origin,
                headers={
                    "Authorization": login,
                    "Accept": "application/json",
                    "User-Agent": "followthrough",
                    # Data Center checks where a request with a browser's header comes from.
                    "X-Atlassian-Token": "no-check",
                },
                timeout=TIMEOUT,
                trust_env=True,
                pace=PACE,
            )
        return self._http

    def _sent(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        content: bytes | None,
        params: Mapping[str, str] | None,
        extensions: Mapping[str, str],
    ) -> Answer:
        return _answer(self._raw(client, method, path, content, params, extensions), self.outside)

    def _raw(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        content: bytes | None,
        params: Mapping[str, str] | None,
        extensions: Mapping[str, str],
    ) -> httpx.Response:
        # Heavy; opening a tracker must not need it.
        import httpx

        try:
            return client.request(
                method,
                path,
                content=content,
                params=dict(params) if params else None,
                headers={"Content-Type": "application/json"} if content is not None else None,
                extensions=dict(extensions),
            )
        except httpx.HTTPError as error:
            raise _no_answer(error, str(client.base_url)) from error

    def close(self) -> None:
        """Give the connections back."""
        for client in (self._http, self._site):
            if client is not None:
                client.close()
        self._http = self._site = None


def _no_answer(error: httpx.HTTPError, url: str) -> ConnectorError:
    """What a request without answer means, and whether it can have had an effect."""
    import httpx

    told = no_answer(error, url)
    never = isinstance(
        error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
    )
    return (NeverSent if never else Lost)(told.message, hint=told.hint)


def _answer(response: httpx.Response, outside: Transport) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    body: Any = None
    if response.content:
        try:
            body = json.loads(response.content)
        except (ValueError, RecursionError):
            body = None
    return Answer(response.status_code, headers, body, retry_after(response, outside.now()))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
