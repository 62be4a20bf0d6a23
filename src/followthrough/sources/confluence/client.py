"""One request to a Confluence and what its answer means; everything goes through the one transport.

Facts: Cloud takes ``email:token`` as Basic, Data Center a personal access token as Bearer
(support.atlassian.com, "Manage API tokens"; confluence.atlassian.com, "Using personal access tokens").
A token that is not taken may be answered as if nobody had asked, with 200 or 404 and
``X-Seraph-LoginReason`` ("Troubleshooting authentication"). 429 bears ``Retry-After``
(developer.atlassian.com, "Rate limiting"; confluence.atlassian.com, "Improving instance stability with
rate limiting").
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from followthrough.connector import (
    ConnectorError,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unreachable,
)
from followthrough.http import Pace, Secret, Transport, Window, no_answer, retry_after

if TYPE_CHECKING:
    import httpx

    from followthrough.settings.confluence import ConfluenceSettings

__all__ = ["Answer", "Client", "error_of"]

TIMEOUT: Final = 60.0
TRIES: Final = 3
"""How often a change is sent that Confluence has not looked at yet."""
MOST_WORDS: Final = 300
UNSAID_WAIT: Final = timedelta(seconds=30)
PACE: Final = Pace(writes=(Window(5, 1.0),), unsaid=5.0)
"""Every write makes a version and wakes an index; nights are long enough."""
Query = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers with names in lower case, and the parsed body; ``None`` where it is no JSON."""

    status: int
    headers: Mapping[str, str]
    body: Any
    retry_after: timedelta | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Client:
    """Requests with one login. Opening it requests nothing; the token is read when first needed."""

    def __init__(self, settings: ConfluenceSettings, token: Secret, outside: Transport) -> None:
        self.settings = settings
        self._token = token
        self._outside = outside
        self._http: httpx.Client | None = None

    def get(self, path: str, query: Query = (), *, or_missing: bool = False) -> Answer:
        """An answer that is JSON and 2xx, or with ``or_missing`` one that says there is nothing there.

        ``path`` counts from the site. Raises the seam's errors.
        """
        answer = self._sent("GET", path, query, None)
        if login_failed(answer):
            raise self.refused()
        if or_missing and answer.status in (404, 410):
            return answer
        if not answer.ok:
            raise error_of(answer, self.settings)
        if not isinstance(answer.body, Mapping | list):
            raise self.no_confluence(answer)
        return answer

    def probe(self, path: str, query: Query = ()) -> Answer:
        """Whatever is answered."""
        return self._sent("GET", path, query, None)

    def put(self, path: str, body: Any) -> Answer:
        """Send a change; again only after "too many requests", with which nothing was done.

        Every answer is returned. Raises ``Unreachable`` where none came, and then the change may have
        been made; ``RateLimited`` where the wait is too long, before anything was sent.
        """
        content = json.dumps(body, ensure_ascii=False).encode()
        answer = self._sent("PUT", path, (), content)
        for _ in range(TRIES - 1):
            if answer.status != 429:
                break
            answer = self._sent("PUT", path, (), content)
        return answer

    def refused(self) -> Unauthorized:
        """A login that is not taken."""
        return Unauthorized(
            f"Token of {self.settings.who} refused by Confluence (401).",
            hint="Tokens expire: make a new one; nothing was changed.",
        )

    def no_confluence(self, answer: Answer) -> Unreachable:
        """An answer of something else."""
        return Unreachable(
            f"{self.settings.host} gave an answer that is not Confluence's ({answer.status}).",
            hint="Check `url`: is there a login page or a proxy in between?",
        )

    def close(self) -> None:
        """Give the connections back."""
        if self._http is not None:
            self._http.close()
        self._http = None

    def _sent(self, method: str, path: str, query: Query, content: bytes | None) -> Answer:
        # Heavy; opening a source must not need it.
        import httpx

        client = self._with_login()
        try:
            response = client.request(
                method,
                path,
                params=httpx.QueryParams(list(query)) if query else None,
                content=content,
                headers={"Content-Type": "application/json"} if content is not None else None,
            )
        except httpx.HTTPError as error:
            raise no_answer(error, str(client.base_url)) from error
        return _answer(response, self._outside)

    def _with_login(self) -> httpx.Client:
        if self._http is None:
            settings, token = self.settings, self._token.resolve()
            login = f"Bearer {token}"
            if settings.email:
                login = f"Basic {base64.b64encode(f'{settings.email}:{token}'.encode()).decode()}"
            if not login.isascii():
                raise Unauthorized(
                    "The token for Confluence holds characters that none has.",
                    hint="Copy it again; nothing was sent.",
                )
            base = settings.url
            if settings.cloud_id:
                base = f"{settings.gateway}/ex/confluence/{settings.cloud_id}"
            self._http = self._outside.client(
                base,
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


def login_failed(answer: Answer) -> bool:
    """Whether the login was not taken although the request was answered, as if nobody had asked."""
    reason = answer.headers.get("x-seraph-loginreason", "").upper()
    nobody = answer.headers.get("x-ausername", "").strip().lower() == "anonymous"
    return answer.status == 401 or nobody or "AUTHENTICATED_FAILED" in reason or "DENIED" in reason


def said(body: Any) -> str:
    """What an error body says, on one line; empty where it says nothing."""
    if not isinstance(body, Mapping):
        return ""
    words = [str(body["message"])] if body.get("message") else []
    errors = body.get("errors")
    for one in errors if isinstance(errors, list) else ():
        if isinstance(one, Mapping):
            words += [str(one[name]) for name in ("title", "detail") if one.get(name)]
    text = " ".join(" ".join(words).split())
    return text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1]}…"


def error_of(answer: Answer, settings: ConfluenceSettings) -> ConnectorError:
    """The error that an answer other than 2xx is, but for a login that is not taken."""
    host, words = settings.host, said(answer.body)
    told = f": {words}" if words else ""
    match answer.status:
        case 403 if isinstance(answer.body, Mapping):
            return Unauthorized(
                f"{settings.who} may not do this at {host} (403{told}).",
                hint="Ask an administrator of the space for the permission, or of the site for the scope.",
            )
        case 403:
            return Unauthorized(
                f"{host} or something in front of it forbids this (403).",
                hint="Check `proxy`, and which addresses may reach Confluence.",
            )
        case 404 | 410:
            return NotFound(
                f"{host} has nothing there ({answer.status}{told}).",
                hint="Check `url`, and that this account may see it.",
            )
        case 429:
            return RateLimited(
                f"{host} wants to be asked later (429).",
                retry_after=answer.retry_after or UNSAID_WAIT,
                hint="The next run goes on.",
            )
        case status if 300 <= status < 400:
            return Unreachable(
                f"{host} sends us elsewhere ({status}), which is not followed.",
                hint="Check `url`: it is the address at which people open Confluence, with its path.",
            )
        case status if status >= 500 or status == 408:
            return Unreachable(f"{host} has trouble of its own ({status}{told}).", hint="Try again later.")
        case status:
            return Rejected(f"{host} refuses the request ({status}{told}).")


def _answer(response: httpx.Response, outside: Transport) -> Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    body: Any = None
    if response.content:
        try:
            body = json.loads(response.content)
        except (ValueError, RecursionError):
            body = None
    return Answer(response.status_code, headers, body, retry_after(response, outside.now()))
