"""What the tests of the command line share: quick processes, and pictures of a folder before and after."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pty
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

FORKS = Path(__file__).with_name("forks.py")
NOBODY = 65534
TIMEOUT = 60.0
THINKING = 0.3
"""Seconds that somebody takes to read a question."""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Everything a person sees."""
        return self.out + self.err


class Forks:
    """Runs commands in forks of one process that has everything loaded; see ``forks.py``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, str(FORKS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={name: value for name, value in os.environ.items() if not name.startswith("FOLLOWTHROUGH")},
            start_new_session=True,  # Ctrl-C in the terminal of the tests is none of its business
        )

    def run(
        self,
        *arguments: str,
        folder: Path,
        environ: Mapping[str, str],
        stdin: bytes = b"",
        uid: int | None = None,
        signal: Mapping[str, Any] | None = None,
        timeout: float = TIMEOUT,
    ) -> Result:
        """Run one command to its end; one that takes longer than ``timeout`` seconds fails the test."""
        request, streams = self._request(arguments, folder, environ, stdin)
        self._start(request | {"uid": uid, "signal": signal})
        return result_of(self._wait(timeout), streams)

    def on_terminal(
        self, *arguments: str, folder: Path, environ: Mapping[str, str], question: str, answer: str
    ) -> Result:
        """Run one command on a terminal of its own, and answer its question there."""
        ours, theirs = pty.openpty()
        request, _streams = self._request(arguments, folder, environ, b"")
        self._start(request | {"streams": [os.ttyname(theirs)] * 3, "terminal": True})
        screen = b""
        end = time.monotonic() + TIMEOUT
        asked, answered = 0.0, False
        while not self._ended(0.02) and time.monotonic() < end:
            screen += _waiting(ours)
            asked = asked or (question.encode() in screen and time.monotonic()) or 0.0
            if asked and not answered and time.monotonic() > asked + THINKING:
                os.write(ours, answer.encode())
                answered = True
        code = self._wait(1)
        screen += _waiting(ours)
        os.close(theirs)
        os.close(ours)
        return Result(code, screen.decode().replace("\r\n", "\n"), "")

    def cold(
        self,
        *arguments: str,
        folder: Path,
        environ: Mapping[str, str],
        signal: Mapping[str, Any] | None = None,
    ) -> Result:
        """The same in a process of its own that has nothing loaded yet."""
        request, streams = self._request(arguments, folder, environ, b"")
        command = [sys.executable, str(FORKS), json.dumps(request | {"signal": signal})]
        done = subprocess.run(command, check=False, timeout=TIMEOUT)
        return result_of(done.returncode, streams)

    def _request(
        self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], stdin: bytes
    ) -> tuple[dict[str, Any], list[Path]]:
        streams = [self._folder / name for name in ("in", "out", "err")]
        for stream in streams:
            stream.unlink(missing_ok=True)
        streams[0].write_bytes(stdin)
        request = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environ": dict(environ),
            "streams": [str(stream) for stream in streams],
        }
        return request, streams

    def close(self) -> None:
        self._pipe(self._process.stdin).close()
        self._process.wait(TIMEOUT)
        self._pipe(self._process.stdout).close()

    def _start(self, request: Mapping[str, Any]) -> None:
        self._pipe(self._process.stdin).write(json.dumps(request).encode() + b"\n")
        self._running = int(self._pipe(self._process.stdout).readline())

    def _ended(self, timeout: float) -> bool:
        return bool(select.select([self._pipe(self._process.stdout)], [], [], timeout)[0])

    def _wait(self, timeout: float) -> int:
        late = not self._ended(timeout)
        if late:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._running, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(int(self._pipe(self._process.stdout).readline()))
        if late:
            pytest.fail(f"the command did not end within {timeout} s")
        return code

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe


def _waiting(terminal: int) -> bytes:
    """What stands on a terminal's screen and was not read yet."""
    text = b""
    while select.select([terminal], [], [], 0)[0]:
        try:
            text += os.read(terminal, 4096)
        except OSError:  # nobody is on the other side any more
            break
    return text


