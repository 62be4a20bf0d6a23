"""What the tests of documentation, examples and demo share."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sysconfig.get_path("scripts")) / "followthrough"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


@pytest.fixture(scope="session")
def environment() -> Mapping[str, str]:
    """As on a reader's machine: the installed program first on PATH, no settings of the tests' caller."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOLLOWTHROUGH_")}
    return kept | {
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",  # both streams come in the order in which they were written
        "COLUMNS": "80",
        "TERM": "dumb",
    }


@pytest.fixture(scope="session")
def run(environment: Mapping[str, str]) -> Run:
    """The installed program, with its arguments, in a folder."""

    def run(*arguments: str, folder: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *arguments],
            cwd=folder,
            env=dict(environment),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A scratch copy of the example postmortems with their settings."""
    shutil.copytree(CHECKOUT / "examples" / "postmortems", tmp_path / "postmortems")
    shutil.copy(CHECKOUT / "examples" / "followthrough.toml", tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def sections() -> Callable[[str], dict[str, str]]:
    """A Markdown page cut at its headings, code left out: heading without markup → text below it."""

    def cut(text: str) -> dict[str, str]:
        found: dict[str, list[str]] = {"": []}
        name, fenced = "", False
        for line in text.splitlines():
            if line.lstrip().startswith("```"):
                fenced = not fenced
            heading = None if fenced else re.match(r"#+ (.+)", line)
            if heading:
                name = heading[1].replace("`", "").strip()
                found[name] = []
            else:
                found[name].append(line)
        return {name: "\n".join(lines) for name, lines in found.items()}

    return cut


@pytest.fixture(scope="session")
def first_cells() -> Callable[[str], list[str]]:
    """The code spans in the first column of the tables of a text, in their order."""

    def cells(text: str) -> list[str]:
        rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
        return [code for row in rows for code in re.findall(r"`([^`]+)`", row)]

    return cells
