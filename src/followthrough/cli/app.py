"""The root command: what every command shares, and how errors become sentences and exit codes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from followthrough.cli.accept import accept_command
from followthrough.cli.check import check_command
from followthrough.cli.decide import adopt_command, ignore_command, move_command, undo_command
from followthrough.cli.doctor import doctor_command
from followthrough.cli.extract import extract_command
from followthrough.cli.file import file_command
from followthrough.cli.init import init_command
from followthrough.cli.ledger import app as ledger_app
from followthrough.cli.plan import plan_command
from followthrough.cli.rebuild import rebuild_command
from followthrough.cli.report import report_command
from followthrough.cli.run import run_command
from followthrough.cli.schedule import schedule_command
from followthrough.cli.signals import Ears, Interrupted, Terminated
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

    given: World | None = None
    """What a test replaces."""
    config: Path | None = None
    ears: Ears | None = None

    @property
    def world(self) -> World:
        """The world outside, whose requests no signal cuts off."""
        import time

        from followthrough.engine.world import World

        world = self.given or World()
        if self.ears is None:
            return world
        sleep = self.ears.sleep if world.sleep is time.sleep else world.sleep
        return replace(world, hold=self.ears.hold, halted=self.ears.halted, sleep=sleep)

    @property
    def root(self) -> Path:
        """The folder whose settings and state are in force."""
        from followthrough.cli.workspace import workspace_here

        return workspace_here(self).root

    @property
    def outside(self) -> Outside:
        """Clock and network."""
        from followthrough.cli.opening import transport
        from followthrough.cli.workspace import workspace_here

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


def _show_version(wanted: bool) -> None:
    """Together with other options; alone it never comes here."""
    if wanted:
        from followthrough import __version__

        typer.echo(f"followthrough {__version__}")
        raise typer.Exit


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
    version: Annotated[  # noqa: ARG001  its callback has done all there is to do
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Carry a postmortem's action items into the tracker, and their status back into the document.

    extract reads the measures, plan shows what would be done, file creates the tickets and writes
    their links, sync brings their status back, report tells what is outstanding.
    """
    ctx.obj.config = config
    if log_format is LogFormat.JSON:
        from followthrough.cli import output

        output.talk_as_json()


app.command("init")(init_command)
app.command("extract")(extract_command)
app.command("plan")(plan_command)
app.command("file")(file_command)
app.command("sync")(sync_command)
app.command("run")(run_command)
app.command("status")(status_command)
app.command("report")(report_command)
app.command("check")(check_command)
app.command("adopt")(adopt_command)
app.command("ignore")(ignore_command)
app.command("accept")(accept_command)
app.command("move")(move_command)
app.command("unlink")(unlink_command)
app.command("undo")(undo_command)
app.command("doctor")(doctor_command)
app.command("trust")(trust_command)
app.command("rebuild")(rebuild_command)
app.command("schedule")(schedule_command)
app.add_typer(ledger_app, name="ledger")


def run(arguments: Sequence[str], world: World | None = None) -> int:
    """Run one command line and return its exit code; nothing but a bug leaves a traceback."""
    ears = Ears()
    # What is loaded by now stays, and documents hold no cycles: collecting seldom saves a tenth of a run.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    try:
        return _run(typer.main.get_command(app), arguments, world, ears)
    except (Interrupted, typer.Abort):
        _say("\nStopped. Nothing is lost: run the same command again.")
        return INTERRUPTED
    except Terminated:
        _say("Terminated. Nothing is lost: the next run goes on.")
        return TERMINATED
    except TyperException as error:
        return _misused(error)
    except typer.Exit as error:
        return error.exit_code
    except Exception as error:  # noqa: BLE001  what has no sentence of its own is a bug, and told as one
        return _known(error)
    finally:
        _flush()


def _run(command: Any, arguments: Sequence[str], world: World | None, ears: Ears) -> int:
    try:
        ears.listening = True
        result = command.main(
            args=list(arguments),
            prog_name="followthrough",
            standalone_mode=False,
            obj=Invocation(world, ears=ears),
        )
    finally:
        ears.listening = False
    return int(result) if isinstance(result, int) else 0


def _misused(error: TyperException) -> int:
    """A command line that is none: its usage for a person, one line for a program."""
    from followthrough.cli import output

    show = getattr(error, "show", None)
    if show and not output.talks_as_json():
        show()
    else:
        _say(error.format_message())
    return error.exit_code


def _flush() -> None:
    """What is still to be printed; whoever read our output may have gone, which is no error of ours."""
    from followthrough.cli import output

    output.finish()


def _known(error: Exception) -> int:
    """The exit code of an error that has a sentence; anything else is told as the bug it is."""
    from followthrough.cli.errors import code_of

    code = code_of(error)
    if code is None:
        return _bug(error)
    _say(str(error))
    return int(code)


def _bug(error: Exception) -> int:
    """A traceback, on one line for a program. Not Python's own, which would repeat a secret in an error."""
    import traceback

    from followthrough.cli import output
    from followthrough.engine.exits import Exit

    told = f"An unexpected error ({type(error).__name__}). Please report it with its traceback."
    trace = "".join(traceback.format_exception(error))
    if output.talks_as_json():
        output.tell("bug", told, level="error", traceback=trace)
    else:
        output.talk(f"{trace}{told}", level="error")
    return int(Exit.UNEXPECTED)


def _say(message: str) -> None:
    from followthrough.cli import output

    output.talk(message.lstrip() if output.talks_as_json() else message, level="error")
