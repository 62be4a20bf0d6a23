"""What a release consists of: built twice it is the same bytes, and holds what it must and nothing else."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sysconfig
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import followthrough

CHECKOUT = Path(__file__).resolve().parents[2]
BUILD = Path(sysconfig.get_path("scripts")) / "pyproject-build"
A_DAY = "1795132800"
"""SOURCE_DATE_EPOCH: 20 November 2026."""


def build(source: Path, target: Path, umask: int) -> Mapping[str, Path]:
    """The files made of a source tree, by the end of their names."""
    done = subprocess.run(
        [str(BUILD), "--no-isolation", "--outdir", str(target), str(source)],
        env=os.environ | {"SOURCE_DATE_EPOCH": A_DAY},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {path.suffix: path for path in target.iterdir()}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    return build(CHECKOUT, tmp_path_factory.mktemp("built"), 0o022)


@pytest.fixture(scope="module")
def unpacked(built: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive elsewhere, with other times on its files."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with tarfile.open(built[".gz"]) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    for path in source.rglob("*"):
        os.utime(path, (1, 1))
    return source


def test_built_again_elsewhere_by_somebody_else_it_is_the_same_bytes(
    built: Mapping[str, Path], unpacked: Path, tmp_path: Path
) -> None:
    again = build(unpacked, tmp_path, 0o077)
    assert {suffix: digest(path) for suffix, path in again.items()} == {
        suffix: digest(path) for suffix, path in built.items()
    }


def test_the_wheel_holds_the_program_and_nothing_else(built: Mapping[str, Path]) -> None:
    with zipfile.ZipFile(built[".whl"]) as wheel:
        names = wheel.namelist()
    packages = {name.partition("/")[0] for name in names}
    assert packages == {
        "followthrough",
        "followthrough_github",
        "followthrough_jira",
        "followthrough_local",
        f"followthrough-{followthrough.__version__}.dist-info",
    }
    assert "followthrough/py.typed" in names
    assert "followthrough/schemas/report.json" in names
    assert f"followthrough-{followthrough.__version__}.dist-info/licenses/LICENSE" in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_source_archive_holds_what_testing_needs(unpacked: Path) -> None:
    there = {path.name for path in unpacked.iterdir()}
    assert {".ci", "Makefile", "tests", "requirements", "docs", "examples", "README.md", "LICENSE"} <= there
    assert not there & {"build", "dist", ".venv", ".followthrough", ".git"}


def test_every_python_that_is_promised_is_checked() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: "
    promised = [
        name.removeprefix(prefix) for name in project["classifiers"] if name.startswith(f"{prefix}3.")
    ]
    assert project["requires-python"] == f">={promised[0]}"
    workflow = (CHECKOUT / ".github/workflows/checks.yml").read_text(encoding="utf-8")
    listed = ", ".join(f'"{version}"' for version in promised)
    assert f"python: [{listed}]" in workflow
