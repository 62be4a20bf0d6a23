"""Files replaced whole: read, compare, write beside, sync, rename.

A rename breaks symbolic links, hard links, modes and owners unless they are looked after; the
reasons stand in `docs/explanation/documents.md`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Generator
from pathlib import Path

from followthrough.sources.exchanging import put_in_place
from followthrough.sources.interface import Changed, Content, SourceError, WriteRefused

TEMPORARY_PREFIX = ".followthrough-"
BEGUN = ".new"
"""Ends the name of a file that is not whole yet: whatever it holds, nobody but us wrote it."""


class RealDisk:
    """The machine's file system. ``step`` is told the steps of a replacement, for tests that end there."""

    def __init__(self, step: Callable[[str], None] = lambda _step: None) -> None:
        self._step = step

    def read(self, path: Path) -> Content:
        try:
            with open(path, "rb", opener=_without_waiting) as file:  # Path.open knows no opener
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise SourceError(f"{path}: is not a regular file. Name a document.")
                data = file.read()
        except IsADirectoryError as error:
            raise SourceError(f"{path}: is a folder. Name a document or a glob.") from error
        except OSError as error:
            raise SourceError(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error
        return Content(data, version_of(data), _obstacle(path, status))

    def replace(self, path: Path, data: bytes, version: str) -> None:
        """See :class:`followthrough.sources.interface.Disk`. Syncs the file and then its folder."""
        try:
            self._replace(path, data, version)
        except OSError as error:
            raise SourceError(
                f"{path}: the disk failed ({error.strerror}). The next run looks at it again."
            ) from error

    def _replace(self, path: Path, data: bytes, version: str) -> None:
        with _locked(path) as status:
            obstacle = _obstacle(path, status)
            if obstacle:
                raise WriteRefused(f"{path}: {obstacle}")
            try:
                temporary = _write_beside(path, data, status)
            except OSError as error:
                raise WriteRefused(
                    f"{path}: cannot be written ({error.strerror}). The old text stands."
                ) from error
            try:
                self._step("temporary written")
                temporary = temporary.replace(_beside(path))
                if not put_in_place(temporary, path, lambda one: version_of(one.read_bytes()) == version):
                    raise Changed(f"{path}: was edited meanwhile; nothing written. The next run takes it up.")
                self._step("replaced")
            except OSError as error:
                raise WriteRefused(
                    f"{path}: cannot be replaced ({error.strerror}). The old text stands."
                ) from error
            finally:
                temporary.unlink(missing_ok=True)
            _sync_folder(path.parent)

    def leftover(self, path: Path) -> bytes | None:
        """Nothing but its beginning, which is ours, counts as no bytes."""
        try:
            return _beside(path).read_bytes()
        except OSError:
            return b"" if _beside(path, BEGUN).exists() else None

    def discard(self, path: Path) -> None:
        for name in (_beside(path), _beside(path, BEGUN)):
            name.unlink(missing_ok=True)


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a FIFO is opened at once, too, instead of when somebody writes to it."""
    return os.open(path, flags | os.O_NONBLOCK)


def version_of(data: bytes) -> str:
    """The version of a file's bytes: their SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _obstacle(path: Path, status: os.stat_result) -> str | None:
    """Why this file must not be replaced, or ``None``."""
    if status.st_nlink > 1:
        return "has several names (hard links), which replacing it would part. It is only read."
    if status.st_uid != os.geteuid():
        return "belongs to another user. It is only read."
    if not status.st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        return "is write-protected. It is only read; allow writing to get links into it."
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return "lies in a folder that cannot be written. It is only read; allow writing there for links."
    return None


@contextlib.contextmanager
def _locked(path: Path) -> Generator[os.stat_result]:
    """Hold an advisory lock on the file, against another of our own processes, and give its status."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise WriteRefused(f"{path}: cannot be opened ({error.strerror}).") from error
    try:
        with contextlib.suppress(OSError):  # some network file systems have no locks; the hash still guards
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield os.fstat(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path, end: str = "") -> Path:
    # One name a document, so that what a killed run left behind is written over, not left for good.
    name = hashlib.sha256(path.name.encode()).hexdigest()[:16]
    return path.with_name(f"{TEMPORARY_PREFIX}{name}{end}")


def _write_beside(path: Path, data: bytes, status: os.stat_result) -> Path:
    temporary = _beside(path, BEGUN)
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
            if status.st_gid != os.fstat(file.fileno()).st_gid:
                os.fchown(file.fileno(), -1, status.st_gid)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except PermissionError:
        return  # it may be written but not listed, and then nobody but the kernel can sync it
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot sync folders
            raise
    finally:
        os.close(descriptor)
