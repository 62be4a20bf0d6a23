"""The program as a process, without the second that loading it takes: loaded once, forked for each command.

A line of JSON on standard input starts one command: ``arguments``, ``folder``, ``environ``, ``streams`` (the
files of standard input, output and error), ``uid`` (become that user) and ``signal``: its ``number``, and the
count of the Python call ``at`` which the process sends it to itself. Answers are the process id, then the exit
status. Started with one such line as its argument, it becomes that command itself, nothing loaded before.
"""

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any


def load() -> None:
    import pkgutil
    from importlib import import_module

    import alembic.command
    import alembic.runtime.migration
    import sqlalchemy.dialects.sqlite

    import followthrough
    import followthrough_local

    for package in (followthrough, followthrough_local):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "migrations" not in module.name and not module.name.endswith("__main__"):
                import_module(module.name)


def become(request: dict[str, Any]) -> None:
    """Take on everything that makes a command's process its own."""
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    for number, (path, flag) in enumerate(zip(request["streams"], flags, strict=True)):
        opened = os.open(path, flag, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(request["environ"])
    os.chdir(request["folder"])
    if request.get("uid") is not None:
        os.setgroups([])
        os.setgid(request["uid"])
        os.setuid(request["uid"])
    if request.get("signal"):
        interrupt(**request["signal"])


def interrupt(number: int, at: int, calls: str | None = None) -> None:
    """Send the process a signal at one of its calls, counted so that a seed names the same moment again.

    ``calls`` is a file for the number of calls until the end, where the signal comes too late to count.
    """
    left = at

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal left
        if event == "call":
            left -= 1
            if not left:
                sys.setprofile(None)
                os.kill(os.getpid(), number)

    if calls is not None:
        import atexit

        atexit.register(lambda: Path(calls).write_text(str(at - left)) and None)
    sys.setprofile(count)


def serve() -> dict[str, Any]:
    """Start what is asked for; returns in the process that is to be it."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            return request
        print(pid, file=answers)
        print(os.waitpid(pid, 0)[1], file=answers)
    sys.exit()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        wanted = json.loads(sys.argv[1])
    else:
        load()
        wanted = serve()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from followthrough.__main__ import main

    become(wanted)
    sys.exit(main(wanted["arguments"]))
