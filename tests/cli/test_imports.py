"""What a command loads before it works: each library costs every start, so only what is used is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEAVY = {"pydantic", "httpx", "rich", "jira", "github", "sqlalchemy", "alembic", "pyromark"}
PROBE = """
import json, sys
from followthrough.__main__ import main
try:
    code = main(sys.argv[2:])
except SystemExit as end:
    code = end.code
loaded = sorted({name.partition(".")[0] for name in sys.modules})
open(sys.argv[1], "w").write(json.dumps([code, loaded]))
"""
REMOTE = {"jira", "github"}


@pytest.fixture
def loaded(shop: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., set[str]]:
    """The top-level modules in memory at the end of a command."""
    path = tmp_path_factory.mktemp("loaded") / "modules.json"

    def run(*arguments: str) -> set[str]:
        subprocess.run(
            [sys.executable, "-c", PROBE, str(path), *arguments],
            cwd=shop.folder,
            env=dict(shop.environ),
            capture_output=True,
            check=True,
        )
        code, modules = json.loads(path.read_text())
        assert code in (0, None), arguments
        return set(modules)

    return run


def test_version_loads_nothing(loaded: Any) -> None:
    modules = loaded("--version")
    assert "followthrough" in modules
    assert not modules & (HEAVY | {"typer", "followthrough_local", "importlib_metadata"})


def test_help_loads_no_library_it_does_not_show(loaded: Any) -> None:
    modules = loaded("--help")
    assert "typer" in modules
    assert not modules & HEAVY


@pytest.mark.parametrize(
    ("arguments", "without"),
    [
        (("extract", "pm.md"), {"httpx", "sqlalchemy", "alembic", "rich", *REMOTE}),
        (("plan", "pm.md"), {"alembic", "rich", *REMOTE}),
        (("file", "pm.md"), {"rich", *REMOTE}),
        (("sync",), {"rich", *REMOTE}),
        (("local", "list"), {"httpx", "sqlalchemy", "alembic", "rich", "pyromark", *REMOTE}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_loads_what_it_uses(
    arguments: tuple[str, ...], without: set[str], shop: Any, postmortem: str, loaded: Any
) -> None:
    shop.write("pm.md", postmortem)
    shop.write("followthrough.toml", 'documents = ["pm.md"]\n')
    assert not loaded(*arguments) & without


def test_a_second_run_needs_no_migrations(shop: Any, postmortem: str, loaded: Any) -> None:
    shop.write("pm.md", postmortem)
    shop.ok("file", "pm.md")
    assert "alembic" not in loaded("sync")
    assert not loaded("sync") & ({"rich"} | REMOTE)


def test_every_heavy_library_is_there_to_be_loaded() -> None:
    """Else the tests above would hold of a name that is written wrong."""
    from importlib.util import find_spec

    assert not [name for name in HEAVY | REMOTE if find_spec(name) is None]
    assert Path(sys.executable).with_name("followthrough").exists()
