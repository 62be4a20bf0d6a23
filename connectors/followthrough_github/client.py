"""The requests: REST and GraphQL over one client pinned to GitHub's API, paced as GitHub asks.

Pace: docs.github.com, "Rate limits for the REST API" (80 creations a minute, 500 an hour) and "Best
practices" (one after another, a second between writes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx

from followthrough.connector import ConnectorError, NotFound, Unauthorized, Unreachable
from followthrough.http import READ, Pace, Transport, Window, no_answer
from followthrough_github.answers import UNSAID, error_of, is_limit_in_words, limited
from followthrough_github.home import Home, number_in

if TYPE_CHECKING:
    from followthrough_github.settings import GitHubSettings

__all__ = ["Answer", "Client", "NotOffered"]

PACE: Final = Pace(
    writes=(Window(1, 1), Window(80, 60), Window(500, 3600)),
    at_once=1,
    unsaid=UNSAID.total_seconds(),
    in_words=is_limit_in_words,
)
HEADERS: Final = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
PAGE: Final = 100
MOVED: Final = frozenset({301, 302, 307, 308})
_RENEW: Final = timedelta(minutes=50)
"""An installation's token lives an hour."""


class NotOffered(Exception):
    """There is no GraphQL there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What GraphQL gave: data, parts of which may be missing, and what it says of those."""

    data: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]]


