"""Asking a remote, with no trace in the user's own refs, and moving one branch there by compare-and-swap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from followthrough.git.commands import Answer, Git

__all__ = ["Heads", "fetch", "listed", "push", "remote_for"]

_SYMREF: Final = "ref: "


@dataclass(frozen=True, slots=True)
class Heads:
    """What a remote has: where its ``HEAD`` leads, and the commits of the refs that were asked for."""

    default: str | None
    """``refs/heads/…``; ``None`` where it has no such branch, or does not tell."""
    commits: Mapping[str, str]


def listed(git: Git, remote: str, refs: Sequence[str]) -> Heads | Answer:
    """Ask a remote for its ``HEAD`` and for refs by their whole names; git's answer where that fails."""
    answer = git("ls-remote", "--symref", remote, "HEAD", *refs)
    if not answer.ok:
        return answer
    default, commits = None, {}
    for line in answer.text.splitlines():
        what, _, name = line.partition("\t")
        if what.startswith(_SYMREF):
            default = what.removeprefix(_SYMREF) if name == "HEAD" else default
        elif name in refs or name == "HEAD":  # a pattern also finds names that only end so
            commits[name] = what
    return Heads(default if default and "HEAD" in commits else None, commits)


def fetch(git: Git, remote: str, refs: Sequence[str], *, quiet: bool = False) -> Answer:
    """Bring the commits of these refs here, into no ref; ``quiet`` tidies nothing up in the repository."""
    words = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-prune")
    # An empty refmap keeps git from moving its own copies of the branches.
    more = ("--no-auto-maintenance",) if quiet else ()
    return git("fetch", *words, "--no-filter", "--refmap=", *more, remote, *refs)


def push(git: Git, remote: str, ref: str, *, old: str | None, new: str | None) -> Answer:
    """Move a remote's branch from ``old`` to ``new``, if it still is there. ``None`` is no such branch."""
    return git(
        *("-c", f"remote.{remote}.mirror=false"),  # with which git takes no branch by its name
        *("push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags", "--quiet"),
        *("--recurse-submodules=no", f"--force-with-lease={ref}:{old or ''}"),
        *(remote, f"{new or ''}:{ref}"),
    )


def remote_for(git: Git, asked: str | None) -> tuple[str | None, Sequence[str]]:
    """The remote that is meant, and all there are: the one asked for, ``origin``, or the only one.

    ``None`` where there is none, none of that name, or no telling which.
    """
    known = git("remote").text.split()
    if asked is not None:
        return (asked if asked in known else None), known
    if "origin" in known:
        return "origin", known
    return (known[0] if len(known) == 1 else None), known
