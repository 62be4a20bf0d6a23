"""Pages as documents: found by a query, read in storage format, written as a new version or not at all.

A document is named ``NAME:ID`` by the number of its page, which neither a new title nor a move changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from followthrough.connector import ConnectorError, Finding, RateLimited, Rejected, Unauthorized, Unreachable
from followthrough.sources.confluence.client import Answer, Client, error_of, login_failed, said
from followthrough.sources.confluence.dialects import AT_ONCE, Dialect, dialect_of
from followthrough.sources.confluence.pages import Listed, NotTold, Page
from followthrough.sources.interface import AtOnce, Changed, Content, PlaceError, SourceError, WriteRefused

if TYPE_CHECKING:
    from followthrough.settings.confluence import ConfluenceSettings

__all__ = ["MESSAGE", "ConfluenceSource"]

MESSAGE: Final = "followthrough: links and status of tickets"
"""What the history of a page says of our versions."""
FORMAT: Final = "confluence"
NOT_OURS: Final = "may not be edited by this account. It is only read; allow editing to get links into it."
GONE: Final = "there is no such page, or it is not for this account, or it is a draft or archived."


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What one run has seen so far."""

    listed: dict[str, Listed] = field(default_factory=dict)
    waiting: dict[str, Page] = field(default_factory=dict)
    """Pages that were asked for along with others, each until it is read once."""
    limited: dict[str, bool] = field(default_factory=dict)
    """Pages above others, and whether they name who may see them."""
    there: dict[str, bool] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    trouble: PlaceError | None = None
    """Why Confluence could not be asked for its pages; nothing more is asked then."""


