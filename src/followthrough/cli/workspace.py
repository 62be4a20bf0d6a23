"""From a command line to what it means: settings, roots, documents."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from followthrough.cli.errors import UsageError
from followthrough.cli.output import talk
from followthrough.engine.world import World
from followthrough.registry import load as load_plugin
from followthrough.settings import (
    ENVIRONMENT_NAME,
    Settings,
    SettingsError,
    find,
    git_top,
    load,
    root_of,
    validate_tracker,
)
from followthrough.sources.folder import FolderSource, excluded, matching, one_name
from followthrough.sources.globs import named

if TYPE_CHECKING:
    from pydantic import BaseModel

    from followthrough.cli.app import Invocation

GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One root and the documents meant in it; ``paths`` hold whether each was named by hand."""

    root: Path
    settings: Settings
    settings_file: Path | None
    world: World
    paths: tuple[tuple[str, bool], ...]
    explicit: bool
    """Whether the command line named any path."""
    excluded: tuple[str, ...] = ()
    """Files that a folder or glob found and `exclude` leaves out."""
    named: bool = False
    """Whether the settings file was named, by option or environment, rather than found."""

    @property
    def state(self) -> Path:
        """The folder of ledger, embedded tracker, journal and lock."""
        from followthrough.ledger.files import state_path  # `extract` needs no ledger

        return state_path(self.root)

    @property
    def namespace(self) -> str:
        """The key that ids are derived with: the settings', else the git remote's, else the root's path."""
        return self.settings.namespace or git_remote(self.root) or str(self.root)

    def guard(self) -> None:
        """Raise :class:`followthrough.trust.Untrusted` where the settings file may not use secrets."""
        from followthrough.trust import require_trust

        require_trust(self.settings, self.settings_file, named=self.named)

    @property
    def today(self) -> date:
        """The day it is where the settings say the team is."""
        return self.world.now().astimezone(self.settings.zone).date()

    def is_page(self, path: str) -> bool:
        """Whether a document is a page of a Confluence that the settings name, and no file."""
        return any(one.owns(path) for one in self.settings.confluences)

    @property
    def pages_left_out(self) -> str:
        """What a command that opens no connection says of pages that would belong to it."""
        if self.explicit or not self.settings.confluences:
            return ""
        hosts = ", ".join(one.host for one in self.settings.confluences)
        return f"Pages at {hosts} are left out: this command opens no connection."

    def shown(self, path: str) -> str:
        """A document's path as somebody in the current folder would type it."""
        if self.is_page(path):
            return path
        whole, here = self.root / path, Path.cwd()
        return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def workspaces(
    ctx: typer.Context, arguments: Sequence[str] | None, *, tolerant: bool = False, asking: bool = False
) -> list[Workspace]:
    """The roots that the arguments lead to; without arguments, the one in force.

    Raises :class:`UsageError` for a path that does not exist or a glob that matches nothing. A
    ``tolerant`` command needs no settings: it says what is wrong with them and works without. An
    ``asking`` one reads documents on a branch there, so that they need not lie in the folder.
    """
    base = workspace_here(ctx.obj, tolerant=tolerant)
    here, root, settings = Path.cwd(), base.root, base.settings
    if not arguments:
        source = FolderSource(
            root=root, disk=base.world.disk, patterns=settings.patterns, exclude=settings.exclude
        )
        found, out = source.sort()
        return [replace(base, paths=tuple((path, False) for path in found), excluded=tuple(out))]
    groups: dict[Path, dict[str, bool]] = {}
    left_out: dict[Path, list[str]] = {}
    unseen = _unseen(base) if asking and not all((here / one).is_file() for one in arguments) else []
    for argument in arguments:
        if base.is_page(argument):
            groups.setdefault(root, {})[argument] = True
            continue
        for path, by_hand in expand(argument, here, root, unseen):
            home = root if path.is_relative_to(root) else git_top(path.parent) or path.parent
            relative = path.relative_to(home).as_posix()
            group = groups.setdefault(home, {})
            if by_hand or not excluded(relative, settings.exclude):
                group[relative] = by_hand or group.get(relative, False)
            else:
                left_out.setdefault(home, []).append(relative)
    return [
        replace(
            base,
            root=home,
            paths=tuple(_merged(home, group).items()),
            excluded=tuple(path for path in left_out.get(home, ()) if path not in group),
            explicit=True,
        )
        for home, group in groups.items()
    ]


def _merged(home: Path, group: Mapping[str, bool]) -> dict[str, bool]:
    """One entry a document, however many of its names were given."""
    merged: dict[str, bool] = {}
    for path, name in one_name(home, group).items():
        merged[name] = merged.get(name, False) or group[path]
    return merged


def workspace_here(invocation: Invocation, *, tolerant: bool = False) -> Workspace:
    """The root and settings in force in the current folder, without any document yet.

    Raises :class:`followthrough.settings.SettingsError`, unless ``tolerant``.
    """
    here = Path.cwd()
    file = find(here, os.environ, invocation.config)
    try:
        settings = load(file)
    except SettingsError as error:
        if not tolerant:
            raise
        talk(f"{error}\nWorking without these settings.")
        settings = Settings()
    return Workspace(
        root=root_of(file, here),
        settings=settings,
        settings_file=file,
        world=invocation.world,
        paths=(),
        explicit=False,
        named=bool(invocation.config or os.environ.get(ENVIRONMENT_NAME)),
    )


def scopes_of(workspace: Workspace, kind: str) -> dict[str, BaseModel]:
    """The scopes of one kind of tracker, each with its validated settings."""
    model = load_plugin(kind).settings_model()
    return {
        scope: validate_tracker(
            model, tracker, scope, workspace.root, workspace.settings_file, workspace.guard
        )
        for scope, tracker in workspace.settings.scopes().items()
        if tracker.kind == kind
    }


def expand(argument: str, here: Path, root: Path, unseen: Sequence[str]) -> list[tuple[Path, bool]]:
    """The files that one argument means, and whether it names them itself.

    ``unseen`` are documents below the root that are there, though not in the folder.
    """
    path = _absolute(here / argument)
    below = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
    if below in unseen:
        return [(path, True)]
    more = [(root / one, False) for one in named(unseen, [below])] if below and unseen else []
    if path.is_dir():
        return [*((path / found, False) for found in matching(path, ".")), *more]
    if os.path.lexists(path):
        return [(path, True)]
    if GLOB & set(argument):
        found = [*((_absolute(here / one), False) for one in sorted(matching(here, argument))), *more]
        if not found:
            raise UsageError(f"{argument}: matches no document. Check the glob, and quote it for the shell.")
        return found
    if not more:
        raise UsageError(f"{argument}: there is no such document. Check the path.")
    return more


def _unseen(base: Workspace) -> list[str]:
    """Where documents are read from a branch, files of the commit at hand that the folder does not show.

    Only a part of a work tree may be checked out, which changes nothing for what lies on the branch.
    """
    if base.settings.git is None:
        return []
    from followthrough.sources.git.repository import at_hand

    return [path for path in at_hand(base.root) if not os.path.lexists(base.root / path)]


def _absolute(path: Path) -> Path:
    """Without ``..``, but with symbolic links as people named them, which ``resolve`` would replace."""
    return Path(os.path.abspath(path))  # noqa: PTH100  see above


def git_remote(root: Path) -> str | None:
    """The address of the remote ``origin``, read from git's own file."""
    from followthrough.git import remote_url

    return remote_url(root)
