"""Documents in a folder: the default source."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from followthrough.sources.disk import TEMPORARY_PREFIX
from followthrough.sources.interface import AtOnce, Content, Disk, SourceError, WriteRefused

SUFFIXES = frozenset(
    {".md", ".markdown", ".mdown", ".mkd", ".qmd", ".mdx", ".txt", ".text", ".mediawiki", ".wiki"}
    | {".rst", ".rest", ".adoc", ".asciidoc", ".org"}
)
"""What a folder given as a path is searched for, also with ``.erb`` behind it."""


def has_text(name: str) -> bool:
    """Whether a file called ``name`` is one that a folder is searched for."""
    return PurePosixPath(name.lower().removesuffix(".erb")).suffix in SUFFIXES


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource(AtOnce):
    """Files below ``root`` that match ``patterns`` and none of ``exclude``."""

    root: Path
    disk: Disk
    patterns: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def find(self) -> Iterable[str]:
        """The files that the patterns name, each once, in order of their paths."""
        return self.sort()[0]

    def sort(self) -> tuple[list[str], list[str]]:
        """The same, and the files that the patterns name and ``exclude`` leaves out."""
        found = sorted({path for pattern in self.patterns for path in matching(self.root, pattern)})
        out = [path for path in found if excluded(path, self.exclude)]
        return distinct(self.root, sorted({*found} - {*out})), out

    def exists(self, path: str) -> bool:
        try:
            (self.root / path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True  # nobody can say that it is gone
        return True

    def read(self, path: str) -> Content:
        try:
            return self.disk.read(self._resolved(path))
        except WriteRefused as refusal:
            raise SourceError(str(refusal)) from refusal

    def write(self, path: str, data: bytes, version: str) -> None:
        self.disk.replace(self._resolved(path), data, version)

    def nearby(self, path: str) -> Iterable[str]:
        folder = (self.root / path).parent
        if folder.is_dir():
            for name in matching(folder, "."):
                yield (folder / name).relative_to(self.root).as_posix()

    def leftover(self, path: str) -> bytes | None:
        try:
            return self.disk.leftover(self._resolved(path))
        except SourceError:
            return None  # reading it has said so

    def discard(self, path: str) -> None:
        self.disk.discard(self._resolved(path))

    def _resolved(self, path: str) -> Path:
        """The real file behind symbolic links, which must not lead out of the root."""
        try:
            resolved = (self.root / path).resolve(strict=True)
        except FileNotFoundError as error:
            raise SourceError(f"{self.root / path}: there is no such document. Check the path.") from error
        except (OSError, RuntimeError) as error:
            raise SourceError(
                f"{self.root / path}: cannot be followed ({error}). Check its links."
            ) from error
        if not resolved.is_relative_to(self.root.resolve()):
            raise WriteRefused(
                f"{self.root / path}: its symbolic link leads out of {self.root}. Name the real file."
            )
        return resolved


def matching(root: Path, pattern: str) -> Iterator[str]:
    """Files below ``root`` that a glob (``**`` for any depth) or a folder's name finds."""
    base = root / pattern
    files = _in_folder(base) if base.is_dir() else _in_glob(root, PurePosixPath(pattern).parts, root)
    names = (path.relative_to(root) if path.is_relative_to(root) else path for path in files)
    yield from distinct(root, (path.as_posix() for path in names))


def _in_glob(folder: Path, parts: tuple[str, ...], root: Path) -> Iterator[Path]:
    at = parts.index("**") if "**" in parts else None
    head = "/".join(parts[:at])
    # Path.glob follows no symbolic link to a folder, and people keep postmortems behind them.
    found = [folder / one for one in glob.glob(head, root_dir=folder)] if head else [folder]  # noqa: PTH207
    if at is None:
        yield from (one for one in found if not one.is_dir() and not one.name.startswith(TEMPORARY_PREFIX))
    else:
        for base in found:
            for below in _folders(base, root):
                yield from _in_glob(below, parts[at + 1 :] or ("*",), root)


def _folders(base: Path, root: Path) -> Iterator[Path]:
    """The folder and all below it inside the root, each once however links run; hidden ones left out."""
    top, seen, linked, waiting = os.path.realpath(root), set[str](), list[Path](), [base]
    while waiting or linked:
        folder = waiting.pop() if waiting else linked.pop()  # by its own name first
        real = os.path.realpath(folder)
        if real in seen or not Path(real).is_relative_to(top):
            continue
        seen.add(real)
        try:
            with os.scandir(folder) as entries:
                inner = [one for one in entries if not one.name.startswith(".") and one.is_dir()]
        except OSError:
            continue
        yield folder
        for one in inner:
            (linked if one.is_symlink() else waiting).append(folder / one.name)


def _in_folder(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if has_text(name) and not name.startswith("."):
                yield Path(parent) / name


def distinct(root: Path, paths: Iterable[str]) -> list[str]:
    """Each file once, under its own name, however many links lead to it."""
    return sorted(set(one_name(root, sorted(paths)).values()))


def one_name(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """For each path the one name of its file: two names of a file, by link, are one document.

    A symbolic link takes the name it leads to, unless that lies outside of ``root``; of hard links
    the first stands for all.
    """
    base = root.resolve()
    names: dict[str, str] = {}
    first: dict[tuple[int, int], str] = {}
    for path in paths:
        try:
            real = (root / path).resolve(strict=True)
            status = real.stat()
        except (OSError, RuntimeError):  # a loop of links is a RuntimeError before Python 3.13
            names[path] = path  # reading it will say what is wrong
            continue
        name = real.relative_to(base).as_posix() if real.is_relative_to(base) else path
        names[path] = first.setdefault((status.st_dev, status.st_ino), name)
    return names


def excluded(path: str, patterns: Sequence[str]) -> bool:
    """Whether one of the globs names the path; ``**/`` stands for any number of folders, none as well."""
    return any(fnmatchcase(path, reading) for pattern in patterns for reading in _readings(pattern))


def _readings(pattern: str) -> list[str]:
    """The glob with each ``**/`` kept and left out."""
    head, stars, tail = pattern.partition("**/")
    if not stars:
        return [pattern]
    return [head + more + rest for more in ("", stars) for rest in _readings(tail)]
