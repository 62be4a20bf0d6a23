"""Who can be assigned: an account or an e-mail address, looked up once each among the project's people.

Facts: ``user/assignable/search`` gives active accounts that can be assigned. Cloud finds by ``accountId``,
or by ``query`` in names and addresses, and may hide the address; Data Center by ``username``, which
looks in names and addresses as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from followthrough.connector import ConnectorError, RateLimited
from followthrough_jira.answers import TokenRefused
from followthrough_jira.client import Client, Lost, NeverSent

if TYPE_CHECKING:
    import jira

__all__ = ["FATAL", "People", "Person", "chosen"]

FATAL = (TokenRefused, RateLimited, NeverSent, Lost)
"""What ends everything; any other refusal only leaves something unknown."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a word means. ``account`` is what an issue is assigned to; ``None`` with a ``note`` why not."""

    account: str | None
    note: str = ""
    name: str = ""
    sure: bool = True
    """Jira confirmed it."""


class People:
    """The people of one project."""

    def __init__(self, client: Client, sdk: Callable[[], jira.JIRA]) -> None:
        self._client = client
        self._sdk = sdk
        self._known: dict[str, Person] = {}

    def find(self, word: str) -> Person:
        """Whom the word means; asked once."""
        if word not in self._known:
            self._known[word] = self._find(word)
        return self._known[word]

    def _find(self, word: str) -> Person:
        project = self._client.settings.project
        try:
            users = self._search(word, project)
        except FATAL:
            raise
        except ConnectorError:
            # Whoever may not look people up can still assign them.
            if "@" in word and self._client.cloud:
                return Person(None, _note(word, "Jira does not say who that is"), sure=False)
            return Person(word, sure=False)
        user = chosen(word, users, cloud=self._client.cloud)
        if user is None:
            return Person(None, _note(word, f"no account that can be assigned in {project}"))
        account = user.get("accountId") or user.get("name")
        return Person(str(account), name=str(user.get("displayName") or ""))

    def _search(self, word: str, project: str) -> list[Mapping[str, Any]]:
        if self._client.cloud and "@" not in word:
            params = {"project": project, "accountId": word}
            users = self._client.ask_json("GET", "/user/assignable/search", params=params)
            return users if isinstance(users, list) else []
        key = "query" if self._client.cloud else "username"
        asked: dict[str, Any] = {key: word, "project": project}
        return [user.raw for user in self._sdk().search_assignable_users_for_issues(**asked)]


def chosen(word: str, users: Sequence[Mapping[str, Any]], *, cloud: bool) -> Mapping[str, Any] | None:
    """The one user that the word means; ``None`` where it is none of them, or any of several."""
    folded = word.casefold()
    active = [user for user in users if user.get("active") is not False]
    for name in ("accountId",) if cloud else ("name", "key"):
        for user in active:
            if str(user.get(name) or "").casefold() == folded:
                return user
    if "@" not in word:
        return None
    same = [user for user in active if str(user.get("emailAddress") or "").casefold() == folded]
    if not same and len(active) == 1 and not active[0].get("emailAddress"):
        return active[0]  # the address is hidden, but it is what was found by
    return same[0] if len(same) == 1 else None


def _note(word: str, why: str) -> str:
    return f'Owner: "{word}" ({why})'
