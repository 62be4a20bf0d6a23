"""Which tracker takes an item, and with which labels: the first route that matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from followthrough.settings.values import KindName, Labels, Name, Section, SeverityName, Words, a_list

if TYPE_CHECKING:
    from followthrough.settings.models import Settings


class When(Section):
    """What an item must be for a route; a list that is not given lets everything through."""

    kind: Annotated[tuple[KindName, ...], BeforeValidator(a_list)] = ()
    severity: Annotated[tuple[SeverityName, ...], BeforeValidator(a_list)] = ()
    service: Words = ()
    team: Words = ()

    def wanted(self) -> tuple[frozenset[str], ...]:
        """The four lists as sets, folded; an empty one lets everything through."""
        return tuple(
            frozenset(folded(word) for word in words)
            for words in (self.kind, self.severity, self.service, self.team)
        )


class Route(Section):
    """One ``[[routes]]``. ``labels`` replace the tracker's; ``confidential`` documents go only here."""

    when: When = When()
    tracker: Name
    labels: Labels | None = Field(default=None)
    confidential: Annotated[bool, Field(strict=True)] = False


def folded(words: str) -> str:
    """Words as they are compared: in any case, with any white space."""
    return " ".join(words.split()).casefold()


def route(
    settings: Settings,
    kind: str | None,
    severity: str | None,
    services: Sequence[str],
    team: str | None,
    *,
    confidential: bool = False,
) -> Route | None:
    """The first route that takes such an item, ``None`` where only the default tracker is left.

    A confidential document is taken only by a route that says so.
    """
    facts = (
        {folded(kind or "")},
        {folded(severity or "")},
        {folded(service) for service in services},
        {folded(team or "")},
    )
    for candidate in settings.routes:
        if confidential and not candidate.confidential:
            continue
        pairs = zip(candidate.when.wanted(), facts, strict=True)
        if all(not wanted or wanted & fact for wanted, fact in pairs):
            return candidate
    return None


def unreachable(routes: Sequence[Route]) -> Iterator[tuple[int, int]]:
    """Routes that can never match, each with the earlier one that takes all it would take."""
    for later, candidate in enumerate(routes):
        for earlier in range(later):
            if _covers(routes[earlier], candidate):
                yield later, earlier
                break


def _covers(first: Route, second: Route) -> bool:
    if second.confidential and not first.confidential:
        return False  # confidential documents pass the first one by
    pairs = zip(first.when.wanted(), second.when.wanted(), strict=True)
    return all(not wide or (narrow and narrow <= wide) for wide, narrow in pairs)
