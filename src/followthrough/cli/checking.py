"""How ``check`` goes about it: read, judge, compare with the baseline, print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from followthrough import __version__
from followthrough.cli import output
from followthrough.cli.documents import each_of, standard_input
from followthrough.cli.errors import UsageError
from followthrough.cli.extracted import Extracted
from followthrough.cli.options import CheckFormat
from followthrough.cli.requests import some_documents
from followthrough.cli.screens import check as screen
from followthrough.cli.screens import sarif, workflow
from followthrough.cli.screens.check import Checked, Placed
from followthrough.cli.screens.words import count
from followthrough.cli.workspace import Workspace, workspaces
from followthrough.engine.checking import standards_of, subject_of
from followthrough.planning.readings import Reading
from followthrough.policy.baseline import SCHEMA, Baseline, NoBaseline, compare, read, renewed
from followthrough.policy.findings import Finding
from followthrough.policy.lint import Standards, lint
from followthrough.settings import git_top
from followthrough.sources.folder import excluded

BASELINE = "followthrough-baseline.json"
"""What a baseline is called, in the root, where nobody names another."""


@dataclass(slots=True)
class Part:
    """What was found below one root."""

    workspace: Workspace
    findings: list[Finding] = field(default_factory=list)
    looked: dict[str, str] = field(default_factory=dict)
    """Documents that were looked at: path from the root to what it is called here."""
    measures: int = 0
    history: int = 0
    unreadable: list[tuple[str, str, str]] = field(default_factory=list)

    def home(self, path: str) -> str:
        """A document's path from the top of its git work tree, else from the root."""
        root = self.workspace.root
        top = git_top(root) or root
        return (root / path).relative_to(top).as_posix()


def look(ctx: typer.Context, arguments: Sequence[str] | None, *, force_exclude: bool) -> list[Part]:
    """Every document by the rules of its root. Raises :class:`UsageError` where there is none."""
    named = [argument for argument in arguments or () if argument != "-"]
    found = list(some_documents(workspaces(ctx, named))) if named or not arguments else []
    parts = [_part(workspace, force_exclude=force_exclude) for workspace in found]
    if arguments and "-" in arguments:
        here = workspaces(ctx, None)[0]
        part = Part(here)
        _take(part, "-", standard_input(here)[1], standards_of(here.settings, here.today), found=False)
        parts.append(part)
    return parts


def _part(workspace: Workspace, *, force_exclude: bool) -> Part:
    part, standards = Part(workspace), standards_of(workspace.settings, workspace.today)
    for (path, named), (_, result) in zip(workspace.paths, each_of(workspace), strict=True):
        if force_exclude and excluded(path, workspace.settings.exclude):
            continue
        _take(part, path, result, standards, found=force_exclude or not named)
    return part


def _take(part: Part, path: str, result: Extracted, standards: Standards, *, found: bool) -> None:
    """One document's findings; one that was only ``found`` may be no postmortem, or history."""
    if result.opened is None:
        part.unreadable.append((result.name, part.home(path), result.error or ""))
        return
    reading = result.opened.reading
    if found and not reading.looks_like_postmortem:
        return
    if found and _older(reading, part.workspace):
        part.history += 1
        return
    part.looked[path] = result.name
    part.measures += len(reading.items)
    part.findings += lint(subject_of(result.opened, path), standards)


def _older(reading: Reading, workspace: Workspace) -> bool:
    """Whether ``since`` shuts it out. One without a date may be new, and a new one is what this is for."""
    since, day = workspace.settings.since, reading.incident.date
    return since is not None and day is not None and day < since


def compared(part: Part, file: Path | None) -> Checked:
    """The findings without those that the baseline forgives."""
    where = _file(part.workspace, file)
    known = compare(part.findings, _read(where) if where else Baseline(), part.looked)
    return Checked(
        placed=tuple(
            Placed(finding=one, shown=part.looked[one.path], home=part.home(one.path)) for one in known.new
        ),
        documents=len(part.looked),
        measures=part.measures,
        history=part.history,
        known=known.known,
        gone=known.gone,
        unreadable=tuple(part.unreadable),
    )


def together(parts: Sequence[Checked]) -> Checked:
    """Several roots as one result."""
    return Checked(
        placed=tuple(one for part in parts for one in part.placed),
        documents=sum(part.documents for part in parts),
        measures=sum(part.measures for part in parts),
        history=sum(part.history for part in parts),
        known=sum(part.known for part in parts),
        gone=sum(part.gone for part in parts),
        unreadable=tuple(one for part in parts for one in part.unreadable),
    )


def renew(part: Part, file: Path | None) -> None:
    """Write the baseline that forgives all that was found. Raises :class:`UsageError` where that fails."""
    where = file or _named(part.workspace) or part.workspace.root / BASELINE
    baseline = renewed(part.findings, _read(where) if where.exists() else Baseline(), part.looked)
    try:
        where.write_text(baseline.text(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{where}: cannot be written ({error.strerror}). Name another file.") from error
    for _, _, why in part.unreadable:
        output.talk(why)
    found, looked = count(len(part.findings), "finding"), count(len(part.looked), "document")
    output.talk(f"Known from now on: {found} in {looked}. Written to {where}.")


def _file(workspace: Workspace, file: Path | None) -> Path | None:
    """The baseline in force: the one named, else the settings', else the usual one where it is there."""
    usual = workspace.root / BASELINE
    return file or _named(workspace) or (usual if usual.is_file() else None)


def _named(workspace: Workspace) -> Path | None:
    name = workspace.settings.check.baseline
    return workspace.root / name if name else None


def _read(file: Path) -> Baseline:
    try:
        return read(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read ({error.strerror}). Make it with `check --write-baseline`."
        ) from error
    except (NoBaseline, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file}: is no baseline ({SCHEMA}). Make one with `check --write-baseline`."
        ) from error


def show(checked: Checked, format: CheckFormat) -> None:
    """Print the result; what could not be read is told where the format has no place for it."""
    if format is CheckFormat.JSON:
        output.as_json(screen.to_json(checked))
    elif format is CheckFormat.SARIF:
        output.write(json.dumps(sarif.to_sarif(checked, __version__), ensure_ascii=False, indent=2) + "\n")
    else:
        for line in (workflow.lines if format is CheckFormat.GITHUB else screen.lines)(checked):
            output.data(line)
    if format is not CheckFormat.GITHUB:
        for _, _, error in checked.unreadable:
            output.talk(error)
