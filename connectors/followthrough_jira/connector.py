"""The connector: the seam's operations, each from its own file, on one client."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from followthrough.connector import (
    ASSIGNEE,
    Change,
    Changes,
    Check,
    Draft,
    Features,
    Outcome,
    Outside,
    Ticket,
    Wording,
)
from followthrough_jira.addresses import together
from followthrough_jira.changing import Changing
from followthrough_jira.checking import Checked, check
from followthrough_jira.client import Client
from followthrough_jira.filing import BATCH, Filing
from followthrough_jira.mapping import Reader
from followthrough_jira.people import People
from followthrough_jira.project import Project
from followthrough_jira.reading import Reading

if TYPE_CHECKING:
    import jira

    from followthrough_jira.settings import JiraSettings

__all__ = ["JiraConnector"]

SETTLE: Final = {True: timedelta(hours=12), False: timedelta(hours=1)}
"""How long an issue may stay out of the index: Cloud, and Data Center."""
_WORDING: Final = Wording(
    name="Jira",
    finish=(
        "When you are done, close this issue: the postmortem is updated overnight. Not going to happen? "
        "Resolve as Won't Do and say why in a comment. Already tracked elsewhere? Resolve as Duplicate and "
        "link it: the postmortem follows the other issue."
    ),
)


class JiraConnector:
    """One project, opened. Which kind of Jira it is is asked with the first request, if at all."""

    def __init__(self, settings: JiraSettings, outside: Outside) -> None:
        self._settings = settings
        self._client = Client(settings, outside)

    @property
    def features(self) -> Features:
        """What planning must know; the longer wait where it is not known yet which Jira this is."""
        return Features(
            settle=SETTLE[self._client.known_as_cloud is not False],
            mails=ASSIGNEE,
            batch=BATCH,
            finds_people=True,
            wording=_WORDING,
        )

    def check(self) -> Check:
        """Look at login, project, permissions and fields; change nothing."""

        def transitions(id: str) -> list[Any]:
            return list(self._sdk.transitions(id, expand="transitions.fields"))

        return check(Checked(self._client, self._project, self._reading, transitions))

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        """Create the drafts in batches."""
        if not drafts:
            return []
        filing = Filing(self._client, self._project, self._people, self._reading, self._changing.link)
        return filing.create(drafts)

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        """The tickets by id or key, in any case."""
        return self._reading.fetch(refs) if refs else {}

    def cursor_at(self, moment: datetime, /) -> str:
        """See :class:`followthrough.connector.Resumes`."""
        return moment.isoformat()

    def changed(self, since: str | None, /) -> Changes:
        """What changed of ours."""
        return self._reading.changed(since)

    def owned(self) -> Sequence[Ticket]:
        """Every issue of the project with our marker."""
        return self._reading.owned()

    def update(self, ref: str, change: Change, /) -> Ticket:
        """Set fields and state."""
        return self._changing.update(ref, change)

    def assignable(self, words: Sequence[str], /) -> Mapping[str, bool | None]:
        """Whom issues of this project can be assigned to, as Jira tells it."""
        found = {word: self._people.find(word) for word in words}
        return {word: one.account is not None if one.sure else None for word, one in found.items()}

    def where(self, keys: Sequence[str], /) -> str:
        """A list of exactly these issues in Jira."""
        return together(self._settings.url, keys)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self._client.close()

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._settings, self._client.cloud)

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._client, self._reader)

    @cached_property
    def _project(self) -> Project:
        return Project(self._client, self._open_sdk)

    @cached_property
    def _people(self) -> People:
        return People(self._client, self._open_sdk)

    @cached_property
    def _changing(self) -> Changing:
        return Changing(
            self._client, self._reader, self._reading, self._project, self._people, self._open_sdk
        )

    @cached_property
    def _sdk(self) -> jira.JIRA:
        from followthrough_jira.sdk import open_sdk

        return open_sdk(self._client)

    def _open_sdk(self) -> jira.JIRA:
        return self._sdk
