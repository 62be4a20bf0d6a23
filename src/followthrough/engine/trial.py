"""``doctor --with-test-issue``: one issue is created, found by its marker, and closed again.

Only this shows that filing works: permissions and fields are tried, and the listing's delay is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from followthrough.connector import (
    Change,
    Connector,
    ConnectorError,
    Created,
    Draft,
    Footer,
    Inline,
    Paragraph,
    Refused,
    Rejected,
    State,
    Ticket,
    Unauthorized,
)
from followthrough.engine.filing import PROOF_STEP, PROOF_WAIT

TITLE = "Test issue of followthrough, nothing to do"
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """With what the test issue is made."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    random_name: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one step showed; ``ok`` is ``None`` where it works, but something should be known."""

    subject: str
    ok: bool | None
    message: str
    cure: str = ""
    credentials: bool = False


def try_out(trial: Trial, connector: Connector, labels: tuple[str, ...] = ()) -> Iterator[Tried]:
    """Create, find and close one issue; what was created is closed whatever else fails."""
    id = _id(trial.random_name())
    begun = trial.now()
    try:
        (outcome,) = connector.create([_draft(id, labels)])
    except ConnectorError as error:
        yield _failed("test issue", error)
        return
    if isinstance(outcome, Refused):
        yield Tried(
            "test issue", False, f"It was refused: {outcome.reason}", "Filing would be refused as well."
        )
        return
    if not isinstance(outcome, Created):
        yield Tried("test issue", False, outcome.reason, f'If there is a "{TITLE}", close it by hand.')
        return
    ticket = outcome.ticket
    yield Tried("test issue", True, f"{ticket.key} was created{_after(trial, begun)}.")
    yield _found(trial, connector, id, ticket)
    yield _closed(connector, ticket)


def _found(trial: Trial, connector: Connector, id: str, ticket: Ticket) -> Tried:
    """How long it takes until the tracker's listing shows the issue by its marker."""
    begun = trial.now()
    while True:
        try:
            if any(one.marker == id and one.id == ticket.id for one in connector.owned()):
                message = f"{ticket.key} is found by its marker{_after(trial, begun)}."
                return Tried("test listing", True, message)
        except ConnectorError as error:
            return _failed("test listing", error)
        if trial.now() - begun >= PROOF_WAIT:
            waited = int(PROOF_WAIT.total_seconds())
            return Tried(
                "test listing",
                None,
                f"{ticket.key} is not found by its marker within {waited} s.",
                "The first run files one issue and waits for the listing; a later run goes on.",
            )
        trial.sleep(PROOF_STEP.total_seconds())


def _closed(connector: Connector, ticket: Ticket) -> Tried:
    for state in (State.DROPPED, State.DONE):
        try:
            closed = connector.update(ticket.id, Change(state=state))
        except Rejected:
            continue  # not every tracker knows won't do
        except ConnectorError as error:
            return _failed("test closing", error, f" Close {ticket.key} by hand.")
        return Tried("test closing", True, f"{ticket.key} is closed: {closed.native_status}.")
    message = f"{ticket.key} cannot be closed: the tracker refuses both won't do and done."
    return Tried("test closing", False, message, f"Close {ticket.key} by hand.")


def _failed(subject: str, error: ConnectorError, more: str = "") -> Tried:
    cure = f"{error.hint}{more}".strip()
    return Tried(subject, False, error.message, cure, isinstance(error, Unauthorized))


def _after(trial: Trial, begun: datetime) -> str:
    """`` after 6 s``, or nothing where it was at once."""
    took = trial.now() - begun
    return f" after {took.total_seconds():.0f} s" if took >= timedelta(seconds=1) else " at once"


def _id(random: str) -> str:
    """An id like that of an item, which no item has."""
    number = int(random, 16)
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(12))


def _draft(id: str, labels: tuple[str, ...]) -> Draft:
    words = (
        "Made by `followthrough doctor --with-test-issue`, to see whether issues can be created, found and "
        "closed here. It is closed by itself; whoever reads this can delete it."
    )
    body = (Paragraph((Inline(words),)), Footer((Inline(f"Filed by followthrough, {id}."),)))
    return Draft(id=id, document="doctor", title=TITLE, body=body, labels=labels)
