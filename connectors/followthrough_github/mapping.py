"""GitHub's picture of an issue to ours, from REST and from GraphQL alike.

States: an open issue is open, unless a label of the settings says that it is worked on or blocked.
A closed one is done, unless its reason is ``not_planned`` or ``duplicate``
(docs.github.com, "REST API endpoints for issues", ``state_reason``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from followthrough.connector import State, Ticket
from followthrough_github.home import Home
from followthrough_github.markdown import safe_title
from followthrough_github.marker import marker_in
from followthrough_github.places import Place

__all__ = ["FIELDS", "Issues", "Ref", "id_of", "is_whole", "login_of", "plain_title", "ref_of"]

FIELDS: Final = """
id number url title body state stateReason%s createdAt closedAt updatedAt
author { login } repository { nameWithOwner }
assignees(first: 10) { nodes { login } } labels(first: 30) { totalCount nodes { name } }
"""
"""What GraphQL is asked of an issue; ``%`` takes the arguments of ``stateReason``. Lists are short:
longer nested ones were seen cut off without a word. See :func:`is_whole`."""

_ID: Final = re.compile(r"(?:([\w.-]+/[\w.-]+)?#)?([1-9][0-9]{0,9})(?::(\S+))?")
_REPOSITORY: Final = re.compile(r"/repos/([^/]+/[^/]+)$")


@dataclass(frozen=True, slots=True)
class Issues:
    """How issues of one repository are read."""

    home: Home
    in_progress: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()

    def from_rest(self, issue: Mapping[str, Any]) -> Ticket:
        """An issue as REST shows it. Raises ``KeyError`` and the like where it is none."""
        found = _REPOSITORY.search(issue["repository_url"])
        return self._ticket(
            node=issue["node_id"],
            number=issue["number"],
            repository=found[1] if found else self.home.place.repository,
            url=issue["html_url"],
            title=issue["title"],
            body=issue["body"],
            is_open=issue["state"] == "open",
            reason=(issue.get("state_reason") or "").lower(),
            assignees=[one["login"] for one in issue.get("assignees") or ()],
            labels=[one if isinstance(one, str) else one["name"] for one in issue["labels"]],
            moments=(issue["created_at"], issue["closed_at"], issue["updated_at"]),
            author=issue["user"],
        )

    def from_graphql(self, issue: Mapping[str, Any]) -> Ticket:
        """An issue as GraphQL shows its :data:`FIELDS`."""
        return self._ticket(
            node=issue["id"],
            number=issue["number"],
            repository=issue["repository"]["nameWithOwner"],
            url=issue["url"],
            title=issue["title"],
            body=issue["body"],
            is_open=issue["state"] == "OPEN",
            reason=(issue.get("stateReason") or "").lower(),
            assignees=[one["login"] for one in issue["assignees"]["nodes"]],
            labels=[one["name"] for one in issue["labels"]["nodes"]],
            moments=(issue["createdAt"], issue["closedAt"], issue["updatedAt"]),
            author=issue["author"],
        )

    def _ticket(
        self,
        *,
        node: str,
        number: int,
        repository: str,
        url: str,
        title: str,
        body: str | None,
        is_open: bool,
        reason: str,
        assignees: Sequence[str],
        labels: Sequence[str],
        moments: tuple[str, str | None, str],
        author: Mapping[str, Any] | None,
    ) -> Ticket:
        created, closed, updated = moments
        key = self.home.key(repository, number)
        id = id_of(key, node)
        if _ID.fullmatch(id) is None:
            # What is not read back as an issue's id must not become one: it would be linked for good.
            raise ValueError(f"{id[:80]!r} is no issue")
        return Ticket(
            id=id,
            key=key,
            url=self.home.address(url, repository, number),
            title=plain_title(title),
            state=self._state(reason, labels) if is_open else _closed(reason),
            native_status=_words(reason, is_open=is_open),
            assignee=assignees[0] if assignees else None,
            labels=tuple(labels),
            created=_moment(created),
            closed=_moment(closed) if closed and not is_open else None,
            updated=_moment(updated),
            marker=marker_in(body),
            author=login_of(author),
        )

    def _state(self, reason: str, labels: Collection[str]) -> State:
        names = {label.casefold() for label in labels}
        if names & {label.casefold() for label in self.blocked}:
            return State.BLOCKED
        if names & {label.casefold() for label in self.in_progress}:
            return State.IN_PROGRESS
        return State.OPEN


def _closed(reason: str) -> State:
    return State.DROPPED if reason in ("not_planned", "duplicate") else State.DONE


def _words(reason: str, *, is_open: bool) -> str:
    """GitHub's own words for where an issue stands."""
    if is_open:
        return "reopened" if reason == "reopened" else "open"
    return f"closed as {reason.replace('_', ' ')}" if reason else "closed"


@dataclass(frozen=True, slots=True)
class Ref:
    """What an id or key names."""

    repository: str
    number: int
    node: str | None = None
    """Its node in GraphQL, which tells it from an issue that has got its number since."""


def is_whole(issue: Mapping[str, Any]) -> bool:
    """Whether GraphQL shows all :data:`FIELDS` of an issue: where a list is longer, or a part could not be
    resolved, REST shows it. Of the assignees only the first is used.
    """
    labels, assignees = issue.get("labels"), issue.get("assignees")
    if not labels or not assignees or not issue.get("repository"):
        return False
    return labels["totalCount"] == len(labels["nodes"]) and all((*labels["nodes"], *assignees["nodes"]))


def id_of(key: str, node: str) -> str:
    """What is stored of an issue: the node for GraphQL, and its number for where that is not offered.

    A transferred issue gets both anew; it is found by what it was (REST answers 301).
    """
    return f"{key.removeprefix('#')}:{node}"


def ref_of(text: str, place: Place) -> Ref | None:
    """The issue that an id or key of ours names; ``None`` for what is neither."""
    found = _ID.fullmatch(text)
    if found:
        return Ref(found[1] or place.repository, int(found[2]), found[3])
    key = place.key_of(text)
    return Ref(place.repository, int(key[1:])) if key else None


def login_of(account: Mapping[str, Any] | None) -> str | None:
    """The account's login; REST writes ``[bot]`` behind that of an app, GraphQL does not."""
    login = account.get("login") if account else None
    return str(login).removesuffix("[bot]") if login else "ghost"


def plain_title(title: str) -> str:
    """The title without the zero-width spaces that :func:`safe_title` put into it."""
    plain = title.replace("\u200b", "")
    return plain if safe_title(plain) == title else title


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
