"""What may not be read or written: the measures are tracked all the same, or a sentence says why not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Picture = Callable[[Path], dict[str, Any]]
Sentence = Callable[[Any], str]
Titles = Callable[[Path], list[str]]

ALERT = "Alert when the connection pool is over 90 % for five minutes"
RESTORE = "Try a restore from backup every quarter"


def test_the_tests_run_as_somebody_whom_modes_bind(bound_shop: Any, written: Written) -> None:
    bound_shop.write("pm.md", written(ALERT)).chmod(0)
    assert bound_shop.run("extract", "pm.md").code == 3


@pytest.mark.parametrize("command", ["extract", "plan", "file", "sync", "run", "unlink"])
def test_a_document_that_may_not_be_read(
    command: str, bound_shop: Any, written: Written, titles: Titles
) -> None:
    document = bound_shop.write("pm.md", written(ALERT))
    document.chmod(0)
    result = bound_shop.run(command, "pm.md")
    assert result.code == 3
    assert "Traceback" not in result.said
    assert "pm.md: cannot be read" in result.said
    assert "ermission" in result.said
    assert titles(bound_shop.folder) == []
    document.chmod(0o600)
    assert document.read_text() == written(ALERT)


def _only_read(shop: Any, document: Path, written: Written, titles: Titles, word: str) -> None:
    """Extracted, filed in the ledger, never written, and all of it once."""
    before, status = document.read_bytes(), document.stat()
    assert ALERT in shop.ok("extract", str(document)).out
    result = shop.ok("file", str(document))
    assert word in result.said
    assert "only read" in result.said
    assert titles(shop.folder) == [ALERT]
    shop.ok("local", "close", "FT-1")
    for command in ("sync", "file", "run"):
        result = shop.run(command, str(document))
        assert result.code == 0, result.said
    assert "only read" in shop.ok("status").out
    assert titles(shop.folder) == [ALERT]
    after = document.stat()
    assert document.read_bytes() == before
    assert (after.st_mtime_ns, after.st_ino, after.st_mode) == (
        status.st_mtime_ns,
        status.st_ino,
        status.st_mode,
    )
    assert shop.ok("report", "--format", "json").json["done"] == 1


def test_a_write_protected_document(bound_shop: Any, written: Written, titles: Titles) -> None:
    document = bound_shop.write("pm.md", written(ALERT))
    document.chmod(0o444)
    _only_read(bound_shop, document, written, titles, "write-protected")
    document.chmod(0o644)
    bound_shop.ok("sync")
    assert "[FT-1, done]" in document.read_text(), "once it may be written, it is brought up to date"


def test_a_document_in_a_folder_that_may_not_be_written(
    bound_shop: Any, written: Written, titles: Titles
) -> None:
    document = bound_shop.write("pms/pm.md", written(ALERT))
    bound_shop.write("followthrough.toml", "")
    document.parent.chmod(0o555)
    _only_read(bound_shop, document, written, titles, "folder")
    assert [path.name for path in document.parent.iterdir()] == ["pm.md"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_document_of_another_user(bound_shop: Any, written: Written, titles: Titles) -> None:
    document = bound_shop.write("pm.md", written(ALERT))
    os.chown(document, 0, 0)
    document.chmod(0o666)
    _only_read(bound_shop, document, written, titles, "another user")


def test_a_folder_that_takes_no_ledger(
    bound_shop: Any, written: Written, sentence: Sentence, picture: Picture
) -> None:
    bound_shop.write("pm.md", written(ALERT))
    bound_shop.folder.chmod(0o555)
    before = picture(bound_shop.folder)
    for command in ("file", "sync", "run", "unlink"):
        result = bound_shop.run(command, "pm.md")
        assert result.code == 2
        assert ".followthrough" in sentence(result)
        assert "writable" in result.err
    assert picture(bound_shop.folder) == before
    assert ALERT in bound_shop.ok("plan", "pm.md").out
    assert ALERT in bound_shop.ok("extract", "pm.md").out
    for command in ("status", "report"):
        bound_shop.ok(command)
    assert picture(bound_shop.folder) == before


def test_a_state_folder_that_may_not_be_written(
    bound_shop: Any, written: Written, sentence: Sentence, picture: Picture, titles: Titles
) -> None:
    document = bound_shop.write("pm.md", written(ALERT))
    bound_shop.ok("file", "pm.md")
    document.write_text(written(ALERT, RESTORE))
    state = bound_shop.folder / ".followthrough"
    for path in state.iterdir():
        path.chmod(0o444)
    state.chmod(0o555)
    before = picture(bound_shop.folder)
    for command in ("file", "sync", "run"):
        result = bound_shop.run(command, "pm.md")
        assert result.code == 2, result.said
        assert ".followthrough" in sentence(result)
    assert picture(bound_shop.folder) == before
    for command in ("plan", "status", "report"):
        result = bound_shop.run(command)
        assert result.code in (0, 2)
        assert "Traceback" not in result.said
    assert picture(bound_shop.folder) == before
    state.chmod(0o700)
    for path in state.iterdir():
        path.chmod(0o600)
    bound_shop.ok("file", "pm.md")
    assert titles(bound_shop.folder) == sorted([ALERT, RESTORE])


def test_a_tracker_that_may_not_be_written(
    bound_shop: Any, written: Written, sentence: Sentence, titles: Titles
) -> None:
    document = bound_shop.write("pm.md", written(ALERT))
    bound_shop.write("vault/README.txt", "")
    bound_shop.write("followthrough.toml", '[trackers.team]\nkind = "local"\npath = "vault/tracker.db"\n')
    vault = bound_shop.folder / "vault"
    vault.chmod(0o555)
    result = bound_shop.run("file", "pm.md")
    assert result.code in (3, 5)
    assert "tracker.db" in sentence(result)
    assert document.read_text() == written(ALERT)
    vault.chmod(0o755)
    bound_shop.ok("file", "pm.md")
    assert document.read_text().count("#ft-") == 1
    assert [ticket["title"] for ticket in bound_shop.tickets()] == [ALERT]


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "pm.md", "-o", "closed/plan.json"),
        ("report", "-o", "closed/report.md"),
        ("plan", "pm.md", "-o", "nowhere/plan.json"),
        ("report", "-o", "nowhere/report.md"),
        ("plan", "pm.md", "-o", "closed"),
        ("report", "-o", "closed"),
    ],
    ids=" ".join,
)
def test_an_output_that_cannot_be_written(
    arguments: tuple[str, ...], bound_shop: Any, written: Written, sentence: Sentence, picture: Picture
) -> None:
    bound_shop.write("pm.md", written(ALERT))
    (bound_shop.folder / "closed").mkdir(mode=0o555)
    before = picture(bound_shop.folder)
    result = bound_shop.run(*arguments)
    assert result.code == 2
    assert arguments[-1] in sentence(result)
    assert picture(bound_shop.folder) == before


def test_settings_that_may_not_be_read(bound_shop: Any, written: Written, sentence: Sentence) -> None:
    bound_shop.write("pm.md", written(ALERT))
    bound_shop.write("followthrough.toml", "").chmod(0)
    result = bound_shop.run("plan", "pm.md")
    assert result.code == 2
    assert "followthrough.toml" in sentence(result)
    assert ALERT in bound_shop.ok("extract", "pm.md").out
