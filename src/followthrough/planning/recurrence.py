"""Whether an incident happened before, and what was promised then and is not done. Pure.

Two incidents resemble each other if they hit the same service *and* the words of their titles and root
causes agree: a service alone proves nothing. Every claim carries its evidence. What it costs grows with
the number of new postmortems, not with that of pairs: each is held against so many earlier ones at most.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import EMPTY, Acceptance, DocumentRecord, ItemRecord
from followthrough.model import State
from followthrough.planning.causes import everywhere, services_of, stems_of
from followthrough.policy.effective import Fallbacks, Held, effective, remembered

FEWEST_SHARED = 2
"""Words that two causes have in common at least,"""
SHARE = 0.3
"""and that share of the shorter one's words."""
MOST_EARLIER = 100
"""Earlier incidents of a service that a new one is held against, the latest ones."""
RECENT_DAYS = 90
"""An incident is news for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A measure of an earlier postmortem that is open, late or dropped."""

    item: str
    text: str
    path: str
    line: int
    state: State
    key: str | None
    """Of its ticket; ``None`` where it has none."""
    days_late: int = 0
    accepted_until: date | None = None
    """While somebody has taken its risk, which makes it not late."""

    @property
    def words(self) -> str:
        """How far it is."""
        if self.state is State.DROPPED:
            return "dropped (won't do)"
        if self.accepted_until is not None:
            day = f"{self.accepted_until.day} {self.accepted_until:%b %Y}"
            return f"{self.state.words}, its risk accepted until {day}"
        late = f", {self.days_late} day{'' if self.days_late == 1 else 's'} late" if self.days_late else ""
        return f"{self.state.words}{late}{'' if self.key else ', without a ticket'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A postmortem, an earlier one that it resembles, and what of that one is not done."""

    path: str
    earlier: str
    """Path of the earlier one."""
    title: str
    """Of the earlier one; its path where it has none."""
    date: date
    """Of the earlier one."""
    services: tuple[str, ...]
    """Those in common, as the new one writes them."""
    words: tuple[str, ...]
    """Those in common, as the new one writes them."""
    items: tuple[Unfinished, ...]
    """The later ones first, then open ones, then dropped ones."""


Load = Callable[[Collection[str]], Snapshot]
"""Reads some documents with their measures and tickets."""


def recurrences(
    documents: Mapping[str, DocumentRecord],
    paths: Collection[str],
    load: Load,
    fallbacks: Fallbacks,
    today: date,
    *,
    accepted: Mapping[str, Acceptance] = EMPTY,
    confidential: bool = True,
) -> tuple[Again, ...]:
    """For each document of ``paths``, in their order, what it may repeat; the most alike first.

    ``accepted`` are the risks that somebody has taken for now, by item. Without ``confidential``,
    documents that are confidential are left out on both sides.
    """
    shown = {
        path: document
        for path, document in documents.items()
        if document.incident_date and (confidential or not document.confidential)
    }
    new = [shown[path] for path in paths if path in shown]
    services = {service for document in new for service in services_of(document)}
    past = _Past(shown, services)
    found = [alike for document in new for alike in past.like(document)]
    if not found:
        return ()
    judge = _Judge(load({alike.earlier.path for alike in found}), fallbacks, today, accepted)
    judged = (judge.again(alike) for alike in found)
    return tuple(one for one in judged if one.items)


