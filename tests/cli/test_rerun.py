"""Any rerun is a no-op: same bytes, same time of change, same inode, and a tracker that heard nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Picture = Callable[[Path], dict[str, Any]]
READING = (
    "plan",
    "plan --offline",
    "plan --format json",
    "plan --detailed-exitcode",
    "status",
    "status --format json",
    "report",
    "report --format json",
    "report --format markdown",
    "extract .",
    "extract . --format jsonl",
    "local list",
    "local list --format json",
    "local show FT-1",
)
WRITING = ("file", "sync", "run", "file pms/checkout.md", "sync pms/checkout.md", "run pms/checkout.md")


@pytest.fixture
def filled(shop: Any, postmortem: str, written: Written) -> Any:
    shop.write("followthrough.toml", 'documents = ["pms/*"]\nnamespace = "reruns"\n')
    shop.write("pms/checkout.md", postmortem.replace("\n", "\r\n"))
    shop.write(
        "pms/plain.txt", "Post-mortem: cache\n\nAction items:\n\n- Add an alert for the cache\n- Warm it up\n"
    )
    shop.write("pms/twice.md", written("Review the limits", "Review the limits", title="Limits"))
    shop.write("pms/draft.md", "---\nstatus: draft\n---\n" + written("Write this down", title="Draft"))
    return shop


def _documents(shop: Any, picture: Picture) -> dict[str, Any]:
    return {name: entry for name, entry in picture(shop.folder).items() if ".followthrough" not in name}


def _files(shop: Any, picture: Picture) -> dict[str, Any]:
    """Without the state folder's own entry, in which SQLite's files beside a database come and go."""
    return {name: entry for name, entry in picture(shop.folder).items() if name != ".followthrough"}


def test_reading_commands_make_nothing(filled: Any, picture: Picture) -> None:
    before = picture(filled.folder)
    for command in READING:
        code = filled.run(*command.split()).code
        assert code in ((2,) if command == "local show FT-1" else (0, 6)), command
        assert picture(filled.folder) == before, command
    assert ".followthrough" not in before


def test_reading_commands_change_nothing_of_what_is_there(filled: Any, picture: Picture) -> None:
    filled.ok("file", "--limit", "100")
    filled.ok("local", "close", "FT-1")
    before = _files(filled, picture)
    assert ".followthrough/tracker.db" in before
    for command in READING:
        assert filled.run(*command.split()).code in (0, 6), command
        assert _files(filled, picture) == before, command


@pytest.mark.parametrize("change", ["none", "close", "drop"])
def test_writing_commands_run_again_change_nothing(
    change: str, filled: Any, picture: Picture, stored: Callable[[Path], list[dict[str, Any]]]
) -> None:
    filled.ok("file", "--limit", "100")
    if change != "none":
        filled.ok("local", change, "FT-1", "FT-3")
        filled.ok("sync")
    before, tickets = _documents(filled, picture), stored(filled.folder)
    assert b"#ft-" in (filled.folder / "pms" / "checkout.md").read_bytes()
    tracker = (filled.folder / ".followthrough" / "tracker.db").read_bytes()
    for command in (*WRITING, *WRITING):
        result = filled.run(*command.split())
        assert result.code == 0, (command, result.said)
        assert _documents(filled, picture) == before, command
        assert stored(filled.folder) == tickets, command
    assert (filled.folder / ".followthrough" / "tracker.db").read_bytes() == tracker
    plan = filled.ok("plan", "--format", "json").json
    assert (plan["counts"]["file"], plan["counts"]["write"]) == (0, 0)
    assert filled.run("plan", "--detailed-exitcode").code == 0


def test_sync_changes_only_the_lines_whose_tickets_changed(filled: Any, postmortem: str) -> None:
    filled.ok("file", "--limit", "100")
    document = filled.folder / "pms" / "checkout.md"
    before = document.read_bytes().split(b"\r\n")
    key = next(t["key"] for t in filled.tickets() if t["title"].startswith("Rehearse draining"))
    filled.ok("local", "close", key)
    filled.ok("sync")
    after = document.read_bytes().split(b"\r\n")
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    old, new = changed[0]
    assert new == old.replace(b"[ ]", b"[x]").replace(b", open]", b", done]")


def test_unlink_gives_the_first_bytes_back_and_leaves_the_tickets(
    filled: Any, picture: Picture, stored: Callable[[Path], list[dict[str, Any]]]
) -> None:
    before = {name: entry[-1] for name, entry in _documents(filled, picture).items()}
    filled.ok("file", "--limit", "100")
    assert {name: entry[-1] for name, entry in _documents(filled, picture).items()} != before
    tickets = stored(filled.folder)
    filled.ok("unlink")
    assert {name: entry[-1] for name, entry in _documents(filled, picture).items()} == before
    held = _documents(filled, picture)
    for command in ("unlink", "sync", "run", "file"):
        filled.ok(*command.split())
        assert _documents(filled, picture) == held, f"{command}: a detached document is left alone"
        assert stored(filled.folder) == tickets
    filled.ok("file", "pms/checkout.md")
    assert b"#ft-" in (filled.folder / "pms" / "checkout.md").read_bytes(), "until it is named again"
    assert stored(filled.folder) == tickets


def test_unlink_after_a_state_change_takes_out_the_links_and_keeps_the_boxes(
    shop: Any, written: Written
) -> None:
    text = written("[ ] Rehearse the region switch", "[ ] Write a runbook")
    document = shop.write("pm.md", text)
    shop.ok("file", "pm.md")
    shop.ok("local", "close", "FT-1")
    shop.ok("sync")
    shop.ok("unlink", "pm.md")
    assert document.read_text() == text.replace("[ ] Rehearse", "[x] Rehearse")
