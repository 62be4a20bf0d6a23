"""Twelve bugs, each planted by replacing one collaborator of the engine. The simulator has to find them all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tests.simulation.connector import BROKEN, VirtualConnector
from tests.simulation.nights import Parts
from tests.simulation.server import Issue, Post
from tests.simulation.store import Store, VirtualJournal, VirtualLedger

from followthrough.connector import (
    ConnectorError,
    Created,
    Draft,
    Outcome,
    Refused,
    State,
    Ticket,
    Unknown,
)
from followthrough.ledger.files import JournalLine
from followthrough.ledger.records import Intent, IntentStatus, Link, Record
from followthrough.planning.learning import record_of


class NoIntent(VirtualLedger):
    """The intent is not written before the request."""

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        kept = [
            one for one in records if not (isinstance(one, Intent) and one.status is IntentStatus.PENDING)
        ]
        return super().commit(kept, past=past, waits=waits)


class LosesTheLast(VirtualLedger):
    """The last commits are gone with the process, as with `synchronous=NORMAL` after a loss of power."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._before: list[Any] = []

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        self._before = [*self._before[-4:], self.backup()]
        return super().commit(records, past=past, waits=waits)

    def died(self) -> None:
        if self._before:
            self.restore(self._before[0])


class NeverSettles(VirtualConnector):
    """A create without an answer is sent again as soon as a listing does not show it."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.features = replace(self.features, settle=timedelta())


class SendsAgain(VirtualConnector):
    """A request without an answer is sent once more by the transport."""

    def send(self, post: Post) -> Outcome:
        outcome = super().send(post)
        return super().send(post) if isinstance(outcome, Unknown) else outcome


class ErrorIsEmpty(VirtualConnector):
    """A listing that fails is taken for one without issues."""

    def owned(self) -> Sequence[Ticket]:
        try:
            return super().owned()
        except ConnectorError:
            return []


class FirstPageOnly(VirtualConnector):
    """A listing ends with its first page."""

    def owned(self) -> Sequence[Ticket]:
        return self.marked(self.page(0)[0])


class OpenOnly(VirtualConnector):
    """A listing asks for open issues."""

    def owned(self) -> Sequence[Ticket]:
        return [ticket for ticket in super().owned() if not ticket.state.closed]


@dataclass
class RecordsFirst(VirtualConnector):
    """The item has its ticket in the ledger before the request is sent."""

    store: Store | None = None

    def create(self, drafts: Sequence[Draft], /) -> Sequence[Outcome]:
        if self.store is not None:
            self.store.ledger.commit(
                [one for number, draft in enumerate(drafts, 1) for one in self._foreseen(draft, number)]
            )
        return super().create(drafts)

    def _foreseen(self, draft: Draft, number: int) -> list[Record]:
        server = self.server
        key, id = f"{server.name.upper()}-{server.numbers + number}", str(10_000 + server.numbers + number)
        ticket = Ticket(
            id=id,
            key=key,
            url=f"https://{server.name}.invalid/browse/{key}",
            title=draft.title,
            state=State.OPEN,
            native_status="open",
            created=self.stage.now(),
            updated=self.stage.now(),
        )
        return [record_of(server.name, ticket), Link(item=draft.id, scope=server.name, ticket=id)]


class MarkerLater(VirtualConnector):
    """The marker is set by a second call."""

    def send(self, post: Post) -> Outcome:
        text, _, marker = post.body.rpartition("\n")
        outcome = super().send(replace(post, body=text))
        if not isinstance(outcome, Created):
            return outcome
        self.stage.moment("second call")
        issue = self.server.issues[outcome.ticket.id]
        if not self.weather.what(self.stage):
            issue.body = f"{text}\n{marker}"
        return Created(self._seen(issue))


class MarkerAnywhere(VirtualConnector):
    """The first thing in an issue that looks like a marker is taken for one."""

    def marker(self, issue: Issue) -> str | None:
        found = re.search(r"followthrough:1 (\S{12})", f"{issue.ticket.title}\n{issue.body}")
        return found[1] if found else None


class BrokenIsRefused(VirtualConnector):
    """A 5xx is taken for proof that nothing was created."""

    def send(self, post: Post) -> Outcome:
        outcome = super().send(post)
        return Refused(BROKEN) if isinstance(outcome, Unknown) and outcome.reason == BROKEN else outcome


class NeverLooksBack(VirtualJournal):
    """Nobody compares the ledger with the journal."""

    def lines(self, holding: str = "") -> Any:
        return iter(list[JournalLine]())


def _connector(kind: type[VirtualConnector]) -> Parts:
    return Parts(connector=lambda server, weather, _store: kind(server, weather))


MUTANTS: Mapping[str, Parts] = {
    "no intent": Parts(ledger=NoIntent),
    "no waiting time": _connector(NeverSettles),
    "a request sent again": _connector(SendsAgain),
    "an error read as an empty listing": _connector(ErrorIsEmpty),
    "the first page only": _connector(FirstPageOnly),
    "open issues only": _connector(OpenOnly),
    "a ledger that loses the last commits": Parts(ledger=LosesTheLast),
    "recorded before the request": Parts(connector=RecordsFirst),
    "the marker by a second call": _connector(MarkerLater),
    "a marker anywhere": _connector(MarkerAnywhere),
    "no look at the journal": Parts(journal=NeverLooksBack),
    "a 5xx taken for a refusal": _connector(BrokenIsRefused),
}
"""The planted bugs by name."""
