"""From a command line to the jobs it means: settings, roots, documents, ledger, trackers."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from followthrough.cli.errors import UsageError
from followthrough.cli.output import progress, talk
from followthrough.engine.job import Job
from followthrough.engine.office import office_of
from followthrough.engine.trackers import Trackers
from followthrough.engine.world import World
from followthrough.http import Transport
from followthrough.ledger import Ledger, open_ledger
from followthrough.ledger.files import Journal, run_lock, state_folder, state_path
from followthrough.planning.learning import Occasion
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
from followthrough.tickets.addresses import from_pattern, from_remote

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

    def shown(self, path: str) -> str:
        """A document's path as somebody in the current folder would type it."""
        whole, here = self.root / path, Path.cwd()
        return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def workspaces(
    ctx: typer.Context, arguments: Sequence[str] | None, *, tolerant: bool = False
) -> list[Workspace]:
    """The roots that the arguments lead to; without arguments, the one in force.

    Raises :class:`UsageError` for a path that does not exist or a glob that matches nothing. A
    ``tolerant`` command needs no settings: it says what is wrong with them and works without.
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
    for argument in arguments:
        for path, named in expand(argument, here):
            home = root if path.is_relative_to(root) else git_top(path.parent) or path.parent
            relative = path.relative_to(home).as_posix()
            group = groups.setdefault(home, {})
            if named or not excluded(relative, settings.exclude):
                group[relative] = named or group.get(relative, False)
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
        world=invocation.world or World(),
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


def expand(argument: str, here: Path) -> list[tuple[Path, bool]]:
    """The files that one argument means, and whether it names them itself."""
    path = _absolute(here / argument)
    if path.is_dir():
        return [(path / found, False) for found in matching(path, ".")]
    if os.path.lexists(path):
        return [(path, True)]
    if GLOB & set(argument):
        found = sorted(matching(here, argument))
        if not found:
            raise UsageError(f"{argument}: matches no document. Check the glob, and quote it for the shell.")
        return [(_absolute(here / one), False) for one in found]
    raise UsageError(f"{argument}: there is no such document. Check the path.")


def _absolute(path: Path) -> Path:
    """Without ``..``, but with symbolic links as people named them, which ``resolve`` would replace."""
    return Path(os.path.abspath(path))  # noqa: PTH100  see above


@contextmanager
def open_job(workspace: Workspace, command: str, *, writing: bool) -> Generator[Job]:
    """A job over one workspace. Only ``writing`` jobs make the state folder, and one runs at a time.

    Raises :class:`followthrough.ledger.LedgerBusy` while another run holds the root.
    """
    world = workspace.world
    with ExitStack() as stack:
        if writing:
            state_folder(workspace.root)
            stack.enter_context(run_lock(workspace.state, run=command, at=world.now()))
        ledger = stack.enter_context(
            open_ledger(
                workspace.settings.ledger.url, workspace.state, create=writing, random_name=world.random_name
            )
        )
        trackers = stack.enter_context(
            Trackers(
                workspace.settings,
                workspace.root,
                workspace.settings_file,
                transport(world),
                guard=workspace.guard,
            )
        )
        show = stack.enter_context(progress())
        yield Job(
            root=workspace.root,
            settings=workspace.settings,
            source=FolderSource(root=workspace.root, disk=world.disk),
            ledger=ledger,
            trackers=trackers,
            world=world,
            occasion=Occasion(run=_run_id(ledger, workspace), command=command, now=world.now()),
            namespace=workspace.namespace,
            namespace_is_local=workspace.namespace == str(workspace.root),
            office=office_of(workspace.settings),
            document_url=document_url(workspace),
            journal=Journal(workspace.state / "runs.jsonl"),
            progress=show,
        )


def transport(world: World) -> Transport:
    """What connectors may use of the world."""
    return Transport(clock=world.now, sleep=world.sleep)


def _run_id(ledger: Ledger, workspace: Workspace) -> str:
    """Today and a number, such as ``20261120-1``."""
    day = workspace.world.now().astimezone(workspace.settings.zone).strftime("%Y%m%d")
    numbers = [int(run.id.rpartition("-")[2]) for run in ledger.runs() if run.id.startswith(f"{day}-")]
    return f"{day}-{max(numbers, default=0) + 1}"


def git_remote(root: Path) -> str | None:
    """The address of the remote ``origin``, read from git's own file."""
    from followthrough.git import remote_url

    return remote_url(root)


def git_branch(root: Path) -> str:
    """The branch that people read: what the remote's HEAD names, else the current one, else ``main``."""
    top = git_top(root)
    for name in ("refs/remotes/origin/HEAD", "HEAD"):
        head = top / ".git" / name if top else None
        if head is not None and head.is_file():
            words = head.read_text(encoding="utf-8", errors="replace").strip()
            if words.startswith("ref: "):
                return (
                    words.removeprefix("ref: ")
                    .removeprefix("refs/remotes/origin/")
                    .removeprefix("refs/heads/")
                )
    return "main"


def document_url(workspace: Workspace) -> Callable[[str, str | None], str | None]:
    """Where a person opens a document: as the settings say, else as git's remote looks."""
    pattern, remote = workspace.settings.document_url, git_remote(workspace.root)

    def address(path: str, heading: str | None) -> str | None:
        if pattern:
            return from_pattern(pattern, path, heading)
        return from_remote(remote, git_branch(workspace.root), path, heading) if remote else None

    return address


def known_documents(job: Job) -> list[str]:
    """The documents that the ledger knows and that are still there."""
    return sorted(path for path in job.ledger.snapshot().documents if job.source.exists(path))


def documents_nearby(job: Job) -> list[str]:
    """The known documents; for one that is gone, those of its folder, one of which may be it renamed."""
    paths = set(known_documents(job))
    for path in job.ledger.snapshot().documents.keys() - paths:
        folder = (job.root / path).parent
        if folder.is_dir():
            paths.update((folder / name).relative_to(job.root).as_posix() for name in matching(folder, "."))
    return sorted(paths)
