"""The two APIs: which pages there are, what stands in them, who may see them, and one new version.

Facts: Cloud's v1 serves search and restrictions only, pages are read and written in v2; with OAuth v1
answers 410 to the rest (developer.atlassian.com, changelog CHANGE-2520). Data Center has v1 alone; with
bodies a search gives at most 50 pages at a time, with other expansions 200, whatever is asked for
(support.atlassian.com, "Searching for content … always limits results to 50"). Expanding the ancestors'
restrictions makes a search of Cloud fail as a whole (CONFCLOUD-77618): each page above is asked by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol
from urllib.parse import quote

from followthrough.connector import ConnectorError, Unreachable
from followthrough.sources.confluence.client import Answer, Client, Query, error_of, login_failed
from followthrough.sources.confluence.pages import (
    Listed,
    Page,
    listed,
    mapping,
    next_of,
    restricted,
    results,
    stored,
)

__all__ = ["AT_ONCE", "Cloud", "DataCenter", "Dialect", "dialect_of"]

AT_ONCE: Final = 40
"""Pages whose bodies are asked for together; below what either API gives."""
SEARCHED: Final = 100
MOST_PAGES: Final = 10_000
"""Answers of one search: more than any site has is a server that never ends."""
LIMITS: Final = "restrictions.read.restrictions.user,restrictions.read.restrictions.group"
FACTS: Final = f"ancestors,operations,{LIMITS}"


class Dialect(Protocol):
    """What the source asks for, whichever API answers. Raises the seam's errors."""

    def search(self, cql: str) -> list[Listed]:
        """Every page that a query finds, complete or an error."""
        ...

    def fetch(self, ids: Sequence[str]) -> dict[str, Page]:
        """These pages; one that is not there, or not for us, is absent."""
        ...

    def facts(self, id: str) -> Listed | None:
        """Of one page where it stands and what we may do; ``None`` where it is not there."""
        ...

    def limited(self, id: str) -> bool:
        """Whether a page, or a folder, names who may see it; ``True``, too, where that is not told."""
        ...

    def update(self, page: Page, body: str, message: str) -> Answer:
        """Make the next version of a page."""
        ...

    def me(self) -> str:
        """Who we are there."""
        ...

    def spaces(self, keys: Sequence[str]) -> set[str]:
        """Those of the spaces that are there for us, by key."""
        ...


class _Shared:
    """What v1 answers on both."""

    v1 = "/rest/api"

    def __init__(self, client: Client) -> None:
        self.client = client

    def search(self, cql: str) -> list[Listed]:
        found = {one.id: one for one in map(listed, self._searched(cql, FACTS, SEARCHED))}
        return [one for one in found.values() if one.current]

    def limited(self, id: str) -> bool:
        answer = self.client.get(
            f"{self.v1}/content/{id}/restriction/byOperation/read",
            (("expand", "restrictions.user,restrictions.group"),),
            or_missing=True,
        )
        return restricted(answer.body) is not False

    def me(self) -> str:
        told = mapping(self.client.get(f"{self.v1}/user/current").body)
        name = told.get("publicName") or told.get("displayName") or told.get("username") or ""
        if told.get("type") == "anonymous" or not name:
            raise self.client.refused()
        return str(name)

    def _searched(self, cql: str, expand: str, limit: int) -> Iterator[Any]:
        """All results of a search, page by page; its end is where no further page is named."""
        query = [("cql", cql), ("expand", expand), ("limit", str(limit))]
        more, seen, count, total = list[tuple[str, str]](), set[str](), 0, 0
        for _ in range(MOST_PAGES):
            body = self.client.get(f"{self.v1}/content/search", [*query, *more]).body
            found = results(body)
            count += len(found)
            total = max(total, int(body.get("totalSize") or 0))
            yield from found
            after = next_of(body)
            if after is None:
                break
            more = [(name, after[name][0]) for name in ("cursor", "start") if after.get(name)]
            place = repr(more)
            if not more or place in seen:
                raise self._incomplete("it names the same page again")
            seen.add(place)
        else:
            raise self._incomplete("it never ends")
        if count < total:
            raise self._incomplete(f"{count} of {total} came")

    def _incomplete(self, why: str) -> ConnectorError:
        return Unreachable(
            f"{self.client.settings.host} did not list its pages to the end: {why}.",
            hint="None of them was looked at; the next run asks again.",
        )

    def _one(self, path: str, query: Query) -> Answer | None:
        answer = self.client.get(path, query, or_missing=True)
        return answer if answer.ok else None


