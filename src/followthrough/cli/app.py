"""The root command: what every command shares, and how errors become sentences and exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from followthrough.cli.doctor import doctor_command
from followthrough.cli.extract import extract_command
from followthrough.cli.file import file_command
from followthrough.cli.init import init_command
from followthrough.cli.plan import plan_command
from followthrough.cli.report import report_command
from followthrough.cli.run import run_command
from followthrough.cli.status import status_command
from followthrough.cli.sync import sync_command
from followthrough.cli.trust import trust_command
from followthrough.cli.unlink import unlink_command

if TYPE_CHECKING:
    from followthrough.connector import Outside
    from followthrough.engine.world import World

INTERRUPTED, TERMINATED = 130, 143


class LogFormat(StrEnum):
    """How talk on standard error is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(slots=True)
class Invocation:
    """What the root command hands to every command, as their context's ``obj``.

    To a connector's own commands it is their :class:`followthrough.connector.CommandContext`.
    """

    world: World | None = None
    config: Path | None = None

    @property
    def root(self) -> Path:
        """The folder whose settings and state are in force."""
        from followthrough.cli.workspace import workspace_here

        return workspace_here(self).root

    @property
    def outside(self) -> Outside:
        """Clock and network."""
        from followthrough.cli.workspace import transport, workspace_here

        return transport(workspace_here(self).world)

    def settings(self, kind: str) -> Mapping[str, Any]:
        """The scopes of one kind of tracker, each with its validated settings."""
        from followthrough.cli.workspace import scopes_of, workspace_here

        return scopes_of(workspace_here(self), kind)


class Commands(TyperGroup):
    """Our own commands, and those that installed connectors bring: found by name, loaded when used."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_connector_commands()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        load = _connector_commands().get(cmd_name)
        return None if load is None else typer.main.get_command(load())


def _connector_commands() -> dict[str, Callable[[], Any]]:
    from followthrough.registry import command_groups

    return command_groups()


app = typer.Typer(
    name="followthrough",
    cls=Commands,
    rich_markup_mode=None,  # Rich help costs as much start-up time as everything else together
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog="Start with `followthrough plan postmortem.md`: it shows what would be done and writes nothing.",
)


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Settings file, instead of the one found upwards."),
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option(help="How messages on standard error are written.")
    ] = LogFormat.TEXT,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    """Carry a postmortem's action items into the tracker, and their status back into the document.

    extract reads the measures, plan shows what would be done, file creates the tickets and writes
    their links, sync brings their status back, report tells what is outstanding.
    """
    ctx.obj.config = config
    if log_format is LogFormat.JSON:
        from followthrough.cli import output

        output.talk_as_json()
    if version:  # together with other options; alone it never comes here
        from followthrough import __version__

        typer.echo(f"followthrough {__version__}")
        raise typer.Exit


app.command("init")(init_command)
app.command("extract")(extract_command)
app.command("plan")(plan_command)
app.command("file")(file_command)
app.command("sync")(sync_command)
app.command("run")(run_command)
app.command("status")(status_command)
app.command("report")(report_command)
app.command("unlink")(unlink_command)
app.command("doctor")(doctor_command)
app.command("trust")(trust_command)


class _Terminated(BaseException):
    """SIGTERM arrived."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def run(arguments: Sequence[str], world: World | None = None) -> int:
    """Run one command line and return its exit code; nothing but a bug leaves a traceback."""
    command = typer.main.get_command(app)
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        result = command.main(
            args=list(arguments), prog_name="followthrough", standalone_mode=False, obj=Invocation(world)
        )
        return int(result) if isinstance(result, int) else 0
    except TyperException as error:
        show = getattr(error, "show", None)
        if show:
            show()
        else:
            _say(error.format_message())
        return error.exit_code
    except typer.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _say("\nStopped. Nothing is lost: run the same command again.")
        return INTERRUPTED
    except _Terminated:
        _say("Terminated. Nothing is lost: the next run goes on.")
        return TERMINATED
    except BrokenPipeError:
        # Whoever read our output has gone, which is no error of ours; closing must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  what has no sentence of its own is raised again
        return _known(error)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _known(error: Exception) -> int:
    """The exit code of an error that has a sentence; anything else is raised as the bug it is."""
    from followthrough.cli.errors import code_of

    code = code_of(error)
    if code is None:
        raise error
    _say(str(error))
    return int(code)


def _say(message: str) -> None:
    from followthrough.cli import output
    from followthrough.secrets import scrub

    output.talk(scrub(message))
