"""Put a file in another's place so that nothing which somebody saved at that moment is lost.

A look at the file and a rename leave a moment between them in which an editor may save. So the two
names are exchanged in one step, what stood there is looked at afterwards, and goes back if it is not
what was expected.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 2.0
"""Seconds that a program which has the old file open gets to finish its save."""
_HERE = -100
"""AT_FDCWD of Linux: paths count from the current folder."""
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux's renameat2(2), and RENAME_SWAP of macOS's renamex_np(2)."""
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM, errno.ENOTTY})


def put_in_place(new: Path, path: Path, expected: Callable[[Path], bool]) -> bool:
    """Put ``new`` in the place of ``path``, if that still is as ``expected``; whether it was.

    If not, ``path`` stands as it was saved last and ``new`` is anything that may be deleted. Where the
    system cannot exchange names, the file is replaced after one look. Raises ``OSError``.
    """
    if not expected(path):
        return False
    mine = new.stat().st_ino
    if not exchange(new, path):
        new.replace(path)
        return True
    try:
        _wait_for_writers(new)
        if expected(new):
            return True
    except OSError:
        exchange(new, path)
        raise
    # What was saved goes back; should that meet a still newer save, the newer one stays.
    exchange(new, path)
    if new.stat().st_ino != mine:
        exchange(new, path)
    return False


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; ``False`` where system or file system cannot. Raises ``OSError``."""
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        call = getattr(library, "renamex_np", None)
        failed = call is None or call(*paths, _EXCHANGE)
    else:
        call = getattr(library, "renameat2", None)
        failed = call is None or call(_HERE, paths[0], _HERE, paths[1], _EXCHANGE)
    if not failed:
        return True
    number = ctypes.get_errno() if call is not None else errno.ENOSYS
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _wait_for_writers(path: Path) -> None:
    """Wait until no program has the file open for writing, where the system can say so, and not for long."""
    if sys.platform != "linux":
        return
    with path.open("rb") as file:
        descriptor = file.fileno()
        # A lease is given only while nobody has the file open for writing. It is given back at once; who
        # opens it so in between waits for that, and we hear of it by a signal that means nothing.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            except OSError as error:
                if error.errno != errno.EAGAIN:
                    return  # no leases on this file system
                time.sleep(0.002)
            else:
                fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
                return
