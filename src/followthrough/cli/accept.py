"""``accept``: a risk that somebody takes until a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from followthrough.cli.decide import Item, decided


def accept_command(
    ctx: typer.Context,
    item: Item,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="The day on which it counts again.")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it can wait until then.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who takes the risk.")] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take an acceptance back.")] = False,
) -> int:
    """Accept a risk until a day: the measure is not late before it, and counts again on it.

    followthrough accept OPS-388 --until 2027-02-01 --reason "replaced in January" --by Kim
    """
    from followthrough.engine import accepting

    if revoke:
        _alone(until, reason, by)
        return decided(ctx, item, "accept", accepting.revoke, offline=True)
    day = _future(ctx, until)
    why, who = _said("--reason", reason), _said("--by", by)
    return decided(
        ctx,
        item,
        "accept",
        lambda job, request, name: accepting.accept(job, request, name, until=day, reason=why, by=who),
        offline=True,
    )


def _alone(*others: str | None) -> None:
    from followthrough.cli.errors import UsageError

    if any(others):
        raise UsageError("--revoke stands alone: it takes back what was accepted. Leave the others out.")


def _future(ctx: typer.Context, until: str | None) -> date:
    """The day given. Raises :class:`UsageError` for none, and for one that is not in the future."""
    from followthrough.cli.errors import UsageError
    from followthrough.cli.requests import day_of
    from followthrough.cli.workspace import workspace_here

    day = day_of(until, "--until")
    if day is None:
        raise UsageError("--until is missing: a risk is accepted until a day, never for good.")
    if day <= workspace_here(ctx.obj).today:
        raise UsageError(
            f"--until {day.isoformat()}: is not in the future. Name the day on which it counts again."
        )
    return day


def _said(option: str, text: str | None) -> str:
    from followthrough.cli.errors import UsageError

    words = " ".join((text or "").split())
    if not words:
        raise UsageError(f"{option} is missing: whoever reads the report wants to know.")
    return words
