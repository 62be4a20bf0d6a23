"""`kill -9` of the real process at every named step: nothing twice, nothing lost, no torn document."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DYING = str(Path(__file__).with_name("dying.py"))
FILE_STEPS = (
    "surveyed",
    "learned",
    "intents written",
    "announced",
    "created",
    "recorded",
    "read back",
    "temporary written",
    "replaced",
    "document written",
    "base recorded",
    "journal written",
)
SYNC_STEPS = (
    "surveyed",
    "learned",
    "temporary written",
    "replaced",
    "document written",
    "base recorded",
    "journal written",
)


def _filled(shop: Any, postmortem: str) -> Path:
    """A document in a folder whose namespace is fixed, so that every folder derives the same ids."""
    shop.write("followthrough.toml", 'namespace = "fault tests"\n')
    document: Path = shop.write("pm.md", postmortem)
    return document


def _titles(shop: Any) -> list[str]:
    return sorted(ticket["title"] for ticket in shop.tickets())


def _die(shop: Any, step: str, number: int, *arguments: str) -> int:
    code: int = shop.start([sys.executable, DYING, step, str(number), *arguments]).code
    return code


@pytest.mark.parametrize("step", FILE_STEPS)
def test_file_killed_at_a_step_and_run_again(
    step: str, new_shop: Callable[[str], Any], postmortem: str, nightly: bool
) -> None:
    calm = new_shop("calm")
    _filled(calm, postmortem)
    calm.ok("file", "pm.md")
    expected, titles = (calm.folder / "pm.md").read_bytes(), _titles(calm)
    assert len(titles) == 6

    for turn in range(10 if nightly else 2):
        shop = new_shop(f"killed{turn}")
        document = _filled(shop, postmortem)
        assert _die(shop, step, 1, "file", "pm.md") == -signal.SIGKILL
        assert document.read_bytes() in (postmortem.encode(), expected)
        shop.ok("file", "pm.md")
        assert _titles(shop) == titles
        assert document.read_bytes() == expected
        before = document.stat().st_mtime_ns
        shop.ok("file", "pm.md")
        shop.ok("sync")
        assert document.stat().st_mtime_ns == before
        assert not list(shop.folder.glob(".followthrough-*"))


@pytest.mark.parametrize("step", SYNC_STEPS)
def test_sync_killed_at_a_step_and_run_again(
    step: str, new_shop: Callable[[str], Any], postmortem: str, nightly: bool
) -> None:
    for turn in range(10 if nightly else 2):
        shop = new_shop(f"killed{turn}")
        document = _filled(shop, postmortem)
        shop.ok("file", "pm.md")
        filed = document.read_bytes()
        shop.ok("local", "close", "FT-3")
        shop.ok("local", "start", "FT-1")
        assert _die(shop, step, 1, "sync") == -signal.SIGKILL
        torn = document.read_bytes()
        shop.ok("sync")
        synced = document.read_bytes()
        assert torn in (filed, synced)
        assert synced.count(b"in progress") == 1
        assert b"[x] Rehearse draining the queue every quarter [FT-3, done]" in synced
        assert len(_titles(shop)) == 6


@pytest.mark.parametrize("step", ["learned", "pushed", "push recorded", "replaced", "base recorded"])
def test_a_push_killed_at_a_step_and_run_again(step: str, shop: Any, postmortem: str) -> None:
    document = _filled(shop, postmortem)
    shop.ok("file", "pm.md")
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("[ ] Rehearse draining", "[x] Rehearse draining"), encoding="utf-8")
    push = ("sync", "--push", "FT-3")
    assert _die(shop, step, 1, *push) == -signal.SIGKILL
    shop.ok(*push)
    assert "[x] Rehearse draining the queue every quarter [FT-3, done]" in document.read_text(
        encoding="utf-8"
    )
    before = document.stat().st_mtime_ns
    assert shop.ok(*push, "--format", "json").json["pushed"] == []
    (ticket,) = shop.ok("local", "show", "FT-3", "--format", "json").json["tickets"]
    assert [entry["field"] for entry in ticket["history"]] == ["created", "state"]
    assert document.stat().st_mtime_ns == before


@pytest.mark.parametrize("step", ["intents written", "created", "opened again", "recorded", "replaced"])
def test_filing_what_was_taken_back_killed_at_a_step_and_run_again(
    step: str, shop: Any, postmortem: str
) -> None:
    document = _filled(shop, postmortem)
    shop.ok("file", "pm.md")
    filed = document.read_bytes()
    shop.ok("undo", shop.ok("status", "--format", "json").json["last_run"]["id"], "--yes")
    line = next(n for n, text in enumerate(filed.decode().splitlines(), 1) if "[FT-3, open" in text)
    again = ("file", "--item", f"pm.md:{line}")
    assert _die(shop, step, 1, *again) == -signal.SIGKILL
    shop.ok(*again)
    states = {ticket["key"]: ticket["state"] for ticket in shop.tickets()}
    assert len(states) == 6
    assert [key for key, state in states.items() if state == "open"] == ["FT-3"]
    assert document.read_bytes().splitlines()[line - 1] == filed.splitlines()[line - 1]
    assert document.read_bytes().count(b"#ft-") == 1
