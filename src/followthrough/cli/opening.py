"""A job over a workspace: its ledger, trackers, run and journal, opened and closed again."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from followthrough.cli import output
from followthrough.cli.errors import UsageError
from followthrough.cli.workspace import Workspace, git_remote
from followthrough.engine.budget import Budget
from followthrough.engine.job import Job
from followthrough.engine.ledgers import ledger_of
from followthrough.engine.memo import Memo, installed
from followthrough.engine.mutations import Recorder, WatchedSource
from followthrough.engine.office import office_of
from followthrough.engine.trackers import Trackers
from followthrough.engine.world import World
from followthrough.http import Transport
from followthrough.ledger import Ledger, Part, kept_elsewhere
from followthrough.ledger.files import Journal, refuse_network, run_lock, state_folder
from followthrough.planning.learning import Occasion
from followthrough.settings import Settings, git_top
from followthrough.settings.models import LOCAL
from followthrough.sources.folder import FolderSource
from followthrough.sources.places import Places, Remote, Remotes
from followthrough.tickets.addresses import from_pattern, from_remote

MANY = 2000
"""Runs that are looked through for a free number."""


@contextmanager
def open_job(
    workspace: Workspace,
    command: str,
    *,
    writing: bool,
    budget: Budget | None = None,
    confirmation: str = "",
    offline: bool = False,
) -> Generator[Job]:
    """A job over one workspace. Only ``writing`` jobs make the state folder, and one runs at a time.

    ``offline`` reads what is known of a ledger that lies elsewhere without asking for it.

    Raises :class:`followthrough.ledger.LedgerBusy` while another run holds the root, and
    :class:`UsageError` where filing would be forgotten.
    """
    world = workspace.world
    if command in ("file", "run"):
        require_lasting_disk(workspace.settings, workspace.root, os.environ)
    with ExitStack() as stack:
        say: Callable[[str], None] = output.talk_of
        if writing:
            refuse_network(workspace.root)
            state_folder(workspace.root)
            say = stack.enter_context(run_lock(workspace.state, run=command, at=world.now()))
        ledger = stack.enter_context(
            ledger_of(
                workspace.settings,
                workspace.root,
                workspace.guard,
                create=writing,
                random_name=world.random_name,
                offline=offline,
            )
        )
        journal = Journal(workspace.state / "runs.jsonl")
        occasion = Occasion(
            run=_run_id(ledger, journal, workspace),
            command=command,
            now=world.now(),
            account=_account(),
            confirmation=confirmation,
        )
        output.talk_of(occasion.run)
        say(f"{occasion.run} ({command})")
        recorder = Recorder(journal, ledger, occasion, world.now, _heard)
        budget = budget or Budget(now=world.monotonic)
        outside = transport(world)
        outside.wait_no_longer_than(budget.deadline)
        trackers = stack.enter_context(
            Trackers(
                workspace.settings,
                workspace.root,
                workspace.settings_file,
                outside,
                guard=workspace.guard,
                note=recorder.note,
                known=lambda: ledger.snapshot(Part()).scopes,
            )
        )
        show = stack.enter_context(output.progress())
        remotes = Remotes(remote_places(workspace, outside, writing, offline), asking=not offline)
        stack.callback(remotes.close)
        folder = FolderSource(root=workspace.root, disk=world.disk)
        yield Job(
            root=workspace.root,
            settings=workspace.settings,
            source=WatchedSource(Places(folder, remotes), recorder.note),
            remotes=remotes,
            ledger=ledger,
            trackers=trackers,
            world=world,
            occasion=occasion,
            namespace=workspace.namespace,
            namespace_is_local=workspace.namespace == str(workspace.root),
            office=office_of(workspace.settings),
            document_url=document_url(workspace, remotes),
            journal=journal,
            memo=Memo(workspace.state / "quiet", installed),
            recorder=recorder,
            budget=budget,
            tell=output.tell,
            progress=show,
        )


def _heard(facts: Mapping[str, Any]) -> None:
    """What a run changes, also for who reads its log."""
    level = "info" if facts.get("outcome") == "done" else "warning"
    output.tell(
        facts["event"], level=level, **{name: fact for name, fact in facts.items() if name != "event"}
    )


def require_lasting_disk(settings: Settings, root: Path, environ: Mapping[str, str]) -> None:
    """Raise :class:`UsageError` on a hosted runner whose disk is gone after the run, ledger and all.

    A tracker that lies beside the ledger is forgotten with it, so that nothing is filed twice. A ledger
    that another machine keeps lasts.
    """
    hosted = environ.get("GITHUB_ACTIONS") and environ.get("RUNNER_ENVIRONMENT") == "github-hosted"
    forgets = (hosted or environ.get("GITLAB_CI")) and environ.get("FOLLOWTHROUGH_LASTING_DISK") != "1"
    if not forgets or kept_elsewhere(settings.ledger.url, root, settings.ledger.remote):
        return
    if any(tracker.kind != LOCAL for tracker in settings.scopes().values()):
        raise UsageError(
            'This runner forgets its disk: set [ledger] url = "git:followthrough/ledger", or a second run '
            "may file again. Nothing filed. If this disk lasts, say so: FOLLOWTHROUGH_LASTING_DISK=1."
        )


def transport(world: World) -> Transport:
    """What connectors may use of the world."""
    return Transport(clock=world.now, monotonic=world.monotonic, sleep=world.sleep, halted=world.halted)


def _account() -> str:
    """Who is at work: this process's user, and the machine."""
    import pwd
    import socket

    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # an account without a name, as in a container
        name = str(os.geteuid())
    return f"{name}@{socket.gethostname()}"


