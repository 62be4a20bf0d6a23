"""Searches, whole: page after page, by token on Cloud and by place on Data Center.

Facts: Cloud's ``/search/jql`` gives a token until the last page, which has none, and no total; at most
100 issues a page come with fields. Data Center counts from ``startAt``, echoes the page size that it
really used, and takes ``validateQuery: false`` so that a deleted issue in a query is no error. Cloud
reads ``updated >= 1732877091000`` in milliseconds; Data Center only a quoted time, to the minute, in the
zone of the account's profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final
from urllib.parse import quote

from followthrough.connector import Unreachable
from followthrough_jira.client import Client
from followthrough_jira.mapping import FOOTER, LABEL, Reader
from followthrough_jira.settings import JiraSettings

__all__ = ["OVERLAP", "Searcher", "in_project", "ours", "quoted", "since_clause"]

PAGE: Final = 100
SERVER_PAGE: Final = 1000
ROUNDS: Final = 3
OVERLAP: Final = timedelta(minutes=10)
"""How much of the past is asked for again: an index shows changes late and in any order."""
UNKNOWN_ZONE: Final = timedelta(hours=26)
"""The farthest that two zones lie apart."""


def quoted(text: str) -> str:
    """A word as a JQL string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def in_project(settings: JiraSettings) -> str:
    """The JQL that lists a whole project."""
    return f"project = {quoted(settings.project)}"


def ours(settings: JiraSettings) -> str:
    """The JQL that lists our issues: a hint, which each issue is held against."""
    project = in_project(settings)
    if settings.marker == "label":
        return f"{project} AND labels = {quoted(LABEL)}"
    phrase = FOOTER.partition(",")[0]
    return f"{project} AND description ~ {quoted(quoted(phrase))}"


def since_clause(since: datetime, *, cloud: bool, zone: tzinfo | None) -> str:
    """The JQL for what changed since then, rather a little too much."""
    begin = since - OVERLAP
    if cloud:
        return f"updated >= {int(begin.timestamp() * 1000)}"
    if zone is None:
        return f'updated >= "{begin - UNKNOWN_ZONE:%Y/%m/%d %H:%M}"'
    local = begin.astimezone(zone)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        local -= timedelta(hours=3)  # when clocks are put back a time comes twice, and Jira may mean either
    return f'updated >= "{local:%Y/%m/%d %H:%M}"'


class Searcher:
    """Searches with one login. Raises the seam's errors, and ``Unreachable`` for what is not whole."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self._client = client
        self._reader = reader
        self._by_get = False

    def all(self, jql: str, fields: Sequence[str], *, whole: bool = True) -> list[Any]:
        """Every issue of a search, each once; with ``whole`` false what is there up to a repeated page."""
        if self._reader.cloud:
            return _once(self._by_token(jql, fields, whole=whole))
        for _ in range(ROUNDS):
            issues, steady = self._by_place(jql, fields)
            if steady or not whole:
                return issues
        raise Unreachable(
            f"{self._client.asked.host} listed other issues with each page.", hint="Try again later."
        )

    def _by_token(self, jql: str, fields: Sequence[str], *, whole: bool) -> Iterator[Any]:
        seen: set[str] = set()
        token = None
        while True:
            body: dict[str, Any] = {"jql": jql, "maxResults": PAGE, "fields": list(fields)}
            if self._reader.properties:
                body["properties"] = self._reader.properties
            if token:
                body["nextPageToken"] = token
            page = self._client.ask_json("POST", "/search/jql", body, read=True)
            yield from self._issues_of(page)
            token = page.get("nextPageToken")
            if not token:
                if page.get("isLast") is False:
                    raise self._not_whole("no way to the next page was told")
                return
            if token in seen:
                if whole:
                    raise self._not_whole("the same page came twice")
                return
            seen.add(token)

    def _by_place(self, jql: str, fields: Sequence[str]) -> tuple[list[Any], bool]:
        """All pages, and whether nothing was added or taken away in between."""
        found: list[Any] = []
        totals: set[int] = set()
        while True:
            page = self.page(jql, fields, len(found))
            issues = self._issues_of(page)
            found += issues
            total = page.get("total")
            if not isinstance(total, int):
                raise self._not_whole("no total was told")
            totals.add(total)
            if len(found) >= total or not issues:
                unique = _once(found)
                return unique, len(totals) == 1 and len(unique) == total

    def page(self, jql: str, fields: Sequence[str], start: int = 0, size: int = SERVER_PAGE) -> Any:
        """One page on Data Center, by POST; by GET where that is not there."""
        names = list(fields)
        if not self._by_get:
            body = {
                "jql": jql,
                "startAt": start,
                "maxResults": size,
                "fields": names,
                "validateQuery": False,
            }
            answer = self._client.ask("POST", "/search", body, read=True, or_missing=True)
            if not answer.missing:
                return answer.body
            self._by_get = True
        query = (
            f"jql={quote(jql, safe='')}&startAt={start}&maxResults={size}"
            f"&fields={','.join(names)}&validateQuery=false"
        )
        return self._client.ask_json("GET", f"/search?{query}")

    def _issues_of(self, page: Any) -> list[Any]:
        issues = page.get("issues") if isinstance(page, dict) else None
        if not isinstance(issues, list):
            raise self._not_whole("it is in a form that cannot be read")
        return issues

    def _not_whole(self, why: str) -> Unreachable:
        return Unreachable(
            f"The list of {self._client.asked.host} is not whole: {why}.", hint="Try again later."
        )


def _once(issues: Iterator[Any] | list[Any]) -> list[Any]:
    """Each issue once, as it was told last."""
    return list({issue["id"]: issue for issue in issues}.values())
