"""From options to what the engine is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from followthrough.cli.errors import UsageError
from followthrough.cli.workspace import Workspace
from followthrough.engine.survey import Request
from followthrough.model import Kind
from followthrough.planning.rules import Rules

PAGE = 200
"""Documents that a nightly run looks at together."""


def some_documents(found: Sequence[Workspace], *, asking: bool = False) -> Sequence[Workspace]:
    """The workspaces. Raises :class:`UsageError` where there is no document to work on.

    An ``asking`` command may find some in places that it asks over the network.
    """
    if asking and any(
        workspace.settings.asks_for_documents and not workspace.explicit for workspace in found
    ):
        return found
    if not any(workspace.paths for workspace in found):
        if any(workspace.settings.confluences for workspace in found):
            raise UsageError(
                "The settings name pages of a Confluence only, and this command opens no connection. "
                "Name a file, or use `plan`."
            )
        if any(workspace.settings.patterns for workspace in found):
            globs = ", ".join(found[0].settings.patterns)
            raise UsageError(f"No document matches {globs}. Check `documents` in followthrough.toml.")
        raise UsageError("Name a document, or write `documents` into followthrough.toml.")
    return found


def something_known(found: Sequence[Workspace]) -> Sequence[Workspace]:
    """The workspaces. Raises :class:`UsageError` where no document is named, configured or known."""
    here = found[0]
    if not (
        here.explicit or here.settings.patterns or here.settings.asks_for_documents or here.state.exists()
    ):
        raise UsageError(
            f"{here.root}: no settings and no ledger here. "
            "Name a document, go where they are, or use --config."
        )
    return found


def request_for(
    workspace: Workspace,
    *,
    offline: bool = False,
    filing: bool = True,
    limit: int | None = None,
    since: str | None = None,
    items: Sequence[str] = (),
    kinds: Sequence[str] = (),
    confirmed: bool = False,
    by_hand: bool = True,
    extra: Sequence[str] = (),
    push: Sequence[str] = (),
    sparing: bool = False,
    whole: bool = False,
) -> Request:
    """A request over the workspace's documents, and ``extra`` ones that the ledger knows.

    With ``whole``, every ticket that the ledger knows is read.
    """
    settings = workspace.settings
    given = dict(workspace.paths)
    paths = [*workspace.paths, *((path, False) for path in extra if path not in given)]
    rules = Rules(
        since=day_of(since, "--since") or settings.since,
        ready=frozenset(status.lower() for status in settings.ready),
        first_run=settings.brakes.first_run,
        creates=settings.brakes.creates,
        limit=limit,
        only=frozenset(rooted(item, workspace) for item in items) or None,
        kinds=frozenset(kind for kind in kinds if kind_of(kind, "--kind")) or None,
        by_hand=by_hand,
    )
    return Request(
        paths=paths,
        rules=rules,
        filing=filing,
        offline=offline,
        confirmed=confirmed,
        push=frozenset(rooted(item, workspace) for item in push),
        pages=not (workspace.explicit or offline),
        excluded=workspace.excluded,
        at_once=PAGE if sparing else None,
        whole=whole,
    )


def confirmation(
    confirmed: str | None, *, saved: bool = False, yes: bool = False, asked: bool = False
) -> str:
    """How a person agreed to what is about to be done, as the ledger keeps it."""
    ways = {"hash": confirmed is not None, "plan": saved, "yes": yes, "asked": asked}
    return next((name for name, was in ways.items() if was), "")


def paths_and_items(
    paths: Sequence[str] | None, items: Sequence[str] | None
) -> tuple[list[str] | None, list[str]]:
    """``PATH:LINE`` names its document too, so that it need not be named twice."""
    wanted = list(items or ())
    homes = [item.rpartition(":")[0] for item in wanted if item.rpartition(":")[2].isdigit()]
    return [*(paths or ()), *dict.fromkeys(homes)] or None, wanted


def rooted(item: str, workspace: Workspace) -> str:
    """``PATH:LINE`` as seen from the root, however the current folder lies to it."""
    path, _, line = item.rpartition(":")
    if workspace.is_page(path):
        return item
    whole = Path.cwd() / path
    if not line.isdigit() or not whole.is_relative_to(workspace.root):
        return item
    return f"{whole.relative_to(workspace.root).as_posix()}:{line}"


def kind_of(text: str | None, option: str) -> str | None:
    """A kind given to an option. Raises :class:`UsageError` for anything else."""
    if text is not None and text not in {kind.value for kind in Kind}:
        raise UsageError(f"{option} {text}: is no kind. Known: {', '.join(kind.value for kind in Kind)}.")
    return text


def span_of(text: str | None, option: str) -> timedelta | None:
    """A length of time given to an option. Raises :class:`UsageError` for anything else."""
    from followthrough.settings.values import span

    if text is None:
        return None
    try:
        return span(text, "smhd", "30m or 26h")
    except ValueError as error:
        raise UsageError(f"{option} {text}: is no length of time; write it as 30m or 26h.") from error


def day_of(text: str | None, option: str) -> date | None:
    """A date given to an option. Raises :class:`UsageError` for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text}: is no date; write it as 2026-08-24.") from error
