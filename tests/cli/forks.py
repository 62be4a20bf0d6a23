"""The program as a process, without the second that loading it takes: loaded once, forked for each command.

A line of JSON on standard input starts one command: ``arguments``, ``folder``, ``environ``, ``streams`` (the
files of standard input, output and error), ``uid`` (become that user), ``terminal`` (the streams are one) and ``signal``: its ``number``, the
count of the Python call ``at`` which the process sends it to itself, and a file for how many ``calls`` there were. Answers are the process id, then the exit
status. Started with one such line as its argument, it becomes that command itself, nothing loaded before.
"""

import atexit
import contextlib
import fcntl
import gc
import io
import json
import os
import signal
import sys
import tempfile
import termios
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

COMMANDS = (
    "plan pm.md",  # with settings that are wrong
    "extract pm.md --format jsonl",
    "plan pm.md -o plan.json",
    "file --plan plan.json",
    "local close FT-1",
    "local list",
    "sync",
    "run --format json",
    "status",
    "report --format json",
    "unlink pm.md",
    "nothing",
)


def load() -> None:
    """Run the commands once, so that what each of them loads is loaded."""
    from followthrough.__main__ import main

    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        Path("pm.md").write_text(
            "# Outage\n\n## Action items\n\n- [ ] Add an alert\n\n## Timeline\n\n- 9:00 noticed\n"
        )
        Path("followthrough.toml").write_text("unknown = 1\n")
        with contextlib.redirect_stderr(io.StringIO()):
            for line in COMMANDS:
                main(line.split())
                Path("followthrough.toml").unlink(missing_ok=True)
        os.chdir("/")


def become(request: dict[str, Any]) -> None:
    """Take on everything that makes a command's process its own."""
    flags = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)
    for number, (path, flag) in enumerate(zip(request["streams"], flags, strict=True)):
        opened = os.open(path, flag, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    if request.get("terminal"):  # so that Ctrl-C in it reaches the process as a signal
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.environ.clear()
    os.environ.update(request["environ"])
    os.chdir(request["folder"])
    if request.get("uid") is not None:
        os.setgroups([])
        os.setgid(request["uid"])
        os.setuid(request["uid"])


def interrupt(number: int, at: int, **_more: object) -> list[int]:
    """Send the process a signal at one of its calls; they are counted, so that ``at`` is the same moment again.

    The one number in the list returned is how many there were so far.
    """
    counted = [0]

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            counted[0] += 1
            if counted[0] == at:
                os.kill(os.getpid(), number)

    sys.setprofile(count)
    return counted


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


def leave(request: dict[str, Any]) -> NoReturn:
    """Run the command and end the process with its exit code, without taking all that is loaded apart."""
    from followthrough.__main__ import main

    code, counted = 1, [0]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start what it runs without
    try:
        if request.get("signal"):
            counted = interrupt(**request["signal"])
        code = main(request["arguments"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  the interpreter would do the same
        sys.excepthook(*sys.exc_info())
    finally:
        sys.setprofile(None)
        if request.get("signal") and "calls" in request["signal"]:
            Path(request["signal"]["calls"]).write_text(str(counted[0]))
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        wanted = json.loads(sys.argv[1])
    else:
        load()
        gc.freeze()  # what is there to be shared is not walked through, and copied, by each of them
        wanted = serve()
    become(wanted)
    leave(wanted)