def result_of(code: int, streams: Sequence[Path]) -> Result:
    """What a command left in the files of its streams."""
    out, err = (stream.read_bytes().decode() if stream.exists() else "" for stream in streams[1:])
    return Result(code, out, err)


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    running = Forks(tmp_path_factory.mktemp("forks"))
    yield running
    running.close()


def _quick(shop: Any, forks: Forks) -> Any:
    def run(*arguments: str, stdin: bytes = b"", cwd: Path | None = None, **more: Any) -> Result:
        return forks.run(
            *arguments, stdin=stdin, folder=cwd or shop.folder, environ=dict(shop.environ), **more
        )

    shop.program = shop.run
    shop.run = run
    shop.cold = lambda *arguments, **more: forks.cold(
        *arguments, folder=shop.folder, environ=dict(shop.environ), **more
    )
    shop.on_terminal = lambda *arguments, **more: forks.on_terminal(
        *arguments, folder=shop.folder, environ=dict(shop.environ), **more
    )
    return shop


@pytest.fixture
def shop(shop: Any, forks: Forks) -> Any:
    """The scratch folder of every test, its commands in forks; ``shop.program`` is the installed script."""
    return _quick(shop, forks)


@pytest.fixture
def new_shop(new_shop: Callable[[str], Any], forks: Forks) -> Callable[[str], Any]:
    return lambda name: _quick(new_shop(name), forks)


@pytest.fixture
def bound_shop(shop: Any) -> Iterator[Any]:
    """A scratch folder whose commands run as somebody whom file modes bind; for root they mean nothing."""
    if os.geteuid() != 0:
        yield shop
        return
    folder = Path(tempfile.mkdtemp(prefix="bound-"))  # beside the others, which only root may enter
    shop.folder = folder
    shop.environ = {**shop.environ, "HOME": str(folder)}
    shop.run = partial(shop.run, uid=NOBODY)
    os.chown(folder, NOBODY, NOBODY)
    write = shop.write

    def owned(name: str, text: str | bytes) -> Path:
        path: Path = write(name, text)
        for one in (path, *path.parents):
            if one == folder:
                break
            os.chown(one, NOBODY, NOBODY)
        return path

    shop.write = owned
    yield shop
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)


Picture = dict[str, tuple[int, int, int, int, str]]


@pytest.fixture
def picture() -> Callable[[Path], Picture]:
    """Everything in a folder: mode, inode, size, time of change and bytes of each entry."""

    def take(folder: Path) -> Picture:
        found = {}
        for path in sorted(folder.rglob("*")):
            status = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            name = path.relative_to(folder).as_posix()
            found[name] = (status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns, content)
        return found

    return take


@pytest.fixture
def stored() -> Callable[[Path], list[dict[str, Any]]]:
    """Every row that the embedded tracker of a folder holds, read without it."""

    def read(folder: Path) -> list[dict[str, Any]]:
        path = folder / ".followthrough" / "tracker.db"
        if not path.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return [
                dict(row)
                for table in ("tickets", "history")
                for row in database.execute(f"SELECT * FROM {table}")
            ]

    return read


@pytest.fixture
def titles(stored: Callable[[Path], list[dict[str, Any]]]) -> Callable[[Path], list[str]]:
    """The titles of all tickets in a folder's embedded tracker, sorted."""
    return lambda folder: sorted(row["title"] for row in stored(folder) if "title" in row)


@pytest.fixture
def sentence() -> Callable[[Result], str]:
    """What a failed command says: one clear sentence, or a few, and never a traceback."""

    def said(result: Result) -> str:
        text = result.err.strip()
        assert "Traceback" not in result.said, result.said
        assert "Error:" not in text, text
        assert text, "it failed without a word"
        assert len(text.splitlines()) <= 3, text
        assert text.endswith((".", "`", "?")), text
        return text

    return said


@pytest.fixture
def written() -> Callable[..., str]:
    """A postmortem that promises the given measures, one bullet each."""

    def write(*measures: str, title: str = "Checkout down") -> str:
        head = f"# {title}\n\n- Date: 2026-11-03\n- Impact: nobody could pay.\n\n## Action items\n\n"
        return head + "".join(f"- {measure}\n" for measure in measures) + "\n## Timeline\n\n- 09:12 noticed\n"

    return write