class DataCenter(_Shared):
    """Data Center and Server, below whatever path it has."""

    def fetch(self, ids: Sequence[str]) -> dict[str, Page]:
        # A search reads the pages themselves, but knows only those that are in the index by now.
        found: dict[str, Page] = {}
        if len(ids) > 1:
            cql = f"id in ({', '.join(ids)})"
            pages = self._searched(cql, "body.storage,version,space", AT_ONCE)
            found = {page.id: page for page in map(stored, pages)}
        for id in ids:
            if id not in found and (page := self._page(id)):
                found[id] = page
        return found

    def _page(self, id: str) -> Page | None:
        query = (("expand", "body.storage,version,space"),)
        answer = self._one(f"{self.v1}/content/{id}", query)
        return stored(answer.body) if answer else None

    def facts(self, id: str) -> Listed | None:
        answer = self._one(f"{self.v1}/content/{id}", (("expand", FACTS),))
        return listed(answer.body) if answer else None

    def spaces(self, keys: Sequence[str]) -> set[str]:
        return {key for key in keys if self._one(f"{self.v1}/space/{quote(key, safe='')}", ())}

    def update(self, page: Page, body: str, message: str) -> Answer:
        return self.client.put(
            f"{self.v1}/content/{page.id}",
            {
                "id": page.id,
                "type": "page",
                "status": "current",
                "title": page.title,
                "body": {"storage": {"value": body, "representation": "storage"}},
                "version": {"number": page.number + 1, "minorEdit": True, "message": message},
            },
        )


class Cloud(_Shared):
    """Atlassian's cloud: pages in v2, the rest in v1."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.v1, self.v2 = f"{client.settings.prefix}/rest/api", f"{client.settings.prefix}/api/v2"

    def fetch(self, ids: Sequence[str]) -> dict[str, Page]:
        if not ids:
            return {}
        query = [("id", id) for id in ids]
        query += [("status", "current"), ("body-format", "storage"), ("limit", str(len(ids)))]
        found: dict[str, Page] = {}
        while True:
            body = self.client.get(f"{self.v2}/pages", query).body
            new = {page.id: page for page in map(stored, results(body)) if page.id in ids}
            after = next_of(body)
            if after is None or not (new.keys() - found.keys()):
                return {**found, **new}
            found |= new
            query = [one for one in query if one[0] != "cursor"] + [("cursor", after["cursor"][0])]

    def facts(self, id: str) -> Listed | None:
        answer = self._one(f"{self.v2}/pages/{id}", (("include-operations", "true"),))
        if answer is None:
            return None
        above = results(self.client.get(f"{self.v2}/pages/{id}/ancestors", (("limit", "250"),)).body)
        return listed({**mapping(answer.body), "ancestors": above})

    def spaces(self, keys: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for start in range(0, len(keys), SEARCHED):
            query = [("keys", key) for key in keys[start : start + SEARCHED]] + [("limit", str(SEARCHED))]
            told = results(self.client.get(f"{self.v2}/spaces", query).body)
            found |= {str(mapping(one).get("key")) for one in told}
        return found

    def update(self, page: Page, body: str, message: str) -> Answer:
        return self.client.put(
            f"{self.v2}/pages/{page.id}",
            {
                "id": page.id,
                "status": "current",
                "title": page.title,
                "body": {"representation": "storage", "value": body},
                "version": {"number": page.number + 1, "minorEdit": True, "message": message},
            },
        )


def dialect_of(client: Client) -> Dialect:
    """The API that this Confluence has; asked once where neither settings nor address tell it.

    Raises the seam's errors.
    """
    known, cloud = client.settings.known_as_cloud, Cloud(client)
    if known is None:
        answer = client.probe(f"{cloud.v2}/spaces", (("limit", "1"),))
        if login_failed(answer):
            raise client.refused()
        if answer.status >= 500 or answer.status == 429:
            raise error_of(answer, client.settings)
        known = answer.ok and isinstance(answer.body, dict) and "results" in answer.body
    return cloud if known else DataCenter(client)
