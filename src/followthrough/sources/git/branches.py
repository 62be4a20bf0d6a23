"""Where the two branches lie: with a remote, or in this repository alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from followthrough.git.answers import Trouble, lost_race, trouble_of
from followthrough.git.commands import Git
from followthrough.git.remotes import Heads, fetch, listed, push, remote_for
from followthrough.settings.git import AUTO, GitSettings
from followthrough.sources.git import faults
from followthrough.sources.git.repository import Repository
from followthrough.sources.interface import PlaceError

__all__ = ["Branches", "MovedError", "Tips", "branches_of"]

TRIES: Final = 3
WAIT: Final = 2.0
"""Seconds before a push is tried again; twice as many before the third time."""
_HEADS: Final = "refs/heads/"
_USUAL: Final = ("main", "master", "trunk")
"""Default branches, where no remote tells."""


class MovedError(Exception):
    """Our branch is no longer where it was: the compare-and-swap is lost."""


@dataclass(frozen=True, slots=True)
class Tips:
    """The commits that the branches are at."""

    name: str
    """Of the base, as people say it: ``main``."""
    base: str
    ours: str | None


class Branches(Protocol):
    """The base, and the branch of ours."""

    @property
    def where(self) -> str:
        """What holds them, in a sentence: ``origin``."""
        ...

    def tips(self) -> Tips:
        """Both as they are now, to be read here. Raises :class:`PlaceError`."""
        ...

    def move(self, old: str | None, new: str | None) -> None:
        """Move ours; ``None`` is no branch. Raises :class:`MovedError` and :class:`PlaceError`."""
        ...

    def try_move(self, tips: Tips) -> None:
        """Ask whether ours may be moved, and change nothing. Raises :class:`PlaceError`."""
        ...


def branches_of(
    settings: GitSettings, repository: Repository, *, reading: bool, sleep: Callable[[float], None]
) -> Branches:
    """The branches that the settings mean. Raises :class:`PlaceError`."""
    git = repository.git
    remote, known = remote_for(git, settings.remote)
    if remote is not None:
        return RemoteBranches(repository, remote, settings.base, settings.branch, reading, sleep)
    if known or settings.remote is not None:
        raise faults.no_such_remote(settings.remote, ", ".join(known))
    return LocalBranches(git, settings.base, settings.branch)


@dataclass(frozen=True, slots=True)
class RemoteBranches:
    """Of a remote. This repository gets no branch, only notes of what it has seen of them."""

    repository: Repository
    remote: str
    base: str
    branch: str
    reading: bool
    """Nothing in the repository may change."""
    sleep: Callable[[float], None]

    @property
    def where(self) -> str:
        return self.remote

    def tips(self) -> Tips:
        ours, named = f"{_HEADS}{self.branch}", f"{_HEADS}{self.base}"
        for _ in range(TRIES):
            heads = self._listed([ours] if self.base == AUTO else [ours, named])
            base = heads.default if self.base == AUTO else named
            if base is None:
                raise faults.no_default(f"The remote {self.remote}")
            at = heads.commits.get("HEAD" if self.base == AUTO else named)
            if at is None:
                raise faults.no_base(f"The remote {self.remote}", base.removeprefix(_HEADS))
            found = {base: at} | ({ours: heads.commits[ours]} if ours in heads.commits else {})
            if self._fetched(found):
                return Tips(base.removeprefix(_HEADS), at, found.get(ours))
        raise faults.in_motion(self.remote)

    def _listed(self, refs: Sequence[str]) -> Heads:
        heads = listed(self.repository.git, self.remote, refs)
        if not isinstance(heads, Heads):
            raise faults.of_network(self.remote, heads)
        return heads

    def _fetched(self, found: dict[str, str]) -> bool:
        """Whether all are here; a branch that moves between two questions is not."""
        missing = [ref for ref, commit in found.items() if not self.repository.has(commit)]
        if missing:
            answer = fetch(self.repository.git, self.remote, missing, quiet=self.reading)
            if not answer.ok and not {*missing} - {*self._listed(missing).commits}:
                raise faults.of_network(self.remote, answer)
        if not all(self.repository.has(found[ref]) for ref in missing):
            return False
        for ref, commit in found.items():
            self._note(ref, commit)
        return True

    def _note(self, ref: str, commit: str) -> None:
        """Keep what was seen from being collected, so that the next night need not fetch it again."""
        seen = f"refs/followthrough/{self.remote}/{ref.removeprefix(_HEADS)}"
        if not self.reading and self.repository.git("rev-parse", "--verify", "--quiet", seen).text != commit:
            self.repository.git("update-ref", seen, commit)

    def move(self, old: str | None, new: str | None) -> None:
        ref, error = f"{_HEADS}{self.branch}", None
        for number in range(TRIES):
            if number:
                self.sleep(WAIT * 2 ** (number - 1))
            answer = push(self.repository.git, self.remote, ref, old=old, new=new)
            if answer.ok or self._landed(ref, old, new):
                if new is not None:
                    self._note(ref, new)
                return
            error = faults.of_network(self.remote, answer, branch=self.branch)
            if trouble_of(answer, writing=True) is not Trouble.OTHER and not lost_race(answer):
                raise error
        raise error or faults.in_motion(self.remote)

    def _landed(self, ref: str, old: str | None, new: str | None) -> bool:
        """Whether a push that failed has moved the branch all the same: an answer can get lost."""
        try:
            now = self._listed([ref]).commits.get(ref)
        except PlaceError:
            return False
        if now == new:
            return True
        if now != old:
            raise MovedError
        return False

    def try_move(self, tips: Tips) -> None:
        commit = tips.ours or tips.base
        mirror = ("-c", f"remote.{self.remote}.mirror=false")
        words = (*mirror, "push", "--dry-run", "--no-verify", "--quiet", self.remote)
        answer = self.repository.git(*words, f"{commit}:{_HEADS}{self.branch}")
        if not answer.ok:
            raise faults.of_network(self.remote, answer, branch=self.branch)


@dataclass(frozen=True, slots=True)
class LocalBranches:
    """Of this repository, which has no remote."""

    git: Git
    base: str
    branch: str

    @property
    def where(self) -> str:
        return "this repository"

    def tips(self) -> Tips:
        names = _USUAL if self.base == AUTO else (self.base,)
        found = next(((name, commit) for name in names if (commit := self._at(name))), None)
        if found is None:
            raise (
                faults.no_default("This repository")
                if self.base == AUTO
                else faults.no_base("This repository", self.base)
            )
        return Tips(*found, self._at(self.branch))

    def _at(self, branch: str) -> str | None:
        return self.git("rev-parse", "--verify", "--quiet", f"{_HEADS}{branch}^{{commit}}").text or None

    def move(self, old: str | None, new: str | None) -> None:
        ref = f"{_HEADS}{self.branch}"
        # Whoever has it checked out would see everything we change as taken back.
        if f"branch {ref}" in self.git("worktree", "list", "--porcelain").text.splitlines():
            raise PlaceError(f"The branch {self.branch} is checked out. Switch to another one, then again.")
        words = (
            ("-d", ref, old or "") if new is None else ("--create-reflog", ref, new, old or "0" * len(new))
        )
        answer = self.git("update-ref", *words)
        if not answer.ok:
            if self._at(self.branch) != old:
                raise MovedError
            raise faults.of_repository(answer)

    def try_move(self, tips: Tips) -> None:
        """A repository takes its own branches."""
