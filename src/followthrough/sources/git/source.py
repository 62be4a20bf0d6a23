"""Files of a branch as documents: read as they stand there, written to the branch of ours in one commit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from followthrough.git.commands import Git
from followthrough.settings.git import GitSettings
from followthrough.sources.disk import version_of
from followthrough.sources.folder import excluded
from followthrough.sources.git import faults
from followthrough.sources.git.branches import TRIES, Branches, MovedError, branches_of
from followthrough.sources.git.repository import LINK, Blobs, Entry, Repository
from followthrough.sources.git.view import View, looked
from followthrough.sources.globs import named
from followthrough.sources.interface import Changed, Content, PlaceError, SourceError

if TYPE_CHECKING:
    from followthrough.connector import Finding

__all__ = ["MESSAGE", "GitSource"]

MESSAGE: Final = "Status of action items"
"""The first line of our commits."""
LFS: Final = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class _Staged:
    """A document that waits to be published."""

    before: str
    """The version that it was made from."""
    file: Path


class GitSource:
    """The documents of the root's repository. It asks nothing before it is used.

    What is written waits for :meth:`publish`: one commit, and one push, for all of it.
    """

    name = "git"

    def __init__(
        self,
        settings: GitSettings,
        root: Path,
        *,
        exclude: Sequence[str] = (),
        reading: bool,
        sleep: Callable[[float], None],
    ) -> None:
        self.settings = settings
        self._git = Git(root=root)
        self._exclude = exclude
        self._reading = reading
        """Nothing in the repository may change, new objects included."""
        self._sleep = sleep
        self._stack = ExitStack()
        self._opened: tuple[Repository, Branches, Blobs, Path] | None = None
        self._view: View | None = None
        self._staged: dict[str, _Staged] = {}
        self._numbers = count()
        self._trouble: PlaceError | None = None
        self._blocked: PlaceError | None = None
        """Why nothing can be written, while all can be read."""

    @property
    def trouble(self) -> PlaceError | None:
        return self._trouble or self._blocked

    def owns(self, path: str) -> bool:
        """Whatever no other place owns."""
        return True

    def url(self, path: str) -> None:
        """Where a repository is looked at is not this place's to know."""

    def live(self, scope: str) -> None:
        """A text shows no state by itself."""

    @property
    def where(self) -> str:
        """The branch that is read, in a sentence. Raises :class:`PlaceError`."""
        repository = self._branches().where
        return f"the branch {self._looked().tips.name} of {repository}"

    def find(self) -> list[str]:
        """The documents that the settings name, in order of their paths. Raises :class:`PlaceError`."""
        view = self._looked()
        texts = (path for path, entry in view.files.items() if entry.mode != LINK)
        found = [path for path in named(texts, self.settings.documents) if not excluded(path, self._exclude)]
        self._open()[0].bring(view.tips.base, {view.files[path].blob for path in found})
        return found

    def exists(self, path: str) -> bool:
        try:
            return path in self._looked().files
        except PlaceError:
            return True  # nobody can say that it is gone

    def nearby(self, path: str) -> list[str]:
        """The texts in the document's folder."""
        folder = path.rpartition("/")[0]
        return named(self._looked().files, [folder or "."])

    def read(self, path: str) -> Content:
        try:
            entry = self._looked().entry(path)
            if entry is None:
                raise SourceError(faults.gone(path, self.where))
            data = self._staged[path].file.read_bytes() if path in self._staged else self._text(path, entry)
        except PlaceError as error:
            raise SourceError(f"{path}: {error}") from error
        return Content(data, version_of(data))

    def _text(self, path: str, entry: Entry) -> bytes:
        if entry.mode == LINK:
            raise SourceError(f"{path}: is a symbolic link. Name the real file.")
        try:
            data = self._open()[2].read(entry.blob)
        except SourceError as error:
            raise SourceError(f"{path}: {error}") from error
        if data.startswith(LFS):
            raise SourceError(
                f"{path}: lies in Git LFS, and the branch holds only a pointer to it. Take it out of LFS."
            )
        return data

    def write(self, path: str, data: bytes, version: str) -> None:
        """Keep it for :meth:`publish`. Raises :class:`Changed` and :class:`PlaceError`."""
        if self.read(path).version != version:
            raise Changed(f"{path}: was written by somebody else meanwhile.")
        view = self._looked()
        if view.foreign is not None:
            self._blocked = faults.of_somebody_else(self.settings.branch, view.foreign)
            raise self._blocked
        file = self._open()[3] / str(next(self._numbers))
        before = self._staged[path].before if path in self._staged else version
        file.write_bytes(data)
        self._staged[path] = _Staged(before, file)

    def puts_off(self, path: str) -> bool:
        """What is written here waits for :meth:`publish`."""
        return True

    def publish(self) -> dict[str, SourceError]:
        """One commit of all that waits, and the branch moved to it; what did not get there, and why.

        A branch with nothing left to merge is deleted.
        """
        failed: dict[str, SourceError] = {}
        try:
            for _ in range(TRIES):
                if not (self._staged or self._is_merged()):
                    return failed
                try:
                    self._move()
                    return failed
                except MovedError:
                    failed |= self._looked_again()
            raise faults.in_motion(self._branches().where)
        except PlaceError as error:
            self._trouble = error
            return {**failed, **dict.fromkeys(self._staged, error)}
        finally:
            self._staged.clear()

    def _is_merged(self) -> bool:
        """Whether our branch has been read and holds nothing any more that the base does not hold."""
        view = self._view
        if view is None or view.tips.ours is None:
            return False
        return not (view.edits or view.beside or view.foreign)

    def _move(self) -> None:
        repository, branches, view = self._open()[0], self._branches(), self._looked()
        blobs = repository.keep([one.file for one in self._staged.values()])
        staged = {
            path: Entry(view.files[path].mode, blob) for path, blob in zip(self._staged, blobs, strict=True)
        }
        old = view.tips.ours
        new = repository.commit(view.tips.base, view.ours(repository, staged), MESSAGE)
        if new != old:
            branches.move(old, new)
        tips = replace(view.tips, ours=new)
        self._view = replace(view, tips=tips, edits={**view.edits, **staged} if new else {})

    def _looked_again(self) -> dict[str, SourceError]:
        """Somebody moved a branch: what was made from other words than those that stand now is left."""
        self._view = None
        view = self._looked()  # if that fails, all that waits is still known, and told as not published
        staged, self._staged = self._staged, {}
        failed: dict[str, SourceError] = {}
        for path, one in staged.items():
            try:
                now = self.read(path).version
            except SourceError as error:
                failed[path] = error
                continue
            if view.foreign is not None or now != one.before:
                failed[path] = Changed(f"{path}: was written by somebody else meanwhile.")
            else:
                self._staged[path] = one
        return failed

    def leftover(self, path: str) -> None:
        """A commit is there whole or not at all."""

    def discard(self, path: str) -> None:
        """There is nothing to discard."""

    def close(self) -> None:
        """Give everything back; what was not published is forgotten."""
        self._stack.close()
        self._staged.clear()
        self._opened = self._view = None

    def seen(self) -> tuple[View, Branches]:
        """Both branches as they are, and where they lie. Raises :class:`PlaceError`."""
        return self._looked(), self._branches()

    def check(self) -> Iterator[Finding]:
        """What ``doctor`` has to say. Raises :class:`PlaceError`."""
        from followthrough.sources.git.checking import findings

        return findings(self)

    def _branches(self) -> Branches:
        return self._open()[1]

    def _looked(self) -> View:
        if self._trouble is not None:
            raise self._trouble
        if self._view is None:
            try:
                repository, branches, blobs, shelf = self._open()
                self._view = looked(repository, branches.tips(), blobs.read, _Keeper(repository, shelf))
            except PlaceError as error:
                self._trouble = error
                raise
            except SourceError as error:  # an object that git cannot give
                self._trouble = PlaceError(str(error))
                raise self._trouble from error
        return self._view

    def _open(self) -> tuple[Repository, Branches, Blobs, Path]:
        if self._opened is None:
            shelf = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="followthrough-")))
            answer = self._git("rev-parse", "--show-prefix")
            if not answer.ok and "not a git repository" in answer.said:
                raise faults.no_repository(self._git.root)
            if not answer.ok:
                raise faults.of_repository(answer)
            # Even a command that compares two trees reads the index, and spreads out a sparse one.
            git = replace(self._git, index=shelf / "index")
            git = git.aside(_folder(shelf, "objects")) if self._reading else git
            repository = Repository(git, answer.out.decode(errors="surrogateescape").rstrip("\n"))
            branches = branches_of(self.settings, repository, reading=self._reading, sleep=self._sleep)
            blobs = Blobs(git)
            self._stack.callback(blobs.close)
            self._opened = repository, branches, blobs, _folder(shelf, "waiting")
        return self._opened


@dataclass(frozen=True, slots=True)
class _Keeper:
    """Makes an object of bytes."""

    repository: Repository
    shelf: Path

    def __call__(self, data: bytes) -> str:
        file = self.shelf / "merged"
        file.write_bytes(data)
        return self.repository.keep([file])[0]


def _folder(shelf: Path, name: str) -> Path:
    folder = shelf / name
    folder.mkdir()
    return folder
