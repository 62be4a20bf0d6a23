"""``make demo``: runs, runs again, and leaves the checkout as it was."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest


def snapshot(folder: Path) -> dict[str, str]:
    """Every file of the examples, and whether a state folder appeared beside them or at the root."""
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "examples").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return found | {"state": str((folder / ".followthrough").exists())}


def demo(script: Path, temporary: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, script],
        cwd=temporary,
        env={**environment, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_demo_runs_twice_and_leaves_the_checkout_clean(
    checkout: Path, tmp_path: Path, environment: Mapping[str, str]
) -> None:
    before = snapshot(checkout)
    runs = [demo(checkout / "examples" / "demo.py", tmp_path, environment) for _ in range(2)]
    assert snapshot(checkout) == before
    reports = set(tmp_path.glob("followthrough-demo-*/report.md"))
    assert len(reports) == 2
    for done in runs:
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        for words in ("To do: file", "FT-1", "open → done", "open → in progress", "+- [x]", "Filed 0"):
            assert words in done.stdout
        assert any(str(report) in done.stdout for report in reports)


@pytest.mark.parametrize("missing", ["postmortems", "followthrough.toml"])
def test_demo_fails_loudly(
    missing: str, checkout: Path, tmp_path: Path, environment: Mapping[str, str]
) -> None:
    copied = tmp_path / "examples"
    shutil.copytree(checkout / "examples", copied)
    for document in (copied / "postmortems").glob("*.md"):
        document.write_text("# Nothing happened\n", encoding="utf-8")
    if missing == "postmortems":
        (copied / "followthrough.toml").write_text("documents = []\n", encoding="utf-8")
    done = demo(copied / "demo.py", tmp_path, environment)
    assert done.returncode != 0
    assert "The demo failed" in done.stderr
