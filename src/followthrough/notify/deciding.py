"""Which channels and people are written to today, and how each is reached. Nothing is sent here.

A way is only prepared: its secrets are read when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from followthrough.ledger.records import Audience, Delivery, DeliveryStatus
from followthrough.notify.dispatch import Parcel, already
from followthrough.notify.letters import Letter
from followthrough.notify.posting import Way
from followthrough.notify.reminders import Reminder
from followthrough.reporting.plain import one_line
from followthrough.settings import Settings
from followthrough.settings.notify import Channel, Mailbox, resolved

if TYPE_CHECKING:
    from pydantic import SecretStr

    from followthrough.reporting.figures import Report

__all__ = ["Ways", "closed", "idle", "last_sent", "to_channel", "to_owner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Where relative paths count from, and who has to let a secret be read."""

    root: Path
    guard: Callable[[], None]

    def of(self, mailbox: Mailbox) -> Way:
        """A channel's way. Raises :class:`~followthrough.secrets.SecretError`, and what the guard raises."""
        return Way(
            url=self._read(mailbox.url),
            password=self._read(mailbox.password) if mailbox.password is not None else None,
            ca_file=mailbox.authorities(self.root),
            proxy=mailbox.proxy if isinstance(mailbox, Channel) else None,
            timeout=mailbox.timeout,
        )

    def to(self, url: SecretStr) -> Way:
        """The way to a person's own channel."""
        return Way(url=self._read(url))

    def _read(self, given: SecretStr) -> str:
        return resolved(given, self.root, self.guard)


def last_sent(deliveries: Iterable[Delivery], channel: str | None, day: date) -> datetime | None:
    """When the channel's, or any one's, last report before that day was sent, as far as anybody knows."""
    sent = [
        one.at
        for one in deliveries
        if one.audience is Audience.CHANNEL
        and channel in (None, one.to)
        and one.day < day
        and one.status is not DeliveryStatus.REFUSED
    ]
    return max(sent, default=None)


def closed(
    channel: Channel, deliveries: Iterable[Delivery], day: date, again: Collection[str] = ()
) -> str | None:
    """Why a channel gets no report on that day, a sentence; ``None`` where it gets one."""
    name = one_line(channel.name)
    if channel.name in again:
        return None
    if not channel.open_on(day):
        return f"{name}: nothing to do, it is sent on {_days(channel)} only."
    known = already(deliveries, Audience.CHANNEL, channel.name, day)
    if known is None:
        return None
    if known.status is DeliveryStatus.DELIVERED:
        return f"{name}: it has today's report. Once more: `followthrough report --send --again {name}`."
    return (
        f"{name}: nobody knows whether today's report arrived, so it is not sent again. "
        f"If it is not there: `followthrough report --send --again {name}`."
    )


def idle(channel: Channel, report: Report) -> str | None:
    """Why a channel does not want this report, a sentence."""
    found = {"outstanding": report.outstanding, "late": report.late}
    if channel.when in found and not found[channel.when]:
        return f"{one_line(channel.name)}: nothing to do, nothing is {channel.when}."
    return None


def _days(channel: Channel) -> str:
    names = [day.capitalize() for day in channel.days]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def to_channel(channel: Channel, letter: Letter, ways: Ways) -> Parcel:
    """The report for a channel."""
    return Parcel(audience=Audience.CHANNEL, to=channel.name, letter=letter, way=partial(ways.of, channel))


def to_owner(reminder: Reminder, settings: Settings, ways: Ways) -> Parcel:
    """A person's reminder, to their own channel or else by mail.

    ``settings`` name one of the two, as whoever made the reminder has seen to.
    """
    person, mail = settings.people[reminder.person], settings.notify.mail
    if person.notify is not None:
        way, mailbox = partial(ways.to, person.notify), None
    elif mail is not None:
        way, mailbox = partial(ways.of, mail), person.mailbox
    else:
        raise ValueError(f"{reminder.person} cannot be reached")
    return Parcel(
        audience=Audience.OWNER, to=reminder.person, letter=reminder.letter, way=way, mailbox=mailbox
    )
