"""Whether an incident happened before, and what was promised then and is not done. Pure.

Two incidents resemble each other if they hit the same service *and* the words of their titles and root
causes agree: a service alone proves nothing. Every claim carries its evidence. What it costs grows with
the number of new postmortems, not with that of pairs: each is held against so many earlier ones at most.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import DocumentRecord, ItemRecord
from followthrough.model import Incident, State
from followthrough.planning.likeness import content, stem
from followthrough.policy.effective import Fallbacks, Held, effective, remembered

MOST_WORDS = 40
"""Words of a cause that are remembered, the first ones."""
MOST_TEXT = 2_000
"""Characters of a root cause that they are taken from."""
FEWEST_SHARED = 2
"""Words that two causes have in common at least,"""
SHARE = 0.3
"""and that share of the shorter one's words."""
MOST_EARLIER = 100
"""Earlier incidents of a service with work left that a new one is held against, the latest ones."""
MANY = 6
"""Postmortems of one service from which on a word that stands in half of them tells nothing."""
RECENT_DAYS = 90
"""An incident is news for so long."""

_AROUND = frozenset(
    content(
        "postmortem post mortem incident outage report review retrospective analysis root cause "
        "caused causing causes because due after before during between about over under was were had "
        "did not no issue problem failure fail failed failing error errors down unavailable "
        "unavailability degraded degradation impact service services production prod system systems "
        "platform team user users customer customers seconds minutes hours days weeks ago day time "
        "partial full major minor again there then only also one two resulted result resulting led "
        "lead triggered trigger happened occurred but which being several many january february march "
        "april may june july august september october november december monday tuesday wednesday "
        "thursday friday saturday sunday"
    )
)
"""What postmortems say whatever has happened."""


def cause_of(incident: Incident) -> tuple[str, ...]:
    """The words that tell an incident's cause, for the ledger: of its title and its root cause."""
    told = f"{incident.title or ''}\n{(incident.root_cause or '')[:MOST_TEXT]}"
    words = [word for key, word in content(told).items() if key not in _AROUND]
    return tuple(words[:MOST_WORDS])


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

    @property
    def words(self) -> str:
        """How far it is."""
        if self.state is State.DROPPED:
            return "dropped (won't do)"
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


def recurrences(
    snapshot: Snapshot,
    paths: Collection[str],
    fallbacks: Fallbacks,
    today: date,
    *,
    confidential: bool = True,
) -> tuple[Again, ...]:
    """For each document of ``paths``, in their order, what it may repeat; the most alike first.

    Without ``confidential``, documents that are confidential are left out on both sides.
    """
    shown = {
        path: document
        for path, document in snapshot.documents.items()
        if document.incident_date and (confidential or not document.confidential)
    }
    new = [shown[path] for path in paths if path in shown]
    services = {service for document in new for service in _services(document)}
    if not services:
        return ()
    past = _Past(snapshot, shown, services, fallbacks, today)
    return tuple(one for document in new for one in past.like(document))


def recent(snapshot: Snapshot, today: date) -> list[str]:
    """The documents whose incidents are news on a day, the latest first."""
    found = [
        (document.incident_date, path)
        for path, document in snapshot.documents.items()
        if document.incident_date and 0 <= (today - document.incident_date).days <= RECENT_DAYS
    ]
    return [path for _, path in sorted(found, reverse=True)]


def _services(document: DocumentRecord) -> Mapping[str, str]:
    """Its services by what they are compared by: ``Checkout-API`` is ``checkout api``."""
    return _folded(document.services)


@lru_cache(maxsize=4096)
def _folded(services: tuple[str, ...]) -> Mapping[str, str]:
    """Once for the many documents of a service."""
    folded = (unicodedata.normalize("NFKC", name).casefold() for name in services)
    pairs = zip((" ".join(re.findall(r"[^\W_]+", name)) for name in folded), services, strict=True)
    return MappingProxyType({name: written for name, written in pairs if name})


def _stems(document: DocumentRecord) -> Mapping[str, str]:
    """The words of its cause by what they are compared by, without the names of its services."""
    own = {stem(word) for name in _services(document) for word in name.split()}
    found: dict[str, str] = {}
    for word in document.cause:
        found.setdefault(stem(word), word)
    return {key: word for key, word in found.items() if key not in own}


