"""What lies beside the ledger in the state folder: the lock of a run, and the journal of runs."""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from followthrough.ledger import faults
from followthrough.ledger.interface import LedgerBusy, LedgerError
from followthrough.ledger.records import EMPTY


def state_path(root: Path) -> Path:
    """Where the state of ``root`` lies, whether or not it is there."""
    return root / ".followthrough"


def state_folder(root: Path) -> Path:
    """The state folder of ``root``, made for this user alone. Call it only before a write."""
    folder = state_path(root)
    ignore = folder / ".gitignore"
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(root)
        # Asked by size, because a run may have died between making and filling it.
        if not ignore.exists() or not ignore.stat().st_size:
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise faults.from_system(folder, error) from error
    return folder


def set_aside(folder: Path, at: datetime) -> Path | None:
    """Rename a ledger that cannot be used, with what SQLite put beside it; nothing is deleted.

    Returns its new name, ``None`` where there is none.
    """
    path = folder / "ledger.db"
    aside = folder / f"ledger.db.aside-{at:%Y%m%dT%H%M%SZ}"
    try:
        for suffix in ("-wal", "-shm", "-journal", ""):  # the ledger last: whoever is stopped can repeat it
            beside = Path(f"{path}{suffix}")
            if beside.exists():
                beside.rename(f"{aside}{suffix}")
        if aside.exists():
            _sync_folder(folder)
    except OSError as error:
        raise faults.from_system(path, error) from error
    return aside if aside.exists() else None


NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "gpfs", "beegfs", "glusterfs"}
    | {"davfs", "9p"}  # the second as drives of Windows are seen in WSL
    | {f"fuse.{name}" for name in ("sshfs", "s3fs", "glusterfs", "ceph", "rclone", "davfs2", "gcsfuse")}
)
"""File systems, as Linux names them, whose locks and shared memory do not reach every machine."""


def refuse_network(folder: Path, mounts: str | None = None) -> None:
    """Raise :class:`LedgerError` on a network file system, where SQLite's locks do not hold.

    ``mounts`` is Linux's ``/proc/self/mountinfo``; elsewhere nothing is known, and nothing refused.
    """
    if mounts is None:
        try:
            mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
    kind = _file_system(folder, mounts)
    if kind in NETWORK:
        raise LedgerError(
            f"{folder} lies on a network file system ({kind}), where SQLite's locks do not hold: two "
            "machines could file the same measure. Nothing was done. Keep the settings file on a local disk."
        )


def _file_system(folder: Path, mounts: str) -> str:
    """The kind of the innermost mount that ``folder`` lies in: see proc_pid_mountinfo(5)."""
    real = Path(os.path.realpath(folder))
    depth, kind = -1, ""
    for line in mounts.splitlines():
        left, found, right = line.partition(" - ")
        fields = left.split(" ")
        if not found or len(fields) < 5:
            continue
        # Blanks in a path stand as octal numbers. Of two mounts on one place the later one counts.
        point = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        if real.is_relative_to(point) and len(point.parts) >= depth:
            depth, kind = len(point.parts), right.split(" ")[0]
    return kind


@contextmanager
def run_lock(folder: Path, *, run: str, at: datetime) -> Iterator[Callable[[str], None]]:
    """Hold the lock of ``folder``, or raise :class:`LedgerBusy` naming who does.

    What it gives back is told the run's id once that is known; until then ``run`` is the command.

    The system gives it back when the process ends, however it ends. The file stays: removing it
    would let two processes hold one lock each.
    """
    path = folder / "lock"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise faults.from_system(path, error) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LedgerBusy(
                f"{_holder(file)} is at work in {folder.parent}; a later run finishes the work."
            ) from error
        except OSError as error:
            raise faults.from_system(path, error) from error
        start = at.isoformat(timespec="seconds")
        holder = {"host": socket.gethostname(), "pid": os.getpid(), "run": run, "start": start}

        def say(run: str) -> None:
            text = json.dumps(holder | {"run": run}).encode() + b"\n"
            with suppress(OSError):  # a full disk: the lock holds, others only do not learn whose it is
                os.pwrite(file, text, 0)
                os.ftruncate(file, len(text))

        say(run)
        yield say
        with suppress(OSError):
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def _holder(file: int) -> str:
    try:
        holder = json.loads(os.pread(file, 4096, 0))
        return "Run {run} on {host} (process {pid}, since {start})".format(**holder)
    except (ValueError, KeyError, TypeError):
        # It took the lock just now, and has not yet said who it is.
        return "Another run"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """What a run leaves in the journal at one moment."""

    run: str
    lineage: str
    serial: int
    """The ledger's serial after the run's last commit by then."""
    command: str
    at: datetime
    plan_hash: str = ""
    more: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    """Further JSON values, beside the others in the line."""


class Journal:
    """``runs.jsonl``: one line for each change outside the ledger and one for each run, only ever added to.

    It is the second witness of how far the ledger had come, outside its file. A line cut off by a
    crash is passed over, and the next one begins on a line of its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, *lines: JournalLine) -> None:
        """Add the lines, whole or not; when this returns, they survive a loss of power."""
        data = b"".join(_text_of(line) for line in lines)
        try:
            self._append(data)
        except OSError as error:
            raise faults.from_system(self._path, error) from error

    def _append(self, data: bytes) -> None:
        new = not self._path.exists()
        with open(self._path, "ab+", buffering=0, opener=_private) as file:
            end = file.seek(0, os.SEEK_END)
            if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
                data = b"\n" + data
            while data:
                data = data[file.write(data) :]
            os.fsync(file.fileno())
        if new:
            _sync_folder(self._path.parent)

    def lines(self, holding: str = "") -> Iterator[JournalLine]:
        """Every whole line, oldest first; none where there is no journal. With ``holding`` those with it."""
        try:
            content = self._path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise faults.from_system(self._path, error) from error
        sign = holding.encode()
        for text in content.split(b"\n"):
            line = _line(text) if sign in text else None
            if line:
                yield line

    def last_serial(self, lineage: str) -> int:
        """The highest serial told of the ledger of that name; 0 where none is."""
        return max((line.serial for line in self.lines() if line.lineage == lineage), default=0)


def _text_of(line: JournalLine) -> bytes:
    content = dict(line.more) | {
        "run": line.run,
        "lineage": line.lineage,
        "serial": line.serial,
        "command": line.command,
        "at": line.at.isoformat(),
        "plan_hash": line.plan_hash,
    }
    return json.dumps(content).encode() + b"\n"


def _line(text: bytes) -> JournalLine | None:
    try:
        found = json.loads(text)
        return JournalLine(
            run=str(found.pop("run")),
            lineage=str(found.pop("lineage")),
            serial=int(found.pop("serial")),
            command=str(found.pop("command")),
            at=datetime.fromisoformat(found.pop("at")),
            plan_hash=str(found.pop("plan_hash", "")),
            more=found,
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
