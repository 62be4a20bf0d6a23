"""Runs of the real program that die, against a tracker over a real socket whose listing is late."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.truth import foreign
from tests.unattended.conftest import Asked, Tracker, plugin

__all__ = ["plugin"]

MORTAL = Path(__file__).with_name("mortal.py")
VERBS = ("Alert on", "Limit", "Rehearse", "Document", "Measure", "Isolate", "Test", "Guard", "Split")


class LateTracker(Tracker):
    """A tracker whose listings miss the newest issues while ``late`` is set, and whose clock is ahead too."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.late = False
        self.hours = 0.0
        tracker = self

        class Ahead(self._server.RequestHandlerClass):  # type: ignore[name-defined,misc]  # the server's own
            def date_time_string(self, timestamp: float | None = None) -> str:
                return formatdate(time.time() + 3600 * tracker.hours, usegmt=True)

        self._server.RequestHandlerClass = Ahead

    def handle(self, asked: Asked) -> tuple[int, Any]:
        status, record = super().handle(asked)
        if (asked.method, asked.path) == ("GET", "/issues"):
            if not self.late:
                self.seen |= self.issues.keys()
            record = [one for one in record if one["id"] in self.seen]
        return status, record


class Mortal:
    """Starts runs in one folder after another; each is a process of its own."""

    def __init__(self, environ: Mapping[str, str], log: Path) -> None:
        self.environ, self.log = dict(environ), log
        self._server = subprocess.Popen(
            [sys.executable, str(MORTAL)],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, *arguments: str, **how: Any) -> int:
        return self.together([{"folder": str(folder), "arguments": arguments, **how}])[0]

    def together(self, requests: list[dict[str, Any]]) -> list[int]:
        """Runs at once; their exit codes."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps([{**one, "log": str(self.log)} for one in requests]) + "\n")
        self._server.stdin.flush()
        codes: list[int] = json.loads(self._server.stdout.readline())
        return codes

    def close(self) -> None:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait()
        self._server.stdout.close()


class Place:
    """One root with documents and a tracker, and what people wrote there."""

    def __init__(self, folder: Path, tracker: LateTracker, mortal: Mortal) -> None:
        self.folder, self.tracker, self.mortal = folder, tracker, mortal
        self.written: dict[Path, bytes] = {}
        self.measures: list[str] = []
        self.hours = 0.0
        (folder / "followthrough.toml").write_text(
            f'namespace = "n"\ndocuments = ["*.md"]\n[brakes]\nfirst_run = 500\ncreates = 500\n'
            f'[trackers.one]\nkind = "socket"\nurl = "{tracker.url}"\n'
        )

    def postmortem(self, count: int) -> Path:
        """A new document with so many measures."""
        number = len(self.written)
        titles = [f"{VERBS[at % 9]} service{number}x{at} of region{number}" for at in range(count)]
        self.measures += titles
        lines = "".join(f"- [ ] {title}\r\n" if number % 3 else f"- [ ] {title}\n" for title in titles)
        text = (
            f"# Outage {number}\n\n- Date: 2026-11-0{1 + number % 9}\n\n## Action items\n\n{lines}\nÜber…  \n"
        )
        path = self.folder / f"pm{number}.md"
        path.write_bytes(text.encode())
        self.written[path] = foreign(path.read_bytes())
        return path

    def run(self, hours: float = 24.0, **how: Any) -> int:
        """The nightly job, so many hours after the one before."""
        self.hours += hours
        self.tracker.hours = self.hours
        code = self.mortal.run(self.folder, "run", hours=self.hours, **how)
        self.whole()
        return code

    def together(self, number: int) -> list[int]:
        """So many nightly jobs at once: each is ready before any begins."""
        self.hours += 24
        self.tracker.hours = self.hours
        gate = self.folder / ".gate"
        gate.unlink(missing_ok=True)
        one = {"folder": str(self.folder), "arguments": ["run"], "hours": self.hours, "gate": str(gate)}
        codes = self.mortal.together([one] * number)
        gate.unlink()
        self.whole()
        return codes

    def whole(self) -> None:
        """No byte of people's is changed, no document torn, nothing filed twice."""
        for path, data in self.written.items():
            assert foreign(path.read_bytes()) == data, path
        markers = self.tracker.markers
        assert len(markers) == len(set(markers)), self.told()

    def settled(self) -> None:
        """Each measure has its issue and its link, and no answer is out."""
        titles = [record["title"] for record in self.tracker.issues.values()]
        assert sorted(titles) == sorted(self.measures), self.told()
        for path in self.written:
            data = path.read_bytes()
            assert data.count(b"#ft-") == data.count(b"- [ ]"), data
        assert not [one for one in self.folder.iterdir() if one.name.startswith(".followthrough-")]

    def told(self) -> str:
        return self.mortal.log.read_text() if self.mortal.log.exists() else ""


@pytest.fixture(scope="module")
def mortal_of(plugin: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Mortal]]:
    """Starts one, with something more in its environment."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOLLOWTHROUGH")}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PYTHONPATH": str(plugin)}
    started: list[Mortal] = []

    def start(**more: str) -> Mortal:
        environ = {**kept, **own, "COLUMNS": "200", "NO_COLOR": "1", **more}
        started.append(Mortal(environ, home / "log"))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture(scope="module")
def mortal(mortal_of: Callable[..., Mortal]) -> Mortal:
    return mortal_of()


@pytest.fixture
def late_tracker() -> Iterator[LateTracker]:
    tracker = LateTracker()
    yield tracker
    tracker.close()


@pytest.fixture
def new_place(tmp_path: Path, late_tracker: LateTracker, mortal: Mortal) -> Callable[[str], Place]:
    """Roots by name, all on one tracker."""

    def make(name: str) -> Place:
        folder = tmp_path / name
        folder.mkdir()
        return Place(folder, late_tracker, mortal)

    return make
