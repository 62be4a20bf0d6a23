"""Sends what was decided, each message remembered in the ledger before it leaves.

So a process that dies in between leaves behind that it was about to send, and nobody sends that
message again: it may have arrived. One that was provably not taken may be tried again at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime

from followthrough.connector import ConnectorError
from followthrough.ledger.interface import Ledger
from followthrough.ledger.records import Audience, Delivery, DeliveryStatus
from followthrough.notify.letters import Answer, Letter, Outcome, Trouble
from followthrough.notify.posting import Way, carry

__all__ = ["Dispatch", "Parcel", "Sent", "already"]

_STATUS = {
    Outcome.DELIVERED: DeliveryStatus.DELIVERED,
    Outcome.UNKNOWN: DeliveryStatus.UNKNOWN,
    Outcome.REFUSED: DeliveryStatus.REFUSED,
    Outcome.CREDENTIALS: DeliveryStatus.REFUSED,
    Outcome.LATER: DeliveryStatus.REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A letter and where it goes."""

    audience: Audience
    to: str
    """The name of the channel or the person."""
    letter: Letter
    way: Callable[[], Way]
    """Resolves the secrets of the way when it is needed; may raise a ``ConnectorError``."""
    mailbox: str | None = None
    """The one address of e-mail that it goes to; ``None`` for whoever the channel leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of one parcel."""

    parcel: Parcel
    answer: Answer
    said: str = ""
    """Why it could not even be tried: a sentence."""


def already(deliveries: Iterable[Delivery], audience: Audience, to: str, day: date) -> Delivery | None:
    """The message of that day which may have arrived, ``None`` where there is none."""
    return next(
        (
            one
            for one in deliveries
            if (one.audience, one.to, one.day) == (audience, to, day)
            and one.status is not DeliveryStatus.REFUSED
        ),
        None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Who sends: a ledger to remember in, a clock, and the courier."""

    ledger: Ledger
    now: Callable[[], datetime]
    day: date
    """Today, where the team is."""
    run: str
    carry: Callable[..., Answer] = carry
    hold: Callable[[], AbstractContextManager[object]] = nullcontext
    """While it is held no signal breaks off what is being sent."""
    note: Callable[[Sent], None] = lambda _sent: None
    """Told of each message that was tried."""
    step: Callable[[str], None] = lambda _name: None
    """Told what was reached; tests end the process there."""

    def send(self, parcels: Iterable[Parcel]) -> Iterator[Sent]:
        """One after the other; a channel that fails stops no other. Nothing is tried twice."""
        for parcel in parcels:
            sent = self._one(parcel)
            self.note(sent)
            yield sent

    def look(self, parcels: Iterable[Parcel]) -> Iterator[Sent]:
        """How each would go, asking nobody and remembering nothing."""
        for parcel in parcels:
            try:
                way = parcel.way()
            except ConnectorError as error:
                yield _untried(parcel, error)
            else:
                yield Sent(
                    parcel=parcel, answer=self.carry(parcel.letter, way, to=parcel.mailbox, send=False)
                )

    def _one(self, parcel: Parcel) -> Sent:
        try:
            way = parcel.way()
        except ConnectorError as error:
            return _untried(parcel, error)
        with self.hold():
            delivery = Delivery(
                audience=parcel.audience,
                to=parcel.to,
                day=self.day,
                at=self.now(),
                status=DeliveryStatus.SENDING,
                run=self.run,
            )
            self.ledger.commit([delivery])
            self.step("message remembered")
            answer = self.carry(parcel.letter, way, to=parcel.mailbox)
            self.step("message sent")
            self.ledger.commit([_ended(delivery, answer)])
        return Sent(parcel=parcel, answer=answer)


def _untried(parcel: Parcel, error: ConnectorError) -> Sent:
    answer = Answer(outcome=Outcome.CREDENTIALS, trouble=Trouble.UNRESOLVED)
    return Sent(parcel=parcel, answer=answer, said=str(error))


def _ended(delivery: Delivery, answer: Answer) -> Delivery:
    why = [answer.trouble.value] if answer.trouble else []
    why += [str(answer.number)] if answer.number is not None else []
    return replace(delivery, status=_STATUS[answer.outcome], reason=" ".join(why))