def recent(documents: Mapping[str, DocumentRecord], today: date) -> list[str]:
    """The documents whose incidents are news on a day, the latest first."""
    found = [
        (document.incident_date, path)
        for path, document in documents.items()
        if document.incident_date and 0 <= (today - document.incident_date).days <= RECENT_DAYS
    ]
    return [path for _, path in sorted(found, reverse=True)]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Two postmortems, with the services and words that both have, as the new one writes them."""

    new: DocumentRecord
    earlier: DocumentRecord
    services: tuple[str, ...]
    words: tuple[str, ...]


class _Past:
    """The postmortems of some services, each service's in the order of their incidents."""

    def __init__(self, documents: Mapping[str, DocumentRecord], services: Collection[str]) -> None:
        self._documents = documents
        members: dict[str, list[DocumentRecord]] = {name: [] for name in services}
        for document in documents.values():
            for name in services_of(document).keys() & members:
                members[name].append(document)
        needed = {one.path: one for found in members.values() for one in found}
        self._stems = {path: stems_of(document) for path, document in needed.items()}
        self._common = {
            name: everywhere([self._stems[document.path] for document in found])
            for name, found in members.items()
        }
        self._earlier: dict[str, list[tuple[date, str, frozenset[str]]]] = {
            name: sorted(
                (document.incident_date or date.min, document.path, self._cause(document, name))
                for document in found
            )
            for name, found in members.items()
        }

    def like(self, document: DocumentRecord) -> Iterator[_Alike]:
        """The earlier ones that it resembles, the most alike first."""
        begun = document.incident_date or date.min
        words: dict[str, set[str]] = {}
        services: dict[str, list[str]] = {}
        for name, written in services_of(document).items():
            mine, earlier = self._cause(document, name), self._earlier[name]
            end = bisect_left(earlier, begun, key=lambda one: one[0])
            for _, path, theirs in earlier[max(end - MOST_EARLIER, 0) : end]:
                shared = mine & theirs
                if len(shared) >= max(FEWEST_SHARED, SHARE * min(len(mine), len(theirs))):
                    words.setdefault(path, set()).update(shared)
                    services.setdefault(path, []).append(written)
        order = sorted(words, key=lambda path: (-len(words[path]), self._age(path), path))
        for path in order:
            told = [word for key, word in self._stems[document.path].items() if key in words[path]]
            yield _Alike(document, self._documents[path], tuple(services[path]), tuple(told))

    def _age(self, path: str) -> int:
        """Smaller for later incidents."""
        return -(self._documents[path].incident_date or date.min).toordinal()

    def _cause(self, document: DocumentRecord, service: str) -> frozenset[str]:
        """What its cause is compared by, without what all of that service have in common."""
        return frozenset(self._stems[document.path]) - self._common[service]


def _left(item: ItemRecord, snapshot: Snapshot) -> bool:
    """Whether a measure was promised and is not done; lines that nobody waits for do not count."""
    if item.merged_into is not None:
        return False
    ticket = snapshot.ticket_of(item.id)
    if ticket is not None:
        return ticket.state is not State.DONE
    return item.state is not State.DONE and not (item.gone or item.ignored or item.elsewhere)


class _Judge:
    """How far the measures of earlier postmortems are."""

    def __init__(
        self,
        snapshot: Snapshot,
        fallbacks: Fallbacks,
        today: date,
        accepted: Mapping[str, Acceptance],
    ) -> None:
        self._snapshot, self._fallbacks, self._today = snapshot, fallbacks, today
        self._accepted = accepted
        left: dict[str, list[Unfinished]] = {}
        for item in snapshot.items.values():
            if _left(item, snapshot):
                left.setdefault(item.document, []).append(self._judged(item))
        # In order once, as many new ones may resemble the same earlier one.
        self._items = {
            path: tuple(sorted(items, key=lambda one: (one.state.closed, -one.days_late, one.line)))
            for path, items in left.items()
        }

    def again(self, alike: _Alike) -> Again:
        """The two with what is not done, the late ones first."""
        earlier = alike.earlier
        return Again(
            path=alike.new.path,
            earlier=earlier.path,
            title=earlier.title or earlier.path,
            date=earlier.incident_date or date.min,
            services=alike.services,
            words=alike.words,
            items=self._items.get(earlier.path, ()),
        )

    def _judged(self, item: ItemRecord) -> Unfinished:
        ticket, link = self._snapshot.ticket_of(item.id), self._snapshot.link_of(item.id)
        held = Held(ticket=ticket, link=link) if ticket else None
        said = remembered(item, self._snapshot.documents.get(item.document))
        due = effective(said, held, self._fallbacks, self._today).due
        state = ticket.state if ticket else item.state
        taken = self._accepted.get(item.id)
        counts = ticket and due and not state.closed and taken is None
        late = (self._today - due.value).days if counts and due else 0
        return Unfinished(
            item=item.id,
            text=item.text,
            path=item.document,
            line=item.line,
            state=state,
            key=ticket.key if ticket else None,
            days_late=max(late, 0),
            accepted_until=taken.until if taken else None,
        )
