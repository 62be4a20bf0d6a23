"""``trust``: allows a settings file that was merely found to use secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer


def trust_command(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The settings file; without it, the one in force here."),
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Show the files that you trust.")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="Trust the file no longer.")] = False,
) -> int:
    """Allow a settings file found here to run its commands and send its secrets.

    followthrough trust
    """
    from followthrough import trust
    from followthrough.cli import output
    from followthrough.settings import load

    if show:
        for line in _listed():
            output.data(line)
        return 0
    path = _file(ctx, file)
    if revoke:
        known = trust.revoke(path, os.environ)
        output.data(f"{path} is trusted no longer." if known else f"{path} was not trusted; nothing to do.")
        return 0
    settings = load(path)
    if not trust.grants_of(settings):
        output.data(f"{path} uses no secret, so there is nothing to trust.")
        return 0
    world = ctx.obj.world
    granted = trust.record(settings, path, os.environ, world.now())
    output.data(f"{path} may from now on, for you on this machine:")
    for grant in granted:
        output.data(f"  {grant}")
    output.data(
        "When one of these changes you are asked again. `followthrough trust --revoke` takes it back."
    )
    return 0


def _file(ctx: typer.Context, file: Path | None) -> Path:
    from followthrough.cli.errors import UsageError
    from followthrough.settings import FILE_NAME, find

    if file is not None:
        return (file / FILE_NAME if file.is_dir() else file).resolve()
    found = find(Path.cwd(), os.environ, ctx.obj.config)
    if found is None:
        raise UsageError(f"There is no {FILE_NAME} here or above. Name the settings file to trust.")
    return found.resolve()


def _listed() -> Iterator[str]:
    from followthrough import trust
    from followthrough.settings import SettingsError, load

    known = trust.recorded(os.environ)
    if not known:
        yield "No settings file is trusted."
    for one in known:
        try:
            same = trust.hash_of(trust.grants_of(load(one.path))) == one.hash
            state = "" if same else "  changed since: trust it again"
        except SettingsError:
            state = "  cannot be read now"
        yield f"{one.path}  since {one.at[:10]}{state}"
        for grant in one.grants:
            yield f"  {grant}"
