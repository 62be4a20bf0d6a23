"""``check``: postmortems against the policy, before they are merged. No ledger, no network, no secret."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from followthrough.cli.options import CheckFormat, Paths


def check_command(
    ctx: typer.Context,
    paths: Paths = None,
    format: Annotated[CheckFormat, typer.Option("--format", help="How to print.")] = CheckFormat.TEXT,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Known findings, which are left out.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Make what is found now the known findings.")
    ] = False,
    force_exclude: Annotated[
        bool,
        typer.Option("--force-exclude", help="Leave out also named files that no folder or glob would find."),
    ] = False,
) -> int:
    """Check postmortems before they are merged: owners, dates, policy. Code 6 where something is wrong.

    followthrough check postmortems/2026-11-12-checkout.md
    """
    from followthrough.cli import checking
    from followthrough.engine.exits import Exit

    parts = checking.look(ctx, paths, force_exclude=force_exclude)
    if write_baseline:
        for part in parts:
            checking.renew(part, baseline)
        return int(Exit.PARTIAL if any(part.unreadable for part in parts) else Exit.OK)
    checked = checking.together([checking.compared(part, baseline) for part in parts])
    checking.show(checked, format)
    codes = [Exit.PARTIAL] * bool(checked.unreadable) + [Exit.YES] * checked.failed
    return int(Exit.worst(codes))
