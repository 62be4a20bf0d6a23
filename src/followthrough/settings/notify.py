"""``[notify]``: where the report is sent, and how reminders reach people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, SecretStr

from followthrough.secrets import Secret, is_reference
from followthrough.settings.trackers import Proxy
from followthrough.settings.values import KindName, Name, Section, a_list, one_of, span, span_words

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WHEN: Final = ("always", "outstanding", "late")
PLAIN: Final = frozenset({"from", "to", "cc", "bcc", "name", "smtp", "mode", "reply"})
"""Options of an address of e-mail that hold no secret."""


def _address(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if is_reference(text):
        Secret(text)
    elif not _is_plain(text):
        # Not repeated: it may hold a token.
        raise ValueError(
            "an address that may hold a token must not stand in the settings; write env:NAME, file:PATH or "
            "command:COMMAND (only mailtos://… without a password may stand here)"
        )
    return value


def _is_plain(text: str) -> bool:
    """Whether it is an address of e-mail without any secret."""
    try:
        parts = urlsplit(text)
        names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        return parts.scheme in ("mailto", "mailtos") and parts.password is None and names <= PLAIN
    except ValueError:
        return False


def _password(value: SecretStr) -> SecretStr:
    Secret(value.get_secret_value())
    return value


def _page(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.password is not None:
        raise ValueError(
            "it is where people open the page; write it as https://reports.example/outstanding.html"
        )
    return text


def _soon(value: object) -> timedelta:
    return span(value, "dw", "7d or 2w")


def _when(value: object) -> str:
    return one_of(value, "condition", WHEN)


def _day(value: object) -> str:
    return one_of(value, "day", WEEKDAYS)


Soon = Annotated[timedelta, BeforeValidator(_soon), PlainSerializer(span_words, when_used="json")]
Weekday = Annotated[str, BeforeValidator(_day)]
Address = Annotated[SecretStr, AfterValidator(_address)]
"""Where a channel is, or a reference to it. It hides itself."""


class Mailbox(Section):
    """How a channel is reached."""

    url: Address
    password: Annotated[SecretStr, AfterValidator(_password)] | None = None
    """A reference; for addresses that name a user and no password."""
    ca_file: Name | None = None
    timeout: Annotated[int, Field(ge=1, le=600, strict=True)] = 30
    """Seconds from the first connection to the answer."""

    def addresses(self) -> Iterator[str]:
        """The address and the reference to the password as they stand in the settings. Do not show them."""
        yield self.url.get_secret_value()
        if self.password is not None:
            yield self.password.get_secret_value()

    def authorities(self, root: Path) -> Path | None:
        """The file of ``ca_file``; a relative path counts from the root."""
        return (root / Path(self.ca_file).expanduser()).absolute() if self.ca_file is not None else None


class Channel(Mailbox):
    """One ``[[notify.channels]]``: who reads the report."""

    name: Name
    only: KindName | None = None
    """The report of this kind of measure alone."""
    when: Annotated[str, BeforeValidator(_when)] = "always"
    """Nothing is sent where nothing is outstanding, or late."""
    days: Annotated[tuple[Weekday, ...], BeforeValidator(a_list)] = ()
    """Days of the week on which it is sent; without any, every day."""
    proxy: Proxy | None = None

    def open_on(self, day: date) -> bool:
        """Whether it is sent to on that day."""
        return not self.days or WEEKDAYS[day.weekday()] in self.days


class Notify(Section):
    """The whole section; nothing is sent without."""

    after_run: Annotated[bool, Field(strict=True)] = False
    """``run`` sends at its end what is due."""
    report_url: Annotated[str, AfterValidator(_page)] | None = None
    """Where people open the page, for channels that take no file."""
    owners: Annotated[bool, Field(strict=True)] = False
    """Reminders may be sent."""
    soon: Soon = timedelta(days=14)
    """A person is written to once something of theirs is late, or due within this time."""
    mail: Mailbox | None = None
    """What reminders are mailed through."""
    channels: tuple[Channel, ...] = ()


def resolved(given: SecretStr, root: Path, guard: Callable[[], None] | None) -> str:
    """An address or a password itself.

    Raises :class:`~followthrough.secrets.SecretError`, and what ``guard`` raises.
    """
    text = given.get_secret_value()
    return Secret(text, root=root, guard=guard).resolve() if is_reference(text) else text
