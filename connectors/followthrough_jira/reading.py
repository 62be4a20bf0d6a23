"""Reading: issues by id or key in bulk, what changed, and every issue of ours.

Facts: ``bulkfetch`` takes up to 100 ids and keys, answers in the order of ids, follows moved issues and
leaves out what is deleted or hidden, without a word; ``issueErrors`` are those it could not load.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from followthrough.connector import Changes, NotFound, Rejected, Ticket, Unreachable
from followthrough_jira.addresses import is_id, is_key
from followthrough_jira.client import Client
from followthrough_jira.mapping import Reader
from followthrough_jira.searching import Searcher, in_project, ours, since_clause

__all__ = ["Reading"]

BULK: Final = 100
SERVER_BULK: Final = 250
"""References in one search, which has to fit into an address where search takes no POST."""


class Reading:
    """What is read of one project."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self._client = client
        self.reader = reader
        self._search = Searcher(client, reader)
        self._keys: dict[str, str] = {}
        """Id to key, as last seen."""
        self._zone: tzinfo | None = None
        self._zone_asked = False
        self.listed: list[Ticket] | None = None
        """What was listed last as ours."""
        self.ignored = False
        """A search gave issues that it was not asked for."""

    def remember(self, keys: Mapping[str, str]) -> None:
        """Keys of issues by their ids, as a create tells them."""
        self._keys |= keys

    # By id or key.

    def fetch(self, refs: Collection[str]) -> dict[str, Ticket]:
        """The tickets under the ref each was asked by."""
        wanted = [ref for ref in dict.fromkeys(refs) if is_id(ref) or is_key(ref)]
        size = BULK if self.reader.cloud else SERVER_BULK
        found: dict[str, Ticket] = {}
        for start in range(0, len(wanted), size):
            found |= self._some(wanted[start : start + size])
        if len(found) < len(wanted):
            self._see_project()
        return found

    def one(self, ref: str) -> Ticket:
        """The ticket. Raises ``NotFound`` where it is absent or hidden."""
        found = self.fetch([ref])
        if ref not in found:
            raise NotFound(
                f"There is no {ref} at {self._client.asked.host}, or this account may not see it.",
                hint="Was it deleted?",
            )
        return found[ref]

    def _some(self, refs: Sequence[str]) -> dict[str, Ticket]:
        issues = self._bulk(refs) if self.reader.cloud else self._searched(refs)
        found, rest = self._by_ref(refs, issues)
        lost = [ref for ref in refs if ref not in found]
        # A moved issue is told under its new key, so what was not asked for belongs to one that is lost.
        suspects = (
            lost
            if rest or not self.reader.cloud
            else [ref for ref in lost if self._may_have_moved(ref, found)]
        )
        for ref in suspects:
            issue = self._single(ref)
            if issue is not None:
                found[ref] = self._read(issue)
        return found

    def _by_ref(self, refs: Sequence[str], issues: Iterable[Any]) -> tuple[dict[str, Ticket], bool]:
        """Tickets by the refs that name them, and whether an issue is left that none names."""
        names: dict[str, list[str]] = {}
        for ref in refs:
            names.setdefault(ref.upper(), []).append(ref)
        found: dict[str, Ticket] = {}
        rest = False
        for issue in issues:
            ticket = self._read(issue)
            mine = [*names.get(ticket.id, ()), *names.get(ticket.key.upper(), ())]
            rest = rest or not mine
            found |= dict.fromkeys(mine, ticket)
        return found, rest

    def _may_have_moved(self, ref: str, found: Mapping[str, Ticket]) -> bool:
        """Whether an issue that another ref found may once have had this key."""
        return is_key(ref) and any(
            other != ticket.key.upper() and not ticket.key.startswith(f"{self._client.settings.project}-")
            for other, ticket in found.items()
        )

    def _bulk(self, refs: Sequence[str]) -> list[Any]:
        body = {
            "issueIdsOrKeys": list(refs),
            "fields": self.reader.fields,
            "properties": self.reader.properties,
        }
        answer = self._client.ask_json("POST", "/issue/bulkfetch", body, read=True)
        issues, errors = answer.get("issues"), answer.get("issueErrors")
        if errors:
            raise Unreachable(
                f"{self._client.asked.host} could not load {len(errors)} of {len(refs)} issues.",
                hint="Try again later.",
            )
        if not isinstance(issues, list):
            raise Unreachable(f"{self._client.asked.host} told no issues.", hint="Try again later.")
        return issues

    def _searched(self, refs: Sequence[str]) -> list[Any]:
        """Data Center: by id; then by key, where the answer holds what was not asked for."""
        issues = self._within(f"id in ({','.join(refs)})", len(refs))
        strangers = [issue for issue in issues if not self._asked_for(issue, refs)]
        if not strangers:
            return issues
        self.ignored = True
        known = [issue for issue in issues if self._asked_for(issue, refs)]
        keys = [key for ref in refs if is_key(key := self._keys.get(ref, ref))]
        if keys:
            known += self._within(f"key in ({','.join(keys)})", len(keys))
        told = {str(issue["id"]) for issue in known}
        if any(is_id(ref) and ref not in told for ref in refs):
            # It knows no ids: the project is gone through as a whole.
            known += self._search.all(in_project(self._client.settings), self.reader.fields)
        return [issue for issue in known if self._asked_for(issue, refs) or issue["key"] in keys]

    def _within(self, jql: str, number: int) -> list[Any]:
        """The one page that a search for so many issues has."""
        try:
            page = self._search.page(jql, self.reader.fields, 0, number)
        except Rejected:
            return []  # a deleted issue in the query; each is looked for alone
        issues = page.get("issues") if isinstance(page, Mapping) else None
        return issues if isinstance(issues, list) else []

    def _asked_for(self, issue: Any, refs: Sequence[str]) -> bool:
        return str(issue["id"]) in refs or issue["key"] in refs

    def _single(self, ref: str) -> Any:
        """One issue, however it is found: by id, and by its key before it counts as gone."""
        for name in dict.fromkeys((ref, self._keys.get(ref, ref))):
            params = {"fields": ",".join(self.reader.fields)}
            if self.reader.properties:
                params["properties"] = ",".join(self.reader.properties)
            answer = self._client.ask("GET", f"/issue/{name}", params=params, or_missing=True)
            if answer.ok:
                return answer.body
        return None

    def _see_project(self) -> None:
        """Raise ``NotFound`` where the whole project is hidden: then nothing is known of its issues."""
        project = self._client.settings.project
        if self._client.ask("GET", f"/project/{project}", or_missing=True).status == 404:
            raise NotFound(
                f"There is no project {project} at {self._client.asked.host}, or {self._client.asked.who} "
                "may not see it.",
                hint="Check `project`, and the permission to browse it.",
            )

    # What changed, and what is ours.

    def changed(self, since: str | None) -> Changes:
        """Ours since a cursor, which is the newest change that was seen."""
        jql = ours(self._client.settings)
        begin = datetime.fromisoformat(since) if since else None
        if begin is not None:
            jql += f" AND {since_clause(begin, cloud=self.reader.cloud, zone=self._account_zone())}"
        issues = self._listed(f"{jql} ORDER BY updated ASC", whole=False)
        tickets = self._ours_of(issues)
        newest = max((ticket.updated for ticket in tickets), default=begin)
        if begin is not None and newest is not None:
            newest = max(newest, begin)
        return Changes(tuple(tickets), newest.isoformat() if newest else "")

    def owned(self) -> list[Ticket]:
        """Every issue of the project that carries our marker."""
        issues = self._listed(f"{ours(self._client.settings)} ORDER BY created ASC")
        self.listed = [ticket for ticket in self._ours_of(issues) if ticket.marker]
        return list(self.listed)

    def _listed(self, jql: str, *, whole: bool = True) -> list[Any]:
        """What a search of the project finds. Raises ``NotFound`` where the project is why it is refused."""
        try:
            return self._search.all(jql, self.reader.fields, whole=whole)
        except Rejected:
            self._see_project()  # Jira says of a hidden project that its name is no value
            raise

    def _ours_of(self, issues: Iterable[Any]) -> list[Ticket]:
        """Those that fit the question, or are ours whatever it was."""
        tickets = []
        for issue in issues:
            fits = self.reader.fits(issue)
            self.ignored = self.ignored or not fits
            if fits or (self.reader.in_project(issue) and self.reader.marker(issue)):
                tickets.append(self._read(issue))
        return tickets

    def _read(self, issue: Any) -> Ticket:
        ticket = self.reader.ticket(issue)
        self._keys[ticket.id] = ticket.key
        return ticket

    def _account_zone(self) -> tzinfo | None:
        """The zone of our account's profile, in which Data Center reads times; asked once."""
        if not self.reader.cloud and not self._zone_asked:
            me = self._client.ask("GET", "/myself", or_missing=True).body
            name = me.get("timeZone") if isinstance(me, Mapping) else None
            self._zone_asked = True
            try:
                self._zone = ZoneInfo(str(name)) if name else None
            except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
                self._zone = None
        return self._zone
