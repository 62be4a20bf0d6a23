"""What a GitHub host holds, and what people do to it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from serving import Clock

__all__ = ["Issue", "Repository", "Site", "node_id"]

BOT = "bot"


def node_id(kind: str, number: int) -> str:
    return f"{kind}_" + base64.urlsafe_b64encode(f"{kind}{number}".encode()).decode().rstrip("=")


@dataclass
class Issue:
    id: int
    number: int
    repository: Repository
    title: str
    body: str | None
    user: str
    created: datetime
    updated: datetime
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    milestone: int | None = None
    type: str | None = None
    state: str = "open"
    reason: str | None = None
    closed: datetime | None = None
    duplicate_of: Issue | None = None
    is_pull: bool = False
    listed_from: datetime | None = None
    """From when on lists show it."""

    @property
    def key(self) -> str:
        """As it is called from `acme/web`."""
        own = "" if self.repository.name == "acme/web" else self.repository.name
        return f"{own}#{self.number}"

    @property
    def node(self) -> str:
        return node_id("PR" if self.is_pull else "I", self.id)


@dataclass
class Repository:
    id: int
    name: str
    """``owner/name``."""
    private: bool = True
    has_issues: bool = True
    archived: bool = False
    issues: dict[int, Issue] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    """Numbers of deleted issues."""
    moved: dict[int, Issue] = field(default_factory=dict)
    """Transferred issues by the number they had here."""
    hidden: set[int] = field(default_factory=set)
    """Numbers that are answered as if they were not there."""
    labels: set[str] = field(default_factory=lambda: {"bug"})
    milestones: dict[int, str] = field(default_factory=dict)
    rights: dict[str, str] = field(default_factory=lambda: {BOT: "push", "sam": "push", "kim": "push"})
    """``push``, ``triage``, which makes no labels, or ``pull``; whoever is not in it sees a public
    repository only."""
    last: int = 0

    @property
    def node(self) -> str:
        return node_id("R", self.id)

    def may_push(self, login: str) -> bool:
        return self.rights.get(login) == "push"

    def may_see(self, login: str) -> bool:
        return not self.private or login in self.rights


class Site:
    """A host with one repository, ``acme/web``, and what its people can do without asking us."""

    def __init__(self, clock: Clock | None = None, *, lag: timedelta = timedelta()) -> None:
        self.clock = clock or Clock()
        self.lag = lag
        """How long lists do not show a new issue."""
        self.tokens = {f"token-of-{login}": login for login in (BOT, "sam", "kim", "mallory")}
        self.expired: set[str] = set()
        self.scopes: dict[str, str] = {}
        """Of classic tokens, as the header has them."""
        self.repositories: dict[str, Repository] = {}
        self.renamed: dict[str, str] = {}
        self.apps: dict[int, str] = {}
        """Public keys of Apps, in PEM, by id."""
        self.app_permissions = {"issues": "write", "metadata": "read"}
        """What their installation may do."""
        self.graphql = True
        self.sorts_people = False
        """Whether assignees stand by their names, not as they were given."""
        self.knows_duplicates = True
        """Whether ``stateReason`` takes ``enableDuplicate``."""
        self._ids = 0
        self.web = self.add_repository("acme/web")

    def add_repository(self, name: str, **fields: Any) -> Repository:
        self._ids += 1
        repository = Repository(self._ids, name, **fields)
        self.renamed.pop(name.lower(), None)  # whoever takes a name ends its redirect
        self.repositories[name.lower()] = repository
        return repository

    def repository(self, name: str) -> Repository | None:
        return self.repositories.get(name.lower())

    def all_issues(self) -> list[Issue]:
        return [issue for repository in self.repositories.values() for issue in repository.issues.values()]

    # --- what people do ---------------------------------------------------------------------------

    def add(
        self, repository: Repository, user: str, title: str, body: str | None = None, **fields: Any
    ) -> Issue:
        self._ids += 1
        repository.last += 1
        now = self.clock.now()
        issue = Issue(self._ids, repository.last, repository, title, body, user, now, now, **fields)
        issue.listed_from = now + self.lag
        repository.issues[issue.number] = issue
        repository.labels |= set(issue.labels)
        return issue

    def edit(self, issue: Issue, **fields: Any) -> None:
        """Change an issue, if anything differs."""
        if all(getattr(issue, name) == value for name, value in fields.items()):
            return
        for name, value in fields.items():
            setattr(issue, name, sorted(value) if name == "assignees" and self.sorts_people else value)
        issue.updated = self.clock.now()

    def close(self, issue: Issue, reason: str = "completed") -> None:
        self.edit(issue, state="closed", reason=reason, closed=self.clock.now())

    def duplicate(self, issue: Issue, of: Issue) -> None:
        self.close(issue, "duplicate")
        issue.duplicate_of = of

    def transfer(self, issue: Issue, to: Repository) -> Issue:
        """Move an issue to another repository: a new number and node there, a redirect here."""
        new = self.add(
            to,
            issue.user,
            issue.title,
            issue.body,
            labels=list(issue.labels),
            assignees=list(issue.assignees),
        )
        new.created, new.state, new.reason, new.closed = (
            issue.created,
            issue.state,
            issue.reason,
            issue.closed,
        )
        del issue.repository.issues[issue.number]
        issue.repository.moved[issue.number] = new
        return new

    def delete(self, issue: Issue) -> None:
        del issue.repository.issues[issue.number]
        issue.repository.gone.add(issue.number)

    def rename(self, repository: Repository, name: str) -> None:
        """Another name; the old one redirects."""
        del self.repositories[repository.name.lower()]
        self.renamed = {old: name if new == repository.name else new for old, new in self.renamed.items()}
        self.renamed[repository.name.lower()] = name
        self.renamed.pop(name.lower(), None)
        repository.name = name
        self.repositories[name.lower()] = repository
