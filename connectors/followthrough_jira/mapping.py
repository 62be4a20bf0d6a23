"""An issue as Jira tells it, to a ticket.

Facts: the key of a status's category is ``new``, ``indeterminate``, ``done`` or ``undefined``, its name
is anything; team-managed projects close issues without a resolution; ``statuscategorychangedate`` is
Cloud's alone. An account is known by ``accountId`` on Cloud, on Data Center by ``name``, which can be
changed, and ``key``, which cannot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from followthrough.connector import State, Ticket, Unreachable
from followthrough_jira.addresses import browse
from followthrough_jira.settings import JiraSettings

__all__ = ["LABEL", "PROPERTY", "Reader", "footer_of", "marker_in"]

LABEL: Final = "followthrough"
"""The label by which our issues are listed."""
PROPERTY: Final = "followthrough"
"""The key of the entity property that holds our marker."""
FOOTER: Final = "Filed by followthrough, {}."
_ID_IN_FOOTER: Final = re.compile(
    r"^(?:\{[^{}\n]{0,80}\}|[^\w{}\n]|_){0,80}+Filed by followthrough, ([0-9a-hjkmnp-tv-z]{12})\.",
    re.MULTILINE,
)
"""At the head of a line, in whatever colour or type an editor has put it."""
_QUOTE: Final = "{quote}"
"""Around what a document says, in which no brace is left as it was."""
_CLOUD_FIELDS: Final = ("statuscategorychangedate",)
_SERVER_FIELDS: Final = ("description",)
_FIELDS: Final = (
    "summary",
    "status",
    "resolution",
    "resolutiondate",
    "assignee",
    "creator",
    "duedate",
    "priority",
    "labels",
    "created",
    "updated",
    "issuelinks",
)


def footer_of(id: str) -> str:
    """The words by which a person, and where there is no property we, know our issue."""
    return FOOTER.format(id)


@dataclass(frozen=True, slots=True)
class Reader:
    """How the issues of one project are read."""

    settings: JiraSettings
    cloud: bool

    @property
    def fields(self) -> list[str]:
        """The fields of an issue that a ticket is made of."""
        return [*_FIELDS, *(_CLOUD_FIELDS if self._has_property else _SERVER_FIELDS)]

    @property
    def properties(self) -> list[str]:
        """The entity properties that are read with it; a search of Data Center gives none."""
        return [PROPERTY] if self._has_property else []

    @property
    def _has_property(self) -> bool:
        return self.cloud

    def ticket(self, issue: Any) -> Ticket:
        """The ticket of an issue. Raises ``Unreachable`` for one that cannot be read."""
        try:
            return self._ticket(issue)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            name = issue.get("key", "An issue") if isinstance(issue, Mapping) else "An issue"
            raise Unreachable(
                f"{name} was told in a form that cannot be read ({type(error).__name__}: {error}).",
                hint="Check `url`, and that what answers there is Jira.",
            ) from error

    def _ticket(self, issue: Mapping[str, Any]) -> Ticket:
        fields = issue["fields"]
        status = fields["status"]
        state = self.state(fields)
        updated = moment(fields["updated"])
        return Ticket(
            id=str(issue["id"]),
            key=issue["key"],
            url=browse(self.settings.url, issue["key"]),
            title=fields["summary"],
            state=state,
            native_status=status["name"],
            assignee=account_of(fields.get("assignee")),
            due=date.fromisoformat(fields["duedate"]) if fields.get("duedate") else None,
            priority=(fields.get("priority") or {}).get("name"),
            labels=tuple(label for label in fields.get("labels") or () if label != LABEL),
            created=moment(fields["created"]),
            closed=_closed(fields, updated) if state.closed else None,
            updated=updated,
            marker=self.marker(issue),
            author=author_of(fields.get("creator")),
            duplicate_of=self.duplicate_of(fields) if state is State.DROPPED else None,
        )

    def state(self, fields: Mapping[str, Any]) -> State:
        """From category, then resolution and names."""
        status = fields["status"]
        resolution = (fields.get("resolution") or {}).get("name", "")
        return self.state_of(status["name"], category_of(status), resolution)

    def state_of(self, status: str, category: str, resolution: str = "") -> State:
        """The state that a status of that name and category is, closed with that resolution."""
        names = {status.casefold(), resolution.casefold()}
        if category == "done":
            return State.DROPPED if names & _folded(self.settings.wont_do) else State.DONE
        if status.casefold() in _folded(self.settings.blocked):
            return State.BLOCKED
        return State.IN_PROGRESS if category == "indeterminate" else State.OPEN

    def marker(self, issue: Mapping[str, Any]) -> str | None:
        """Our item's id: from the property, else from the last footer where no property is read."""
        if self._has_property:
            value = (issue.get("properties") or {}).get(PROPERTY)
            id = value.get("id") if isinstance(value, Mapping) else None
            return id if isinstance(id, str) and id else None
        return marker_in(issue["fields"].get("description"))

    def duplicate_of(self, fields: Mapping[str, Any]) -> str | None:
        """Where a link says of which issue this is a duplicate: its id, or its address elsewhere."""
        for link in fields.get("issuelinks") or ():
            kind, other = link.get("type") or {}, link.get("outwardIssue")
            if other and "duplicate" in f"{kind.get('name')} {kind.get('outward')}".casefold():
                here = other["key"].rpartition("-")[0] == self.settings.project
                return (
                    str(other.get("id") or other["key"]) if here else browse(self.settings.url, other["key"])
                )
        return None

    def fits(self, issue: Any) -> bool:
        """Whether an issue is one that a listing of ours asks for: of this project, with our label."""
        labelled = self.settings.marker != "label" or LABEL in (issue["fields"].get("labels") or ())
        return labelled and self.in_project(issue)

    def in_project(self, issue: Any) -> bool:
        """Whether the issue lives in this project."""
        return bool(issue["key"].rpartition("-")[0] == self.settings.project)


def marker_in(text: Any) -> str | None:
    """The id of the last footer that heads a line of a text in wiki markup, outside of what is quoted."""
    if not isinstance(text, str):
        return None
    found = [id for part in text.split(_QUOTE)[::2] for id in _ID_IN_FOOTER.findall(part)]
    return found[-1] if found else None


def category_of(status: Mapping[str, Any]) -> str:
    """The key of a status's category; ``undefined`` where it is not told."""
    category = status.get("statusCategory")
    return str(category.get("key", "undefined")) if isinstance(category, Mapping) else "undefined"


def account_of(user: Any) -> str | None:
    """The account as an issue is assigned to it."""
    if not isinstance(user, Mapping):
        return None
    return user.get("accountId") or user.get("name")


def author_of(user: Any) -> str | None:
    """The account in its immutable words."""
    if not isinstance(user, Mapping):
        return None
    return user.get("accountId") or user.get("key") or user.get("name")


def moment(text: str) -> datetime:
    """A time as Jira writes it: ``2026-11-27T03:24:22.123+0000``."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return found


def _closed(fields: Mapping[str, Any], updated: datetime) -> datetime:
    for name in ("resolutiondate", "statuscategorychangedate"):
        if fields.get(name):
            return moment(fields[name])
    return updated


@lru_cache
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
