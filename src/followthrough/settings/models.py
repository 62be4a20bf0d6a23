"""The whole file as frozen models, with what is in force where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from followthrough.secrets import Secret
from followthrough.settings.confluence import ConfluenceSettings
from followthrough.settings.git import GitSettings
from followthrough.settings.heartbeat import Heartbeat
from followthrough.settings.notify import Notify
from followthrough.settings.people import Person, Service
from followthrough.settings.policy import Check, Policy
from followthrough.settings.routes import Route
from followthrough.settings.sources import FolderSettings, SourceSettings
from followthrough.settings.trackers import Tracker
from followthrough.settings.values import (
    Count,
    Day,
    Pushable,
    Section,
    Share,
    Words,
    Zone,
    a_list,
)

LOCAL = "local"
"""Kind and scope name of the embedded tracker, in force where no tracker is configured."""


class Brakes(Section):
    """Limits that stop a plan before anything is written."""

    creates: Count = 50
    changes: Share = "20%"
    first_run: Count = 10

    def most_changes(self, items: int) -> int:
        """How many of a scope's items may change in one run: the number, or the share but at least 10."""
        if isinstance(self.changes, int):
            return self.changes
        return max(10, items * int(str(self.changes).rstrip("%")) // 100)


def _reference(value: SecretStr) -> SecretStr:
    Secret(value.get_secret_value())
    return value


class LedgerSettings(Section):
    """Where the ledger lies: ``sqlite``, ``git:`` and a branch of its own, or a database of PostgreSQL."""

    url: str = "sqlite"
    remote: str | None = None
    """Of ``git:``: the remote that keeps the branch; ``None`` means ``origin``, or the only one there is."""
    password: Annotated[SecretStr, AfterValidator(_reference)] | None = None
    """Of the database's user: where it stands, never itself."""

    @property
    def is_served(self) -> bool:
        """Whether it lies in a database, for which a connection is made."""
        return self.url.startswith(("postgresql:", "postgres:"))


class Limits(Section):
    """What a document may measure before it is refused."""

    document_bytes: Count = 5_000_000
    line_bytes: Count = 65_536
    items: Count = 5_000


class Sync(Section):
    """``[sync]``: which edits made in a document are carried into the tracker."""

    push: Annotated[tuple[Pushable, ...], BeforeValidator(a_list)] = ()


class Settings(Section):
    """The whole file, with what is in force where it says nothing."""

    documents: tuple[str, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    exclude: tuple[str, ...] = ("**/README.md", "**/*template*")
    since: Day | None = None
    namespace: str | None = Field(default=None, min_length=1)
    timezone: Zone = "UTC"
    default_tracker: str | None = None
    document_url: str | None = None
    ready: tuple[str, ...] = ("final", "published", "reviewed")
    trackers: Mapping[str, Tracker] = Field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    people: Mapping[str, Person] = Field(default_factory=dict)
    services: Mapping[str, Service] = Field(default_factory=dict)
    policy: Policy = Policy()
    check: Check = Check()
    brakes: Brakes = Brakes()
    sync: Sync = Sync()
    ledger: LedgerSettings = LedgerSettings()
    limits: Limits = Limits()
    heartbeat: Heartbeat = Heartbeat()
    notify: Notify = Notify()
    vocabulary: Mapping[str, Mapping[str, Words]] = Field(default_factory=dict)
    """Words beside those that ship, in tables and lists named as in ``extraction/words``."""

    @property
    def zone(self) -> tzinfo:
        """What "today" means."""
        return ZoneInfo(self.timezone)

    @property
    def patterns(self) -> tuple[str, ...]:
        """All globs of documents, the short form and the sources'."""
        folders = (source for source in self.sources if isinstance(source, FolderSettings | GitSettings))
        return self.documents + tuple(glob for folder in folders for glob in folder.documents)

    @property
    def confluences(self) -> tuple[ConfluenceSettings, ...]:
        """The sources that are pages of a Confluence."""
        return tuple(source for source in self.sources if isinstance(source, ConfluenceSettings))

    @property
    def git(self) -> GitSettings | None:
        """The source that is a branch of a repository, which takes the place of the folder."""
        return next((source for source in self.sources if isinstance(source, GitSettings)), None)

    @property
    def asks_for_documents(self) -> bool:
        """Whether some documents are known only by asking another machine for them."""
        return self.git is not None or bool(self.confluences)

    def scopes(self) -> Mapping[str, Tracker]:
        """The configured trackers; the embedded one where there is none."""
        return self.trackers or {LOCAL: Tracker(kind=LOCAL)}

    def default_scope(self) -> str:
        """The scope that takes an item no route names."""
        return self.default_tracker or next(iter(self.scopes()))
