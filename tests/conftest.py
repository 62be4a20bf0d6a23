"""What tests share: the installed program as a process, and scratch folders with documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

import pytest

from postgres_server import PostgresServer, running

pytest.register_assert_rewrite("followthrough.testing")  # the contract suite's asserts explain themselves

# The package by its folder alone: with the checkout on sys.path, tests could see more than the wheel.
_spec = ModuleSpec("benchmarks", None, is_package=True)
_spec.submodule_search_locations = [str(Path(__file__).resolve().parents[1] / "benchmarks")]
sys.modules.setdefault("benchmarks", module_from_spec(_spec))

PROGRAM = Path(sys.executable).parent / "followthrough"


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Shop:
    """A scratch folder in which the installed program runs as its users run it."""

    folder: Path
    environ: Mapping[str, str]

    def run(self, *arguments: str, stdin: bytes = b"", cwd: Path | None = None) -> Result:
        return self.start([str(PROGRAM), *arguments], stdin=stdin, cwd=cwd)

    def start(self, command: list[str], *, stdin: bytes = b"", cwd: Path | None = None) -> Result:
        done = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env=dict(self.environ),
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ok(self, *arguments: str) -> Result:
        """Run a command that must succeed."""
        result = self.run(*arguments)
        assert result.code == 0, f"{arguments}: exit {result.code}\n{result.out}\n{result.err}"
        return result

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def tickets(self) -> list[dict[str, Any]]:
        """Everything the embedded tracker holds."""
        tickets: list[dict[str, Any]] = self.ok("local", "list", "--format", "json").json["tickets"]
        return tickets


@pytest.fixture
def environ() -> dict[str, str]:
    """The environment of a user without settings of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOLLOWTHROUGH")}
    return {**kept, "COLUMNS": "200", "NO_COLOR": "1"}


@pytest.fixture
def shop(tmp_path: Path, environ: dict[str, str]) -> Shop:
    return Shop(tmp_path, environ)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this worker's own, started with the first test that asks for it."""
    with running() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One that no other test has met, or meets again."""
    with running() as server:
        yield server


@pytest.fixture
def nightly() -> bool:
    """Whether the large figures are asked for."""
    return os.environ.get("FOLLOWTHROUGH_TEST_SIZE") == "nightly"


@pytest.fixture
def shared() -> Path:
    """The folder of shared reference material beside the checkout, where it is there."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the shared reference material is not beside this checkout")
    return folder


@pytest.fixture
def new_shop(tmp_path: Path, environ: dict[str, str]) -> Callable[[str], Shop]:
    """Several scratch folders in one test, by name."""

    def make(name: str) -> Shop:
        folder = tmp_path / name
        folder.mkdir()
        return Shop(folder, environ)

    return make


@pytest.fixture
def postmortem() -> str:
    """A postmortem with a bullet list, a task list and a table of measures: six in all, all open."""
    return POSTMORTEM


POSTMORTEM = """\
# Postmortem: queue stuck behind a poisoned message

- Date: 2026-11-03
- Severity: SEV2
- Duration: 2 h 10 min
- Impact: orders were accepted and not shipped.

## Root cause

A message that no consumer could read was put back on the queue without end.

## Timeline

- 09:12 the first consumer restarts
- 11:22 the message is moved aside by hand

## Action items

- Move unreadable messages to a dead-letter queue after five tries. (owner: Ada)
- Alert when the oldest message is over ten minutes old  \n  and page the team on call

1. [ ] Rehearse draining the queue every quarter
2. [ ] Write a runbook for poisoned messages

| Action | Owner | Due | Ticket | Status |
| --- | --- | --- | --- | --- |
| Limit retries in the shared client | Lin | 2027-01-15 |  | TODO |
| Show queue age on the front page | | | | |
"""
