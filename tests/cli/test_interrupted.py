"""Ctrl-C and SIGTERM at any moment: a word, the right exit code, and the next run completes the work.

A moment is the number of a Python call, drawn with a fixed seed: the same failure comes back when it is run again.
"""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

New = Callable[[str], Any]
Titles = Callable[[Path], list[str]]

CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
NEVER = 10**9
START = 12
"""Calls before which a signal is the interpreter's: the program is only about to say what it wants done then."""
EDGE = 25
"""Calls at either end of a run in which every few are tried: where handlers come and go."""


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def number(request: pytest.FixtureRequest) -> signal.Signals:
    found: signal.Signals = request.param
    return found


def _moments(total: int, count: int, seed: str) -> Iterator[int]:
    yield from range(START, START + EDGE, 10)
    yield from range(total - EDGE, total + 1, 10)
    chance = random.Random(seed)
    yield from (chance.randrange(START, total + 1) for _ in range(count))


def _filled(shop: Any, postmortem: str) -> Path:
    """A document in a folder whose namespace is fixed, so that every folder derives the same ids."""
    shop.write("followthrough.toml", 'namespace = "interrupted"\n')
    document: Path = shop.write("pm.md", postmortem)
    return document


def _calls(shop: Any, *arguments: str, run: str = "run") -> int:
    """How many calls the command makes when nobody disturbs it."""
    counted = shop.folder / "calls"
    result = getattr(shop, run)(*arguments, signal={"number": 0, "at": NEVER, "calls": str(counted)})
    assert result.code == 0, result.said
    total = int(counted.read_text())
    counted.unlink()
    return total


def _interrupted(shop: Any, number: signal.Signals, at: int, *arguments: str, run: str = "run") -> None:
    result = getattr(shop, run)(*arguments, signal={"number": number, "at": at})
    where = f"{number.name} at call {at} of {arguments}: {result}"
    assert "Traceback" not in result.said, where
    # Until the program listens, the system itself may end it by the signal, silently: to a shell the same.
    assert result.code in (CODES[number], -number, 0), where
    assert result.code <= 0 or "Nothing is lost" in result.err, where


def test_file(new_shop: New, number: signal.Signals, postmortem: str, titles: Titles, nightly: bool) -> None:
    calm = new_shop("calm")
    document = _filled(calm, postmortem)
    total = _calls(calm, "file", "pm.md")
    expected, tickets = document.read_bytes(), titles(calm.folder)
    assert expected.count(b"#ft-") == len(tickets) > 3
    for turn, at in enumerate(_moments(total, 100 if nightly else 8, f"file {number}")):
        shop = new_shop(f"shop{turn}")
        document = _filled(shop, postmortem)
        _interrupted(shop, number, at, "file", "pm.md")
        assert document.read_bytes() in (postmortem.encode(), expected), at
        shop.ok("file", "pm.md")
        assert titles(shop.folder) == tickets, at
        assert document.read_bytes() == expected, at
        assert not list(shop.folder.glob(".followthrough-*")), at


def test_sync(new_shop: New, number: signal.Signals, postmortem: str, titles: Titles, nightly: bool) -> None:
    calm = new_shop("calm")
    document = _filled(calm, postmortem)
    calm.ok("file", "pm.md")
    calm.ok("local", "close", "FT-1", "FT-4")
    calm.ok("local", "start", "FT-2")
    before = document.read_bytes()
    for turn, at in _again(calm, new_shop, number, nightly, "sync"):
        document = turn.folder / "pm.md"
        torn = document.read_bytes()
        turn.ok("sync")
        synced = (calm.folder / "pm.md").read_bytes()
        assert synced.count(b", done]") == 2
        assert torn in (before, synced), at
        assert document.read_bytes() == synced, at
        assert titles(turn.folder) == titles(calm.folder), at
        assert not list(turn.folder.glob(".followthrough-*")), at


def test_unlink(new_shop: New, number: signal.Signals, postmortem: str, nightly: bool) -> None:
    calm = new_shop("calm")
    document = _filled(calm, postmortem)
    calm.ok("file", "pm.md")
    filed = document.read_bytes()
    for turn, at in _again(calm, new_shop, number, nightly, "unlink", "pm.md"):
        document = turn.folder / "pm.md"
        assert document.read_bytes() in (postmortem.encode(), filed), at
        turn.ok("unlink", "pm.md")
        assert document.read_bytes() == postmortem.encode(), at
        turn.ok("sync")
        assert document.read_bytes() == postmortem.encode(), at


def _again(
    calm: Any, new_shop: New, number: signal.Signals, nightly: bool, *arguments: str
) -> Iterator[tuple[Any, int]]:
    """Copies of a folder in which the command was interrupted, each at another moment; then it runs in ``calm``."""
    kept = calm.folder.with_name("kept")
    shutil.copytree(calm.folder, kept)
    total = _calls(calm, *arguments)
    for turn, at in enumerate(_moments(total, 100 if nightly else 5, f"{arguments} {number}")):
        shop = new_shop(f"shop{turn}")
        shutil.copytree(kept, shop.folder, dirs_exist_ok=True)
        _interrupted(shop, number, at, *arguments)
        yield shop, at


def test_while_the_program_loads(
    new_shop: New, number: signal.Signals, postmortem: str, titles: Titles, nightly: bool
) -> None:
    calm = new_shop("calm")
    _filled(calm, postmortem)
    total = _calls(calm, "file", "pm.md", run="cold")
    tickets = titles(calm.folder)
    chance = random.Random(f"load {number}")
    for turn in range(50 if nightly else 2):
        shop = new_shop(f"shop{turn}")
        _filled(shop, postmortem)
        _interrupted(shop, number, chance.randrange(START, total // 2), "file", "pm.md", run="cold")
        shop.ok("file", "pm.md")
        assert titles(shop.folder) == tickets