class Client:
    """GitHub as one token sees it; opens its connection with the first request."""

    def __init__(self, settings: GitHubSettings, outside: Transport) -> None:
        self.place = settings.place
        self.home = Home(settings.place, settings.repository_id, stated=settings.repository_id is not None)
        self._settings = settings
        self._outside = outside
        self._client: httpx.Client | None = None
        self._opened: datetime | None = None
        self._no_graphql = False
        self._milestone: int | None = None
        self._labels: frozenset[str] | None = None
        self.assignable: dict[str, bool | None] = {}
        """What was learnt of logins, by asking or by a refusal."""
        self.scopes: frozenset[str] | None = None
        """Of a classic token, once the repository was read; others have none."""
        self.permissions: Mapping[str, str] | None = None
        """Of an App's installation, once it has a token; others do not tell."""
        self._repository: dict[str, Any] | None = None

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._outside.now()

    def http(self) -> httpx.Client:
        """The client with our credentials, opened anew where an installation's token grows old."""
        app = self._settings.app_id is not None
        if self._client is not None and app and self._opened and self.now() - self._opened > _RENEW:
            self.close()
        if self._client is None:
            self._client = self._opens({**HEADERS, "Authorization": f"Bearer {self._token()}"})
            self._opened = self.now()
        return self._client

    def _token(self) -> str:
        if self._settings.token is not None:
            return self._settings.token.resolve()
        if self._settings.private_key is not None:
            from followthrough_github.sdk import installation

            # Whoever asks for a token has none yet.
            with self._opens(HEADERS) as bare:
                found = installation(bare, self.place, self._settings)
            self.permissions = found.permissions
            return found.token
        raise Unauthorized(
            f"There is no token for {self.place.host}.",
            hint='Add token = "env:GITHUB_TOKEN" to the tracker\'s section.',
        )

    def _opens(self, headers: Mapping[str, str]) -> httpx.Client:
        """A client for the API; proxy and authorities may stand in the environment, as for other programs."""
        return self._outside.client(self.place.api, headers=headers, pace=PACE, trust_env=True)

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def send(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request; any answer is returned. ``path`` counts from the API's base, or is an address there.

        Raises :class:`~followthrough.connector.Unreachable` without an answer, and other errors of the
        seam only where nothing was sent.
        """
        client = self.http()
        try:
            return client.request(method, path, json=json, params=params, headers=headers)
        except httpx.HTTPError as error:
            raise no_answer(error, self.place.api) from error

    def read(
        self, rest: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Any answer to a GET below the repository; where that was renamed, it is followed once a run."""
        response = self.send("GET", self.home.path + rest, params=params, headers=headers)
        if response.status_code in MOVED and self.follow(response):
            response = self.send("GET", self.home.path + rest, params=params, headers=headers)
        return response

    def repository(self, path: str | None = None) -> dict[str, Any]:
        """The repository as REST shows it, read once a run, by the settings' name unless a redirect says
        where. Raises the error of an answer that is none, and where another repository has the name.
        """
        if self._repository is None:
            response = self.send("GET", path or self.place.path)
            if response.status_code in MOVED:
                response = self.send("GET", self.there(response))
            if response.status_code != 200:
                raise self.error(response)
            shown: dict[str, Any] = response.json()
            if (scopes := response.headers.get("x-oauth-scopes")) is not None:
                self.scopes = frozenset(scope.strip() for scope in scopes.split(","))
            self.seen(int(shown["id"]), str(shown["full_name"]))
            self._repository = shown
        return self._repository

    def seen(self, number: int, name: str) -> None:
        """The settings' name leads to this repository now. Raises an error where that is another one."""
        if self.home.is_another(number):
            ours = self.send("GET", f"/repositories/{self.home.number}")
            now = str(ours.json()["full_name"]) if ours.status_code == 200 else None
            raise self.home.taken(number, now)
        self.home.learn(number, name)

    def follow(self, response: httpx.Response) -> bool:
        """Whether a redirect says that the repository was renamed; its path is another one from then on."""
        number, before = number_in(response.headers.get("location", "")), self.home.path
        if number is None:
            return False
        self._repository = None  # it has moved since
        self.repository(f"/repositories/{number}")
        return self.home.path != before

    def leads_home(self, response: httpx.Response) -> bool:
        """Whether a redirect of an issue stays in the repository, so that only that was renamed."""
        if self.home.number is None:
            self.repository()
        return number_in(response.headers.get("location", "")) == self.home.number

    def there(self, response: httpx.Response) -> str:
        """Where a redirect leads: its path on our own host, whatever host it names."""
        location = response.headers.get("location", "")
        if not location:
            raise Unreachable(f"{self.place.host} redirects to nowhere.", hint="Try again later.")
        here, there = urlsplit(self.place.api), urlsplit(location)
        return f"{here.scheme}://{here.netloc}{there.path}"

    def get(self, rest: str = "", params: Mapping[str, str] | None = None) -> httpx.Response:
        """A successful answer to a GET below the repository. Raises the error that another one stands for."""
        response = self.read(rest, params)
        if response.status_code != 200:
            raise self.error(response)
        return response

    def error(self, response: httpx.Response) -> ConnectorError:
        """The error that an answer which is no success stands for."""
        return error_of(response, self.place, self.now())

    def pages(self, rest: str, params: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
        """A list, page by page, until GitHub names no next one; complete, or an error."""
        number = 1
        while True:
            response = self.get(rest, {**params, "per_page": str(PAGE), "page": str(number)})
            page = response.json()
            if not isinstance(page, list):
                raise Unreachable(f"{self.place.host} gave no list.", hint="Try again later.")
            yield page
            if "next" not in response.links and len(page) < PAGE:
                return
            if not page:
                raise Unreachable(f"{self.place.host} broke off a list.", hint="Try again later.")
            number += 1

    def graphql(self, query: str, variables: Mapping[str, Any]) -> Answer:
        """Ask GraphQL; parts that are missing are in ``errors``.

        Raises :class:`NotOffered` where there is none, and the error of the seam for a refusal.
        """
        if self._no_graphql:
            raise NotOffered
        client = self.http()
        try:
            response = client.post(
                self.place.graphql, json={"query": query, "variables": dict(variables)}, extensions=READ
            )
        except httpx.HTTPError as error:
            raise no_answer(error, self.place.graphql) from error
        if response.status_code in (404, 405):
            self._no_graphql = True
            raise NotOffered
        if response.status_code != 200:
            raise self.error(response)
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Unreachable(f"{self.place.host} gave no usable answer.", hint="Try again later.")
        errors = body.get("errors") or []
        if is_limit_in_words(response):
            raise limited(response, self.place, self.now())
        return Answer(body.get("data") or {}, errors)

    def milestone(self, title: str) -> int:
        """The number of the milestone of the settings, looked up once. Raises an error where it has none."""
        if self._milestone is None:
            from followthrough_github.sdk import milestone_number

            self._milestone = milestone_number(self.http(), self.home, title)
        return self._milestone

    def labels(self) -> frozenset[str]:
        """The names of the repository's labels, case-folded, read once."""
        if self._labels is None:
            from followthrough_github.sdk import label_names

            self._labels = label_names(self.http(), self.home)
        return self._labels

    def can_assign(self, login: str) -> bool | None:
        """Whether GitHub takes the login as an assignee here; ``None`` where it does not say beforehand."""
        if login not in self.assignable:
            from followthrough_github.sdk import can_assign

            self.assignable[login] = can_assign(self.http(), self.home, login)
        return self.assignable[login]

    def hidden(self) -> NotFound:
        """The error where the repository is not to be seen."""
        return NotFound(
            f"{self.place.repository} is not on {self.place.host}, or hidden from this token.",
            hint="Check `repository`, and give the token access to it.",
        )
