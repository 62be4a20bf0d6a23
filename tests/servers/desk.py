"""The real command line in this process, on the clock of a server, in a folder with postmortems."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from followthrough.__main__ import main
from followthrough.engine.world import World


class Time(Protocol):
    """A clock that may be virtual."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        return self.out + self.err


@dataclass
class Desk:
    """A folder, and the program run in it as a person at that desk does."""

    folder: Path
    clock: Time
    environ: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path, clock: Time, settings: str, **secrets: str) -> Desk:
        """A new folder with these settings, which may use the secrets of its environment."""
        folder.mkdir(parents=True)
        environ = {
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "home/.config"),
            "FOLLOWTHROUGH_CONFIG": str(folder / "followthrough.toml"),
            **secrets,
        }
        desk = cls(folder, clock, environ)
        desk.write("followthrough.toml", settings)
        return desk

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def read(self, name: str) -> str:
        return (self.folder / name).read_bytes().decode()

    def run(self, *arguments: str, step: Callable[[str], None] = lambda _name: None) -> Outcome:
        """One command to its end, telling each step. A traceback is a failure of the test that asks for it."""
        out, err = io.StringIO(), io.StringIO()
        world = World(
            now=self.clock.now,
            monotonic=lambda: self.clock.now().timestamp(),
            sleep=self.clock.sleep,
            step=step,
        )
        with self._here(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(arguments, world=world)
        outcome = Outcome(code, out.getvalue(), err.getvalue())
        assert "Traceback" not in outcome.said, outcome.said
        return outcome

    def ok(self, *arguments: str) -> Outcome:
        """A command that must succeed."""
        outcome = self.run(*arguments)
        assert outcome.code == 0, f"{arguments}: exit {outcome.code}\n{outcome.said}"
        return outcome

    @contextlib.contextmanager
    def _here(self) -> Iterator[None]:
        before, folder = dict(os.environ), Path.cwd()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        hook, thresholds = sys.unraisablehook, gc.get_threshold()
        os.environ.update({"COLUMNS": "200", "NO_COLOR": "1", **self.environ})
        os.chdir(self.folder)
        try:
            yield
        finally:
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(before)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            sys.unraisablehook = hook
            gc.unfreeze()
            gc.set_threshold(*thresholds)
