"""The question before anything is filed: asked on a terminal, nowhere else, and a no is a no."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Titles = Callable[[Path], list[str]]

ALERT = "Alert when the connection pool is over 90 % for five minutes"
RESTORE = "Try a restore from backup every quarter"


def _on_terminal(shop: Any, *arguments: str, answer: str) -> tuple[int, str]:
    result = shop.on_terminal(*arguments, question="[y/N]", answer=answer)
    return result.code, result.out


@pytest.fixture
def document(shop: Any, written: Written) -> Path:
    path: Path = shop.write("pm.md", written(ALERT, RESTORE))
    return path


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_no_files_nothing(answer: str, shop: Any, document: Path, titles: Titles, written: Written) -> None:
    code, screen = _on_terminal(shop, "file", "pm.md", answer=answer)
    assert code == 0
    assert "File 2 issues in FT in the embedded tracker (private), nobody assigned? [y/N]" in screen
    assert "only this machine can open them" in screen.partition("[y/N]")[0], "said before the question"
    assert "Nothing filed" in screen
    assert document.read_text() == written(ALERT, RESTORE)
    assert titles(shop.folder) == []
    shop.ok("file", "pm.md")
    assert titles(shop.folder) == sorted([ALERT, RESTORE]), "a no is forgotten by the next run"


def test_the_question_stands_until_it_is_answered(shop: Any, document: Path) -> None:
    _code, screen = _on_terminal(shop, "file", "pm.md", answer="n\n")
    after = screen.partition("[y/N]")[2]
    assert "\x1b[2K" not in after, "something wipes the line on which the question stands"
    assert "\x1b[1A" not in after


@pytest.mark.parametrize("answer", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_leaving_the_question_files_nothing(
    answer: str, shop: Any, document: Path, titles: Titles, written: Written
) -> None:
    code, screen = _on_terminal(shop, "file", "pm.md", answer=answer)
    assert code == 130
    assert "Traceback" not in screen
    assert document.read_text() == written(ALERT, RESTORE)
    assert titles(shop.folder) == []


def test_yes_files(shop: Any, document: Path, titles: Titles) -> None:
    code, screen = _on_terminal(shop, "file", "pm.md", answer="y\n")
    assert code == 0
    assert "FT-1" in screen
    assert document.read_text().count("#ft-") == 2
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    code, screen = _on_terminal(shop, "file", "pm.md", answer="")
    assert code == 0
    assert "[y/N]" not in screen, "there is nothing to ask about"


@pytest.mark.parametrize("how", ["--yes", "-y", "--plan", "run", "pipe"])
def test_nobody_is_asked(how: str, shop: Any, document: Path, titles: Titles) -> None:
    if how == "pipe":
        result = shop.program("file", "pm.md", stdin=b"")
        code, screen = result.code, result.out + result.err
    else:
        arguments = {"--plan": ("file", "--plan", "plan.json"), "run": ("run", "pm.md")}
        if how == "--plan":
            shop.ok("plan", "pm.md", "-o", "plan.json")
        code, screen = _on_terminal(shop, *arguments.get(how, ("file", "pm.md", how)), answer="n\n")
    assert code == 0, screen
    assert "[y/N]" not in screen
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
