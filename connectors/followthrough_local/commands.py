"""The embedded tracker's own commands: ``followthrough local list|show|start|close|…``.

Data goes to standard output, talk to standard error. Exit codes are those of followthrough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from followthrough.connector import (
    Change,
    CommandContext,
    ConnectorError,
    NotFound,
    Rejected,
    State,
    Ticket,
    Unauthorized,
)

if TYPE_CHECKING:
    from followthrough_local.settings import LocalSettings
    from followthrough_local.store import Store

__all__ = ["app"]

PATIENCE: Final = 30.0
"""Seconds to wait for another process that writes."""

app = typer.Typer(
    name="local",
    help="The embedded tracker: tickets in one file on this machine.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)


class Format(StrEnum):
    """How the data is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


_Keys = Annotated[list[str], typer.Argument(metavar="KEY...", help="Tickets, such as FT-3.")]
_Tracker = Annotated[
    str | None, typer.Option("--tracker", metavar="NAME", help="Which one, if the settings have several.")
]
_Format = Annotated[Format, typer.Option("--format", help="How to write it.")]
_Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; kept in the history.")]


@app.command("list")
def list_tickets(
    ctx: typer.Context,
    form: _Format = Format.TEXT,
    state: Annotated[
        list[str] | None, typer.Option("--state", help="Only this state; may be given several times.")
    ] = None,
    assignee: Annotated[
        str | None, typer.Option("--assignee", metavar="WHO", help="Only this person's.")
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="Only tickets with this label.")] = None,
    tracker: _Tracker = None,
) -> None:
    """List the tickets, all of them unless filtered."""
    from followthrough_local import output

    states = [_state(word) for word in state or []]
    with _store(ctx, tracker) as store:
        tickets = [
            ticket
            for ticket in store.all()
            if (not states or ticket.state in states)
            and (assignee is None or (ticket.assignee or "").casefold() == assignee.casefold())
            and (label is None or label in ticket.labels)
        ]
    if form is Format.TEXT:
        typer.echo(output.table(tickets) if tickets else "No tickets.", err=not tickets)
    else:
        pictures = [output.picture(ticket) for ticket in tickets]
        output.write("local-list", pictures, lines=form is Format.JSONL)


@app.command()
def show(ctx: typer.Context, keys: _Keys, form: _Format = Format.TEXT, tracker: _Tracker = None) -> None:
    """Show tickets with their text and history."""
    from followthrough_local import output

    with _store(ctx, tracker) as store:
        _require(store, keys)
        found = [details for key in keys if (details := store.details(key)) is not None]
    if form is Format.TEXT:
        typer.echo("\n\n".join(output.page(details) for details in found))
    else:
        pictures = [output.full_picture(details) for details in found]
        output.write("local-show", pictures, lines=form is Format.JSONL)


@app.command()
def start(ctx: typer.Context, keys: _Keys, reason: _Reason = None, tracker: _Tracker = None) -> None:
    """Say that work on tickets has begun."""
    _set_state(ctx, tracker, keys, State.IN_PROGRESS, reason)


@app.command()
def close(ctx: typer.Context, keys: _Keys, reason: _Reason = None, tracker: _Tracker = None) -> None:
    """Close tickets as done."""
    _set_state(ctx, tracker, keys, State.DONE, reason)


@app.command()
def drop(ctx: typer.Context, keys: _Keys, reason: _Reason = None, tracker: _Tracker = None) -> None:
    """Close tickets as won't do."""
    _set_state(ctx, tracker, keys, State.DROPPED, reason)


@app.command()
def reopen(ctx: typer.Context, keys: _Keys, reason: _Reason = None, tracker: _Tracker = None) -> None:
    """Open closed tickets again."""
    with _store(ctx, tracker) as store:
        before = _require(store, keys)
        closed = {key: Change(state=State.OPEN) for key, ticket in before.items() if ticket.state.closed}
        # A ticket that somebody works on is not set back; a reason for it is kept all the same.
        others = {key: Change() for key in before if key not in closed}
        after = _update(store, {**closed, **others}, reason)
    _tell(before, after, "is not closed", reason)


