"""A connector as a run uses it: what it changes is written down, and one that fails is left alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from followthrough.connector import (
    UNSET,
    Change,
    Changes,
    Check,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Features,
    Outcome,
    RateLimited,
    Refused,
    Ticket,
    Unauthorized,
    Unknown,
    Unreachable,
)
from followthrough.engine.mutations import Mutation, Note, fingerprint
from followthrough.settings import SettingsError

T = TypeVar("T")

FAILURES: Final = 5
"""So many in a row, and the scope is left alone for the rest of the run."""


@dataclass(slots=True)
class Health:
    """How one scope does in this run."""

    scope: str
    in_a_row: int = 0
    wasted: int = 0
    """Calls that brought no answer."""
    off: str = ""
    """Why it is left alone; empty while it is not."""
    refused: Unauthorized | None = field(default=None)
    """The credentials were refused; asking again would only lock the account."""

    def check(self) -> None:
        """Raise where the scope is left alone; nothing is sent then."""
        if self.refused is not None:
            raise self.refused
        if self.off:
            raise Unreachable(self.off, hint="The next run tries again.")

    def answered(self) -> None:
        """The tracker is there."""
        self.in_a_row = 0

    def failed(self, why: str) -> None:
        """No answer; after several in a row the scope is turned off."""
        self.wasted += 1
        self.in_a_row += 1
        if self.in_a_row >= FAILURES and not self.off:
            self.off = (
                f"Left alone for the rest of this run after {self.in_a_row} failures in a row. Last: {why}"
            )


class Watched:
    """A connector whose failures are counted and whose changes are told to ``note``.

    Whatever else than a :class:`~followthrough.connector.ConnectorError` it raises is a fault of the
    connector: it stops this scope, and no other.
    """

    def __init__(self, inner: Connector, health: Health, note: Note) -> None:
        self._inner = inner
        self._health = health
        self._note = note

    @property
    def features(self) -> Features:
        return self._inner.features

    def check(self) -> Check:
        return self._ask(self._inner.check)

    def fetch(self, refs: Collection[str], /) -> Mapping[str, Ticket]:
        return self._ask(lambda: self._inner.fetch(refs))

    def changed(self, since: str | None, /) -> Changes:
        return self._ask(lambda: self._inner.changed(since))

    def owned(self) -> Sequence[Ticket]:
        return self._ask(self._inner.owned)

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        self._health.check()
        try:
            outcomes = self._inner.create(drafts)
        except ConnectorError as error:
            self._count(error)
            self._tell(drafts, [Refused(str(error))] * len(drafts))
            raise
        except SettingsError:
            raise  # a secret that may not be used: nothing was sent
        except Exception as error:  # noqa: BLE001  third-party code; whether anything was sent nobody knows
            outcomes = [Unknown(fault(error))] * len(drafts)
        for outcome in outcomes:
            if isinstance(outcome, Unknown):
                self._health.failed(outcome.reason)
            else:
                self._health.answered()
        self._tell(drafts, outcomes)
        return outcomes

    def update(self, id: str, change: Change, /) -> Ticket:
        after = {name: getattr(change, name) for name in Change.__slots__}
        wanted = {name: value for name, value in after.items() if value is not UNSET}
        what = Mutation(
            what="update",
            scope=self._health.scope,
            ticket=id,
            fields=tuple(sorted(wanted)),
            after=fingerprint(wanted),
        )
        try:
            ticket = self._ask(lambda: self._inner.update(id, change))
        except ConnectorError as error:
            known = not isinstance(error, Unreachable) or isinstance(error, RateLimited)
            self._note([what.ended("refused" if known else "unknown", reason=error.message)])
            raise
        self._note([what.ended("done", key=ticket.key)])
        return ticket

    def where(self, keys: Sequence[str], /) -> str:
        """As :class:`followthrough.connector.Shows`; empty where the connector does not offer it."""
        offer = getattr(self._inner, "where", None)
        return str(offer(keys)) if offer else ""

    def assignable(self, words: Sequence[str], /) -> Mapping[str, bool | None]:
        """As :class:`followthrough.connector.KnowsPeople`; empty where the connector does not offer it."""
        offer = getattr(self._inner, "assignable", None)
        found: Mapping[str, bool | None] = self._ask(lambda: offer(words)) if offer and words else {}
        return found

    def __getattr__(self, name: str) -> Any:
        """What else the connector offers, unwatched."""
        return getattr(self._inner, name)

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self._inner.__exit__(kind, error, traceback)

    def _ask(self, question: Callable[[], T]) -> T:
        self._health.check()
        try:
            answer = question()
        except ConnectorError as error:
            self._count(error)
            raise
        except SettingsError:
            raise
        except Exception as error:
            self._health.failed(fault(error))
            raise Unreachable(fault(error)) from error
        self._health.answered()
        return answer

    def _count(self, error: ConnectorError) -> None:
        if isinstance(error, Unauthorized):
            self._health.refused = error
        elif isinstance(error, Unreachable) and not isinstance(error, RateLimited):
            self._health.failed(error.message)
        else:
            self._health.answered()

    def _tell(self, drafts: Sequence[Draft], outcomes: Sequence[Outcome]) -> None:
        self._note([self._created(draft, one) for draft, one in zip(drafts, outcomes, strict=True)])

    def _created(self, draft: Draft, outcome: Outcome) -> Mutation:
        what = Mutation(
            what="create",
            scope=self._health.scope,
            item=draft.id,
            path=draft.document,
            after=fingerprint(draft),
        )
        match outcome:
            case Created(ticket):
                return what.ended("done", ticket=ticket.id, key=ticket.key)
            case Refused(reason):
                return what.ended("refused", reason=reason)
            case _:
                return what.ended("unknown", reason=outcome.reason)


class Broken:
    """Stands in for a connector that could not even be made: each question is answered by why."""

    features: Final = Features(settle=timedelta(hours=12))

    def __init__(self, error: Exception) -> None:
        self._fault = fault(error)

    def _fail(self, *_given: object) -> Any:
        raise Unreachable(self._fault)

    check = fetch = changed = owned = create = update = _fail

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return None


def fault(error: Exception) -> str:
    """What is said of an error that the seam does not know."""
    return (
        f"The connector failed in a way it must not ({type(error).__name__}): please report it to its maker."
    )
