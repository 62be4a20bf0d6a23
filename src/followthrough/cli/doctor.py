"""``doctor``: looks at everything a run needs and names what is wrong, with its cure."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from followthrough.engine.diagnosis import Diagnosis, Patient

SIGNS = {True: "ok", None: "-", False: "!"}


class Format(StrEnum):
    """How a diagnosis is printed."""

    TEXT = "text"
    JSON = "json"


def doctor_command(
    ctx: typer.Context,
    with_test_issue: Annotated[
        bool,
        typer.Option(
            "--with-test-issue", help="Create an issue in each tracker, find it, and close it again."
        ),
    ] = False,
    format: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> int:
    """Look at settings, state and trackers, and say what is wrong and what cures it.

    Writes nothing, but for the issue that --with-test-issue asks for.

    followthrough doctor
    """
    from followthrough.cli import output
    from followthrough.engine.diagnosis import diagnose, exit_of

    patient = _patient(ctx, with_test_issue=with_test_issue)
    found: list[Diagnosis] = []
    for one in diagnose(patient):
        found.append(one)
        if format is Format.TEXT:
            for line in lines(one):
                output.data(line)
    code = exit_of(found)
    if format is Format.JSON:
        output.as_json(to_json(patient, found, int(code)))
    else:
        wrong = sum(one.ok is False for one in found)
        verb = "thing is" if wrong == 1 else "things are"
        written = "" if with_test_issue else " Nothing was written."
        output.data(f"{wrong} {verb} wrong.{written}" if wrong else "All is well.")
    return int(code)


def _patient(ctx: typer.Context, *, with_test_issue: bool) -> Patient:
    """The settings in force; broken ones are a finding, and the rest is looked at without them."""
    from followthrough.cli.opening import transport
    from followthrough.cli.workspace import workspace_here
    from followthrough.engine.diagnosis import Patient
    from followthrough.engine.trial import Trial
    from followthrough.settings import Settings, SettingsError, find, root_of

    broken = None
    world = ctx.obj.world
    try:
        workspace = workspace_here(ctx.obj)
        root, settings, file, named = (
            workspace.root,
            workspace.settings,
            workspace.settings_file,
            workspace.named,
        )
    except SettingsError as error:
        file = find(Path.cwd(), os.environ, ctx.obj.config)
        root, settings, named, broken = root_of(file, Path.cwd()), Settings(), False, str(error)
    return Patient(
        root=root,
        settings=settings,
        file=file,
        named=named,
        outside=transport(world),
        disk=world.disk,
        broken=broken,
        trial=Trial(now=world.now, sleep=world.sleep, random_name=world.random_name)
        if with_test_issue
        else None,
    )


def lines(one: Diagnosis) -> list[str]:
    """One finding as people read it, its cure below."""
    first = f"{SIGNS[one.ok]:<3} {one.area:<10} {one.subject:<12} {one.message}"
    return [first, *([f"{'':<27} {one.cure}"] if one.cure and one.ok is not True else [])]


def to_json(patient: Patient, found: Sequence[Diagnosis], code: int) -> dict[str, Any]:
    """The same for another program."""
    return {
        "schema": "followthrough.doctor/1",
        "exit": code,
        "findings": [
            {
                "area": one.area,
                "subject": one.subject,
                "ok": one.ok,
                "message": one.message,
                "cure": one.cure,
            }
            for one in found
        ],
        "trackers": [
            {"name": scope, "place": check.place, "account": check.account, "public": check.public}
            for scope, check in patient.checks.items()
        ],
    }
