"""Whether channels can be reached as the settings say, as far as that is known without asking anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from followthrough.connector import ConnectorError
from followthrough.notify.deciding import Ways
from followthrough.notify.letters import Answer, Letter
from followthrough.notify.posting import Way, carry
from followthrough.notify.telling import why
from followthrough.reporting.plain import one_line
from followthrough.settings import Settings, SettingsError

__all__ = ["Checked", "checked"]

NOTHING = Letter(title="", text="", markdown="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One channel, or the way to one person."""

    name: str
    ok: bool | None
    """``None`` where it could not be looked at."""
    message: str
    secret: bool = False
    """What is wrong is that a secret cannot be read."""


def checked(settings: Settings, ways: Ways, carry: Callable[..., Answer] = carry) -> Iterator[Checked]:
    """Every channel, the mail server of reminders, and the channels of people."""
    notify = settings.notify
    for channel in notify.channels:
        yield _one(channel.name, partial(ways.of, channel), carry)
    if notify.mail is not None:
        yield _one("mail", partial(ways.of, notify.mail), carry, to="somebody@example.org")
    for name, person in settings.people.items():
        if person.notify is not None:
            yield _one(name, partial(ways.to, person.notify), carry)


def _one(
    name: str, way: Callable[[], Way], carry: Callable[..., Answer], *, to: str | None = None
) -> Checked:
    name = one_line(name)
    try:
        answer = carry(NOTHING, way(), to=to, send=False)
    except ConnectorError as error:
        return Checked(name=name, ok=False, message=str(error), secret=True)
    except SettingsError:
        return Checked(name=name, ok=None, message="It was not looked at: the settings file is not trusted.")
    if answer.taken is None:
        said = why(answer)
        return Checked(name=name, ok=False, message=f"{said[:1].upper()}{said[1:]}")
    reads = f", to {', '.join(answer.taken.to)}" if answer.taken.to and to is None else ""
    return Checked(name=name, ok=True, message=f"It is {answer.taken.service}{reads}; nobody was asked.")
