"""Plain values for planning: documents as read, tickets, and the ledger that has learnt of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followthrough.connector import Features, Ticket
from followthrough.ledger.interface import Snapshot
from followthrough.ledger.records import Link, Record, Relation
from followthrough.model import ActionItem, Incident, Place, Span, State
from followthrough.planning.identity import Identified, identify, identity_text
from followthrough.planning.learning import Occasion, applied, learn_documents, record_of
from followthrough.planning.readings import Reading, ScopeView, Seen, SeenMark

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def occasion() -> Occasion:
    return Occasion(run="20261120-1", command="run", now=NOW, account="bot")


@pytest.fixture(scope="session")
def line() -> Callable[..., Seen]:
    """One measure: its text, the ids of the marks that stand in it, and whatever else it states."""

    def make(
        text: str,
        *marks: str,
        block: int | None = None,
        ticked: bool | None = None,
        words: str = "FT-1, open",
        target: str = "",
        **fields: Any,
    ) -> Seen:
        item = ActionItem(
            text=" ".join(text.split()),
            span=Span(0, 0),
            line=0,
            end_line=0,
            place=Place(-1 if block is None else block),
            **{"section": ("Postmortem", "Action items"), "reason": "a bullet under Action items", **fields},
        )
        return Seen(
            item=item,
            identity_text=identity_text(text),
            occurrence=0,
            marks=tuple(SeenMark(id=id, words=words, target=target) for id in marks),
            ticked=ticked,
        )

    return make


@pytest.fixture(scope="session")
def page(line: Callable[..., Seen]) -> Callable[..., Reading]:
    """One document: measures in their order, numbered and counted as the reader does it."""

    def make(path: str, *lines: Seen | str, incident: Incident | None = None, **fields: Any) -> Reading:
        counted: Counter[str] = Counter()
        items = []
        for number, given in enumerate(lines):
            seen = line(given) if isinstance(given, str) else given
            place = seen.item.place if seen.item.place.block >= 0 else Place(number)
            item = replace(
                seen.item,
                line=10 + number,
                end_line=10 + number,
                span=Span(100 * number, 100 * number + 9),
                place=place,
            )
            items.append(replace(seen, item=item, occurrence=counted[seen.identity_text]))
            counted[seen.identity_text] += 1
        texts = "\n".join(seen.identity_text for seen in items)
        return Reading(
            path=path,
            items=tuple(items),
            incident=incident or Incident(title="Checkout down"),
            **{"version": f"version of {path}: {texts}", "fingerprint": texts, **fields},
        )

    return make


Who = Callable[..., Identified]


@pytest.fixture(scope="session")
def who() -> Who:
    """Identify the documents against a ledger; ``there`` are documents that exist without being read."""

    def run(
        readings: Iterable[Reading],
        snapshot: Snapshot | None = None,
        *,
        there: Iterable[str] = (),
        vouched: Iterable[str] = (),
        namespace: str = "k3v9q0z7",
    ) -> Identified:
        existing = frozenset(there)
        return identify(
            list(readings),
            snapshot or Snapshot(),
            namespace,
            exists=existing.__contains__,
            marked_in_trackers=vouched,
        )

    return run


@pytest.fixture(scope="session")
def learnt(who: Who, occasion: Occasion) -> Callable[..., Snapshot]:
    """The ledger after looking at some documents."""

    def run(readings: Iterable[Reading], snapshot: Snapshot | None = None, **more: Any) -> Snapshot:
        readings, before = list(readings), snapshot or Snapshot()
        return applied(before, learn_documents(readings, who(readings, before, **more), before, occasion))

    return run


@pytest.fixture(scope="session")
def ticket() -> Callable[..., Ticket]:
    def make(id: str = "1", **fields: Any) -> Ticket:
        values: dict[str, Any] = {
            "key": f"FT-{id}",
            "url": "",
            "title": "Alert on the pool",
            "state": State.OPEN,
            "native_status": "open",
            "created": NOW - timedelta(days=3),
            "updated": NOW - timedelta(days=2),
        }
        return Ticket(id=id, **{**values, **fields})

    return make


@pytest.fixture(scope="session")
def filed(ticket: Callable[..., Ticket]) -> Callable[..., Snapshot]:
    """The ledger once an item has a ticket."""

    def run(snapshot: Snapshot, item: str, one: Ticket | None = None, scope: str = "local") -> Snapshot:
        found = one or ticket(str(len(snapshot.links) + 1))
        records: list[Record] = [
            record_of(scope, found),
            Link(item=item, scope=scope, ticket=found.id, relation=Relation.FILED),
        ]
        return applied(snapshot, records)

    return run


@pytest.fixture(scope="session")
def view() -> Callable[..., ScopeView]:
    def make(
        name: str = "local", *, settle: timedelta = timedelta(), idempotent: bool = True, **fields: Any
    ) -> ScopeView:
        features = fields.pop("features", None) or Features(settle=settle, idempotent=idempotent)
        return ScopeView(name=name, features=features, **fields)

    return make


@pytest.fixture
def known(
    page: Callable[..., Reading],
    learnt: Callable[..., Snapshot],
    filed: Callable[..., Snapshot],
    ticket: Callable[..., Ticket],
) -> Snapshot:
    """One item with ticket 1."""
    snapshot = learnt([page("a.md", "Add an alert")])
    return filed(snapshot, next(iter(snapshot.items)), ticket("1"))
