"""A ledger, a tracker or a saved plan that cannot be used: nothing is filed, written or thrown away."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Written = Callable[..., str]
Picture = Callable[[Path], dict[str, Any]]
Sentence = Callable[[Any], str]
Titles = Callable[[Path], list[str]]

HOLDING = Path(__file__).with_name("holding.py")
ALERT = "Alert when the connection pool is over 90 % for five minutes"
RESTORE = "Try a restore from backup every quarter"
REVIEW = "Review pool settings before each deploy"

GARBAGE = b"no database at all\n" * 400


def _truncated(path: Path) -> bytes:
    return path.read_bytes()[:6000]


def _foreign(path: Path) -> bytes:
    other = path.with_name("other.db")
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE songs (name TEXT)")
        database.commit()
    content = other.read_bytes()
    other.unlink()
    return content


def _torn(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content), 512):
        content[at : at + 256] = b"\xa5" * 256
    return bytes(content)


DAMAGE: dict[str, Callable[[Path], bytes]] = {
    "garbage": lambda _path: GARBAGE,
    "truncated": _truncated,
    "torn": _torn,
    "of another program": _foreign,
}


@pytest.fixture
def filed(shop: Any, written: Written) -> Path:
    """A document with one filed measure and a new one, so that every command has something to do."""
    document: Path = shop.write("pm.md", written(ALERT))
    shop.ok("file", "pm.md")
    shop.ok("local", "start", "FT-1")
    document.write_text(document.read_text().replace("\n## Timeline", f"- {RESTORE}\n\n## Timeline"))
    return document


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_ledger(damage: str, shop: Any, filed: Path, sentence: Sentence, titles: Titles) -> None:
    ledger = shop.folder / ".followthrough" / "ledger.db"
    good, before = ledger.read_bytes(), filed.read_bytes()
    ledger.write_bytes(DAMAGE[damage](ledger))
    bad = ledger.read_bytes()
    for command in ("plan pm.md", "file pm.md", "sync", "run", "status", "report", "unlink pm.md"):
        result = shop.run(*command.split())
        assert result.code == 2, (command, result.said)
        assert "ledger.db" in sentence(result)
        assert ledger.read_bytes() == bad, command
        assert filed.read_bytes() == before, command
    assert titles(shop.folder) == [ALERT]
    ledger.write_bytes(good)
    shop.ok("file", "pm.md")
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert filed.read_text().count("#ft-") == 2


def test_an_empty_or_missing_ledger_is_rebuilt_without_filing_again(
    shop: Any, filed: Path, titles: Titles
) -> None:
    for empty in (True, False):
        for path in (shop.folder / ".followthrough").glob("ledger.db*"):
            path.unlink()
            if empty:
                path.touch()
        shop.ok("sync", "pm.md")
        shop.ok("file", "pm.md")
        assert titles(shop.folder) == sorted([ALERT, RESTORE])
        assert filed.read_text().count("#ft-") == 2
        assert "[FT-1, in progress]" in filed.read_text()


def test_a_state_folder_that_is_a_file(
    shop: Any, written: Written, sentence: Sentence, picture: Picture
) -> None:
    shop.write("pm.md", written(ALERT))
    shop.write(".followthrough", "a file\n")
    before = picture(shop.folder)
    for command in ("file", "sync", "run"):
        result = shop.run(command, "pm.md")
        assert result.code == 2, result.said
        assert ".followthrough" in sentence(result)
    for command in ("plan pm.md", "status", "report"):
        result = shop.run(*command.split())
        assert result.code in (0, 2), result.said
        assert "Traceback" not in result.said
    assert picture(shop.folder) == before


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_tracker(damage: str, shop: Any, filed: Path, titles: Titles) -> None:
    tracker = shop.folder / ".followthrough" / "tracker.db"
    good, before = tracker.read_bytes(), filed.read_bytes()
    tracker.write_bytes(DAMAGE[damage](tracker))
    bad = tracker.read_bytes()
    for command in ("plan pm.md", "file pm.md", "sync", "run pm.md", "local list", "local close FT-1"):
        result = shop.run(*command.split())
        assert result.code in (2, 3, 4, 5), (command, result.said)
        assert "Traceback" not in result.said
        assert "tracker.db" in result.said, command
        assert tracker.read_bytes() == bad, command
        assert filed.read_bytes() == before, command
    for command in ("status", "report"):
        assert shop.run(command).code == 0, command
    tracker.write_bytes(good)
    shop.ok("file", "pm.md")
    shop.ok("sync")
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert filed.read_text().count("#ft-") == 2
    assert "[FT-1, in progress]" in filed.read_text()


def test_a_lost_tracker_closes_and_files_nothing_again(shop: Any, filed: Path) -> None:
    before = filed.read_bytes()
    for path in (shop.folder / ".followthrough").glob("tracker.db*"):
        path.unlink()
    result = shop.run("sync")
    assert result.code in (0, 3, 4)
    assert "Traceback" not in result.said
    assert filed.read_bytes() == before
    shop.run("file", "pm.md")
    line = next(line for line in filed.read_text().splitlines() if ALERT in line)
    assert line in before.decode(), "a ticket that is missing neither closes its measure nor moves its link"
    assert ALERT not in [ticket["title"] for ticket in shop.tickets()], "nor is it filed a second time"


# --- one at a time ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["file pm.md", "sync", "run", "unlink pm.md"])
def test_a_second_run_at_the_same_time(
    command: str, shop: Any, written: Written, sentence: Sentence, titles: Titles
) -> None:
    document = shop.write("pm.md", written(ALERT, RESTORE))
    first = subprocess.Popen(
        [sys.executable, HOLDING, "intents written", "file", "pm.md"],
        cwd=shop.folder,
        env=dict(shop.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "intents written\n"
        result = shop.run(*command.split())
        assert result.code == 75
        assert "file" in sentence(result), "who is at work"
        assert str(first.pid) in result.err
        assert document.read_text() == written(ALERT, RESTORE)
        for reading in ("plan pm.md", "status", "report", "extract pm.md"):
            assert shop.run(*reading.split()).code == 0, "reading commands do not wait"
    finally:
        first.communicate("go on\n", timeout=30)
    assert first.returncode == 0
    assert titles(shop.folder) == sorted([ALERT, RESTORE])
    assert document.read_text().count("#ft-") == 2
    assert shop.run(*command.split()).code == 0
    assert titles(shop.folder) == sorted([ALERT, RESTORE])


def test_a_lock_left_behind_by_a_killed_run_holds_nobody(shop: Any, written: Written, titles: Titles) -> None:
    shop.write("pm.md", written(ALERT))
    first = subprocess.Popen(
        [sys.executable, HOLDING, "intents written", "file", "pm.md"],
        cwd=shop.folder,
        env=dict(shop.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdout.readline() == "intents written\n"
    first.kill()
    first.communicate()
    assert (shop.folder / ".followthrough" / "lock").read_text().strip()
    shop.ok("file", "pm.md")
    assert titles(shop.folder) == [ALERT]


# --- saved plans and what is named by hand ---------------------------------------------------------


@pytest.fixture
def untouched(shop: Any, written: Written, picture: Picture) -> Callable[[], bool]:
    """Whether everything in the folder is as it was when the test began."""
    shop.write("pm.md", written(ALERT, RESTORE))
    shop.ok("plan", "pm.md", "-o", "plan.json")
    before = picture(shop.folder)
    return lambda: {name: entry for name, entry in picture(shop.folder).items() if name in before} == before


def _edited(shop: Any, **values: Any) -> None:
    path = shop.folder / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


BAD_PLANS: dict[str, Callable[[Any], Any]] = {
    "missing": lambda shop: (shop.folder / "plan.json").unlink(),
    "empty": lambda shop: shop.write("plan.json", b""),
    "binary": lambda shop: shop.write("plan.json", bytes(range(256))),
    "no JSON": lambda shop: shop.write("plan.json", "{not json"),
    "a list": lambda shop: shop.write("plan.json", "[]"),
    "a number": lambda shop: shop.write("plan.json", "12"),
    "another schema": lambda shop: _edited(shop, schema="followthrough.plan/99"),
    "only a schema": lambda shop: shop.write("plan.json", '{"schema": "followthrough.plan/1"}'),
    "wrong options": lambda shop: _edited(shop, options="none"),
    "wrong limit": lambda shop: _edited(shop, options={"limit": "many", "since": None}),
    "wrong paths": lambda shop: _edited(shop, paths=[1, 2]),
    "wrong documents": lambda shop: _edited(shop, hash="0", documents=[None]),
    "a plan for reading": lambda shop: shop.write(
        "plan.json", shop.ok("plan", "pm.md", "--format", "json").out
    ),
    "a folder": lambda shop: ((shop.folder / "plan.json").unlink(), (shop.folder / "plan.json").mkdir()),
}


@pytest.mark.parametrize("kind", BAD_PLANS)
def test_a_saved_plan_that_cannot_be_used(
    kind: str, shop: Any, written: Written, untouched: Any, sentence: Sentence, titles: Titles
) -> None:
    BAD_PLANS[kind](shop)
    result = shop.run("file", "--plan", "plan.json")
    if kind == "a plan for reading" and result.code == 0:
        return  # it holds all that is needed
    assert result.code == 2, result.said
    assert "plan.json" in sentence(result)
    assert titles(shop.folder) == []
    assert (shop.folder / "pm.md").read_text() == written(ALERT, RESTORE)


def _edit(shop: Any) -> None:
    path = shop.folder / "pm.md"
    path.write_text(path.read_text().replace("nobody could pay", "few could pay"))


STALE: dict[str, tuple[Callable[[Any], Any], str]] = {
    "edited": (_edit, "pm.md"),
    "filed": (lambda shop: shop.ok("file", "pm.md", "--limit", "1"), "plan"),
    "gone": (lambda shop: (shop.folder / "pm.md").unlink(), "pm.md"),
    "hash": (lambda shop: _edited(shop, hash="0" * 16), "plan"),
}


@pytest.mark.parametrize("kind", STALE)
def test_a_stale_plan_needs_a_human(
    kind: str, shop: Any, untouched: Any, sentence: Sentence, titles: Titles
) -> None:
    change, word = STALE[kind]
    change(shop)
    before, tickets = {p: p.read_bytes() for p in shop.folder.glob("*.md")}, titles(shop.folder)
    result = shop.run("file", "--plan", "plan.json")
    assert result.code == (2 if kind == "gone" else 4), result.said
    assert word in sentence(result)
    assert {p: p.read_bytes() for p in shop.folder.glob("*.md")} == before
    assert titles(shop.folder) == tickets


def test_a_saved_plan_is_carried_out_once_and_exactly(shop: Any, untouched: Any, titles: Titles) -> None:
    shop.ok("plan", "pm.md", "--limit", "1", "-o", "plan.json")
    shop.ok("file", "--plan", "plan.json")
    assert titles(shop.folder) == [ALERT]
    assert shop.run("file", "--plan", "plan.json").code == 4
    assert titles(shop.folder) == [ALERT]


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("file", "pm.md", "--confirm", "0123456789abcdef"), 4, "0123456789abcdef"),
        (("file", "pm.md", "--item", "nosuchitem00"), 2, "nosuchitem00"),
        (("file", "--item", "pm.md:2"), 2, "pm.md:2"),
        (("file", "pm.md", "--item", "FT-12"), 2, "FT-12"),
        (("file", "pm.md", "--kind", "prevenive"), 2, "preventive"),
        (("file", "pm.md", "--since", "last week"), 2, "2026-"),
        (("plan", "pm.md", "--since", "2026-13-40"), 2, "2026-"),
        (("report", "--as-of", "tomorrow"), 2, "2026-"),
        (("report", "--only", "prevenive"), 2, "preventive"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_that_name_nothing(
    arguments: tuple[str, ...],
    code: int,
    word: str,
    shop: Any,
    untouched: Any,
    sentence: Sentence,
    titles: Titles,
) -> None:
    result = shop.run(*arguments)
    assert result.code == code, result.said
    assert word in sentence(result)
    assert untouched()
    assert titles(shop.folder) == []


@pytest.mark.parametrize(
    "arguments",
    [
        "plan pm.md --limit 0",
        "file pm.md --limit -3",
        "file pm.md --limit many",
        "extract pm.md --format xml",
        "report --format docx",
        "extract",
        "nonsense",
        "file --no-such-option",
        "--config",
        "local close",
        "local nonsense",
    ],
)
def test_wrong_usage(arguments: str, shop: Any, untouched: Any) -> None:
    result = shop.run(*arguments.split())
    assert result.code == 2
    assert not result.out
    assert "Traceback" not in result.err
    assert result.err.strip()
    assert untouched()


def test_commands_that_need_a_document_name_the_ways_to_give_one(
    shop: Any, sentence: Sentence, picture: Picture
) -> None:
    for command in ("plan", "file", "unlink"):
        result = shop.run(command)
        assert result.code == 2
        assert "documents" in sentence(result)
    shop.write("followthrough.toml", 'documents = ["pms/*.md"]\n')
    before = picture(shop.folder)
    for command in ("plan", "file", "unlink"):
        result = shop.run(command)
        assert result.code == 2
        assert "pms/*.md" in sentence(result)
    assert picture(shop.folder) == before


def test_the_brake_stops_everything_until_exactly_this_plan_is_confirmed(
    shop: Any, written: Written, titles: Titles
) -> None:
    shop.write("first.md", written(REVIEW, title="Search slow"))
    shop.write("followthrough.toml", "[brakes]\ncreates = 2\n")
    shop.ok("file", "first.md")
    measures = [ALERT, RESTORE, "Rehearse the region switch"]
    document = shop.write("pm.md", written(*measures))
    result = shop.run("file", "pm.md")
    assert result.code == 4
    assert titles(shop.folder) == [REVIEW]
    assert document.read_text() == written(*measures)
    plan = shop.run("plan", "pm.md", "--format", "json").json
    assert plan["hash"] in result.said
    assert shop.run("file", "pm.md", "--confirm", "f" * 16).code == 4
    document.write_text(written(*measures, "Add a dashboard of the pool"))
    assert shop.run("file", "pm.md", "--confirm", plan["hash"]).code == 4
    assert titles(shop.folder) == [REVIEW]
    document.write_text(written(*measures))
    shop.ok("file", "pm.md", "--confirm", plan["hash"])
    assert titles(shop.folder) == sorted([REVIEW, *measures])


def test_a_disk_without_room(shop: Any, written: Written, titles: Titles) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("making a small disk needs root")
    small = shop.folder / "small"
    small.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        document = small / "pm.md"
        document.write_text(written(ALERT, RESTORE))
        (small / "ballast").write_bytes(b"x" * 380_000)
        result = shop.run("file", "pm.md", cwd=small)
        assert result.code in (2, 3), result.said
        assert "Traceback" not in result.said
        assert document.read_text() == written(ALERT, RESTORE)
        (small / "ballast").unlink()
        result = shop.run("file", "pm.md", cwd=small)
        assert result.code == 0, result.said
        assert titles(small) == sorted([ALERT, RESTORE])
        assert document.read_text().count("#ft-") == 2
    finally:
        subprocess.run(["umount", str(small)], check=True)