def _everywhere(causes: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """Words in more than half of them, where they are many: those tell nothing of one."""
    if len(causes) < MANY:
        return frozenset()
    counted = Counter(key for cause in causes for key in cause)
    return frozenset(key for key, times in counted.items() if 2 * times > len(causes))


class _Past:
    """The postmortems of some services, each service's in the order of their incidents."""

    def __init__(
        self,
        snapshot: Snapshot,
        documents: Mapping[str, DocumentRecord],
        services: Collection[str],
        fallbacks: Fallbacks,
        today: date,
    ) -> None:
        self._snapshot, self._fallbacks, self._today = snapshot, fallbacks, today
        self._documents = documents
        self._unfinished = self._left()
        members: dict[str, list[DocumentRecord]] = {name: [] for name in services}
        for document in documents.values():
            for name in _services(document).keys() & services:
                members[name].append(document)
        needed = {one.path: one for found in members.values() for one in found}
        self._stems = {path: _stems(document) for path, document in needed.items()}
        self._common = {
            name: _everywhere([self._stems[document.path] for document in found])
            for name, found in members.items()
        }
        self._earlier: dict[str, list[tuple[date, str, frozenset[str]]]] = {
            name: sorted(
                (document.incident_date or date.min, document.path, self._cause(document, name))
                for document in found
                if document.path in self._unfinished
            )
            for name, found in members.items()
        }

    def like(self, document: DocumentRecord) -> Iterator[Again]:
        """The earlier ones that it resembles, the most alike first."""
        services, begun = _services(document), document.incident_date or date.min
        alike: dict[str, set[str]] = {}
        where: dict[str, list[str]] = {}
        for name, written in services.items():
            mine, earlier = self._cause(document, name), self._earlier[name]
            end = bisect_left(earlier, begun, key=lambda one: one[0])
            for _, path, theirs in earlier[max(end - MOST_EARLIER, 0) : end]:
                shared = mine & theirs
                if len(shared) >= max(FEWEST_SHARED, SHARE * min(len(mine), len(theirs))):
                    alike.setdefault(path, set()).update(shared)
                    where.setdefault(path, []).append(written)
        found = [self._again(document, path, where[path], words) for path, words in alike.items()]
        yield from sorted(found, key=lambda one: (-len(one.words), -one.date.toordinal(), one.earlier))

    def _cause(self, document: DocumentRecord, service: str) -> frozenset[str]:
        """What its cause is compared by, without what all of that service have in common."""
        return frozenset(self._stems[document.path]) - self._common[service]

    def _again(
        self, document: DocumentRecord, path: str, services: Sequence[str], shared: Collection[str]
    ) -> Again:
        earlier = self._documents[path]
        items = [self._judged(item) for item in self._unfinished[path]]
        return Again(
            path=document.path,
            earlier=path,
            title=earlier.title or path,
            date=earlier.incident_date or date.min,
            services=tuple(services),
            words=tuple(word for key, word in self._stems[document.path].items() if key in shared),
            items=tuple(sorted(items, key=lambda one: (one.state.closed, -one.days_late, one.line))),
        )

    def _left(self) -> dict[str, list[ItemRecord]]:
        """By document, the measures that are not done."""
        found: dict[str, list[ItemRecord]] = {}
        for item in self._snapshot.items.values():
            ticket = self._snapshot.ticket_of(item.id)
            state = ticket.state if ticket else item.state
            counts = ticket is not None or not (item.gone or item.ignored or item.elsewhere)
            if counts and item.merged_into is None and state is not State.DONE:
                found.setdefault(item.document, []).append(item)
        return found

    def _judged(self, item: ItemRecord) -> Unfinished:
        ticket, link = self._snapshot.ticket_of(item.id), self._snapshot.link_of(item.id)
        held = Held(ticket=ticket, link=link) if ticket else None
        said = remembered(item, self._snapshot.documents.get(item.document))
        due = effective(said, held, self._fallbacks, self._today).due
        state = ticket.state if ticket else item.state
        late = (self._today - due.value).days if ticket and due and not state.closed else 0
        return Unfinished(
            item=item.id,
            text=item.text,
            path=item.document,
            line=item.line,
            state=state,
            key=ticket.key if ticket else None,
            days_late=max(late, 0),
        )
