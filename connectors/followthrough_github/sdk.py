"""PyGithub, for what a repository is made of: labels, milestones, who can be assigned; and for Apps.

It sends over our own client: pinned to the host, paced, with the tracker's TLS and proxy, without its
own retries and throttles (by default it sends a create again, up to ten times).
"""

from __future__ import annotations

import io
import threading
from collections.abc import ItemsView, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from followthrough.connector import Rejected, Unauthorized, Unreachable
from followthrough.http import no_answer

if TYPE_CHECKING:
    import httpx
    from github import Github, GithubException
    from github.Repository import Repository

    from followthrough_github.home import Home
    from followthrough_github.places import Place
    from followthrough_github.settings import GitHubSettings

__all__ = ["can_assign", "installation", "label_names", "milestone_number", "sdk"]

_LOCK: Final = threading.Lock()
"""PyGithub takes the class of its connections for the whole process."""


@contextmanager
def sdk(client: httpx.Client, place: Place, auth: Any = None) -> Iterator[Github]:
    """PyGithub over ``client``, whose credentials it uses unless ``auth`` has others.

    A :class:`github.GithubException` of what is done inside is for the caller.
    """
    from github import Github
    from github.Requester import Requester

    connection = _connection(client)
    with _LOCK:
        Requester.injectConnectionClasses(connection, connection)
        try:
            github = Github(
                base_url=place.api,
                auth=auth,
                retry=None,
                timeout=30,
                per_page=100,
                seconds_between_requests=0,
                seconds_between_writes=0,
                lazy=True,
            )
        finally:
            Requester.resetConnectionClasses()
    try:
        yield github
    finally:
        github.close()


@dataclass(frozen=True, slots=True)
class Installation:
    """An App where it is installed."""

    token: str = field(repr=False)
    permissions: Mapping[str, str]
    """What it may do, such as ``{"issues": "write"}``."""


def installation(client: httpx.Client, place: Place, settings: GitHubSettings) -> Installation:
    """A token of the App's installation, which lives an hour, and what it may do."""
    from github import Auth, GithubException, GithubIntegration
    from jwt import PyJWTError

    app_id, installation_id, key = settings.app
    try:
        auth = Auth.AppAuth(app_id, key.resolve())
        with sdk(client, place, auth) as github:
            found = GithubIntegration(**github.requester.kwargs).get_access_token(installation_id)
            return Installation(found.token, found.permissions)
    except (GithubException, PyJWTError, ValueError) as error:
        status = f" ({error.status})" if isinstance(error, GithubException) else ""
        raise Unauthorized(
            f"{place.host} gives App {app_id} no token{status}.",
            hint="Check app_id, installation_id and private_key.",
        ) from None


class _Answer:
    """What PyGithub reads of an answer."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self._response = response

    def getheaders(self) -> ItemsView[str, str]:
        return self.headers.items()

    def read(self) -> str:
        return self._response.text


def _connection(client: httpx.Client) -> type[Any]:
    """The class of PyGithub's connections: the two halves of a request, over ``client``."""

    class Connection:
        def __init__(self, host: str, *_where: Any, **_how: Any) -> None:
            self.host = host  # by which PyGithub tells whether a second request may use it
            self._request: tuple[str, str, Any, dict[str, str]] = ("", "", None, {})

        def request(
            self,
            verb: str,
            url: str,
            content: str | io.BufferedReader | None,
            headers: dict[str, str],
            stream: bool = False,
        ) -> None:
            self._request = (verb, url, content, headers)

        def getresponse(self) -> _Answer:
            import httpx

            verb, path, content, headers = self._request
            address = client.base_url.copy_with(raw_path=path.encode())
            try:
                return _Answer(client.request(verb, address, content=content, headers=headers))
            except httpx.HTTPError as error:
                raise no_answer(error, str(client.base_url)) from error

        def close(self) -> None:
            """The client is its owner's to close."""

    return Connection


@contextmanager
def _repository(client: httpx.Client, home: Home) -> Iterator[Repository]:
    """The repository, of which nothing is requested yet."""
    with sdk(client, home.place) as github:
        yield github.get_repo(home.number if home.moved and home.number else home.place.repository)


def milestone_number(client: httpx.Client, home: Home, title: str) -> int:
    """The number of the open milestone of that title, in any case.

    Raises :class:`~followthrough.connector.Rejected` where there is none.
    """
    from github import GithubException

    try:
        with _repository(client, home) as repository:
            for milestone in repository.get_milestones(state="open"):
                if milestone.title.casefold() == title.casefold():
                    return int(milestone.number)
    except GithubException as error:
        raise _untold(home, "milestones", error) from None
    raise Rejected(
        f"{home.place.repository} has no open milestone {title!r}.", hint="Make it, or change `milestone`."
    )


def label_names(client: httpx.Client, home: Home) -> frozenset[str]:
    """The names of all labels, case-folded."""
    from github import GithubException

    try:
        with _repository(client, home) as repository:
            return frozenset(label.name.casefold() for label in repository.get_labels())
    except GithubException as error:
        raise _untold(home, "labels", error) from None


def can_assign(client: httpx.Client, home: Home, login: str) -> bool | None:
    """Whether issues can be assigned to a login; ``None`` where the list of people is hidden, too."""
    from github import GithubException

    try:
        with _repository(client, home) as repository:
            if repository.has_in_assignees(login):
                return True
            next(iter(repository.get_assignees()), None)
    except GithubException:
        return None
    return False


def _untold(home: Home, what: str, error: GithubException) -> Unreachable:
    return Unreachable(
        f"{home.place.host} does not tell its {what} ({error.status}).", hint="Try again later."
    )
