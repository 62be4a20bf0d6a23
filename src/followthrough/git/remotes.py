"""Asking a remote, with no trace in the user's own refs, and moving one branch there by compare-and-swap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from followthrough.git.commands import Answer, Git

__all__ = ["Heads", "fetch", "fetch_objects", "listed", "promisor", "push", "remote_for"]

_SYMREF: Final = "ref: "
_FETCH: Final = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-prune")
_UNTIDY: Final = ("--no-auto-maintenance",)


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
    # An empty refmap keeps git from moving its own copies of the branches.
    more = ("--no-filter", "--refmap=", *(_UNTIDY if quiet else ()))
    return git("fetch", *_FETCH, *more, remote, *refs)


def fetch_objects(git: Git, remote: str, objects: Iterable[str], *, quiet: bool) -> Answer:
    """Bring these objects of a partial clone here at once; git by itself fetches each when it is read."""
    words = (*_FETCH, "--filter=blob:none", "--stdin", *(_UNTIDY if quiet else ()))
    given = "".join(f"{one}\n" for one in objects).encode()
    return git("-c", "fetch.negotiationAlgorithm=noop", "fetch", *words, remote, given=given)


def promisor(git: Git) -> str | None:
    """The remote that a partial clone gets what it lacks from; ``None`` for a whole one."""
    found = git("config", "--get-regexp", r"^remote\..*\.promisor$").text.splitlines()
    return next((line.split()[0].split(".", 1)[1].removesuffix(".promisor") for line in found), None)


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
