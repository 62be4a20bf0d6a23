"""A message, and what became of it: the plain values that pass between us and the courier."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What is known of a message. Of ``UNKNOWN`` alone nobody can say whether it arrived."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    """It was not taken, or never left: it may be sent again."""
    CREDENTIALS = "credentials"
    """Not taken either, for the credentials in the address."""
    LATER = "later"
    """Not taken either: the service is asked too often."""
    UNKNOWN = "unknown"


class Trouble(StrEnum):
    """Why a message was not delivered, as far as that can be told apart."""

    ADDRESS = "address"
    """The channel's address is none that the library understands."""
    UNPROTECTED = "unprotected"
    """Words or a token would go over the network for everybody to read."""
    OPTION = "option"
    """The address asks for something that is not for an address to decide."""
    NO_HOST = "no-host"
    REFUSES = "refuses"
    SILENT = "silent"
    CERTIFICATE = "certificate"
    SECURE = "secure"
    """The two could not agree on a secure connection."""
    LOGIN = "login"
    """The mail server takes no login, at least not on such a connection."""
    PROXY = "proxy"
    ANSWERED = "answered"
    """The service answered with a number that means no."""
    RECIPIENT = "recipient"
    UNRESOLVED = "unresolved"
    """The address or its password cannot be had."""
    BROKEN = "broken"
    """The courier itself failed."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How a channel takes letters, told without asking anybody."""

    service: str
    """What it is called, such as ``Slack``."""
    to: tuple[str, ...] = ()
    """Addresses of e-mail that it goes to."""
    markdown: bool = False
    attaches: bool = False
    """Whether it takes the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is said, in both forms; the channel decides which it takes."""

    title: str
    """One line."""
    text: str
    markdown: str
    """The same words for services that know CommonMark's emphasis, lists and links."""
    page: str | None = None
    """A page of HTML that goes along where a channel takes files."""
    page_name: str = "report.html"
    attached: str = ""
    """A last line for where the page goes along,"""
    elsewhere: str = ""
    """and one for where it does not."""

    def body(self, taken: Taken) -> str:
        """The words as a channel gets them."""
        words = self.markdown if taken.markdown else self.text
        last = self.attached if taken.attaches and self.page is not None else self.elsewhere
        return f"{words}\n\n{last}" if last else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one letter."""

    outcome: Outcome
    taken: Taken | None = None
    """``None`` where the address was not understood."""
    trouble: Trouble | None = None
    number: int | None = None
    """What the service answered: a status of HTTP, or a reply code of SMTP."""
    detail: str = ""
    """A word to go with the trouble, such as the option that is refused. Never anything of a secret."""
