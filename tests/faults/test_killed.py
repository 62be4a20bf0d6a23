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
