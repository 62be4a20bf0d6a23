"""Issues read in bulk: by GraphQL a hundred at a time, by REST where that is not offered or not enough.

GraphQL ``nodes`` takes at most 100 ids and answers ``null`` with an error for each it cannot show;
the rest is used (docs.github.com, "Node limit"). What it cannot show is asked for by REST, which tells
a transferred issue (301) from a deleted one (410) and a hidden one (404).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from followthrough.connector import Changes, Ticket, Unreachable
from followthrough_github.answers import forbidden, is_clear_limit
from followthrough_github.client import MOVED, PAGE, Answer, NotOffered
from followthrough_github.mapping import FIELDS, Ref, is_whole, ref_of

if TYPE_CHECKING:
    from followthrough_github.client import Client
    from followthrough_github.mapping import Issues

__all__ = ["Reader"]

_OVERLAP: Final = timedelta(minutes=2)
"""The list may show an issue a little later than it changed."""
_HOPS: Final = 3
"""Redirects of one issue that are followed: its repository was renamed, it was transferred, and once more."""
_START: Final = "1970-01-01T00:00:00Z"
_ORIGINAL: Final = """
query($ids: [ID!]!) { nodes(ids: $ids) { ... on Issue {
  id
  timelineItems(last: 1, itemTypes: [MARKED_AS_DUPLICATE_EVENT]) {
    nodes { ... on MarkedAsDuplicateEvent {
      canonical { ... on Issue { number url repository { nameWithOwner } } }
    } }
  }
} } }
"""
"""Of which issues others are duplicates."""


class Reader:
    """Reads the issues of one repository."""

    def __init__(self, client: Client, issues: Issues) -> None:
        self._client = client
        self._issues = issues
        self._place = client.place
        self._with_duplicates = True

    # --- by id and key ----------------------------------------------------------------------------

    def fetch(self, refs: Collection[str]) -> dict[str, Ticket]:
        """The issues by id or key; absent ones, and pull requests, are absent."""
        asked = {ref: named for ref in refs if (named := ref_of(ref, self._place))}
        found: dict[str, Ticket] = {}
        waiting = iter(sorted(asked))
        while batch := list(islice(waiting, PAGE)):
            try:
                found.update(self._by_graphql({ref: asked[ref] for ref in batch}))
            except NotOffered:
                if any(asked[ref].node is None for ref in batch):
                    self._client.repository()  # a bare number is an issue of whatever has the name
                found.update(self._by_rest({ref: asked[ref] for ref in batch}))
        return found

    def _by_graphql(self, asked: Mapping[str, Ref]) -> dict[str, Ticket]:
        nodes = {ref: named.node for ref, named in asked.items() if named.node}
        here = self._client.home.is_here
        numbers = {ref: one.number for ref, one in asked.items() if not one.node and here(one.repository)}
        answer = self._ask(list(nodes.values()), sorted(set(numbers.values())))
        repository = answer.data.get("repository")
        if repository is None:
            raise self._whole(answer)
        if repository.get("databaseId"):
            self._client.seen(int(repository["databaseId"]), str(repository["nameWithOwner"]))
        found: dict[str, Ticket] = {}
        shown = answer.data.get("nodes") or [None] * len(nodes)
        for ref, issue in zip(nodes, shown, strict=True):
            if issue and issue.get("__typename") == "Issue" and is_whole(issue):
                found[ref] = self._issues.from_graphql(issue)
        for ref, number in numbers.items():
            if (issue := repository.get(f"n{number}")) and is_whole(issue):
                found[ref] = self._issues.from_graphql(issue)
        missing = {ref: named for ref, named in asked.items() if ref not in found}
        return self._with_originals({**found, **self._by_rest(missing)})

    def _ask(self, nodes: Sequence[str], numbers: Sequence[int]) -> Answer:
        """One request for all of them; GraphQL of an older server does not know of duplicates."""
        answer = self._client.graphql(self._query(nodes, numbers), self._variables(nodes))
        if not answer.data and self._with_duplicates and "enableDuplicate" in json.dumps(answer.errors):
            self._with_duplicates = False
            answer = self._client.graphql(self._query(nodes, numbers), self._variables(nodes))
        return answer

    def _query(self, nodes: Sequence[str], numbers: Sequence[int]) -> str:
        fields = FIELDS % ("(enableDuplicate: true)" if self._with_duplicates else "")
        aliases = "\n".join(f"n{number}: issue(number: {number}) {{ ...fields }}" for number in numbers)
        by_node = "nodes(ids: $ids) { __typename ... on Issue { ...fields } }" if nodes else ""
        ids = ", $ids: [ID!]!" if nodes else ""
        used = f"fragment fields on Issue {{ {fields} }}" if nodes or numbers else ""
        return f"""query($owner: String!, $name: String!{ids}) {{
            repository(owner: $owner, name: $name) {{ databaseId nameWithOwner {aliases} }}
            {by_node} }} {used}"""

    def _variables(self, nodes: Sequence[str]) -> dict[str, Any]:
        owner, name = self._place.repository.split("/")
        return {"owner": owner, "name": name} | ({"ids": list(nodes)} if nodes else {})

    def _whole(self, answer: Answer) -> Exception:
        """The error for an answer without the repository."""
        if not answer.errors or any(error.get("type") == "NOT_FOUND" for error in answer.errors):
            return self._client.hidden()
        message = str(answer.errors[0].get("message", "no reason given")).rstrip(".")
        if any(error.get("type") == "FORBIDDEN" for error in answer.errors):
            return forbidden(self._place, message)
        return Unreachable(f"{self._place.host} gave no usable answer ({message}).", hint="Try again later.")

    def _with_originals(self, found: dict[str, Ticket]) -> dict[str, Ticket]:
        """Of issues closed as duplicates, of which ones; a request more only where there are any."""
        copies = {
            ticket.id.partition(":")[2]: ref
            for ref, ticket in found.items()
            if ticket.native_status == "closed as duplicate"
        }
        if not copies:
            return found
        answer = self._client.graphql(_ORIGINAL, {"ids": list(copies)})
        for node in answer.data.get("nodes") or ():
            events = ((node or {}).get("timelineItems") or {}).get("nodes") or ()
            original = events[0].get("canonical") if events else None
            if not original or "number" not in original:
                continue
            ref = copies[node["id"]]
            here = self._client.home.is_here(original["repository"]["nameWithOwner"])
            name = f"#{original['number']}" if here else original["url"]
            found[ref] = replace(found[ref], duplicate_of=name)
        return found

    def _by_rest(self, asked: Mapping[str, Ref]) -> dict[str, Ticket]:
        found = {}
        for ref, named in asked.items():
            issue = self.one(named)
            if issue is not None:
                found[ref] = self._issues.from_rest(issue)
        if asked and not found:
            self._client.get()  # hidden issues, or a hidden repository?
        return found

    def one(self, named: Ref) -> dict[str, Any] | None:
        """An issue by the number it had, followed where it was transferred; ``None`` where it is gone.

        Raises the error of any other answer.
        """
        client, rest = self._client, f"/issues/{named.number}"
        ours = client.home.is_here(named.repository)
        response = client.send("GET", (client.home.path if ours else f"/repos/{named.repository}") + rest)
        moved = False
        for _ in range(_HOPS):
            if response.status_code not in MOVED:
                break
            if ours and not moved and client.leads_home(response):
                client.follow(response)
            else:
                moved = True
            response = client.send("GET", client.there(response))
        if response.status_code in (404, 410):
            return None
        if moved and response.status_code == 403 and not is_clear_limit(response):
            return None  # hidden from us where it lives now, such as by single sign-on: it hides no other
        if response.status_code != 200:
            raise self._client.error(response)
        issue: dict[str, Any] = response.json()
        is_another = not moved and named.node is not None and issue["node_id"] != named.node
        return None if "pull_request" in issue or is_another else issue

    # --- lists ------------------------------------------------------------------------------------

    def owned(self) -> list[Ticket]:
        """Every issue that carries a marker: all pages of the list, which is never filtered."""
        params = {"state": "all", "sort": "created", "direction": "asc"}
        pages = self._client.pages("/issues", params)
        tickets = (self._issues.from_rest(issue) for page in pages for issue in _issues_of(page))
        return self._complete(ticket for ticket in tickets if ticket.marker)

    def cursor_at(self, moment: datetime) -> str:
        """A cursor for what is updated from then on."""
        return _stamp(moment.astimezone(UTC) - _OVERLAP)

    def changed(self, cursor: str | None) -> Changes:
        """Issues updated since a cursor. An idle poll is one request, answered 304, which costs nothing."""
        since, _, tag = (cursor or "").partition(" ")
        params = {"state": "all", "sort": "updated", "direction": "asc", "since": since or _START}
        first = self._client.read(
            "/issues",
            {**params, "per_page": str(PAGE), "page": "1"},
            headers={"If-None-Match": tag} if tag else None,
        )
        if first.status_code == 304 and cursor:
            return Changes((), cursor)
        if first.status_code != 200:
            raise self._client.error(first)
        page = first.json()
        if len(page) < PAGE and "next" not in first.links:
            found = [self._issues.from_rest(issue) for issue in _issues_of(page)]
        else:
            pages = self._client.pages("/issues", params)
            found = [self._issues.from_rest(issue) for page in pages for issue in _issues_of(page)]
        newest = max((ticket.updated for ticket in found), default=None)
        begin = max(since or _START, _stamp(newest - _OVERLAP)) if newest else since or _START
        # The tag belongs to the address that was asked; with another `since` there is none yet.
        tag = first.headers.get("etag", "") if begin == params["since"] else ""
        return Changes(tuple(self._complete(found)), f"{begin} {tag}".strip())

    def _complete(self, tickets: Iterable[Ticket]) -> list[Ticket]:
        """Each issue once, whatever a growing list repeated, and duplicates with what they are of."""
        found = {ticket.id: ticket for ticket in tickets}
        with suppress(NotOffered):  # then nobody tells
            found = self._with_originals(found)
        return list(found.values())


def _issues_of(page: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (issue for issue in page if "pull_request" not in issue)


def _stamp(moment: datetime) -> str:
    """As ``since`` wants it: UTC, without parts of a second."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
