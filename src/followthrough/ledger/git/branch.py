"""One branch that holds files of its own: read, and moved on by compare-and-swap.

Only git's plumbing is used, so that neither the work tree nor the index is touched. The branch grows
by fast-forward alone: what another host has pushed can never be thrown away, and a server that
refuses forced pushes is no obstacle.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final, Protocol

from followthrough.git.answers import lost_race
from followthrough.git.commands import Git
from followthrough.git.remotes import Heads, fetch, listed, push
from followthrough.ledger.git import faults
from followthrough.ledger.interface import LedgerError

TRIES: Final = 3
WAIT: Final = 2.0
"""Seconds before a push is tried again; twice as many before the third time."""


def _lines(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0:
        line = file.readline(size)
        size -= len(line)
        yield line


class MovedError(Exception):
    """The branch is no longer where it was: the compare-and-swap is lost."""


class Place(Protocol):
    """Where the branch lies: with a remote, or in this repository alone."""

    @property
    def called(self) -> str:
        """The branch in a sentence."""
        ...

    def tip(self) -> str | None:
        """The commit it is at, to be read here; ``None`` where it does not exist."""
        ...

    def known(self) -> str | None:
        """The commit it was at when it was last looked at, without asking anybody."""
        ...

    def advance(self, old: str | None, new: str) -> None:
        """Move it from ``old`` to ``new``. Raises :class:`MovedError` where it is elsewhere."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the branch."""

    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Reading and making commits."""

    git: Git
    called: str

    def entries(self, commit: str) -> list[Entry]:
        """Its files, in the order of their names."""
        answer = self.git("ls-tree", "-r", "-z", "--full-tree", commit)
        if not answer.ok:
            raise faults.of_repository(self.called, answer)
        found = []
        for line in answer.out.split(b"\0"):
            if line:
                about, _, path = line.partition(b"\t")
                found.append(Entry(path.decode(errors="replace"), about.split()[2].decode()))
        return found

    def contents(self, entries: Sequence[Entry]) -> Iterator[tuple[str, int, Iterator[bytes]]]:
        """Of each its path, its size in bytes, and its lines, to be read before the next one is asked for.

        They come from a file of ours: a large ledger's bytes and its records together take twice the memory.
        """
        given = "".join(f"{one.blob}\n" for one in entries).encode()
        with tempfile.TemporaryFile(prefix="followthrough-") as file:
            answer = self.git("cat-file", "--batch", given=given, into=file)
            if not answer.ok:
                raise faults.of_repository(self.called, answer)
            file.seek(0)
            for one in entries:
                words = file.readline().split()
                if len(words) != 3:
                    raise faults.damaged(self.called, one.blob, f"git cannot find {one.path}")
                end = file.tell() + int(words[2])
                yield one.path, int(words[2]), _lines(file, int(words[2]))
                file.seek(end + 1)

    def keep(self, path: str, data: bytes) -> Entry:
        """A new file."""
        return Entry(path, self._made("hash-object", "-w", "--stdin", "--no-filters", given=data))

    def commit(self, entries: Sequence[Entry], parent: str | None, message: str) -> str:
        """A commit of these files, on no branch yet. Folders are one deep."""
        folders: dict[str, list[Entry]] = {}
        for one in entries:
            folder, _, name = one.path.rpartition("/")
            folders.setdefault(folder, []).append(Entry(name, one.blob))
        lines = [f"100644 blob {one.blob}\t{one.path}\n" for one in folders.pop("", [])]
        for folder, inside in folders.items():
            text = "".join(f"100644 blob {one.blob}\t{one.path}\n" for one in inside)
            lines.append(f"040000 tree {self._made('mktree', given=text.encode())}\t{folder}\n")
        tree = self._made("mktree", given="".join(lines).encode())
        after = ("-p", parent) if parent else ()
        return self._made("commit-tree", *after, "-F", "-", tree, given=message.encode())

    def _made(self, *words: str, given: bytes) -> str:
        answer = self.git(*words, given=given)
        if not answer.ok:
            raise faults.of_repository(self.called, answer)
        return answer.text

    def holds(self, commit: str, older: str) -> bool:
        """Whether ``commit`` comes after ``older``, or is it."""
        return self.git("merge-base", "--is-ancestor", older, commit).ok

    def has(self, commit: str) -> bool:
        """Whether the commit is here, with its files."""
        return self.git("cat-file", "-e", f"{commit}^{{tree}}").ok


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalBranch:
    """A branch of this repository, which has no remote: it lasts as long as the repository."""

    git: Git
    ref: str

    @property
    def called(self) -> str:
        return f"the ledger's branch {self.ref.removeprefix('refs/heads/')}"

    def tip(self) -> str | None:
        return self.git("rev-parse", "--verify", "--quiet", f"{self.ref}^{{commit}}").text or None

    def known(self) -> str | None:
        return self.tip()

    def advance(self, old: str | None, new: str) -> None:
        # Whoever has it checked out would see everything we add as taken away.
        listed = self.git("worktree", "list", "--porcelain").text.splitlines()
        if f"branch {self.ref}" in listed:
            raise faults.checked_out(self.called)
        answer = self.git("update-ref", "--create-reflog", self.ref, new, old or "0" * len(new))
        if answer.ok:
            return
        if self.tip() != old:
            raise MovedError
        raise faults.of_repository(self.called, answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteBranch:
    """A branch of a remote. This repository gets no branch, only a note of what it has seen."""

    git: Git
    remote: str
    ref: str
    """``refs/heads/…``"""
    seen: str
    """Our own ref for the last commit seen, which keeps it and what came before from being collected."""
    sleep: Callable[[float], None]
    reading: bool = False
    """Nothing in the repository may change."""

    @property
    def called(self) -> str:
        return f"the ledger's branch {self.ref.removeprefix('refs/heads/')} of {self.remote}"

    def tip(self) -> str | None:
        for _ in range(TRIES):
            commit = self._listed()
            if commit is None:
                if seen := self.known():
                    raise faults.gone(self.called, seen, f"{self.remote} {seen}:{self.ref}", self.seen)
                return None
            if self._fetched(commit):
                self._check(commit)
                self._refuse_fork(commit)
                return commit
        raise faults.overtaken(self.called)

    def _listed(self) -> str | None:
        heads = listed(self.git, self.remote, [self.ref])
        if not isinstance(heads, Heads):
            raise faults.of_network(self.called, heads)
        return heads.commits.get(self.ref)

    def _fetched(self, commit: str) -> bool:
        if self._tree.has(commit):
            return True
        answer = fetch(self.git, self.remote, [self.ref], quiet=self.reading)
        if not answer.ok and self._listed() is not None:
            raise faults.of_network(self.called, answer)
        return self._tree.has(commit)

    @property
    def _tree(self) -> Tree:
        return Tree(self.git, self.called)

    def _check(self, commit: str) -> None:
        seen = self.known()
        if seen is not None and not self._tree.holds(commit, seen):
            raise faults.rewritten(self.called, seen, self.seen)
        self._note(commit, seen)

    def _refuse_fork(self, commit: str) -> None:
        """A branch of this repository that was kept before it had this remote is another ledger."""
        mine = LocalBranch(git=self.git, ref=self.ref).tip()
        if mine is not None and not self._tree.holds(commit, mine):
            raise faults.two_ledgers(self.called, self.ref.removeprefix("refs/heads/"))

    def known(self) -> str | None:
        return self.git("rev-parse", "--verify", "--quiet", f"{self.seen}^{{commit}}").text or None

    def _note(self, commit: str, before: str | None) -> None:
        if not self.reading and commit != before:
            self.git("update-ref", self.seen, commit)

    def advance(self, old: str | None, new: str) -> None:
        error: LedgerError | None = None
        for number in range(TRIES):
            if number:
                self.sleep(WAIT * 2 ** (number - 1))
            answer = push(self.git, self.remote, self.ref, old=old, new=new)
            if answer.ok or self._landed(old, new):
                self._note(new, old)
                return
            error = faults.of_network(self.called, answer, writing=True)
            if faults.is_final(error) and not lost_race(answer):
                raise error
        raise error or faults.overtaken(self.called)

    def try_push(self, commit: str) -> None:
        """Ask whether a push would be let in, without sending anything. Raises :class:`LedgerError`."""
        answer = self.git("push", "--dry-run", "--no-verify", "--quiet", self.remote, f"{commit}:{self.ref}")
        if not answer.ok:
            raise faults.of_network(self.called, answer, writing=True)

    def _landed(self, old: str | None, new: str) -> bool:
        """Whether a push that failed has moved the branch all the same: an answer can get lost."""
        try:
            now = self._listed()
        except LedgerError:
            return False
        if now == old:
            return False
        if now is not None and (now == new or (self._fetched(now) and self._tree.holds(now, new))):
            return True
        raise MovedError
