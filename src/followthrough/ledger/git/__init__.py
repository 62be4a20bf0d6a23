"""The ledger on a branch of its own in the repository of the root: ``url = "git:BRANCH"``.

It is for places whose disk does not last, and for hosts that share one ledger. Opening it fetches the
branch and reads it whole; every commit is pushed before it returns, by compare-and-swap, so that of
two runs at once one ends with :class:`followthrough.ledger.LedgerBusy` before it sends anything more.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from followthrough.git.commands import TIMEOUT, Git
from followthrough.git.remotes import remote_for
from followthrough.ledger.git import faults, lines
from followthrough.ledger.git.branch import LocalBranch, MovedError, RemoteBranch, Tree
from followthrough.ledger.git.ledger import GitLedger, Loaded, first_files, load

__all__ = ["GitLedger", "address_of", "open_git", "put_aside", "try_push"]


def open_git(
    branch: str,
    root: Path,
    *,
    create: bool,
    random_name: Callable[[], str],
    remote: str | None = None,
    offline: bool = False,
    sleep: Callable[[float], None] = time.sleep,
    timeout: float = TIMEOUT,
) -> GitLedger:
    """Open the ledger on ``branch`` of the repository that ``root`` lies in.

    ``remote`` is the name of one, else ``origin``, else the only one there is; without any remote the
    branch is this repository's own. The branch is made with the first commit. With ``create=False``
    nothing in the repository changes, new objects included, and a missing branch is an empty ledger;
    ``offline`` then reads what this clone has seen last. Raises :class:`followthrough.ledger.LedgerError`.
    """
    git = Git(root=root, timeout=timeout)
    prefix = _prefix(git)
    with ExitStack() as stack:
        if not create:
            # Fetched objects go where they are gone afterwards: whoever reads leaves no trace.
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="followthrough-"))
            git = git.aside(Path(folder))
        place = _place(git, branch, _remote(git, remote), reading=not create, sleep=sleep)
        tree = Tree(git, place.called)

        def fresh() -> lines.Head:
            return lines.Head(lineage=random_name() if create else "", serial=0, root=prefix)

        def read() -> Loaded:
            tip = place.known() if offline else place.tip()
            loaded = load(tree, tip or _kept_here(git, place), fresh)
            loaded.at = tip
            _refuse_other_root(loaded, prefix, root, place.called)
            return loaded

        return GitLedger(tree, place if create else None, read(), read)


def try_push(branch: str, root: Path, *, remote: str | None = None) -> str | None:
    """Ask whether the ledger may be pushed, and change nothing; returns the remote, if there is one.

    Raises :class:`followthrough.ledger.LedgerError` where it may not. A server can still refuse what it
    is sent, by a rule for the branch.
    """
    with tempfile.TemporaryDirectory(prefix="followthrough-") as folder:
        git = Git(root=root).aside(Path(folder))
        place = _place(git, branch, _remote(git, remote), reading=True, sleep=time.sleep)
        if isinstance(place, LocalBranch):
            return None
        place.try_push(place.tip() or Tree(git, place.called).commit([], None, "Nothing\n"))
        return place.remote


def put_aside(branch: str, root: Path, *, random_name: Callable[[], str], remote: str | None = None) -> str:
    """Begin a new ledger on top of one that cannot be read, which stays in the branch's history.

    Returns how to find that. Raises :class:`followthrough.ledger.LedgerError` where there is no such one.
    """
    git = Git(root=root)
    prefix = _prefix(git)
    place = _place(git, branch, _remote(git, remote), reading=False, sleep=time.sleep)
    tree, tip = Tree(git, place.called), place.tip()
    head = lines.Head(lineage=random_name(), serial=0, root=prefix)
    try:
        load(tree, tip, lambda: head)
    except faults.Damaged:
        commit = tree.commit(first_files(tree, lines.written(head, ())), tip, "A new ledger [skip ci]\n")
        try:
            place.advance(tip, commit)
        except MovedError:
            raise faults.overtaken(place.called) from None
        return f"commit {tip}"
    raise faults.undamaged(place.called)


def _prefix(git: Git) -> str:
    """The root's path below the repository's top, with ``/`` at the end."""
    answer = git("rev-parse", "--show-prefix")
    if answer.ok:
        return answer.text
    if "not a git repository" in answer.said:
        raise faults.no_repository(git.root)
    raise faults.of_repository(f"the ledger of {git.root}", answer)


def address_of(root: Path, remote: str | None) -> str | None:
    """The address that the branch would be pushed to; ``None`` where there is no such remote."""
    git = Git(root=root)
    answer = git("remote", "get-url", "--push", _remote(git, remote) or "")
    return answer.text if answer.ok else None


def _remote(git: Git, asked: str | None) -> str | None:
    found, known = remote_for(git, asked)
    if found is None and (asked is not None or known):
        raise faults.no_such_remote(asked or "", ", ".join(known) or "none")
    return found


def _place(
    git: Git, branch: str, remote: str | None, *, reading: bool, sleep: Callable[[float], None]
) -> LocalBranch | RemoteBranch:
    ref = f"refs/heads/{branch}"
    if not git("check-ref-format", ref).ok:
        raise faults.no_name(branch)
    if remote is None:
        return LocalBranch(git=git, ref=ref)
    seen = f"refs/followthrough/{remote}/{branch}"
    return RemoteBranch(git=git, remote=remote, ref=ref, seen=seen, sleep=sleep, reading=reading)


def _kept_here(git: Git, place: LocalBranch | RemoteBranch) -> str | None:
    """Where the remote has no such branch yet: the one that this repository kept before it had a remote."""
    return LocalBranch(git=git, ref=place.ref).tip() if isinstance(place, RemoteBranch) else None


def _refuse_other_root(loaded: Loaded, prefix: str, root: Path, called: str) -> None:
    """Two folders with settings of their own cannot share a ledger; one that was moved keeps its own."""
    other = loaded.head.root
    if other != prefix:
        top = root.joinpath(*[".."] * prefix.count("/")).resolve()
        if (top / other / "followthrough.toml").is_file():
            raise faults.two_roots(called, other, prefix)
