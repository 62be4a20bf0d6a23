"""One repository, opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, cast

from followthrough.connector import Change, Changes, Check, Draft, Features, Outcome, Outside, Ticket, Wording
from followthrough_github.mapping import Issues

if TYPE_CHECKING:
    from followthrough.http import Transport
    from followthrough_github.settings import GitHubSettings

__all__ = ["GitHubConnector"]

WORDING: Final = Wording(
    name="GitHub",
    finish="Close as completed when done; close as not planned, with a word why, if it will not be done. "
    "The document follows overnight.",
    brief=True,
)


class GitHubConnector:
    """Issues of one repository; see :class:`followthrough.connector.Connector`."""

    def __init__(self, settings: GitHubSettings, outside: Outside) -> None:
        # httpx is heavy; whoever opens a scope is about to use it.
        from followthrough_github.client import PACE, Client
        from followthrough_github.reading import Reader
        from followthrough_github.writing import Writer

        self._settings = settings
        self._client = Client(settings, cast("Transport", outside))
        issues = Issues(self._client.home, settings.in_progress, settings.blocked)
        self._reader = Reader(self._client, issues)
        self._writer = Writer(self._client, self._reader, issues, settings)
        self._features = Features(
            settle=timedelta(minutes=30),
            mails=f"everybody who watches {settings.place.repository}",
            limits=tuple((window.requests, window.seconds) for window in PACE.writes),
            cannot_store=frozenset({"due", "priority"}),
            wording=WORDING,
        )

    @property
    def features(self) -> Features:
        return self._features

    def check(self) -> Check:
        from followthrough_github.checking import check

        return check(self._client, self._settings)

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        return self._writer.create(drafts)

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        return self._reader.fetch(refs) if refs else {}

    def changed(self, since: str | None, /) -> Changes:
        return self._reader.changed(since)

    def owned(self) -> Sequence[Ticket]:
        return self._reader.owned()

    def update(self, id: str, change: Change, /) -> Ticket:
        return self._writer.update(id, change)

    def cursor_at(self, moment: datetime, /) -> str:
        """See :class:`followthrough.connector.Resumes`."""
        return self._reader.cursor_at(moment)

    def assignable(self, words: Sequence[str], /) -> Mapping[str, bool | None]:
        """Which accounts the repository takes as assignees; an e-mail address is none."""
        return {word: self._client.can_assign(word) for word in words}

    def recognise(self, identity: str | None, /) -> None:
        """See :class:`followthrough.connector.Recognises`."""
        self._client.home.recall(identity)

    def identity(self) -> str | None:
        """See :class:`followthrough.connector.Recognises`."""
        return self._client.home.identity

    def news(self) -> Sequence[str]:
        """See :class:`followthrough.connector.Recognises`."""
        return self._client.home.news(auto=self._settings.repository == "auto")

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
