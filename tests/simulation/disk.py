"""Documents on a virtual disk: what was not synced may be lost or torn when the power fails."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.stage import Stage

from followthrough.sources.disk import TEMPORARY_PREFIX, version_of
from followthrough.sources.interface import AtOnce, Changed, Content, SourceError, WriteRefused


@dataclass
class Files:
    """One folder: what processes see, and what is on the platter. A rename is durable once the folder is."""

    seen: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    synced: dict[str, bytes] = field(default_factory=dict)
    """Bytes of files that were synced before they had a durable name."""

    def put(self, name: str, data: bytes) -> None:
        """What people write, long before the power can fail."""
        self.seen[name] = self.kept[name] = data
        self.synced.pop(name, None)

    def remove(self, name: str) -> None:
        for files in (self.seen, self.kept, self.synced):
            files.pop(name, None)

    def write(self, name: str, data: bytes) -> None:
        self.seen[name] = data
        self.synced.pop(name, None)

    def sync(self, name: str) -> None:
        self.synced[name] = self.seen[name]

    def rename(self, old: str, new: str) -> None:
        self.seen[new] = self.seen.pop(old)
        if old in self.synced:
            self.synced[new] = self.synced.pop(old)
        else:
            self.synced.pop(new, None)

    def sync_folder(self) -> None:
        for name, data in self.seen.items():
            self.kept[name] = self.synced.pop(
                name, data if self.kept.get(name) == data else data[: len(data) // 2]
            )
        for name in self.kept.keys() - self.seen.keys():
            del self.kept[name]

    def lose_power(self, stage: Stage) -> None:
        """Each change of the folder that was not synced came through or not; data that was not, in part."""
        for name in sorted(self.seen.keys() | self.kept.keys()):
            data, kept = self.seen.get(name), self.kept.get(name)
            if data == kept:
                continue
            if data is not None and stage.often(0.5):
                whole = self.synced.get(name) == data
                kept = data if whole else data[: int(len(data) * stage.chance.random())]
            if kept is None:
                self.kept.pop(name, None)
            else:
                self.kept[name] = kept
        self.seen, self.synced = dict(self.kept), {}


@dataclass
class VirtualDisk:
    """:class:`followthrough.sources.interface.Disk` in the steps of the real one, which has tests of its own."""

    files: Files
    stage: Stage
    trouble: float = 0.0
    """How often a call of the system fails."""
    writes: int = 0

    def read(self, path: Path) -> Content:
        name = path.name
        data = self.files.seen.get(name)
        if data is None:
            raise SourceError(f"{path}: there is no such document. Check the path.")
        if self.trouble and self.stage.often(self.trouble / 4):
            self.stage.note(f"  disk: {name} cannot be read")
            raise SourceError(f"{path}: cannot be read ({os.strerror(errno.EIO)}). Check its permissions.")
        return Content(data, version_of(data))

    def replace(self, path: Path, data: bytes, version: str) -> None:
        name, temporary = path.name, f"{TEMPORARY_PREFIX}{path.name}"
        try:
            self._call("open")
            self.files.write(temporary, data[: len(data) // 2])
            self._call("write")
            self.files.write(temporary, data)
            self._call("sync")
            self.files.sync(temporary)
            self.stage.moment("temporary written")
            self._call("rename")  # from here on nobody can come between, see tests/faults/test_races.py
            if name not in self.files.seen or version_of(self.files.seen[name]) != version:
                raise Changed(f"{path}: was edited meanwhile; nothing written. The next run takes it up.")
            self.files.rename(temporary, name)
        except OSError as error:
            raise WriteRefused(
                f"{path}: cannot be written ({error.strerror}). The old text stands."
            ) from error
        finally:
            self.files.seen.pop(temporary, None)
        self.writes += 1
        self.stage.note(f"  disk: {name} is {version_of(data)[:12]}")
        self.stage.moment("replaced")
        self.files.sync_folder()

    def leftover(self, path: Path) -> bytes | None:
        return self.files.seen.get(f"{TEMPORARY_PREFIX}{path.name}")

    def discard(self, path: Path) -> None:
        self.files.seen.pop(f"{TEMPORARY_PREFIX}{path.name}", None)

    def _call(self, name: str) -> None:
        self.stage.moment(f"disk {name}")
        if self.trouble and self.stage.often(self.trouble):
            number = self.stage.chance.choice((errno.ENOSPC, errno.EIO, errno.EROFS))
            self.stage.note(f"  disk: {name} failed, {errno.errorcode[number]}")
            raise OSError(number, os.strerror(number))


@dataclass(frozen=True)
class VirtualFolder(AtOnce):
    """:class:`followthrough.sources.interface.Source` over one virtual disk."""

    disk: VirtualDisk

    def find(self) -> Iterable[str]:
        return sorted(name for name in self.disk.files.seen if not name.startswith(TEMPORARY_PREFIX))

    def exists(self, path: str) -> bool:
        return path in self.disk.files.seen

    def read(self, path: str) -> Content:
        return self.disk.read(Path(path))

    def write(self, path: str, data: bytes, version: str) -> None:
        self.disk.replace(Path(path), data, version)

    def nearby(self, path: str) -> list[str]:
        return []

    def leftover(self, path: str) -> bytes | None:
        return self.disk.leftover(Path(path))

    def discard(self, path: str) -> None:
        self.disk.discard(Path(path))
