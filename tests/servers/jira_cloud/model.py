"""What a Jira site is made of; see ``standard.py`` for one that is filled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import serving

ALL_PERMISSIONS = frozenset(
    {
        "ADD_COMMENTS",
        "ASSIGNABLE_USER",
        "ASSIGN_ISSUES",
        "BROWSE_PROJECTS",
        "CLOSE_ISSUES",
        "CREATE_ISSUES",
        "EDIT_ISSUES",
        "LINK_ISSUES",
        "RESOLVE_ISSUES",
        "SCHEDULE_ISSUES",
        "SET_ISSUE_SECURITY",
        "TRANSITION_ISSUES",
    }
)
"""What a role for people who work in a project has."""
WIDE_PERMISSIONS = frozenset({"ADMINISTER", "ADMINISTER_PROJECTS", "DELETE_ISSUES"})
"""What nobody has who is not given it."""


@dataclass(frozen=True)
class User:
    id: str
    name: str
    email: str
    active: bool = True
    email_visible: bool = True
    zone: str = "UTC"
    """Of the account's profile: JQL reads dates without a zone in it."""


@dataclass(frozen=True)
class Token:
    """An API token, classic or scoped, or a service account's."""

    user: str
    scoped: bool = False
    bearer: bool = False
    """A service account's: it goes without an e-mail address."""
    expires: datetime | None = None


@dataclass(frozen=True)
class Status:
    id: str
    name: str
    category: str
    """``new``, ``indeterminate`` or ``done``."""


@dataclass(frozen=True)
class Move:
    """A transition of a workflow."""

    id: str
    name: str
    to: str
    sources: frozenset[str] | None = None
    """Names of statuses it starts from; ``None`` for all."""
    screen: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    resolution: str | None = None
    """What a post function sets where the screen does not; leaving ``done`` clears it."""


@dataclass(frozen=True)
class Workflow:
    statuses: tuple[Status, ...]
    moves: tuple[Move, ...]
    clears: bool = True
    """Whether a move out of ``done`` clears the resolution, as most workflows do."""
    resolves: bool = True
    """Whether issues have resolutions at all; those of team-managed projects may have none."""

    def status(self, name: str) -> Status:
        return next(one for one in self.statuses if one.name == name)


@dataclass(frozen=True)
class Field:
    id: str
    name: str
    type: str
    items: str = ""
    custom: str = ""
    """Key of the custom field's type, such as ``com.atlassian.jira.plugin.system.customfieldtypes:select``."""
    options: tuple[tuple[str, str], ...] = ()
    """Ids and values to choose from."""
    has_default: bool = False

    @property
    def rich(self) -> bool:
        return self.id in ("description", "environment") or self.custom.endswith(":textarea")


@dataclass
class IssueType:
    id: str
    name: str
    workflow: Workflow
    create: dict[str, bool]
    """Fields on the create screen: whether each is required."""
    edit: set[str]
    subtask: bool = False
    level: int = 0


@dataclass
class Project:
    id: str
    key: str
    name: str
    types: list[IssueType]
    permissions: dict[str, frozenset[str]]
    """What each account may, by its id."""
    components: dict[str, str] = field(default_factory=dict)
    security: dict[str, str] = field(default_factory=dict)
    public: bool = False
    style: str = "classic"
    last_number: int = 0


@dataclass(frozen=True)
class Face:
    """An issue as it was at one time; what is searched is an earlier one than what is read."""

    at: datetime
    key: str
    project: str
    type: str
    status: Status
    updated: datetime
    fields: dict[str, Any]


@dataclass
class Issue:
    id: str
    key: str
    project: Project
    type: IssueType
    status: Status
    creator: str
    created: datetime
    updated: datetime
    fields: dict[str, Any]
    properties: dict[str, Any] = field(default_factory=dict)
    remote_links: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: list[dict[str, Any]] = field(default_factory=list)
    resolved: datetime | None = None
    category_changed: datetime | None = None
    old_keys: list[str] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)

    def face(self, at: datetime) -> Face:
        """The issue as it is now."""
        return Face(
            at, self.key, self.project.key, self.type.name, self.status, self.updated, {**self.fields}
        )

    def remember(self, at: datetime) -> None:
        """Keep the issue as it is now for those who search."""
        self.faces.append(replace(self.face(at)))


class Problem(serving.Problem):
    """A refusal, told as Jira tells it."""

    def __init__(self, status: int, *messages: str, **errors: str) -> None:
        super().__init__(status, {"errorMessages": list(messages), "errors": errors})
        self.errors = errors
