"""What a run remembers of the documents that it had nothing to do with, so that the next need not read them.

A file beside the ledger. It is no part of the durable memory: what it says counts only while the seal of
everything that a document's plan rests on is the same, and without it a run takes longer and does the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import followthrough
from followthrough.planning.plan import Quiet

FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A document that was quiet."""

    seal: str
    """Names all that its plan rested on, but for what the trackers said; see :func:`.quiet.seal_of`."""
    quiet: Quiet
    answers: tuple[tuple[str, str, str | None], ...] = ()
    """Scope and key of each reference that a tracker was asked for, and the ticket's id if it had it."""


class Memo:
    """Quiet documents by path. ``path`` is the file, ``None`` to remember nothing beyond this object.

    ``program`` names the code that reads and plans: another may come to other results.
    """

    def __init__(self, path: Path | None = None, program: Callable[[], str] = lambda: "") -> None:
        self._path = path
        self._program = program
        self._found: Mapping[str, Remembered] | None = None

    @property
    def program(self) -> str:
        """Names the code."""
        return self._program()

    def all(self) -> Mapping[str, Remembered]:
        """What is remembered; nothing where the file is not there, or not whole."""
        if self._found is None:
            self._found = _loaded(self._path) if self._path else {}
        return self._found

    def replace(self, found: Mapping[str, Remembered]) -> None:
        """Remember this and nothing else. The file is written only if it says something else."""
        if found == self.all():
            return
        self._found = dict(found)
        if self._path is not None:
            # Whatever the disk says: the next run reads the documents, that is all.
            with contextlib.suppress(OSError):
                _save(self._path, self._found)


def _loaded(path: Path) -> Mapping[str, Remembered]:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode() != _head(body):
            return {}
        return {name: _remembered(*values) for name, values in json.loads(body).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remembered(seal: str, kept: int, asked: int, waiting: int, answers: list[list[str]]) -> Remembered:
    told = tuple((scope, key, id) for scope, key, id in answers)
    return Remembered(seal=seal, quiet=Quiet(kept, asked, waiting), answers=told)


def _save(path: Path, found: Mapping[str, Remembered]) -> None:
    values = {
        name: [one.seal, one.quiet.kept, one.quiet.asked, one.quiet.waiting, one.answers]
        for name, one in sorted(found.items())
    }
    body = json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()
    beside = path.with_name(f"{path.name}.new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(_head(body).encode() + b"\n" + body)
    beside.replace(path)


def _head(body: bytes) -> str:
    # A file cut off by a loss of power is not taken for a whole one.
    return f"followthrough quiet {FORMAT} {hashlib.sha256(body).hexdigest()}"


def installed() -> str:
    """Names the program's own files, and the versions of all packages that it may load."""
    package = Path(followthrough.__file__).parent
    seen: list[object] = [sys.version]
    for folder, folders, names in os.walk(package):
        folders.sort()
        for name in sorted(names):
            if not name.endswith((".pyc", ".pyo")):
                stat = os.stat(Path(folder, name))  # noqa: PTH116  (hundreds of files)
                seen.append((name, stat.st_size, stat.st_mtime_ns))
    for place in sys.path:
        with contextlib.suppress(OSError):
            seen += sorted(name for name in os.listdir(place or ".") if name.endswith(".dist-info"))  # noqa: PTH208
    return hashlib.sha256(repr(seen).encode()).hexdigest()
