"""``rebuild``, and a ledger that was put back from a copy: on the command line, with the embedded tracker."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

Written = Callable[..., str]
Titles = Callable[[Path], list[str]]

ALERT = "Alert when the connection pool is over 90 % for five minutes"
RESTORE = "Try a restore from backup every quarter"


def torn(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content), 512):
        content[at : at + 256] = b"\xa5" * 256
    path.write_bytes(content)


def garbage(path: Path) -> None:
    path.write_bytes(b"no database at all\n" * 400)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:6000])


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(connect(path)) as database:
        database.execute("CREATE TABLE songs (name TEXT)")
        database.commit()


@pytest.fixture
def filed(shop: Any, written: Written) -> Path:
    """A document with one filed measure and a new one."""
    document: Path = shop.write("pm.md", written(ALERT))
    shop.ok("file", "pm.md")
    document.write_text(document.read_text().replace("\n## Timeline", f"- {RESTORE}\n\n## Timeline"))
    return document


def ledger(shop: Any) -> Path:
    path: Path = shop.folder / ".followthrough" / "ledger.db"
    return path


@pytest.mark.parametrize("damage", [torn, garbage, truncated, of_another_program])
def test_a_ledger_that_cannot_be_read_is_put_aside_and_made_anew(
    damage: Callable[[Path], None], shop: Any, filed: Path, titles: Titles
) -> None:
    damage(ledger(shop))
    bad, before = ledger(shop).read_bytes(), filed.read_bytes()
    done = shop.ok("rebuild", "pm.md")
    assert "1 of them with a ticket; 1 tickets were found that it did not know" in done.out
    (aside,) = ledger(shop).parent.glob("ledger.db.aside-*Z")
    assert aside.read_bytes() == bad
    assert aside.name in done.err
    assert filed.read_bytes() == before, "no document is written"
    shop.ok("sync")
    shop.ok("report")
    assert len(titles(shop.folder)) == 1, "and nothing is filed"
    shop.ok("file", "pm.md")
    assert sorted(titles(shop.folder)) == sorted([ALERT, RESTORE])


def test_a_ledger_that_is_gone_is_made_anew(shop: Any, filed: Path, titles: Titles) -> None:
    ledger(shop).unlink()
    assert "1 tickets were found" in shop.ok("rebuild", "pm.md").out
    shop.ok("local", "close", "FT-1", "--reason", "done")
    shop.ok("sync")
    assert "[FT-1, done]" in filed.read_text()
    assert len(titles(shop.folder)) == 1


def test_a_ledger_that_is_well_keeps_everything_it_holds(shop: Any, filed: Path) -> None:
    where = next(
        step for step in shop.ok("plan", "--format", "json", "pm.md").json["steps"] if step["text"] == RESTORE
    )
    shop.ok("ignore", f"pm.md:{where['line']}", "--reason", "advice")
    before = shop.ok("plan", "--format", "json", "pm.md").json["steps"]
    for _time in range(2):
        done = shop.ok("rebuild", "pm.md")
        assert "0 tickets were found that it did not know" in done.out
    assert not list(ledger(shop).parent.glob("ledger.db.aside-*"))
    assert shop.ok("plan", "--format", "json", "pm.md").json["steps"] == before
    assert "[FT-1, open]" in filed.read_text()


def test_where_nothing_is_known_it_says_so(shop: Any) -> None:
    done = shop.run("rebuild")
    assert done.code == 2
    assert "no settings and no ledger here" in done.err


def test_without_a_ledger_it_has_to_be_told_which_documents(shop: Any, filed: Path) -> None:
    ledger(shop).unlink()
    done = shop.run("rebuild")
    assert done.code == 2
    assert "Name a document" in done.err
    assert "#ft-" in filed.read_text()


@pytest.mark.parametrize("command", ["run", "sync", "file"])
def test_a_ledger_put_back_from_a_copy_is_noticed_and_told(
    command: str, shop: Any, filed: Path, titles: Titles
) -> None:
    copy = shutil.copy(ledger(shop), shop.folder / "copy.db")
    shop.ok("file", "pm.md")
    filed.write_text(filed.read_text())
    shutil.copy(copy, ledger(shop))
    paths = ["pm.md"] if command == "file" else []
    told = shop.run("plan", "pm.md")
    assert "The ledger went backwards" in told.out
    done = shop.run(command, *paths)
    assert done.code == 4
    assert "The ledger went backwards: its journal tells of changes that it does not hold." in done.err
    assert "Filing goes on." in done.err, "the embedded tracker takes our ids: nothing has to be waited for"
    assert sorted(titles(shop.folder)) == sorted([ALERT, RESTORE])
    assert shop.run(command, *paths).code == 0
    assert filed.read_text().count("#ft-") == 2


@pytest.mark.parametrize("lost", [True, False], ids=["gone", "put back"])
def test_no_run_gets_the_name_of_an_earlier_one(lost: bool, shop: Any, filed: Path) -> None:
    ledger = shop.folder / ".followthrough/ledger.db"
    copy = ledger.read_bytes()
    shop.run("sync")
    before = shop.run("status", "--format", "json").json["last_run"]["id"]
    for part in shop.folder.glob(".followthrough/ledger.db*"):
        part.unlink()
    if not lost:
        ledger.write_bytes(copy)
    shop.run("sync")
    after = shop.run("status", "--format", "json").json["last_run"]["id"]
    assert int(after.rpartition("-")[2]) > int(before.rpartition("-")[2])
