"""Pages, versions, people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

BOT, READER = "bot@acme.example", "reader@acme.example"
TOKEN = "confluence-token-1"


@dataclass(frozen=True)
class Version:
    """One version of a page, as its history keeps it."""

    number: int
    body: str
    title: str
    by: str
    at: datetime
    message: str = ""
    minor: bool = False


@dataclass
class Page:
    """A page, folder or blog post with all its versions."""

    id: str
    space: str
    parent: str | None
    versions: list[Version]
    labels: set[str] = field(default_factory=set)
    status: str = "current"
    kind: str = "page"
    readers: set[str] | None = None
    """Who may see it, where it names anybody."""
    editors: set[str] | None = None
    indexed: bool = True
    """Whether searches know it by now."""

    @property
    def now(self) -> Version:
        return self.versions[-1]

    @property
    def body(self) -> str:
        return self.now.body

    @property
    def title(self) -> str:
        return self.now.title

    @property
    def number(self) -> int:
        return self.now.number
