"""Documents that a command reads by themselves: one after the other, without ledger and network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from followthrough.cli.extracted import Extracted
    from followthrough.cli.workspace import Workspace
    from followthrough.sources.folder import FolderSource

STDIN = "standard-input"
"""What standard input is called; the ending is found out from its content."""

NO_CONNECTION = "is a page of a Confluence, and this command opens no connection. Use `plan`."
Show = Callable[[str, int, int], None]


def each_document(
    ctx: typer.Context, arguments: Sequence[str] | None, show: Show | None = None, *, tolerant: bool = False
) -> Iterator[tuple[Workspace, Extracted]]:
    """Each document as it is read, with the settings it was read by; `-` is standard input.

    Without arguments, those that the settings name. A ``tolerant`` command works without settings
    where they are wrong.
    """
    from followthrough.cli.workspace import workspaces

    named = [argument for argument in arguments or () if argument != "-"]
    for workspace in workspaces(ctx, named, tolerant=tolerant) if named or not arguments else ():
        yield from each_of(workspace, show)
    if arguments and "-" in arguments:
        yield standard_input(workspaces(ctx, None, tolerant=tolerant)[0])


def each_of(workspace: Workspace, show: Show | None = None) -> Iterator[tuple[Workspace, Extracted]]:
    """The documents of one root."""
    from followthrough.cli.extracted import Extracted
    from followthrough.cli.output import talk
    from followthrough.sources.folder import FolderSource

    source = FolderSource(root=workspace.root, disk=workspace.world.disk)
    if workspace.pages_left_out:
        talk(workspace.pages_left_out)
    for number, (path, named) in enumerate(workspace.paths, start=1):
        if show is not None:
            show("Reading documents", number, len(workspace.paths))
        if workspace.is_page(path):
            yield workspace, Extracted(path, error=f"{path}: {NO_CONNECTION}")
            continue
        yield workspace, _read(workspace, workspace.shown(path), path, source, named=named)


def standard_input(workspace: Workspace) -> tuple[Workspace, Extracted]:
    """The document on standard input, under the settings in force."""
    from followthrough.documents import name_of

    data = sys.stdin.buffer.read()
    return workspace, _read(workspace, "-", name_of(data, STDIN), data, named=True)


def _read(
    workspace: Workspace, name: str, path: str, source: FolderSource | bytes, *, named: bool
) -> Extracted:
    from followthrough.cli.extracted import Extracted
    from followthrough.documents import Unreadable
    from followthrough.engine.reading import open_document, understand
    from followthrough.sources import SourceError
    from followthrough.sources.disk import version_of
    from followthrough.sources.interface import Content

    settings, today = workspace.settings, workspace.today
    try:
        if isinstance(source, bytes):
            content = Content(source, version_of(source))
            opened = understand(content, path, named=named, settings=settings, today=today)
        else:
            opened = open_document(source, path, named=named, settings=settings, today=today)
    except (SourceError, Unreadable) as error:
        return Extracted(name, error=str(error))
    return Extracted(name, opened, namespace=workspace.namespace)
