"""The program as a process that dies, without the time that loading it takes: loaded once, forked for each run.

A line of JSON on standard input starts one run: ``arguments``, ``folder``, ``hours`` that its clock is ahead,
and how it ends: at the ``number``-th ``step`` of that name, or ``after`` seconds, by SIGKILL. ``gate`` is a file
that it waits for, ready to begin. ``fault`` is an error number that the ``call``-th call into the system meets of those
that handle documents, journal and lock; ``room`` is how many bytes a file may hold. The answer is the process's exit code, minus the signal that killed it.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from followthrough.__main__ import main
from followthrough.engine.world import World
from followthrough.sources.disk import RealDisk

HANDLING = ("sources/disk.py", "sources/exchanging.py", "ledger/files.py")
HARMLESS = frozenset({"fspath", "fsencode", "access", "geteuid", "getpid", "close"})
"""Calls that no disk fails: they answer, or give back."""
UNREACHED = 99
"""The exit code of a run that made fewer calls than the one that was to fail."""


def load() -> None:
    """Run the program once, so that what it loads is loaded."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        Path("pm.md").write_text("# Outage\n\n- Date: 2026-11-03\n\n## Action items\n\n- [ ] Add an alert\n")
        Path("followthrough.toml").write_text(
            'namespace = "n"\ndocuments = ["*.md"]\n[trackers.one]\nkind = "socket"\nurl = "http://127.0.0.1:9"\n'
        )
        with contextlib.redirect_stderr(io.StringIO()):
            main(["run"])
            main(["status"])
        os.chdir("/")


def world_of(request: dict[str, Any]) -> World:
    """A clock that is ahead, sleep that takes no time, and the step at which the process ends."""
    ahead = [timedelta(hours=request.get("hours", 0.0))]
    wanted, number, reached = request.get("step"), request.get("number", 1), Counter[str]()

    def sleep(seconds: float) -> None:
        ahead[0] += timedelta(seconds=seconds)

    def step(name: str) -> None:
        reached[name] += 1
        if name == wanted and reached[name] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return World(now=lambda: datetime.now(UTC) + ahead[0], sleep=sleep, step=step, disk=RealDisk(step))


def fail(number: int, at: int) -> list[int]:
    """Let one call into the system fail; the list's one number is how many there were."""
    calls = [0]

    def watch(frame: FrameType, event: str, function: Any) -> None:
        if event != "c_call" or not frame.f_code.co_filename.endswith(HANDLING) or not goes_outside(function):
            return
        calls[0] += 1
        if calls[0] == at:
            raise OSError(number, os.strerror(number))

    sys.setprofile(watch)
    return calls


def goes_outside(function: Any) -> bool:
    """Whether a function of C may reach the disk."""
    owner = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or type(owner).__module__
    name = getattr(function, "__name__", "")
    return name == "open" or (module in ("posix", "_io", "io", "fcntl") and name not in HARMLESS)


def live(request: dict[str, Any]) -> None:
    """Be the run; never returns."""
    code = 1
    try:
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(request["folder"])
        while request.get("gate") and not Path(request["gate"]).exists():
            time.sleep(0.001)
        if "room" in request:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["room"], resource.RLIM_INFINITY))
        calls = fail(request["fault"], request["call"]) if "fault" in request else [0]
        code = main(request["arguments"], world=world_of(request))
        sys.setprofile(None)
        if "fault" in request and calls[0] < request["call"]:
            code = UNREACHED
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001  the interpreter would do the same
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def serve() -> None:
    """Start what is asked for, one after the other, or all that one line asks for at once."""
    for line in sys.stdin:
        asked: list[dict[str, Any]] = json.loads(line)
        children = []
        for request in asked:
            pid = os.fork()
            if pid == 0:
                live(request)
            children.append((pid, request))
        for request in asked:
            if request.get("gate"):
                Path(request["gate"]).touch()
        codes = []
        for pid, request in children:
            if "after" in request:
                time.sleep(request["after"])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        print(json.dumps(codes), file=answers, flush=True)


def relay() -> None:
    """Run in each folder again and again: a process for each, and another one in its place when it has ended.

    The first line names the ``folders`` and the run. Another one names a process to ``kill``, or says ``stop``:
    then those that run come to their end. One that is not among ``ends`` stops it as well. The answer is how many
    processes ended with which code.
    """
    how = json.loads(os.read(0, 65536))
    folders = set(how.pop("folders"))
    running: dict[int, str] = {}
    ended = Counter[int]()
    rests: dict[str, float] = {}
    stopping = False
    while running or not stopping:
        for folder in () if stopping else folders - {*running.values()}:
            if rests.get(folder, 0) > time.monotonic():
                continue
            pid = os.fork()
            if pid == 0:
                live({**how, "folder": folder})
            running[pid] = folder
        if stopping:
            time.sleep(0.02)
        elif select.select([sys.stdin], [], [], 0.02)[0]:
            said = os.read(0, 65536)  # whole lines: they are short
            stopping |= not said
            for order in map(json.loads, said.splitlines()):
                stopping |= order.get("stop", False)
                if order.get("kill") in running:
                    os.kill(order["kill"], signal.SIGKILL)
        while running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                break
            code = os.waitstatus_to_exitcode(status)
            # Whoever found another one at work leaves it some of the machine before it asks again.
            rests[running.pop(pid)] = time.monotonic() + (2 if code == 75 else 0)
            ended[code] += 1
            stopping |= code not in how["ends"]
    print(json.dumps(ended), file=answers, flush=True)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    load()
    gc.freeze()
    relay() if sys.argv[1:] == ["relay"] else serve()
