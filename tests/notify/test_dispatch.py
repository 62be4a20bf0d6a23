"""What is remembered of a message, and when, if the ledger or the courier fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.connector import Unauthorized
from followthrough.ledger import Audience, DeliveryStatus, LedgerError, Record
from followthrough.ledger.memory import MemoryLedger
from followthrough.notify.deciding import closed
from followthrough.notify.dispatch import Dispatch, Parcel
from followthrough.notify.letters import Answer, Letter, Outcome
from followthrough.notify.posting import Way
from followthrough.settings.notify import Channel

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = date(2026, 11, 23)


class Full(MemoryLedger):
    """A ledger whose disk is full after some commits."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def commit(self, records: Sequence[Record], /, *, past: int = 0, waits: bool = False) -> int:
        if not self.room:
            raise LedgerError("The disk is full.")
        self.room -= 1
        return super().commit(records, past=past, waits=waits)


@dataclass
class Courier:
    """Takes letters in memory, and answers as it is told."""

    answers: list[Outcome]
    carried: list[str] = field(default_factory=list)

    def __call__(self, letter: Letter, way: Way, *, to: str | None = None, send: bool = True) -> Answer:
        self.carried.append(letter.title)
        return Answer(outcome=self.answers.pop(0))


def parcel(name: str = "boss") -> Parcel:
    letter = Letter(title=name, text="", markdown="")
    return Parcel(audience=Audience.CHANNEL, to=name, letter=letter, way=lambda: Way(url=""))


def dispatch(ledger: MemoryLedger, courier: Courier) -> Dispatch:
    return Dispatch(ledger=ledger, now=lambda: NOW, day=DAY, run="r", carry=courier)


def test_what_cannot_be_remembered_does_not_leave() -> None:
    courier = Courier([Outcome.DELIVERED])
    with pytest.raises(LedgerError):
        list(dispatch(Full(0), courier).send([parcel()]))
    assert courier.carried == []


def test_what_left_and_could_not_be_recorded_counts_as_perhaps_arrived() -> None:
    ledger, courier = Full(1), Courier([Outcome.DELIVERED])
    with pytest.raises(LedgerError):
        list(dispatch(ledger, courier).send([parcel()]))
    assert [one.status for one in ledger.deliveries()] == [DeliveryStatus.SENDING]
    channel = Channel.model_validate({"name": "boss", "url": "env:BOSS"})
    assert "nobody knows" in str(closed(channel, ledger.deliveries(), DAY))


def test_a_secret_that_is_not_there_is_no_message() -> None:
    def none() -> Way:
        raise Unauthorized("The environment variable BOSS is not set.", hint="Export BOSS.")

    ledger, courier = MemoryLedger(), Courier([Outcome.DELIVERED])
    letter = Letter(title="", text="", markdown="")
    without = Parcel(audience=Audience.CHANNEL, to="boss", letter=letter, way=none)
    first, second = dispatch(ledger, courier).send([without, parcel("next")])
    assert first.said == "The environment variable BOSS is not set. Export BOSS."
    assert second.answer.outcome is Outcome.DELIVERED
    assert [one.to for one in ledger.deliveries()] == ["next"]


@given(st.lists(st.sampled_from(Outcome), min_size=1, max_size=8))
def test_however_often_it_is_asked_for_a_channel_gets_one_message_a_day(outcomes: list[Outcome]) -> None:
    """Every further try comes after answers that say that nothing arrived."""
    channel = Channel.model_validate({"name": "boss", "url": "env:BOSS"})
    ledger, courier = MemoryLedger(), Courier(list(outcomes))
    for _ in outcomes:
        if closed(channel, ledger.deliveries(), DAY) is None:
            list(dispatch(ledger, courier).send([parcel()]))
    tried = outcomes[: len(courier.carried)]
    perhaps = [one for one in tried if one in (Outcome.DELIVERED, Outcome.UNKNOWN)]
    assert len(perhaps) <= 1
    assert perhaps or len(tried) == len(outcomes)
