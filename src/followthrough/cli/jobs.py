"""What the commands that do something share at their end."""

from __future__ import annotations

from collections.abc import Sequence

from followthrough.cli import output
from followthrough.cli.screens.words import Screen
from followthrough.cli.workspace import Workspace
from followthrough.engine.exits import Exit
from followthrough.engine.running import Done
from followthrough.planning.braking import backwards_line, brake_line
from followthrough.settings import git_top


def screen_of(workspace: Workspace) -> Screen:
    """Where the lines of a command are read."""
    return Screen(
        zone=workspace.settings.zone,
        now=workspace.world.now(),
        columns=output.columns(),
        branch=workspace.settings.git.branch if workspace.settings.git else "",
        in_git=git_top(workspace.root) is not None,
        is_page=workspace.is_page,
    )


def finish(results: Sequence[Done], *, strict: bool) -> int:
    """Say what could not be done, and give the exit code of all jobs together."""
    codes = []
    for done in results:
        if done.plan.went_backwards and not done.declined:
            output.talk(backwards_line(done.plan), level="error", event="ledger-behind")
        for brake in () if done.declined else done.plan.brakes:
            output.talk(brake_line(brake, done.plan.hash), level="error", event="brake", scope=brake.scope)
        for sentence in done.failures:
            output.talk(sentence, level="error", event="failed", scope=_scope_of(sentence, done))
        for sentence in done.waits:
            output.talk(sentence, level="warning", event="waits", scope=_scope_of(sentence, done))
        codes.append(done.exit)
        standing = done.plan.matters or done.plan.asks
        if strict and standing:
            output.talk(
                "Something stands open for a person, which `--strict` does not let pass: "
                "`followthrough status` shows it.",
                level="error",
                event="standing",
            )
            codes.append(Exit.HUMAN)
    return int(Exit.worst(codes))


def _scope_of(sentence: str, done: Done) -> str | None:
    """The tracker that a sentence is about; its name then stands before it."""
    name, found, _ = sentence.partition(": ")
    return name if found and name in done.plan.trackers else None
