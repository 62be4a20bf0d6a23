"""Replace a document again and again in child processes: each dies, or its disk fails, one call later.

Called with a document's path and ``kill`` or ``fail``; prints one JSON line a child. A child's calls
into the operating system are counted by a profiling hook, so that no line of the program is changed.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from followthrough.sources import SourceError
from followthrough.sources.disk import RealDisk

NEW = b"# New\n" * 5000
OUTSIDE = frozenset({"nt", "posix", "_io", "io", "fcntl", "builtins"})
FAULTS = (errno.ENOSPC, errno.EIO, errno.EROFS)


def goes_outside(function: Any) -> bool:
    """Whether a function of C may reach the disk."""
    owner = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or type(owner).__module__
    if module == "builtins":
        return getattr(function, "__name__", "") == "open"
    return module in OUTSIDE and getattr(function, "__name__", "") not in {"fspath", "fsencode", "urandom"}


def replace(path: Path, at: int, fault: int | None) -> bool:
    """Replace the document; at the given call die, or meet an error. Whether there was such a call."""
    disk = RealDisk()
    version = disk.read(path).version
    calls = 0

    def watch(frame: FrameType, event: str, function: Any) -> None:
        nonlocal calls
        if event == "c_call" and goes_outside(function):
            calls += 1
            if calls == at:
                if fault is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                sys.setprofile(None)
                raise OSError(fault, os.strerror(fault or 0))

    sys.setprofile(watch)
    try:
        disk.replace(path, NEW, version)
    finally:
        sys.setprofile(None)
    return calls >= at


def child(path: Path, at: int, fault: int | None) -> int:
    """Fork; the child's exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        try:
            reached = replace(path, at, fault)
        except SourceError:
            os._exit(3)
        except BaseException:  # noqa: BLE001  told apart by the exit code; the child must never return from here
            os._exit(4)
        os._exit(5 if reached else 0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def beside(path: Path) -> list[Path]:
    """What lies beside the document."""
    return sorted(one for one in path.parent.iterdir() if one != path)


def main() -> None:
    path, how = Path(sys.argv[1]), sys.argv[2]
    old = path.read_bytes()
    for at in range(1, 200):
        code = child(path, at, None if how == "kill" else FAULTS[at % len(FAULTS)])
        now = path.read_bytes()
        print(
            json.dumps(
                {
                    "at": at,
                    "code": code,
                    "is": "old" if now == old else "new" if now == NEW else "torn",
                    "beside": [one.name for one in beside(path)],
                }
            ),
            flush=True,
        )
        if code == 0:
            break
        path.write_bytes(old)
        for one in beside(path):
            one.unlink()


if __name__ == "__main__":
    main()