def _run_id(ledger: Ledger, journal: Journal, workspace: Workspace) -> str:
    """Today and a number, such as ``20261120-1``: one that neither ledger nor journal knows."""
    day = workspace.world.now().astimezone(workspace.settings.zone).strftime("%Y%m%d")
    # Far enough back that a clock which was set to an earlier day does not give a number again.
    known = [run.id for run in ledger.runs(MANY)] + [line.run for line in journal.lines(f'"{day}-')]
    numbers = [int(run.rpartition("-")[2]) for run in known if run.startswith(f"{day}-")]
    return f"{day}-{max(numbers, default=0) + 1}"


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


def remote_places(workspace: Workspace, outside: Transport, writing: bool, offline: bool) -> Sequence[Remote]:
    """The places of documents that are asked over the network; none of them is asked yet.

    A branch takes the place of the folder, unless nothing is asked: then files are as they lie there.
    """
    settings, places = workspace.settings, list[Remote]()
    if settings.confluences:
        from followthrough.sources.confluence.opening import opened

        places += opened(settings, workspace.root, workspace.guard, outside)
    if settings.git is not None and not offline:
        from followthrough.sources.git.source import GitSource

        places.append(
            GitSource(
                settings.git,
                workspace.root,
                exclude=settings.exclude,
                reading=not writing,
                sleep=workspace.world.sleep,
            )
        )
    return places


def document_url(workspace: Workspace, remotes: Remotes) -> Callable[[str, str | None], str | None]:
    """Where a person opens a document: where it lives, as the settings say, or as git's remote looks."""
    pattern, remote = workspace.settings.document_url, git_remote(workspace.root)
    # Read once: a report asks for the address of every measure.
    branch = git_branch(workspace.root) if remote and not pattern else ""

    def address(path: str, heading: str | None) -> str | None:
        if page := remotes.url(path):
            return page
        if pattern:
            return from_pattern(pattern, path, heading)
        return from_remote(remote, branch, path, heading) if remote else None

    return address


def known_documents(job: Job) -> list[str]:
    """The documents that the ledger knows and that are still there."""
    job.remotes.find()  # what a listing shows need not be asked for one by one
    return sorted(path for path in job.ledger.contents() if job.source.exists(path))


def documents_nearby(job: Job) -> list[str]:
    """The known documents; for one that is gone, those of its folder, one of which may be it renamed."""
    paths = set(known_documents(job))
    for path in job.ledger.contents().keys() - paths:
        paths.update(job.source.nearby(path))
    return sorted(paths)
