"""``[heartbeat]``: addresses that a watchdog gives, told when a nightly run begins and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, SecretStr

from followthrough.http import check_url
from followthrough.secrets import Secret, SecretError, is_reference
from followthrough.settings.values import Section


def ping_address(text: str) -> str:
    """The address. Raises ``ValueError``, without a word of it: whoever knows it can speak for us."""
    parts = urlsplit(text)
    try:
        check_url(urlunsplit(parts._replace(query="", fragment="")))
    except ValueError as error:
        plain = "this is no address for it: write https://… (http only to this machine), without user name"
        raise ValueError(plain) from error
    return text


def _address(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not is_reference(text):
        ping_address(text)
    elif text.startswith("command:"):
        raise ValueError("a heartbeat runs no command; write the address, env:NAME or file:PATH")
    else:
        Secret(text)
    return value


Address = Annotated[SecretStr, AfterValidator(_address)]
"""An address, or ``env:`` or ``file:`` where it stands. It hides itself: it is as good as a password."""


class Heartbeat(Section):
    """Where ``run`` says that it has begun and how it has ended; nothing is said without."""

    start: Address | None = None
    finish: Address | None = None
    """``/`` and the exit code are added to its path."""
    fail: Address | None = None
    """Only where the run ends with another code than 0 and 75."""

    def addresses(self) -> tuple[str, ...]:
        """All of them as they stand in the settings. Do not show them."""
        given = (self.start, self.finish, self.fail)
        return tuple(address.get_secret_value() for address in given if address is not None)


def resolved(address: SecretStr, root: Path) -> str:
    """The address itself; a relative ``file:`` counts from ``root``.

    Raises :class:`~followthrough.secrets.SecretError`.
    """
    text = address.get_secret_value()
    if not is_reference(text):
        return text
    secret = Secret(text, root=root)
    try:
        return ping_address(secret.resolve())
    except ValueError as error:
        raise SecretError(
            f"{secret.reference} holds no address for a heartbeat.", hint="It begins with https://."
        ) from error
