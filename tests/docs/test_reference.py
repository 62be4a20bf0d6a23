"""The reference says of every command, option, exit code, key and field what the program says."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Sections = Callable[[str], dict[str, str]]
Cells = Callable[[str], list[str]]
Run = Callable[..., Any]

COMMAND = re.compile(r"^  ([a-z][\w-]*)(?:  |$)", re.MULTILINE)
OPTION = re.compile(r"^  (?:(-\w), )?(--[\w-]+)(?:, (-\w)\b)?", re.MULTILINE)


@pytest.fixture(scope="module")
def helps(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Every command with its options, as ``--help`` names them."""
    folder = tmp_path_factory.mktemp("help")

    def collect(*command: str) -> Iterator[tuple[str, set[str]]]:
        done = run(*command, "--help", folder=folder)
        assert done.returncode == 0, done.stderr
        options = {name for found in OPTION.findall(done.stdout) for name in found if name}
        yield " ".join(("followthrough", *command)), options - {"--help"}
        _, _, commands = done.stdout.partition("Commands:")
        for name in COMMAND.findall(commands):
            yield from collect(*command, name)

    return dict(collect())


@pytest.fixture(scope="module")
def commands_page(checkout: Path, sections: Sections) -> dict[str, str]:
    found = sections((checkout / "docs/reference/commands.md").read_text(encoding="utf-8"))
    return {name: text for name, text in found.items() if name.split(" ")[0] == "followthrough"}


def test_every_command_is_documented_and_no_other(
    helps: dict[str, set[str]], commands_page: dict[str, str]
) -> None:
    assert set(commands_page) == set(helps)


def test_every_option_is_documented_and_no_other(
    helps: dict[str, set[str]], commands_page: dict[str, str], first_cells: Cells
) -> None:
    documented = {
        name: {word.split(" ")[0] for word in first_cells(text) if word.startswith("-")}
        for name, text in commands_page.items()
    }
    assert documented == helps


def test_every_exit_code_is_documented_and_no_other(checkout: Path, first_cells: Cells) -> None:
    page = (checkout / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    codes = [int(code) for code in importlib.import_module("followthrough.engine.exits").Exit]
    app = importlib.import_module("followthrough.cli.app")
    assert [int(code) for code in first_cells(page)] == [*codes, app.INTERRUPTED, app.TERMINATED]


def templates(checkout: Path) -> set[str]:
    """Every string of the program, with what is filled in as ``…``."""
    import ast

    found = set()
    for root in ("src", "connectors"):
        for path in (checkout / root).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
                    found.add("".join(str(part) for part in parts))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(re.sub(r"\{\w*\}", "…", node.value))
    return found


def test_every_documented_message_is_one_of_the_program_s(checkout: Path, first_cells: Cells) -> None:
    pages = [checkout / "docs/reference/messages.md", checkout / "docs/how-to/when-it-says.md"]
    known = templates(checkout)
    for page in pages:
        for message in first_cells(page.read_text(encoding="utf-8")):
            assert any(message in template for template in known), f"{page.name}: {message}"