class ConfluenceSource(AtOnce):
    """The pages of one ``[[sources]]``. It asks nothing before it is used."""

    def __init__(
        self, settings: ConfluenceSettings, client: Client, shown: Mapping[str, str] | None = None
    ) -> None:
        self.settings = settings
        self._client = client
        self._shown = shown or {}
        """By scope, how Confluence knows the Jira whose tickets it shows by itself."""
        self._seen = _Seen()

    @property
    def name(self) -> str:
        """What the names of its documents begin with."""
        return self.settings.name

    def owns(self, path: str) -> bool:
        """Whether a document is one of these pages, by its name."""
        return self.settings.owns(path)

    def url(self, path: str) -> str:
        """Where a person opens the page."""
        return self.settings.page_url(_id(path))

    def live(self, scope: str) -> str | None:
        """The application link to a scope's Jira, empty for the only one; ``None`` where there is none."""
        return self._shown.get(scope)

    @property
    def trouble(self) -> PlaceError | None:
        """Why Confluence could not be asked."""
        return self._seen.trouble

    def find(self) -> Iterable[str]:
        """The pages that the settings mean. Raises :class:`PlaceError` unless all of them are known."""
        return [f"{self.name}:{one.id}" for one in self.listing()]

    def check(self) -> Iterator[Finding]:
        """What `doctor` finds, asked for one after the other. Raises the seam's errors and PlaceError."""
        from followthrough.sources.confluence.checking import findings

        try:
            yield from findings(self, self._dialect)
        except NotTold as error:
            raise self._place_error(error) from error

    def listing(self) -> list[Listed]:
        """The pages that the settings mean, as a listing shows them. Raises :class:`PlaceError`."""
        if self._seen.trouble is not None:
            raise self._seen.trouble
        try:
            found = self._dialect.search(_query(self.settings))
        except (ConnectorError, NotTold) as error:
            self._seen.trouble = self._place_error(error)
            raise self._seen.trouble from error
        self._seen.listed = {one.id: one for one in found}
        self._seen.order = [one.id for one in found]
        return found

    def exists(self, path: str) -> bool:
        """Whether the page is there for us; where nobody can say, it is."""
        id, seen = _id(path), self._seen
        if id in seen.listed or seen.trouble is not None:
            return True
        if id not in seen.there:
            try:
                pages = self._dialect.fetch([id])
            except (ConnectorError, NotTold):
                return True
            seen.there[id] = id in pages and pages[id].status == "current"
            seen.waiting |= pages
        return seen.there[id]

    def read(self, path: str) -> Content:
        """The page's storage, and what of it stands outside: its title, and whether all may see it."""
        if self._seen.trouble is not None:
            raise self._seen.trouble
        try:
            page = self._page(_id(path))
            if page is None or page.status != "current":
                raise SourceError(f"{path}: {GONE}")
            return self._content(page)
        except Unreachable as error:  # the transport has tried again by now
            self._seen.trouble = self._place_error(error)
            raise self._seen.trouble from error
        except (ConnectorError, NotTold) as error:
            raise self._place_error(error, path) from error

    def write(self, path: str, data: bytes, version: str) -> Content | None:
        """Make the next version of the page, if it still is the one that was read; how it is stored."""
        try:
            page = self._dialect.fetch([_id(path)]).get(_id(path))
            if page is None or page.status != "current":
                raise WriteRefused(f"{path}: {GONE} Nothing written.")
            if self._content(page).version != version:
                raise _changed(path)
        except (ConnectorError, NotTold) as error:
            raise WriteRefused(f"{path}: {self._words(error)} Nothing written.") from error
        body = data.decode()
        said_of_it = message_of(body)
        try:
            answer = self._dialect.update(page, body, said_of_it)
        except Unreachable as error:
            return self._settled(path, page, said_of_it, str(error))
        except ConnectorError as error:
            raise WriteRefused(f"{path}: {error} Nothing written.") from error
        if answer.ok and isinstance(answer.body, dict):
            return self._read_back(path, page)
        if answer.ok:
            return self._settled(path, page, said_of_it, str(self._client.no_confluence(answer)))
        if answer.status >= 500 or answer.status == 408:
            return self._settled(path, page, said_of_it, str(error_of(answer, self.settings)))
        raise self._refusal(path, answer)

    def nearby(self, path: str) -> list[str]:
        """A page is known by its number, which it keeps."""
        return []

    def leftover(self, path: str) -> bytes | None:
        """A version is made whole or not at all."""
        return None

    def discard(self, path: str) -> None:
        """There is nothing."""

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    @cached_property
    def _dialect(self) -> Dialect:
        return dialect_of(self._client)

    def _page(self, id: str) -> Page | None:
        """A page as it stands now, or a moment ago where it was asked for along with others, once."""
        waiting = self._seen.waiting
        if id in waiting:
            return waiting.pop(id)
        if id not in self._seen.listed or id not in self._seen.order:
            return self._dialect.fetch([id]).get(id)
        order = self._seen.order
        ids = order[order.index(id) :][:AT_ONCE]
        del order[order.index(id) : order.index(id) + len(ids)]
        try:
            waiting.update(self._dialect.fetch(ids))
        except RateLimited:
            raise
        except (Unreachable, NotTold):
            # Together they may be more than one answer holds, or one of them spoils it: each by itself then.
            if len(ids) == 1:
                raise
            waiting.update(self._dialect.fetch([id]))
        return waiting.pop(id, None)

    def _content(self, page: Page) -> Content:
        facts = self._facts(page.id)
        confidential = self.confidential(facts)
        return Content(
            page.body.encode(),
            page.version(confidential=confidential),
            NOT_OURS if facts.editable is False else None,
            format=FORMAT,
            facts={"title": page.title, **({"confidential": True} if confidential else {})},
        )

    def _facts(self, id: str) -> Listed:
        known = self._seen.listed.get(id)
        if known is None or known.ancestors is None:
            found = self._dialect.facts(id) or Listed(id=id, ancestors=(), restricted=True)
            known = self._seen.listed[id] = found
        return known

    def confidential(self, facts: Listed) -> bool:
        """Whether the page, or one above it, names who may see it. Not told means yes."""
        own = facts.restricted if facts.restricted is not None else self._limited(facts.id)
        return own or any(self._limited(id) for id in facts.ancestors or ())

    def _limited(self, id: str) -> bool:
        known = self._seen.listed.get(id)
        if known is not None and known.restricted is not None:
            return known.restricted
        if id not in self._seen.limited:
            self._seen.limited[id] = self._dialect.limited(id)
        return self._seen.limited[id]

    def _read_back(self, path: str, before: Page) -> Content | None:
        """The page as it is stored now; ``None`` where it cannot be told, and the next run looks."""
        try:
            page = self._dialect.fetch([before.id]).get(before.id)
        except (ConnectorError, NotTold):
            return None
        if page is not None and page.number == before.number:
            raise WriteRefused(f"{path}: {self.settings.host} made no version of it. The old one stands.")
        return self._content(page) if page and page.number == before.number + 1 else None

    def _settled(self, path: str, before: Page, message: str, why: str) -> Content | None:
        """After a write without answer: whether it was made, as the page itself tells.

        What is still under way comes to nothing once anybody has made that version.
        """
        try:
            page = self._dialect.fetch([before.id]).get(before.id)
        except (ConnectorError, NotTold):
            page = None
        if page is None:
            raise Unsettled(f"{path}: {why} Whether our links are in it is seen by the next run.")
        if page.number == before.number:
            raise WriteRefused(f"{path}: {why} The old version stands; the next run writes it.")
        if page.number == before.number + 1 and page.message == message:
            return self._content(page)
        raise _changed(path)

    def _refusal(self, path: str, answer: Answer) -> SourceError:
        words = said(answer.body)
        if answer.status == 409 or (answer.status == 400 and "version" in words.casefold()):
            return _changed(path)
        if login_failed(answer):
            return WriteRefused(f"{path}: {self._client.refused()}")
        if answer.status in (403, 404) and isinstance(answer.body, dict):
            return WriteRefused(f"{path}: {NOT_OURS}")
        return WriteRefused(f"{path}: {error_of(answer, self.settings)} The old version stands.")

    def _place_error(self, error: Exception, path: str = "") -> PlaceError:
        return PlaceError(
            f"{path}: {self._words(error)}" if path else self._words(error),
            refused=isinstance(error, Unauthorized),
            later=isinstance(error, RateLimited),
        )

    def _words(self, error: Exception) -> str:
        if isinstance(error, NotTold):
            return f"{self.settings.host} gave an answer that is not Confluence's. Check `url`."
        if isinstance(error, Rejected):
            return f"{error} Check labels, spaces, parents and cql."
        return str(error)


class Unsettled(SourceError):
    """It is not known whether a write was made."""


def message_of(body: str) -> str:
    """What is said of a version; by it the very version whose answer was lost is known again."""
    return f"{MESSAGE} ({hashlib.sha256(body.encode()).hexdigest()[:8]})"


def _changed(path: str) -> Changed:
    return Changed(f"{path}: was edited meanwhile; nothing written. The next run takes it up.")


def _id(path: str) -> str:
    return path.partition(":")[2]


def _query(settings: ConfluenceSettings) -> str:
    from followthrough.settings.confluence import query_of

    return query_of(settings)