@app.command()
def assign(
    ctx: typer.Context,
    keys: Annotated[list[str], typer.Argument(metavar="KEY... [WHO]", help="Tickets, then the person.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="WHO", help="The person, if not named last.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Take the assignee away.")] = False,
    reason: _Reason = None,
    tracker: _Tracker = None,
) -> None:
    """Give tickets to a person: `assign FT-3 sam`."""
    if to is not None and nobody:
        raise _failed("Both --to and --nobody are given: leave one away.", 2)
    with _store(ctx, tracker) as store:
        who = to
        if who is None and not nobody:
            *keys, who = keys
            if not keys or store.is_key(who):
                raise _failed("No person is named: `followthrough local assign KEY WHO`, or --nobody.", 2)
        before = _require(store, keys)
        after = _update(store, {key: Change(assignee=who or None) for key in before}, reason)
    for key, ticket in after.items():
        person = f"assigned to {ticket.assignee}" if ticket.assignee else "assigned to nobody"
        if ticket.assignee == before[key].assignee:
            _say(f"{ticket.key} is already {person}; {_noted(reason)}.")
        else:
            _say(f"{ticket.key}  {person}  {ticket.title}")


# --- what the commands share ----------------------------------------------------------------------


def _set_state(
    ctx: typer.Context, tracker: str | None, keys: Sequence[str], state: State, reason: str | None
) -> None:
    with _store(ctx, tracker) as store:
        before = _require(store, keys)
        after = _update(store, {key: Change(state=state) for key in before}, reason)
    _tell(before, after, f"is already {state.words}", reason)


def _tell(
    before: Mapping[str, Ticket], after: Mapping[str, Ticket], already: str, reason: str | None
) -> None:
    for key, ticket in after.items():
        if ticket.state is before[key].state:
            _say(f"{ticket.key} {already}; {_noted(reason)}.")
        else:
            _say(f"{ticket.key}  {before[key].state.words} → {ticket.state.words}  {ticket.title}")


def _noted(reason: str | None) -> str:
    return "the reason is noted" if reason else "nothing to do"


def _require(store: Store, keys: Sequence[str]) -> dict[str, Ticket]:
    """The tickets by key as typed, each once. All must be there, so that no command does half of it."""
    found = store.find(keys)
    missing = [key for key in keys if key not in found]
    if missing:
        raise NotFound(
            f"There is no ticket {' or '.join(missing)} in {store.path}; nothing was changed.",
            hint="`followthrough local list` shows those there are.",
        )
    return {ticket.key: ticket for ticket in found.values()}


def _update(store: Store, changes: Mapping[str, Change], reason: str | None) -> dict[str, Ticket]:
    from followthrough_local.connector import current_user

    return store.update(changes, current_user(), reason)


@contextmanager
def _store(ctx: typer.Context, tracker: str | None) -> Iterator[Store]:
    """The tracker's store; a failure of it becomes a sentence and an exit code."""
    from followthrough_local.database import Busy
    from followthrough_local.store import Store

    context: CommandContext = ctx.obj
    settings = _scope(context.settings("local"), tracker)
    store = Store(settings.path, settings.prefix, context.outside.now, wait=PATIENCE)
    try:
        yield store
    except (NotFound, Rejected) as error:
        raise _failed(str(error), 2) from error
    except Unauthorized as error:
        raise _failed(str(error), 5) from error
    except Busy as error:
        raise _failed(str(error), 75) from error
    except ConnectorError as error:
        raise _failed(str(error), 4) from error
    finally:
        store.close()


def _scope(scopes: Mapping[str, LocalSettings], tracker: str | None) -> LocalSettings:
    names = ", ".join(sorted(scopes))
    if tracker is not None:
        if tracker not in scopes:
            raise _failed(
                f"There is no embedded tracker {tracker} in the settings; there is: {names or 'none'}.", 2
            )
        return scopes[tracker]
    if len(scopes) == 1:
        return next(iter(scopes.values()))
    if "local" in scopes:
        return scopes["local"]
    raise _failed(f"The settings have several embedded trackers: name one with --tracker ({names}).", 2)


def _state(word: str) -> State:
    """A state as its value or as people write it: ``in_progress``, ``in progress``, ``won't do``."""
    plain = word.strip().lower().replace("’", "'").replace("-", " ").replace("_", " ")
    for state in State:
        if plain in (state.value.replace("_", " "), state.words, state.words.replace("'", "")):
            return state
    raise _failed(f"There is no state {word}: it is one of {', '.join(State)}.", 2)


def _say(text: str) -> None:
    from followthrough_local.output import visible

    typer.echo(visible(text))


def _failed(sentence: str, code: int) -> typer.Exit:
    from followthrough_local.output import visible

    typer.echo(visible(sentence), err=True)
    return typer.Exit(code)
