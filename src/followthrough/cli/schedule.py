"""``schedule``: prints what runs `followthrough run` every night, for the settings in force here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from followthrough.cli.app import Invocation
    from followthrough.scheduling import Facts, Plan


class Kind(StrEnum):
    """Where it is to run."""

    SYSTEMD = "systemd"
    CRON = "cron"
    GITHUB = "github"
    GITLAB = "gitlab"
    KUBERNETES = "kubernetes"


def schedule_command(
    ctx: typer.Context,
    kind: Annotated[
        Kind, typer.Argument(metavar="KIND", help="systemd, cron, github, gitlab or kubernetes.")
    ],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="When the night begins.")] = "02:30",
    span: Annotated[
        str, typer.Option("--for", metavar="TIME", help="Begin nothing after so long, such as 30m or 2h.")
    ] = "1h",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FOLDER", help="Write the files into this folder."),
    ] = None,
) -> int:
    """Print what runs followthrough every night: a timer, a crontab, a workflow. Reads settings only.

    followthrough schedule systemd
    """
    from followthrough.cli import output as out
    from followthrough.scheduling import schedule

    facts = _facts(ctx.obj, _time(at), span)
    plan = schedule(kind.value, facts)
    if output is None:
        for line in _printed(plan):
            out.data(line)
    else:
        for path in _written(plan, output):
            out.data(f"{path} written.")
    if not facts.documents:
        out.talk(
            "No settings here name any documents: `run` needs them. `followthrough init` writes a first file."
        )
    for number, step in enumerate(plan.steps, 1):
        out.talk(f"{number}. {step}")
    return 0


def _facts(invocation: Invocation, at: time, span: str) -> Facts:
    from followthrough import __version__
    from followthrough.cli.errors import UsageError
    from followthrough.cli.requests import span_of
    from followthrough.cli.workspace import workspace_here
    from followthrough.scheduling import facts_of
    from followthrough.settings import git_top

    workspace = workspace_here(invocation)
    root, length = workspace.root, span_of(span, "--for")
    if not str(root).isprintable():
        raise UsageError(f"{str(root)!r}: no schedule can hold this path. Rename the folder.")
    if length is None or length.total_seconds() < 60:
        raise UsageError(f"--for {span}: a night takes at least a minute; write 30m or 2h.")
    top = git_top(root)
    return facts_of(
        workspace.settings,
        root,
        workspace.settings_file,
        at=at,
        span=length,
        program=_program(),
        user=_user(),
        version=__version__,
        in_git=top is not None,
        inside="" if top in (None, root) else root.relative_to(top).as_posix(),
    )


def _time(text: str) -> time:
    from followthrough.cli.errors import UsageError

    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise UsageError(f"--at {text}: this is no time of day; write 02:30.") from None


def _program() -> str:
    """The program that is running now, by its whole path."""
    import shutil
    import sys

    beside = Path(sys.executable).with_name("followthrough")
    return str(beside) if os.access(beside, os.X_OK) else shutil.which("followthrough") or "followthrough"


def _user() -> str:
    """Who is to run it: whoever asks, but never root."""
    import getpass

    if os.geteuid() == 0:
        return "followthrough"
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "followthrough"


def _printed(plan: Plan) -> Iterator[str]:
    several = len(plan.files) > 1
    for number, (name, text) in enumerate(plan.files.items()):
        if several:
            yield f"{'' if not number else chr(10)}# ----- {name}"
        yield text.removesuffix("\n")


def _written(plan: Plan, folder: Path) -> Iterator[Path]:
    from followthrough.cli.errors import UsageError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in plan.files.items():
            path = folder / name
            path.write_text(text, encoding="utf-8")
            if name in plan.programs:
                path.chmod(path.stat().st_mode | 0o111)
            yield path
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}). Check its permissions.") from error
